"""Who works in a business, and the links that invite them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.accounts import Account, Session
from ecrm_pwa.base.db import Base, insert_into, new_id, table_args
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.tokens import hash_token, new_token
from ecrm_pwa.businesses.profile import Business

INVITATION_LIFETIME = timedelta(days=7)


class Role(StrEnum):
    """An owner may do everything; staff do the daily work: no export, no deleting, no settings."""

    OWNER = "owner"
    STAFF = "staff"


class Membership(Base):
    """One person in one business."""

    __tablename__ = "membership"

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str]
    joined_at: Mapped[datetime]

    __table_args__ = table_args(CheckConstraint("role IN ('owner', 'staff')", name="role"), Index(None, "account_id"))


class Invitation(Base):
    """A link that lets one person in, once."""

    __tablename__ = "invitation"

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    label: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Member:
    """A membership with the person's name and number."""

    account_id: uuid.UUID
    name: str
    phone: str
    role: str
    joined_at: datetime


@dataclass(frozen=True)
class InvitationSeen:
    """What the invited person may know before she joins."""

    business_id: uuid.UUID
    business_name: str
    label: str


async def add_member(
    session: AsyncSession, business_id: uuid.UUID, *, account_id: uuid.UUID, role: Role, now: datetime
) -> None:
    """Lets a person in; one who is in already keeps her role."""
    statement = insert_into(session, Membership).values(
        business_id=business_id, account_id=account_id, role=str(role), joined_at=now
    )
    await session.execute(statement.on_conflict_do_nothing())


async def list_members(session: AsyncSession, business_id: uuid.UUID) -> Sequence[Member]:
    """Everybody in the business, owners first."""
    rows = await session.execute(
        select(Account.id, Account.name, Account.phone, Membership.role, Membership.joined_at)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.business_id == business_id)
        .order_by(Membership.role, Membership.joined_at)
    )
    return [Member(*row) for row in rows]


async def remove_staff(session: AsyncSession, business_id: uuid.UUID, *, account_id: uuid.UUID) -> None:
    """Takes a person of the staff out, at once on all her phones; raises `NotFound` for owners and strangers."""
    removed = await session.execute(
        delete(Membership)
        .where(
            Membership.business_id == business_id,
            Membership.account_id == account_id,
            Membership.role == Role.STAFF,
        )
        .returning(Membership.account_id)
    )
    if removed.first() is None:
        raise NotFound("staff")
    await session.execute(
        update(Session)
        .where(Session.account_id == account_id, Session.business_id == business_id)
        .values(business_id=None)
    )


async def invite_staff(session: AsyncSession, business_id: uuid.UUID, *, label: str, now: datetime) -> str:
    """The secret of a new link; `label` is the name by which the owner will recognise it."""
    token, token_hash = new_token()
    session.add(
        Invitation(
            business_id=business_id,
            id=new_id(),
            token_hash=token_hash,
            label=label,
            created_at=now,
            used_at=None,
            revoked_at=None,
        )
    )
    await session.flush()
    return token


async def list_invitations(session: AsyncSession, business_id: uuid.UUID, *, now: datetime) -> Sequence[Invitation]:
    """The links of the business that can still be used, the newest first."""
    return (
        await session.scalars(
            select(Invitation)
            .where(Invitation.business_id == business_id, *_usable(now))
            .order_by(Invitation.id.desc())
        )
    ).all()


async def revoke_invitation(
    session: AsyncSession, business_id: uuid.UUID, invitation_id: uuid.UUID, *, now: datetime
) -> None:
    """Makes a link open nothing; raises `NotFound`."""
    revoked = await session.execute(
        update(Invitation)
        .where(Invitation.business_id == business_id, Invitation.id == invitation_id, *_usable(now))
        .values(revoked_at=now)
        .returning(Invitation.id)
    )
    if revoked.first() is None:
        raise NotFound("invitation")


async def find_invitation(session: AsyncSession, token: str, *, now: datetime) -> InvitationSeen:
    """What the link's holder is invited to; raises `NotFound` when it is used, revoked, too old or was never made."""
    row = (
        await session.execute(
            select(Business.id, Business.name, Invitation.label)
            .join(Invitation, Invitation.business_id == Business.id)
            .where(Invitation.token_hash == hash_token(token), Business.ending_at.is_(None), *_usable(now))
        )
    ).first()
    if row is None:
        raise NotFound("invitation")
    return InvitationSeen(*row)


async def join_by_invitation(
    session: AsyncSession, token: str, *, account_id: uuid.UUID, now: datetime
) -> InvitationSeen:
    """Uses the link up and lets the person in as staff; raises `NotFound`."""
    seen = await find_invitation(session, token, now=now)
    used = await session.execute(
        update(Invitation)
        .where(Invitation.token_hash == hash_token(token), *_usable(now))
        .values(used_at=now)
        .returning(Invitation.id)
    )
    if used.first() is None:
        raise NotFound("invitation")
    await add_member(session, seen.business_id, account_id=account_id, role=Role.STAFF, now=now)
    return seen


def _usable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.created_at > now - INVITATION_LIFETIME,
    )
