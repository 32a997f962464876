"""Who is signed in, on which phone.

The cookie holds a secret, the table its hash. A session ends when it was not used for 90 days, after a year in any case, by signing
out, or from another phone. A phone that was once signed in is remembered: strangers who guess passwords cannot lock it out.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, new_id, table_args
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.tokens import hash_token, new_token

IDLE = timedelta(days=90)
LONGEST = timedelta(days=365)
_NOTE_EVERY = timedelta(hours=1)


class Session(Base):
    """One phone, signed in. `business_id` is the business that is open on it."""

    __tablename__ = "session"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    business_id: Mapped[uuid.UUID | None]
    device: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    __table_args__ = table_args(Index(None, "account_id"), Index(None, "business_id"), Index(None, "seen_at"))


class KnownPhone(Base):
    """A phone on which this account was signed in before."""

    __tablename__ = "known_phone"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


async def start_session(
    session: AsyncSession, account_id: uuid.UUID, *, business_id: uuid.UUID | None, device: str, now: datetime
) -> str:
    """Signs a phone in; gives the secret for its cookie. Always a new one: a planted cookie opens nothing."""
    token, token_hash = new_token()
    session.add(
        Session(
            id=new_id(),
            token_hash=token_hash,
            account_id=account_id,
            business_id=business_id,
            device=device,
            created_at=now,
            seen_at=now,
        )
    )
    await session.flush()
    return token


async def find_session(session: AsyncSession, token: str, *, now: datetime) -> Session | None:
    """The living session that this secret opens."""
    return await session.scalar(
        select(Session).where(
            Session.token_hash == hash_token(token), Session.seen_at > now - IDLE, Session.created_at > now - LONGEST
        )
    )


def is_stale(seen_at: datetime, *, now: datetime) -> bool:
    """Whether the use of a session should be noted again; not at each page, or every reading would be a write."""
    return now - seen_at > _NOTE_EVERY


async def saw_session(session: AsyncSession, session_id: uuid.UUID, *, now: datetime) -> None:
    """Notes that the phone was here."""
    await session.execute(update(Session).where(Session.id == session_id).values(seen_at=now))


async def list_sessions(session: AsyncSession, account_id: uuid.UUID, *, now: datetime) -> Sequence[Session]:
    """The phones on which this person is signed in, the last used first."""
    return (
        await session.scalars(
            select(Session)
            .where(Session.account_id == account_id, Session.seen_at > now - IDLE, Session.created_at > now - LONGEST)
            .order_by(Session.seen_at.desc())
        )
    ).all()


async def end_session(session: AsyncSession, account_id: uuid.UUID, session_id: uuid.UUID) -> None:
    """Signs one phone of this person out; raises `NotFound` for anybody else's."""
    ended = await session.execute(
        delete(Session).where(Session.account_id == account_id, Session.id == session_id).returning(Session.id)
    )
    if ended.first() is None:
        raise NotFound("session")


async def end_other_sessions(session: AsyncSession, account_id: uuid.UUID, *, keep: uuid.UUID | None) -> int:
    """Signs out all other phones and forgets that they were known; tells how many there were."""
    conditions = [Session.account_id == account_id]
    if keep is not None:
        conditions.append(Session.id != keep)
    ended = (await session.execute(delete(Session).where(*conditions).returning(Session.id))).all()
    await session.execute(delete(KnownPhone).where(KnownPhone.account_id == account_id))
    return len(ended)


async def is_known_phone(session: AsyncSession, account_ids: Sequence[uuid.UUID], token: str) -> bool:
    """Whether one of these people was signed in on the phone that holds this secret."""
    if not account_ids or not token:
        return False
    found = await session.scalar(
        select(KnownPhone.account_id).where(
            KnownPhone.account_id.in_(account_ids), KnownPhone.token_hash == hash_token(token)
        )
    )
    return found is not None


async def remember_phone(session: AsyncSession, account_id: uuid.UUID, token: str, *, now: datetime) -> str:
    """Remembers the phone that holds `token`, or gives it a secret to hold."""
    if token and await is_known_phone(session, [account_id], token):
        return token
    if not token:
        token, token_hash = new_token()
    else:
        token_hash = hash_token(token)
    session.add(KnownPhone(account_id=account_id, token_hash=token_hash, created_at=now))
    await session.flush()
    return token


async def prune(session: AsyncSession, *, now: datetime) -> None:
    """Forgets sessions that have ended by themselves and phones not used for as long."""
    await session.execute(delete(Session).where(or_(Session.seen_at < now - IDLE, Session.created_at < now - LONGEST)))
    await session.execute(delete(KnownPhone).where(KnownPhone.created_at < now - LONGEST))
