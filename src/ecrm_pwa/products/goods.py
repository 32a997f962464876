"""The goods of a business: what they are, what they cost, how many are left, and in which order they stand.

What one tap changes (habis, shown, stock, order) is no part of the version: two phones that tap do not contradict each other.
A product that was removed stays as a row without a picture, for what was said and sold of it still names it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    and_,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa import photos
from ecrm_pwa.base import money
from ecrm_pwa.base.codes import new_code
from ecrm_pwa.base.db import Base, insert_into, table_args, take_turn, within_business
from ecrm_pwa.base.errors import Conflict, Difference, Gone, NotFound
from ecrm_pwa.base.i18n import gettext as _

NAME_LENGTH, UNIT_LENGTH, CATEGORY_LENGTH, DESCRIPTION_LENGTH = 80, 20, 40, 500
MOST_STOCK = 99_999
PICTURES_KEPT = timedelta(days=1)
"""How long a removed product keeps its picture: its removal may still be taken back."""
_MOST_CATEGORIES = 30


class Product(Base):
    """One kind of goods. What was left empty is ""; a stock of None is not counted."""

    __tablename__ = "product"

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    """In its public address."""
    name: Mapped[str]
    price: Mapped[int]
    """Whole rupiah for one `unit`."""
    unit: Mapped[str]
    stock: Mapped[int | None]
    """What is left. May go below zero: an order that arrives late is still an order."""
    category: Mapped[str]
    description: Mapped[str]
    position: Mapped[int]
    sold_out: Mapped[bool]
    hidden: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes of what is typed, so that two phones cannot overwrite each other unseen."""
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    __table_args__ = table_args(
        UniqueConstraint("business_id", "code"),
        CheckConstraint("price >= 0", name="price"),
        Index(None, "business_id", "position"),
        Index(None, "removed_at"),
    )

    @property
    def is_sold_out(self) -> bool:
        """Whether there is none, by her word or by the count."""
        return self.sold_out or (self.stock is not None and self.stock <= 0)


class ProductPhoto(Base):
    """Which photo shows a product: a row apart, so that the key can say whose photo it must be."""

    __tablename__ = "product_photo"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    product_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    photo_id: Mapped[uuid.UUID]

    __table_args__ = table_args(
        within_business("product_id", "product", ondelete="CASCADE"),
        within_business("photo_id", "photo", ondelete="CASCADE"),
        Index(None, "business_id", "photo_id"),
    )


@dataclass(frozen=True)
class Goods:
    """A product with its picture."""

    product: Product
    photo_id: uuid.UUID | None


class Show(StrEnum):
    """Which goods a list shows."""

    ALL = "all"
    PUBLIC = "public"
    SOLD_OUT = "sold-out"
    HIDDEN = "hidden"


async def add_product(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    product_id: uuid.UUID,
    name: str,
    price: int,
    unit: str = "",
    stock: int | None = None,
    category: str = "",
    description: str = "",
    now: datetime,
) -> Product:
    """Puts a product behind the others, with a code of its own. Raises `Gone` for one that was removed."""
    await _refuse_removed(session, business_id, product_id)
    await take_turn(session, f"products|{business_id}")
    last = await session.scalar(select(func.max(Product.position)).where(Product.business_id == business_id))
    for _try in range(100):
        statement = insert_into(session, Product).values(
            business_id=business_id,
            id=product_id,
            code=new_code(),
            name=name,
            price=price,
            unit=unit,
            stock=stock,
            category=category,
            description=description,
            position=(last or 0) + 1,
            sold_out=False,
            hidden=False,
            created_at=now,
            removed_at=None,
        )
        # Only a code that is taken is tried again: another product under the same id must stay an error.
        statement = statement.on_conflict_do_nothing(index_elements=["business_id", "code"])
        if (await session.execute(statement.returning(Product.id))).first():
            return await find(session, business_id, product_id)
    raise RuntimeError("no free code was found in a hundred tries")


