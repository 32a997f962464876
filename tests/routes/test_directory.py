"""The directory of shops: only those that wish to, found by village, kind and words, at once gone when they take it back."""

from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from ecrm_pwa.accounts import Consent
from ecrm_pwa.accounts.consents import ConsentText
from ecrm_pwa.base.db import Database
from tests.faults.forms import read_form
from tests.shop import Page, Shop, open_shop, sign_up

pytestmark = pytest.mark.anyio


async def tell(phone: httpx.AsyncClient, **fields: str) -> None:
    form = read_form((await phone.get("/business/profile")).text, "/business/profile")
    assert (await phone.post("/business/profile", data=form | fields)).status_code == HTTPStatus.SEE_OTHER


async def wish(phone: httpx.AsyncClient, listed: str = "yes") -> None:
    answer = await phone.post("/business/listing", data={"listed": listed})
    assert answer.headers["location"] == "/business/profile"


async def found(phone: httpx.AsyncClient, query: str = "") -> list[str]:
    """The names on the page, in order."""
    page = Page((await phone.get(f"/toko{query}")).text)
    return [line.strip() for line in page.words.splitlines() if "Siti" in line or "Budi" in line]


async def test_nobody_stands_there_without_wishing_to(shop: Shop, rina: httpx.AsyncClient) -> None:
    assert await found(rina) == []
    assert "Belum ada toko" in (await rina.get("/toko")).text
    await wish(shop.owner)
    assert "Tampil di daftar toko sejak" in (await shop.owner.get("/business/profile")).text
    assert len(await found(rina)) == 1
    await wish(shop.owner, "no")
    assert await found(rina) == []


async def test_the_wish_is_kept_as_a_consent_with_its_words_and_its_end(shop: Shop, database: Database) -> None:
    for listed in ("yes", "yes", "no", "yes"):
        await wish(shop.owner, listed)
    async with database.reading() as session:
        rows = (
            await session.execute(
                select(Consent.given_at, Consent.withdrawn_at, Consent.door, ConsentText.words)
                .join(ConsentText, ConsentText.version == Consent.version)
                .where(Consent.purpose.startswith("directory:"))
                .order_by(Consent.id)
            )
        ).all()
    assert [(row.withdrawn_at is None, row.door) for row in rows] == [(False, "profile"), (True, "profile")]
    assert all("Siapa pun bisa melihat nama" in row.words for row in rows)


async def test_shops_are_found_by_village_kind_words_and_goods(shop: Shop, rina: httpx.AsyncClient) -> None:
    await tell(shop.owner, village="Kramatwatu", kind="food", about="Dibakar tiap pagi")
    await shop.owner.post("/products", data={"name": "Otak-otak bandeng", "price": "15rb"})
    await wish(shop.owner)
    budi = await shop.phone("10.0.0.2")
    await sign_up(budi, "Pak Budi", "Anyaman Pak Budi", "0899 0000 0999")
    await tell(budi, village="Kasemen", kind="craft")
    await wish(budi)
    assert [("Siti" in one, "Budi" in one) for one in await found(rina)] == [(False, True), (True, False)], "by name"
    for query, whose in (
        ("?q=bandeng+BU", "Siti"),
        ("?q=otak", "Siti"),
        ("?q=pagi", "Siti"),
        ("?desa=Kasemen", "Budi"),
        ("?jenis=craft", "Budi"),
        ("?q=anyaman&desa=Kasemen&jenis=craft", "Budi"),
    ):
        (only,) = await found(rina, query)
        assert whose in only, query
    for query in ("?q=anyaman&jenis=food", "?q=rendang", "?q=%25", "?desa=Serang"):
        assert await found(rina, query) == [], query
    for odd in ("?q=%00", "?jenis=mobil", "?page=x", "?page=9999", "?desa=%ff", "?q=" + "a+" * 300):
        assert (await rina.get(f"/toko{odd}")).status_code == HTTPStatus.OK, odd


async def test_a_hidden_product_finds_nobody(shop: Shop, rina: httpx.AsyncClient) -> None:
    await shop.owner.post(
        "/products", data={"id": "019ab000-0000-7000-a000-000000000001", "name": "Rendang", "price": "1"}
    )
    await wish(shop.owner)
    assert len(await found(rina, "?q=rendang")) == 1
    await shop.owner.post("/products/019ab000-0000-7000-a000-000000000001/visibility", data={"to": "no"})
    assert await found(rina, "?q=rendang") == []


async def test_a_business_that_ends_is_not_found(shop: Shop, rina: httpx.AsyncClient) -> None:
    await wish(shop.owner)
    await shop.owner.post("/business/ending", data={"password": "bandeng bakar enak"})
    assert await found(rina) == []


async def test_it_works_as_a_plain_form_in_both_languages(shop: Shop, rina: httpx.AsyncClient) -> None:
    await wish(shop.owner)
    page = Page((await rina.get("/toko?lang=en")).text)
    assert page.all("html", lang="en")
    assert page.all("a", href=f"{shop.path}?lang=en")
    (form,) = page.all("form")
    assert (form["action"], form.get("method")) == ("/toko", None)
    assert page.all("input", type="hidden", name="lang", value="en")
    assert not page.all("script")


async def test_whoever_searches_on_and_on_has_to_wait(database_url: str, tmp_path: Path) -> None:
    async with open_shop(database_url, tmp_path / "data", limit_factor=1) as shop:
        phone = await shop.phone("10.0.0.50")
        answers = [(await phone.get(f"/toko?q={number}")).status_code for number in range(302)]
        assert answers[0] == HTTPStatus.OK
        assert answers[-1] == HTTPStatus.TOO_MANY_REQUESTS
        assert (await phone.get("/toko")).status_code == HTTPStatus.OK, "looking through it costs nothing"
