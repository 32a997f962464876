"""Everything of people and businesses with JavaScript switched off: forms and links are enough. Passkeys alone need a script."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.conftest import PhoneMaker
from e2e.people import bu_siti, dede, sign_in, sign_up
from e2e.phone import Phone
from e2e.pictures import photo
from e2e.server import Server
from e2e.test_sign_up import fill


@pytest.fixture
def phone(new_phone: PhoneMaker) -> Phone:
    """Runs no script."""
    return new_phone(java_script_enabled=False)


def tap(phone: Phone, name: str) -> None:
    """A button, by its words."""
    phone.page.get_by_role("button", name=name, exact=True).click()


def sees(phone: Phone, words: str) -> None:
    """Fails unless the page says so."""
    expect(phone.page.get_by_text(words).first).to_be_visible()


def test_signing_up_out_and_in(phone: Phone) -> None:
    phone.expect(422)
    siti = bu_siti()
    phone.go("/")
    phone.page.get_by_role("link", name="Daftar").click()
    tap(phone, "Daftar")
    sees(phone, "Ada 5 hal yang perlu diperbaiki")
    fill(phone, siti)
    phone.page.get_by_role("checkbox").check()
    tap(phone, "Daftar")
    sees(phone, siti.business)

    phone.go("/more")
    tap(phone, "Keluar")
    sees(phone, "Anda sudah keluar.")
    phone.page.get_by_role("link", name="Masuk").click()
    phone.page.get_by_label("Nomor HP").fill(siti.number)
    phone.page.get_by_label("Kata sandi", exact=True).fill(siti.password)
    tap(phone, "Masuk")
    sees(phone, siti.business)


def test_the_profile_and_its_pictures(phone: Phone, tmp_path: Path) -> None:
    picture = tmp_path / "foto.jpg"
    picture.write_bytes(photo(900, 900))
    sign_up(phone, bu_siti())
    phone.go("/business/profile")
    phone.page.get_by_label("Kampung atau dusun").fill("Kelapa Kurung")
    phone.page.get_by_label("Patokan").fill("depan masjid")
    phone.page.get_by_label("Senin").check()
    tap(phone, "Simpan")
    sees(phone, "Profil usaha tersimpan.")
    expect(phone.page.get_by_label("Patokan")).to_have_value("depan masjid")
    for role, name in (("logo", "Logo"), ("qris", "QRIS")):
        phone.page.get_by_role("link", name=name).click()
        phone.page.locator("input[type=file]").set_input_files(picture)
        tap(phone, "Simpan foto")
        sees(phone, "Foto tersimpan.")
        expect(phone.page.locator(f"a[href='/business/pictures/{role}'] img")).to_be_visible()
    phone.go("/business/pictures/qris")
    tap(phone, "Hapus foto ini")
    sees(phone, "Foto dihapus.")


def test_several_businesses_and_the_end_of_one(phone: Phone) -> None:
    siti = bu_siti()
    sign_up(phone, siti)
    phone.go("/businesses")
    phone.page.get_by_label("Nama usaha").fill("Otak-otak Bu Siti")
    tap(phone, "Tambah usaha")
    sees(phone, "Otak-otak Bu Siti sudah dibuka.")
    phone.go("/business/ending")
    phone.page.get_by_label("Kata sandi Anda").fill(siti.password)
    tap(phone, "Hapus usaha ini")
    sees(phone, "Usaha ini akan dihapus pada")
    tap(phone, "Batalkan penghapusan")
    sees(phone, "Penghapusan dibatalkan.")
    phone.go("/businesses")
    tap(phone, "Buka")
    sees(phone, f"{siti.business} sudah dibuka.")


def test_staff_come_and_go(phone: Phone, new_phone: PhoneMaker) -> None:
    siti, helper = bu_siti(), dede()
    sign_up(phone, siti)
    phone.go("/staff")
    link = ""
    for name in ("Dede", "Asep"):
        phone.page.get_by_label("Untuk siapa").fill(name)
        tap(phone, "Buat tautan undangan")
        link = phone.page.locator("code").inner_text().removeprefix(phone.url)
        phone.page.get_by_role("link", name="Selesai").click()

    his = new_phone(java_script_enabled=False)
    his.go(link)
    his.page.get_by_label("Nama Anda").fill(helper.name)
    his.page.get_by_label("Nomor HP").fill(helper.number)
    his.page.get_by_label("Kata sandi", exact=True).fill(helper.password)
    his.page.get_by_role("checkbox").check()
    tap(his, "Gabung")
    sees(his, siti.business)

    phone.go("/staff")
    tap(phone, "Batalkan")
    sees(phone, "Undangan dibatalkan.")
    tap(phone, "Keluarkan")
    sees(phone, "Karyawan sudah dikeluarkan.")
    his.go("/")
    sees(his, "Belum ada usaha.")


def test_the_account_its_phones_and_a_forgotten_password(phone: Phone, new_phone: PhoneMaker, server: Server) -> None:
    siti = bu_siti()
    sign_up(phone, siti)
    other = new_phone(java_script_enabled=False)
    sign_in(other, siti)
    phone.go("/account/devices")
    tap(phone, "Keluarkan")
    sees(phone, "HP itu sudah dikeluarkan.")
    other.go("/account")
    sees(other, "Lupa kata sandi?")

    phone.go("/account/password")
    phone.page.get_by_label("Kata sandi sekarang").fill(siti.password)
    phone.page.get_by_label("Kata sandi baru").fill("otak-otak pagi hari")
    tap(phone, "Simpan")
    sees(phone, "Kata sandi sudah diganti.")
    phone.page.get_by_label("Nama Anda").fill("Bu Siti Rohmatul")
    tap(phone, "Simpan")
    sees(phone, "Tersimpan.")

    other.go(server.command("reset-link", siti.number).removeprefix(server.url))
    other.page.get_by_label("Kata sandi baru").fill("pepes bandeng sore")
    tap(other, "Simpan dan masuk")
    sees(other, siti.business)


def test_the_language_and_the_data_notice(phone: Phone) -> None:
    phone.go("/")
    tap(phone, "English")
    expect(phone.page.get_by_role("link", name="Sign up")).to_be_visible()
    sign_up(phone, bu_siti())
    phone.go("/account")
    phone.page.get_by_label("Bahasa Indonesia").check()
    tap(phone, "Save")
    sees(phone, "Tersimpan.")
    phone.go("/privacy")
    sees(phone, "Hak Anda (UU 27/2022)")


def test_passkeys_are_not_offered(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/account/passkeys")
    sees(phone, "tidak punya sidik jari untuk situs web")
    expect(phone.page.get_by_role("button", name="Pasang di HP ini")).to_be_hidden()


def test_goods_from_the_first_to_the_label(phone: Phone, tmp_path: Path) -> None:
    picture = tmp_path / "foto.jpg"
    picture.write_bytes(photo(900, 700))
    sign_up(phone, bu_siti())
    phone.go("/products/new")
    phone.page.get_by_label("Nama barang").fill("Sate bandeng")
    phone.page.get_by_label("Harga").fill("35rb")
    phone.page.locator("input[type=file]").set_input_files(picture)
    tap(phone, "Simpan")
    sees(phone, "Sate bandeng tersimpan.")
    expect(phone.page.locator(".goods img")).to_be_visible()
    phone.page.get_by_role("button", name="Habis").click()
    sees(phone, "Ditandai habis.")
    phone.page.locator(".goods > a").click()
    phone.page.get_by_role("link", name="Ubah", exact=True).click()
    phone.page.get_by_label("Harga").fill("Rp40.000,-")
    tap(phone, "Simpan")
    sees(phone, "Rp40.000")
    tap(phone, "Sembunyikan")
    sees(phone, "Disembunyikan dari katalog.")
    phone.page.get_by_label("Mulai hitung").fill("3")
    tap(phone, "Simpan")
    tap(phone, "Kurangi satu")
    expect(phone.page.locator("output")).to_have_text("2")
    phone.page.get_by_role("link", name="Produksi dan label").click()
    phone.page.get_by_label("Dijual di mana").fill("Warung Bu Eni")
    tap(phone, "Catat produksi")
    sees(phone, "Warung Bu Eni")
