"""Writes under bad conditions: whoever was told that it is saved finds it saved, and nothing is ever half there."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select

from ecrm_pwa.accounts import Account, Consent, KnownPhone, Session
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.businesses import Business, Membership
from tests.faults import workload

pytestmark = pytest.mark.anyio

T = TypeVar("T")

CANCELS = 500
AT_ONCE = 4
SEED = 20_261_124


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
