"""Forms that have waited on a phone for months: what Chromium sent on 24 November 2026, byte by byte, is understood for ever.

A recording in tests/recorded/ is never changed. Whoever changes a form so that its recording is not taken any more gives the class
a VERSION and an adapter (web/forms.py), or moves it to REFUSED; then its sender is told in words what to look at.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from tests.shop import Shop, acknowledged, complain, newest_complaint, open_shop, rate, refused

pytestmark = pytest.mark.anyio

RECORDED = Path(__file__).parent / "recorded"
REFUSED: set[str] = set()
"""Recordings that are refused now, in words."""

OWNERS = {"profile", "business", "picture", "printed", "answer", "start", "resolution"}


@dataclass
class Recording:
    """One write as it left a phone. In its address `*` stands for what differs in each village."""

    name: str
    address: str
    headers: dict[str, str]
    body: bytes

    @classmethod
    def read(cls, path: Path) -> "Recording":
        """From its file: the address, headers, an empty line, the body."""
        head, _line, body = path.read_bytes().partition(b"\n\n")
        address, *lines = head.decode().splitlines()
        headers = dict(line.split(": ", 1) for line in lines)
        return cls(path.stem.rpartition("-")[0], address, headers, body)


ALL = [Recording.read(path) for path in sorted(RECORDED.glob("*.http"))]


@pytest.fixture
async def shop(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Shop]:
    """Bu Siti's shop, as it was then."""
    async with open_shop(database_url, tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def rina(shop: Shop) -> httpx.AsyncClient:
    """The phone of a customer."""
    return await shop.phone("10.0.0.7")


async def address(shop: Shop, rina: httpx.AsyncClient, recording: Recording) -> str:
    """Where it goes in this village."""
    path = recording.address
    if path.startswith("/complaints/"):
        await complain(rina, shop)
        return (await newest_complaint(shop)) + path.removeprefix("/complaints/*")
    if path.startswith("/k/"):
        link = await complain(rina, shop)
        if recording.name == "verdict":
            await shop.owner.post(f"{await newest_complaint(shop)}/resolution")
        return link + path.removeprefix("/k/*")
    if path.endswith("/nilai/*"):
        return await rate(rina, shop)
    return path.replace("/toko/*", shop.path).replace("*", "logo")


async def send(shop: Shop, rina: httpx.AsyncClient, recording: Recording, **headers: str) -> httpx.Response:
    """Sends it after two months, as the phone does that has it."""
    phone = shop.owner if recording.name in OWNERS else rina
    sent = recording.headers | {"x-age-ms": str(60 * 86_400_000)} | headers
    return await phone.post(await address(shop, rina, recording), content=recording.body, headers=sent)


@pytest.mark.parametrize("recording", ALL, ids=lambda recording: recording.name)
async def test_what_waited_for_two_months_is_taken_or_refused_in_words(
    shop: Shop, rina: httpx.AsyncClient, recording: Recording
) -> None:
    answer = await send(shop, rina, recording)
    key = recording.headers["idempotency-key"]
    if recording.name in REFUSED:
        refused(answer, key)
        assert len(unquote(answer.headers["X-Outbox-Words"])) > len("Tidak.")
    else:
        acknowledged(answer, key)


@pytest.mark.parametrize(
    "recording", [one for one in ALL if one.name in {"answer", "complaint", "profile"}], ids=lambda one: one.name
)
async def test_a_version_that_nobody_knows_is_refused_in_words(
    shop: Shop, rina: httpx.AsyncClient, recording: Recording
) -> None:
    for version in ("0", "99999", "x"):
        answer = await send(shop, rina, recording, **{"x-form-version": version})
        refused(answer, recording.headers["idempotency-key"])
        assert "dari versi aplikasi yang lain" in unquote(answer.headers["X-Outbox-Words"])
