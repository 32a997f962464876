"""Tables as CSV files and sheets hold them: with a header in Indonesian or English, Google's or Outlook's columns, or none."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.customers.reading import lines, numbers
from ecrm_pwa.customers.reading.contacts import MOST, Contact, Reading, ReadingRefused, person, too_many

Row = Sequence[str]

_DELIMITERS = "\t;,|"
_SAMPLE = 50_000
_HEADER_WITHIN = 10
_LOOKED_AT = 300
_MOST_COLUMNS = 300
_LONGEST_CELL = 5_000
_SAME_SHAPE = 0.8
_HALF = 0.5
_SEVERAL_VALUES = ":::"
"""How Google puts two numbers into one cell."""

_WORD_END = re.compile(r"[\W_]+")
_NOT_OURS = frozenset(
    "type label jenis tipe fax email mail e url website im event relation custom phonetic yomi".split()
)
_PHONE = frozenset(
    "hp nohp telp notelp telepon telpon tlp tel wa nowa whatsapp handphone phone mobile cell cellphone ponsel".split()
)
_ROLES: dict[str, frozenset[str]] = {
    "name": frozenset(
        {
            *("nama", "nama lengkap", "nama pelanggan", "nama kontak", "nama pembeli", "nama customer", "pelanggan"),
            *("pembeli", "customer", "customer name", "name", "full name", "display name", "contact", "contact name"),
            *("kontak", "nama konsumen", "konsumen", "nama ibu", "nama anggota"),
        }
    ),
    "first": frozenset({"first name", "given name", "nama depan", "nama awal"}),
    "middle": frozenset({"middle name", "additional name", "nama tengah"}),
    "last": frozenset({"last name", "family name", "nama belakang", "nama akhir", "surname"}),
    "other": frozenset(
        {"nickname", "nama panggilan", "panggilan", "file as", "organization name", "organization 1 name"}
    ),
    "phone": frozenset({"nomor", "no kontak", "nomor kontak", "number", "kontak wa", "no"}),
    "note": frozenset({"catatan", "keterangan", "ket", "note", "notes"}),
    "landmark": frozenset({"patokan", "landmark"}),
}
_PLACE = frozenset("alamat kampung kp dusun desa address lokasi kelurahan lingkungan hamlet street formatted".split())
_BIRTHDAY = frozenset("lahir ultah birthday birth".split())


@dataclass
class _Columns:
    """Which columns hold what, in their order: several may hold the same."""

    of: dict[str, list[int]] = field(default_factory=dict)

    def put(self, role: str, column: int) -> None:
        self.of.setdefault(role, []).append(column)

    def first(self, role: str, row: Row) -> str:
        return next(iter(self.all(role, row)), "")

    def all(self, role: str, row: Row) -> list[str]:
        return [row[at] for at in self.of.get(role, ()) if at < len(row) and row[at].strip()]


def is_one(text: str) -> bool:
    """Whether most lines of a text have the same cells, so that it is a table rather than lines."""
    return _delimiter(text) is not None


def read_csv(text: str) -> Reading:
    """The people of a table in a text; raises `ReadingRefused`."""
    return read([_rows(text, _delimiter(text) or ",")])


def read(sheets: Iterable[Iterable[Row]]) -> Reading:
    """The people of all sheets, one after the other; raises `ReadingRefused`."""
    reading = Reading()
    for sheet in sheets:
        rows = [(number, row[:_MOST_COLUMNS]) for number, row in enumerate(sheet, start=1) if any(map(str.strip, row))]
        if len(rows) > MOST + _HEADER_WITHIN:
            raise ReadingRefused(too_many())
        _read_sheet(reading, rows)
    return reading


def _read_sheet(reading: Reading, rows: list[tuple[int, Row]]) -> None:
    columns, begin = _columns(rows)
    heading = [cell.strip() for cell in rows[begin - 1][1]] if begin else None
    for number, row in rows[begin:]:
        if heading == [cell.strip() for cell in row]:
            # Pages of one table that were put together.
            continue
        contact = lines.read_line(number, "\t".join(row)) if columns is None else _read_row(columns, number, row)
        if contact is None:
            reading.miss(number, _("Tidak ada nama atau nomor di baris ini."))
        else:
            reading.add(contact)


def _read_row(columns: _Columns, number: int, row: Row) -> Contact | None:
    good: list[str] = []
    spoilt: list[str] = []
    for cell in columns.all("phone", row):
        for part in cell.split(_SEVERAL_VALUES):
            found, unreadable = numbers.in_cell(part)
            good += found
            spoilt += unreadable
    name = (
        columns.first("name", row)
        or " ".join(part for role in ("first", "middle", "last") for part in columns.all(role, row)[:1])
        or columns.first("other", row)
    )
    if name and not any(c.isalpha() for c in name):
        found, unreadable = numbers.in_cell(name)
        good, spoilt, name = found + good, unreadable + spoilt, ""
    return person(
        number,
        name=name,
        phones=good,
        unreadable=[] if good else spoilt,
        place=columns.first("place", row),
        landmark=columns.first("landmark", row),
        birthday=numbers.birthday(columns.first("birthday", row)),
        notes=columns.all("note", row),
    )


def _columns(rows: list[tuple[int, Row]]) -> tuple[_Columns | None, int]:
    """Which columns hold what, and how many rows to pass over; None for a table that is only lines."""
    for place, (_number, row) in enumerate(rows[:_HEADER_WITHIN]):
        columns = _named(row)
        if columns is None:
            continue
        _look_below(columns, row, [other for _line, other in rows[place + 1 :][:_LOOKED_AT]])
        return columns, place + 1
    return _guessed([row for _line, row in rows[:_LOOKED_AT]]), 0


def _look_below(columns: _Columns, heading: Row, below: list[Row]) -> None:
    """Headings may say too little ("No", "Kontak", nothing at all): what stands under them tells."""
    like_numbers = _like_numbers(below)
    columns.of["name"] = [at for at in columns.of.get("name", ()) if at not in like_numbers]
    said = columns.of.get("phone", [])
    surely = [at for at in said if at in like_numbers or _PHONE & set(_words(heading[at]).split())]
    others = {at for role, places in columns.of.items() if role != "phone" for at in places}
    columns.of["phone"] = surely + [at for at in like_numbers if at not in others and at not in surely]


def _named(row: Row) -> _Columns | None:
    columns, filled = _Columns(), 0
    for at, cell in enumerate(row):
        if not cell.strip():
            continue
        filled += 1
        role = _role(cell)
        if role is not None:
            columns.put(role, at)
    known = sum(map(len, columns.of.values()))
    said = {role for role in columns.of if role in {"name", "first", "phone", "other"}}
    if not said or any(numbers.looks_like_one(cell) for cell in row):
        return None
    return columns if known > 1 or known == filled else None


def _role(heading: str) -> str | None:
    words = _words(heading)
    tokens = frozenset(words.split())
    for role, names in _ROLES.items():
        if words in names:
            return role
    if not tokens or tokens & _NOT_OURS:
        return None
    if tokens & _PHONE:
        return "phone"
    if tokens & _BIRTHDAY or "ulang tahun" in words:
        return "birthday"
    if tokens & _PLACE:
        return "place"
    return "name" if "nama" in tokens else None


def _words(heading: str) -> str:
    parts = unicodedata.normalize("NFKD", heading[:60].casefold())
    return _WORD_END.sub(" ", "".join(c for c in parts if not unicodedata.combining(c))).strip()


def _guessed(rows: list[Row]) -> _Columns | None:
    """Without a header: what looks like numbers, then the first column with words, then the rest."""
    columns = _Columns()
    for at in _like_numbers(rows):
        columns.put("phone", at)
    if "phone" not in columns.of:
        return None
    for at in _like(rows, lambda cell: any(c.isalpha() for c in cell)):
        if at in columns.of["phone"]:
            continue
        if "name" not in columns.of:
            columns.put("name", at)
        elif at in _like(rows, lines.is_place):
            columns.put("place", at)
        elif at in _like(rows, lambda cell: numbers.birthday(cell) is not None):
            columns.put("birthday", at)
        else:
            columns.put("note", at)
    return columns


def _like_numbers(rows: list[Row]) -> list[int]:
    return _like(rows, numbers.looks_like_one)


def _like(rows: list[Row], fits: Callable[[str], bool]) -> list[int]:
    """The columns of which at least half of the filled cells fit."""
    filled: Counter[int] = Counter()
    fitting: Counter[int] = Counter()
    for row in rows:
        for at, cell in enumerate(row):
            if cell.strip():
                filled[at] += 1
                fitting[at] += fits(cell)
    return [at for at in sorted(filled) if fitting[at] >= filled[at] * _HALF]


def _delimiter(text: str) -> str | None:
    head = text[:20].lstrip("\ufeff")
    if head.lower().startswith("sep=") and len(head) > len("sep="):
        return head[4]
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    best, best_share = None, _SAME_SHAPE
    for delimiter in _DELIMITERS:
        rows = [row for row in _rows(sample, delimiter) if any(map(str.strip, row))]
        share = sum(len(row) > 1 for row in rows) / len(rows) if rows else 0
        shapes = Counter(len(row) for row in rows if len(row) > 1)
        alike = shapes.most_common(1)[0][1] / len(rows) if shapes else 0
        if share >= _SAME_SHAPE and alike > _HALF and (best is None or alike > best_share):
            best, best_share = delimiter, alike
    return best


def _rows(text: str, delimiter: str) -> list[list[str]]:
    text = text.lstrip("\ufeff").replace("\x00", "")
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    with suppress(csv.Error):
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        # One quotation mark that is never closed would swallow everybody after it.
        if all(len(cell) <= _LONGEST_CELL for row in rows for cell in row):
            return rows
    with suppress(csv.Error):
        return list(csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, quoting=csv.QUOTE_NONE))
    raise ReadingRefused(_("Tabel ini rusak. Simpan lagi sebagai CSV, lalu kirim sekali lagi."))
