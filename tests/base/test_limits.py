"""Counting tries: exactly, for all servers together, and back again in time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.limits import Bucket, Limit, Limiter

pytestmark = pytest.mark.anyio

DOOR = Limit("door", 5, timedelta(hours=1))
RINA = "+6281234567890"


@pytest.fixture
async def second(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    """Another server over the same database."""
    opened = Database.open(database_url)
    yield opened
    await opened.close()


async def take(
    database: Database, moment: datetime, *, limit: Limit = DOOR, value: str = RINA, factor: int = 1
) -> timedelta | None:
    async with database.writing() as session:
        return await Limiter(b"secret", factor=factor).take(session, limit, value, now=moment)


async def test_twenty_tries_at_once_on_two_servers_are_counted_exactly(database: Database, second: Database) -> None:
    now = utc_now()
    waits = await asyncio.gather(*(take(server, now) for _try in range(10) for server in (database, second)))
    assert waits.count(None) == DOOR.tries


async def test_who_waits_as_long_as_she_was_told_comes_in_and_not_sooner(database: Database) -> None:
    now = utc_now()
    for _try in range(DOOR.tries):
        assert await take(database, now) is None
    wait = await take(database, now)
    assert wait is not None
    assert await take(database, now + wait - timedelta(milliseconds=1)) is not None
    assert await take(database, now + wait) is None
    assert await take(database, now + wait) is not None, "one try came back, not all of them"


async def test_knocking_at_a_closed_door_makes_the_wait_no_longer(database: Database) -> None:
    now = utc_now()
    for _try in range(DOOR.tries):
        await take(database, now)
    first = await take(database, now)
    assert [await take(database, now) for _try in range(30)] == [first] * 30


async def test_a_clock_that_was_set_back_locks_nobody_out_for_longer_than_it_went_back(database: Database) -> None:
    now = utc_now()
    assert await take(database, now) is None
    assert await take(database, now - timedelta(minutes=10)) is None
    assert await take(database, now + timedelta(hours=2)) is None


async def test_a_factor_multiplies_the_tries_and_not_the_period(database: Database) -> None:
    now = utc_now()
    assert [await take(database, now, factor=3) for _try in range(16)].count(None) == 15
    later = now + DOOR.period
    assert [await take(database, later, factor=3) for _try in range(16)].count(None) == 15


async def test_each_person_and_each_door_is_counted_apart(database: Database) -> None:
    now = utc_now()
    for _try in range(DOOR.tries):
        await take(database, now)
    assert await take(database, now) is not None
    assert await take(database, now, value="+6289900000999") is None
    assert await take(database, now, limit=Limit("window", 5, DOOR.period)) is None


async def test_who_has_shown_who_she_is_has_all_her_tries_back(database: Database) -> None:
    now = utc_now()
    for _try in range(DOOR.tries):
        await take(database, now)
        await take(database, now, value="another")
    async with database.writing() as session:
        await Limiter(b"secret").forget(session, DOOR, RINA)
    assert [await take(database, now) for _try in range(6)].count(None) == DOOR.tries
    assert await take(database, now, value="another") is not None


async def test_the_table_tells_nobodys_number(database: Database) -> None:
    await take(database, utc_now())
    async with database.reading() as session:
        key = (await session.scalars(select(Bucket.key))).one()
    assert b"81234567890" not in key
    assert len(key) == 32
