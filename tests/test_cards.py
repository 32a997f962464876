"""The card of a product: any name, any price, with and without a photo."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from ecrm_pwa import posters
from tests.shop import picture

NAMES = (
    "Sate bandeng",
    "Keripik Singkong Pedas Manis Bu Hj. Siti Rohmatul Ummah isi dua puluh lima kotak",
    "W" * 80,
    "🐟🐟🐟",
    "سمك",
    "Kue ulang tahun 🎂 (isi 12)",
    " ",
)


def draw(name: str, photo: bytes | None = None) -> Image.Image:
    card = posters.card(name=name, price="Rp35.000", shop="Sate Bandeng Bu Siti", photo=photo)
    with Image.open(BytesIO(card)) as opened:
        opened.load()
        return opened


def right_edge(image: Image.Image) -> int:
    """How far to the right anything is drawn."""
    ground = Image.new("RGB", image.size, "#f3f9f6")
    box = ImageChops.difference(image.convert("RGB"), ground).point(lambda level: 255 if level > 40 else 0).getbbox()
    assert box is not None
    return box[2]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_stays_on_the_card(name: str) -> None:
    image = draw(name)
    assert image.size == (1200, 630)
    assert right_edge(image) < 1190


def test_the_photo_fills_its_side_and_the_price_is_written() -> None:
    image = draw("Sate bandeng", picture("WEBP", (400, 300), "blue")).convert("RGB")
    for spot in ((5, 5), (590, 620), (300, 300)):
        red, green, blue = image.getpixel(spot)  # type: ignore[misc]
        assert blue > 200
        assert max(red, green) < 60
    assert image.crop((640, 60, 1160, 560)).getextrema() != ((243, 243), (249, 249), (246, 246))


@settings(max_examples=30)
@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_somebody_calls_it_there_is_a_card(name: str, shop: str) -> None:
    card = posters.card(name=name, price="Rp999.999.999", shop=shop, photo=None)
    assert card.startswith(b"\xff\xd8")
