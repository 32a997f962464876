"""Signing in and out, and coming back with a forgotten password."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PhoneMaker
from e2e.people import Person, bu_siti, sign_in, sign_up
from e2e.phone import Phone
from e2e.server import Server


@pytest.fixture
def siti(new_phone: PhoneMaker) -> Person:
    """Has signed up on some other phone."""
    person = bu_siti()
    sign_up(new_phone(), person)
    return person


def enter(phone: Phone, number: str, password: str) -> None:
    """Types number and password and taps the button."""
    phone.page.get_by_label("Nomor HP").fill(number)
    phone.page.get_by_label("Kata sandi", exact=True).fill(password)
    phone.page.get_by_role("button", name="Masuk", exact=True).click()


@pytest.mark.parametrize("write", ["{}", "+62{0[1]}", "62{0[1]}", "{0[0]}{0[1]}"])
def test_every_way_to_write_the_number_signs_in(phone: Phone, siti: Person, write: str) -> None:
    digits = siti.number.replace("-", "")
    phone.go("/sign-in")
    enter(phone, siti.number if write == "{}" else write.format((digits[0], digits[1:])), siti.password)
    expect(phone.page.get_by_role("heading", name=siti.business)).to_be_visible()


def test_a_wrong_password_is_refused_in_words(phone: Phone, siti: Person) -> None:
    phone.expect(422)
    phone.go("/sign-in")
    enter(phone, siti.number, "bukan yang ini")
    alert = phone.page.get_by_role("alert")
    expect(alert).to_contain_text("Nomor HP atau kata sandi salah")
    expect(alert).to_be_focused()
    expect(phone.page.get_by_label("Nomor HP")).to_have_value(siti.number)

    words = alert.inner_text()
    enter(phone, "0812-9999-9999", "bukan yang ini")
    expect(phone.page.get_by_label("Nomor HP")).to_have_value("0812-9999-9999")
    assert phone.page.get_by_role("alert").inner_text() == words, "tells which numbers are known"


def test_letters_as_a_number_are_refused_beside_the_field(phone: Phone) -> None:
    phone.expect(422)
    phone.go("/sign-in")
    enter(phone, "nomor saya", "apa saja boleh")
    expect(phone.page.locator("#f-phone-error")).to_be_visible()


def test_a_page_that_needs_signing_in_is_reached_after_it(phone: Phone, siti: Person) -> None:
    phone.go("/business/profile")
    expect(phone.page.get_by_role("heading", name="Masuk")).to_be_visible()
    enter(phone, siti.number, siti.password)
    expect(phone.page.get_by_role("heading", name="Profil usaha")).to_be_visible()
    assert phone.path() == "/business/profile"


def test_nobody_is_led_to_another_site(phone: Phone, siti: Person) -> None:
    phone.go("/sign-in?next=https://example.com/")
    enter(phone, siti.number, siti.password)
    expect(phone.page.get_by_role("heading", name=siti.business)).to_be_visible()
    assert phone.path() == "/"


def test_signing_out_closes_every_page(phone: Phone, siti: Person) -> None:
    sign_in(phone, siti)
    phone.go("/more")
    phone.page.get_by_role("button", name="Keluar").click()
    expect(phone.page.get_by_text("Anda sudah keluar.")).to_be_visible()

    phone.go("/more")
    expect(phone.page.get_by_role("heading", name="Masuk")).to_be_visible()


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(
    phone: Phone, new_phone: PhoneMaker, siti: Person, server: Server
) -> None:
    elsewhere = new_phone()
    sign_in(elsewhere, siti)
    phone.go("/sign-in")
    phone.page.get_by_role("link", name="Lupa kata sandi?").click()
    expect(phone.page.get_by_text("Minta tautan baru kepada pendamping")).to_be_visible()

    link = server.command("reset-link", siti.number).removeprefix(server.url)
    phone.go(link)
    phone.page.get_by_label("Kata sandi baru").fill("bandeng rebus baru")
    phone.page.get_by_role("button", name="Simpan dan masuk").click()
    expect(phone.page.get_by_role("heading", name=siti.business)).to_be_visible()

    # Whoever knew the old password is out.
    elsewhere.go("/more")
    expect(elsewhere.page.get_by_role("heading", name="Masuk")).to_be_visible()
    elsewhere.expect(404)
    elsewhere.go(link)
    expect(elsewhere.page.get_by_text("tautannya sudah tidak berlaku")).to_be_visible()

    elsewhere.go("/sign-in")
    enter(elsewhere, siti.number, "bandeng rebus baru")
    expect(elsewhere.page.get_by_role("heading", name=siti.business)).to_be_visible()
