"""Barang on a phone of 360 pixels: added with a photo without signal, changed on two phones, shared, bought, complained about."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import PhoneMaker
from e2e.outbox import until
from e2e.people import Person, bu_siti, sign_in, sign_up
from e2e.phone import Phone
from e2e.pictures import photo
from ecrm_pwa.base.db import new_id

_SILENCE = re.compile("ERR_INTERNET_DISCONNECTED|error occurred when fetching the script")


@pytest.fixture(scope="session")
def camera_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture as it lies on the phone."""
    path = tmp_path_factory.mktemp("camera") / "IMG_0001.jpg"
    path.write_bytes(photo(2400, 1800))
    return path


@pytest.fixture
def siti(phone: Phone) -> Phone:
    """Her phone, signed in."""
    sign_up(phone, bu_siti())
    return phone


def rows(page: Page) -> list[str]:
    return page.locator(".goods .body b").all_text_contents()


def note_what_is_left(page: Page) -> None:
    """Counts in `left` what is in the outbox each time that something was taken out of it."""
    page.evaluate("""() => {
        self.left = [];
        Outbox.listen(async ({ type }) => type === "changed" && left.push((await Outbox.list()).length));
    }""")


def add(phone: Phone, name: str, price: str = "35.000", **fields: str) -> str:
    """Adds a product without showing the form; its address."""
    product = str(new_id())
    phone.send("/products", {"id": product, "name": name, "price": price} | fields)
    return f"/products/{product}"


def test_a_product_is_added_with_name_and_price_in_four_taps(siti: Phone) -> None:
    page = siti.page
    siti.go("/")
    page.get_by_role("link", name="Tambah barang").click()
    page.get_by_label("Nama barang").fill("Sate bandeng")
    page.get_by_label("Harga").fill("35rb")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Sate bandeng tersimpan.")).to_be_visible()
    expect(page.locator(".goods")).to_contain_text("Rp35.000")
    siti.go("/")
    expect(page.get_by_role("link", name="Tambah barang")).to_have_count(0)


def test_a_product_with_a_photo_that_was_added_without_signal_arrives_once(siti: Phone, camera_photo: Path) -> None:
    page = siti.page
    siti.go("/products/new")
    siti.context.set_offline(True)
    page.get_by_label("Nama barang").fill("Sate bandeng")
    page.get_by_label("Harga").fill("35rb")
    page.locator("input[type=file]").set_input_files(camera_photo)
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Disimpan di HP.")).to_be_visible()
    expect(page.locator("[data-waiting] [data-pending]")).to_contain_text("Sate bandeng")
    expect(page.locator("[data-signal]")).to_have_text("2 menunggu")
    expect(page.get_by_label("Nama barang")).to_have_value("")
    with page.expect_request(lambda sent: sent.url.endswith("/photo") and sent.method == "POST") as picture:
        siti.context.set_offline(False)
        page.evaluate("Outbox.drain({ owner: document.body.dataset.owner, force: true })")
    picture.value.response()
    assert int(picture.value.all_headers()["content-length"]) < 205_000
    expect(page.locator("[data-waiting] [data-pending]")).to_have_count(0)
    siti.go("/products")
    expect(page.locator(".goods")).to_have_count(1)
    expect(page.locator(".goods img")).to_be_visible()
    _forgive_silence(siti)


def test_a_mistake_in_a_new_product_keeps_the_photo(siti: Phone, camera_photo: Path) -> None:
    siti.expect(422)
    page = siti.page
    siti.go("/products/new")
    note_what_is_left(page)
    page.get_by_label("Nama barang").fill("Sate bandeng")
    page.get_by_label("Harga").fill("-5")
    page.locator("input[type=file]").set_input_files(camera_photo)
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator("#f-price-error")).to_contain_text("minus")
    expect(page.locator(".photo .preview img")).to_be_visible()
    until(page, "() => left.length")
    assert page.evaluate("left") == [0], "a sender that looks in between finds the photo without its product"
    page.get_by_label("Harga").fill("35rb")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Sate bandeng tersimpan.")).to_be_visible()
    expect(page.locator(".goods img")).to_be_visible()


