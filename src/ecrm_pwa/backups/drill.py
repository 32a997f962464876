"""Tries a backup out: puts it back in a folder that goes afterwards, compares, and opens the pages of its shops."""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

from anyio import to_thread
from sqlalchemy import select

from ecrm_pwa.backups import rows
from ecrm_pwa.backups.archive import DATABASE, PHOTOS, Manifest, sqlite_url
from ecrm_pwa.backups.restoring import restore
from ecrm_pwa.base import schema
from ecrm_pwa.base.db import connected
from ecrm_pwa.base.photos import PhotoStore
from ecrm_pwa.businesses import Business
from ecrm_pwa.photos import Photo

_START_SECONDS = 30
_PAGES = 20


@dataclass
class Drill:
    """What came of it."""

    manifest: Manifest
    problems: list[str] = field(default_factory=list)
    """In sentences; empty when the backup is good."""
    since: dict[str, int] = field(default_factory=dict)
    """By table, how many rows the living database has more (or, below zero, fewer) than the backup."""
    photos: int = 0
    """Compared with the SHA-256 that the database knows."""
    pages: int = 0
    """Public pages that were opened."""


async def drill(path: Path, url: str) -> Drill:
    """Tries out the backup at `path`; `url` is the living database, of which rows are counted.

    Raises what `restoring.restore` raises.
    """
    with tempfile.TemporaryDirectory(prefix="drill-", dir=path.parent) as place:
        folder = Path(place)
        copy = sqlite_url(folder / DATABASE)
        with path.open("rb") as file:
            manifest = await restore(file, copy, folder)
        result = Drill(manifest)
        async with connected(copy) as connection:
            measured = await rows.measure(connection)
            is_same_schema = await connection.run_sync(schema.revision_of) == manifest.revision
            photos = (await connection.execute(select(Photo.name, Photo.sha256).order_by(Photo.name))).all()
            shops = (await connection.execute(select(Business.slug).limit(_PAGES))).scalars().all()
        _compare(result, measured, with_content=is_same_schema)
        await to_thread.run_sync(_look_at_photos, result, folder, [(name, sha256) for name, sha256 in photos])
        await to_thread.run_sync(_open_pages, result, folder, list(shops))
    async with connected(url) as connection:
        living = await rows.measure(connection)
    changes = {name: count - manifest.rows.get(name, 0) for name, count in living.rows.items()}
    result.since = {name: change for name, change in changes.items() if change}
    return result


def _compare(result: Drill, measured: rows.Measured, *, with_content: bool) -> None:
    for table, count in result.manifest.rows.items():
        if measured.rows.get(table, 0) != count:
            result.problems.append(f"{table}: {count} rows were put in, {measured.rows.get(table, 0)} came back")
    # A newer schema gives the same rows other columns: then the counts must do.
    if with_content:
        put_in = result.manifest.digests
        changed = sorted(owner for owner in put_in if measured.digests.get(owner) != put_in[owner])
        result.problems += [f"the rows of {owner or 'the server itself'} came back changed" for owner in changed]


def _look_at_photos(result: Drill, folder: Path, photos: list[tuple[str, str]]) -> None:
    store = PhotoStore(folder / PHOTOS)
    missing = 0
    for name, sha256 in photos:
        path = store.path(name, "full")
        if not path.exists():
            missing += 1
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            result.problems.append(f"the photo {name} came back changed")
        else:
            result.photos += 1
    if missing:
        result.problems.append(f"{missing} photos are not there, {result.manifest.missing_photos} were missing before")


def _open_pages(result: Drill, folder: Path, slugs: list[str]) -> None:
    with _serving(folder) as address:
        for path in ["/health", *(f"/toko/{slug}" for slug in slugs)]:
            try:
                with urllib.request.urlopen(address + path, timeout=10) as answer:  # noqa: S310 (our own address)
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
            # A business that is ending has no page any more.
            if status not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                result.problems.append(f"{path} answered {status}")
            elif path != "/health" and status == HTTPStatus.OK:
                result.pages += 1


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ECRM_")}
    settings = {
        "ECRM_DATA": str(folder),
        "ECRM_PORT": str(port),
        "ECRM_PUBLIC_URL": address,
        "ECRM_ALLOW_OLD_SQLITE": "1",
    }
    command = [sys.executable, "-m", "ecrm_pwa", "serve"]
    server = subprocess.Popen(command, env=kept | settings, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 (ourselves)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(address):
            if server.poll() is not None or time.monotonic() > deadline:
                raise OSError("the app does not start on the restored data")
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False
