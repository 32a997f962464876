"""Labels of a batch for its bags: a sheet of A4 with 24 of them, to be cut or to be printed on sticker paper (70 by 37 mm).

White paper and little ink, as the poster. Lengths are in millimetres, sizes of letters in points.
"""

from io import BytesIO

from fpdf import FPDF

from ecrm_pwa.base import i18n, qr
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.posters.letters import FONTS, printable

COLUMNS, ROWS = 3, 8
_WIDE, _HIGH = 70, 297 / ROWS
_CODE = 28
_EDGE = 4
_LEFT = _CODE + _EDGE + 1
_ROOM = _WIDE - _LEFT - _EDGE
_INK, _SOFT_INK, _CUT = "#16221d", "#46534d", "#c4cec9"
_SMALLEST = 5.5


def labels(*, product: str, shop: str, made_on: str, place: str, code: str, address: str) -> bytes:
    """The sheet, in the language of the request. `made_on` is the day as people read it."""
    pdf = FPDF(format="A4", unit="mm")
    for style, weight in (("", "Regular"), ("B", "Bold")):
        pdf.add_font("Roboto", style, FONTS / f"Roboto-{weight}.ttf")
    pdf.set_auto_page_break(False)
    pdf.add_page()
    picture = qr.svg(address, qr.Level.SCREEN).encode()
    lines = (
        (printable(product), 10.5, True, _INK),
        (_("Produksi %(day)s") % {"day": made_on}, 8.5, True, _INK),
        (printable(place), 8.5, False, _INK),
        (printable(shop), 7.5, False, _SOFT_INK),
        (_("Pindai: nilai atau keluhan"), 7, False, _SOFT_INK),
        (code, 9, True, _INK),
    )
    for number in range(COLUMNS * ROWS):
        x, y = number % COLUMNS * _WIDE, number // COLUMNS * _HIGH
        pdf.set_draw_color(_CUT)
        pdf.set_line_width(0.1)
        pdf.rect(x, y, _WIDE, _HIGH)
        pdf.image(BytesIO(picture), x + _EDGE, y + (_HIGH - _CODE) / 2, _CODE)
        _write(pdf, lines, x + _LEFT, y)
    pdf.set_title(f"{product} · {made_on}")
    pdf.set_lang(i18n.language())
    return bytes(pdf.output())


def _write(pdf: FPDF, lines: tuple[tuple[str, float, bool, str], ...], x: float, y: float) -> None:
    """Line under line; what is too wide gets smaller letters, and in the smallest its end is left out."""
    shown = [line for line in lines if line[0]]
    step = (_HIGH - 2 * _EDGE) / len(shown)
    for number, (text, size, bold, colour) in enumerate(shown):
        pdf.set_font("Roboto", "B" if bold else "", size)
        if (wide := pdf.get_string_width(text)) > _ROOM:
            pdf.set_font_size(max(_SMALLEST, size * _ROOM / wide))
        while pdf.get_string_width(text) > _ROOM:
            text = text.rstrip("…")[:-1].rstrip() + "…"  # noqa: PLW2901 (the same line, shorter)
        pdf.set_text_color(colour)
        pdf.text(x, y + _EDGE + step * (number + 0.72), text)
