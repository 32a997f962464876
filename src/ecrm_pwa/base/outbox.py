"""Exactly once: the key of a write and what came of it, kept in the transaction of the write itself.

A phone without signal sends the same write again until it has heard the answer, and a browser alone repeats a lost one. The same
key with the same content gets the first answer again; with another content it is refused. What failed is not kept: it may be
corrected and sent again. Keys never expire: a phone may come back after months. A record that was deleted leaves a tombstone, so
that such a phone, with whatever key, does not bring it back.
"""

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, insert_into
from ecrm_pwa.base.errors import Gone
from ecrm_pwa.base.i18n import gettext as _


class WriteKey(Base):
    """One write that was done. `scope` is the business, or the person where no business is concerned."""

    __tablename__ = "write_key"

    scope: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    location: Mapped[str]
    version: Mapped[int | None] = mapped_column(default=None)
    """Which version of a record it made, where it changed one."""
    done_at: Mapped[datetime]


class Tombstone(Base):
    """A record that was deleted: nothing of it but its id."""

    __tablename__ = "tombstone"

    scope: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    buried_at: Mapped[datetime]


@dataclass(frozen=True)
class Attempt:
    """A write that carries a key."""

    scope: uuid.UUID
    key: uuid.UUID
    fingerprint: bytes


class DoneBefore(Exception):
    """This very write was done already; `location` is where its answer led."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class KeyUsedOtherwise(Exception):
    """The key belongs to a write with another content."""


class Fingerprint:
    """What makes two writes the same: where they go and what they hold, not how a browser wrapped it."""

    def __init__(self, path: str) -> None:
        self._hash = hashlib.sha256(path.encode() + b"\n")

    def add(self, content: bytes) -> None:
        """One more piece of what the write holds."""
        self._hash.update(content)

    def digest(self) -> bytes:
        """The fingerprint of everything added so far."""
        return self._hash.digest()


async def begin(session: AsyncSession, attempt: Attempt, *, now: datetime) -> None:
    """Takes the key; raises `DoneBefore` or `KeyUsedOtherwise`. Two at once: the second waits here for the first."""
    statement = insert_into(session, WriteKey).values(
        scope=attempt.scope, key=attempt.key, fingerprint=attempt.fingerprint, location="", done_at=now
    )
    taken = await session.execute(statement.on_conflict_do_nothing().returning(WriteKey.key))
    if taken.first() is not None:
        return
    known = (
        await session.execute(
            select(WriteKey.fingerprint, WriteKey.location).where(
                WriteKey.scope == attempt.scope, WriteKey.key == attempt.key
            )
        )
    ).one()
    if known.fingerprint != attempt.fingerprint:
        raise KeyUsedOtherwise(str(attempt.key))
    raise DoneBefore(known.location)


async def forget(session: AsyncSession, scopes: Collection[uuid.UUID]) -> None:
    """Forgets the writes of businesses that are gone, and what was deleted in them."""
    if scopes:
        for table in (WriteKey, Tombstone):
            await session.execute(delete(table).where(table.scope.in_(scopes)))


async def finish(session: AsyncSession, attempt: Attempt, *, location: str, version: int | None = None) -> None:
    """Keeps where the answer leads, and which version of a record the write has made."""
    row = await session.get_one(WriteKey, (attempt.scope, attempt.key))
    row.location = location
    row.version = version


async def newest_version(session: AsyncSession, scope: uuid.UUID, keys: Collection[uuid.UUID]) -> int:
    """The newest version that one of these writes has made; 0 when none of them was done."""
    newest = select(func.max(WriteKey.version)).where(WriteKey.scope == scope, WriteKey.key.in_(keys))
    return await session.scalar(newest) or 0


async def bury(session: AsyncSession, scope: uuid.UUID, record_id: uuid.UUID, *, now: datetime) -> None:
    """Whoever deletes a record whose id was made on a phone says so here; said twice, the first time counts."""
    statement = insert_into(session, Tombstone).values(scope=scope, id=record_id, buried_at=now)
    await session.execute(statement.on_conflict_do_nothing())


async def refuse_buried(session: AsyncSession, scope: uuid.UUID, record_id: uuid.UUID) -> None:
    """Raises `Gone` for a record that was deleted; every verb that takes an id from a phone asks this first."""
    buried = await session.scalar(select(Tombstone.id).where(Tombstone.scope == scope, Tombstone.id == record_id))
    if buried is not None:
        raise Gone(_("Ini sudah dihapus, jadi kiriman lama dari HP ini tidak disimpan lagi."))
