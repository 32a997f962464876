"""What everybody sees of the goods: the catalogue, one product as it is shared, its pictures and its card."""

from http import HTTPStatus
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from PIL import Image

from ecrm_pwa.base.db import new_id
from tests.faults.forms import read_form
from tests.shop import Page, Shop, picture

pytestmark = pytest.mark.anyio


async def add(shop: Shop, name: str = "Sate bandeng", price: str = "35.000", **fields: str) -> str:
    """Adds a product; its address for the owner."""
    product = str(new_id())
    answer = await shop.owner.post("/products", data={"id": product, "name": name, "price": price} | fields)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return f"/products/{product}"


async def public(shop: Shop, way: str) -> str:
    """Where everybody sees it."""
    shared = Page((await shop.owner.get(way)).text)
    (button,) = [one for one in shared.all("button") if "data-share" in one]
    return urlsplit(str(button["data-share"])).path


async def save_profile(shop: Shop, **fields: str) -> None:
    form = read_form((await shop.owner.get("/business/profile")).text, "/business/profile")
    await shop.owner.post("/business/profile", data=form | fields)


def meta(page: Page, name: str) -> str:
    return str(next(one["content"] for one in page.all("meta") if name in (one.get("property"), one.get("name"))))


async def test_the_catalogue_shows_what_is_shown_and_marks_what_is_sold_out(
    shop: Shop, rina: httpx.AsyncClient
) -> None:
    await add(shop, "Sate bandeng", unit="ekor")
    sold_out, hidden, removed = await add(shop, "Emping"), await add(shop, "Rahasia"), await add(shop, "Lama")
    await shop.owner.post(f"{sold_out}/availability", data={"to": "no"})
    await shop.owner.post(f"{hidden}/visibility", data={"to": "no"})
    ways = {one: await public(shop, one) for one in (hidden, removed)}
    await shop.owner.post(f"{removed}/removal")
    page = Page((await rina.get(f"{shop.path}/katalog")).text)
    for words in ("Sate bandeng", "Rp35.000", "per ekor", "Emping", "Habis"):
        assert words in page.words
    assert page.words.count("Habis") == 1
    for words in ("Rahasia", "Lama"):
        assert words not in page.words
    for way in ways.values():
        for part in ("", "/foto", "/foto/besar", "/kartu.jpg"):
            assert (await rina.get(way + part)).status_code == HTTPStatus.NOT_FOUND


async def test_a_catalogue_without_goods_says_so(shop: Shop, rina: httpx.AsyncClient) -> None:
    answer = await rina.get(f"{shop.path}/katalog")
    assert answer.status_code == HTTPStatus.OK
    assert "belum ada" in answer.text


async def test_many_goods_come_in_pages(shop: Shop, rina: httpx.AsyncClient) -> None:
    for number in range(41):
        await add(shop, f"Kue nomor {number}")
    first = Page((await rina.get(f"{shop.path}/katalog?lang=en")).text)
    assert "Kue nomor 40" not in first.words
    (more,) = [link for link in first.all("a") if "page=2" in str(link["href"])]
    second = Page((await rina.get(str(more["href"]))).text)
    assert "Kue nomor 40" in second.words
    assert second.all("html", lang="en")
    for odd in ("0", "-1", "x", "99999", "2%00"):
        assert (await rina.get(f"{shop.path}/katalog?page={odd}")).status_code == HTTPStatus.OK


