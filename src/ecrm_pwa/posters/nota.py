"""The nota of an order as a picture, to be sent by whoever has no use for a file: as high as what is in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from ecrm_pwa.posters.letters import FONTS, printable

_WIDTH, _EDGE, _LINE, _GAP = 720, 48, 44, 22
_AMOUNT = 220
_PAPER, _INK, _SOFT_INK, _BRAND = "#ffffff", "#16221d", "#46534d", "#03583f"
_SIZE = 30


@dataclass(frozen=True)
class Row:
    """What stands at the left and at the right; a `strong` one has a line above it."""

    words: str
    amount: str = ""
    strong: bool = False


def nota(*, shop: str, place: str, title: str, who: str, when: str, rows: Sequence[Row], ending: str) -> bytes:
    """The nota as PNG. What the font lacks is left out."""
    head = [(line, True, 40, _BRAND) for line in _lines(printable(shop), True, 40, _WIDTH - 2 * _EDGE)]
    head += [(line, False, 26, _SOFT_INK) for line in _lines(printable(place), False, 26, _WIDTH - 2 * _EDGE)]
    told = [(title, True, 34, _INK), (when, False, 26, _SOFT_INK)]
    told += [(line, False, _SIZE, _INK) for line in _lines(printable(who), False, _SIZE, _WIDTH - 2 * _EDGE)]
    wide = _WIDTH - 2 * _EDGE - _AMOUNT
    body = [(row, _lines(printable(row.words), row.strong, _SIZE, wide) or [""]) for row in rows]
    lines = len(head) + len(told) + sum(len(words) for _row, words in body) + 1
    height = 2 * _EDGE + lines * _LINE + _GAP * (3 + sum(row.strong for row in rows))
    sheet = Image.new("RGB", (_WIDTH, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    y = _EDGE
    for line, bold, size, ink in head:
        draw.text((_EDGE, y), line, ink, _font(bold, size))
        y += _LINE
    y += _GAP
    for line, bold, size, ink in told:
        draw.text((_EDGE, y), line, ink, _font(bold, size))
        y += _LINE
    y += _GAP
    for row, words in body:
        if row.strong:
            draw.line((_EDGE, y + 4, _WIDTH - _EDGE, y + 4), _SOFT_INK, 2)
            y += _GAP
        draw.text((_WIDTH - _EDGE, y), row.amount, _INK, _font(row.strong, _SIZE), anchor="ra")
        for line in words:
            draw.text((_EDGE, y), line, _INK, _font(row.strong, _SIZE))
            y += _LINE
    draw.text((_EDGE, y + _GAP), printable(ending), _BRAND, _font(True, _SIZE))
    file = BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()


def _lines(text: str, bold: bool, size: int, wide: int) -> list[str]:
    """Line after line, each as full as it goes; a word that is wider than a line breaks where that ends."""
    length: Callable[[str], float] = _font(bold, size).getlength
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if length(longer) <= wide:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if length(lines[-1] + letter) > wide:
                lines.append("")
            lines[-1] += letter
    return [line for line in lines if line]


@cache
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"Roboto-{'Bold' if bold else 'Regular'}.ttf"), size)
