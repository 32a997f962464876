"""The owner's goods by HTTP: adding, changing, one tap, pictures, removing and taking that back."""

import re
from http import HTTPStatus

import httpx
import pytest

from ecrm_pwa.base.db import new_id
from tests.cast import invite
from tests.shop import PASSWORD, Page, Shop, acknowledged, keyed, picture, refused, sign_up

pytestmark = pytest.mark.anyio


async def add(shop: Shop, name: str = "Sate bandeng", price: str = "35.000", **fields: str) -> str:
    """Adds a product by the plain form; its address."""
    product = str(new_id())
    answer = await shop.owner.post("/products", data={"id": product, "name": name, "price": price} | fields)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return f"/products/{product}"


async def text(phone: httpx.AsyncClient, path: str) -> str:
    answer = await phone.get(path)
    assert answer.status_code == HTTPStatus.OK, answer.text
    return answer.text


async def staff(shop: Shop) -> httpx.AsyncClient:
    dede = await shop.phone("10.0.0.9")
    way = await invite(shop.owner, "Dede")
    await dede.post(way, data={"name": "Dede", "phone": "0811 1111 1111", "password": PASSWORD, "agreed": "on"})
    return dede


async def test_name_and_price_are_enough(shop: Shop) -> None:
    way = await add(shop, price="35rb")
    listed = await text(shop.owner, "/products")
    assert "Sate bandeng tersimpan." in listed
    assert "Rp35.000" in listed
    assert way in listed
    assert "Rp35.000" in await text(shop.owner, way)


async def test_everything_that_was_typed_is_kept_and_can_be_changed(shop: Shop) -> None:
    way = await add(shop, unit="ekor", stock="8", category="Olahan ikan", description="Tanpa duri,\ntahan 3 hari")
    shown = await text(shop.owner, way)
    for words in ("Rp35.000 per ekor", "Olahan ikan", "Tanpa duri,\ntahan 3 hari", "<output>8</output>"):
        assert words in shown
    form = {
        "name": "Sate bandeng asap",
        "price": "Rp40.000,-",
        "unit": "",
        "category": "",
        "description": "",
        "version": "1",
    }
    assert (await shop.owner.post(way, data=form)).headers["location"] == way
    shown = await text(shop.owner, way)
    assert "Sate bandeng asap" in shown
    assert "Rp40.000" in shown
    assert "Olahan ikan" not in shown


async def test_all_errors_are_told_at_once_and_what_was_typed_stays(shop: Shop) -> None:
    typed = {"name": "", "price": "-5", "stock": "banyak", "unit": "x" * 21, "description": "Tanpa duri"}
    answer = await shop.owner.post("/products", data=typed)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for field in ("name", "price", "stock", "unit"):
        assert f'id="f-{field}-error"' in answer.text
    assert "minus" in answer.text
    assert "Tanpa duri" in answer.text
    assert "open" in Page(answer.text).all("details")[0], "what is wrong is not folded away"


async def test_a_product_that_arrives_twice_is_one(shop: Shop) -> None:
    product, key = str(new_id()), new_id()
    fields = {"id": product, "name": "Emping", "price": "25000"}
    for _time in range(2):
        assert acknowledged(await keyed(shop.owner, "/products", fields, key=key), key) == "/products"
    assert (await text(shop.owner, "/products")).count(f'id="p-{product}"') == 1


async def test_a_photo_that_came_along_is_shown_and_a_bad_one_never_costs_the_words(shop: Shop) -> None:
    fields = {"name": "Emping", "price": "25000"}
    await shop.owner.post("/products", data=fields, files={"photo": ("e.png", picture(), "image/png")})
    photo = re.search(r"/photos/[0-9a-f-]{36}/thumb", await text(shop.owner, "/products"))
    assert photo is not None
    assert (await shop.owner.get(photo[0])).headers["content-type"] == "image/webp"
    broken = await shop.owner.post(
        "/products", data=fields | {"name": "Gipang"}, files={"photo": ("g.jpg", b"bukan foto", "image/jpeg")}
    )
    assert re.fullmatch(r"/products/[0-9a-f-]{36}/photo", broken.headers["location"])
    assert "Gipang tersimpan, tetapi fotonya belum." in await text(shop.owner, broken.headers["location"])


async def test_two_phones_that_change_one_product_see_both_sides(shop: Shop) -> None:
    way, key = await add(shop), new_id()
    first = {"name": "Sate bandeng", "price": "38.000", "version": "1"}
    await shop.owner.post(way, data=first)
    answer = await keyed(shop.owner, way, first | {"price": "36.000"}, key=key)
    refused(answer, key, HTTPStatus.CONFLICT)
    assert "X-Outbox-Theirs" in answer.headers
    words = Page(answer.text).words
    assert "sudah diubah di HP lain" in words
    assert "Rp36.000" in words
    assert "Rp38.000" in words
    again = {"version": "2", "name": "Sate bandeng", "price": "36.000"}
    assert (await shop.owner.post(way, data=again)).status_code == HTTPStatus.SEE_OTHER
    assert "Rp36.000" in await text(shop.owner, way)


