"""An impatient thumb: two taps and an Enter while the answer is on its way record once."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Request, Route, expect

from e2e.people import bu_siti, sign_up
from e2e.phone import Phone
from e2e.test_sign_up import fill


@contextmanager
def held_back(phone: Phone, path: str) -> Iterator[list[Request]]:
    """While it lasts the network lets no form to `path` through; every form that was sent, also later."""
    held: list[Route] = []
    sent: list[Request] = []
    is_open = False

    def hold(route: Route) -> None:
        if route.request.method == "POST" and not is_open:
            held.append(route)
        else:
            route.continue_()

    phone.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    phone.page.route(phone.url + path, hold)
    yield sent
    is_open = True
    for route in held:
        route.continue_()


def tap_impatiently(phone: Phone, button: Locator, path: str) -> list[Request]:
    """Taps twice and presses Enter before anything comes through; every form that was sent."""
    with held_back(phone, path) as sent:
        with phone.page.expect_request(lambda request: request.method == "POST"):
            button.dblclick()
        phone.page.keyboard.press("Enter")
    return sent


def press_enter_twice(phone: Phone, field: Locator, path: str) -> list[Request]:
    """Sends the form from a field in it, twice before anything comes through; every form that was sent."""
    with held_back(phone, path) as sent:
        field.focus()
        with phone.page.expect_request(lambda request: request.method == "POST"):
            phone.page.keyboard.press("Enter")
        # The field still has the focus, as after a tap it would not.
        phone.page.keyboard.press("Enter")
    return sent


def test_signing_up_makes_one_account_with_one_business(phone: Phone) -> None:
    siti = bu_siti()
    phone.go("/sign-up")
    fill(phone, siti)
    phone.page.get_by_role("checkbox").check()
    sent = tap_impatiently(phone, phone.page.get_by_role("button", name="Daftar"), "/sign-up")
    expect(phone.page.get_by_role("heading", name=siti.business)).to_be_visible()
    assert len(sent) == 1
    phone.go("/businesses")
    expect(phone.page.locator(".item")).to_have_count(1)
    phone.go("/account/devices")
    expect(phone.page.locator(".item")).to_have_count(1)


def test_a_business_is_added_once(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/businesses")
    phone.page.get_by_label("Nama usaha").fill("Otak-otak Bu Siti")
    sent = tap_impatiently(phone, phone.page.get_by_role("button", name="Tambah usaha"), "/businesses")
    expect(phone.page.get_by_role("heading", name="Otak-otak Bu Siti")).to_be_visible()
    assert len(sent) == 1
    phone.go("/businesses")
    expect(phone.page.locator(".item").filter(has_text="Otak-otak Bu Siti")).to_have_count(1)


def test_one_invitation_is_made(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/staff")
    phone.page.get_by_label("Untuk siapa").fill("Dede")
    button = phone.page.get_by_role("button", name="Buat tautan undangan")
    sent = tap_impatiently(phone, button, "/staff/invitations")
    expect(phone.page.locator("code")).to_be_visible()
    assert len(sent) == 1
    phone.go("/staff")
    expect(phone.page.locator(".item").filter(has_text="Dede")).to_have_count(1)


def test_enter_pressed_twice_signs_up_once(phone: Phone) -> None:
    siti = bu_siti()
    phone.go("/sign-up")
    fill(phone, siti)
    phone.page.get_by_role("checkbox").check()
    sent = press_enter_twice(phone, phone.page.get_by_label("Nama usaha"), "/sign-up")
    expect(phone.page.get_by_role("heading", name=siti.business)).to_be_visible()
    assert len(sent) == 1


def test_enter_pressed_twice_adds_one_business(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/businesses")
    field = phone.page.get_by_label("Nama usaha")
    field.fill("Otak-otak Bu Siti")
    sent = press_enter_twice(phone, field, "/businesses")
    expect(phone.page.get_by_role("heading", name="Otak-otak Bu Siti")).to_be_visible()
    assert len(sent) == 1
    phone.go("/businesses")
    expect(phone.page.locator(".item").filter(has_text="Otak-otak Bu Siti")).to_have_count(1)


def test_after_coming_back_to_the_page_its_button_works_again(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    for name in ("Dede", "Asep"):
        phone.go("/staff")
        phone.page.get_by_label("Untuk siapa").fill(name)
        phone.page.get_by_role("button", name="Buat tautan undangan").click()
        expect(phone.page.locator("code")).to_be_visible()
        phone.page.go_back()
        expect(phone.page.get_by_label("Untuk siapa")).to_be_visible()
        phone.page.get_by_label("Untuk siapa").fill(f"adik {name}")
        phone.page.get_by_role("button", name="Buat tautan undangan").click()
        expect(phone.page.locator("code")).to_be_visible()
    phone.go("/staff")
    expect(phone.page.get_by_role("button", name="Batalkan")).to_have_count(4)
