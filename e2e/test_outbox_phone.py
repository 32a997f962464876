"""What may happen to a phone: its browser dies, it is full, it has two tabs, its pictures are heavy and its network slow."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from e2e.conftest import PhoneMaker
from e2e.outbox import KEPT, all_sent, answer, labels, open_shop, records, signal_returns, text, until
from e2e.people import sign_in
from e2e.phone import SCREEN, Phone
from e2e.pictures import photo
from tests.network.badnet import BadNet
from tests.network.bench import Bench

WAITING = 20
HEAVY = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo(1280, 960)}

StartBrowser = Callable[[], Phone]

# No room for what she writes; the rest of the browser is well.
FULL = """
const { add } = IDBObjectStore.prototype;
IDBObjectStore.prototype.add = function (...given) {
    if (this.name === "outbox" && !self.hasRoom) throw new DOMException("no room", "QuotaExceededError");
    return add.apply(this, given);
};
"""


# --- The browser dies


@pytest.fixture
def start_browser(
    playwright: Playwright, launch_options: dict[str, Any], bench: Bench, net: BadNet, tmp_path: Path
) -> Iterator[StartBrowser]:
    """Starts her browser, again and again with what it kept."""
    phones: list[Phone] = []

    def start() -> Phone:
        context = playwright.chromium.launch_persistent_context(tmp_path, **launch_options, **SCREEN)
        phones.append(Phone(context, bench.url))
        return phones[-1]

    yield start
    net.heal()
    phones[-1].finish()


def kill_browser(folder: Path) -> None:
    """SIGKILL to the browser that keeps its things in this folder; returns when it is gone."""
    running = [process.name for process in Path("/proc").iterdir() if process.name.isdigit()]
    ours = [name for name in running if f"--user-data-dir={folder}" in _command(name)]
    assert ours, "no browser of ours is running"
    for name in ours:
        with suppress(ProcessLookupError):
            os.kill(int(name), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(_command(name) for name in ours):
        assert time.monotonic() < deadline, "the browser does not die"
        time.sleep(0.05)
    # It does not come to take its mark away itself.
    (folder / "SingletonLock").unlink(missing_ok=True)


def _command(process: str) -> str:
    try:
        return Path("/proc", process, "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def test_a_browser_that_is_killed_with_twenty_waiting_has_lost_none(
    start_browser: StartBrowser, new_far_phone: PhoneMaker, net: BadNet, tmp_path: Path
) -> None:
    phone = start_browser()
    shop = open_shop(phone)
    complaint, _link = shop.complaint(new_far_phone())
    pictures = phone.context.new_page()
    pictures.goto(phone.url + "/business/pictures/logo")
    phone.go(complaint)
    net.mode = "refuse"
    words = [f"Kabar nomor {number:02}" for number in range(1, WAITING)]
    answer(phone.page, words[0])
    # The others as the form makes them, in one go: a disk takes its time for each.
    phone.page.evaluate(
        """async (words) => {
            const [{ seq, key, ...first }] = await Outbox.list();
            const made = (id, text) => ({ ...first, entity: id, fields: [["id", id], ["words", text]] });
            await Outbox.putAll(words.map((text) => made(Outbox.newId(), text)));
        }""",
        words[1:],
    )
    pictures.locator("input[type=file]").set_input_files(HEAVY)  # type: ignore[arg-type]  # a plain dict of these
    pictures.get_by_role("button", name="Simpan foto").click()
    expect(pictures.get_by_text(KEPT)).to_be_visible()
    assert len(records(phone)) == WAITING

    kill_browser(tmp_path)
    net.mode = "pass"
    phone = start_browser()
    # A browser that is killed may have forgotten the cookie of half a minute ago; never what waits.
    sign_in(phone, shop.person)
    phone.go("/outbox")
    phone.page.get_by_role("button", name="Kirim sekarang").click()
    all_sent(phone)
    conversation = text(phone, complaint)
    assert [conversation.count(one) for one in words] == [1] * len(words)
    assert sorted(words, key=conversation.index) == words
    assert "Hapus foto ini" in text(phone, "/business/pictures/logo")


# --- Two tabs


def test_two_tabs_send_each_write_once_and_in_order(new_far_phone: PhoneMaker, net: BadNet) -> None:
    phone = new_far_phone()
    shop = open_shop(phone)
    complaint, _link = shop.complaint(new_far_phone())
    phone.go(complaint)
    other = phone.context.new_page()
    other.goto(phone.url + complaint)
    tabs = (phone.page, other)
    net.mode = "refuse"
    words = [f"Dari tab {number}" for number in range(6)]
    for number, one in enumerate(words):
        answer(tabs[number % 2], one)
    keys = {record["key"] for record in records(phone)}
    assert len(keys) == len(words)
    for page in tabs:
        expect(page.locator("[data-pending]")).to_have_count(len(words))
    net.mode = "pass"
    for page in tabs:
        page.evaluate("() => dispatchEvent(new Event('online'))")
    all_sent(phone)
    sent = [seen.key for seen in net.requests("/answers") if seen.fate == "pass" and seen.key in keys]
    assert sorted(sent) == sorted(keys)
    conversation = text(phone, complaint)
    assert [conversation.count(one) for one in words] == [1] * len(words)
    assert sorted(words, key=conversation.index) == words
    # Both tabs show it as sent.
    for page in tabs:
        expect(page.locator("[data-pending]")).to_have_count(0)
        expect(page.locator(".msg").filter(has_text="Dari tab")).to_have_count(len(words))


# --- Full


def test_on_a_full_phone_without_signal_what_was_typed_stays_and_she_is_told(
    new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone = new_far_phone()
    shop = open_shop(phone)
    customer = new_far_phone()
    complaint, _link = shop.complaint(customer)
    for one in (phone, customer):
        one.context.add_init_script(FULL)
    phone.go(complaint)
    customer.go(shop.path)
    net.mode = "refuse"
    page = phone.page
    page.get_by_label("Balas", exact=True).fill("Tetap di sini")
    page.get_by_role("button", name="Kirim balasan").click()
    expect(page.get_by_text("HP penuh, belum tersimpan.")).to_be_visible()
    expect(page.get_by_label("Balas", exact=True)).to_have_value("Tetap di sini")

    hers = customer.page
    hers.get_by_text("Ada keluhan?").click()
    hers.get_by_text("Terlambat", exact=True).click()
    hers.get_by_label("Ceritanya").fill("Ini juga tetap")
    hers.get_by_role("button", name="Kirim keluhan").click()
    expect(hers.get_by_text("HP penuh, belum tersimpan.")).to_be_visible()
    expect(hers.get_by_label("Ceritanya")).to_have_value("Ini juga tetap")

    # With signal it goes the plain way.
    net.mode = "pass"
    page.get_by_role("button", name="Kirim balasan").click()
    expect(page.get_by_text("Balasan tersimpan.")).to_be_visible()
    hers.get_by_role("button", name="Kirim keluhan").click()
    expect(hers.get_by_role("heading", name="Keluhan K-")).to_be_visible()
    assert text(phone, complaint).count("Tetap di sini") == 1
    expect(hers.get_by_text("Ini juga tetap")).to_have_count(1)


def test_pages_make_room_for_what_she_writes(new_far_phone: PhoneMaker, net: BadNet) -> None:
    phone = new_far_phone()
    shop = open_shop(phone)
    complaint, _link = shop.complaint(new_far_phone())
    phone.context.add_init_script(FULL)
    phone.go(complaint)
    # There is room as soon as kept pages have gone.
    phone.page.evaluate(
        """async () => {
            await (await caches.open("pages-x")).put("/x", new Response("x"));
            const gone = caches.delete.bind(caches);
            caches.delete = (name) => { self.hasRoom = true; return gone(name); };
        }"""
    )
    net.mode = "refuse"
    answer(phone.page, "Ada tempat")
    expect(phone.page.get_by_text(KEPT)).to_be_visible()
    assert len(labels(phone)) == 1
    signal_returns(phone, net)
    all_sent(phone)
    assert text(phone, complaint).count("Ada tempat") == 1


def test_a_browser_that_keeps_nothing_for_good_says_so_where_things_wait(new_far_phone: PhoneMaker) -> None:
    phone = new_far_phone()
    phone.context.add_init_script(
        "Object.defineProperty(navigator, 'standalone', { value: true });"
        "navigator.storage.persist = navigator.storage.persisted = async () => false"
    )
    open_shop(phone)
    phone.go("/outbox")
    expect(phone.page.get_by_text("Peramban belum menjamin tempatnya.")).to_be_visible()


# --- Heavy pictures on a slow network


def test_a_slow_picture_delays_no_words_not_even_those_that_failed_at_first(
    new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone = new_far_phone()
    shop = open_shop(phone)
    complaint, _link = shop.complaint(new_far_phone())
    phone.go(complaint)
    pictures = phone.context.new_page()
    pictures.goto(phone.url + "/business/pictures/logo")
    pictures.locator("input[type=file]").set_input_files(HEAVY)  # type: ignore[arg-type]  # a plain dict of these
    net.bytes_per_second = 6_000
    # On its way, and not yet there.
    with pictures.expect_request("**/business/pictures/logo"):
        pictures.get_by_role("button", name="Simpan foto").click()
    # Words that find no network the first time are tried again while the picture is still on its way.
    net.cut("request", after=1, of=b"/answers", times=1)
    answer(phone.page, "Kata-kata dulu")
    until(phone.page, "async () => (await Outbox.list()).every(({ files }) => files.length)")
    assert labels(phone) == ["Foto logo usaha"], "the picture must have been on its way all the time"
    net.bytes_per_second = None
    all_sent(phone)
    assert text(phone, complaint).count("Kata-kata dulu") == 1
    assert "Hapus foto ini" in text(phone, "/business/pictures/logo")
