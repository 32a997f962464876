"""The main flow in Firefox and in WebKit: rating, complaining without signal, answering. Skipped where they are not installed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.conftest import PhoneMaker
from e2e.other_browsers import Firefox, OtherBrowser, WebKit, find_firefox, find_webkit
from e2e.outbox import open_shop, text
from tests.network.badnet import BadNet
from tests.network.bench import Bench

# Taps the button, or the label, that has these words on it.
TAP = (
    "[...document.querySelectorAll('button, label, summary')]"
    ".find((one) => one.textContent.includes('{}') && one.offsetParent).click()"
)
EMPTY = "(await Outbox.list()).length === 0"


@pytest.fixture(params=["firefox", "webkit"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OtherBrowser]:
    """A browser that is not Chromium."""
    started: OtherBrowser
    if request.param == "firefox":
        program = find_firefox()
        if program is None:
            pytest.skip("Firefox is not installed here (Debian: firefox-esr)")
        started = Firefox(program, tmp_path)
    else:
        programs = find_webkit()
        if programs is None:
            pytest.skip("WebKitGTK is not installed here (Debian: webkit2gtk-driver xvfb)")
        started = WebKit(*programs)
    yield started
    started.close()


def tap(browser: OtherBrowser, words: str) -> None:
    """Taps what says so."""
    browser.run(TAP.format(words))


def fill(browser: OtherBrowser, name: str, words: str) -> None:
    """Types into a field."""
    browser.run(f"const [field] = document.getElementsByName({name!r}); field.value = {words!r}")


def test_rate_complain_without_signal_and_answer(
    other: OtherBrowser, new_far_phone: PhoneMaker, bench: Bench, net: BadNet
) -> None:
    owner = new_far_phone()
    shop = open_shop(owner)

    other.go(bench.url + shop.path)
    tap(other, "Sangat puas")
    other.until(EMPTY)
    assert "Sangat puas" in text(owner, "/voice?show=ratings")

    net.mode = "refuse"
    tap(other, "Ada keluhan?")
    tap(other, "Terlambat")
    other.run(
        "const [words] = document.querySelectorAll('form[action*=keluhan] textarea'); words.value = 'Dua jam menunggu'"
    )
    tap(other, "Kirim keluhan")
    other.until("document.getElementById('kept').offsetParent")
    assert other.run("return (await Outbox.list()).length") == 1
    net.mode = "pass"
    other.run("dispatchEvent(new Event('online'))")
    other.until(EMPTY)
    found = re.search(r"/complaints/[\w-]{36}", text(owner, "/voice?show=waiting"))
    assert found is not None
    assert "Dua jam menunggu" in text(owner, found[0])

    # The owner signs in on this browser and answers, without signal at first.
    other.go(bench.url + "/sign-in")
    fill(other, "phone", shop.person.number)
    fill(other, "password", shop.person.password)
    tap(other, "Masuk")
    other.until("document.body.dataset.owner !== 'nobody' && location.pathname === '/'")
    other.go(bench.url + found[0])
    net.mode = "refuse"
    fill(other, "words", "Mohon maaf, besok kami ganti.")
    tap(other, "Kirim balasan")
    other.until("document.querySelector('[data-pending]')")
    net.mode = "pass"
    other.run("dispatchEvent(new Event('online'))")
    other.until(EMPTY)
    assert text(owner, found[0]).count("Mohon maaf, besok kami ganti.") == 1
