"""Bu Siti's shop as its customers reach it: the whole app in this process, her phone signed in, and any number of theirs.

A phone is an HTTP client with cookies of its own and an address that it comes from. `keyed` sends what an outbox sends.
"""

import re
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from PIL import Image

from ecrm_pwa.app import create_app
from ecrm_pwa.base.db import new_id
from ecrm_pwa.settings import Settings

URL = "http://localhost:8000"
PASSWORD = "bandeng bakar enak"
BOUNDLESS = 1_000_000


@dataclass
class Shop:
    """A business with its owner's phone, and the way to it for everybody else."""

    app: Litestar
    stack: AsyncExitStack
    owner: httpx.AsyncClient
    slug: str
    url: str

    @property
    def path(self) -> str:
        """The public page."""
        return f"/toko/{self.slug}"

    async def phone(self, address: str = "10.0.0.1") -> httpx.AsyncClient:
        """A phone that has never been here."""
        return await self.stack.enter_async_context(phone_at(self.app, address, self.url))


@asynccontextmanager
async def open_shop(
    database_url: str, data: Path, *, limit_factor: int = BOUNDLESS, **settings: Any
) -> AsyncIterator[Shop]:
    """The app over this database, with "Sate Bandeng Bu Siti" in it."""
    plain = Settings(data=data, database_url=database_url, public_url=URL, limit_factor=limit_factor)
    app = create_app(replace(plain, **settings))
    async with app.lifespan(), AsyncExitStack() as stack:
        url = app.state.settings.public_url
        owner = await stack.enter_async_context(phone_at(app, url=url))
        slug = await sign_up(owner, "Bu Siti", "Sate Bandeng Bu Siti", "0812 3456 7890")
        yield Shop(app, stack, owner, slug, url)


@asynccontextmanager
async def phone_at(app: Litestar, address: str = "10.0.0.1", url: str = URL) -> AsyncIterator[httpx.AsyncClient]:
    """A phone that comes from this address."""
    transport = httpx.ASGITransport(app, client=(address, 40_000))  # type: ignore[arg-type]  # the same protocol, spelled more narrowly
    async with httpx.AsyncClient(transport=transport, base_url=url, headers={"Origin": url}) as client:
        yield client


async def sign_up(phone: httpx.AsyncClient, name: str, business: str, number: str) -> str:
    """Signs up on this phone; the last part of the new business's public address."""
    answer = await phone.post(
        "/sign-up",
        data={"name": name, "phone": number, "password": PASSWORD, "business_name": business, "agreed": "on"},
    )
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    found = re.search(r"/toko/([a-z0-9-]+)", (await phone.get("/business/profile")).text)
    assert found is not None
    return found[1]


async def keyed(
    phone: httpx.AsyncClient,
    path: str,
    fields: Mapping[str, Any],
    *,
    key: uuid.UUID | str | None = None,
    headers: Mapping[str, str] | None = None,
    files: Any = None,
) -> httpx.Response:
    """Sends it as an outbox does: with a key, made at the tap."""
    sent = {"Idempotency-Key": str(key or new_id())} | dict(headers or {})
    return await phone.post(path, data=dict(fields), headers=sent, files=files)


def acknowledged(answer: httpx.Response, key: uuid.UUID | str) -> str:
    """Where a delivered write leads; fails where the outbox would keep it."""
    assert answer.status_code == HTTPStatus.OK, f"{answer.status_code}\n{answer.text}"
    assert answer.headers["X-Outbox-Ack"] == str(key)
    return answer.headers["X-Outbox-Location"]


def refused(answer: httpx.Response, key: uuid.UUID | str, status: int = HTTPStatus.UNPROCESSABLE_ENTITY) -> None:
    """Fails unless the outbox would hear that this write will never be taken as it is."""
    assert answer.status_code == status, f"{answer.status_code}\n{answer.text}"
    assert answer.headers.get("X-Outbox-Ack") == str(key), "an outbox would go on sending it"


async def complain(phone: httpx.AsyncClient, shop: Shop, /, **fields: Any) -> str:
    """Files a complaint by the plain form; the address of the customer's page."""
    answer = await phone.post(f"{shop.path}/keluhan", data={"category": "stale", "words": "Bandengnya bau"} | fields)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return answer.headers["location"]


async def rate(phone: httpx.AsyncClient, shop: Shop, face: int = 5) -> str:
    """Taps a face by the plain form; the address that leads to."""
    answer = await phone.post(f"{shop.path}/nilai", data={"face": str(face)})
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return answer.headers["location"]


async def newest_complaint(shop: Shop, show: str = "all") -> str:
    """The owner's address of the complaint that stands first in her list."""
    found = re.search(r"/complaints/[0-9a-f-]{36}", (await shop.owner.get(f"/voice?show={show}")).text)
    assert found is not None
    return found[0]


def picture(kind: str = "PNG", size: tuple[int, int] = (320, 240), colour: str = "teal") -> bytes:
    """A photo."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


class Page(HTMLParser):
    """What a browser makes of a page: its texts, elements, inline blocks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: list[tuple[str, str]] = []
        """Every inline style and script."""
        self.words = ""
        self._block: str | None = None
        self.feed(text)

    def all(self, tag: str, **having: str) -> Sequence[dict[str, str | None]]:
        """The attributes of every element of this kind that has these."""
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and all(attributes.get(key) == value for key, value in having.items())
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in {"style", "script"}:
            self._block = tag
            self.blocks.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._block:
            self._block = None

    def handle_data(self, data: str) -> None:
        if self._block is None:
            self.words += data
        else:
            tag, so_far = self.blocks.pop()
            self.blocks.append((tag, so_far + data))
