"""Installing: what Chromium says of the app, when it is offered, what a first opening does, what other apps share with it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from e2e.outbox import until
from e2e.people import bu_siti, pak_budi, sign_up
from e2e.phone import SCREEN, Phone
from e2e.pictures import photo
from e2e.server import Server
from e2e.test_offline_pages import WITHOUT_SIGNAL

StartBrowser = Callable[..., Phone]

# The browser's own question, which no test can answer, is kept away ...
DOES_NOT_ASK = """
    addEventListener("beforeinstallprompt", (event) => event.isTrusted && event.stopImmediatePropagation(), true);
"""
# ... and this one stands in for it.
ASKS_TO_INSTALL = (
    DOES_NOT_ASK
    + """
    window.asked = 0;
    addEventListener("load", () => {
        const event = new Event("beforeinstallprompt", { cancelable: true });
        event.prompt = async () => { window.asked += 1 };
        dispatchEvent(event);
    });
"""
)
# As another app would hand it over: Android sends the form that the manifest describes.
SHARE = """async ([words, bytes]) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/share", enctype: "multipart/form-data" });
    for (const [name, value] of Object.entries(words)) {
        const input = document.createElement("input");
        Object.assign(input, { name, value });
        form.append(input);
    }
    if (bytes) {
        const input = document.createElement("input");
        Object.assign(input, { type: "file", name: "photos" });
        const chosen = new DataTransfer();
        chosen.items.add(new File([new Uint8Array(bytes)], "foto.jpg", { type: "image/jpeg" }));
        input.files = chosen.files;
        form.append(input);
    }
    document.body.append(form);
    form.submit();
}"""


@pytest.fixture
def phone(playwright: Playwright, launch_options: dict[str, Any], server: Server, tmp_path: Path) -> Iterator[Phone]:
    """A browser that may install: one with a profile of its own."""
    context = playwright.chromium.launch_persistent_context(tmp_path, **launch_options, **SCREEN)
    phone = Phone(context, server.url)
    yield phone
    troubles = [trouble for trouble in phone.finish() if not WITHOUT_SIGNAL.search(trouble)]
    assert not troubles, "went wrong in the browser:\n" + "\n".join(troubles)


def controlled(phone: Phone) -> None:
    """Waits until the worker has the page."""
    until(phone.page, "() => navigator.serviceWorker.controller !== null")


def test_the_browser_has_nothing_against_installing(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/")
    controlled(phone)
    session = phone.context.new_cdp_session(phone.page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == phone.url + "/manifest.json"
    assert session.send("Page.getAppId")["appId"] == phone.url + "/?app"


def test_a_stranger_may_install_too(phone: Phone) -> None:
    phone.go("/install")
    session = phone.context.new_cdp_session(phone.page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []


def test_each_shortcut_opens_its_page_also_without_signal(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/")
    manifest = json.loads(phone.context.request.get(phone.url + "/manifest.json").text())
    controlled(phone)
    for shortcut in manifest["shortcuts"]:
        path = shortcut["url"].partition("?")[0]
        until(phone.page, f"async () => Boolean(await caches.match({path!r}, {{ ignoreVary: true }}))")
    phone.context.set_offline(True)
    for shortcut in manifest["shortcuts"]:
        phone.go(shortcut["url"])
        expect(phone.page.get_by_text("Tanpa sinyal. Data pukul")).to_be_visible()


def save_profile(phone: Phone) -> None:
    """A useful write, by way of the outbox."""
    phone.go("/business/profile")
    phone.page.get_by_role("button", name="Simpan").click()
    expect(phone.page.get_by_text("Profil usaha tersimpan.")).to_be_visible()


def test_it_is_offered_once_after_the_second_write_that_arrived(phone: Phone) -> None:
    phone.context.add_init_script(ASKS_TO_INSTALL)
    sign_up(phone, bu_siti())
    card = phone.page.locator("[data-part=install]")
    phone.go("/")
    controlled(phone)
    save_profile(phone)
    phone.go("/")
    expect(phone.page.get_by_text("Langkah pertama")).to_be_visible()
    expect(card).to_have_count(0)
    save_profile(phone)
    expect(card).to_be_visible()
    assert phone.page.evaluate("() => window.asked") == 0, "the browser asks only when she has said yes"
    card.get_by_role("button", name="Nanti saja").click()
    expect(card).to_have_count(0)
    save_profile(phone)
    phone.go("/")
    expect(phone.page.get_by_text("Langkah pertama")).to_be_visible()
    expect(card).to_have_count(0)


def test_pasang_asks_the_browser(phone: Phone) -> None:
    phone.context.add_init_script(ASKS_TO_INSTALL)
    phone.context.add_init_script("localStorage.arrived = 'one two'")
    sign_up(phone, bu_siti())
    phone.go("/")
    phone.page.locator("[data-part=install]").get_by_role("link", name="Pasang").click()
    phone.page.wait_for_function("() => window.asked === 1")
    assert phone.path() == "/"


def test_where_the_browser_cannot_ask_the_way_is_shown(phone: Phone) -> None:
    # As in Safari and Firefox.
    phone.context.add_init_script(DOES_NOT_ASK)
    phone.context.add_init_script("delete window.onbeforeinstallprompt; localStorage.arrived = 'one two'")
    sign_up(phone, bu_siti())
    phone.go("/")
    phone.page.locator("[data-part=install]").get_by_role("link", name="Pasang").click()
    expect(phone.page.get_by_role("heading", name="Pasang di layar HP", level=1)).to_be_visible()


def test_customers_are_never_asked_to_install(phone: Phone) -> None:
    phone.context.add_init_script(ASKS_TO_INSTALL)
    phone.context.add_init_script("localStorage.arrived = 'one two'")
    siti = bu_siti()
    sign_up(phone, siti)
    phone.go("/business/qr")
    shop = phone.page.locator("[data-share]").get_attribute("data-share")
    assert shop is not None
    phone.context.clear_cookies()
    for address in (shop, phone.url + "/", phone.url + "/sign-in"):
        phone.page.goto(address)
        expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
        phone.page.wait_for_function("() => document.readyState === 'complete'")
        expect(phone.page.locator("[data-part=install]")).to_have_count(0)


def test_the_page_of_the_way_has_a_button_where_the_browser_can_ask(phone: Phone) -> None:
    phone.context.add_init_script(ASKS_TO_INSTALL)
    phone.go("/install")
    phone.page.get_by_role("button", name="Pasang sekarang").click()
    phone.page.wait_for_function("() => window.asked === 1")


def test_an_installed_app_whose_room_is_not_promised_is_told_so(phone: Phone) -> None:
    phone.context.add_init_script("""
        Object.defineProperty(navigator, "standalone", { get: () => true });
        navigator.storage.persisted = navigator.storage.persist = async () => false;
    """)
    phone.go("/install")
    expect(phone.page.get_by_text("Sudah terpasang di HP ini.")).to_be_visible()
    expect(phone.page.get_by_text("Peramban belum menjamin tempatnya.")).to_be_visible()


# ---------- what other apps share ----------


def share(phone: Phone, words: dict[str, str], picture: bytes | None = None) -> None:
    """Another app shares this; the app opens with it."""
    phone.page.evaluate(SHARE, [words, list(picture) if picture else None])
    phone.page.wait_for_url("**/share")


def test_shared_words_and_photo_lie_on_the_phone_until_she_is_done(phone: Phone, server: Server) -> None:
    sign_up(phone, bu_siti())
    phone.go("/share")
    controlled(phone)
    page = phone.page
    expect(page.get_by_text("Belum ada yang dibagikan.")).to_be_visible()
    words = {"title": "Rina", "text": "Bu, pesan bandeng 3 ya", "url": ""}
    share(phone, words, photo(800, 600))
    expect(page.get_by_label("Tulisan")).to_have_value("Rina\nBu, pesan bandeng 3 ya")
    shown = page.get_by_role("img", name="Foto yang dibagikan")
    expect(shown).to_have_js_property("naturalWidth", 800)

    page.get_by_role("button", name="Jadikan foto logo").click()
    expect(page.get_by_text("Foto tersimpan.")).to_be_visible()
    phone.go("/business/profile")
    expect(page.locator("main img").first).to_have_js_property("complete", True)

    phone.go("/share")
    expect(shown).to_be_visible()
    page.get_by_role("button", name="Selesai, hapus dari sini").click()
    expect(page.get_by_role("heading", name="Sate Bandeng Bu Siti")).to_be_visible()
    phone.go("/share")
    expect(page.get_by_text("Belum ada yang dibagikan.")).to_be_visible()


def test_sharing_works_without_signal(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/share")
    controlled(phone)
    until(phone.page, "async () => Boolean(await caches.match('/share', { ignoreVary: true }))")
    phone.context.set_offline(True)
    share(phone, {"title": "", "text": "Ambil sore ya", "url": ""}, photo(640, 480))
    expect(phone.page.get_by_label("Tulisan")).to_have_value("Ambil sore ya")
    expect(phone.page.get_by_role("img", name="Foto yang dibagikan")).to_be_visible()


def test_what_was_shared_with_her_is_not_shown_to_the_next_person(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/share")
    controlled(phone)
    share(phone, {"title": "", "text": "Hanya untuk Bu Siti", "url": ""})
    expect(phone.page.get_by_label("Tulisan")).to_have_value("Hanya untuk Bu Siti")
    phone.context.clear_cookies()
    sign_up(phone, pak_budi())
    phone.go("/share")
    expect(phone.page.get_by_text("Belum ada yang dibagikan.")).to_be_visible()
    assert "Hanya untuk Bu Siti" not in phone.page.content()
