"""Phone numbers and birthdays out of what people and Excel make of them."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from ecrm_pwa.base import phones

_RUN = re.compile(r"(?<![\w+])\+?\(?\d[\d\s().\-–—]{5,}\d", re.ASCII)  # noqa: RUF001 (people do type the long dashes)
_COUNT_FIRST = re.compile(r"(?!62\b)[1-9]\d{0,2}\s+(?:0|\+?62|8)\d", re.ASCII)
"""`2 0812…`: how many she takes, or the house where she lives."""
_SHORTENED = re.compile(r"\d[.,]?\d*[eE]\+?\d{1,2}", re.ASCII)
_ZERO_FRACTION = re.compile(r"(\d)[.,]0+$")
_FEWEST, _LONGEST = 7, 200
_MOST_IN_A_CELL = 10

_MONTHS = {
    short: number
    for number, names in enumerate(
        (
            "jan",
            "feb peb",
            "mar",
            "apr",
            "mei may",
            "jun",
            "jul",
            "agu ags aug agt",
            "sep",
            "okt oct",
            "nov nop",
            "des dec",
        ),
        start=1,
    )
    for short in names.split()
}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_YEAR_FIRST = re.compile(r"(?:\d{4}|--)[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:\D.*)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})(?:\s*[-/. ]\s*\d{2,4})?(?:\s.*)?", re.ASCII)
_WORDS = re.compile(r"(\d{1,2})\s*[-/. ]?\s*([a-z]{3,})\.?(?:\W.*)?", re.ASCII)


def in_words(text: str) -> tuple[list[str], str]:
    """The numbers that stand in a text, as `+62…`, and the text without them."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        mine = None if _COUNT_FIRST.match(match[0]) else _normalised(match[0])
        if mine is not None:
            found.append(mine)
            return "\n"
        # Several numbers with nothing but a blank between them, or one beside a count.
        others = []
        for part in match[0].split():
            number = _normalised(part)
            if number is None:
                others.append(part)
            else:
                found.append(number)
        return match[0] if len(others) == len(match[0].split()) else f" {' '.join(others)}\n"

    rest = _RUN.sub(take, unicodedata.normalize("NFKC", text))
    return found[:_MOST_IN_A_CELL], rest


def in_cell(text: str) -> tuple[list[str], list[str]]:
    """The numbers of a cell that holds numbers, and what stands in it and is none."""
    text = text.strip().removeprefix("'").strip().strip("=\"' ")[:_LONGEST]
    if not any(c.isdigit() for c in text):
        return [], []
    if _SHORTENED.fullmatch(text):
        whole = _unshortened(text)
        return ([whole], []) if whole else ([], [text])
    found, rest = in_words(_ZERO_FRACTION.sub(r"\1", text))
    if found:
        return found, []
    number = _normalised(text)
    return ([number], []) if number else ([], [text] if sum(c.isdigit() for c in rest) > 1 else [])


def looks_like_one(text: str) -> bool:
    """Whether a cell is a phone number, good or spoilt, rather than a count, a price or a date."""
    numbers, spoilt = in_cell(text)
    return bool(numbers) or any(_SHORTENED.fullmatch(one) for one in spoilt)


def _normalised(text: str) -> str | None:
    if sum(c.isdigit() for c in text) < _FEWEST:
        return None
    try:
        return phones.normalise(text)
    except phones.NotAPhoneNumber:
        return None


def _unshortened(text: str) -> str | None:
    """`8.1234567890E+10` still has every digit; `8.12E+10` has lost them."""
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    digits = len(value.as_tuple().digits)
    whole = f"{value:f}" if digits == value.adjusted() + 1 else ""
    return _normalised(whole)


def birthday(text: str) -> tuple[int, int] | None:
    """Day and month out of a date as people, phones and Excel write it; None where it cannot be told."""
    text = text.strip().lower()[:40]
    if match := _YEAR_FIRST.fullmatch(text):
        return _date(int(match[2]), int(match[1]))
    if match := _DAY_FIRST.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        # Here the day comes first; where that cannot be, an American has written it.
        return _date(first, second) or _date(second, first)
    if match := _WORDS.fullmatch(text):
        return _date(int(match[1]), _MONTHS.get(match[2][:3], 0))
    return None


def _date(day: int, month: int) -> tuple[int, int] | None:
    return (day, month) if 1 <= month <= len(_DAYS) and 1 <= day <= _DAYS[month - 1] else None
