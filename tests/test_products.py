"""Goods: what is kept of them, in which order they stand, who may change what, and what stays of one that is removed."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import businesses, photos, products
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import Conflict, Gone, NotFound
from ecrm_pwa.base.photos import PreparedPhoto
from ecrm_pwa.photos import Photo
from ecrm_pwa.products import Show

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


async def open_shop(database: Database, name: str = "Sate Bandeng Bu Siti") -> uuid.UUID:
    async with database.writing() as session:
        return (await businesses.found(session, name=name, whatsapp="", now=NOW)).id


async def add(database: Database, shop: uuid.UUID, name: str, **fields: object) -> uuid.UUID:
    product_id = new_id()
    async with database.writing() as session:
        everything: dict[str, object] = {"product_id": product_id, "name": name, "price": 15_000, "now": NOW} | fields
        await products.add_product(session, shop, **everything)  # type: ignore[arg-type]
    return product_id


async def names(database: Database, shop: uuid.UUID, show: Show = Show.ALL, **wanted: str) -> list[str]:
    async with database.reading() as session:
        return [one.product.name for one in await products.list_goods(session, shop, show=show, limit=100, **wanted)]  # type: ignore[arg-type]


async def record_photo(session: AsyncSession, shop: uuid.UUID, letter: str = "a") -> uuid.UUID:
    return (await photos.record(session, shop, PreparedPhoto(b"x", b"x", 1, 1, "0"), letter * 32, now=NOW)).id


async def test_a_new_product_stands_behind_the_others_and_has_a_code_of_its_own(database: Database) -> None:
    shop = await open_shop(database)
    for name in ("Sate bandeng", "Emping", "Gipang"):
        await add(database, shop, name)
    assert await names(database, shop) == ["Sate bandeng", "Emping", "Gipang"]
    async with database.reading() as session:
        codes = {one.product.code for one in await products.list_goods(session, shop, limit=9)}
    assert len(codes) == 3


async def test_goods_are_found_by_category_and_by_every_word(database: Database) -> None:
    shop = await open_shop(database)
    await add(database, shop, "Sate Bandeng Asap", category="Olahan ikan")
    await add(database, shop, "Otak-otak", category="Olahan ikan")
    await add(database, shop, "Diskon 50%_", category="Lain")
    assert await names(database, shop, category="Olahan ikan") == ["Sate Bandeng Asap", "Otak-otak"]
    assert await names(database, shop, words="bandeng SATE") == ["Sate Bandeng Asap"]
    assert await names(database, shop, words="ikan otak") == ["Otak-otak"]
    assert await names(database, shop, words="%") == ["Diskon 50%_"], "a sign of the database's is a sign like others"
    assert await names(database, shop, words="kue") == []
    async with database.reading() as session:
        assert await products.list_categories(session, shop) == ["Olahan ikan", "Lain"]


async def test_a_move_changes_the_order_and_stops_at_the_ends(database: Database) -> None:
    shop = await open_shop(database)
    first, _second, third = [await add(database, shop, name) for name in "ABC"]
    async with database.writing() as session:
        assert await products.move(session, shop, third, by=-1) == 1
        assert await products.move(session, shop, third, by=-1) == 0
        assert await products.move(session, shop, third, by=-1) == 0
        assert await products.move(session, shop, first, by=5) == 2
    assert await names(database, shop) == ["C", "B", "A"]


async def test_what_two_phones_typed_differently_is_shown_to_both(database: Database) -> None:
    shop = await open_shop(database)
    product = await add(database, shop, "Sate bandeng", price=30_000)
    async with database.writing() as session:
        await products.change_product(session, shop, product, version=1, name="Sate bandeng", price=35_000)
    with pytest.raises(Conflict) as refused:
        async with database.writing() as session:
            await products.change_product(session, shop, product, version=1, name="Sate bandeng", price=32_000)
    assert refused.value.version == 2
    assert [(one.field, one.mine, one.theirs) for one in refused.value.differences] == [
        ("price", "Rp32.000", "Rp35.000")
    ]
    async with database.writing() as session:  # the same once more is no contradiction
        await products.change_product(session, shop, product, version=1, name="Sate bandeng", price=35_000)


async def test_a_tap_contradicts_nobody(database: Database) -> None:
    shop = await open_shop(database)
    product = await add(database, shop, "Sate bandeng", stock=5)
    async with database.writing() as session:
        await products.set_sold_out(session, shop, product, sold_out=True)
        await products.set_hidden(session, shop, product, hidden=True)
        await products.step_stock(session, shop, product, by=-1)
        await products.change_product(session, shop, product, version=1, name="Sate bandeng asap")
        assert (await products.find(session, shop, product)).stock == 4


async def test_the_count_goes_below_zero_and_none_left_is_sold_out(database: Database) -> None:
    shop = await open_shop(database)
    product = await add(database, shop, "Sate bandeng", stock=1)
    await add(database, shop, "Emping")
    async with database.writing() as session:
        for _order in range(3):
            await products.step_stock(session, shop, product, by=-1)
        found = await products.find(session, shop, product)
        assert (found.stock, found.is_sold_out) == (-2, True)
    assert await names(database, shop, Show.SOLD_OUT) == ["Sate bandeng"]
    async with database.writing() as session:
        await products.set_sold_out(session, shop, product, sold_out=False)
        found = await products.find(session, shop, product)
        assert (found.stock, found.is_sold_out) == (None, False), "her word counts more than the count"


async def test_hidden_goods_are_for_her_own_people(database: Database) -> None:
    shop = await open_shop(database)
    hidden = await add(database, shop, "Rahasia")
    await add(database, shop, "Emping")
    async with database.writing() as session:
        await products.set_hidden(session, shop, hidden, hidden=True)
    assert await names(database, shop, Show.PUBLIC) == ["Emping"]
    assert await names(database, shop, Show.HIDDEN) == ["Rahasia"]
    assert await names(database, shop) == ["Rahasia", "Emping"]


async def test_a_removed_product_is_gone_for_every_write_and_can_be_brought_back(database: Database) -> None:
    shop = await open_shop(database)
    product = await add(database, shop, "Sate bandeng")
    async with database.writing() as session:
        await products.remove(session, shop, product, now=NOW)
        await products.remove(session, shop, product, now=NOW + timedelta(hours=1))
    assert await names(database, shop) == []
    for write in (
        lambda session: products.change_product(session, shop, product, version=1, name="X"),
        lambda session: products.set_sold_out(session, shop, product, sold_out=True),
        lambda session: products.set_hidden(session, shop, product, hidden=True),
        lambda session: products.step_stock(session, shop, product, by=1),
        lambda session: products.move(session, shop, product, by=1),
        lambda session: products.find_goods(session, shop, product),
        lambda session: products.add_product(session, shop, product_id=product, name="X", price=1, now=NOW),
    ):
        with pytest.raises(Gone, match="Sate bandeng sudah dihapus"):
            async with database.writing() as session:
                await write(session)
    async with database.writing() as session:
        await products.restore(session, shop, product)
    assert await names(database, shop) == ["Sate bandeng"]


async def test_a_neighbours_product_is_not_there(database: Database) -> None:
    siti, budi = await open_shop(database), await open_shop(database, "Emping Pak Budi")
    product = await add(database, siti, "Sate bandeng")
    for write in (
        lambda session: products.find(session, budi, product),
        lambda session: products.change_product(session, budi, product, version=1, name="X"),
        lambda session: products.remove(session, budi, product, now=NOW),
        lambda session: products.restore(session, budi, product),
        lambda session: products.remove_photo(session, budi, product),
        lambda session: products.add_batch(
            session, budi, batch_id=new_id(), product_id=product, made_on=date(2026, 11, 12), place="", now=NOW
        ),
    ):
        with pytest.raises(NotFound):
            async with database.writing() as session:
                await write(session)
    assert await names(database, siti) == ["Sate bandeng"]
    assert await names(database, budi) == []


async def test_a_new_picture_takes_the_place_of_the_one_before(database: Database) -> None:
    shop = await open_shop(database)
    product = await add(database, shop, "Sate bandeng")
    async with database.writing() as session:
        first, second = await record_photo(session, shop, "a"), await record_photo(session, shop, "b")
        for photo_id in (first, second):
            await products.set_photo(session, shop, product, photo_id=photo_id)
        assert (await products.find_goods(session, shop, product)).photo_id == second
        assert (await session.scalars(select(Photo.name))).all() == ["b" * 32]
        await products.remove_photo(session, shop, product)
        assert (await products.find_goods(session, shop, product)).photo_id is None


async def test_the_picture_of_a_removed_product_goes_when_nobody_can_want_it_back(database: Database) -> None:
    shop = await open_shop(database)
    kept, gone = await add(database, shop, "Emping"), await add(database, shop, "Sate bandeng")
    async with database.writing() as session:
        for letter, product in (("a", kept), ("b", gone)):
            await products.set_photo(session, shop, product, photo_id=await record_photo(session, shop, letter))
        await products.remove(session, shop, gone, now=NOW)
        await products.prune(session, now=NOW + products.PICTURES_KEPT)
        assert len((await session.scalars(select(Photo.name))).all()) == 2
        await products.prune(session, now=NOW + products.PICTURES_KEPT + timedelta(seconds=1))
        assert (await session.scalars(select(Photo.name))).all() == ["a" * 32]
        await products.restore(session, shop, gone)
        assert (await products.find_goods(session, shop, gone)).photo_id is None


async def test_a_batch_is_found_by_its_label_however_it_was_typed(database: Database) -> None:
    shop, budi = await open_shop(database), await open_shop(database, "Emping Pak Budi")
    product = await add(database, shop, "Sate bandeng")
    async with database.writing() as session:
        made = await products.add_batch(
            session,
            shop,
            batch_id=new_id(),
            product_id=product,
            made_on=date(2026, 11, 12),
            place="Warung Bu Eni",
            now=NOW,
        )
    async with database.reading() as session:
        found = await products.find_batch_by_code(session, shop, made.code.lower())
        assert found == made
        assert (found.made_on, found.place, found.product_name) == (date(2026, 11, 12), "Warung Bu Eni", "Sate bandeng")
        assert await products.list_batches(session, shop, product, limit=5) == [made]
        assert await products.list_places(session, shop) == ["Warung Bu Eni"]
        for shop_id, code in ((budi, made.code), (shop, "ZZZZ"), (shop, "\x00"), (shop, ""), (shop, "é")):
            with pytest.raises(NotFound):
                await products.find_batch_by_code(session, shop_id, code)
