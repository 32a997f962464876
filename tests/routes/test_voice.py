"""Suara: everything that customers say in one list, the newest first, by what is asked for, and nothing of the neighbour's."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select

from ecrm_pwa import complaints, satisfaction
from ecrm_pwa.base.db import Database, new_id, utc_now
from ecrm_pwa.businesses import Business
from tests.shop import Page, Shop, complain, newest_complaint, phone_at, rate, sign_up

pytestmark = pytest.mark.anyio


async def listed(shop: Shop, query: str = "") -> str:
    """The words of the list."""
    answer = await shop.owner.get(f"/voice{query}")
    assert answer.status_code == 200, answer.text
    return Page(answer.text.partition("<main")[2]).words


async def business(database: Database, slug: str) -> Business:
    async with database.reading() as session:
        return (await session.scalars(select(Business).where(Business.slug == slug))).one()


async def fill(database: Database, shop: Shop, *, made_at: datetime, words: str, face: int | None = None) -> None:
    """A complaint, or a rating, made at that moment."""
    mine = await business(database, shop.slug)
    async with database.writing() as session:
        if face is None:
            await complaints.file_complaint(
                session,
                mine.id,
                complaint_id=new_id(),
                category="late",
                words="",
                customer_name=words,
                phone="",
                source="counter",
                made_at=made_at,
                now=made_at,
                held=False,
            )
            return
        rater = new_id().bytes * 2
        rating = await satisfaction.rate(
            session,
            mine.id,
            rating_id=new_id(),
            rater=rater,
            face=face,
            source="counter",
            zone=ZoneInfo(mine.zone),
            made_at=made_at,
            now=made_at,
            held=False,
        )
        await satisfaction.add_words(
            session,
            mine.id,
            rating,
            rater=rater,
            words=words,
            zone=ZoneInfo(mine.zone),
            made_at=made_at,
        )


async def test_an_empty_list_says_what_to_do(shop: Shop) -> None:
    assert "Belum ada suara pelanggan. Pasang QR" in await listed(shop)
    for show in ("waiting", "processing", "resolved", "ratings", "low", "held"):
        assert "Tidak ada di sini." in await listed(shop, f"?show={show}")


async def test_ratings_and_complaints_stand_together_the_newest_first(shop: Shop, database: Database) -> None:
    now = utc_now()
    for minutes, face in ((40, None), (30, 5), (20, None), (10, 1)):
        await fill(database, shop, made_at=now - timedelta(minutes=minutes), words=f"lalu-{minutes}", face=face)
    assert re.findall(r"lalu-\d+", await listed(shop)) == ["lalu-10", "lalu-20", "lalu-30", "lalu-40"]


async def test_each_filter_shows_its_own(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    now = utc_now()
    for face, words in ((1, "kecewa-sekali"), (2, "kurang-saja"), (3, "biasa-saja"), (5, "puas-sekali")):
        await fill(database, shop, made_at=now - timedelta(minutes=face), words=words, face=face)
    for name, deeds in (("Usai", ("start", "resolution")), ("Jalan", ("start",)), ("Menanti", ())):
        await complain(rina, shop, customer_name=name)
        path = await newest_complaint(shop)
        for deed in deeds:
            assert (await shop.owner.post(f"{path}/{deed}")).status_code == 303
    everything = {"kecewa-sekali", "kurang-saja", "biasa-saja", "puas-sekali", "Menanti", "Jalan", "Usai"}
    for show, expected in (
        ("all", everything),
        ("waiting", {"Menanti"}),
        ("processing", {"Jalan"}),
        ("resolved", {"Usai"}),
        ("ratings", {"kecewa-sekali", "kurang-saja", "biasa-saja", "puas-sekali"}),
        ("low", {"kecewa-sekali", "kurang-saja"}),
    ):
        words = await listed(shop, f"?show={show}")
        assert {one for one in everything if one in words} == expected, show


async def test_the_filter_that_is_on_is_marked_and_the_counts_are_told(shop: Shop, rina: httpx.AsyncClient) -> None:
    for _one in range(3):
        await complain(rina, shop)
    page = Page((await shop.owner.get("/voice?show=waiting")).text)
    (current,) = (
        link for link in page.all("a") if str(link.get("href")).startswith("/voice?") and "aria-current" in link
    )
    assert current["href"] == "/voice?show=waiting"
    assert "Menunggu 3" in page.words


async def test_what_nobody_asks_for_shows_everything(shop: Shop, rina: httpx.AsyncClient) -> None:
    await complain(rina, shop, customer_name="Rina")
    queries = (
        "?show=xx",
        "?show=",
        "?show=%00",
        "?before=x",
        "?before=-1",
        "?before=" + "9" * 40,
        "?before=9.5",
        "?before=5-x",
        f"?before=99999999999999-{new_id()}",
        "?before=٣",
    )
    for query in (*queries, "?show=all&show=low", "?page=2"):
        assert "Rina" in await listed(shop, query), query


async def test_page_by_page_everything_is_seen_once(shop: Shop, database: Database) -> None:
    now = utc_now()
    for number in range(75):
        # Several in the same second, as on a market day.
        moment = now - timedelta(seconds=10 * (number // 3), milliseconds=number)
        await fill(database, shop, made_at=moment, words=f"nomor-{number}.", face=None if number % 2 else 4)
    assert await seen_page_by_page(shop) == [
        [f"nomor-{n}." for n in range(first, min(first + 30, 75))] for first in (0, 30, 60)
    ]


async def test_many_in_one_moment_are_all_seen(shop: Shop, database: Database) -> None:
    moment = utc_now() - timedelta(hours=1)
    for number in range(40):
        await fill(database, shop, made_at=moment, words=f"nomor-{number}.", face=None if number % 2 else 4)
    pages = await seen_page_by_page(shop)
    assert sorted(word for page in pages for word in page) == sorted(f"nomor-{number}." for number in range(40))


async def seen_page_by_page(shop: Shop) -> list[list[str]]:
    """What "Lebih lama" leads through, page by page."""
    pages: list[list[str]] = []
    address = "/voice"
    while address:
        assert len(pages) < 10, "it goes in a circle"
        text = (await shop.owner.get(address)).text
        pages.append(re.findall(r"nomor-\d+\.", Page(text.partition("<main")[2]).words))
        older = [str(link["href"]) for link in Page(text).all("a") if "before=" in str(link.get("href"))]
        address = older[0] if older else ""
    return pages


async def test_the_next_page_keeps_the_filter(shop: Shop, database: Database) -> None:
    now = utc_now()
    for number in range(35):
        await fill(database, shop, made_at=now - timedelta(minutes=number), words="x", face=1)
    page = Page((await shop.owner.get("/voice?show=low")).text)
    (older,) = (str(link["href"]) for link in page.all("a") if "before=" in str(link.get("href")))
    assert "show=low" in older
    assert len(re.findall("Kecewa", await listed(shop, older.removeprefix("/voice")))) == 5


async def test_nothing_of_a_neighbour_is_shown(shop: Shop, rina: httpx.AsyncClient) -> None:
    await complain(rina, shop, customer_name="Rina Kenari")
    await rina.post(await rate(rina, shop, 1), data={"words": "kenari-asin"})
    async with phone_at(shop.app) as budi:
        await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222")
        for show in ("all", "waiting", "ratings", "low", "held"):
            text = (await budi.get(f"/voice?show={show}")).text
            assert "Kenari" not in text
            assert "kenari" not in text


async def test_each_complaint_leads_to_itself(shop: Shop, rina: httpx.AsyncClient) -> None:
    await complain(rina, shop, customer_name="Rina", words="Bandengnya bau")
    page = await shop.owner.get(await newest_complaint(shop))
    assert "Bandengnya bau" in Page(page.text).words
    assert Page(page.text).all("a", href="/voice"), "and back"
