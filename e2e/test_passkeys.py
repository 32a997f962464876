"""Passkeys, with a reader of fingers that Chromium itself simulates."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PhoneMaker
from e2e.people import Person, bu_siti, sign_in, sign_up
from e2e.phone import Phone
from e2e.reader import Finger


@pytest.fixture
def finger(phone: Phone) -> Finger:
    """Lies on the reader of the phone."""
    return Finger(phone)


@pytest.fixture
def siti(phone: Phone, finger: Finger) -> Person:
    """Has signed up on the phone and given it her finger."""
    person = bu_siti()
    sign_up(phone, person)
    phone.go("/account/passkeys")
    phone.page.get_by_role("button", name="Pasang di HP ini").click()
    expect(phone.page.locator(".item")).to_have_count(1)
    return person


def sign_out(phone: Phone) -> None:
    """Leaves by the button."""
    phone.go("/more")
    phone.page.get_by_role("button", name="Keluar").click()
    expect(phone.page.get_by_text("Anda sudah keluar.")).to_be_visible()


def without_suggestions(phone: Phone) -> None:
    """Makes the phone an older one, which offers no key beside a field."""
    phone.context.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")


def test_a_key_is_kept_by_the_phone_and_shown_in_the_list(phone: Phone, finger: Finger, siti: Person) -> None:
    assert finger.keys() == 1
    expect(phone.page.locator(".item")).to_contain_text("Android")


def test_the_button_signs_in_without_a_word_typed(phone: Phone, siti: Person) -> None:
    sign_out(phone)
    without_suggestions(phone)
    phone.go("/sign-in?next=/account")
    phone.page.get_by_role("button", name="Masuk dengan sidik jari").click()
    expect(phone.page.get_by_role("heading", name="Akun")).to_be_visible()
    expect(phone.page.get_by_label("Nama Anda")).to_have_value(siti.name)


def test_the_phone_offers_the_key_beside_the_number(phone: Phone, siti: Person) -> None:
    sign_out(phone)
    # The simulated reader takes the only suggestion by itself, as her tap on it would.
    phone.page.get_by_role("link", name="Masuk").click()
    expect(phone.page.get_by_role("heading", name=siti.business)).to_be_visible()


def test_the_password_still_works_where_no_finger_comes(phone: Phone, finger: Finger, siti: Person) -> None:
    sign_out(phone)
    finger.lift()
    phone.go("/sign-in")
    phone.page.get_by_label("Nomor HP").fill(siti.number)
    phone.page.get_by_label("Kata sandi", exact=True).fill(siti.password)
    phone.page.get_by_role("button", name="Masuk", exact=True).click()
    expect(phone.page.get_by_role("heading", name=siti.business)).to_be_visible()


def test_a_key_that_was_removed_opens_nothing_any_more(phone: Phone, finger: Finger, siti: Person) -> None:
    phone.page.locator(".item").get_by_role("button", name="Hapus").click()
    expect(phone.page.get_by_text("Sidik jari dihapus.")).to_be_visible()
    expect(phone.page.locator(".item")).to_have_count(0)
    sign_out(phone)

    phone.expect(400)
    without_suggestions(phone)
    assert finger.keys() == 1, "the phone itself still has it"
    phone.go("/sign-in")
    phone.page.get_by_role("button", name="Masuk dengan sidik jari").click()
    expect(phone.page.get_by_text("Sidik jari tidak bisa dipakai di sini.")).to_be_visible()
    phone.go("/account")
    expect(phone.page.get_by_role("heading", name="Masuk")).to_be_visible()


def test_one_persons_key_opens_nothing_of_another(new_phone: PhoneMaker, phone: Phone, siti: Person) -> None:
    other = Person("Pak Budi", "Keripik Pak Budi")
    his = new_phone()
    sign_up(his, other)
    his.go("/account/passkeys")
    expect(his.page.locator(".item")).to_have_count(0)
    sign_in(phone, other)
    phone.go("/account/passkeys")
    expect(phone.page.locator(".item")).to_have_count(0)


def test_a_browser_without_passkeys_is_told_so_and_shown_no_button(phone: Phone) -> None:
    phone.context.add_init_script("delete window.PublicKeyCredential")
    sign_up(phone, bu_siti())
    phone.go("/account/passkeys")
    expect(phone.page.get_by_text("tidak punya sidik jari untuk situs web")).to_be_visible()
    expect(phone.page.get_by_role("button", name="Pasang di HP ini")).to_be_hidden()