async def test_one_tap_marks_sold_out_hides_and_counts(shop: Shop) -> None:
    way = await add(shop, stock="2")
    back = "/products?category=Olahan+ikan"
    answer = await shop.owner.post(f"{way}/availability", data={"to": "no", "back": back})
    assert answer.headers["location"] == back
    assert ">Habis<" in await text(shop.owner, way)
    elsewhere = await shop.owner.post(f"{way}/availability", data={"to": "yes", "back": "//example.org/products?"})
    assert elsewhere.headers["location"] == way
    await shop.owner.post(f"{way}/visibility", data={"to": "no"})
    assert "Disembunyikan" in await text(shop.owner, way)
    for by in ("-1", "-1", "-1"):
        await shop.owner.post(f"{way}/stock", data={"by": by})
    assert "<output>-1</output>" in await text(shop.owner, way)
    await shop.owner.post(f"{way}/stock", data={"by": "", "stock": "12"})
    assert "<output>12</output>" in await text(shop.owner, way)
    await shop.owner.post(f"{way}/stock", data={"by": "", "stock": ""})
    assert "Tidak dihitung" in await text(shop.owner, way)
    wrong = await shop.owner.post(f"{way}/stock", data={"by": "", "stock": "1.000.000"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'id="f-stock-error"' in wrong.text


async def test_goods_are_put_in_another_order_by_buttons(shop: Shop) -> None:
    await add(shop, "Satu")
    two = await add(shop, "Dua")
    answer = await shop.owner.post(f"{two}/position", data={"to": "up"})
    assert answer.headers["location"] == f"/products?order=1#p-{two.rsplit('/', 1)[1]}"
    listed = await text(shop.owner, "/products")
    assert listed.index("Dua") < listed.index("Satu")


async def test_a_removed_product_can_be_taken_back_from_the_toast(shop: Shop) -> None:
    way = await add(shop)
    assert (await shop.owner.post(f"{way}/removal")).headers["location"] == "/products"
    toast = Page(await text(shop.owner, "/products")).all("form", action=f"{way}/restoration")
    assert len(toast) == 1
    await shop.owner.post(f"{way}/restoration")
    assert way in await text(shop.owner, "/products")


async def test_what_waited_for_a_removed_product_is_refused_in_words_and_removing_twice_is_well(shop: Shop) -> None:
    way = await add(shop)
    await shop.owner.post(f"{way}/removal")
    for path, fields in (
        (way, {"name": "Sate bandeng", "price": "1000", "version": "1"}),
        (f"{way}/availability", {"to": "no"}),
        (f"{way}/stock", {"by": "1"}),
        ("/products", {"id": way.rsplit("/", 1)[1], "name": "Sate bandeng", "price": "1000"}),
    ):
        key = new_id()
        answer = await keyed(shop.owner, path, fields, key=key)
        refused(answer, key, HTTPStatus.GONE)
        assert "sudah%20dihapus" in answer.headers["X-Outbox-Words"]
    key = new_id()
    sent = await keyed(shop.owner, f"{way}/photo", {}, key=key, files={"photo": ("s.png", picture(), "image/png")})
    refused(sent, key, HTTPStatus.GONE)
    key = new_id()
    acknowledged(await keyed(shop.owner, f"{way}/removal", {}, key=key), key)


async def test_staff_do_the_daily_work_and_remove_nothing(shop: Shop) -> None:
    way, dede = await add(shop), await staff(shop)
    assert (await dede.post(f"{way}/availability", data={"to": "no"})).status_code == HTTPStatus.SEE_OTHER
    assert (await dede.post(f"{way}/removal")).status_code == HTTPStatus.FORBIDDEN
    assert "Hapus barang" not in await text(dede, way)


async def test_a_neighbour_and_a_stranger_see_nothing_and_change_nothing(shop: Shop, rina: httpx.AsyncClient) -> None:
    way = await add(shop)
    budi = await shop.phone("10.0.0.2")
    await sign_up(budi, "Pak Budi", "Emping Pak Budi", "0899 0000 0999")
    writes = {
        way: {"name": "X", "price": "1", "version": "1"},
        f"{way}/availability": {"to": "no"},
        f"{way}/removal": {},
        f"{way}/restoration": {},
    }
    assert "Sate bandeng" not in await text(budi, "/products")
    for path, fields in writes.items():
        assert (await budi.post(path, data=fields)).status_code == HTTPStatus.NOT_FOUND
        assert (await rina.post(path, data=fields)).status_code == HTTPStatus.UNAUTHORIZED
    assert (await rina.get(way)).headers["location"].startswith("/sign-in")
    assert "Rp35.000" in await text(shop.owner, way)


async def test_many_goods_come_in_pages_and_are_searched(shop: Shop) -> None:
    for number in range(21):
        await add(shop, f"Kue nomor {number}", category="Kue" if number % 2 else "Lain")
    await text(shop.owner, "/products")  # shows the toast
    first = await text(shop.owner, "/products")
    assert first.count('class="item goods"') == 18
    assert "Kue nomor 20" not in first
    assert "Kue nomor 20" in await text(shop.owner, "/products?page=2")
    found = await text(shop.owner, "/products?q=nomor+17")
    assert found.count('class="item goods"') == 1
    assert (await text(shop.owner, "/products?category=Kue")).count('class="item goods"') == 10
    assert "Tidak ada barang yang cocok." in await text(shop.owner, "/products?q=rendang")
    for odd in ("?page=0", "?page=-1", "?page=x", "?page=99999", "?q=%00", "?show=semua", "?category=%ff"):
        assert (await shop.owner.get(f"/products{odd}")).status_code == HTTPStatus.OK, odd


async def test_the_first_product_ticks_off_a_first_step(shop: Shop) -> None:
    assert "/products/new" in {link.get("href") for link in Page(await text(shop.owner, "/")).all("a")}
    way = await add(shop)
    steps = Page(await text(shop.owner, "/"))
    assert "/products/new" not in {link.get("href") for link in steps.all("a")}
    await shop.owner.post(f"{way}/removal")
    assert "/products/new" in {link.get("href") for link in Page(await text(shop.owner, "/")).all("a")}
