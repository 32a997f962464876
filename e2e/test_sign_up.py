"""Signing up: four fields and a tick, then straight to Beranda."""

from playwright.sync_api import expect

from e2e.conftest import PhoneMaker
from e2e.people import Person, bu_siti, pak_budi, sign_up
from e2e.phone import Phone


def fill(phone: Phone, person: Person) -> None:
    """Types what the form asks for."""
    page = phone.page
    page.get_by_label("Nama Anda").fill(person.name)
    page.get_by_label("Nomor HP").fill(person.number)
    page.get_by_label("Kata sandi", exact=True).fill(person.password)
    page.get_by_label("Nama usaha").fill(person.business)


def test_from_the_first_page_to_beranda(phone: Phone) -> None:
    phone.go("/")
    phone.page.get_by_role("link", name="Daftar").click()
    fill(phone, bu_siti())
    phone.page.get_by_role("checkbox").check()
    phone.page.get_by_role("button", name="Daftar").click()

    expect(phone.page.get_by_role("heading", name="Sate Bandeng Bu Siti")).to_be_visible()
    expect(phone.page.get_by_role("heading", name="Langkah pertama")).to_be_visible()
    assert phone.path() == "/"


def test_an_empty_form_tells_all_that_is_missing_at_once(phone: Phone) -> None:
    phone.expect(422)
    phone.go("/sign-up")
    phone.page.get_by_role("button", name="Daftar").click()

    summary = phone.page.get_by_role("alert")
    expect(summary).to_contain_text("5 hal")
    expect(summary).to_be_focused()
    for label in ("Nama Anda", "Nomor HP", "Nama usaha"):
        expect(phone.page.get_by_label(label)).to_have_attribute("aria-invalid", "true")
    expect(phone.page.get_by_role("checkbox")).to_have_attribute("aria-invalid", "true")
    expect(phone.page.locator("p.error")).to_have_count(5)


def test_what_was_typed_stays_when_something_is_wrong(phone: Phone) -> None:
    phone.expect(422)
    phone.go("/sign-up")
    fill(phone, bu_siti())
    phone.page.get_by_label("Nomor HP").fill("nol delapan satu dua")
    phone.page.get_by_role("checkbox").check()
    phone.page.get_by_role("button", name="Daftar").click()

    number = phone.page.get_by_label("Nomor HP")
    expect(number).to_have_value("nol delapan satu dua")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(phone.page.locator("#f-phone-error")).to_be_visible()
    expect(phone.page.get_by_label("Nama usaha")).to_have_value("Sate Bandeng Bu Siti")
    expect(phone.page.get_by_role("checkbox")).to_be_checked()
    # The only thing that is never sent back.
    expect(phone.page.get_by_label("Kata sandi", exact=True)).to_have_value("")


def test_a_password_that_everybody_uses_is_refused(phone: Phone) -> None:
    phone.expect(422)
    phone.go("/sign-up")
    fill(phone, bu_siti())
    phone.page.get_by_label("Kata sandi", exact=True).fill("bismillah")
    phone.page.get_by_role("checkbox").check()
    phone.page.get_by_role("button", name="Daftar").click()

    expect(phone.page.locator("#f-password-error")).to_contain_text("dipakai banyak orang")


def test_the_password_can_be_looked_at_while_typing(phone: Phone) -> None:
    phone.go("/sign-up")
    password = phone.page.get_by_label("Kata sandi", exact=True)
    password.fill("bandeng bakar enak")
    expect(password).to_have_attribute("type", "password")
    phone.page.get_by_role("button", name="Lihat").click()
    expect(password).to_have_attribute("type", "text")


def test_nobody_gets_in_without_agreeing_to_the_data_notice(phone: Phone) -> None:
    phone.expect(422)
    phone.go("/sign-up")
    fill(phone, bu_siti())
    phone.page.get_by_role("button", name="Daftar").click()
    expect(phone.page.locator("#f-agreed-error")).to_be_visible()

    phone.page.get_by_role("link", name="izin data").click()
    expect(phone.page.get_by_role("heading", name="Izin data")).to_be_visible()


def test_her_number_tells_nobody_that_she_has_an_account(new_phone: PhoneMaker) -> None:
    siti = bu_siti()
    sign_up(new_phone(), siti)
    stranger = new_phone()
    stranger.go("/sign-up")
    fill(stranger, Person("Orang Lain", "Toko Lain", password="tiga kata lain", number=siti.number))
    stranger.page.get_by_role("checkbox").check()
    stranger.page.get_by_role("button", name="Daftar").click()

    expect(stranger.page.get_by_role("heading", name="Toko Lain")).to_be_visible()
    stranger.go("/businesses")
    expect(stranger.page.get_by_role("main")).not_to_contain_text(siti.business)


def test_who_is_signed_in_is_not_asked_to_sign_up(phone: Phone) -> None:
    budi = pak_budi()
    sign_up(phone, budi)
    phone.go("/sign-up")
    expect(phone.page.get_by_role("heading", name=budi.business)).to_be_visible()


def test_a_form_tells_where_it_was_sent_from(phone: Phone) -> None:
    phone.expect(422)
    phone.go("/sign-up")
    with phone.page.expect_request(lambda request: request.method == "POST") as sent:
        phone.page.get_by_role("button", name="Daftar").click()
    # A browser that is closed in the middle of a page may hang.
    expect(phone.page.get_by_role("alert")).to_be_visible()
    # What an older browser without Sec-Fetch-Site is judged by.
    assert sent.value.all_headers()["origin"] == phone.url
