"""Batches of a product: made on one day, left to be sold at one place. The label on the bag names the batch, so that what is said
through it tells the owner where and when it went wrong."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Row, Select, UniqueConstraint, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, QueryableAttribute, mapped_column

from ecrm_pwa.base.codes import new_code
from ecrm_pwa.base.db import Base, insert_into, table_args, within_business
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.products import goods
from ecrm_pwa.products.goods import Product

PLACE_LENGTH = 60
_MOST_PLACES = 30


class Batch(Base):
    """What was made of a product on one day for one place; never changed, for its labels are in print."""

    __tablename__ = "batch"

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    product_id: Mapped[uuid.UUID]
    code: Mapped[str]
    """In the address on its label."""
    made_on: Mapped[str]
    """The day, `2026-11-12`, as the calendar of the business has it."""
    place: Mapped[str]
    """Where it was left to be sold (titip jual); "" for her own counter."""
    created_at: Mapped[datetime]

    __table_args__ = table_args(
        UniqueConstraint("business_id", "code"),
        within_business("product_id", "product", ondelete="CASCADE"),
        Index(None, "business_id", "product_id"),
    )


@dataclass(frozen=True)
class Origin:
    """A batch as people are told of it."""

    id: uuid.UUID
    code: str
    made_on: date
    place: str
    product_id: uuid.UUID
    product_name: str


async def add_batch(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    batch_id: uuid.UUID,
    product_id: uuid.UUID,
    made_on: date,
    place: str,
    now: datetime,
) -> Origin:
    """Records a batch under a code of its own. Raises `NotFound`, and `Gone` for a product that was removed."""
    await goods.find(session, business_id, product_id)
    for _try in range(100):
        statement = insert_into(session, Batch).values(
            business_id=business_id,
            id=batch_id,
            product_id=product_id,
            code=new_code(),
            made_on=made_on.isoformat(),
            place=place,
            created_at=now,
        )
        statement = statement.on_conflict_do_nothing(index_elements=["business_id", "code"])
        if (await session.execute(statement.returning(Batch.id))).first():
            return await find_batch(session, business_id, batch_id)
    raise RuntimeError("no free code was found in a hundred tries")


async def find_batch(session: AsyncSession, business_id: uuid.UUID, batch_id: uuid.UUID) -> Origin:
    """The batch; raises `NotFound`."""
    return await _find_one(session, _select(business_id).where(Batch.id == batch_id))


async def find_batch_by_code(session: AsyncSession, business_id: uuid.UUID, code: str) -> Origin:
    """The batch of a label, however the code was typed; raises `NotFound`."""
    # An address holds whatever somebody typed; PostgreSQL takes no NUL in a text.
    if not code.isascii() or not code.isalnum():
        raise NotFound("batch")
    return await _find_one(session, _select(business_id).where(Batch.code == code.upper()))


async def list_batches(
    session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID, *, limit: int
) -> Sequence[Origin]:
    """Batches of a product, the newest first."""
    rows = await session.execute(
        _select(business_id)
        .where(Batch.product_id == product_id)
        .order_by(Batch.made_on.desc(), Batch.id.desc())
        .limit(limit)
    )
    return [_origin(row) for row in rows]


async def list_origins(
    session: AsyncSession, business_id: uuid.UUID, about: QueryableAttribute[uuid.UUID], ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Origin]:
    """The batches that these records are about. `about` is the record's column in a table that names a `batch_id` for it."""
    if not ids:
        return {}
    table: Any = about.class_
    rows = await session.execute(
        _select(business_id)
        .add_columns(about.label("about"))
        .join(table, and_(table.business_id == Batch.business_id, table.batch_id == Batch.id))
        .where(about.in_(ids))
    )
    return {row.about: _origin(row) for row in rows}


async def list_places(session: AsyncSession, business_id: uuid.UUID) -> Sequence[str]:
    """Where batches were left so far, the last used first."""
    return (
        await session.scalars(
            select(Batch.place)
            .where(Batch.business_id == business_id, Batch.place != "")
            .group_by(Batch.place)
            .order_by(func.max(Batch.created_at).desc())
            .limit(_MOST_PLACES)
        )
    ).all()


_Origins = Select[uuid.UUID, str, str, str, uuid.UUID, str]


def _select(business_id: uuid.UUID) -> _Origins:
    return (
        select(Batch.id, Batch.code, Batch.made_on, Batch.place, Batch.product_id, Product.name.label("product_name"))
        .join(Product, and_(Product.business_id == Batch.business_id, Product.id == Batch.product_id))
        .where(Batch.business_id == business_id)
    )


async def _find_one(session: AsyncSession, statement: _Origins) -> Origin:
    row = (await session.execute(statement)).first()
    if row is None:
        raise NotFound("batch")
    return _origin(row)


def _origin(row: Row[*tuple[Any, ...]]) -> Origin:
    return Origin(row.id, row.code, date.fromisoformat(row.made_on), row.place, row.product_id, row.product_name)
