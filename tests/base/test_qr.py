"""QR codes: the drawing is what a camera reads, with white around it and as much to spare as its purpose asks for."""

import re
from io import BytesIO
from urllib.parse import unquote

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from ecrm_pwa.base import qr

ADDRESS = "https://umkm.kelapakurung.desa.id/toko/sate-bandeng-bu-siti"
SCALE = 6


def drawn(svg: str) -> Image.Image:
    """The drawing as a browser makes it, if it holds nothing but a white ground and rectangles."""
    side = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert side is not None
    image = Image.new("L", (int(side[1]) * SCALE,) * 2, 255)
    pen = ImageDraw.Draw(image)
    paths = re.findall(r'<path d="([^"]+)"', svg)
    assert paths[0] == f"M0 0h{side[1]}v{side[1]}H0z"
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", paths[1])
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)", paths[1]):
        left, top = int(x) * SCALE, int(y) * SCALE
        pen.rectangle((left, top, left + int(width) * SCALE - 1, top + SCALE - 1), fill=0)
    return image


@pytest.mark.parametrize("level", qr.Level)
def test_drawing_and_pixels_are_the_same_code_at_the_level_that_was_asked_for(level: qr.Level) -> None:
    svg, png = drawn(qr.svg(ADDRESS, level)), Image.open(BytesIO(qr.png(ADDRESS, level))).convert("L")
    for image in (svg, png):
        [found] = zxingcpp.read_barcodes(image)
        assert (found.text, found.ec_level) == (ADDRESS, level)
    assert svg.resize(png.size, Image.Resampling.NEAREST).tobytes() == png.tobytes()


def test_four_modules_around_it_are_white() -> None:
    image = drawn(qr.svg(ADDRESS, qr.Level.PAPER))
    left, top, right, bottom = image.point(lambda shade: 255 - shade).getbbox() or (0, 0, 0, 0)
    white = 4 * SCALE
    assert (left, top, image.width - right, image.height - bottom) == (white,) * 4


def test_the_picture_inside_an_address_is_the_drawing() -> None:
    head, _comma, picture = qr.data_uri(ADDRESS, qr.Level.SCREEN).partition(",")
    assert head == "data:image/svg+xml"
    assert unquote(picture) == qr.svg(ADDRESS, qr.Level.SCREEN)
    # A # would begin a fragment, a quotation mark would end the attribute that holds the address.
    assert not set(picture) & set("#\"'<>&")
