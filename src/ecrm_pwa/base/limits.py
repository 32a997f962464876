"""Limits on the public doors: counted in the database, so that every server process counts the same.

Each counted thing keeps one moment: when all its tries will be back (the "generic cell rate algorithm"). Its name is hashed with
the server's secret: the table tells nobody's number or address.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Index, case, delete, literal
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, epoch_ms, insert_into, table_args
from ecrm_pwa.base.inputs import Refused


class Bucket(Base):
    """One counted thing; `full_at` in milliseconds since 1970."""

    __tablename__ = "bucket"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    full_at: Mapped[int]
    allowed: Mapped[bool]

    __table_args__ = table_args(Index(None, "full_at"))


@dataclass(frozen=True)
class Limit:
    """At most `tries` at once, coming back evenly over `period`."""

    kind: str
    tries: int
    period: timedelta


class LimitReached(Refused):
    """Tried too often; the message tells how long to wait."""


class Limiter:
    """Counts tries. `factor` multiplies every limit: a hall with forty phones behind one address needs more than one house."""

    def __init__(self, secret: bytes, *, factor: int = 1) -> None:
        self._secret = secret
        self._factor = factor

    def _key(self, limit: Limit, value: str) -> bytes:
        return hmac.digest(self._secret, f"{limit.kind}|{value}".encode(), hashlib.sha256)

    async def take(self, session: AsyncSession, limit: Limit, value: str, *, now: datetime) -> timedelta | None:
        """Takes one try for `value`; None when there was one, else how long to wait. The caller commits either way."""
        period = limit.period // timedelta(milliseconds=1)
        each = max(1, period // (limit.tries * self._factor))
        clock = epoch_ms(now)
        statement = insert_into(session, Bucket).values(key=self._key(limit, value), full_at=clock + each, allowed=True)
        taken = case((Bucket.full_at > clock, Bucket.full_at), else_=literal(clock, BigInteger)) + each
        allowed = taken <= clock + period
        statement = statement.on_conflict_do_update(
            index_elements=[Bucket.key],
            set_={"full_at": case((allowed, taken), else_=Bucket.full_at), "allowed": allowed},
        )
        row = (await session.execute(statement.returning(Bucket.full_at, Bucket.allowed))).one()
        return None if row.allowed else timedelta(milliseconds=row.full_at + each - clock - period)

    async def forget(self, session: AsyncSession, limit: Limit, value: str) -> None:
        """Gives all tries back, after the person has shown who she is."""
        await session.execute(delete(Bucket).where(Bucket.key == self._key(limit, value)))


async def prune(session: AsyncSession, *, now: datetime) -> None:
    """Forgets what has all its tries back."""
    await session.execute(delete(Bucket).where(Bucket.full_at < epoch_ms(now)))
