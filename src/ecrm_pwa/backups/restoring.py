"""Puts a backup on an empty server. What is wrong with it is found before anything is touched."""

import os
import re
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from anyio import to_thread
from sqlalchemy import inspect, make_url, select

from ecrm_pwa.accounts import Account
from ecrm_pwa.backups import rows
from ecrm_pwa.backups.archive import DATABASE, MANIFEST, PHOTOS, SECRET, Manifest, digest_of, sqlite_url
from ecrm_pwa.base import schema
from ecrm_pwa.base.db import connected

_PHOTO = re.compile(rf"{PHOTOS}/[0-9a-f]{{2}}/[0-9a-f]{{2}}/[0-9a-f]{{32}}(\.thumb)?\.webp")
_SMALL = 100_000_000
"""More bytes than a manifest or a secret ever has."""


class NotABackup(Exception):
    """The file is no backup, or not a whole one; the message says what is wrong."""


class Inhabited(Exception):
    """Somebody has signed up on the server that should be overwritten."""


@dataclass(frozen=True)
class Unpacked:
    """A backup in a folder, found whole."""

    folder: Path
    manifest: Manifest

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / DATABASE


async def restore(source: IO[bytes], url: str, data: Path) -> Manifest:
    """Fills the data folder and the database at `url`, which must be empty, and brings them to this version's schema.

    Nobody may be serving them. Raises `NotABackup`, `Inhabited`, `schema.NewerSchema`; until the last step, a rename or one
    transaction, the database stays empty, and the same may be tried again.
    """
    await to_thread.run_sync(_prepare, data)
    with tempfile.TemporaryDirectory(prefix="restoring-", dir=data) as place:
        unpacked = await to_thread.run_sync(unpack, source, Path(place))
        schema.migrate(sqlite_url(unpacked.database))
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if not is_sqlite:
            schema.migrate(url)
        if await _is_inhabited(url):
            raise Inhabited("people have signed up on this server already")
        await to_thread.run_sync(_move_files, unpacked, data)
        if is_sqlite:
            await to_thread.run_sync(_move_database, unpacked.database, Path(make_url(url).database or ""))
        else:
            async with connected(sqlite_url(unpacked.database)) as old, connected(url) as new:
                await rows.copy(old, new)
    return unpacked.manifest


def unpack(source: IO[bytes], folder: Path) -> Unpacked:
    """Takes a backup apart into `folder`, and checks it; raises `NotABackup`."""
    manifest = None
    try:
        with tarfile.open(fileobj=source, mode="r|*") as tar:
            for member in tar:
                if not member.isfile() or not (
                    member.name in {MANIFEST, SECRET, DATABASE} or _PHOTO.fullmatch(member.name)
                ):
                    raise NotABackup(f"{member.name!r} does not belong into a backup")
                content = tar.extractfile(member)
                if content is None:
                    raise NotABackup(f"{member.name!r} has no content")
                if member.name == MANIFEST:
                    manifest = Manifest.from_json(content.read(_SMALL))
                    continue
                path = folder / member.name
                path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
                with path.open("xb") as file:
                    shutil.copyfileobj(content, file)
                    file.flush()
                    os.fsync(file.fileno())
    except (tarfile.TarError, EOFError, ValueError, TypeError, FileExistsError) as error:
        raise NotABackup(f"this is no whole backup of ours: {error}") from error
    if manifest is None or not (folder / DATABASE).exists() or not (folder / SECRET).exists():
        raise NotABackup("this is no whole backup of ours: a part is missing")
    unpacked = Unpacked(folder, manifest)
    _check(unpacked)
    return unpacked


def _check(unpacked: Unpacked) -> None:
    if digest_of(unpacked.database) != unpacked.manifest.sha256:
        raise NotABackup("the database in this backup is not the one that was put in")
    pictures = len(list(unpacked.folder.glob(f"{PHOTOS}/*/*/*.webp")))
    if pictures != 2 * unpacked.manifest.photos:
        raise NotABackup(f"{2 * unpacked.manifest.photos} pictures were put in, {pictures} are here")
    damage = schema.find_damage(unpacked.database)
    if damage:
        raise NotABackup(f"the database in this backup is not sound: {damage}")


def _prepare(data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True, mode=0o750)
    for left in data.glob("restoring-*"):
        shutil.rmtree(left)  # of one that was killed


async def _is_inhabited(url: str) -> bool:
    # SQLite makes the file that is not there yet, and an empty one has no tables.
    async with connected(url) as connection:
        tables = await connection.run_sync(lambda plain: inspect(plain).get_table_names())
        return "account" in tables and await connection.scalar(select(Account.id).limit(1)) is not None


def _move_files(unpacked: Unpacked, data: Path) -> None:
    # The server is empty: what lies here belongs to nobody.
    shutil.rmtree(data / PHOTOS, ignore_errors=True)
    if (unpacked.folder / PHOTOS).exists():
        (unpacked.folder / PHOTOS).rename(data / PHOTOS)
    (unpacked.folder / SECRET).chmod(0o400)
    (unpacked.folder / SECRET).replace(data / SECRET)


def _move_database(restored: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    beside = target.with_name(f"{target.name}.restored")
    with restored.open("rb") as old, beside.open("wb") as new:
        shutil.copyfileobj(old, new)
        new.flush()
        os.fsync(new.fileno())
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    beside.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
