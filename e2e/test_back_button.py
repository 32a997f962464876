"""After signing out, Back shows nobody's page: neither from the network nor from the browser's memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from e2e.people import bu_siti, sign_up
from e2e.phone import SCREEN, Phone
from e2e.server import Server


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(
    request: pytest.FixtureRequest,
    playwright: Playwright,
    launch_options: dict[str, Any],
    server: Server,
    tmp_path: Path,
) -> Iterator[Phone]:
    """Keeps the pages that were left, as phones do and Playwright's browsers otherwise do not."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path,
        **launch_options,
        **SCREEN,
        java_script_enabled=request.param,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    phone = Phone(context, server.url)
    yield phone
    assert [trouble for trouble in phone.finish() if "ERR_INTERNET_DISCONNECTED" not in trouble] == []


def go_back(phone: Phone) -> bool:
    """Whether there was a page of the server to go back to."""
    # A page from memory is not loaded, so there is no load to wait for.
    phone.page.go_back(wait_until="commit")
    return phone.page.url.startswith(phone.url)


def test_back_after_signing_out_shows_no_private_page(phone: Phone) -> None:
    siti = bu_siti()
    sign_up(phone, siti)
    for path in ("/", "/business/profile", "/account", "/more"):
        phone.go(path)
    phone.page.get_by_role("button", name="Keluar").click()
    expect(phone.page.get_by_text("Anda sudah keluar.")).to_be_visible()

    pages = 0
    while go_back(phone):
        pages += 1
        expect(phone.page.get_by_role("heading", level=1)).to_have_text(
            ["E-CRM UMKM"] if phone.path() == "/" else ["Masuk"]
        )
        for private in (siti.name, siti.business, siti.number):
            assert private not in phone.page.content()
    assert pages >= 3


def test_before_that_back_is_answered_from_memory(phone: Phone) -> None:
    """Without it, the test above would show nothing."""
    siti = bu_siti()
    sign_up(phone, siti)
    phone.go("/account")
    phone.page.get_by_label("Nama Anda").fill("masih diketik")
    phone.go("/more")
    phone.context.set_offline(True)
    phone.page.go_back(wait_until="commit")
    expect(phone.page.get_by_label("Nama Anda")).to_have_value("masih diketik")
    phone.context.set_offline(False)
