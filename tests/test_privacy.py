"""Whoever is forgotten is in no byte any more: not in the tables, not in the database's file and log, not among the pictures."""

import uuid
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url, select, text

from ecrm_pwa import complaints, customers
from ecrm_pwa.base.db import Base, Database, new_id, utc_now
from ecrm_pwa.base.photos import PhotoStore
from ecrm_pwa.complaints import Complaint, Message
from ecrm_pwa.housekeeping import tidy
from ecrm_pwa.satisfaction import Rating
from tests.shop import Shop, complain, open_shop, picture, rate

pytestmark = pytest.mark.anyio

NUMBER = "0812 4747 4747"
CANARIES = (
    "kenari-nama",
    "kenari-lain",
    "kenari-gabung",
    "kenari-kampung",
    "kenari-patokan",
    "kenari-label",
    "kenari-catatan",
    "kenari-keluhan",
    "kenari-pesan",
    "kenari-balasan",
    "kenari-dulu",
    "kenari-alamat",
    "kenari-pesanan",
    "81247474747",
    "81248484848",
    "81249494949",
)
RATED = "kenari-penilaian"
NEIGHBOUR = "tetangga-tetap"


@pytest.fixture
async def shop(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Shop]:
    async with open_shop(database_url, tmp_path / "data") as opened:
        yield opened


async def live(shop: Shop, database_url: str, *, neighbours: int = 300) -> tuple[httpx.AsyncClient, str]:
    """Rina among many others: everything that the app can know of her. Gives her phone and the link of her own data."""
    fields = {
        "name": "Rina kenari-nama",
        "phone": NUMBER,
        "hamlet": "kenari-kampung",
        "landmark": "kenari-patokan",
        "label": "kenari-label",
        "note": "kenari-catatan",
        "birth_day": "3",
        "birth_month": "5",
        "consent": "1",
    }
    way = ""
    for number in range(neighbours):
        await shop.owner.post("/customers", data={"name": f"{NEIGHBOUR} {number}", "phone": f"0813 0000 {number:04}"})
        if number == neighbours // 2:
            way = (await shop.owner.post("/customers", data=fields | {"name": "kenari-dulu"})).headers["location"]
            await shop.owner.post("/customers", data=fields | {"name": "kenari-lain"})
            await complain_as_rina(shop)
    edited = await shop.owner.post(f"{way}/edit", data=fields | {"version": "1"})
    assert edited.status_code == HTTPStatus.SEE_OTHER, edited.text
    await merge_another_record(database_url, uuid.UUID(way.rsplit("/", 1)[1]))
    ordered = await shop.owner.post(
        "/orders",
        data={
            "customer_id": way.rsplit("/", 1)[1],
            "other_name": "Gipang",
            "other_price": "15rb",
            "way": "delivery",
            "address": "kenari-alamat",
            "note": "kenari-pesanan",
        },
    )
    assert ordered.status_code == HTTPStatus.SEE_OTHER, ordered.text
    shared = (await shop.owner.post(f"{way}/links")).text
    link = shared.partition("/data/")[2].partition("<")[0]
    rina = await shop.phone()
    wish = {"version": "2", "name": fields["name"], "hamlet": fields["hamlet"], "phone": "0812 4848 4848"}
    await rina.post(f"/data/{link}", data=wish)
    rated = await rate(rina, shop)
    await rina.post(rated, data={"words": RATED})
    return rina, f"/data/{link}"


async def complain_as_rina(shop: Shop) -> None:
    rina = await shop.phone()
    said = {"phone": NUMBER, "customer_name": "kenari-nama", "words": "kenari-keluhan"}
    page = await complain(rina, shop, **said)
    await rina.post(f"{page}/photos", files={"photo": ("p.png", picture(colour="red"), "image/png")})
    await rina.post(f"{page}/messages", data={"words": "kenari-pesan"})
    found = (await shop.owner.get("/voice")).text.partition("/complaints/")[2][:36]
    await shop.owner.post(f"/complaints/{found}/answers", data={"words": "Bu kenari-balasan, mohon maaf"})


async def merge_another_record(database_url: str, into: uuid.UUID) -> None:
    """A record that was joined into hers is she, too."""
    database = Database.open(database_url)
    async with database.writing() as session:
        table = Base.metadata.tables["customer"]
        shop_id = (await session.execute(select(table.c.business_id).limit(1))).scalar_one()
        recorded = await customers.record_customer(
            session, shop_id, customer_id=new_id(), name="kenari-gabung", phone="+6281249494949", now=utc_now()
        )
        recorded.customer.merged_into = into
    await database.close()


