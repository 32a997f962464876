"""Staff: invited by a link, with smaller rights, and taken out again."""

from playwright.sync_api import expect

from e2e.conftest import PhoneMaker
from e2e.people import bu_siti, dede, invite, join, pak_budi, sign_up
from e2e.phone import Phone


def test_an_invited_person_joins_by_the_link_and_may_do_less(new_phone: PhoneMaker) -> None:
    siti, helper = bu_siti(), dede()
    hers, his = new_phone(), new_phone()
    sign_up(hers, siti)
    hers.go("/staff")
    hers.page.get_by_label("Untuk siapa").fill("Dede")
    hers.page.get_by_role("button", name="Buat tautan undangan").click()
    link = hers.page.locator("code").inner_text()
    assert link.startswith(hers.url)
    ready = hers.page.get_by_role("link", name="Kirim lewat WA").get_attribute("href") or ""
    assert ready.startswith("https://wa.me/?text=")
    assert siti.business.replace(" ", "%20") in ready

    his.go(link.removeprefix(his.url))
    page = his.page
    expect(page.get_by_text(f"Anda diundang bekerja di {siti.business}")).to_be_visible()
    page.get_by_label("Nama Anda").fill(helper.name)
    page.get_by_label("Nomor HP").fill(helper.number)
    page.get_by_label("Kata sandi", exact=True).fill(helper.password)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Gabung").click()
    expect(page.get_by_role("heading", name=siti.business)).to_be_visible()

    his.expect(403)
    for path in ("/business/profile", "/staff", "/business/ending", "/business/pictures/logo"):
        his.go(path)
        expect(page.get_by_text("Hanya pemilik usaha yang bisa membuka ini.")).to_be_visible()
    his.go("/more")
    expect(page.get_by_role("link", name="Profil usaha")).to_have_count(0)

    hers.page.get_by_role("link", name="Selesai").click()
    row = hers.page.locator(".item").filter(has_text=helper.name)
    row.get_by_role("button", name="Keluarkan").click()
    expect(hers.page.get_by_text("Karyawan sudah dikeluarkan.")).to_be_visible()
    expect(row).to_have_count(0)
    his.go("/")
    expect(page.get_by_text("Belum ada usaha.")).to_be_visible()


def test_who_has_a_business_of_his_own_joins_with_one_tap(new_phone: PhoneMaker) -> None:
    siti, budi = bu_siti(), pak_budi()
    hers, his = new_phone(), new_phone()
    sign_up(hers, siti)
    sign_up(his, budi)
    his.go(invite(hers, "Pak Budi"))
    his.page.get_by_role("button", name="Gabung sebagai Pak Budi").click()

    expect(his.page.get_by_text(f"Selamat bergabung di {siti.business}.")).to_be_visible()
    his.go("/businesses")
    expect(his.page.locator(".item").filter(has_text=siti.business)).to_contain_text("Karyawan")
    expect(his.page.locator(".item").filter(has_text=budi.business)).to_contain_text("Pemilik")


def test_a_link_lets_one_person_in_and_no_second(new_phone: PhoneMaker) -> None:
    hers, his, stranger = new_phone(), new_phone(), new_phone()
    sign_up(hers, bu_siti())
    link = invite(hers, "Dede")
    join(his, dede(), link)
    stranger.expect(404)
    stranger.go(link)
    expect(stranger.page.get_by_text("tautannya sudah tidak berlaku")).to_be_visible()


def test_a_revoked_link_opens_nothing(phone: Phone, new_phone: PhoneMaker) -> None:
    sign_up(phone, bu_siti())
    link = invite(phone, "Dede")
    phone.go("/staff")
    phone.page.locator(".item").filter(has_text="Dede").get_by_role("button", name="Batalkan").click()
    expect(phone.page.get_by_text("Undangan dibatalkan.")).to_be_visible()
    expect(phone.page.get_by_text("Undangan yang belum dipakai")).to_have_count(0)

    stranger = new_phone()
    stranger.expect(404)
    stranger.go(link)
    expect(stranger.page.get_by_text("tautannya sudah tidak berlaku")).to_be_visible()


def test_an_invitation_for_nobody_is_refused_beside_the_field(phone: Phone) -> None:
    phone.expect(422)
    sign_up(phone, bu_siti())
    phone.go("/staff")
    phone.page.get_by_role("button", name="Buat tautan undangan").click()
    expect(phone.page.locator("#f-label-error")).to_be_visible()
    expect(phone.page.get_by_text("Undangan yang belum dipakai")).to_have_count(0)


def test_the_link_can_be_copied(phone: Phone) -> None:
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_up(phone, bu_siti())
    phone.go("/staff")
    phone.page.get_by_label("Untuk siapa").fill("Dede")
    phone.page.get_by_role("button", name="Buat tautan undangan").click()
    phone.page.get_by_role("button", name="Salin tautan").click()
    expect(phone.page.get_by_role("button", name="Tersalin")).to_be_visible()
    copied = phone.page.evaluate("navigator.clipboard.readText()")
    assert copied == phone.page.locator("code").inner_text()
