"""Lines that somebody typed or pasted: `Bu Ani 0812-3456-7890`, `1. Bu Ani (Kp. Baru) +62 812…`, names only, numbers only."""

import re

from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.customers.reading import numbers
from ecrm_pwa.customers.reading.contacts import Contact, Reading, person

_LINE_END = re.compile(r"\r\n|\r|\n")
_NUMBERING = re.compile(r"^\s*(?:\d{1,5}\s*[.)\]]\s*(?=\D|\d{8})|[-•*▪·–]\s+|\[\s?\]\s+)")  # noqa: RUF001 (people do paste the long dash)
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_BETWEEN = re.compile(r"\s*[,;:|\n\t]\s*|\s+[-–—/=]+\s*|\s*[-–—/=]+\s+|^[-–—/=]+|[-–—/=]+$")  # noqa: RUF001 (likewise)
_PLACE = re.compile(
    r"\b(?:kp|kpg|kampung|dusun|ds|desa|jl|jln|jalan|gg|gang|rt|rw|blok|blk|perum|komplek|kompleks|link|lingkungan|kec|kel)\b",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"^(?:nama|no\.?|nomor|nomer|hp|no\.?\s?hp|wa|no\.?\s?wa|telp\.?|tlp\.?|tel\.?|telepon|phone|name|alamat)\s*[:.=]?$",
    re.IGNORECASE,
)
_SPOILT = re.compile(r"(?<!\w)\+?\d[\d.\-]{4,}\d(?!\w)", re.ASCII)
_LONGEST_LINE = 1_000


def is_place(text: str) -> bool:
    """Whether words speak of a place, as in `Kp. Baru RT 02`."""
    return _PLACE.search(text) is not None


def read(text: str) -> Reading:
    """The people of all lines; raises `ReadingRefused` when they are too many."""
    reading = Reading()
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if not line.strip():
            continue
        contact = read_line(number, line)
        if contact is None:
            reading.miss(number, _("Tidak ada nama atau nomor di baris ini."))
        else:
            reading.add(contact)
    return reading


def read_line(number: int, line: str) -> Contact | None:
    """Whoever stands in one line; None where nobody does."""
    text = _NUMBERING.sub("", line[:_LONGEST_LINE].replace("\ufeff", ""))
    phones, rest = numbers.in_words(text)
    unreadable = [] if phones else _SPOILT.findall(rest)
    places: list[str] = []
    notes: list[str] = []

    def aside(match: re.Match[str]) -> str:
        (places if is_place(match[1]) else notes).append(match[1])
        return "\n"

    words = [
        part.strip() for part in _BETWEEN.split(_IN_BRACKETS.sub(aside, rest if phones else _SPOILT.sub("\n", rest)))
    ]
    pieces = [part for part in words if any(c.isalnum() for c in part) and not _LABELS.match(part)]
    named = [part for part in pieces if any(c.isalpha() for c in part)]
    name = next((part for part in named if not is_place(part)), named[0] if named and not places else "")
    for part in named:
        if part != name:
            (places if is_place(part) else notes).append(part)
    # A short number beside a name is a count or a house.
    notes += [part for part in pieces if part not in named and name]
    return person(number, name=name, phones=phones, unreadable=unreadable, place=", ".join(places), notes=notes)
