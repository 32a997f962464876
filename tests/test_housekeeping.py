"""What is over goes by itself, whole, and nothing else goes with it."""

import os
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ecrm_pwa import businesses, housekeeping
from ecrm_pwa.base.db import Base, new_id, utc_now
from ecrm_pwa.base.outbox import bury
from ecrm_pwa.base.photos import PhotoStore
from ecrm_pwa.businesses import Business
from ecrm_pwa.photos import Photo
from ecrm_pwa.products import PICTURES_KEPT, Product, ProductPhoto
from tests.cast import Village, open_village
from tests.shop import acknowledged, keyed

pytestmark = pytest.mark.anyio


@pytest.fixture
async def village(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Village]:
    async with open_village(database_url, tmp_path / "data") as opened:
        yield opened


async def end(village: Village, ago: timedelta) -> None:
    async with village.database.writing() as session:
        ended = update(Business).where(Business.id == village.budis_business).values(ending_at=utc_now() - ago)
        await session.execute(ended)


async def rows_of(village: Village) -> dict[str, int]:
    """How many rows name Pak Budi's business, by table."""
    counted = {}
    async with village.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for name in ("business_id", "scope") if table.name != "business" else ("id",):
                if name in table.columns and table.name != "session":
                    found = await session.execute(select(table).where(table.c[name] == village.budis_business))
                    counted[f"{table.name}.{name}"] = len(found.all())
    return {name: count for name, count in counted.items() if count}


async def test_an_ended_business_goes_whole_after_thirty_days_and_not_a_day_sooner(
    village: Village, tmp_path: Path
) -> None:
    store, backups = PhotoStore(tmp_path / "data" / "photos"), tmp_path / "backups"
    neighbours = village.people["neighbour"]
    key = new_id()
    rated = await keyed(village.people["stranger"], "/toko/emping-pak-budi/nilai", {"face": "5"}, key=key)
    acknowledged(rated, key)
    async with village.database.writing() as session:
        await bury(session, village.budis_business, new_id(), now=utc_now())
    full = await rows_of(village)
    assert {"rating.business_id", "complaint.business_id", "photo.business_id"} <= set(full)
    assert {"write_key.scope", "tombstone.scope"} <= set(full)

    await end(village, businesses.GRACE - timedelta(hours=1))
    assert (await housekeeping.tidy(village.database, store, backups)).businesses == 0
    assert await rows_of(village) == full

    await end(village, businesses.GRACE)
    assert (await housekeeping.tidy(village.database, store, backups)).businesses == 1
    assert await rows_of(village) == {}
    assert (await neighbours.get("/voice")).headers["location"] == "/businesses", (
        "he is still a person, without a business"
    )
    assert (await village.people["owner"].get(f"/complaints/{village.right['complaint_id']}")).status_code == 200


async def test_the_picture_of_a_removed_product_goes_when_nobody_can_want_it_back(
    village: Village, tmp_path: Path
) -> None:
    store, owner = PhotoStore(tmp_path / "data" / "photos"), village.people["owner"]
    product = village.right["product_id"]
    async with village.database.reading() as session:
        (name,) = await session.scalars(
            select(Photo.name)
            .join(ProductPhoto, (ProductPhoto.business_id == Photo.business_id) & (ProductPhoto.photo_id == Photo.id))
            .where(ProductPhoto.product_id == uuid.UUID(product))
        )
    for path in (tmp_path / "data" / "photos").rglob("*.webp"):
        os.utime(path, (0, 0))
    await owner.post(f"/products/{product}/removal")
    await housekeeping.tidy(village.database, store, tmp_path / "backups")
    assert store.path(name, "full").exists(), "she may still take it back"
    async with village.database.writing() as session:
        long_ago = utc_now() - PICTURES_KEPT - timedelta(minutes=1)
        await session.execute(update(Product).where(Product.id == uuid.UUID(product)).values(removed_at=long_ago))
    assert (await housekeeping.tidy(village.database, store, tmp_path / "backups")).photos == 1
    assert not store.path(name, "full").exists()
    assert not store.path(name, "thumb").exists()


async def test_copies_from_before_a_migration_go_after_thirty_five_days(village: Village, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    for name, days in (("old.sqlite3", 36), ("young.sqlite3", 34), ("else.txt", 99)):
        (backups / name).write_text("x")
        then = (utc_now() - timedelta(days=days)).timestamp()
        os.utime(backups / name, (then, then))
    swept = await housekeeping.tidy(village.database, PhotoStore(tmp_path / "data" / "photos"), backups)
    assert swept.copies == 1
    assert sorted(path.name for path in backups.iterdir()) == ["else.txt", "young.sqlite3"]


async def test_the_secret_of_a_customers_link_is_nowhere_in_the_database(village: Village) -> None:
    secret, key = "a1" * 32, new_id()
    fields = {"id": str(new_id()), "secret": secret, "category": "late", "words": "Lama sekali"}
    phone = village.people["stranger"]
    for _time in range(2):
        filed = await keyed(phone, f"/toko/{village.right['slug']}/keluhan", fields, key=key)
        assert acknowledged(filed, key) == f"/k/{secret}", "the second answer is the first"
    said = await keyed(phone, f"/k/{secret}/messages", {"words": "Bagaimana?"}, key=new_id())
    assert said.headers["X-Outbox-Location"] == f"/k/{secret}"
    async with village.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in await session.execute(select(table)):
                assert secret not in repr(tuple(row)), f"a row of {table.name} tells the secret"
