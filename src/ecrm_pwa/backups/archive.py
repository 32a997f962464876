"""Makes a backup while the server works on: first the database as it is at one moment, then the photos that it names."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from anyio import to_thread
from sqlalchemy import make_url, select

from ecrm_pwa import __version__
from ecrm_pwa.backups import rows
from ecrm_pwa.base import schema, secret
from ecrm_pwa.base.db import connected
from ecrm_pwa.base.photos import PhotoStore
from ecrm_pwa.photos import Photo

DATABASE = "ecrm.sqlite3"
MANIFEST = "manifest.json"
SECRET = "secret"  # noqa: S105 (a file's name)
PHOTOS = "photos"
_NAMES = "ecrm-*.tar"
_LAST = "last-backup"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    version: str
    """Of the app that made it."""
    revision: str
    """Of the schema."""
    made_at: str
    rows: dict[str, int]
    digests: dict[str, str]
    """See `rows.Measured`; of the copy, with the schema of `revision`."""
    sha256: str
    """Of the database file."""
    photos: int
    missing_photos: int
    """The database names them and the folder has them not."""

    def to_json(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, content: bytes) -> "Manifest":
        """Raises `ValueError` and `TypeError` for what is none."""
        return cls(**json.loads(content))


async def make_file(url: str, data: Path, *, now: datetime) -> tuple[Path, Manifest]:
    """A backup in the data folder's `backups`, on disk under its name only when it is whole. Raises `OSError`."""
    folder = data / "backups"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    path = folder / f"ecrm-{now:%Y%m%dT%H%M%SZ}.tar"
    unfinished = path.with_suffix(".unfinished")
    try:
        # Password hashes and the server's secret are in it.
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            manifest = await make(url, data, file, now=now)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path, manifest


async def make(url: str, data: Path, target: IO[bytes], *, now: datetime) -> Manifest:
    """Writes a backup of the database at `url` and of the data folder to `target`, which need not be a file.

    The database itself is only read. Raises `OSError`, `rows.UnknownTable`, `schema.NewerSchema`, and on PostgreSQL
    `schema.OlderSchema`.
    """
    folder = data / "backups"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    # Beside the backups, not in /tmp, which is often small and in memory.
    with tempfile.TemporaryDirectory(prefix="making-", dir=folder) as place:
        copy = Path(place) / DATABASE
        if make_url(url).get_backend_name() == "sqlite":
            await to_thread.run_sync(schema.copy_sqlite, url, copy)
            schema.migrate(sqlite_url(copy))
        else:
            await _copy_rows(url, copy)
        async with connected(sqlite_url(copy)) as connection:
            measured = await rows.measure(connection)
            revision = await connection.run_sync(schema.revision_of)
            names = (await connection.scalars(select(Photo.name).distinct().order_by(Photo.name))).all()
        store = PhotoStore(data / PHOTOS)
        there = [name for name in names if store.path(name, "full").exists() and store.path(name, "thumb").exists()]
        manifest = Manifest(
            version=__version__,
            revision=revision,
            made_at=now.isoformat(),
            rows=measured.rows,
            digests=measured.digests,
            sha256=await to_thread.run_sync(digest_of, copy),
            photos=len(there),
            missing_photos=len(names) - len(there),
        )
        await to_thread.run_sync(_write, target, manifest, copy, data, there)
    (folder / _LAST).write_text(now.isoformat())
    return manifest


def list_files(data: Path) -> list[Path]:
    """The backups in the data folder, the newest last."""
    return sorted((data / "backups").glob(_NAMES))


def last_made(data: Path) -> datetime | None:
    """When the last backup was finished, wherever it went; None when there was none yet."""
    try:
        return datetime.fromisoformat((data / "backups" / _LAST).read_text())
    except (FileNotFoundError, ValueError):
        return None


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


async def _copy_rows(url: str, copy: Path) -> None:
    schema.migrate(sqlite_url(copy))
    async with connected(url) as source, connected(sqlite_url(copy)) as target:
        await source.run_sync(schema.refuse_older)
        await rows.copy(source, target)
        # What arrived is compared with what was read, in the same snapshot.
        if await rows.measure(target) != await rows.measure(source):
            raise OSError("the copy of the database differs from the database")


def _write(target: IO[bytes], manifest: Manifest, copy: Path, data: Path, photos: list[str]) -> None:
    store = PhotoStore(data / PHOTOS)
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, MANIFEST, manifest.to_json().encode())
        _add(tar, SECRET, secret.load(data))
        tar.add(copy, DATABASE, filter=_plain)
        for name in photos:
            for size in ("full", "thumb"):
                path = store.path(name, size)
                tar.add(path, f"{PHOTOS}/{path.relative_to(data / PHOTOS)}", filter=_plain)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(_plain(info), io.BytesIO(content))


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of this machine's users goes along."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info


def digest_of(path: Path) -> str:
    """The file's SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
