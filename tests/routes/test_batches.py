"""Batches by HTTP: recorded, printed as labels, and what is said through a label tells where it came from."""

import re
from http import HTTPStatus
from typing import Any

import httpx
import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pytest
import zxingcpp

from ecrm_pwa.base.db import new_id
from tests.shop import Page, Shop, acknowledged, keyed, sign_up

pytestmark = pytest.mark.anyio


async def record(shop: Shop, **fields: str) -> tuple[str, str]:
    """A product with a batch of it: the owner's address of its batches, and the label's code."""
    product = str(new_id())
    await shop.owner.post("/products", data={"id": product, "name": "Sate bandeng", "price": "35000"})
    way = f"/products/{product}/batches"
    batch = {"made_on": "2026-11-12", "place": "Warung Bu Eni"} | fields
    answer = await shop.owner.post(way, data=batch)
    assert answer.headers["location"] == way, answer.text
    found = re.search(r">([0-9A-Z]{4})</small>", (await shop.owner.get(way)).text)
    assert found is not None
    return way, found[1]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twelfth of November 2026 is not far from any day of these tests' lives."""
    from datetime import UTC, datetime  # noqa: PLC0415 (here only)

    from ecrm_pwa.base import inputs  # noqa: PLC0415 (likewise)

    monkeypatch.setattr(inputs, "utc_now", lambda: datetime(2026, 11, 24, tzinfo=UTC))


async def labels(shop: Shop, way: str) -> Any:
    (label,) = [
        str(link["href"])
        for link in Page((await shop.owner.get(way)).text).all("a")
        if "labels.pdf" in str(link["href"])
    ]
    answer = await shop.owner.get(label)
    assert answer.headers["content-type"] == "application/pdf"
    return pypdfium2.PdfDocument(answer.content)


async def test_the_labels_are_read_by_a_camera_and_say_what_they_are(shop: Shop) -> None:
    way, code = await record(shop)
    pdf = await labels(shop, way)
    assert len(pdf) == 1
    text = pdf[0].get_textpage().get_text_range()
    for words in ("Sate bandeng", "Produksi 12 Nov 2026", "Warung Bu Eni", "Sate Bandeng Bu Siti", code):
        assert text.count(words) >= 24, words
    read = zxingcpp.read_barcodes(pdf[0].render(scale=4).to_pil().convert("L"))
    assert {one.text for one in read} == {f"{shop.url}{shop.path}/b/{code}"}
    assert len(read) == 24


async def test_any_name_and_place_fit_on_a_label(shop: Shop) -> None:
    product = str(new_id())
    long = "Keripik Singkong Pedas Manis Bu Hj. Siti Rohmatul Ummah 🐟 isi dua puluh lima kotak"[:80]
    await shop.owner.post("/products", data={"id": product, "name": long, "price": "35000"})
    await shop.owner.post(f"/products/{product}/batches", data={"place": "W" * 60})
    page = (await labels(shop, f"/products/{product}/batches"))[0]
    textpage = page.get_textpage()
    for number in range(textpage.count_rects()):
        left, _bottom, right, _top = textpage.get_rect(number)
        column = int(left / (595.28 / 3))
        assert right <= (column + 1) * 595.28 / 3, "into the next label"


async def test_what_is_wrong_is_told_beside_its_field(shop: Shop) -> None:
    way, _code = await record(shop)
    for day, words in (("kemarin", "seperti 12/11/2026"), ("2020-01-01", "terlalu jauh"), ("31/02/2026", "seperti")):
        answer = await shop.owner.post(way, data={"made_on": day, "place": "x" * 61})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert words in answer.text
        assert 'id="f-place-error"' in answer.text


async def test_without_a_day_it_is_the_day_of_the_tap_also_when_it_waited(shop: Shop) -> None:
    way, _code = await record(shop)
    key = new_id()
    three_days = {"X-Age-Ms": str(3 * 86_400_000)}
    acknowledged(
        await keyed(shop.owner, way, {"id": str(new_id()), "place": "Pasar"}, key=key, headers=three_days), key
    )
    assert (await shop.owner.get(way)).text.count("labels.pdf") == 2


