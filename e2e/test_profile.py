"""Profil usaha whole, several businesses of one owner, and the end of a business."""

from playwright.sync_api import expect

from e2e.conftest import PhoneMaker
from e2e.people import bu_siti, pak_budi, sign_up
from e2e.phone import Phone

TYPED = {
    "Nama usaha": "Sate Bandeng Bu Siti Asli",
    "Tentang usaha": "Bandeng segar 🐟\nDibakar tiap pagi",
    "Nomor WhatsApp": "0812-7777-8888",
    "Kampung atau dusun": "Kelapa Kurung",
    "Patokan": "depan masjid, pagar hijau",
    "Jalan dan nomor": "Jl. Raya Banten 12",
    "RT/RW": "003/002",
    "Desa atau kelurahan": "Kasemen",
    "Kecamatan": "Kasemen",
    "Kabupaten atau kota": "Kota Serang",
    "Provinsi": "Banten",
    "Kode pos": "42191",
    "Buka jam": "06:30",
    "Tutup jam": "17:00",
    "Keluhan dibalas paling lama": "12",
    "NIB": "9120001234567",
    "P-IRT": "2063604010123-28",
    "Nomor sertifikat halal": "ID36110000123450622",
}


def test_everything_that_a_business_says_of_itself_is_kept(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/business/profile")
    page = phone.page
    for label, words in TYPED.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("Jenis usaha").select_option("Makanan")
    page.get_by_label("Zona waktu").select_option("Asia/Makassar")
    for day in ("Senin", "Jumat"):
        page.get_by_label(day).check()
    page.get_by_label("Assalamu’alaikum").check()
    page.get_by_role("button", name="Simpan").click()

    expect(page.get_by_text("Profil usaha tersimpan.")).to_be_visible()
    for label, words in TYPED.items():
        expect(page.get_by_label(label)).to_have_value(words)
    expect(page.get_by_label("Jenis usaha")).to_have_value("food")
    expect(page.get_by_label("Zona waktu")).to_have_value("Asia/Makassar")
    expect(page.get_by_label("Senin")).to_be_checked()
    expect(page.get_by_label("Jumat")).to_be_checked()
    expect(page.get_by_label("Selasa")).not_to_be_checked()
    expect(page.get_by_label("Assalamu’alaikum")).to_be_checked()
    phone.go("/")
    expect(page.get_by_role("heading", name="Sate Bandeng Bu Siti Asli")).to_contain_text("Kelapa Kurung, Kasemen")


def test_every_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(phone: Phone) -> None:
    phone.expect(422)
    sign_up(phone, bu_siti())
    phone.go("/business/profile")
    page = phone.page
    page.get_by_label("Nama usaha").fill("")
    page.get_by_label("Nomor WhatsApp").fill("nol delapan")
    page.get_by_label("Keluhan dibalas paling lama").fill("999")
    page.get_by_label("Buka jam").fill("08:00")
    page.get_by_label("Patokan").fill("depan masjid")
    page.get_by_role("button", name="Simpan").click()

    for name in ("name", "whatsapp", "promise_hours"):
        expect(page.locator(f"#f-{name}-error")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Patokan")).to_have_value("depan masjid")
    expect(page.get_by_label("Nomor WhatsApp")).to_have_value("nol delapan")

    page.get_by_role("link", name="Ke yang pertama").click()
    expect(page.get_by_label("Nama usaha")).to_be_focused()


def test_an_hour_to_open_needs_an_hour_to_close(phone: Phone) -> None:
    phone.expect(422)
    sign_up(phone, bu_siti())
    phone.go("/business/profile")
    phone.page.get_by_label("Buka jam").fill("08:00")
    phone.page.get_by_role("button", name="Simpan").click()
    expect(phone.page.locator("#f-closes_at-error")).to_contain_text("kosongkan keduanya")


def test_an_owner_opens_a_second_business_and_goes_back(phone: Phone) -> None:
    siti = bu_siti()
    sign_up(phone, siti)
    phone.go("/more")
    phone.page.get_by_role("link", name="Ganti usaha").click()
    phone.page.get_by_label("Nama usaha").fill("Otak-otak Bu Siti")
    phone.page.get_by_role("button", name="Tambah usaha").click()
    expect(phone.page.get_by_role("heading", name="Otak-otak Bu Siti")).to_be_visible()

    phone.go("/businesses")
    rows = phone.page.locator(".item")
    expect(rows.filter(has_text="Otak-otak Bu Siti")).to_contain_text("Sedang dibuka")
    rows.filter(has_text=siti.business).get_by_role("button", name="Buka").click()
    expect(phone.page.get_by_role("heading", name=siti.business)).to_be_visible()
    expect(phone.page.get_by_text(f"{siti.business} sudah dibuka.")).to_be_visible()


def test_a_business_that_ends_can_be_kept_for_thirty_days(phone: Phone) -> None:
    phone.expect(422)
    siti = bu_siti()
    sign_up(phone, siti)
    phone.go("/business/profile")
    page = phone.page
    page.get_by_role("link", name="Hapus usaha").click()
    expect(page.get_by_text("30 hari").first).to_be_visible()
    page.get_by_label("Kata sandi Anda").fill("bukan yang ini")
    page.get_by_role("button", name="Hapus usaha ini").click()
    expect(page.locator("#f-password-error")).to_contain_text("salah")

    page.get_by_label("Kata sandi Anda").fill(siti.password)
    page.get_by_role("button", name="Hapus usaha ini").click()
    expect(page.get_by_text("Usaha ini akan dihapus pada")).to_be_visible()
    phone.go("/businesses")
    expect(page.locator(".item").filter(has_text=siti.business)).to_contain_text("Akan dihapus")

    phone.go("/")
    page.get_by_role("button", name="Batalkan penghapusan").click()
    expect(page.get_by_text("Penghapusan dibatalkan.")).to_be_visible()
    expect(page.get_by_text("Usaha ini akan dihapus pada")).to_have_count(0)


def test_another_owner_sees_nothing_of_it(new_phone: PhoneMaker) -> None:
    siti, budi = bu_siti(), pak_budi()
    hers, his = new_phone(), new_phone()
    sign_up(hers, siti)
    sign_up(his, budi)
    for path in ("/", "/business/profile", "/businesses", "/staff", "/more"):
        his.go(path)
        expect(his.page.get_by_role("main")).not_to_contain_text("Siti")
