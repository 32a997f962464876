"""After signing out, Back shows nobody's page: neither from the network nor from the browser's memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from e2e.people import bu_siti, sign_up
from e2e.phone import SCREEN, Phone
from e2e.server import Server


@pytest.fixture
def phone(
    playwright: Playwright, launch_options: dict[str, Any], server: Server, tmp_path: Path
) -> Iterator[Phone]:
    """Keeps the pages that were left, as phones do and Playwright's browsers otherwise do not."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path, **launch_options, **SCREEN, ignore_default_args=["--disable-back-forward-cache"]
    )
    context.add_init_script("addEventListener('pageshow', event => { window.fromMemory = event.persisted })")
    phone = Phone(context, server.url)
    yield phone
    assert phone.finish() == []


def test_back_after_signing_out_shows_no_private_page(phone: Phone) -> None:
    siti = bu_siti()
    sign_up(phone, siti)
    for path in ("/", "/business/profile", "/account", "/more"):
        phone.go(path)
    phone.page.go_back(wait_until="commit")
    expect(phone.page.get_by_label("Nama Anda")).to_have_value(siti.name)
    assert phone.page.evaluate("window.fromMemory"), "this browser remembers nothing, so the test would show nothing"
    phone.go("/more")

    phone.page.get_by_role("button", name="Keluar").click()
    expect(phone.page.get_by_text("Anda sudah keluar.")).to_be_visible()
    for _ in range(4):
        phone.page.go_back(wait_until="commit")
        expect(phone.page.locator("body")).to_be_visible()
        assert siti.name not in phone.page.content()
        assert phone.path().startswith("/sign-in") or phone.path() == "/"
