"""The whole story between an owner and a customer, from registering to "Sudah beres", with and without script for the customer."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from e2e.conftest import PhoneMaker
from e2e.people import Person, bu_siti, new_number, sign_up
from e2e.phone import Phone
from e2e.pictures import has_notes, photo, size
from e2e.test_double_tap import tap_impatiently
from e2e.test_sign_up import fill
from tests.faults.forms import read_form

SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])


def shop_of(owner: Phone) -> str:
    """The path of the public page."""
    page = owner.context.request.get(owner.url + "/business/profile").text()
    found = re.search(r"/toko/[a-z0-9-]+", page)
    assert found is not None
    return found[0]


def open_shop(new_phone: PhoneMaker, person: Person | None = None) -> tuple[Phone, str]:
    """An owner who has just signed up, and her public page."""
    owner = new_phone()
    sign_up(owner, person or bu_siti())
    return owner, shop_of(owner)


def complain(customer: Phone, shop: str, category: str = "Terlambat", **typed: str) -> None:
    """Fills in the complaint form by hand and sends it."""
    page = customer.page
    customer.go(shop)
    page.get_by_text("Ada keluhan?").click()
    page.get_by_text(category, exact=True).click()
    for label, words in typed.items():
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="Kirim keluhan").click()
    expect(page.get_by_role("heading", name="Keluhan K-")).to_be_visible()


def tap_face(customer: Phone, name: str) -> None:
    """Taps a face and waits until the server has heard it: the page says that it is kept before that."""
    with customer.page.expect_response(lambda answer: answer.request.method == "POST"):
        customer.page.get_by_role("button", name=name, exact=True).click()
    expect(customer.page.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")
    expect(customer.page.get_by_text("Sudah tersimpan. Terima kasih!")).to_be_visible()


def say_why(customer: Phone, words: str) -> None:
    """Adds words to the face."""
    customer.page.get_by_label("Mau cerita sedikit?").fill(words)
    customer.page.get_by_role("button", name="Tambahkan cerita").click()
    customer.page.wait_for_url(re.compile(r"/nilai/[0-9a-f-]{36}$"))
    expect(customer.page.get_by_label("Mau cerita sedikit?")).to_have_value(words)


def step(page: Page) -> Locator:
    """Which of the three steps is marked."""
    return page.locator("[aria-current=step]")


def answer(owner: Phone, words: str) -> None:
    owner.page.get_by_label("Balas", exact=True).fill(words)
    owner.page.get_by_role("button", name="Kirim balasan").click()
    expect(owner.page.get_by_text("Balasan tersimpan.")).to_be_visible()


def voices(owner: Phone, show: str = "all") -> Locator:
    """The rows of Suara."""
    owner.go(f"/voice?show={show}")
    return owner.page.locator("main .item")


@SCRIPT
def test_from_registering_to_sudah_beres(new_phone: PhoneMaker, script: bool) -> None:  # noqa: PLR0915 (one story, told through)
    owner, customer = new_phone(), new_phone(java_script_enabled=script)
    siti, number = bu_siti(), new_number()
    hers, theirs = owner.page, customer.page

    owner.go("/sign-up")
    fill(owner, siti)
    hers.get_by_role("checkbox").check()
    hers.get_by_role("button", name="Daftar").click()
    expect(hers.get_by_role("heading", name=siti.business)).to_be_visible()

    # She scans, taps a face, and says why.
    customer.go(shop_of(owner))
    expect(theirs.get_by_role("heading", name=siti.business)).to_be_visible()
    tap_face(customer, "Kurang")
    say_why(customer, "Bandengnya asin")

    # Worse: she complains, with a photo.
    customer.go(shop_of(owner))
    theirs.get_by_text("Ada keluhan?").click()
    theirs.get_by_text("Basi atau bau").click()
    theirs.get_by_label("Ceritanya").fill("Sudah bau waktu dibuka.\nPadahal baru dibeli.")
    theirs.get_by_label("Foto").set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo(1600, 1200)}
    )
    theirs.get_by_label("Nama Anda").fill("Rina")
    theirs.get_by_label("Nomor HP, kalau mau dihubungi").fill(number)
    theirs.get_by_role("button", name="Kirim keluhan").click()
    expect(theirs.get_by_role("heading", name="Keluhan K-")).to_be_visible()
    expect(step(theirs)).to_have_text("Menunggu")
    picture = theirs.get_by_alt_text("Foto keluhan")
    expect(picture).to_be_visible()
    link = customer.path()
    assert re.fullmatch(r"/k/[\w-]{43,64}", link)
    body = customer.context.request.get(customer.url + str(picture.get_attribute("src"))).body()
    assert not has_notes(body)
    assert max(size(body)) <= 1280

    # The owner hears it on Beranda and answers.
    owner.go("/")
    hers.get_by_role("link", name="Keluhan: basi atau bau").click()
    expect(hers.get_by_text("Penting")).to_be_visible()
    expect(hers.get_by_text("Sudah bau waktu dibuka.")).to_be_visible()
    expect(hers.get_by_alt_text("Foto keluhan")).to_be_visible()
    hers.get_by_role("button", name="Mohon maaf, barangnya kami ganti baru").click()
    expect(hers.get_by_label("Balas", exact=True)).to_have_value(re.compile("^Mohon maaf, barangnya"))
    answer(owner, "Mohon maaf, kami ganti baru hari ini.")
    complaint = owner.path()
    code = str(hers.title()).rpartition("Keluhan ")[2]
    whatsapp = urlsplit(str(hers.get_by_role("link", name="Kirim lewat WA").get_attribute("href")))
    assert (whatsapp.netloc, whatsapp.path) == ("wa.me", f"/62{number.replace('-', '').removeprefix('0')}")
    assert parse_qs(whatsapp.query)["text"] == [
        f"Assalamu’alaikum Rina, ini dari {siti.business} tentang keluhan {code}.\n\nMohon maaf, kami ganti baru hari ini."
    ]

    # They talk.
    customer.go(link)
    expect(step(theirs)).to_have_text("Sedang diproses")
    expect(theirs.get_by_text("Mohon maaf, kami ganti baru hari ini.")).to_be_visible()
    expect(theirs.get_by_role("heading", name="Sudah beres?")).to_have_count(0)
    theirs.get_by_label("Tambah pesan").fill("Saya tunggu sampai sore.")
    theirs.get_by_role("button", name="Kirim", exact=True).click()
    expect(theirs.get_by_text("Saya tunggu sampai sore.")).to_be_visible()
    expect(theirs.get_by_label("Tambah pesan")).to_have_value("")
    owner.go(complaint)
    expect(hers.get_by_text("Saya tunggu sampai sore.")).to_be_visible()
    hers.get_by_role("button", name="Tandai selesai").click()
    expect(hers.get_by_text("Ditandai selesai.")).to_be_visible()

    # Not yet.
    customer.go(link)
    expect(step(theirs)).to_have_text("Selesai")
    expect(theirs.get_by_role("heading", name="Sudah beres?")).to_be_visible()
    theirs.get_by_role("button", name="Belum").click()
    expect(step(theirs)).to_have_text("Sedang diproses")
    owner.go(complaint)
    answer(owner, "Gantinya sudah kami antar.")
    hers.get_by_role("button", name="Tandai selesai").click()
    expect(hers.get_by_text("Ditandai selesai.")).to_be_visible()

    # Now it is well.
    customer.go(link)
    theirs.get_by_role("button", name="Ya, sudah").click()
    expect(theirs.get_by_text("Sudah beres. Terima kasih sudah memberi tahu.")).to_be_visible()
    owner.go(complaint)
    expect(hers.get_by_text("Pelanggan bilang sudah beres")).to_be_visible()
    expect(voices(owner)).to_have_count(2)
    expect(hers.locator("main .item").filter(has_text="Rina")).to_contain_text("Sudah beres")
    expect(hers.locator("main .item").filter(has_text="Bandengnya asin")).to_be_visible()


@SCRIPT
def test_a_second_face_on_the_same_day_replaces_the_first(new_phone: PhoneMaker, script: bool) -> None:
    owner, shop = open_shop(new_phone)
    customer = new_phone(java_script_enabled=script)
    customer.go(shop)
    tap_face(customer, "Kecewa")
    tap_face(customer, "Sangat puas")
    say_why(customer, "Ternyata enak")
    expect(voices(owner)).to_have_count(1)
    expect(owner.page.locator("main .item")).to_contain_text("Ternyata enak")
    expect(owner.page.locator("main .item")).to_contain_text("Sangat puas")


@SCRIPT
def test_mistakes_in_a_complaint_are_told_and_nothing_typed_is_lost(new_phone: PhoneMaker, script: bool) -> None:
    owner, shop = open_shop(new_phone)
    customer = new_phone(java_script_enabled=script)
    customer.expect(422)
    page = customer.page
    customer.go(shop)
    page.get_by_text("Ada keluhan?").click()
    page.get_by_label("Ceritanya").fill("Dua jam menunggu")
    page.get_by_label("Nomor HP, kalau mau dihubungi").fill("nol delapan")
    page.get_by_role("button", name="Kirim keluhan").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#category-error")).to_be_visible()
    expect(page.locator("#phone-error")).to_contain_text("hanya berisi angka")
    expect(page.get_by_label("Ceritanya")).to_have_value("Dua jam menunggu")
    page.get_by_text("Terlambat", exact=True).click()
    page.get_by_label("Nomor HP, kalau mau dihubungi").fill("")
    page.get_by_role("button", name="Kirim keluhan").click()
    expect(page.get_by_role("heading", name="Keluhan K-")).to_be_visible()
    expect(page.get_by_text("Dua jam menunggu")).to_be_visible()
    expect(voices(owner)).to_have_count(1)


@SCRIPT
def test_a_photo_that_is_none_never_costs_the_words(new_phone: PhoneMaker, script: bool) -> None:
    owner, shop = open_shop(new_phone)
    customer = new_phone(java_script_enabled=script)
    customer.expect(422)
    page = customer.page
    customer.go(shop)
    page.get_by_text("Ada keluhan?").click()
    page.get_by_text("Bungkus rusak").click()
    page.get_by_label("Ceritanya").fill("Sobek semua")
    page.get_by_label("Foto").set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"ini bukan foto"}
    )
    page.get_by_role("button", name="Kirim keluhan").click()
    expect(page.get_by_role("heading", name="Keluhan K-")).to_be_visible()
    expect(page.get_by_text("Sobek semua")).to_be_visible()
    expect(page.get_by_text("fotonya belum")).to_be_visible()
    expect(page.get_by_alt_text("Foto keluhan")).to_have_count(0)
    page.get_by_label("Tambah foto").set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo(400, 300)}
    )
    page.get_by_role("button", name="Kirim foto").click()
    expect(page.get_by_alt_text("Foto keluhan")).to_be_visible()
    expect(voices(owner)).to_have_count(1)


@SCRIPT
def test_the_page_speaks_english_all_the_way(new_phone: PhoneMaker, script: bool) -> None:
    _owner, shop = open_shop(new_phone)
    customer = new_phone(java_script_enabled=script)
    page = customer.page
    customer.go(shop)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Very satisfied").click()
    expect(page.get_by_text("Saved. Thank you!")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("form[action*=nilai] textarea").fill("Tasty")
    page.locator("form[action*=nilai] textarea + *, form[action*=nilai] button.soft").last.click()
    expect(page.locator("form[action*=nilai] textarea")).to_have_value("Tasty")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_shop_may_be_called_as_its_own_doors(new_phone: PhoneMaker) -> None:
    owner, shop = open_shop(new_phone, Person("Bu Siti", "Nilai Keluhan"))
    customer = new_phone()
    customer.go(shop)
    tap_face(customer, "Puas")
    say_why(customer, "Mantap")
    expect(voices(owner)).to_contain_text("Mantap")


# --- Shared links


def test_a_shared_link_is_opened_by_somebody_else_and_then_no_more(new_phone: PhoneMaker) -> None:
    owner, shop = open_shop(new_phone)
    customer, husband = new_phone(), new_phone()
    number = new_number()
    complain(customer, shop, **{"Nama Anda": "Rina", "Nomor HP, kalau mau dihubungi": number})
    voices(owner).first.click()
    complaint = owner.path()
    owner.page.get_by_role("button", name="Buat tautan baru").click()
    link = owner.page.locator("code").inner_text().removeprefix(owner.url)

    husband.go(link)
    expect(husband.page.get_by_role("heading", name="Keluhan K-")).to_be_visible()
    for canary in ("Rina", number, number.replace("-", ""), number.removeprefix("0")):
        assert canary not in husband.page.content()

    owner.go(complaint)
    row = owner.page.locator(".item").filter(has_text="Dibuat di sini")
    row.get_by_role("button", name="Cabut").click()
    expect(owner.page.get_by_text("Tautan itu tidak berlaku lagi.")).to_be_visible()
    husband.expect(404)
    husband.go(link)
    expect(husband.page.get_by_text("tautannya sudah tidak berlaku")).to_be_visible()
    customer.page.reload()
    expect(customer.page.get_by_role("heading", name="Keluhan K-")).to_be_visible()


# --- Impatient thumbs


def test_two_taps_on_a_face_are_one_rating(new_phone: PhoneMaker) -> None:
    owner, shop = open_shop(new_phone)
    customer = new_phone()
    customer.go(shop)
    face = customer.page.get_by_role("button", name="Puas", exact=True)
    with customer.page.expect_response(lambda answer: answer.request.method == "POST"):
        sent = tap_impatiently(customer, face, f"{shop}/nilai")
    expect(customer.page.get_by_text("Sudah tersimpan. Terima kasih!")).to_be_visible()
    say_why(customer, "Enak")
    assert len(sent) == 2, "one face, one story"
    expect(voices(owner)).to_have_count(1)


def test_another_face_while_the_first_is_on_its_way_is_a_change_of_mind(new_phone: PhoneMaker) -> None:
    owner, shop = open_shop(new_phone)
    customer = new_phone()
    held: list[Route] = []
    page = customer.page
    customer.go(shop)
    page.route(f"{customer.url}{shop}/nilai", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_role("button", name="Kecewa", exact=True).click()
    page.get_by_role("button", name="Sangat puas", exact=True).click()
    expect(page.get_by_role("button", name="Sangat puas", exact=True)).to_have_attribute("aria-pressed", "true")
    with page.expect_response(lambda answer: "face=5" in (answer.request.post_data or "")):
        held[0].continue_()
    expect(voices(owner)).to_have_count(1)
    expect(owner.page.locator("main .item")).to_contain_text("Sangat puas")


def test_two_taps_on_a_complaint_are_one_and_lead_to_its_page(new_phone: PhoneMaker) -> None:
    owner, shop = open_shop(new_phone)
    customer = new_phone()
    customer.go(shop)
    customer.page.get_by_text("Ada keluhan?").click()
    customer.page.get_by_text("Terlambat", exact=True).click()
    send = customer.page.get_by_role("button", name="Kirim keluhan")
    sent = tap_impatiently(customer, send, f"{shop}/keluhan")
    expect(customer.page.get_by_role("heading", name="Keluhan K-")).to_be_visible()
    assert len(sent) == 1
    expect(voices(owner)).to_have_count(1)


def test_two_taps_on_an_answer_or_a_message_say_it_once(new_phone: PhoneMaker) -> None:
    owner, shop = open_shop(new_phone)
    customer = new_phone()
    complain(customer, shop)
    customer.page.get_by_label("Tambah pesan").fill("Bagaimana?")
    send = customer.page.get_by_role("button", name="Kirim", exact=True)
    sent = tap_impatiently(customer, send, "/k/*/messages")
    expect(customer.page.locator(".msg")).to_have_count(2)
    assert len(sent) == 1
    voices(owner).first.click()
    owner.page.get_by_label("Balas", exact=True).fill("Mohon maaf")
    send = owner.page.get_by_role("button", name="Kirim balasan")
    sent = tap_impatiently(owner, send, "/complaints/*/answers")
    expect(owner.page.locator(".msg")).to_have_count(3)
    assert len(sent) == 1
    owner.page.reload()
    expect(owner.page.locator(".msg")).to_have_count(3)


def test_two_taps_without_script_are_still_one(new_phone: PhoneMaker) -> None:
    owner, shop = open_shop(new_phone)
    customer = new_phone(java_script_enabled=False)
    customer.go(shop)
    customer.page.get_by_role("button", name="Puas", exact=True).dblclick()
    expect(customer.page.get_by_text("Sudah tersimpan. Terima kasih!")).to_be_visible()
    customer.go(shop)
    customer.page.get_by_text("Ada keluhan?").click()
    customer.page.get_by_text("Terlambat", exact=True).click()
    customer.page.get_by_role("button", name="Kirim keluhan").dblclick()
    expect(customer.page.get_by_role("heading", name="Keluhan K-")).to_be_visible()
    expect(voices(owner)).to_have_count(2)


def test_without_any_script_file_the_owner_answers_too(new_phone: PhoneMaker) -> None:
    owner = new_phone(java_script_enabled=False)
    siti = bu_siti()
    sign_up(owner, siti)
    shop, customer = shop_of(owner), new_phone()
    complain(customer, shop)
    voices(owner).first.click()
    owner.page.get_by_role("button", name="Mulai proses").click()
    answer(owner, "Mohon maaf")
    owner.page.get_by_role("button", name="Tandai selesai").click()
    expect(owner.page.get_by_text("Ditandai selesai.")).to_be_visible()
    form = read_form(owner.page.content(), f"{owner.path()}/answers")
    assert form["words"] == [""]
