"""Tells what kind of list has come, and has it read off the event loop: Excel in a process of its own, the rest in a thread."""

import json
from pathlib import Path

import anyio
from anyio import to_thread

from ecrm_pwa.base import programs
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.customers.reading import lines, tables, vcards, workbook_worker
from ecrm_pwa.customers.reading.contacts import LONGEST_TEXT, Reading, ReadingRefused, too_many

MAX_BYTES = 10_000_000
_MAX_WAITING_BYTES = 40_000_000
_SAMPLE = 4_000
_FEW = 0.2
_NEVER_IN_TEXT = tuple(chr(code) for code in range(32) if chr(code) not in "\t\n\r\x0b\x0c\x1a")


class ReaderBusy(ReadingRefused):
    """Too many lists wait already; the same one may well be taken a minute later."""


class ContactReader:
    """Reads lists, one at a time. One for the life of the server."""

    def __init__(self) -> None:
        self._turn = anyio.CapacityLimiter(1)
        self._waiting = 0

    async def read_file(self, data: bytes) -> Reading:
        """The people in a file, whatever its name says; raises `ReadingRefused` and `ReaderBusy`."""
        if len(data) > MAX_BYTES:
            raise ReadingRefused(_("Berkas ini lebih dari 10 MB. Hapus foto atau bagi menjadi beberapa berkas."))
        if not data.strip(b"\0\r\n\t \xff\xfe"):
            raise ReadingRefused(_("Berkas ini kosong. Pilih berkas lain."))
        return _told(await self._in_turn(len(data), data))

    async def read_text(self, text: str) -> Reading:
        """The people in pasted text; raises `ReadingRefused` and `ReaderBusy`."""
        if not text.strip():
            raise ReadingRefused(_("Tempel dulu daftarnya: nama dan nomor, satu orang satu baris."))
        if len(text) > LONGEST_TEXT:
            raise ReadingRefused(too_many())
        return _told(await self._in_turn(len(text), text))

    async def _in_turn(self, size: int, content: bytes | str) -> Reading:
        if self._waiting + size > _MAX_WAITING_BYTES:
            raise ReaderBusy(_("Banyak daftar sedang dibaca. Coba lagi sebentar lagi."))
        self._waiting += size
        try:
            async with self._turn:
                if isinstance(content, str):
                    return await to_thread.run_sync(read_text, content)
                if content.startswith(b"PK\x03\x04"):
                    sheets = await _ask_workbook(content)
                    return await to_thread.run_sync(tables.read, sheets)
                return await to_thread.run_sync(_read_bytes, content)
        finally:
            self._waiting -= size


def read_text(text: str) -> Reading:
    """The people in a text of any of the kinds we know; raises `ReadingRefused`."""
    if vcards.is_one(text):
        return vcards.read(text)
    return tables.read_csv(text) if tables.is_one(text) else lines.read(text)


def _read_bytes(data: bytes) -> Reading:
    return read_text(decode(data))


def decode(data: bytes) -> str:
    """The text of a file in whichever encoding Android and Excel write it; raises `ReadingRefused` for what is no text."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ReadingRefused(
            _("Ini berkas Excel lama (.xls) atau terkunci kata sandi. Simpan sebagai .xlsx atau CSV, lalu kirim lagi.")
        )
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    even, odd = data[:_SAMPLE:2], data[1:_SAMPLE:2]
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        # Without a mark: half of the bytes of Latin letters are zeros.
        if zeros.count(0) > len(zeros) * (1 - _FEW) and others.count(0) < len(others) * _FEW:
            return data.decode(encoding, "replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        # What Excel in Indonesia and old phones write; a few bytes mean nothing there.
        text = data.decode("cp1252", "replace")
    if sum(text.count(mark) for mark in _NEVER_IN_TEXT) > len(text) // 100:
        raise ReadingRefused(not_a_list())
    return text


def not_a_list() -> str:
    """The sentence for a file that holds no people."""
    return _("Berkas ini bukan daftar kontak. Kirim berkas vCard (.vcf), Excel (.xlsx), atau CSV.")


def _told(reading: Reading) -> Reading:
    if not reading.contacts:
        raise ReadingRefused(_("Tidak ada nama atau nomor di daftar ini. Periksa isinya, lalu kirim lagi."))
    return reading


async def _ask_workbook(data: bytes) -> list[list[list[str]]]:
    try:
        with anyio.fail_after(workbook_worker.SECONDS):
            answer = await programs.ask(Path(workbook_worker.__file__), data)
    except TimeoutError:
        raise ReadingRefused(
            _("Berkas ini terlalu lama dibuka. Simpan lembarnya sebagai CSV, lalu kirim itu.")
        ) from None
    head, _newline, body = answer.partition(b"\n")
    match head:
        case b"rows":
            sheets: list[list[list[str]]] = json.loads(body)
            return sheets
        case b"too many":
            raise ReadingRefused(too_many())
        case b"not a workbook":
            raise ReadingRefused(not_a_list())
    raise ReadingRefused(_("Berkas Excel ini rusak dan tidak bisa dibuka. Simpan lagi sebagai .xlsx atau CSV."))
