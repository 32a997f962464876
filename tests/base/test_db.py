"""The ground: what is written is there, what is refused is not, and a neighbour's row cannot be pointed at."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from ecrm_pwa import accounts, businesses
from ecrm_pwa.base import limits
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.limits import Limit, Limiter
from ecrm_pwa.businesses import Business
from ecrm_pwa.photos import Photo
from tests.engines import Databases

pytestmark = pytest.mark.anyio


async def found(database: Database, name: str) -> Business:
    async with database.writing() as session:
        return await businesses.found(session, name=name, whatsapp="", now=utc_now())


async def test_a_moment_without_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without time zone"):
        async with database.writing() as session:
            await businesses.found(session, name="Usaha", whatsapp="", now=datetime(2026, 1, 1))  # noqa: DTZ001 (the point)


async def test_what_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 (the block is what is tested)
        async with database.writing() as session:
            await businesses.found(session, name="Usaha", whatsapp="", now=utc_now())
            raise RuntimeError("something went wrong")
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Business)) == 0


async def test_what_was_written_is_there_for_others_when_the_block_ends(database_url: str, database: Database) -> None:
    mine = await found(database, "Sate Bandeng Bu Siti")
    other = Database.open(database_url)
    async with other.reading() as session:
        assert (await businesses.find(session, mine.id)).slug == "sate-bandeng-bu-siti"
    await other.close()


async def test_reading_cannot_write(database: Database) -> None:
    if not database.is_sqlite:
        return  # PostgreSQL has one pool; what is read there is rolled back
    with pytest.raises(DBAPIError, match="readonly"):
        async with database.reading() as session:
            await session.execute(text("DELETE FROM business"))


async def test_a_logo_cannot_be_the_neighbours_photo(database: Database) -> None:
    siti, budi = await found(database, "Bu Siti"), await found(database, "Pak Budi")
    async with database.writing() as session:
        photo = Photo(business_id=budi.id, name="a" * 32, sha256="x", width=1, height=1, size=1, created_at=utc_now())
        session.add(photo)
        await session.flush()
        photo_id = photo.id
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            await businesses.set_picture(session, siti.id, role="logo", photo_id=photo_id)


async def test_two_shops_of_one_name_get_two_addresses(database: Database) -> None:
    slugs = [(await found(database, "Warung Ibu")).slug for _shop in range(8)]
    assert slugs[:3] == ["warung-ibu", "warung-ibu-2", "warung-ibu-3"]
    assert len(set(slugs)) == len(slugs)


async def test_an_ended_session_is_pruned_and_a_living_one_is_not(database: Database) -> None:
    now = utc_now()
    async with database.writing() as session:
        person = await accounts.open_account(
            session,
            name="Rina",
            phone="+6281234567890",
            password_hash="x",
            language="id",
            now=now,
        )
        old = await accounts.start_session(
            session, person.id, business_id=None, device="", now=now - timedelta(days=91)
        )
        young = await accounts.start_session(session, person.id, business_id=None, device="", now=now)
        assert await accounts.find_session(session, old, now=now) is None
        await accounts.prune(session, now=now)
        assert len(await accounts.list_sessions(session, person.id, now=now - timedelta(days=90))) == 1
        assert await accounts.find_session(session, young, now=now) is not None


async def test_a_limit_counts_exactly_and_comes_back_evenly(database_url: str, database: Database) -> None:
    limit, now = Limit("door", 3, timedelta(minutes=30)), utc_now()
    servers = [(database, Limiter(b"secret")), (Database.open(database_url), Limiter(b"secret"))]

    async def take(server: int, moment: datetime, value: str = "rina") -> timedelta | None:
        where, limiter = servers[server]
        async with where.writing() as session:
            return await limiter.take(session, limit, value, now=moment)

    assert [await take(n % 2, now) for n in range(3)] == [None, None, None]
    wait = await take(1, now)
    assert wait is not None
    assert timedelta(minutes=9, seconds=59) < wait <= timedelta(minutes=10)
    assert await take(0, now, "another") is None
    assert await take(0, now + timedelta(minutes=9)) is not None
    assert await take(0, now + timedelta(minutes=10)) is None, "one of three comes back after a third of the time"
    assert await take(1, now + timedelta(minutes=10)) is not None
    assert [await take(1, now + timedelta(days=400)) for _try in range(4)].count(None) == 3
    async with database.writing() as session:
        await limits.prune(session, now=now + timedelta(days=500))
        assert await session.scalar(select(func.count()).select_from(limits.Bucket)) == 0
    await servers[1][0].close()


async def test_two_servers_that_start_together_wait_for_each_other(databases: Databases, engine: str) -> None:
    async def write(database: Database) -> None:
        async with database.writing() as session:
            await businesses.found(session, name="Usaha", whatsapp="", now=utc_now())

    for _start in range(25 if engine == "sqlite" else 1):
        with databases.fresh(engine) as url:
            servers = [Database.open(url) for _server in range(3)]
            await asyncio.gather(*(write(server) for server in servers))
            for server in servers:
                await server.close()
