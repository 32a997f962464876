"""Input rules at the edge: what may come in through a form field, and the sentence that says why not.

A rule is called with what was typed and gives the value, or raises `Refused` with a sentence for the person. Rules are declared on
the fields of a form's class: `name: Annotated[str, Text(80)]`.
"""

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from ecrm_pwa.base import phones
from ecrm_pwa.base.db import new_id, utc_now
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.tokens import new_token

PASSWORD_MAX = 128
_LONGEST_ID = 36
_LONGEST_PHONE = 40
_LONGEST_SEARCH = 60

# Marks that reorder text on screen: a name could show as something else than it is.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANKS = re.compile(r"[ \t\u00a0]+")


class Refused(Exception):
    """A value that cannot be taken; the message is a sentence for the person, in her language."""


class Rule(Protocol):
    """Reads one field. `typed` holds every value sent under its name, in order."""

    def read(self, typed: Sequence[str]) -> Any:
        """The value; raises `Refused`."""


def _single(typed: Sequence[str]) -> str:
    return typed[-1] if typed else ""


def clean(text: str, *, lines: bool = False) -> str:
    """NFC, without reordering marks, outer blanks and, unless `lines`, line breaks. Raises `Refused` on what no keyboard types."""
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):  # noqa: PLR2004 (surrogates: bytes that were no UTF-8)
        raise Refused(_("Ada huruf yang tidak bisa dibaca. Ketik ulang bagian itu."))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(text):
        raise Refused(_("Ada karakter yang tidak bisa disimpan. Ketik ulang bagian itu."))
    text = unicodedata.normalize("NFC", _REORDERING.sub("", text))
    if lines:
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()
    return _BLANKS.sub(" ", text.replace("\n", " ")).strip()


@dataclass(frozen=True)
class Text:
    """Words, at most `longest` characters. Empty is "" and refused unless `optional`."""

    longest: int
    optional: bool = False
    lines: bool = False

    def read(self, typed: Sequence[str]) -> str:
        """The cleaned text; raises `Refused`."""
        text = clean(_single(typed), lines=self.lines)
        if not text and not self.optional:
            raise Refused(_("Bagian ini perlu diisi."))
        if len(text) > self.longest:
            raise Refused(
                _("Terlalu panjang: %(count)s huruf. Paling banyak %(longest)s huruf.")
                % {"count": f"{len(text):,}".replace(",", "."), "longest": self.longest}
            )
        return text


@dataclass(frozen=True)
class Phone:
    """A phone number in any form that people type; gives `+62…`, or "" when `optional` and empty."""

    optional: bool = False

    def read(self, typed: Sequence[str]) -> str:
        """The number; raises `Refused`."""
        text = clean(_single(typed))
        if not text:
            if self.optional:
                return ""
            raise Refused(_("Isi nomor HP, misalnya 0812-3456-7890."))
        if any(c.isalpha() for c in text):
            raise Refused(_("Nomor HP hanya berisi angka, misalnya 0812-3456-7890."))
        try:
            if len(text) > _LONGEST_PHONE:
                raise phones.NotAPhoneNumber(text)
            return phones.normalise(text)
        except phones.NotAPhoneNumber:
            raise Refused(_("Nomor HP ini belum benar. Periksa lagi angkanya, misalnya 0812-3456-7890.")) from None


