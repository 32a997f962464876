"""Beranda: the first steps tick themselves off."""

from playwright.sync_api import expect

from e2e.conftest import PhoneMaker
from e2e.people import bu_siti, dede, invite, join, sign_up
from e2e.phone import Phone
from e2e.pictures import photo
from e2e.reader import Finger


def test_each_first_step_leads_to_its_deed_and_is_ticked_off_by_it(phone: Phone) -> None:
    Finger(phone)
    sign_up(phone, bu_siti())
    phone.go("/")
    page = phone.page
    steps = page.locator("ol.steps li")
    expect(steps).to_have_count(7)
    expect(page.get_by_text("(selesai)")).to_have_count(0)

    page.get_by_role("link", name="Isi profil usaha").click()
    page.get_by_label("Kampung atau dusun").fill("Kelapa Kurung")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Profil usaha tersimpan.")).to_be_visible()
    phone.go("/")
    expect(steps.filter(has_text="Isi profil usaha")).to_contain_text("(selesai)")
    expect(page.get_by_role("link", name="Isi profil usaha")).to_have_count(0)

    page.get_by_role("link", name="Pasang foto logo").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "logo.jpg", "mimeType": "image/jpeg", "buffer": photo(800, 600)}
    )
    page.get_by_role("button", name="Simpan foto").click()
    expect(page.get_by_text("Foto tersimpan.")).to_be_visible()
    phone.go("/")
    expect(steps.filter(has_text="Pasang foto logo")).to_contain_text("(selesai)")

    page.get_by_role("link", name="Cetak QR").click()
    page.get_by_role("button", name="Sudah dicetak").click()
    expect(page.get_by_text("Dicatat: QR sudah dicetak.")).to_be_visible()
    phone.go("/")
    expect(steps.filter(has_text="Cetak QR")).to_contain_text("(selesai)")

    phone.send("/products", {"name": "Sate bandeng", "price": "35rb"})
    phone.send("/customers", {"name": "Rina"})
    phone.go("/")
    expect(page.get_by_text("(selesai)")).to_have_count(5)

    page.get_by_role("link", name="Masuk dengan sidik jari").click()
    page.get_by_role("button", name="Pasang di HP ini").click()
    expect(page.locator(".item")).to_have_count(1)
    phone.go("/")
    page.get_by_role("link", name="Pasang di layar HP").click()
    expect(page.get_by_role("heading", name="Pasang di layar HP", level=1)).to_be_visible()
    # As the phone opens it from its screen.
    phone.go("/?src=pwa")
    expect(page.get_by_text("Tidak ada yang perlu dikerjakan sekarang.")).to_be_visible()
    expect(steps).to_have_count(0)


def test_staff_are_not_told_to_do_the_owners_first_steps(new_phone: PhoneMaker) -> None:
    hers, his = new_phone(), new_phone()
    siti = bu_siti()
    sign_up(hers, siti)
    join(his, dede(), invite(hers, "Dede"))
    his.go("/")
    expect(his.page.get_by_role("heading", name=siti.business)).to_be_visible()
    expect(his.page.get_by_text("Langkah pertama")).to_have_count(0)
