"""How a customer is found by what somebody remembers of her: a piece of the name, of the number, of the kampung.

static/js/customers.js folds the same way over what a phone holds.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 500
_NUMBER = re.compile(r"[\d\s().+\-–—/]+")  # noqa: RUF001 (people do type the long dashes)
_NO_DIGIT = re.compile(r"\D+", re.ASCII)
_PREFIX = re.compile(r"^(?:0*62)?0*")


def fold(text: str) -> str:
    """Small letters without accents, one blank between words."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())


def text_of(*, name: str, phone: str | None, hamlet: str, other_names: Iterable[str] = ()) -> str:
    """What a search looks at, the name first: the list is ordered by it."""
    pieces = (fold(name), (phone or "").removeprefix("+"), fold(hamlet), *(fold(other) for other in other_names))
    return " ".join(piece for piece in pieces if piece)[:LONGEST]


def words_of(typed: str) -> list[str]:
    """What must all occur. A number is one word however it is written: `0812-3456`, `+62 812 3456`."""
    text = unicodedata.normalize("NFKC", typed.strip())
    if _NUMBER.fullmatch(text) and (digits := _PREFIX.sub("", _NO_DIGIT.sub("", text))):
        return [digits]
    return fold(typed).split()
