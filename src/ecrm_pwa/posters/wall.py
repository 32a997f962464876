"""The poster of a business for its wall or counter: a sheet of A4 with the QR code of its public page, as PDF.

Made for cheap printers and photocopiers: white paper, little ink, and nothing that only its colour tells. Lengths are in
millimetres from the upper left corner, sizes of letters in points.
"""

from collections.abc import Sequence
from io import BytesIO

from fpdf import FPDF

from ecrm_pwa.base import i18n, qr
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.i18n import ngettext
from ecrm_pwa.posters.letters import FONTS, printable, short

_CENTRE = 105
_WIDTH = 174
_POINT = 25.4 / 72
_LEADING = 1.16
"""From one line to the next, in sizes of the letters."""
_CAPITAL = 0.711
"""How high a capital of Roboto is, likewise."""

_BRAND = "#03583f"
_INK = "#16221d"
_SOFT_INK = "#46534d"

_LARGEST, _SMALLEST = 60, 24
_NAME_LINES = 3
_NAME_MIDDLE = 38
_NAME_HEIGHT = 46
_QUESTION = 76
_FACES = 83
_FACE = 18
_FACE_STEP = 32
_CARD = 120
_CARD_WIDTH = 108
"""Also a side of the code with its white border; what is read of it is about 90."""
_LABEL = 12
"""The words on the upper edge of the card, half above it: the code begins under them."""
_ADDRESS = 243
_PROMISE = 275

_EYES = f'<g fill="{_INK}"><circle cx="17" cy="21" r="1.6"/><circle cx="31" cy="21" r="1.6"/></g>'
_HEART = (
    '<path d="M0 5.4C-4.6 2.1-5.8.2-5.8-1.8A3 3 0 0 1 0-2.9 3 3 0 0 1 5.8-1.8C5.8.2 4.6 2.1 0 5.4z"'
    ' fill="#d22f3d" stroke="none"/>'
)
_LAUGH = f'<path d="M14 29h20q-1 11-10 11t-10-11z" fill="{_INK}"/>'
_DRAWINGS = (
    _EYES + '<path d="M12 13l8 4M36 13l-8 4M16 36q8-8 16 0"/>',
    _EYES + '<path d="M17 34q6-4 14-3"/>',
    _EYES + '<path d="M16 33h16"/>',
    '<path d="M13 22q4-6 8 0M27 22q4-6 8 0M14 29q10 12 20 0"/>',
    f'<g transform="translate(15.5 20)">{_HEART}</g><g transform="translate(32.5 20)">{_HEART}</g>{_LAUGH}',
)
"""From the lowest to the highest, on a sheet of 48 by 48: the emoji of the public page, which no font of ours has."""

_TICK = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="12" fill="{_BRAND}"/>'
    '<path d="M6.5 12.5l4 4 7-8" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"'
    ' stroke-linejoin="round"/></svg>'
)


def a4(*, name: str, address: str, promise_hours: int) -> bytes:
    """The poster, in the language of the request.

    A name of 80 letters fits. Of what the font lacks (emoji, other scripts) the plain form of a letter is printed where there
    is one, and nothing where there is none.
    """
    sheet = _Sheet()
    question = _("Bagaimana layanan kami?")
    shown = printable(name)
    if shown:
        sheet.headline(shown)
        sheet.line(question, _QUESTION, 26, _INK)
    else:
        sheet.headline(question)
    words = (_("Kecewa"), _("Kurang"), _("Biasa"), _("Puas"), _("Sangat puas"))
    for place, (drawing, word) in enumerate(zip(_DRAWINGS, words, strict=True)):
        sheet.face(drawing, word, _CENTRE + (place - 2) * _FACE_STEP)
    sheet.card(address, _("Pindai dengan kamera HP"))
    sheet.line(_("atau ketik di HP Anda"), _ADDRESS, 12, _SOFT_INK)
    sheet.typed(short(address))
    promise = ngettext(
        "Keluhan dibalas paling lama %(num)s jam", "Keluhan dibalas paling lama %(num)s jam", promise_hours
    )
    sheet.promise(promise % {"num": promise_hours})
    return sheet.finish(shown or question)


