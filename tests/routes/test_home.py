"""Beranda: what wants doing stands there until it is done, and comes back when the customer says so."""

import httpx
import pytest

from tests.shop import Page, Shop, complain, newest_complaint

pytestmark = pytest.mark.anyio


async def tasks(shop: Shop) -> str:
    """The words of Beranda under "Perlu dikerjakan"."""
    answer = await shop.owner.get("/")
    words = Page(answer.text.partition("<main")[2]).words
    return words.partition("Perlu dikerjakan")[2].partition("Langkah pertama")[0]


async def test_a_complaint_stands_on_beranda_until_the_customer_waits_for_nothing(
    shop: Shop, rina: httpx.AsyncClient
) -> None:
    link = await complain(rina, shop, customer_name="Rina", category="late")
    hers = await newest_complaint(shop)
    assert "Keluhan: terlambat" in await tasks(shop)

    await shop.owner.post(f"{hers}/answers", data={"words": "Maaf, besok kami antar"})
    assert await tasks(shop) == ""

    await rina.post(f"{link}/messages", data={"words": "Sampai sekarang belum datang"})
    assert "Rina membalas lagi" in await tasks(shop)
    await shop.owner.post(f"{hers}/answers", data={"words": "Sedang di jalan"})
    assert await tasks(shop) == ""

    await shop.owner.post(f"{hers}/resolution")
    await rina.post(f"{link}/verdict", data={"well": "no"})
    assert "Rina membalas lagi" in await tasks(shop), "she said that it is not well"
    await shop.owner.post(f"{hers}/resolution")
    await shop.owner.post(f"{hers}/answers", data={"words": "Sudah kami ganti"})
    assert await tasks(shop) == ""

    await rina.post(f"{link}/verdict", data={"well": "yes"})
    await rina.post(f"{link}/messages", data={"words": "Terima kasih"})
    assert await tasks(shop) == "", "thanks ask for nothing"


async def test_several_customers_who_wait_for_a_word_are_one_row_that_leads_to_them(
    shop: Shop, rina: httpx.AsyncClient
) -> None:
    for _one in range(3):
        link = await complain(rina, shop, category="late")
        await shop.owner.post(f"{await newest_complaint(shop)}/answers", data={"words": "Maaf"})
        await rina.post(f"{link}/messages", data={"words": "Kapan?"})
    assert "3 pelanggan membalas lagi" in await tasks(shop)
    home = Page((await shop.owner.get("/")).text)
    assert home.all("a", href="/voice?show=processing")
