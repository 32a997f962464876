"""The picture that messengers show with the address of a product: its photo, its name, its price, the shop.

1200 by 630 pixels, as they all ask for it. Letters ship with the app; what the font lacks is left out.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from ecrm_pwa.posters.letters import FONTS, printable

SIZE = (1200, 630)
_PHOTO = (600, 630)
_LEFT, _RIGHT = 652, 1148
_TOP, _BOTTOM = 70, 560
_NAME_LINES = 4
_SIZES = (72, 64, 56, 48, 42, 36)
_QUALITY = 82

_PAPER, _INK, _SOFT_INK, _BRAND, _GROUND = "#f3f9f6", "#16221d", "#46534d", "#03583f", "#d2f1e3"


@lru_cache(maxsize=16)
def card(*, name: str, price: str, shop: str, photo: bytes | None) -> bytes:
    """The card as JPEG. `photo` is a picture of our own store; without one a large letter stands in its place."""
    sheet = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(sheet)
    title = printable(name) or printable(shop)
    if photo is None:
        draw.rectangle((0, 0, *_PHOTO), _GROUND)
        draw.text((_PHOTO[0] / 2, _PHOTO[1] / 2), title[:1].upper(), _BRAND, _font(True, 320), anchor="mm")
    else:
        with Image.open(BytesIO(photo)) as picture:
            sheet.paste(ImageOps.fit(picture.convert("RGB"), _PHOTO, Image.Resampling.LANCZOS), (0, 0))
    size, lines = _fit(title)
    y = float(_TOP)
    for line in lines:
        draw.text((_LEFT, y), line, _INK, _font(True, size))
        y += size * 1.18
    price_size = next((size for size in (60, 48, 40, 32) if _font(True, size).getlength(price) <= _RIGHT - _LEFT), 26)
    draw.text((_LEFT, y + 24), price, _BRAND, _font(True, price_size))
    shown = _cut(printable(shop), _font(False, 34).getlength)
    draw.text((_LEFT, _BOTTOM), shown, _SOFT_INK, _font(False, 34), anchor="ls")
    file = BytesIO()
    sheet.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()


def _fit(title: str) -> tuple[int, list[str]]:
    """The largest letters in which the title has few enough lines; in the smallest its end is left out."""
    for size in _SIZES:
        lines = _lines(title, _font(True, size).getlength)
        if len(lines) <= _NAME_LINES:
            return size, lines
    lines = _lines(title, _font(True, _SIZES[-1]).getlength)[:_NAME_LINES]
    lines[-1] = _cut(lines[-1] + " " * 40, _font(True, _SIZES[-1]).getlength)
    return _SIZES[-1], lines


def _lines(text: str, length: Callable[[str], float]) -> list[str]:
    """Line after line, each as full as it goes; a word that is wider than a line breaks where that ends."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if length(longer) <= _RIGHT - _LEFT:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if length(lines[-1] + letter) > _RIGHT - _LEFT:
                lines.append("")
            lines[-1] += letter
    return lines


def _cut(text: str, length: Callable[[str], float]) -> str:
    """The text, or as much of it as fits before three dots."""
    if length(text) <= _RIGHT - _LEFT:
        return text
    while text and length(text.rstrip() + "…") > _RIGHT - _LEFT:
        text = text[:-1]
    return text.rstrip() + "…"


@cache
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"Roboto-{'Bold' if bold else 'Regular'}.ttf"), size)
