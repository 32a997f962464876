"""The links that open "Data saya" to the customer herself, and the new number that she asks for there.

There may be many links, each can be revoked, and only hashes are kept. Whoever holds one may see and correct what is known of her,
so a number, which is who she is, changes only when somebody of the business says yes.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, insert_into, new_id, table_args, within_business
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.tokens import hash_token


class Link(Base):
    """One link, and who of the business made it."""

    __tablename__ = "customer_link"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[uuid.UUID]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = table_args(
        within_business("customer_id", "customer", ondelete="CASCADE"),
        Index(None, "business_id", "customer_id"),
        Index(None, "account_id"),
    )


class NumberWish(Base):
    """The number that she says is hers now; at most one waits."""

    __tablename__ = "customer_number_wish"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    phone: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = table_args(within_business("customer_id", "customer", ondelete="CASCADE"))


@dataclass(frozen=True)
class Shown:
    """Whose data a link opens. The record may have been merged since: see `records.find`."""

    business_id: uuid.UUID
    customer_id: uuid.UUID
    link_id: uuid.UUID


async def make_link(
    session: AsyncSession,
    business_id: uuid.UUID,
    customer_id: uuid.UUID,
    *,
    secret: str,
    account_id: uuid.UUID | None,
    now: datetime,
) -> None:
    """Lets `secret` open her data."""
    session.add(
        Link(
            business_id=business_id,
            id=new_id(),
            customer_id=customer_id,
            token_hash=hash_token(secret),
            account_id=account_id,
            created_at=now,
            revoked_at=None,
        )
    )
    await session.flush()


async def find_by_link(session: AsyncSession, secret: str, *, also_revoked: bool = False) -> Shown:
    """What the link opens; raises `NotFound` when it was never made, or is revoked and that is not asked for."""
    statement = select(Link.business_id, Link.customer_id, Link.id).where(Link.token_hash == hash_token(secret))
    if not also_revoked:
        statement = statement.where(Link.revoked_at.is_(None))
    row = (await session.execute(statement)).first()
    if row is None:
        raise NotFound("customer link")
    return Shown(*row)


async def list_wishes(session: AsyncSession, business_id: uuid.UUID) -> Sequence[NumberWish]:
    """Who waits for another number, the oldest first."""
    rows = await session.scalars(
        select(NumberWish).where(NumberWish.business_id == business_id).order_by(NumberWish.made_at)
    )
    return rows.all()


async def list_links(
    session: AsyncSession, business_id: uuid.UUID, customer_ids: Sequence[uuid.UUID]
) -> Sequence[Link]:
    """The links that open these records, which are one person, the oldest first."""
    return (
        await session.scalars(
            select(Link)
            .where(Link.business_id == business_id, Link.customer_id.in_(customer_ids), Link.revoked_at.is_(None))
            .order_by(Link.created_at, Link.id)
        )
    ).all()


async def revoke_link(
    session: AsyncSession,
    business_id: uuid.UUID,
    customer_ids: Sequence[uuid.UUID],
    link_id: uuid.UUID,
    *,
    now: datetime,
) -> None:
    """Makes a link open nothing; raises `NotFound`."""
    revoked = await session.execute(
        update(Link)
        .where(
            Link.business_id == business_id,
            Link.customer_id.in_(customer_ids),
            Link.id == link_id,
            Link.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(Link.id)
    )
    if revoked.first() is None:
        raise NotFound("customer link")


async def wish_number(
    session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID, *, phone: str, made_at: datetime
) -> None:
    """Keeps the number that she asks for, in the place of one that she asked for before."""
    statement = insert_into(session, NumberWish).values(
        business_id=business_id, customer_id=customer_id, phone=phone, made_at=made_at
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["business_id", "customer_id"], set_={"phone": phone, "made_at": made_at}
        )
    )


async def find_wish(session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID) -> NumberWish | None:
    """The number that waits for an answer."""
    return await session.get(NumberWish, (business_id, customer_id))


async def drop_wish(session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID) -> None:
    """The wish was answered; nothing happens where there is none."""
    await session.execute(
        delete(NumberWish).where(NumberWish.business_id == business_id, NumberWish.customer_id == customer_id)
    )


async def forget_links(
    session: AsyncSession, business_id: uuid.UUID, customer_ids: Sequence[uuid.UUID], *, now: datetime
) -> None:
    """Makes all her links open nothing, and drops what she asked for."""
    await session.execute(
        update(Link)
        .where(Link.business_id == business_id, Link.customer_id.in_(customer_ids), Link.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    await session.execute(
        delete(NumberWish).where(NumberWish.business_id == business_id, NumberWish.customer_id.in_(customer_ids))
    )
