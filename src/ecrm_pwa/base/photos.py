"""Photos as people send them, and the two small pictures that are kept of each, without a trace of where it was taken.

Whatever arrives is decoded in a process of its own with bounded memory and time: a file made to do harm costs that
process, never the server. What came out is stored under a random name, on disk before the caller is told the name.
"""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, Protocol

import anyio
from anyio import to_thread

from ecrm_pwa.base import photo_worker, programs
from ecrm_pwa.base.i18n import gettext as _

MAX_BYTES = 10_000_000
# Photos that wait for their turn wait in memory.
_MAX_WAITING_BYTES = 64_000_000
_ASKED_AT_ONCE = 1_000

Size = Literal["full", "thumb"]
_ENDINGS: dict[Size, str] = {"full": ".webp", "thumb": ".thumb.webp"}
_NAME = re.compile(r"[0-9a-f]{32}")
_OURS = re.compile(r"([0-9a-f]{32})(?:\.thumb)?\.webp(?:\.unfinished)?")


class PhotoRefused(Exception):
    """This file will not become a photo; the message tells the sender why, in her language."""


class PhotosBusy(PhotoRefused):
    """Too many photos wait already; the same file may well be taken a minute later."""


class PhotoNotFound(LookupError):
    """No photo has this name, or it is no name at all."""


@dataclass(frozen=True)
class PreparedPhoto:
    """Two WebP pictures, upright, on white where they were transparent, and nothing else: no place, time, camera."""

    full: bytes = field(repr=False)
    """At most 1280 pixels a side."""
    thumb: bytes = field(repr=False)
    """At most 320 pixels a side, for lists: 8 kB, more only where the lowest quality is not enough."""
    width: int
    height: int
    sha256: str
    """Of `full`, in hexadecimal."""


class PhotoStorage(Protocol):
    """Where photos are kept: a folder today, an object store behind the same four deeds later."""

    async def save(self, photo: PreparedPhoto) -> str:
        """Keeps both sizes and returns their new name, once neither can be lost in a power cut."""

    async def read(self, name: str, size: Size) -> bytes:
        """One WebP picture; raises `PhotoNotFound`."""

    async def remove(self, name: str) -> None:
        """Deletes both sizes; one that is gone already is no error. Raises `PhotoNotFound` for what is no name."""

    async def sweep(
        self, known_names: Callable[[Collection[str]], Awaitable[Collection[str]]], older_than: timedelta
    ) -> int:
        """Deletes old photos that no record names, and tells how many.

        `known_names` is asked, at most a thousand at a time, which of these names a record holds. `older_than` spares
        photos whose record is still being written.
        """


class PhotoWorker:
    """Prepares photos, one at a time, each in a process of its own. One for the life of the server."""

    def __init__(self) -> None:
        self._turn = anyio.CapacityLimiter(1)
        self._waiting_bytes = 0

    async def prepare(self, data: bytes) -> PreparedPhoto:
        """What to keep of an uploaded file; raises `PhotoRefused` and `PhotosBusy`."""
        if not data:
            raise PhotoRefused(_("Berkas fotonya kosong. Pilih fotonya sekali lagi."))
        if len(data) > MAX_BYTES:
            raise PhotoRefused(_("Foto ini lebih dari 10 MB. Pilih foto yang lebih kecil."))
        if self._waiting_bytes + len(data) > _MAX_WAITING_BYTES:
            raise PhotosBusy(_("Banyak foto sedang diproses. Coba lagi sebentar lagi."))
        self._waiting_bytes += len(data)
        try:
            async with self._turn:
                return await _in_worker(data)
        finally:
            self._waiting_bytes -= len(data)


