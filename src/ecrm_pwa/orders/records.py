"""One order: who wants what, at the prices of that moment. What becomes of it stands in steps.py, what is paid in payments.py.

Everything but the head only grows. A phone names the order and its lines before it has signal; its number is given here, when it
arrives, so that a business has neither a gap nor a twin. What it comes to is always computed from its lines, never kept.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa import customers
from ecrm_pwa.base import money
from ecrm_pwa.base.db import Base, new_id, table_args, take_turn, within_business
from ecrm_pwa.base.errors import Conflict, Difference, FieldsRefused, Gone, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.outbox import refuse_buried
from ecrm_pwa.customers.searching import fold
from ecrm_pwa.products import Product

MOST_LINES = 60
MOST_QUANTITY = 9_999
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_NOTE, LONGEST_GOODS, LONGEST_UNIT = 80, 200, 500, 80, 20
WAYS = ("pickup", "delivery")
_LONGEST_SEARCH = 500


class Status(StrEnum):
    """Baru, diproses, siap diambil, dikirim, selesai, dibatalkan, dikembalikan."""

    NEW = "new"
    PROCESSING = "processing"
    READY = "ready"
    SENT = "sent"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


VOID = frozenset({Status.CANCELLED, Status.RETURNED})
"""Of such an order nothing is owed, and its goods are back on the shelf."""


class Order(Base):
    """The head of an order. What is not known is ""."""

    __tablename__ = "customer_order"

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    customer_id: Mapped[uuid.UUID | None]
    customer_name: Mapped[str]
    """What somebody typed where there is no customer of that name."""
    status: Mapped[str]
    way: Mapped[str]
    address: Mapped[str]
    due_on: Mapped[str]
    """The day for which it is wanted, `2026-11-27`."""
    note: Mapped[str]
    shipping: Mapped[int]
    discount: Mapped[int]
    source: Mapped[str]
    paste_id: Mapped[uuid.UUID | None]
    """The pasted list that it came with."""
    search: Mapped[str]
    held: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    made_at: Mapped[datetime]
    """When somebody tapped, which may be long before it arrived."""
    received_at: Mapped[datetime]

    __table_args__ = table_args(
        within_business("customer_id", "customer", at_commit=True),
        UniqueConstraint("business_id", "number"),
        CheckConstraint(
            "status IN ('new', 'processing', 'ready', 'sent', 'completed', 'cancelled', 'returned')", name="status"
        ),
        CheckConstraint("way IN ('pickup', 'delivery')", name="way"),
        CheckConstraint("shipping >= 0 AND discount >= 0", name="money"),
        Index(None, "business_id", "made_at"),
        Index(None, "business_id", "status", "made_at"),
        Index(None, "business_id", "customer_id"),
        Index(None, "business_id", "paste_id"),
    )

    @property
    def is_void(self) -> bool:
        """Whether nothing is sold by it any more."""
        return self.status in VOID


class Line(Base):
    """So many of one thing, called and priced as it was then."""

    __tablename__ = "order_line"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    order_id: Mapped[uuid.UUID]
    place: Mapped[int]
    product_id: Mapped[uuid.UUID | None]
    name: Mapped[str]
    unit: Mapped[str]
    price: Mapped[int]
    quantity: Mapped[int]

    __table_args__ = table_args(
        within_business("order_id", "customer_order", ondelete="CASCADE"),
        within_business("product_id", "product", at_commit=True),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("quantity > 0", name="quantity"),
        # With all that is added up, or SQLite would rather read every line of the business by the key.
        Index("ix_order_line_sum", "business_id", "order_id", "price", "quantity"),
        Index(None, "business_id", "product_id"),
    )

    @property
    def amount(self) -> int:
        """What the line comes to."""
        return self.price * self.quantity


@dataclass(frozen=True)
class Want:
    """So many of one thing, as it is asked for. Without a price it costs what it costs now; `name` is for what is no product."""

    quantity: int
    product_id: uuid.UUID | None = None
    price: int | None = None
    name: str = ""
    unit: str = ""


async def record_order(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    order_id: uuid.UUID,
    wants: Sequence[Want],
    made_at: datetime,
    now: datetime,
    customer_id: uuid.UUID | None = None,
    customer_name: str = "",
    account_id: uuid.UUID | None = None,
    way: str = "pickup",
    address: str = "",
    due_on: str = "",
    note: str = "",
    shipping: int = 0,
    discount: int = 0,
    source: str = "owner",
    paste_id: uuid.UUID | None = None,
    held: bool = False,
) -> Order:
    """Keeps an order and gives it the next number. A customer is found by way of aliases and merges.

    Sent once more under its own id, it stays as it is. Raises `FieldsRefused` for an order without goods, `NotFound` for a customer
    or goods of nobody here.
    """
    await refuse_buried(session, business_id, order_id)
    if not wants:
        raise FieldsRefused(goods=_("Pilih barangnya dulu."))
    if len(wants) > MOST_LINES:
        raise FieldsRefused(goods=_("Paling banyak %(most)s macam barang satu pesanan.") % {"most": MOST_LINES})
    await take_turn(session, f"orders|{business_id}")
    known = await session.get(Order, (business_id, order_id))
    if known is not None:
        return known
    customer = await _customer(session, business_id, customer_id)
    lines = await _lines(session, business_id, order_id, wants)
    last = await session.scalar(select(func.max(Order.number)).where(Order.business_id == business_id))
    order = Order(
        business_id=business_id,
        id=order_id,
        number=(last or 0) + 1,
        customer_id=customer.id if customer else None,
        customer_name="" if customer else customer_name,
        status=Status.NEW,
        way=way,
        address=address,
        due_on=due_on,
        note=note,
        shipping=shipping,
        discount=discount,
        source=source,
        paste_id=paste_id,
        search="",
        held=held,
        version=1,
        made_at=made_at,
        received_at=now,
    )
    order.search = _search_text(order, lines)
    session.add(order)
    await session.flush()
    session.add_all(lines)
    await session.flush()
    await move_stock(session, business_id, lines, sign=-1)
    return order


async def _customer(
    session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID | None
) -> customers.Customer | None:
    if customer_id is None:
        return None
    try:
        return await customers.find(session, business_id, customer_id)
    except Gone:
        # What was sold stays sold, to nobody that is known.
        return None


async def _lines(
    session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID, wants: Sequence[Want]
) -> list[Line]:
    wanted = {want.product_id for want in wants if want.product_id is not None}
    rows = await session.scalars(select(Product).where(Product.business_id == business_id, Product.id.in_(wanted)))
    goods = {product.id: product for product in rows}
    if wanted - goods.keys():
        raise NotFound("product")
    lines = []
    for place, want in enumerate(wants, start=1):
        product = goods.get(want.product_id) if want.product_id else None
        price = want.price if want.price is not None else product.price if product else 0
        lines.append(
            Line(
                business_id=business_id,
                id=new_id(),
                order_id=order_id,
                place=place,
                product_id=want.product_id,
                name=(product.name if product else want.name)[:LONGEST_GOODS],
                unit=(product.unit if product else want.unit)[:LONGEST_UNIT],
                price=price,
                quantity=want.quantity,
            )
        )
    return lines


def _search_text(order: Order, lines: Sequence[Line]) -> str:
    """What a search looks at beside the customer herself."""
    pieces = (f"#{order.number}", fold(order.customer_name), *(fold(line.name) for line in lines), fold(order.note))
    return " ".join(dict.fromkeys(piece for piece in pieces if piece))[:_LONGEST_SEARCH]


async def move_stock(session: AsyncSession, business_id: uuid.UUID, lines: Sequence[Line], *, sign: int) -> None:
    """Takes the goods off the shelf (-1) or puts them back (1), where they are counted. It may go below zero: sold is sold."""
    # In one order always, so that two orders at once cannot wait for each other.
    for line in sorted(lines, key=lambda line: str(line.product_id)):
        if line.product_id is not None:
            await session.execute(
                update(Product)
                .where(Product.business_id == business_id, Product.id == line.product_id, Product.stock.is_not(None))
                .values(stock=Product.stock + sign * line.quantity)
            )


async def find(session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID) -> Order:
    """The order; raises `NotFound`."""
    found = await session.scalar(select(Order).where(Order.business_id == business_id, Order.id == order_id))
    if found is None:
        raise NotFound("order")
    return found


async def find_to_change(session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID) -> Order:
    """The order, and nobody else changes it until this transaction ends; raises `NotFound`."""
    await take_turn(session, f"order|{business_id}|{order_id}")
    found = await session.scalar(
        select(Order)
        .where(Order.business_id == business_id, Order.id == order_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("order")
    return found


async def list_lines(session: AsyncSession, business_id: uuid.UUID, *order_ids: uuid.UUID) -> Sequence[Line]:
    """The lines of these orders, in their order."""
    rows = await session.scalars(
        select(Line)
        .where(Line.business_id == business_id, Line.order_id.in_(order_ids))
        .order_by(Line.order_id, Line.place)
    )
    return rows.all()


async def list_short(session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID) -> Sequence[tuple[str, int]]:
    """Goods of this order of which fewer than none are left: the name, and how many there are."""
    rows = await session.execute(
        select(Product.name, Product.stock)
        .join(Line, (Line.business_id == Product.business_id) & (Line.product_id == Product.id))
        .where(Line.business_id == business_id, Line.order_id == order_id, Product.stock < 0)
        .distinct()
        .order_by(Product.name)
    )
    return [(name, stock or 0) for name, stock in rows]


async def edit_order(
    session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID, *, version: int, **fields: Any
) -> Order:
    """Changes way, address, due_on, note, shipping or discount. `version` is the one that was seen.

    Raises `Conflict` when another phone has saved something else since.
    """
    order = await find_to_change(session, business_id, order_id)
    changed = {name: value for name, value in fields.items() if getattr(order, name) != value}
    if changed and order.version != version:
        differences = [
            Difference(name, _shown(name, value), _shown(name, getattr(order, name))) for name, value in changed.items()
        ]
        raise Conflict(order.version, differences)
    for name, value in changed.items():
        setattr(order, name, value)
    if changed:
        order.version += 1
        order.search = _search_text(order, await list_lines(session, business_id, order_id))
    return order


def _shown(name: str, value: Any) -> str:
    return money.display(value) if name in {"shipping", "discount"} else str(value)


async def let_through(session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID) -> None:
    """Takes up an order that came in a flood; raises `NotFound`."""
    order = await find_to_change(session, business_id, order_id)
    order.held = False


async def forget_customer(session: AsyncSession, business_id: uuid.UUID, customer_ids: Sequence[uuid.UUID]) -> None:
    """Takes what was written of somebody out of her orders; what was sold stays sold."""
    await session.execute(
        update(Order)
        .where(Order.business_id == business_id, Order.customer_id.in_(customer_ids))
        .values(customer_name="", address="", note="", search="", version=Order.version + 1)
    )


async def replace_lines(
    session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID, *, version: int, wants: Sequence[Want]
) -> Order:
    """Other goods, or other numbers of them; the shelf follows. Raises like `edit_order`."""
    order = await find_to_change(session, business_id, order_id)
    if order.version != version:
        raise Conflict(order.version, [Difference("goods", "", _("Pesanan ini baru saja diubah."))])
    if not wants:
        raise FieldsRefused(goods=_("Pilih barangnya dulu."))
    before = await list_lines(session, business_id, order_id)
    lines = await _lines(session, business_id, order_id, wants)
    if not order.is_void:
        await move_stock(session, business_id, before, sign=1)
        await move_stock(session, business_id, lines, sign=-1)
    await session.execute(delete(Line).where(Line.business_id == business_id, Line.order_id == order_id))
    session.add_all(lines)
    order.version += 1
    order.search = _search_text(order, lines)
    await session.flush()
    return order