async def test_a_shared_product_brings_its_card_and_what_search_engines_read(
    shop: Shop, rina: httpx.AsyncClient
) -> None:
    way = await add(shop, "Sate <bandeng> 🐟", unit="ekor", description="Tanpa duri,\ntahan 3 hari")
    await shop.owner.post(f"{way}/photo", files={"photo": ("s.png", picture(colour="red"), "image/png")})
    address = await public(shop, way)
    answer = await rina.get(address)
    page = Page(answer.text)
    assert meta(page, "og:title") == "Sate <bandeng> 🐟, Rp35.000 per ekor"
    assert meta(page, "og:description") == "Tanpa duri, tahan 3 hari"
    assert meta(page, "og:url") == shop.url + address
    assert meta(page, "product:price:amount") == "35000"
    image = urlsplit(meta(page, "og:image"))
    card = await rina.get(f"{image.path}?{image.query}")
    assert (card.headers["content-type"], card.headers["cache-control"]) == ("image/jpeg", "public, max-age=86400")
    with Image.open(BytesIO(card.content)) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (1200, 630))
        red, green, blue = drawn.convert("RGB").getpixel((300, 315))  # type: ignore[misc]
        assert red > 200
        assert max(green, blue) < 60
    assert len(card.content) < 300_000
    props = {str(one.get("itemprop")): one for tag in ("meta", "link", "h1", "img") for one in page.all(tag)}
    assert props["price"]["content"] == "35000"
    assert props["availability"]["href"] == "https://schema.org/InStock"
    assert (await rina.get(str(props["image"]["src"]))).headers["content-type"] == "image/webp"
    assert "public" in answer.headers["cache-control"]
    assert not page.all("script")


async def test_the_picture_in_the_catalogue_is_small(shop: Shop, rina: httpx.AsyncClient) -> None:
    way = await add(shop)
    await shop.owner.post(f"{way}/photo", files={"photo": ("s.png", picture(size=(1200, 900)), "image/png")})
    (image,) = Page((await rina.get(f"{shop.path}/katalog")).text).all("img")
    assert image["loading"] == "lazy"
    answer = await rina.get(str(image["src"]))
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert len(answer.content) <= 8_000


async def test_ordering_opens_whatsapp_with_the_text_ready(shop: Shop, rina: httpx.AsyncClient) -> None:
    way = await add(shop)
    address = await public(shop, way)

    async def orders() -> list[str]:
        page = Page((await rina.get(address)).text)
        return [str(link["href"]) for link in page.all("a") if "wa.me" in str(link["href"])]

    assert await orders() == [], "nobody's number is shown before she has seen that it would be"
    await save_profile(shop, whatsapp="0812 3456 7890")
    (order,) = await orders()
    parts = urlsplit(order)
    assert (parts.netloc, parts.path) == ("wa.me", "/6281234567890")
    assert parse_qs(parts.query)["text"] == [f"Halo, saya mau pesan Sate bandeng.\n{shop.url}{address}"]
    await shop.owner.post(f"{way}/availability", data={"to": "no"})
    (question,) = await orders()
    assert "apakah Sate bandeng masih ada?" in parse_qs(urlsplit(question).query)["text"][0]
    await save_profile(shop, whatsapp="(0254) 123456")
    assert await orders() == []


async def test_a_neighbours_product_is_not_found_in_this_shop(shop: Shop, rina: httpx.AsyncClient) -> None:
    code = (await public(shop, await add(shop))).rsplit("/", 1)[1]
    assert (await rina.get(f"{shop.path}/barang/{code.lower()}")).status_code == HTTPStatus.OK
    for wrong in ("ZZZZ", "%00", "..%2F", "a" * 400, "é"):
        assert (await rina.get(f"{shop.path}/barang/{wrong}")).status_code == HTTPStatus.NOT_FOUND, wrong
    assert (await rina.get(f"/toko/tidak-ada/barang/{code}")).status_code == HTTPStatus.NOT_FOUND


async def test_she_shares_a_product_by_whatsapp(shop: Shop) -> None:
    way = await add(shop, unit="ekor")
    page = Page((await shop.owner.get(way)).text)
    (share,) = [str(link["href"]) for link in page.all("a") if "wa.me" in str(link["href"])]
    text = parse_qs(urlsplit(share).query)["text"][0]
    assert text == f"Sate bandeng, Rp35.000 per ekor. Sate Bandeng Bu Siti\n{shop.url}{await public(shop, way)}"