class _Sheet:
    """A sheet of paper, and what stands on it."""

    def __init__(self) -> None:
        self._pdf = pdf = FPDF(format="A4", unit="mm")
        for style, weight in (("", "Regular"), ("B", "Bold")):
            pdf.add_font("Roboto", style, FONTS / f"Roboto-{weight}.ttf")
        pdf.set_auto_page_break(False)
        pdf.add_page()

    def finish(self, title: str) -> bytes:
        """The file."""
        self._pdf.set_title(title)
        self._pdf.set_lang(i18n.language())
        return bytes(self._pdf.output())

    def line(self, text: str, y: float, size: float, colour: str, *, bold: bool = False, x: float = _CENTRE) -> None:
        """A line around `x` on the baseline `y`; one that is too wide is set smaller."""
        self._choose(size, bold=bold)
        if (wanted := self._pdf.get_string_width(text)) > _WIDTH:
            self._choose(size * _WIDTH / wanted, bold=bold)
        self._pdf.set_text_color(colour)
        self._pdf.text(x - self._pdf.get_string_width(text) / 2, y, text)

    def headline(self, text: str) -> None:
        """The words at the top, as large as they fit."""
        for size in range(_LARGEST, _SMALLEST - 1, -2):
            self._choose(size, bold=True)
            lines = self._fill(text.split(), _WIDTH)
            if self._fits(lines, size):
                lines = self._even(lines)
                break
        else:
            size, lines = _SMALLEST, self._cut(text)
        pitch = size * _POINT * _LEADING
        first = _NAME_MIDDLE + (size * _POINT * _CAPITAL - (len(lines) - 1) * pitch) / 2
        for number, line in enumerate(lines):
            self.line(line, first + number * pitch, size, _BRAND, bold=True)

    def face(self, drawing: str, word: str, x: float) -> None:
        """One of the five, with its word under it."""
        picture = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" fill="none" stroke-width="2"'
            f' stroke="{_INK}" stroke-linecap="round" stroke-linejoin="round">'
            f'<circle cx="24" cy="24" r="22" fill="#ffd75e"/>{drawing}</svg>'
        )
        self._pdf.image(BytesIO(picture.encode()), x - _FACE / 2, _FACES, _FACE)
        self.line(word, _FACES + _FACE + 7, 13, _SOFT_INK, x=x)

    def card(self, address: str, hint: str) -> None:
        """The code in its frame, and on the edge of that what to do with it."""
        left = _CENTRE - _CARD_WIDTH / 2
        self._pdf.image(BytesIO(qr.svg(address, qr.Level.PAPER).encode()), left, _CARD + _LABEL / 2, _CARD_WIDTH)
        self._pdf.set_draw_color(_BRAND)
        self._pdf.set_line_width(1.4)
        self._pdf.rect(left, _CARD, _CARD_WIDTH, _CARD_WIDTH + _LABEL / 2, round_corners=True, corner_radius=6)
        self._choose(17, bold=True)
        width = self._pdf.get_string_width(hint) + _LABEL
        # With exactly half its height for a radius fpdf draws square corners.
        self._pdf.set_fill_color(_BRAND)
        self._pdf.rect(
            _CENTRE - width / 2, _CARD - _LABEL / 2, width, _LABEL, style="F", round_corners=True, corner_radius=5.99
        )
        self.line(hint, _CARD + 17 * _POINT * _CAPITAL / 2, 17, "#ffffff", bold=True)

    def typed(self, address: str) -> None:
        """The address for those whose camera does not help; where it would be small, in two lines."""
        self._choose(15, bold=True)
        host, slash, rest = address.rpartition("/toko/")
        lines = [address] if self._pdf.get_string_width(address) <= _WIDTH else [host, slash + rest]
        for number, line in enumerate(lines, 1):
            self.line(line, _ADDRESS + 1 + 8.5 * number, 20, _INK, bold=True)

    def promise(self, text: str) -> None:
        """The last line, ticked."""
        self._choose(15, bold=False)
        tick, gap = 6.5, 2.5
        left = _CENTRE - (tick + gap + self._pdf.get_string_width(text)) / 2
        self._pdf.image(BytesIO(_TICK.encode()), left, _PROMISE - (15 * _POINT * _CAPITAL + tick) / 2, tick)
        self.line(text, _PROMISE, 15, _INK, x=_CENTRE + (tick + gap) / 2)

    def _choose(self, size: float, *, bold: bool) -> None:
        self._pdf.set_font("Roboto", "B" if bold else "", size)

    def _fits(self, lines: Sequence[str], size: float) -> bool:
        return (
            len(lines) <= _NAME_LINES
            and len(lines) * size * _POINT * _LEADING <= _NAME_HEIGHT
            and self._widest(lines) <= _WIDTH
        )

    def _widest(self, lines: Sequence[str]) -> float:
        return max(self._pdf.get_string_width(line) for line in lines)

    def _fill(self, words: Sequence[str], width: float) -> list[str]:
        """Line after line, each as full as it goes; a word stays whole."""
        lines = [words[0]]
        for word in words[1:]:
            longer = f"{lines[-1]} {word}"
            if self._pdf.get_string_width(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _even(self, lines: list[str]) -> list[str]:
        """The same words in as many lines, none of them much longer than the others."""
        words = " ".join(lines).split()
        while True:
            widest = self._widest(lines)
            closer = self._fill(words, widest - 0.1)
            if len(closer) > len(lines) or self._widest(closer) >= widest:
                return lines
            lines = closer

    def _cut(self, text: str) -> list[str]:
        """Lines of words that are too long for any; they break where the line ends."""
        lines = [""]
        for letter in text:
            if self._pdf.get_string_width(lines[-1] + letter) > _WIDTH:
                lines.append("")
            lines[-1] += letter
        return [line.strip() for line in lines]
