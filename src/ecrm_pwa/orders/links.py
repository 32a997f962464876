"""The links that open an order to whoever holds them. There may be many, each can be revoked, and only hashes are kept."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, new_id, table_args, within_business
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.tokens import hash_token


class Link(Base):
    """One link. `from_customer` tells whose phone made it."""

    __tablename__ = "order_link"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    order_id: Mapped[uuid.UUID]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    from_customer: Mapped[bool]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = table_args(
        within_business("order_id", "customer_order", ondelete="CASCADE"),
        Index(None, "business_id", "order_id"),
    )


@dataclass(frozen=True)
class Shown:
    """Which order a link opens."""

    business_id: uuid.UUID
    order_id: uuid.UUID
    link_id: uuid.UUID


async def make_link(
    session: AsyncSession,
    business_id: uuid.UUID,
    order_id: uuid.UUID,
    *,
    secret: str,
    from_customer: bool,
    now: datetime,
) -> None:
    """Lets `secret` open the order. A customer's phone makes hers itself, so that she holds it before there is signal."""
    session.add(
        Link(
            business_id=business_id,
            id=new_id(),
            order_id=order_id,
            token_hash=hash_token(secret),
            from_customer=from_customer,
            created_at=now,
            revoked_at=None,
        )
    )
    await session.flush()


async def find_by_link(session: AsyncSession, secret: str) -> Shown:
    """What the link opens; raises `NotFound` when it is revoked or was never made."""
    row = (
        await session.execute(
            select(Link.business_id, Link.order_id, Link.id).where(
                Link.token_hash == hash_token(secret), Link.revoked_at.is_(None)
            )
        )
    ).first()
    if row is None:
        raise NotFound("order link")
    return Shown(*row)


async def list_links(session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID) -> Sequence[Link]:
    """The links that open this order, the oldest first."""
    return (
        await session.scalars(
            select(Link)
            .where(Link.business_id == business_id, Link.order_id == order_id, Link.revoked_at.is_(None))
            .order_by(Link.created_at, Link.id)
        )
    ).all()


async def revoke_link(
    session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID, link_id: uuid.UUID, *, now: datetime
) -> None:
    """Makes a link open nothing; raises `NotFound`."""
    revoked = await session.execute(
        update(Link)
        .where(
            Link.business_id == business_id,
            Link.order_id == order_id,
            Link.id == link_id,
            Link.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(Link.id)
    )
    if revoked.first() is None:
        raise NotFound("order link")
