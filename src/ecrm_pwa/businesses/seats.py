"""Where a signed-in person sits: her session, herself, and the business that is open on this phone."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import and_, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa.accounts import Account, Session
from ecrm_pwa.accounts.sessions import IDLE, LONGEST
from ecrm_pwa.base.db import Id
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.tokens import hash_token
from ecrm_pwa.businesses.people import Membership
from ecrm_pwa.businesses.profile import Business


@dataclass(frozen=True)
class Seat:
    """Everything that any page needs of who is looking, in one read."""

    session_id: uuid.UUID
    seen_at: datetime
    account_id: uuid.UUID
    account_name: str
    phone: str
    language: str
    business_id: uuid.UUID | None
    role: str | None
    business_name: str | None
    slug: str | None
    hamlet: str | None
    district: str | None
    zone: str | None
    ending_at: datetime | None


@dataclass(frozen=True)
class Belonging:
    """A business that a person may open."""

    business_id: uuid.UUID
    name: str
    role: str
    hamlet: str
    ending_at: datetime | None


async def find_seat(
    session: AsyncSession, token: str, *, now: datetime, business_id: uuid.UUID | None = None
) -> Seat | None:
    """Who holds this secret; None when it opens no living session.

    The business is the one that is open on the phone, or `business_id`, for a write that was made for it while it was open. It is
    there only while she is a member of it: a removal works with the next page, not with the next sign-in.
    """
    opened = Session.business_id if business_id is None else literal(business_id, Id)
    row = (
        await session.execute(
            select(
                Session.id,
                Session.seen_at,
                Account.id,
                Account.name,
                Account.phone,
                Account.language,
                Business.id,
                Membership.role,
                Business.name,
                Business.slug,
                Business.hamlet,
                Business.district,
                Business.zone,
                Business.ending_at,
            )
            .join(Account, Account.id == Session.account_id)
            .outerjoin(
                Membership,
                and_(Membership.business_id == opened, Membership.account_id == Session.account_id),
            )
            .outerjoin(Business, Business.id == Membership.business_id)
            .where(
                Session.token_hash == hash_token(token),
                Session.seen_at > now - IDLE,
                Session.created_at > now - LONGEST,
            )
        )
    ).first()
    return None if row is None else Seat(*cast("tuple[Any, ...]", row))


async def list_businesses(session: AsyncSession, account_id: uuid.UUID) -> Sequence[Belonging]:
    """The businesses that a person owns or works in, her first one first."""
    rows = await session.execute(
        select(Business.id, Business.name, Membership.role, Business.hamlet, Business.ending_at)
        .join(Membership, Membership.business_id == Business.id)
        .where(Membership.account_id == account_id)
        .order_by(Membership.joined_at, Business.id)
    )
    return [Belonging(*row) for row in rows]


async def open_business(
    session: AsyncSession, business_id: uuid.UUID, *, account_id: uuid.UUID, session_id: uuid.UUID
) -> str:
    """Opens a business on this phone and gives its name; raises `NotFound` when she is no member of it."""
    name = await session.scalar(
        select(Business.name)
        .join(Membership, Membership.business_id == Business.id)
        .where(Membership.business_id == business_id, Membership.account_id == account_id)
    )
    if name is None:
        raise NotFound("business")
    await session.execute(
        update(Session)
        .where(Session.id == session_id, Session.account_id == account_id)
        .values(business_id=business_id)
    )
    return name