def test_a_product_that_is_thrown_away_takes_its_photo_along_and_brings_it_back(
    siti: Phone, camera_photo: Path
) -> None:
    page = siti.page
    siti.go("/products/new")
    outbox = siti.context.new_page()
    outbox.goto(siti.url + "/outbox")
    note_what_is_left(outbox)
    siti.context.set_offline(True)
    page.get_by_label("Nama barang").fill("Sate bandeng")
    page.get_by_label("Harga").fill("35rb")
    page.locator("input[type=file]").set_input_files(camera_photo)
    page.get_by_role("button", name="Simpan").click()
    rows = outbox.locator('[data-list="waiting"] [data-key]')
    expect(rows).to_have_count(2)
    rows.first.get_by_role("button", name="Buang").click()
    expect(rows).to_have_count(0)
    assert outbox.evaluate("left") == [0]
    outbox.get_by_role("button", name="Urungkan").click()
    expect(rows).to_have_count(2)
    siti.context.set_offline(False)
    outbox.get_by_role("button", name="Kirim sekarang").click()
    expect(outbox.get_by_text("Semua sudah terkirim ke server.")).to_be_visible()
    siti.go("/products")
    expect(page.locator(".goods img")).to_have_count(1)
    _forgive_silence(siti)


def test_two_phones_that_change_one_product_without_signal_choose(siti: Phone, new_phone: PhoneMaker) -> None:
    way = add(siti, "Sate bandeng")
    other = new_phone()
    sign_in(other, _same_person(siti))
    for phone, price in ((siti, "36000"), (other, "38000")):
        phone.expect(409)
        phone.go(f"{way}/edit")
        phone.context.set_offline(True)
        phone.page.get_by_label("Harga").fill(price)
        phone.page.get_by_role("button", name="Simpan").click()
        expect(phone.page.get_by_text("Disimpan di HP.")).to_be_visible()
    siti.context.set_offline(False)
    siti.page.evaluate("Outbox.drain({ owner: document.body.dataset.owner, force: true })")
    other.context.set_offline(False)
    other.page.evaluate("Outbox.drain({ owner: document.body.dataset.owner, force: true })")
    other.go("/outbox")
    expect(other.page.locator("[data-theirs]")).to_contain_text("Rp38.000")
    expect(other.page.locator("[data-theirs]")).to_contain_text("Rp36.000")
    other.page.get_by_role("button", name="Pakai punya saya").click()
    expect(other.page.get_by_text("Semua sudah terkirim")).to_be_visible()
    siti.go(way)
    expect(siti.page.get_by_role("heading", level=1)).to_contain_text("Rp38.000")
    _forgive_silence(siti)
    _forgive_silence(other)


def test_one_tap_says_habis_and_one_more_takes_it_back(siti: Phone) -> None:
    add(siti, "Sate bandeng")
    page = siti.page
    siti.go("/products")
    page.get_by_role("button", name="Habis Sate bandeng").click()
    expect(page.locator(".goods .chip")).to_have_text("Habis")
    page.get_by_role("button", name="Ada lagi Sate bandeng").click()
    expect(page.locator(".goods .chip")).to_have_count(0)


