"""Contacts as phones export them: vCard 2.1 (old Androids: quoted-printable), 3.0 and 4.0."""

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.customers.reading import numbers
from ecrm_pwa.customers.reading.contacts import Reading, person

_WANTED = frozenset("FN N NICKNAME ORG TEL ADR BDAY NOTE".split())
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")
_PARAMETER_END = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_LONGEST_VALUE = 20_000
# What phones write; Python knows encodings that are no text, and some that only warn.
_CHARSETS = {"UTF-8", "UTF8", "US-ASCII", "ISO-8859-1", "WINDOWS-1252", "UTF-16", "BIG5", "GB2312", "SHIFT_JIS"}
_WORDS_OF = ("prefix", "given", "middle", "family", "suffix")
_ORDER_IN_N = ("family", "given", "middle", "prefix", "suffix")


def is_one(text: str) -> bool:
    """Whether this is a file of cards."""
    return text.lstrip("\ufeff \r\n\t")[:20].upper().startswith("BEGIN:VCARD")


@dataclass
class _Card:
    line: int
    full_name: str = ""
    name: str = ""
    nickname: str = ""
    organisation: str = ""
    phones: list[tuple[int, str]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    birthday: str = ""
    notes: list[str] = field(default_factory=list)


def read(text: str) -> Reading:
    """The people of all cards; raises `ReadingRefused` when they are too many."""
    reading = Reading()
    card: _Card | None = None
    count = 0
    for begin, name, parameters, value in _properties(text):
        if name == "BEGIN":
            if card is not None:
                # The end of the one before is missing; what is known of her counts all the same.
                _finish(reading, card)
            count += 1
            card = _Card(count)
        elif name == "END" and card is not None:
            _finish(reading, card)
            card = None
        elif card is not None and begin:
            _take(card, name, parameters, value)
    if card is not None:
        _finish(reading, card)
    return reading


def _properties(text: str) -> Iterator[tuple[bool, str, list[str], str]]:
    """Unfolded lines as (whether it is wanted, name, parameters, raw value)."""
    current: list[str] = []
    size, quoted, wanted = 0, False, False
    for line in _LINE_END.split(text):
        if current and quoted and current[-1].endswith("="):
            # A soft break of quoted-printable.
            current[-1] = current[-1][:-1]
            current.append(line)
            continue
        if line[:1] in (" ", "\t") and current:
            if wanted and size < _LONGEST_VALUE:
                current.append(line[1:])
                size += len(line)
            continue
        if current:
            yield _split("".join(current), wanted=wanted)
        head = line.partition(":")[0].upper()
        name = head.partition(";")[0].rpartition(".")[2].strip()
        wanted = name in _WANTED or name in {"BEGIN", "END"}
        quoted = wanted and "QUOTED-PRINTABLE" in head
        current, size = ([line] if wanted else [name + ":"]) if line.strip() else [], len(line)
    if current:
        yield _split("".join(current), wanted=wanted)


def _split(line: str, *, wanted: bool) -> tuple[bool, str, list[str], str]:
    inside = False
    for place, letter in enumerate(line):
        if letter == '"':
            inside = not inside
        elif letter == ":" and not inside:
            name, *parameters = _PARAMETER_END.split(line[:place][:1000])
            return wanted, name.rpartition(".")[2].strip().upper(), parameters, line[place + 1 :]
    return False, "", [], ""


def _take(card: _Card, name: str, parameters: list[str], raw: str) -> None:
    value = _decoded(parameters, raw)
    match name:
        case "FN":
            card.full_name = card.full_name or _plain(value)
        case "N":
            parts = dict(zip(_ORDER_IN_N, _parts(value), strict=False))
            card.name = card.name or " ".join(filter(None, (parts.get(part, "").strip() for part in _WORDS_OF)))
        case "NICKNAME":
            card.nickname = card.nickname or _plain(value)
        case "ORG":
            card.organisation = card.organisation or ", ".join(filter(None, _parts(value)))
        case "TEL":
            kinds = " ".join(parameters).upper()
            rank = _rank(kinds) * 2 + ("PREF" not in kinds)
            card.phones.append((rank, _plain(value).removeprefix("tel:").partition(";")[0]))
        case "ADR":
            card.addresses.append(", ".join(filter(None, (part.strip() for part in _parts(value)[:5]))))
        case "BDAY":
            card.birthday = card.birthday or value
        case "NOTE":
            card.notes.append(_plain(value))


def _rank(kinds: str) -> int:
    if "FAX" in kinds or "PAGER" in kinds:
        return 2
    return 0 if "CELL" in kinds or "MOBILE" in kinds or "WAID" in kinds else 1


def _finish(reading: Reading, card: _Card) -> None:
    good: list[str] = []
    spoilt: list[str] = []
    for _rank, written in sorted(card.phones, key=lambda one: one[0]):
        found, unreadable = numbers.in_cell(written)
        good += found
        spoilt += unreadable
    name = card.full_name or card.name or card.nickname or card.organisation
    if name and not name.strip("+0123456789 ()-."):
        # Phones write the number there when nobody gave a name.
        name = ""
    addresses = list(dict.fromkeys(filter(None, card.addresses)))
    contact = person(
        card.line,
        name=name,
        phones=good,
        unreadable=spoilt,
        place=addresses[0] if addresses else "",
        birthday=numbers.birthday(card.birthday),
        notes=card.notes,
    )
    if contact is None:
        reading.miss(card.line, _("Kontak ini tidak punya nama dan nomor."))
    else:
        reading.add(contact)


def _decoded(parameters: list[str], raw: str) -> str:
    raw = raw[:_LONGEST_VALUE]
    upper = [parameter.upper().replace('"', "") for parameter in parameters]
    if not any("QUOTED-PRINTABLE" in parameter for parameter in upper):
        return raw
    charset = next((parameter.partition("=")[2] for parameter in upper if parameter.startswith("CHARSET=")), "UTF-8")
    data = binascii.a2b_qp(raw.encode("utf-8", "surrogatepass"))
    with suppress(UnicodeError):
        return data.decode(charset if charset in _CHARSETS else "utf-8")
    return data.decode("cp1252", "replace")


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value)


def _parts(value: str) -> list[str]:
    """What stands between the semicolons that are not escaped."""
    parts, current, escaped = [], "", False
    for letter in value:
        if escaped:
            current += " " if letter in "nN" else letter
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == ";":
            parts.append(current)
            current = ""
        else:
            current += letter
    return [*parts, current]
