"""What can be written with the letters that ship with the app, on paper and in pictures."""

import re
import unicodedata
from collections.abc import Container
from functools import cache
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.fonts import TTFFont

FONTS = Path(__file__).parent.with_name("fonts")


def printable(text: str) -> str:
    """What of the text can be printed with our letters, such as `Sate 5 kg` of `Sate 🐟 5 ㎏`."""
    letters = _letters()
    kept = ""
    for letter in unicodedata.normalize("NFC", text):
        if unicodedata.category(letter) == "Cf":  # a soft hyphen would be printed as one
            continue
        plain = letter if ord(letter) in letters else unicodedata.normalize("NFKD", letter)
        kept += "".join(part for part in plain if ord(part) in letters)
    # What stood round an emoji: "Kue (🎂)", "🎂 - Kue".
    return " ".join(re.sub(r"\(\s*\)|\[\s*\]", "", kept).split()).strip(" -\u2013\u2014·•|,/~")


def short(address: str) -> str:
    """An address as people type it: the browser adds the rest."""
    return address.partition("://")[2]


@cache
def _letters() -> Container[int]:
    """The code points that both weights of the font have."""
    pdf = FPDF()
    pdf.add_font("Roboto", "B", FONTS / "Roboto-Bold.ttf")
    font = cast(TTFFont, pdf.fonts["robotoB"])
    letters = frozenset(font.cmap)
    font.close()
    return letters