@dataclass(frozen=True)
class Secret:
    """A password exactly as typed: not trimmed, not folded. What makes a good new one is for accounts to say."""

    def read(self, typed: Sequence[str]) -> str:
        """The password; raises `Refused`."""
        text = _single(typed)
        if not text:
            raise Refused(_("Isi kata sandi."))
        if len(text) > PASSWORD_MAX:
            raise Refused(_("Kata sandi paling banyak %(longest)s huruf.") % {"longest": PASSWORD_MAX})
        if any(0xD800 <= ord(c) <= 0xDFFF or c == "\x00" for c in text):  # noqa: PLR2004 (surrogates)
            raise Refused(_("Ada huruf yang tidak bisa dibaca. Ketik ulang bagian itu."))
        return text


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds, both included. None when `optional` and empty."""

    least: int
    most: int
    optional: bool = False

    def read(self, typed: Sequence[str]) -> int | None:
        """The number; raises `Refused`."""
        text = clean(_single(typed)).replace(".", "").replace(" ", "")
        if not text and self.optional:
            return None
        digits = text.removeprefix("-")
        number = int(text) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None  # noqa: PLR2004 (below 2^63)
        if number is None or not self.least <= number <= self.most:
            raise Refused(
                _("Isi dengan angka dari %(least)s sampai %(most)s.") % {"least": self.least, "most": self.most}
            )
        return number


@dataclass(frozen=True)
class Choice:
    """One of `options`."""

    options: tuple[str, ...]

    def read(self, typed: Sequence[str]) -> str:
        """The option; raises `Refused`."""
        text = _single(typed)
        if text not in self.options:
            raise Refused(_("Pilih salah satu."))
        return text


@dataclass(frozen=True)
class Several:
    """Any number of `options`, given back in their own order."""

    options: tuple[str, ...]

    def read(self, typed: Sequence[str]) -> tuple[str, ...]:
        """The options; raises `Refused`."""
        if not set(typed) <= set(self.options):
            raise Refused(_("Pilih dari daftar ini saja."))
        return tuple(option for option in self.options if option in typed)


@dataclass(frozen=True)
class Tick:
    """A box to tick; `needed` says what to tell when it was not."""

    needed: bool = False

    def read(self, typed: Sequence[str]) -> bool:
        """Whether it was ticked; raises `Refused`."""
        ticked = _single(typed) not in {"", "0", "false"}
        if self.needed and not ticked:
            raise Refused(_("Centang kotak ini kalau Anda setuju."))
        return ticked


@dataclass(frozen=True)
class TimeOfDay:
    """Hours and minutes as `08:00`, also typed as `8.00` or `8`; "" when left empty."""

    def read(self, typed: Sequence[str]) -> str:
        """`HH:MM`; raises `Refused`."""
        text = clean(_single(typed))
        if not text:
            return ""
        match = re.fullmatch(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?", text, re.ASCII)
        if match is None:
            raise Refused(_("Tulis jamnya seperti 08.00."))
        return f"{int(match[1]):02}:{match[2] or '00'}"


@dataclass(frozen=True)
class Day:
    """A day neither long ago nor far ahead, as a phone's calendar sends it (`2026-11-12`) or as people type it (`12/11/2026`)."""

    back: timedelta
    ahead: timedelta
    optional: bool = False

    def read(self, typed: Sequence[str]) -> date | None:
        """The day, or None when `optional` and empty; raises `Refused`."""
        text = clean(_single(typed))
        if not text:
            if self.optional:
                return None
            raise Refused(_("Isi tanggalnya."))
        iso = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", text, re.ASCII)
        local = re.fullmatch(r"(\d\d?)[./ -](\d\d?)[./ -](\d{4})", text, re.ASCII)
        year, month, of_month = iso.groups() if iso else reversed(local.groups()) if local else ("0", "0", "0")
        try:
            day = date(int(year), int(month), int(of_month))
        except ValueError:
            raise Refused(_("Tulis tanggalnya seperti 12/11/2026.")) from None
        # A day either way for the time zones of the country.
        today = utc_now().date()
        if not today - self.back <= day <= today + self.ahead:
            raise Refused(_("Tanggal ini terlalu jauh dari hari ini."))
        return day


@dataclass(frozen=True)
class Identifier:
    """The id of a record."""

    def read(self, typed: Sequence[str]) -> uuid.UUID:
        """The id; raises `Refused`."""
        found = read_id(_single(typed))
        if found is None:
            raise Refused(_("Pilih salah satu."))
        return found


@dataclass(frozen=True)
class NewId:
    """The id of a new record, made on the phone so that it can be named before there is signal; made here where no script ran."""

    def read(self, typed: Sequence[str]) -> uuid.UUID:
        """The id; raises `Refused`."""
        text = _single(typed)
        if not text:
            return new_id()
        found = read_id(text)
        if found is None:
            raise Refused(_("Ada yang rusak di halaman ini. Muat ulang, lalu coba lagi."))
        return found


@dataclass(frozen=True)
class Token:
    """The secret of a link, made on the phone so that she has her link before there is signal; made here where no script ran."""

    def read(self, typed: Sequence[str]) -> str:
        """The secret; raises `Refused`."""
        text = _single(typed)
        if not text:
            return new_token()[0]
        if not re.fullmatch(r"[A-Za-z0-9_-]{22,64}", text, re.ASCII):
            raise Refused(_("Ada yang rusak di halaman ini. Muat ulang, lalu coba lagi."))
        return text


def read_id(text: str) -> uuid.UUID | None:
    """A record's id out of an address, or None: garbage is simply not found."""
    try:
        return uuid.UUID(text) if len(text) == _LONGEST_ID else None
    except ValueError:
        return None


def search_words(text: str) -> str:
    """What is looked for, out of an address; nothing where no keyboard types it."""
    try:
        return clean(text)[:_LONGEST_SEARCH]
    except Refused:
        return ""


def page_number(text: str) -> int:
    """Which page of a list, out of an address; the first for everything that is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 and int(text) else 1  # noqa: PLR2004 (pages enough)
