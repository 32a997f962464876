"""A list from a WhatsApp group: looked at before anything is kept, asked about once, taken back as a whole."""

import html
import re
from http import HTTPStatus

import pytest

from ecrm_pwa.base.db import new_id
from tests.routes.test_orders import add_goods, record, shown
from tests.shop import Shop

pytestmark = pytest.mark.anyio

LIST = "List Jumat 🐟\n1. Bu Ani sate bandeng 2\n2. Pak Dedi gipang 3 lunas\n3. Rina donat 1"


async def look(shop: Shop, text: str) -> tuple[str, dict[str, str]]:
    """The page that shows what would be recorded, and the form in it as it stands."""
    answer = await shop.owner.post("/orders/paste", data={"text": text})
    assert answer.status_code == HTTPStatus.OK, answer.text
    seen = re.search(r'name="seen" value="(\w+)"', answer.text)
    assert seen is not None
    return html.unescape(answer.text), {"id": str(new_id()), "text": text, "seen": seen[1]}


async def test_nothing_is_recorded_before_she_says_so(shop: Shop) -> None:
    await add_goods(shop)
    await add_goods(shop, "Gipang", "15rb")
    page, _form = await look(shop, LIST)
    for words in ("Bu Ani", "Pak Dedi", "ragu, periksa", "lunas", "1 baris tidak dibaca"):
        assert words in page
    assert "Belum ada pesanan" in await shown(shop, "/orders")


async def test_goods_that_nobody_can_tell_are_asked_for_and_the_rest_is_kept(shop: Shop) -> None:
    await add_goods(shop)
    gipang = await add_goods(shop, "Gipang", "15rb")
    _page, form = await look(shop, LIST)
    answer = await shop.owner.post("/orders/paste/orders", data=form)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Pilih barangnya." in answer.text
    answer = await shop.owner.post("/orders/paste/orders", data=form | {"goods.2.0": gipang, "who.1": "skip"})
    pasted = await shown(shop, answer.headers["location"])
    assert "2 Sate bandeng" in pasted
    assert "1 Gipang" in pasted
    assert "Pak Dedi" not in pasted


async def test_a_known_name_is_the_same_customer_again(shop: Shop) -> None:
    await add_goods(shop)
    await record(shop, {"other_name": "x", "other_price": "1", "customer_name": "Bu Ani", "phone": "0812 9999 0000"})
    page, form = await look(shop, "1. bu ani sate bandeng 2")
    assert "Bu Ani · 0812-9999-0000" in page
    chosen = re.search(r'<option value="([0-9a-f-]{36})" selected>Bu Ani', page)
    assert chosen is not None
    await shop.owner.post("/orders/paste/orders", data=form | {"who.0": chosen[1]})
    assert (await shown(shop, "/orders/new")).count("Bu Ani") == 1


async def test_a_list_that_is_sent_twice_is_recorded_once(shop: Shop) -> None:
    await add_goods(shop)
    _page, form = await look(shop, "1. Bu Ani sate bandeng 2")
    for _time in range(2):
        await shop.owner.post("/orders/paste/orders", data=form)
    listed = await shown(shop, "/orders")
    assert "#1 " in listed
    assert "#2 " not in listed


async def test_the_whole_list_is_taken_back_but_not_what_is_worked_on(shop: Shop) -> None:
    await add_goods(shop)
    _page, form = await look(shop, "1. Bu Ani 2\n2. Pak Dedi 3")
    pasted = (await shop.owner.post("/orders/paste/orders", data=form)).headers["location"]
    begun = re.findall(r'href="(/orders/[0-9a-f-]{36})"', (await shop.owner.get(pasted)).text)[-1]
    await shop.owner.post(f"{begun}/steps", data={"status": "processing"})
    await shop.owner.post(f"{pasted}/undone")
    page = await shown(shop, pasted)
    assert page.count("Dibatalkan") == 1
    assert page.count("Diproses") == 1


async def test_goods_that_have_changed_meanwhile_are_looked_at_again(shop: Shop) -> None:
    await add_goods(shop)
    _page, form = await look(shop, "1. Bu Ani 2")
    await add_goods(shop, "Gipang", "15rb")
    answer = await shop.owner.post("/orders/paste/orders", data=form)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Periksa sekali lagi" in answer.text
    assert "Belum ada pesanan" in await shown(shop, "/orders")


@pytest.mark.parametrize(
    "text",
    ["", "selamat pagi semua", "\n".join(f"{n}. Bu A{chr(97 + n % 26)}{chr(97 + n // 26)}ni 1" for n in range(1, 103))],
)
async def test_a_list_that_is_none_is_refused_in_words(shop: Shop, text: str) -> None:
    answer = await shop.owner.post("/orders/paste", data={"text": text})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'role="alert"' in answer.text
