"""Writes under bad conditions: whoever was told that it is saved finds it saved, and nothing is ever half there."""

import asyncio
import errno
import itertools
import os
import random
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import coroutine
from typing import Any, TypeVar

import httpx
import pytest
from PIL import Image
from sqlalchemy import Engine, event, func, make_url, select, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from ecrm_pwa.accounts import Account, Consent, KnownPhone, Session
from ecrm_pwa.app import create_app
from ecrm_pwa.base import db
from ecrm_pwa.base.db import Base, Database, utc_now
from ecrm_pwa.businesses import Business, Membership
from ecrm_pwa.settings import Settings
from tests.engines import Databases
from tests.faults import workload
from tests.faults.forms import read_form

pytestmark = pytest.mark.anyio

T = TypeVar("T")

CANCELS = 500
AT_ONCE = 4
SEED = 20_261_124
FILL_POINTS = 20
BOUNDLESS = 1_073_741_823
"""As many pages as SQLite allows at all."""
URL = "http://localhost:8000"

HOLD = """
import sys
import ecrm_pwa  # first: brings the app's SQLite
import sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
"""


@pytest.fixture
def database_url(database_url: str) -> str:
    """The address of the database, without TLS: asyncpg complains aloud when it is cancelled while it negotiates that."""
    return f"{database_url}?ssl=disable" if database_url.startswith("postgresql") else database_url


async def test_a_write_that_is_cancelled_at_any_await_is_whole_or_absent(database: Database) -> None:
    chance = random.Random(SEED)
    awaits = await _count_awaits(_sign_up(database, 0))
    finished: set[int] = {0}
    cancelled: set[int] = set()

    async def cancel(number: int) -> None:
        step, delay = chance.randint(1, awaits + 1), chance.choice((0, chance.uniform(0, 0.003)))
        task = asyncio.create_task(_cancelled(_sign_up(database, number), step, delay))
        (outcome,) = await asyncio.gather(task, return_exceptions=True)
        (cancelled if isinstance(outcome, asyncio.CancelledError) else finished).add(number)

    for first in range(1, CANCELS, AT_ONCE):
        await asyncio.gather(*(cancel(number) for number in range(first, first + AT_ONCE)))

    there = await _whole_people(database)
    assert len(cancelled) > CANCELS / 2, "too few cancels fell into a write"
    assert finished <= there, "somebody was welcomed and is not there"
    assert len(there) < CANCELS - 10, "no cancel kept a write away"