def test_the_order_is_changed_by_keyboard_alone(siti: Phone) -> None:
    for name in ("Satu", "Dua", "Tiga"):
        add(siti, name)
    page = siti.page
    siti.go("/products?order=1")
    assert rows(page) == ["Satu", "Dua", "Tiga"]
    page.get_by_role("button", name="Naikkan Tiga").press("Enter")
    expect(page.locator(".goods .body b").nth(1)).to_have_text("Tiga")
    page.get_by_role("button", name="Turunkan Satu").press("Enter")
    expect(page.locator(".goods .body b").first).to_have_text("Tiga")
    assert rows(page) == ["Tiga", "Satu", "Dua"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_was_deleted_comes_back_from_the_toast(new_phone: PhoneMaker, scripts: bool) -> None:
    phone = new_phone(java_script_enabled=scripts)
    sign_up(phone, bu_siti())
    way = add(phone, "Sate bandeng")
    page = phone.page
    phone.go(way)
    page.get_by_role("button", name="Hapus barang").click()
    expect(page.get_by_text("Belum ada barang.")).to_be_visible()
    page.get_by_role("button", name="Urungkan").click()
    expect(page.get_by_text("Barang dikembalikan.")).to_be_visible()
    expect(page.locator(".goods")).to_contain_text("Sate bandeng")


def test_a_count_goes_down_by_one_tap(siti: Phone) -> None:
    way = add(siti, "Sate bandeng", stock="2")
    page = siti.page
    siti.go(way)
    for left in ("1", "0"):
        page.get_by_role("button", name="Kurangi satu").click()
        expect(page.locator("output")).to_have_text(left)
    expect(page.locator("main .chip")).to_have_text("Habis")


def test_a_product_is_shared_and_bought(siti: Phone, new_phone: PhoneMaker) -> None:
    way = add(siti, "Sate bandeng", unit="ekor")
    siti.go("/business/profile")
    siti.page.get_by_label("Nomor WhatsApp").fill("0812-3456-7890")
    siti.page.get_by_role("button", name="Simpan").click()
    expect(siti.page.get_by_text("Profil usaha tersimpan.")).to_be_visible()
    siti.go(way)
    share = urlsplit(str(siti.page.get_by_role("link", name="Kirim lewat WA").get_attribute("href")))
    words, address = parse_qs(share.query)["text"][0].split("\n")
    assert words == "Sate bandeng, Rp35.000 per ekor. Sate Bandeng Bu Siti"
    rina = new_phone()
    rina.page.goto(address)
    expect(rina.page.get_by_role("heading", name="Sate bandeng")).to_be_visible()
    order = urlsplit(str(rina.page.get_by_role("link", name="Pesan lewat WhatsApp").get_attribute("href")))
    assert order.path == "/6281234567890"
    rina.page.get_by_role("link", name="Semua barang").click()
    expect(rina.page.locator(".goods")).to_contain_text("Rp35.000")
    rina.page.get_by_role("link", name="Kembali ke").click()
    expect(rina.page.get_by_role("link", name="Barang")).to_be_visible()


def test_a_complaint_through_a_label_tells_date_and_place(siti: Phone, new_phone: PhoneMaker) -> None:
    page = siti.page
    siti.go(f"{add(siti, 'Sate bandeng')}/batches")
    page.get_by_label("Dijual di mana").fill("Warung Bu Eni")
    page.get_by_role("button", name="Catat produksi").click()
    expect(page.get_by_text("Produksi dicatat.")).to_be_visible()
    code = page.locator(".item .end small").text_content()
    siti.go("/business/qr")
    shop = str(page.locator("[data-share]").get_attribute("data-share")).removeprefix(siti.url)
    rina = new_phone()
    rina.go(f"{shop}/b/{code}")
    expect(rina.page.get_by_text("Warung Bu Eni")).to_be_visible()
    rina.page.get_by_role("button", name="Kurang").click()
    expect(rina.page.get_by_text("Sudah tersimpan.")).to_be_visible()
    rina.page.locator("details#keluhan summary").click()
    rina.page.get_by_text("Basi atau bau").click()
    rina.page.get_by_role("button", name="Kirim keluhan").click()
    expect(rina.page.get_by_role("heading", level=1)).to_contain_text("Keluhan K-")
    siti.go("/voice")
    expect(page.get_by_text("Warung Bu Eni")).to_have_count(2)


def _forgive_silence(phone: Phone) -> None:
    """What a browser says of every request that finds no network is what these tests asked for."""
    phone.troubles[:] = [trouble for trouble in phone.troubles if not _SILENCE.search(trouble)]


def _same_person(phone: Phone) -> Person:
    phone.go("/account")
    number = phone.page.get_by_label("Nomor HP").input_value()
    return Person("Bu Siti", "Sate Bandeng Bu Siti", number=number)
