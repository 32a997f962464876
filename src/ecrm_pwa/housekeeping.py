"""What is over goes by itself: ended businesses, old sessions, counted tries, files that nobody names, copies past their time.

`ecrm serve` does it every hour and `ecrm prune` when the operator likes. Done twice at once it does no harm.
"""

import asyncio
import logging
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from anyio import to_thread

from ecrm_pwa import accounts, businesses, photos, products
from ecrm_pwa.base import limits, outbox
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.photos import PhotoStore
from ecrm_pwa.customers import imports, merges

EVERY = timedelta(hours=1)
COPIES_KEPT = timedelta(days=35)
"""As the data notice promises."""
_ORPHAN_AGE = timedelta(days=1)
_LEFTOVER_AGE = timedelta(days=1)

log = logging.getLogger("ecrm")


@dataclass(frozen=True)
class Swept:
    """How much went."""

    businesses: int
    photos: int
    copies: int


async def tidy(db: Database, store: PhotoStore, backups: Path) -> Swept:
    """Does it once."""
    now = utc_now()
    async with db.writing() as session:
        ended = await businesses.purge_ended(session, now=now)
        await outbox.forget(session, ended)
        await products.prune(session, now=now)
        await imports.prune(session, now=now)
        await merges.prune(session, now=now)
        await accounts.prune(session, now=now)
        await limits.prune(session, now=now)
    await db.empty_log()

    async def known(names: Collection[str]) -> Collection[str]:
        async with db.reading() as session:
            return await photos.list_names(session, names)

    swept = await store.sweep(known, _ORPHAN_AGE)
    copies = await to_thread.run_sync(_remove_copies, backups, (now - COPIES_KEPT).timestamp())
    await to_thread.run_sync(_remove_leftovers, backups, (now - _LEFTOVER_AGE).timestamp())
    return Swept(len(ended), swept, copies)


def _remove_copies(backups: Path, before: float) -> int:
    copies = [*backups.glob("*.sqlite3"), *backups.glob("*.tar")]
    old = [copy for copy in copies if copy.stat().st_mtime < before]
    for copy in old:
        copy.unlink(missing_ok=True)
    return len(old)


def _remove_leftovers(backups: Path, before: float) -> None:
    """What a backup or a drill that was killed has left."""
    for left in [*backups.glob("*.unfinished"), *backups.glob("making-*"), *backups.glob("drill-*")]:
        if left.stat().st_mtime < before:
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)


async def tidy_for_ever(db: Database, store: PhotoStore, backups: Path) -> None:
    """Does it every hour until it is cancelled; a failure is logged and the next hour tries again."""
    while True:
        await asyncio.sleep(EVERY.total_seconds())
        try:
            swept = await tidy(db, store, backups)
        except Exception:
            log.exception("tidying up failed")
        else:
            log.info("tidied up: %s", swept)
