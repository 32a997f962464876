"""The poster: its code is read small and damaged, every name fits, and no letter is printed as a box."""

import random
from io import BytesIO

import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pytest
import segno
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from ecrm_pwa import posters
from ecrm_pwa.base import i18n, qr

ADDRESS = "https://umkm.kelapakurung.desa.id/toko/sate-bandeng-bu-siti"
TWO_CM_AT_300_DPI = 236
STAIN = 6
"""Modules a side. Single modules all over would spoil more than half of the bytes, which no level repairs."""


def draw(name: str = "Sate Bandeng Bu Siti", hours: int = 24) -> bytes:
    return posters.a4(name=name, address=ADDRESS, promise_hours=hours)


def words(pdf: bytes) -> str:
    text: str = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    return " ".join(text.split())


def render(pdf: bytes, scale: float) -> Image.Image:
    image: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=scale).to_pil()
    return image.convert("L")


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def sides(image: Image.Image) -> tuple[float, float, float]:
    """Left, top and side of the code, in pixels."""
    (found,) = zxingcpp.read_barcodes(image)
    place = found.position
    return place.top_left.x, place.top_left.y, place.top_right.x - place.top_left.x


def test_the_code_is_about_nine_centimetres_wide() -> None:
    _left, _top, side = sides(render(draw(), 3))
    assert 85 < side / 3 / 72 * 25.4 < 95


def stains(modules: int, seed: int) -> set[tuple[int, int]]:
    """A tenth of the modules, in stains; the eyes in three corners, by which a code is found at all, are spared."""
    rng = random.Random(seed)
    stained: set[tuple[int, int]] = set()
    wanted = round(modules * modules / 10)
    while len(stained) < wanted:
        left, top = rng.randrange(modules - STAIN + 1), rng.randrange(modules - STAIN + 1)
        cells = [(left + x, top + y) for x in range(STAIN) for y in range(STAIN)]
        if not any((min(x, modules - x) < 10 and y < 10) or (x < 10 and modules - y < 10) for x, y in cells):
            stained |= set(cells[: wanted - len(stained)])
    return stained


@pytest.mark.parametrize("seed", range(8))
def test_the_code_is_read_at_two_centimetres_with_a_tenth_of_its_modules_under_stains(seed: int) -> None:
    large = render(draw(), 6)
    left, top, side = sides(large)
    modules = len(segno.make(ADDRESS, error=qr.Level.PAPER, boost_error=False, micro=False).matrix)
    module = side / modules
    pen = ImageDraw.Draw(large)
    for x, y in stains(modules, seed):
        # Each turns into its opposite: half of a black stain would fall on black and damage nothing.
        dark = large.getpixel((round(left + (x + 0.5) * module), round(top + (y + 0.5) * module))) == 0
        corner = (left + x * module, top + y * module)
        pen.rectangle((*corner, corner[0] + module - 1, corner[1] + module - 1), fill=255 if dark else 0)
    factor = TWO_CM_AT_300_DPI / side
    small = large.resize((round(large.width * factor), round(large.height * factor)), Image.Resampling.LANCZOS)
    assert read(small) == [ADDRESS]


def test_it_says_whose_it_is_how_to_scan_what_to_type_and_what_is_promised() -> None:
    said = words(draw(hours=24))
    for part in (
        "Sate Bandeng",
        "Bagaimana layanan kami?",
        "Pindai dengan kamera HP",
        "umkm.kelapakurung.desa.id/toko/sate-bandeng-bu-siti",
        "Keluhan dibalas paling lama 24 jam",
    ):
        assert part in said
    assert "https://" not in said


def test_it_speaks_english_to_whoever_reads_english() -> None:
    i18n.use("en")
    try:
        said = words(draw(hours=24))
    finally:
        i18n.use(i18n.SOURCE)
    assert "We answer complaints within 24 hours" in said
    assert "Pindai" not in said


@pytest.mark.parametrize(
    "name", ["K" * 80, "W" * 80, "Keripik Singkong Pedas Manis Bu Hj. Siti Rohmatul Ummah binti Haji Abdul Karim A."]
)
def test_a_name_of_eighty_letters_is_printed_whole_and_inside_the_paper(name: str) -> None:
    pdf = draw(name)
    assert name.replace(" ", "") in words(pdf).replace(" ", "")
    page = render(pdf, 2)
    margin = round(10 / 25.4 * 72 * 2)
    for edge in ((0, 0, margin, page.height), (page.width - margin, 0, page.width, page.height)):
        assert page.crop(edge).getextrema() == (255, 255)
    assert read(render(pdf, 3)) == [ADDRESS]


@pytest.mark.parametrize(
    ("name", "printed"),
    [("Sate 🐟 Bu Siti", "Sate Bu Siti"), ("Kue (🎂) Rina", "Kue Rina"), ("Warung 中 Ani", "Warung Ani")],
)
def test_what_the_font_lacks_is_left_out_and_no_box_takes_its_place(name: str, printed: str) -> None:
    left, right = render(draw(name), 1), render(draw(printed), 1)
    assert left.tobytes() == right.tobytes()


@pytest.mark.parametrize("name", ["🐟🐟", "沙嗲", "ساتيه", "\u200b"])
def test_a_name_without_one_letter_of_the_font_leaves_a_poster_with_its_question(name: str) -> None:
    pdf = draw(name)
    assert words(pdf).count("Bagaimana layanan kami?") == 1
    assert read(render(pdf, 3)) == [ADDRESS]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=80))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_business_is_called_its_poster_is_one_page_with_its_address(name: str) -> None:
    pdf = draw(name)
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    assert "umkm.kelapakurung.desa.id/toko/sate-bandeng-bu-siti" in words(pdf)


def test_it_prints_without_a_font_of_the_printer() -> None:
    assert draw().count(b"/FontFile2") == 2


@pytest.mark.parametrize("level", qr.Level)
def test_the_picture_is_read(level: qr.Level) -> None:
    with Image.open(BytesIO(qr.png(ADDRESS, level))) as image:
        assert read(image.convert("L")) == [ADDRESS]