async def find(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID) -> Product:
    """The product; raises `NotFound`, and `Gone` for one that was removed."""
    found = await _find_any(session, business_id, product_id)
    if found.removed_at is not None:
        raise _gone(found)
    return found


async def find_goods(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID) -> Goods:
    """The product with its picture; raises like `find`."""
    row = (await session.execute(_with_photo(business_id).where(Product.id == product_id))).first()
    if row is None:
        raise NotFound("product")
    product, photo_id = row
    if product.removed_at is not None:
        raise _gone(product)
    return Goods(product, photo_id)


async def find_public(session: AsyncSession, business_id: uuid.UUID, code: str) -> Goods:
    """The product at this public address; raises `NotFound` for one that is hidden or removed, too."""
    # An address holds whatever somebody typed; PostgreSQL takes no NUL in a text.
    if not code.isascii() or not code.isalnum():
        raise NotFound("product")
    row = (
        await session.execute(
            _with_photo(business_id).where(
                Product.code == code.upper(), Product.removed_at.is_(None), *_shown(Show.PUBLIC)
            )
        )
    ).first()
    if row is None:
        raise NotFound("product")
    return Goods(*row)


async def list_goods(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    show: Show = Show.ALL,
    category: str = "",
    words: str = "",
    skip: int = 0,
    limit: int,
) -> Sequence[Goods]:
    """Goods in their order. Every one of `words` must stand in the name or the category."""
    wanted = [
        or_(*(func.lower(column).contains(word, autoescape=True) for column in (Product.name, Product.category)))
        for word in words.lower().split()
    ]
    if category:
        wanted.append(Product.category == category)
    rows = await session.execute(
        _with_photo(business_id)
        .where(Product.removed_at.is_(None), *_shown(show), *wanted)
        .order_by(Product.position, Product.id)
        .offset(skip)
        .limit(limit)
    )
    return [Goods(product, photo_id) for product, photo_id in rows]


async def list_categories(session: AsyncSession, business_id: uuid.UUID) -> Sequence[str]:
    """The categories in use, the most used first."""
    return (
        await session.scalars(
            select(Product.category)
            .where(Product.business_id == business_id, Product.removed_at.is_(None), Product.category != "")
            .group_by(Product.category)
            .order_by(func.count().desc(), Product.category)
            .limit(_MOST_CATEGORIES)
        )
    ).all()


async def change_product(
    session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID, *, version: int, **fields: Any
) -> int:
    """Saves what was typed; the product's version now. `version` is the one she saw: raises `Conflict` when another phone has
    saved something else since.
    """
    product = await _find_to_change(session, business_id, product_id)
    differences = [
        Difference(name, _told(name, value), _told(name, getattr(product, name)))
        for name, value in fields.items()
        if getattr(product, name) != value
    ]
    if product.version != version and differences:
        raise Conflict(product.version, differences)
    for name, value in fields.items():
        setattr(product, name, value)
    if differences:
        product.version += 1
    return product.version


async def set_sold_out(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID, *, sold_out: bool) -> None:
    """Habis, or there again. Her word counts more than the count: what is there again with none left is not counted any more."""
    product = await _find_to_change(session, business_id, product_id)
    product.sold_out = sold_out
    if not sold_out and product.stock is not None and product.stock <= 0:
        product.stock = None


async def set_hidden(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID, *, hidden: bool) -> None:
    """Takes it out of the catalogue, or back in."""
    product = await _find_to_change(session, business_id, product_id)
    product.hidden = hidden


async def set_stock(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID, *, stock: int | None) -> None:
    """She has counted; None stops counting."""
    product = await _find_to_change(session, business_id, product_id)
    product.stock = stock


async def step_stock(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID, *, by: int) -> None:
    """So many more or less. Steps of two phones add up, whichever arrives first."""
    product = await _find_to_change(session, business_id, product_id)
    product.stock = max(-MOST_STOCK, min(MOST_STOCK, (product.stock or 0) + by))


