"""Money as people type and read it; inside it is whole rupiah. Rupiah has no cents that anybody could pay with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Refused, clean

MOST = 999_999_999
"""Nobody in a village sells anything for more; beyond it a finger has slipped."""
_LONGEST = 40

_RUPIAH = re.compile(r"^(?:rp|idr)\.?\s*|\s*(?:rupiah|perak)$")
_DASHES = re.compile(r"[.,]\s*[-=\u2013\u2014]+$")
_TIMES = {"": 1, "rb": 1_000, "ribu": 1_000, "k": 1_000, "jt": 1_000_000, "juta": 1_000_000}
_AMOUNT = re.compile(r"(\d[\d., ]*)(rb|ribu|k|jt|juta)?\.?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[., ])\d{3})(?:(?P=mark)\d{3})*", re.ASCII)
_CENTS = re.compile(r"(?P<whole>.+)[.,](?P<cents>\d\d?)", re.ASCII)
_PART = re.compile(r"(?P<whole>\d+)(?:[.,](?P<part>\d\d?))?", re.ASCII)


def display(amount: int) -> str:
    """`Rp15.000`, with dots in every language: so it stands on every price tag."""
    return f"{'-' if amount < 0 else ''}Rp{abs(amount):,}".replace(",", ".")


@dataclass(frozen=True)
class Money:
    """An amount as people type it: 15000, 15.000, 15rb, 15 ribu, 15k, 1,5jt, Rp15.000,-. None when `optional` and empty."""

    least: int = 1
    most: int = MOST
    optional: bool = False

    def read(self, typed: Sequence[str]) -> int | None:
        """The amount in rupiah; raises `Refused`."""
        text = clean(typed[-1] if typed else "").lower()
        if not text:
            if self.optional:
                return None
            raise Refused(_("Isi jumlah uangnya, misalnya 15.000 atau 15rb."))
        amount = _read(text)
        if amount < self.least:
            raise Refused(_("Paling sedikit %(least)s.") % {"least": display(self.least)})
        if amount > self.most:
            raise Refused(_("Terlalu besar. Paling banyak %(most)s.") % {"most": display(self.most)})
        return amount


def _read(text: str) -> int:
    text = _RUPIAH.sub("", text)
    if text.startswith(("-", "\u2212", "(")):
        raise Refused(_("Jumlah uang tidak bisa minus."))
    text = _DASHES.sub("", _RUPIAH.sub("", text)).strip()
    found = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise _unclear()
    digits, unit = found[1].strip(), found[2] or ""
    return _times(digits, _TIMES[unit]) if unit else _whole(digits)


def _whole(digits: str) -> int:
    """An amount without a word behind it: dots, commas or blanks stand between thousands, cents must be none."""
    if (number := _without_marks(digits)) is not None:
        return number
    cents = _CENTS.fullmatch(digits)
    number = _without_marks(cents["whole"]) if cents else None
    # "15.00" may be fifteen or a slip of fifteen thousand: only a number that has its thousands is believed.
    if cents is None or number is None or (number < 1000 and not int(cents["cents"])):  # noqa: PLR2004 (thousands)
        raise _unclear()
    if int(cents["cents"]):
        raise Refused(_("Tulis rupiah bulat, tanpa sen, misalnya 15.000."))
    return number


def _without_marks(digits: str) -> int | None:
    if digits.isascii() and digits.isdigit():
        return int(digits)
    return int(re.sub(r"\D", "", digits)) if _GROUPED.fullmatch(digits) else None


def _times(digits: str, unit: int) -> int:
    """`1,5` of a million. Three digits behind a mark could be thousands or a part, so they are asked about."""
    found = _PART.fullmatch(digits)
    if found is None:
        raise _unclear()
    part = found["part"] or ""
    hundredths = int(found["whole"] + part.ljust(2, "0"))
    return hundredths * unit // 100


def _unclear() -> Refused:
    return Refused(_("Jumlah uang ini belum jelas. Tulis seperti 15.000 atau 15rb."))
