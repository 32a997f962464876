"""The account: its phones, its password, its name and number."""

from playwright.sync_api import expect

from e2e.conftest import PhoneMaker
from e2e.people import bu_siti, new_number, sign_in, sign_up
from e2e.phone import Phone

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1"


def test_a_lost_phone_is_signed_out_from_another(new_phone: PhoneMaker) -> None:
    siti = bu_siti()
    kept, lost = new_phone(), new_phone(user_agent=IPHONE)
    sign_up(kept, siti)
    sign_in(lost, siti)
    kept.go("/account")
    kept.page.get_by_role("link", name="HP yang sedang masuk").click()
    expect(kept.page.locator(".item")).to_have_count(2)
    expect(kept.page.locator(".item").filter(has_text="HP ini")).to_contain_text("Android")
    row = kept.page.locator(".item").filter(has_text="iPhone")
    row.get_by_role("button", name="Keluarkan").click()
    expect(kept.page.get_by_text("HP itu sudah dikeluarkan.")).to_be_visible()
    expect(kept.page.locator(".item")).to_have_count(1)

    lost.go("/more")
    expect(lost.page.get_by_role("heading", name="Masuk")).to_be_visible()


def test_all_other_phones_are_signed_out_at_once(new_phone: PhoneMaker) -> None:
    siti = bu_siti()
    kept, *others = (new_phone() for _ in range(3))
    sign_up(kept, siti)
    for other in others:
        sign_in(other, siti)
    kept.go("/account/devices")
    kept.page.get_by_role("button", name="Keluarkan semua HP lain").click()
    expect(kept.page.locator(".item")).to_have_count(1)
    for other in others:
        other.go("/account")
        expect(other.page.get_by_role("heading", name="Masuk")).to_be_visible()


def test_another_password_signs_the_other_phones_out(new_phone: PhoneMaker) -> None:
    siti = bu_siti()
    hers, other = new_phone(), new_phone()
    sign_up(hers, siti)
    sign_in(other, siti)
    hers.expect(422)
    hers.go("/account/password")
    page = hers.page
    page.get_by_label("Kata sandi sekarang").fill("bukan yang ini")
    page.get_by_label("Kata sandi baru").fill("otak-otak pagi hari")
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator("#f-current-error")).to_contain_text("salah")

    page.get_by_label("Kata sandi sekarang").fill(siti.password)
    page.get_by_label("Kata sandi baru").fill("otak-otak pagi hari")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Kata sandi sudah diganti. 1 HP lain dikeluarkan.")).to_be_visible()
    other.go("/account")
    expect(other.page.get_by_role("heading", name="Masuk")).to_be_visible()


def test_another_number_needs_the_password(phone: Phone, new_phone: PhoneMaker) -> None:
    siti, number = bu_siti(), new_number()
    sign_up(phone, siti)
    phone.expect(422)
    phone.go("/account")
    page = phone.page
    page.get_by_label("Nama Anda").fill("Bu Siti Rohmatul")
    page.get_by_label("Nomor HP").fill(number)
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_label("Nomor HP")).to_have_value(number)
    page.get_by_label("Kata sandi Anda").fill(siti.password)
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Tersimpan.")).to_be_visible()
    expect(page.get_by_label("Nama Anda")).to_have_value("Bu Siti Rohmatul")

    other = new_phone()
    other.go("/sign-in")
    other.page.get_by_label("Nomor HP").fill(number)
    other.page.get_by_label("Kata sandi", exact=True).fill(siti.password)
    other.page.get_by_role("button", name="Masuk", exact=True).click()
    expect(other.page.get_by_role("heading", name=siti.business)).to_be_visible()