@pytest.fixture
async def phone(database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Bu Siti's phone, signed in at a server over the test's database."""
    async with _phone(database_url, tmp_path) as client:
        yield client


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server waits for a lock as in life, only shorter."""
    monkeypatch.setattr(db, "LOCK_PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(db, "STATEMENT_LIMIT_MS", 300)


@pytest.mark.usefixtures("impatient")
async def test_pages_open_while_the_database_is_locked_and_a_write_is_told_when_to_come_back(
    phone: httpx.AsyncClient, database: Database, database_url: str
) -> None:
    # The first page after some hours notes that she was here: that, too, is a write.
    await _let_pass(database, timedelta(hours=5))

    async with _locked(database_url):
        page = await phone.get("/business/profile")
        refused = await _tell(phone, "Buka lagi hari Senin")

    assert page.status_code == HTTPStatus.OK
    assert "Sate Bandeng Bu Siti" in page.text
    assert refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(refused.headers["Retry-After"]) > 0
    assert "Server sedang ramai" in refused.text

    assert await _told(phone) == [""]
    assert (await _tell(phone, "Buka lagi hari Senin")).status_code == HTTPStatus.SEE_OTHER
    assert await _told(phone) == ["Buka lagi hari Senin"]


async def test_a_write_waits_while_the_database_is_locked_for_a_moment(
    phone: httpx.AsyncClient, database_url: str
) -> None:
    async with _locked(database_url):
        writing = asyncio.create_task(_tell(phone, "Buka lagi hari Senin"))
        done, _ = await asyncio.wait({writing}, timeout=0.2)
        assert not done, "it did not wait"

    assert (await writing).status_code == HTTPStatus.SEE_OTHER
    assert await _told(phone) == ["Buka lagi hari Senin"]


async def test_a_full_disk_loses_nothing_that_was_saved_and_takes_the_rest_once_there_is_room(
    databases: Databases, tmp_path: Path
) -> None:
    saved = ["Sate Bandeng Bu Siti"]
    names = (f"Warung nomor {number} Bu Siti, selalu buka, di pinggir jalan ke pasar" for number in itertools.count())
    with databases.fresh("sqlite") as url, _Disk() as disk:
        async with _phone(url, tmp_path) as phone:
            for point in range(FILL_POINTS):
                disk.leave(point % 5)
                name, answer = await _found_until_refused(phone, names, saved)
                assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE, answer.text
                assert int(answer.headers["Retry-After"]) > 0
                assert "Tempat penyimpanan server penuh" in answer.text
                for path in ("/", "/businesses", "/business/profile", "/health"):
                    assert (await phone.get(path)).status_code == HTTPStatus.OK

                disk.leave(None)
                assert (await _found(phone, name)).status_code == HTTPStatus.SEE_OTHER
                saved.append(name)
        assert sorted(await _owned(url)) == sorted(saved)


async def test_a_photo_that_does_not_fit_on_the_disk_is_refused_and_leaves_nothing_behind(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with databases.fresh("sqlite") as url:
        async with _phone(url, tmp_path) as phone:
            with monkeypatch.context() as full:
                # Where space is given out late, this is how a program hears that there is none.
                full.setattr(os, "fsync", fsync)
                refused = await _hang_up_logo(phone)
            assert refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE
            assert int(refused.headers["Retry-After"]) > 0
            assert "Tempat penyimpanan server penuh" in refused.text
            assert not [path for path in (tmp_path / "photos").rglob("*") if path.is_file()]

            assert (await _hang_up_logo(phone)).status_code == HTTPStatus.SEE_OTHER
            assert len([path for path in (tmp_path / "photos").rglob("*") if path.is_file()]) == len(("full", "thumb"))


@asynccontextmanager
async def _phone(database_url: str, data: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(data=data, database_url=database_url, public_url=URL, limit_factor=1_000_000))
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the same protocol, spelled more narrowly
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=transport, base_url=URL, headers={"Origin": URL}) as client,
    ):
        answer = await client.post(
            "/sign-up",
            data={
                "name": "Bu Siti",
                "phone": "0812 3456 7890",
                "password": "tiga kata rahasia",
                "business_name": "Sate Bandeng Bu Siti",
                "agreed": "on",
            },
        )
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        yield client


async def _tell(phone: httpx.AsyncClient, about: str) -> httpx.Response:
    """Writes these words about the business into its profile."""
    page = await phone.get("/business/profile")
    return await phone.post("/business/profile", data=read_form(page.text, "/business/profile") | {"about": [about]})


async def _told(phone: httpx.AsyncClient) -> list[str]:
    """The words about the business that its profile has."""
    page = await phone.get("/business/profile")
    return read_form(page.text, "/business/profile")["about"]


async def _hang_up_logo(phone: httpx.AsyncClient) -> httpx.Response:
    file = BytesIO()
    Image.new("RGB", (200, 200), "teal").save(file, "PNG")
    return await phone.post("/business/pictures/logo", files={"photo": ("logo.png", file.getvalue(), "image/png")})


async def _found(phone: httpx.AsyncClient, name: str) -> httpx.Response:
    """Opens one more business."""
    return await phone.post("/businesses", data={"business_name": name})


async def _found_until_refused(
    phone: httpx.AsyncClient, names: Iterator[str], saved: list[str]
) -> tuple[str, httpx.Response]:
    """Opens one business after the other; tells the one that was not answered by a redirect, and what came instead."""
    for name in itertools.islice(names, 500):
        answer = await _found(phone, name)
        if answer.status_code != HTTPStatus.SEE_OTHER:
            return name, answer
        saved.append(name)
    pytest.fail("the disk never got full")


async def _owned(database_url: str) -> Sequence[str]:
    """The names of all businesses that somebody owns; fails where one has no owner or the file is damaged."""
    database = Database.open(database_url)
    try:
        async with database.reading() as session:
            names = (await session.scalars(select(Business.name).join(Membership))).all()
            assert len(names) == await session.scalar(select(func.count()).select_from(Business))
            assert (await session.scalars(text("PRAGMA integrity_check"))).all() == ["ok"]
            return names
    finally:
        await database.close()


class _Disk:
    """How much room SQLite finds for its writes. What it then says and does is what it does on a full disk."""

    def __init__(self) -> None:
        self._pages: int | None = None
        self._limit: int | None = None

    def __enter__(self) -> "_Disk":
        event.listen(Engine, "before_cursor_execute", self._tell)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._tell)

    def leave(self, pages: int | None) -> None:
        """From the next write on there is room for so many pages more; None: for as many as anybody needs."""
        self._pages, self._limit = pages, None

    def _tell(self, _connection: Any, cursor: Any, sql: str, *_: object) -> None:
        if sql != "BEGIN IMMEDIATE":
            return
        if self._limit is None:
            cursor.execute("PRAGMA page_count")
            self._limit = BOUNDLESS if self._pages is None else cursor.fetchone()[0] + self._pages
        cursor.execute(f"PRAGMA max_page_count={self._limit}")


