"""The QR of a business by HTTP: each file leads to its public page, looking changes nothing, saying "printed" does."""

from io import BytesIO

import httpx
import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pytest
import zxingcpp
from PIL import Image

from tests.shop import Shop

pytestmark = pytest.mark.anyio

FILES = {
    "/business/qr.svg": "image/svg+xml",
    "/business/qr.png": "image/png",
    "/business/qr/poster.pdf": "application/pdf",
}


def decoded(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image.convert("L"))]


async def test_the_picture_and_the_poster_lead_to_the_public_page(shop: Shop) -> None:
    address = f"{shop.url}{shop.path}"
    png = await shop.owner.get("/business/qr.png")
    assert decoded(Image.open(BytesIO(png.content))) == [address]
    pdf = await shop.owner.get("/business/qr/poster.pdf")
    assert decoded(pypdfium2.PdfDocument(pdf.content)[0].render(scale=3).to_pil()) == [address]


@pytest.mark.parametrize(("path", "kind"), FILES.items())
async def test_each_file_says_what_it_is_and_is_saved_under_a_name(shop: Shop, path: str, kind: str) -> None:
    answer = await shop.owner.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert shop.slug in answer.headers["content-disposition"]


async def test_looking_and_downloading_tick_nothing_off_but_saying_so_does(shop: Shop) -> None:
    for path in ("/business/qr", *FILES):
        assert (await shop.owner.get(path)).status_code == 200
    assert 'href="/business/qr"' in (await shop.owner.get("/")).text
    said = await shop.owner.post("/business/qr/printed")
    assert said.status_code == 303
    assert 'href="/business/qr"' not in (await shop.owner.get("/")).text


async def test_a_stranger_is_led_to_signing_in(rina: httpx.AsyncClient) -> None:
    answer = await rina.get("/business/qr/poster.pdf")
    assert "%PDF" not in answer.text
    assert "/sign-in" in answer.headers["location"]
