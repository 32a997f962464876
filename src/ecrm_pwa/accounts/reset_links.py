"""A forgotten password: a link that works once, made by the operator or a coach who knows the person."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.accounts.people import change_password
from ecrm_pwa.accounts.sessions import end_other_sessions
from ecrm_pwa.base.db import Base, table_args
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.tokens import hash_token, new_token

LIFETIME = timedelta(hours=24)


class ResetLink(Base):
    """One link. Used or too old, it opens nothing."""

    __tablename__ = "reset_link"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = table_args()


async def make_reset_link(session: AsyncSession, account_id: uuid.UUID, *, now: datetime) -> str:
    """The secret of a new link for this person."""
    token, token_hash = new_token()
    session.add(ResetLink(token_hash=token_hash, account_id=account_id, created_at=now, used_at=None))
    await session.flush()
    return token


async def find_reset_link(session: AsyncSession, token: str, *, now: datetime) -> ResetLink:
    """The link, while it can be used; raises `NotFound`."""
    link = await session.scalar(
        select(ResetLink).where(
            ResetLink.token_hash == hash_token(token),
            ResetLink.used_at.is_(None),
            ResetLink.created_at > now - LIFETIME,
        )
    )
    if link is None:
        raise NotFound("reset link")
    return link


async def redeem_reset_link(session: AsyncSession, token: str, *, password_hash: str, now: datetime) -> uuid.UUID:
    """Sets the new password, ends every session of the person, and tells who it is. Raises `NotFound`."""
    link = await find_reset_link(session, token, now=now)
    link.used_at = now
    await change_password(session, link.account_id, password_hash=password_hash)
    await end_other_sessions(session, link.account_id, keep=None)
    return link.account_id