async def rows(database_url: str) -> str:
    """Every column of every table, as text."""
    database = Database.open(database_url)
    async with database.reading() as session:
        told = [str((await session.execute(select(table))).all()) for table in Base.metadata.sorted_tables]
    await database.close()
    return "\n".join(told)


def kept_bytes(database_url: str, data: Path) -> bytes:
    """Every byte of the database's file and log and of the folder of pictures; only pictures where the server has the files."""
    database = make_url(database_url).database or ""
    files = [path for path in (data / "photos").rglob("*") if path.is_file()]
    if "sqlite" in database_url:
        files += [path for ending in ("", "-wal") if (path := Path(database + ending)).exists()]
    return b"\n".join(path.read_bytes() for path in files)


def pictures(data: Path) -> list[Path]:
    return [path for path in (data / "photos").rglob("*") if path.is_file()]


async def test_erased_by_the_owner_she_is_in_no_table_no_file_and_no_log(
    shop: Shop, database_url: str, tmp_path: Path
) -> None:
    await live(shop, database_url)
    before = await rows(database_url)
    assert [canary for canary in CANARIES if canary not in before] == ["kenari-dulu"], (
        "the search would find nothing at all"
    )
    assert pictures(tmp_path / "data")
    erased = await shop.owner.post(f"/customers/{await the_one(shop)}/erasure")
    assert erased.status_code == HTTPStatus.SEE_OTHER, erased.text
    after = await rows(database_url)
    assert [canary for canary in CANARIES if canary in after] == []
    assert NEIGHBOUR in after
    assert pictures(tmp_path / "data") == []
    kept = kept_bytes(database_url, tmp_path / "data")
    assert [canary for canary in CANARIES if canary.encode() in kept] == []
    if "sqlite" in database_url:
        assert NEIGHBOUR.encode() in kept, "the search would find nothing at all"


async def the_one(shop: Shop) -> str:
    rows = (await shop.owner.get("/customers/snapshot")).json()
    return str(next(one for one, name, *_rest in rows if "kenari" in name))


async def test_the_hour_that_comes_cleans_up_after_who_was_reading_at_that_moment(
    shop: Shop, database_url: str, tmp_path: Path
) -> None:
    await live(shop, database_url, neighbours=20)
    reader = Database.open(database_url)
    async with reader.reading() as session:
        await session.execute(text("SELECT count(*) FROM customer"))
        await shop.owner.post(f"/customers/{await the_one(shop)}/erasure")
    await reader.close()
    database = Database.open(database_url)
    await tidy(database, PhotoStore(tmp_path / "data" / "photos"), tmp_path / "data" / "backups")
    await database.close()
    kept = kept_bytes(database_url, tmp_path / "data")
    assert [canary for canary in CANARIES if canary.encode() in kept] == []


async def test_erased_by_herself_her_words_to_ratings_go_too_and_the_figures_stay(
    shop: Shop, database_url: str, tmp_path: Path
) -> None:
    rina, link = await live(shop, database_url, neighbours=10)
    assert RATED in await rows(database_url)
    erased = await rina.post(f"{link}/erasure")
    assert erased.headers["location"] == "/data/selesai"
    after = await rows(database_url)
    assert [canary for canary in (*CANARIES, RATED) if canary in after] == []
    kept = kept_bytes(database_url, tmp_path / "data")
    assert [canary for canary in (*CANARIES, RATED) if canary.encode() in kept] == []
    database = Database.open(database_url)
    async with database.reading() as session:
        [complaint] = (await session.scalars(select(Complaint))).all()
        assert (complaint.category, complaint.customer_name, complaint.phone, complaint.words) == ("stale", "", "", "")
        assert complaint.answered_at is not None, "how long it took is still counted"
        assert len((await session.scalars(select(Message))).all()) == 2
        [rating] = (await session.scalars(select(Rating))).all()
        assert (rating.face, rating.words) == (5, "")
        assert await customers.count_customers(session, complaint.business_id) == 10
        assert await complaints.list_links(session, complaint.business_id, complaint.id) == []
    await database.close()
    page = (await shop.owner.get(f"/complaints/{complaint.id}")).text
    assert "Tanpa nama" in page


async def test_her_complaints_link_opens_nothing_afterwards(shop: Shop, database_url: str) -> None:
    rina = await shop.phone()
    page = await complain(rina, shop, phone=NUMBER)
    way = (await shop.owner.post("/customers", data={"name": "Rina", "phone": NUMBER})).headers["location"]
    assert (await rina.get(page)).status_code == HTTPStatus.OK
    await shop.owner.post(f"{way}/erasure")
    assert (await rina.get(page)).status_code == HTTPStatus.NOT_FOUND
