"""Floods: one phone that goes on and on is told to wait, a crowd is served, and nobody can make a shop lose what others say."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, update

from ecrm_pwa.base.db import Database, epoch_ms, new_id, utc_now
from ecrm_pwa.base.limits import Bucket, Limit, Limiter
from ecrm_pwa.complaints import Complaint, Message, Step
from ecrm_pwa.photos import Photo
from ecrm_pwa.promotion import find_shop
from ecrm_pwa.routes import visitors
from ecrm_pwa.satisfaction import Rating
from tests.shop import Page, Shop, acknowledged, complain, keyed, newest_complaint, open_shop, picture, rate, sign_up

pytestmark = pytest.mark.anyio

MARKET = "10.7.7.7"
"""Where hundreds of phones come from: a mobile network, a hall."""


@pytest.fixture
async def shop(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Shop]:
    """Bu Siti's shop with the limits as they are in life."""
    async with open_shop(database_url, tmp_path / "data", limit_factor=1) as opened:
        yield opened


async def counted(database: Database, table: type[Rating | Complaint], *, held: bool) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table).where(table.held.is_(held))) or 0


async def let_pass(database: Database, time: timedelta) -> None:
    """Everything that was counted was counted so much earlier."""
    async with database.writing() as session:
        await session.execute(update(Bucket).values(full_at=Bucket.full_at - time // timedelta(milliseconds=1)))


async def use_up(shop: Shop, database: Database, limit: Limit, *ends: str) -> None:
    """Takes all tries of a limit of this shop, as a flood of days would, and those that come back in the next minutes."""
    limiter = Limiter(shop.app.state.secret)
    async with database.writing() as session:
        business = await find_shop(session, shop.slug)
        before = {key: full_at for key, full_at in await session.execute(select(Bucket.key, Bucket.full_at))}  # noqa: C416 (a row is no pair to mypy)
        now = utc_now()
        await limiter.take(session, limit, "|".join((str(business.id), *ends)), now=now)
        (taken,) = (
            key
            for key, full_at in await session.execute(select(Bucket.key, Bucket.full_at))
            if before.get(key) != full_at
        )
        full_at = epoch_ms(now + limit.period + timedelta(minutes=10))
        await session.execute(update(Bucket).where(Bucket.key == taken).values(full_at=full_at))


def told_to_wait(answer: httpx.Response) -> None:
    assert answer.status_code == 429, f"{answer.status_code}\n{answer.text}"
    assert "Terlalu sering dikirim. Tunggu" in answer.text
    assert "X-Outbox-Ack" not in answer.headers, "an outbox must keep it and try again"


# --- One phone


async def test_one_phone_that_rates_on_and_on_is_told_to_wait_and_may_come_back(shop: Shop, database: Database) -> None:
    rina = await shop.phone()
    for number in range(visitors.FROM_PHONE.tries):
        await rate(rina, shop, number % 5 + 1)
    told_to_wait(await rina.post(f"{shop.path}/nilai", data={"face": "1"}))
    key = new_id()
    told_to_wait(await keyed(rina, f"{shop.path}/nilai", {"face": "1"}, key=key))
    assert await counted(database, Rating, held=False) == 1

    await let_pass(database, timedelta(minutes=3))
    acknowledged(await keyed(rina, f"{shop.path}/nilai", {"face": "2"}, key=key), key)


async def test_one_phone_that_complains_on_and_on_is_told_to_wait_with_everything_kept(
    shop: Shop, database: Database
) -> None:
    rina = await shop.phone()
    for _number in range(visitors.FROM_PHONE.tries):
        await complain(rina, shop)
    answer = await rina.post(f"{shop.path}/keluhan", data={"category": "late", "words": "Masih menunggu"})
    told_to_wait(answer)
    assert "Masih menunggu" in answer.text
    assert Page(answer.text).all("form", action=f"{shop.path}/keluhan")
    assert await counted(database, Complaint, held=False) == visitors.FROM_PHONE.tries


async def test_who_is_told_to_wait_in_one_shop_is_welcome_in_another(shop: Shop) -> None:
    rina, budi = await shop.phone(), await shop.phone("10.0.0.2")
    keripik = await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222")
    for _number in range(visitors.FROM_PHONE.tries):
        await rate(rina, shop)
    told_to_wait(await rina.post(f"{shop.path}/nilai", data={"face": "1"}))
    assert await rate(rina, replace(shop, slug=keripik))


async def test_words_after_a_face_count_as_coming_again(shop: Shop) -> None:
    rina = await shop.phone()
    rated = await rate(rina, shop)
    for number in range(visitors.FROM_PHONE.tries - 1):
        assert (await rina.post(rated, data={"words": f"Enak {number}"})).status_code == 303
    answer = await rina.post(rated, data={"words": "Enak sekali"})
    told_to_wait(answer)
    assert "Enak sekali" in answer.text, "what was typed is lost"


# --- A crowd


async def test_a_crowd_behind_one_address_is_served_and_counted(shop: Shop, database: Database) -> None:
    crowd = [await shop.phone(MARKET) for _person in range(250)]
    for number, phone in enumerate(crowd):
        # Half of them at the same moment as somebody else.
        await asyncio.gather(rate(phone, shop, number % 5 + 1), *([complain(phone, shop)] if number < 25 else []))
    assert await counted(database, Rating, held=False) == 250
    assert await counted(database, Rating, held=True) == 0
    assert await counted(database, Complaint, held=False) == 25


async def test_there_is_no_shortest_time_between_the_page_and_the_tap(shop: Shop, database: Database) -> None:
    rina = await shop.phone()
    await rina.get(shop.path)
    await rate(rina, shop)
    await complain(rina, shop)
    await rate(await shop.phone(), shop)
    assert await counted(database, Rating, held=True) == 0
    assert await counted(database, Complaint, held=True) == 0


# --- Beyond the limits


async def test_what_comes_beyond_the_limit_of_an_address_is_held_and_not_lost(shop: Shop, database: Database) -> None:
    await use_up(shop, database, visitors.FROM_ADDRESS, MARKET)
    flood, elsewhere = await shop.phone(MARKET), await shop.phone("10.0.0.9")
    way = await complain(flood, shop, customer_name="Dari pasar")
    await flood.post(await rate(flood, shop, 1), data={"words": "asin-sekali"})
    assert (await flood.get(way)).status_code == 200, "she sees nothing of it"

    await complain(elsewhere, shop, customer_name="Dari rumah")
    await rate(elsewhere, shop, 5)
    assert (await counted(database, Complaint, held=True), await counted(database, Complaint, held=False)) == (1, 1)
    assert (await counted(database, Rating, held=True), await counted(database, Rating, held=False)) == (1, 1)
    everything = (await shop.owner.get("/voice")).text
    assert "Dari rumah" in everything
    assert "Dari pasar" not in everything
    assert "asin-sekali" not in everything


async def test_a_shop_under_siege_loses_nothing_and_its_neighbours_notice_nothing(
    shop: Shop, database: Database
) -> None:
    budi = await shop.phone("10.0.0.2")
    neighbour = replace(shop, owner=budi, slug=await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222"))
    await use_up(shop, database, visitors.TO_SHOP)
    rina = await shop.phone("10.0.0.9")
    await complain(rina, shop, customer_name="Rina")
    await rate(rina, shop)
    assert await counted(database, Complaint, held=True) == 1
    assert await counted(database, Rating, held=True) == 1
    await complain(rina, neighbour)
    await rate(rina, neighbour)
    assert await counted(database, Complaint, held=False) == 1
    assert await counted(database, Rating, held=False) == 1

    # And later all is as before.
    await let_pass(database, timedelta(hours=2))
    await complain(await shop.phone("10.0.0.10"), shop)
    assert await counted(database, Complaint, held=False) == 2


async def test_held_ones_are_let_through_one_by_one(shop: Shop, database: Database) -> None:
    await use_up(shop, database, visitors.TO_SHOP)
    rina = await shop.phone("10.0.0.9")
    await complain(rina, shop, customer_name="Rina")
    await rate(rina, shop, 5)
    home = Page((await shop.owner.get("/")).text)
    assert home.all("a", href="/voice?show=held"), "Beranda says so"
    path = await newest_complaint(shop, "held")
    assert (await shop.owner.post(f"{path}/release")).status_code == 303
    held = Page((await shop.owner.get("/voice?show=held")).text)
    (release,) = (form for form in held.all("form") if str(form.get("action")).startswith("/ratings/"))
    assert (await shop.owner.post(str(release["action"]))).status_code == 303
    assert await counted(database, Complaint, held=True) == 0
    assert await counted(database, Rating, held=True) == 0
    assert "Rina" in (await shop.owner.get("/voice?show=waiting")).text
    assert not Page((await shop.owner.get("/")).text).all("a", href="/voice?show=held")


async def test_when_the_room_for_held_ones_is_used_up_every_other_address_is_still_heard(
    shop: Shop, database: Database
) -> None:
    for limit in (visitors.TO_SHOP, visitors.HELD_FOR_SHOP):
        await use_up(shop, database, limit)
    await use_up(shop, database, visitors.HELD_FROM_ADDRESS, MARKET)
    told_to_wait(await (await shop.phone(MARKET)).post(f"{shop.path}/keluhan", data={"category": "late"}))
    for number in range(5):
        await complain(await shop.phone(f"10.8.0.{number}"), shop)
    assert await counted(database, Complaint, held=True) == 5


async def test_a_siege_does_not_silence_those_whose_complaint_is_heard_already(shop: Shop, database: Database) -> None:
    rina = await shop.phone(MARKET)
    way = await complain(rina, shop)
    for limit in (visitors.TO_SHOP, visitors.HELD_FOR_SHOP):
        await use_up(shop, database, limit)
    for limit in (visitors.FROM_ADDRESS, visitors.HELD_FROM_ADDRESS):
        await use_up(shop, database, limit, MARKET)
    assert (await rina.post(f"{way}/messages", data={"words": "Bagaimana?"})).status_code == 303
    added = await rina.post(f"{way}/photos", files={"photo": ("foto.png", picture(), "image/png")})
    assert added.status_code == 303
    assert (await rina.post(f"{way}/verdict", data={"well": "yes"})).status_code == 303


async def test_who_holds_a_link_cannot_write_on_and_on(shop: Shop, database: Database) -> None:
    rina = await shop.phone()
    way, other = await complain(rina, shop), await complain(rina, shop)
    for number in range(visitors.BY_LINK.tries):
        # From another phone each time, without a cookie.
        fields = {"words": f"Halo {number}"}
        assert (await (await shop.phone()).post(f"{way}/messages", data=fields)).status_code == 303
    answer = await rina.post(f"{way}/messages", data={"words": "Halo lagi"})
    told_to_wait(answer)
    assert "Halo lagi" in answer.text, "what was typed is lost"
    for well in ("yes", "no"):
        told_to_wait(await rina.post(f"{way}/verdict", data={"well": well}))
    assert (await rina.get(way)).status_code == 200
    assert (await rina.post(f"{other}/messages", data={"words": "Halo"})).status_code == 303
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Message)) == visitors.BY_LINK.tries + 1
        assert await session.scalar(select(func.count()).select_from(Step)) == 0


# --- Photos


@pytest.mark.parametrize(
    "limit", [visitors.PHOTOS_FOR_SHOP, visitors.PHOTOS_FROM_ADDRESS], ids=lambda limit: limit.kind
)
async def test_too_many_photos_cost_the_photo_and_never_the_words(shop: Shop, database: Database, limit: Limit) -> None:
    await use_up(shop, database, limit, *([MARKET] if limit == visitors.PHOTOS_FROM_ADDRESS else []))
    photo = {"photo": ("foto.png", picture(), "image/png")}
    rina = await shop.phone(MARKET)
    filed = await rina.post(f"{shop.path}/keluhan", data={"category": "stale", "words": "Bau"}, files=photo)
    assert filed.status_code == 303
    assert "fotonya belum" in (await rina.get(filed.headers["location"])).text
    assert await counted(database, Complaint, held=False) == 1

    way = filed.headers["location"].partition("?")[0]
    told_to_wait(await rina.post(f"{way}/photos", files=photo))
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Photo)) == 0
    # The owner's own pictures are not a customer's.
    assert (await shop.owner.post("/business/pictures/logo", files=photo)).status_code == 303


# --- What is counted


async def test_the_counting_tells_nobodys_address(shop: Shop, database: Database) -> None:
    rina = await shop.phone("10.99.98.97")
    await rate(rina, shop)
    token = rina.cookies["visitor"]
    async with database.reading() as session:
        keys = (await session.scalars(select(Bucket.key))).all()
    assert keys
    for key in keys:
        assert len(key) == 32
        assert b"10.99.98.97" not in key
        assert token.encode() not in key


async def test_a_house_with_millions_of_addresses_is_one(shop: Shop, database: Database) -> None:
    await use_up(shop, database, visitors.FROM_ADDRESS, "2001:db8:7")
    for house in range(3):
        await rate(await shop.phone(f"2001:db8:7:{house}::1"), shop)
    assert await counted(database, Rating, held=True) == 3
    await rate(await shop.phone("2001:db8:8::1"), shop)
    assert await counted(database, Rating, held=False) == 1