async def move(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID, *, by: int) -> int:
    """Moves it `by` places among all goods, as far as there are any; gives the place where it stands now, from 0."""
    await take_turn(session, f"products|{business_id}")
    product = await find(session, business_id, product_id)
    goods = list(
        (
            await session.scalars(
                select(Product)
                .where(Product.business_id == business_id, Product.removed_at.is_(None))
                .order_by(Product.position, Product.id)
            )
        ).all()
    )
    before = goods.index(product)
    place = max(0, min(len(goods) - 1, before + by))
    goods.insert(place, goods.pop(before))
    for position, one in enumerate(goods, 1):
        if one.position != position:
            one.position = position
    return place


async def remove(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID, *, now: datetime) -> None:
    """Takes it out of every list; said twice, the first time counts. Raises `NotFound`."""
    product = await _find_any(session, business_id, product_id)
    product.removed_at = product.removed_at or now


async def restore(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID) -> None:
    """Takes the removal back; raises `NotFound`."""
    product = await _find_any(session, business_id, product_id)
    product.removed_at = None


async def set_photo(
    session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID, *, photo_id: uuid.UUID
) -> None:
    """Shows the product by this photo of the business's; the one before is forgotten."""
    before = (await find_goods(session, business_id, product_id)).photo_id
    statement = insert_into(session, ProductPhoto).values(
        business_id=business_id, product_id=product_id, photo_id=photo_id
    )
    await session.execute(
        statement.on_conflict_do_update(index_elements=["business_id", "product_id"], set_={"photo_id": photo_id})
    )
    if before is not None:
        await photos.forget(session, business_id, before)


async def remove_photo(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID) -> None:
    """Takes the picture away; raises `NotFound` where there is none."""
    before = (await find_goods(session, business_id, product_id)).photo_id
    if before is None:
        raise NotFound("photo")
    await photos.forget(session, business_id, before)


async def prune(session: AsyncSession, *, now: datetime) -> None:
    """Forgets the pictures of goods that were removed long enough ago; the files go with the next sweep of the store."""
    rows = await session.execute(
        select(ProductPhoto.business_id, ProductPhoto.photo_id)
        .join(Product, and_(Product.business_id == ProductPhoto.business_id, Product.id == ProductPhoto.product_id))
        .where(Product.removed_at < now - PICTURES_KEPT)
    )
    for business_id, photo_id in rows.all():
        await photos.forget(session, business_id, photo_id)


def _with_photo(business_id: uuid.UUID) -> Select[Product, uuid.UUID | None]:
    return (
        select(Product, ProductPhoto.photo_id)
        .outerjoin(
            ProductPhoto,
            and_(ProductPhoto.business_id == Product.business_id, ProductPhoto.product_id == Product.id),
        )
        .where(Product.business_id == business_id)
    )


def _shown(show: Show) -> Sequence[ColumnElement[bool]]:
    return {
        Show.ALL: (),
        Show.PUBLIC: (Product.hidden.is_(False),),
        Show.HIDDEN: (Product.hidden.is_(True),),
        Show.SOLD_OUT: (or_(Product.sold_out.is_(True), func.coalesce(Product.stock <= 0, false())),),
    }[show]


def _told(name: str, value: Any) -> str:
    return money.display(value) if name == "price" else str(value)


async def _find_any(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID) -> Product:
    found = await session.scalar(select(Product).where(Product.business_id == business_id, Product.id == product_id))
    if found is None:
        raise NotFound("product")
    return found


async def _find_to_change(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID) -> Product:
    found = await session.scalar(
        select(Product).where(Product.business_id == business_id, Product.id == product_id).with_for_update()
    )
    if found is None:
        raise NotFound("product")
    if found.removed_at is not None:
        raise _gone(found)
    return found


async def _refuse_removed(session: AsyncSession, business_id: uuid.UUID, product_id: uuid.UUID) -> None:
    found = await session.scalar(select(Product).where(Product.business_id == business_id, Product.id == product_id))
    if found is not None and found.removed_at is not None:
        raise _gone(found)


def _gone(product: Product) -> Gone:
    return Gone(_("%(name)s sudah dihapus, jadi perubahan ini tidak disimpan.") % {"name": product.name})