@asynccontextmanager
async def _locked(database_url: str) -> AsyncIterator[None]:
    """Somebody else, beside the server, is writing all the while and does not come to an end."""
    if database_url.startswith("postgresql"):
        engine = create_async_engine(database_url)
        async with engine.begin() as connection:
            tables = ", ".join(f'"{table}"' for table in Base.metadata.tables)
            await connection.execute(text(f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))
            yield
        await engine.dispose()
        return
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(make_url(database_url).database), stdin=PIPE, stdout=PIPE
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"locked\n"
    try:
        yield
    finally:
        holder.stdin.close()
        await holder.wait()


async def _let_pass(database: Database, time: timedelta) -> None:
    """Everybody was last seen so much earlier."""
    async with database.writing() as session:
        await session.execute(update(Session).values(seen_at=utc_now() - time))


async def _sign_up(database: Database, number: int) -> None:
    async with database.writing() as session:
        await workload.sign_up(session, number, random.Random(number), utc_now())


async def _whole_people(database: Database) -> set[int]:
    """The numbers of those who are there with all that a sign-up makes; fails where something of it is missing."""
    async with database.reading() as session:
        phones = (await session.scalars(select(Account.phone))).all()
        rows = {
            table.__tablename__: await session.scalar(select(func.count()).select_from(table))
            for table in (Business, Membership, Consent, Session, KnownPhone)
        }
    assert set(rows.values()) == {len(phones)}, rows
    assert len(set(phones)) == len(phones)
    return {int(phone.removeprefix("+62812")) for phone in phones}


async def _count_awaits(deed: Coroutine[Any, Any, object]) -> int:
    """How often the deed waits for something."""
    count = 0

    def counted() -> None:
        nonlocal count
        count += 1

    await _watched(deed, counted)
    return count


async def _cancelled(deed: Coroutine[Any, Any, T], step: int, delay: float) -> T:
    """The deed, cancelled `delay` seconds after it began to wait for the `step`th time."""
    task = asyncio.current_task()
    assert task is not None
    left = step

    def cancel() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            if delay:
                asyncio.get_running_loop().call_later(delay, task.cancel)
            else:
                task.cancel()

    return await _watched(deed, cancel)


@coroutine
def _watched(deed: Coroutine[Any, Any, T], waits: Callable[[], None]) -> Generator[Any, Any, T]:
    """The deed, with a call before each time that it waits."""
    try:
        awaited = deed.send(None)
        while True:
            waits()
            try:
                value = yield awaited
            except BaseException as error:  # noqa: BLE001 (the deed itself decides what becomes of it)
                awaited = deed.throw(error)
            else:
                awaited = deed.send(value)
    except StopIteration as end:
        result: T = end.value
        return result
