"""What is read of one person, and what a whole list came to."""

import re
import unicodedata
from dataclasses import dataclass, field

from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.phones import has_whatsapp

MOST = 20_000
"""People in one list."""
LONGEST_TEXT = 4_000_000
"""Characters of pasted text."""
NAME, HAMLET, LANDMARK, NOTE = 80, 60, 120, 500
_MOST_PHONES = 10

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_BLANKS = re.compile(r"\s+")


class ReadingRefused(Exception):
    """This list cannot be read at all; the message says in the person's language what to send instead."""


@dataclass(frozen=True)
class Contact:
    """One person. What is not known is "", a number of a day or month None; of a birthday never the year."""

    line: int
    """Where she stands in the list, counted from 1."""
    name: str = ""
    phones: tuple[str, ...] = ()
    """As `+62…`, the likeliest first."""
    unreadable: tuple[str, ...] = ()
    """What stood where a number is expected and is none, as it was written."""
    hamlet: str = ""
    landmark: str = ""
    birth_day: int | None = None
    birth_month: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Unread:
    """A place in the list that gave nobody, and why."""

    line: int
    words: str


@dataclass
class Reading:
    """What a list came to."""

    contacts: list[Contact] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def add(self, contact: Contact) -> None:
        """One more person; raises `ReadingRefused` beyond `MOST`."""
        if len(self.contacts) >= MOST:
            raise ReadingRefused(too_many())
        self.contacts.append(contact)

    def miss(self, line: int, words: str) -> None:
        """One more place that could not be read; of very many only the first are kept."""
        if len(self.unread) < MOST:
            self.unread.append(Unread(line, words))


def too_many() -> str:
    """The sentence for a list that is too long."""
    return _("Daftar ini lebih dari 20.000 baris. Bagi menjadi beberapa berkas, lalu kirim satu per satu.")


def person(
    line: int,
    *,
    name: str = "",
    phones: list[str] | tuple[str, ...] = (),
    unreadable: list[str] | tuple[str, ...] = (),
    place: str = "",
    landmark: str = "",
    birthday: tuple[int, int] | None = None,
    notes: list[str] | tuple[str, ...] = (),
) -> Contact | None:
    """A contact fit to be kept: cleaned, cut to length, each number once. None where neither a name nor a number is left."""
    place, landmark = tidy(place), tidy(landmark)
    if len(place) > HAMLET:
        # A whole address does not fit where the kampung stands.
        place, landmark = "", f"{place}. {landmark}".strip(". ")
    day, month = birthday or (None, None)
    contact = Contact(
        line=line,
        name=cut(tidy(name), NAME),
        phones=tuple(sorted(dict.fromkeys(phones), key=_is_landline))[:_MOST_PHONES],
        unreadable=tuple(dict.fromkeys(cut(tidy(one), 40) for one in unreadable if tidy(one)))[:_MOST_PHONES],
        hamlet=place,
        landmark=cut(landmark, LANDMARK),
        birth_day=day,
        birth_month=month,
        note=cut(". ".join(dict.fromkeys(filter(None, map(tidy, notes)))), NOTE),
    )
    return contact if contact.name or contact.phones or contact.unreadable else None


def _is_landline(number: str) -> bool:
    return not has_whatsapp(number)


def tidy(text: str) -> str:
    """On one line, NFC, without what no keyboard types: a list is not refused for a stray character."""
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", _CONTROL.sub(" ", text))).strip()


def cut(text: str, longest: int) -> str:
    """At most so many characters, the last of them dots where something is missing."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
