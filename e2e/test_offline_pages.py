"""What a phone shows without signal: the pages it holds, for whom, how old they are; and new versions of the worker."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from e2e.outbox import until
from e2e.people import Person, bu_siti, pak_budi, sign_in, sign_up
from e2e.phone import PATIENCE_MILLISECONDS, SCREEN, Phone
from e2e.pictures import photo
from e2e.server import Server
from tests.network.badnet import BadNet

ROOT = Path(__file__).parent.parent
DOORS = {
    "/": "Sate Bandeng Bu Siti",
    "/voice": "Suara",
    "/orders": "Pesanan",
    "/customers": "Pelanggan",
    "/more": "Lainnya",
}

# What a browser says of every request that finds no network, and of a picture of a page that it could not blend into the next.
WITHOUT_SIGNAL = re.compile("ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|Transition was aborted")

StartBrowser = Callable[..., Phone]


@pytest.fixture
def start_browser(
    playwright: Playwright, launch_options: dict[str, Any], server: Server, tmp_path: Path
) -> Iterator[StartBrowser]:
    """Starts her browser; again and again with what it kept."""
    phones: list[Phone] = []

    def start(url: str = server.url, **options: Any) -> Phone:
        context = playwright.chromium.launch_persistent_context(tmp_path, **launch_options, **SCREEN, **options)
        phones.append(Phone(context, url))
        return phones[-1]

    yield start
    troubles = [trouble for phone in phones for trouble in phone.finish() if not WITHOUT_SIGNAL.search(trouble)]
    assert not troubles, "went wrong in the browser:\n" + "\n".join(troubles)


def warm_up(phone: Phone) -> None:
    """Waits until the worker has put the main pages on the phone."""
    phone.go("/")
    until(
        phone.page,
        """async () => {
        const names = (await caches.keys()).filter(name => name.startsWith("pages-") && name !== "pages-nobody");
        for (const name of names) {
            const keys = await (await caches.open(name)).keys();
            if (keys.some(({ url }) => url.includes("/warmed?"))) return true;
        }
    }""",
    )


def kept(phone: Phone) -> set[str]:
    """The addresses of the pages that the phone holds, of whomever."""
    found: list[str] = phone.page.evaluate("""async () => {
        const urls = [];
        for (const name of await caches.keys()) {
            if (!name.startsWith("pages-")) continue;
            for (const { url } of await (await caches.open(name)).keys()) urls.push(url.replace(location.origin, ""));
        }
        return urls;
    }""")
    return set(found)


def make_older(phone: Phone, days: float) -> None:
    """As if what the phone holds had been kept so long ago."""
    phone.page.evaluate(
        """async (age) => {
        for (const name of await caches.keys()) {
            if (!name.startsWith("pages-")) continue;
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
                const answer = await cache.match(request, { ignoreVary: true });
                const headers = new Headers(answer.headers);
                headers.set("Server-Timing", `cache;desc="${Date.now() - age}"`);
                await cache.put(request, new Response(await answer.arrayBuffer(), { headers }));
            }
        }
    }""",
        days * 86_400_000,
    )


def age(page: Page) -> Any:
    return page.get_by_text("Tanpa sinyal. Data")


def offline_page(page: Page) -> Any:
    return page.get_by_text("Halaman ini belum tersimpan di HP.")


def ready(phone: Phone, person: Person) -> None:
    sign_up(phone, person)
    warm_up(phone)


def test_after_a_cold_start_every_main_page_opens_and_says_its_age(start_browser: StartBrowser) -> None:
    phone = start_browser()
    ready(phone, bu_siti())
    phone.context.close()

    phone = start_browser(offline=True)
    for path, heading in DOORS.items():
        # As the icon on the screen of the phone opens it.
        phone.go(path if path != "/" else "/?src=pwa")
        expect(phone.page.get_by_role("heading", level=1)).to_contain_text(heading)
        expect(age(phone.page)).to_contain_text("Data pukul")
        # With its looks and its picture marks, too.
        expect(phone.page.locator(".bottomnav")).to_have_css("position", "fixed")
    for door in ("Pesanan", "Pelanggan", "Suara", "Lainnya", "Beranda"):
        phone.page.locator(".bottomnav").get_by_role("link", name=door).click()
        expect(age(phone.page)).to_be_visible()


def test_the_age_is_told_in_the_words_of_people(start_browser: StartBrowser) -> None:
    phone = start_browser()
    ready(phone, bu_siti())
    make_older(phone, days=1)
    phone.context.set_offline(True)
    phone.go("/voice")
    expect(age(phone.page)).to_contain_text("Data kemarin, ")
    make_older(phone, days=4)
    phone.go("/voice")
    expect(age(phone.page)).not_to_contain_text("kemarin")
    expect(age(phone.page)).to_contain_text(
        phone.page.evaluate("new Date(Date.now() - 4 * 864e5).toLocaleDateString('id', { weekday: 'long' })")
    )


def test_with_signal_nothing_is_said_about_age(start_browser: StartBrowser) -> None:
    phone = start_browser()
    ready(phone, bu_siti())
    for path in DOORS:
        phone.go(path)
        expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
        expect(age(phone.page)).to_have_count(0)


def test_a_page_that_was_never_opened_says_what_can_be_opened(start_browser: StartBrowser) -> None:
    phone = start_browser()
    ready(phone, bu_siti())
    phone.context.set_offline(True)
    phone.go("/account/devices")
    page = phone.page
    expect(offline_page(page)).to_be_visible()
    page.get_by_role("link", name="Suara").click()
    expect(page.get_by_role("heading", name="Suara")).to_be_visible()

    phone.go("/account/devices")
    page.get_by_role("link", name="Coba lagi").click()
    expect(offline_page(page)).to_be_visible()
    phone.context.set_offline(False)
    # By itself, as soon as there is signal.
    expect(page.get_by_role("heading", name="HP yang sedang masuk")).to_be_visible()


def test_the_offline_page_speaks_her_language(start_browser: StartBrowser) -> None:
    phone = start_browser()
    sign_up(phone, bu_siti())
    phone.send("/language", {"language": "en", "next": "/"})
    warm_up(phone)
    phone.context.set_offline(True)
    phone.go("/account/devices")
    expect(phone.page.get_by_text("This page is not on your phone yet.")).to_be_visible()
    phone.go("/voice")
    expect(phone.page.get_by_text("No signal. Data from")).to_be_visible()


def test_photos_that_were_seen_are_seen_without_signal(start_browser: StartBrowser) -> None:
    phone = start_browser()
    sign_up(phone, bu_siti())
    phone.send_photo("/business/pictures/logo", photo(640, 480))
    warm_up(phone)
    phone.go("/business/profile")
    logo = phone.page.locator("main img").first
    expect(logo).to_have_js_property("complete", True)
    until(
        phone.page,
        "async () => Boolean(await caches.match(document.querySelector('main img').src, { ignoreVary: true }))",
    )
    phone.context.close()
    phone = start_browser(offline=True)
    phone.go("/business/profile")
    logo = phone.page.locator("main img").first
    expect(logo).to_have_js_property("complete", True)
    assert logo.evaluate("image => image.naturalWidth") > 0


def test_a_page_that_must_not_be_kept_is_not_kept(start_browser: StartBrowser, server: Server) -> None:
    phone = start_browser()
    siti = bu_siti()
    ready(phone, siti)
    link = server.command("reset-link", siti.number).split()[0].removeprefix(server.url)
    phone.go(link)
    expect(phone.page.get_by_role("button").first).to_be_visible()
    phone.go("/account")
    until(phone.page, "async () => Boolean(await caches.match('/account', { ignoreVary: true }))")
    assert not {path for path in kept(phone) if path.startswith("/reset/")}
    phone.context.set_offline(True)
    phone.go(link)
    expect(offline_page(phone.page)).to_be_visible()


def test_what_was_kept_long_ago_or_is_too_much_goes(start_browser: StartBrowser) -> None:
    phone = start_browser()
    ready(phone, bu_siti())
    phone.go("/voice?show=low")
    until(phone.page, "async () => Boolean(await caches.match('/voice?show=low', { ignoreVary: true }))")
    make_older(phone, days=15)
    phone.go("/more")
    until(phone.page, "async () => !(await caches.match('/voice?show=low', { ignoreVary: true }))")
    # Sixty at most, the newest.
    phone.page.evaluate("""async () => {
        const name = (await caches.keys()).find(name => name.startsWith("pages-") && name !== "pages-nobody");
        const cache = await caches.open(name);
        const now = Date.now();
        for (let n = 0; n < 70; n++) {
            const headers = { "Server-Timing": `cache;desc="${now - 60_000 - n}"`, "Content-Type": "text/html" };
            await cache.put(`/voice?old=${n}`, new Response("x", { headers }));
        }
    }""")
    phone.go("/more")
    until(
        phone.page,
        """async () => {
        const name = (await caches.keys()).find(name => name.startsWith("pages-") && name !== "pages-nobody");
        const paths = (await (await caches.open(name)).keys()).map(({ url }) => url.replace(location.origin, ""));
        return paths.length <= 60 && paths.includes("/more") && !paths.includes("/voice?old=69");
    }""",
    )


def test_another_persons_pages_are_never_shown(start_browser: StartBrowser, server: Server) -> None:
    phone = start_browser()
    siti, budi = bu_siti(), pak_budi()
    ready(phone, siti)
    # Her session ends without her signing out, as when she is taken off the phone from another one.
    phone.context.clear_cookies()
    phone.go("/voice")
    expect(phone.page.get_by_role("heading", name="Masuk", exact=True)).to_be_visible()
    until(phone.page, "async () => (await Outbox.meta('owner')) === 'nobody'")
    phone.context.set_offline(True)
    for path in DOORS:
        phone.go(path)
        expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
        assert siti.business not in phone.page.content()
    assert not phone.page.get_by_text("Bisa dibuka sekarang").is_visible()

    phone.context.set_offline(False)
    sign_up(phone, budi)
    phone.go("/")
    expect(phone.page.get_by_role("heading", name=budi.business)).to_be_visible()
    until(phone.page, "async () => (await Outbox.meta('owner')) !== 'nobody'")
    phone.context.set_offline(True)
    for path in DOORS:
        phone.go(path)
        expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
        assert siti.business not in phone.page.content()

    # She comes back: what the phone held for her is hers again.
    phone.context.set_offline(False)
    phone.context.clear_cookies()
    sign_in(phone, siti)
    phone.go("/more")
    phone.context.set_offline(True)
    phone.go("/voice")
    expect(age(phone.page)).to_be_visible()


def test_who_signs_out_without_signal_is_signed_out_before_anything_else(start_browser: StartBrowser) -> None:
    phone = start_browser()
    siti = bu_siti()
    ready(phone, siti)
    (session,) = [cookie for cookie in phone.context.cookies() if cookie["name"] == "session"]
    phone.go("/more")
    phone.context.set_offline(True)
    phone.page.get_by_role("button", name="Keluar").click()
    expect(phone.page.get_by_text("Anda sudah keluar di HP ini.")).to_be_visible()
    for path in DOORS:
        phone.go(path)
        expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
        assert siti.business not in phone.page.content()
    assert not {path for path in kept(phone) if path in {"/voice", "/more"}}

    phone.page.goto("about:blank")
    phone.context.set_offline(False)
    # The very first page that goes out finds her signed out: also an old cookie opens nothing any more.
    phone.go("/business/profile")
    expect(phone.page.get_by_role("heading", name="Masuk", exact=True)).to_be_visible()
    phone.context.add_cookies([{"name": "session", "value": session["value"], "url": phone.url}])
    phone.go("/business/profile")
    expect(phone.page.get_by_role("heading", name="Masuk", exact=True)).to_be_visible()


def test_a_page_that_the_worker_did_not_take_is_taken(start_browser: StartBrowser) -> None:
    phone = start_browser()
    ready(phone, bu_siti())
    session = phone.context.new_cdp_session(phone.page)
    # A hard reload opens a page past the worker, like the first page after signing in.
    with phone.page.expect_navigation():
        session.send("Page.reload", {"ignoreCache": True})
    until(phone.page, "() => navigator.serviceWorker.controller !== null")
    phone.context.set_offline(True)
    phone.go("/voice")
    expect(age(phone.page)).to_be_visible()


def test_whoever_saves_data_is_not_sent_pages_ahead(start_browser: StartBrowser) -> None:
    phone = start_browser()
    phone.context.add_init_script("Object.defineProperty(navigator.connection, 'saveData', { get: () => true })")
    sign_up(phone, bu_siti())
    phone.go("/")
    until(phone.page, "() => navigator.serviceWorker.controller !== null")
    phone.go("/voice")
    until(phone.page, "async () => Boolean(await caches.match('/voice', { ignoreVary: true }))")
    assert kept(phone) <= {"/", "/voice"}


def test_a_nearly_full_phone_is_told(start_browser: StartBrowser) -> None:
    phone = start_browser()
    phone.context.add_init_script("navigator.storage.estimate = async () => ({ usage: 90e6, quota: 100e6 })")
    ready(phone, bu_siti())
    expect(phone.page.get_by_text("Penyimpanan HP hampir penuh.")).to_be_visible()


# ---------- signal that is worse than none ----------


@pytest.fixture
def net(server: Server) -> Iterator[BadNet]:
    """A network between her phone and the server."""
    with BadNet(int(server.url.rsplit(":", 1)[1])) as between:
        yield between


def test_where_the_network_swallows_everything_what_the_phone_holds_is_shown(
    start_browser: StartBrowser, net: BadNet
) -> None:
    phone = start_browser(net.url)
    ready(phone, bu_siti())
    net.mode = "swallow"
    for path, heading in DOORS.items():
        phone.go(path)
        expect(phone.page.get_by_role("heading", level=1)).to_contain_text(heading)
        expect(age(phone.page)).to_be_visible()


def test_a_page_that_the_phone_does_not_hold_is_waited_for(start_browser: StartBrowser, net: BadNet) -> None:
    phone = start_browser(net.url)
    ready(phone, bu_siti())
    # Longer than a page that is held would be waited for.
    net.delay = 1.6
    phone.go("/account/devices")
    expect(phone.page.get_by_role("heading", name="HP yang sedang masuk")).to_be_visible()
    expect(age(phone.page)).to_have_count(0)


def test_a_page_that_does_not_come_is_not_waited_for_long_and_shown_when_it_comes(
    start_browser: StartBrowser, net: BadNet
) -> None:
    phone = start_browser(net.url)
    ready(phone, bu_siti())
    net.mode = "swallow"
    phone.go("/account/devices")
    expect(offline_page(phone.page)).to_be_visible()
    net.mode = "pass"

    # So slow that it comes when the offline page stands there already: it takes its place by itself.
    net.delay = 3.0
    phone.go("/account/password")
    expect(offline_page(phone.page)).to_be_visible()
    expect(phone.page.get_by_role("heading", name="Ganti kata sandi")).to_be_visible(timeout=PATIENCE_MILLISECONDS)


def test_a_captive_portal_is_shown_and_not_kept(start_browser: StartBrowser, net: BadNet) -> None:
    phone = start_browser(net.url)
    siti = bu_siti()
    ready(phone, siti)
    net.mode = "portal"
    phone.go("/voice")
    expect(phone.page.get_by_role("heading", name="Selamat datang di WiFi Desa")).to_be_visible()
    net.mode = "refuse"
    phone.go("/voice")
    expect(phone.page.get_by_role("heading", name="Suara")).to_be_visible()
    expect(age(phone.page)).to_be_visible()
    net.mode = "pass"
    phone.go("/")
    expect(phone.page.get_by_role("heading", name=siti.business)).to_be_visible()
    expect(age(phone.page)).to_have_count(0)


# ---------- new versions ----------


@pytest.fixture
def release(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], None]]:
    """Puts a new version on the server: the same app with one style changed."""

    def put() -> None:
        copy = tmp_path_factory.mktemp("release")
        shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "static", copy / "static")
        with (copy / "static" / "css" / "9-utilities.css").open("a") as file:
            file.write("\nmain { --new-version: 1 }\n")
        server.restart(PYTHONPATH=str(copy / "src"))

    yield put
    server.restart(PYTHONPATH="")


def is_new(page: Page) -> bool:
    return bool(
        page.evaluate("() => getComputedStyle(document.querySelector('main')).getPropertyValue('--new-version')")
    )


def waiting_worker(page: Page) -> None:
    until(page, "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)")


def test_a_new_version_is_offered_and_not_forced(start_browser: StartBrowser, release: Callable[[], None]) -> None:
    phone = start_browser()
    ready(phone, bu_siti())
    page = phone.page
    first_worker = page.evaluate("async () => (await caches.keys()).filter(name => name.startsWith('shell-'))")
    release()
    phone.go("/account")
    page.get_by_label("Nama Anda").fill("masih diketik")
    page.evaluate("async () => { await (await navigator.serviceWorker.getRegistration()).update() }")
    waiting_worker(page)
    expect(page.get_by_text("Versi baru siap.")).to_have_count(0)
    expect(page.get_by_label("Nama Anda")).to_have_value("masih diketik")

    phone.go("/voice")
    expect(page.get_by_text("Versi baru siap.")).to_be_visible()
    # It still waits: nobody has said yes.
    waiting_worker(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Muat ulang").click()
    expect(page.get_by_text("Versi baru siap.")).to_have_count(0)
    until(page, "async () => !(await navigator.serviceWorker.getRegistration()).waiting")
    shells = page.evaluate("async () => (await caches.keys()).filter(name => name.startsWith('shell-'))")
    assert set(first_worker) < set(shells), "pages that are kept still name the files of the old version"

    phone.context.set_offline(True)
    for path in DOORS:
        phone.go(path)
        expect(age(page)).to_be_visible()
        expect(page.locator(".bottomnav")).to_have_css("position", "fixed")


def test_a_page_with_something_typed_in_it_is_not_reloaded_by_another_tab(
    start_browser: StartBrowser, release: Callable[[], None]
) -> None:
    phone = start_browser()
    ready(phone, bu_siti())
    typing = phone.context.new_page()
    typing.goto(phone.url + "/account")
    typing.get_by_label("Nama Anda").fill("masih diketik")
    release()
    phone.go("/voice")
    expect(phone.page.get_by_text("Versi baru siap.")).to_be_visible()
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="Muat ulang").click()
    until(phone.page, "async () => !(await navigator.serviceWorker.getRegistration()).waiting")
    expect(typing.get_by_label("Nama Anda")).to_have_value("masih diketik")


def test_the_kill_switch_takes_the_worker_off_and_leaves_what_waits(
    start_browser: StartBrowser, server: Server
) -> None:
    phone = start_browser()
    ready(phone, bu_siti())
    page = phone.page
    page.evaluate("async () => { await Outbox.put({ key: 'k', owner: 'somebody else', url: '/', fields: [] }) }")
    server.restart(ECRM_WORKER="off")
    try:
        phone.go("/more")
        page.evaluate("async () => { await (await navigator.serviceWorker.getRegistration())?.update() }")
        until(page, "async () => !(await navigator.serviceWorker.getRegistration())")
        until(page, "async () => (await caches.keys()).length === 0")
        phone.go("/voice")
        expect(page.get_by_role("heading", name="Suara")).to_be_visible()
        assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
        assert page.evaluate("async () => (await Outbox.list()).map(record => record.key)") == ["k"]
    finally:
        server.restart(ECRM_WORKER="on")
    phone.go("/")
    until(page, "() => navigator.serviceWorker.controller !== null")