async def test_what_is_said_through_a_label_tells_the_owner_where_it_came_from(
    shop: Shop, rina: httpx.AsyncClient
) -> None:
    _way, code = await record(shop)
    page = Page((await rina.get(f"{shop.path}/b/{code.lower()}")).text)
    assert "Bagaimana Sate bandeng ini?" in page.words
    assert "Produksi 12 Nov 2026 · Warung Bu Eni" in page.words
    assert len(page.all("input", name="batch", value=code, type="hidden")) == 2
    await rina.post(f"{shop.path}/nilai", data={"face": "2", "batch": code})
    await rina.post(f"{shop.path}/keluhan", data={"category": "stale", "words": "Bau", "batch": code})
    voices = (await shop.owner.get("/voice")).text
    assert voices.count("Sate bandeng, produksi 12 Nov 2026 · Warung Bu Eni") == 2
    complaint = re.search(r"/complaints/[0-9a-f-]{36}", voices)
    assert complaint is not None
    told = (await shop.owner.get(complaint[0])).text
    assert "Produksi 12 Nov 2026 · Warung Bu Eni" in told


async def test_the_later_label_of_a_day_counts_and_a_tap_without_one_changes_nothing(
    shop: Shop, rina: httpx.AsyncClient
) -> None:
    way, first = await record(shop)
    await shop.owner.post(way, data={"made_on": "2026-11-13", "place": "Pasar Kramat"})
    codes = re.findall(r">([0-9A-Z]{4})</small>", (await shop.owner.get(way)).text)
    (second,) = {*codes} - {first}
    for face, code in (("5", first), ("4", second), ("3", "")):
        await rina.post(f"{shop.path}/nilai", data={"face": face, "batch": code})
    voices = (await shop.owner.get("/voice")).text
    assert "produksi 13 Nov 2026 · Pasar Kramat" in voices
    assert "produksi 12 Nov 2026" not in voices


async def test_a_label_that_is_none_opens_the_shop_and_costs_no_word(shop: Shop, rina: httpx.AsyncClient) -> None:
    for wrong in ("ZZZZ", "x", "%00", "a" * 400):
        answer = await rina.get(f"{shop.path}/b/{wrong}?lang=en")
        assert answer.headers["location"] == f"{shop.path}?lang=en", wrong
    for code in ("ZZZZ", "\x00", "x" * 30):
        answer = await rina.post(f"{shop.path}/keluhan", data={"category": "late", "words": "Lama", "batch": code})
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert (
        await rina.post(f"{shop.path}/nilai", data={"face": "5", "batch": "ZZZZ"})
    ).status_code == HTTPStatus.SEE_OTHER


async def test_a_mistake_in_a_complaint_does_not_lose_the_label(shop: Shop, rina: httpx.AsyncClient) -> None:
    _way, code = await record(shop)
    answer = await rina.post(f"{shop.path}/keluhan", data={"category": "", "batch": code})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = Page(answer.text)
    assert len(page.all("input", name="batch", value=code)) == 2
    assert page.all("a", lang="en", href=f"{shop.path}/b/{code}?lang=en")


async def test_a_neighbours_label_says_nothing_here(shop: Shop, rina: httpx.AsyncClient) -> None:
    way, code = await record(shop)
    budi = await shop.phone("10.0.0.2")
    slug = await sign_up(budi, "Pak Budi", "Emping Pak Budi", "0899 0000 0999")
    assert (await rina.get(f"/toko/{slug}/b/{code}")).headers["location"] == f"/toko/{slug}"
    await rina.post(f"/toko/{slug}/keluhan", data={"category": "late", "words": "Lama", "batch": code})
    assert "Warung Bu Eni" not in (await budi.get("/voice")).text
    assert (await budi.get(way)).status_code == HTTPStatus.NOT_FOUND
    assert (await budi.post(way, data={"place": "X"})).status_code == HTTPStatus.NOT_FOUND