class PhotoStore:
    """`PhotoStorage` in a folder: `ab/cd/<name>.webp` and `<name>.thumb.webp`, readable by the server and its group."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str, size: Size) -> Path:
        """Where this picture is or would be; raises `PhotoNotFound` for what is no name."""
        if not _NAME.fullmatch(name):
            raise PhotoNotFound
        return self._folder / name[:2] / name[2:4] / (name + _ENDINGS[size])

    async def save(self, photo: PreparedPhoto) -> str:
        """See `PhotoStorage`; raises `OSError` when the disk is full, and leaves nothing behind."""
        name = secrets.token_hex(16)
        await to_thread.run_sync(self._save, name, photo)
        return name

    async def read(self, name: str, size: Size) -> bytes:
        """See `PhotoStorage`."""
        try:
            return await to_thread.run_sync(self.path(name, size).read_bytes)
        except FileNotFoundError:
            raise PhotoNotFound from None

    async def remove(self, name: str) -> None:
        """See `PhotoStorage`."""
        await to_thread.run_sync(_remove, [self.path(name, "full"), self.path(name, "thumb")])

    async def sweep(
        self, known_names: Callable[[Collection[str]], Awaitable[Collection[str]]], older_than: timedelta
    ) -> int:
        """See `PhotoStorage`. What else lies in the folder is left alone."""
        before = time.time() - older_than.total_seconds()
        swept = 0
        for shelf in await to_thread.run_sync(_shelves, self._folder):
            old = await to_thread.run_sync(_old_files, shelf, before)
            names = sorted(old)
            for start in range(0, len(names), _ASKED_AT_ONCE):
                some = names[start : start + _ASKED_AT_ONCE]
                orphans = set(some).difference(await known_names(some))
                await to_thread.run_sync(_remove, [path for name in orphans for path in old[name]])
                swept += len(orphans)
        return swept

    def _save(self, name: str, photo: PreparedPhoto) -> None:
        full, thumb = self.path(name, "full"), self.path(name, "thumb")
        folders = [self._folder.parent, self._folder, full.parent.parent, full.parent]
        for folder in folders:
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        try:
            _write(full, photo.full)
            _write(thumb, photo.thumb)
            # A file is only there after a power cut when the folders on the way to it are.
            for folder in reversed(folders):
                _sync_folder(folder)
        except OSError:
            _remove([full, thumb])
            raise


async def _in_worker(data: bytes) -> PreparedPhoto:
    # Twice: when a machine is short of memory the system may end the worker, which says nothing against this photo.
    for _attempt in range(2):
        try:
            with anyio.fail_after(photo_worker.SECONDS):
                head, _newline, pictures = (await programs.ask(Path(photo_worker.__file__), data)).partition(b"\n")
        except TimeoutError:
            raise PhotoRefused(_("Foto ini terlalu lama dibuka. Pilih foto lain, atau ambil foto baru.")) from None
        match head.decode("ascii", "replace").split(" "):
            case ["photo", width, height, length]:
                full, thumb = pictures[: int(length)], pictures[int(length) :]
                return PreparedPhoto(full, thumb, int(width), int(height), hashlib.sha256(full).hexdigest())
            case ["not", "a", "photo"]:
                raise PhotoRefused(_("Berkas ini bukan foto. Kirim foto JPG, PNG, atau WebP."))
            case ["too", "many", "pixels"]:
                raise PhotoRefused(
                    _("Foto ini terlalu besar: lebih dari 25 megapiksel. Kecilkan dulu, atau ambil foto baru.")
                )
            case ["damaged"]:
                break
    raise PhotoRefused(_("Foto ini rusak dan tidak bisa dibuka. Pilih foto lain, atau ambil foto baru."))


def _write(path: Path, data: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.unfinished")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o640)  # whatever the umask
            file.write(data)
            file.flush()
            os.fsync(handle)
        unfinished.rename(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(paths: Collection[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _shelves(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("[0-9a-f][0-9a-f]") if path.is_dir())


def _old_files(shelf: Path, before: float) -> dict[str, list[Path]]:
    """The files of each photo that was last written before this moment, in seconds since 1970."""
    old: dict[str, list[Path]] = {}
    for path in shelf.glob("[0-9a-f][0-9a-f]/*.webp*"):
        ours = _OURS.fullmatch(path.name)
        with suppress(FileNotFoundError):  # removed meanwhile
            if ours and path.stat().st_mtime < before:
                old.setdefault(ours[1], []).append(path)
    return old
