"""What was paid, promised and forgiven: a ledger apart from what becomes of the order. A row is never changed; a slip is countered.

kasbon is a promise, not money: it says until when. Ikhlaskan is no money either: it says that nothing is expected any more.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    ScalarSelect,
    UniqueConstraint,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, table_args, within_business
from ecrm_pwa.base.errors import FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.outbox import refuse_buried
from ecrm_pwa.orders.records import VOID, Line, Order, Status, find_to_change

METHODS = ("cash", "transfer", "qris", "cod")
CREDIT, FORGIVEN = "credit", "forgiven"
KINDS = (*METHODS, CREDIT, FORGIVEN)
OWED = frozenset({Status.COMPLETED, Status.SENT})
"""She has it in her hands, or nearly: what is not paid of it is a debt."""


class Payment(Base):
    """One entry. A counter entry has the amount of what it counters, with the other sign."""

    __tablename__ = "order_payment"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    order_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    kind: Mapped[str]
    amount: Mapped[int]
    due_on: Mapped[str]
    """Until when a kasbon is to be paid, `2026-12-01`; "" when whenever it suits."""
    counters: Mapped[uuid.UUID | None]
    made_at: Mapped[datetime]
    received_at: Mapped[datetime]

    __table_args__ = table_args(
        within_business("order_id", "customer_order", ondelete="CASCADE"),
        within_business("counters", "order_payment"),
        UniqueConstraint("business_id", "counters"),
        CheckConstraint("kind IN ('cash', 'transfer', 'qris', 'cod', 'credit', 'forgiven')", name="kind"),
        # Likewise as for lines.
        Index("ix_order_payment_sum", "business_id", "order_id", "kind", "amount"),
        Index(None, "account_id"),
    )


@dataclass(frozen=True)
class Sums:
    """What an order comes to and what is left of it, in rupiah."""

    total: int
    paid: int
    forgiven: int
    promised: int
    """What kasbon was agreed on: not money."""

    @property
    def owed(self) -> int:
        """What is still to be paid; below zero when more was paid than it comes to."""
        return self.total - self.paid - self.forgiven

    @property
    def over(self) -> int:
        """How much more was paid than was owed."""
        return max(0, -self.owed)

    @property
    def state(self) -> str:
        """`paid`, `credit` (kasbon), `deposit` (DP) or `unpaid`; `over` when too much was paid."""
        if self.owed < 0:
            return "over"
        if self.owed == 0:
            return "paid"
        if self.promised:
            return "credit"
        return "deposit" if self.paid else "unpaid"


async def record_payment(
    session: AsyncSession,
    business_id: uuid.UUID,
    order_id: uuid.UUID,
    *,
    payment_id: uuid.UUID,
    kind: str,
    amount: int,
    account_id: uuid.UUID | None,
    made_at: datetime,
    now: datetime,
    due_on: str = "",
) -> Payment:
    """Keeps what was paid, promised or forgiven. Sent once more under its own id, it stays as it is."""
    await refuse_buried(session, business_id, payment_id)
    if amount < 1:
        raise FieldsRefused(amount=_("Isi jumlah uangnya, misalnya 15.000 atau 15rb."))
    await find_to_change(session, business_id, order_id)
    known = await session.get(Payment, (business_id, payment_id))
    if known is not None:
        return known
    payment = Payment(
        business_id=business_id,
        id=payment_id,
        order_id=order_id,
        account_id=account_id,
        kind=kind,
        amount=amount,
        due_on=due_on if kind == CREDIT else "",
        counters=None,
        made_at=made_at,
        received_at=now,
    )
    session.add(payment)
    await session.flush()
    return payment


async def counter_payment(
    session: AsyncSession,
    business_id: uuid.UUID,
    order_id: uuid.UUID,
    payment_id: uuid.UUID,
    *,
    counter_id: uuid.UUID,
    account_id: uuid.UUID | None,
    made_at: datetime,
    now: datetime,
) -> None:
    """Takes an entry back by one more; said twice, the first time counts. Raises `NotFound`, for a counter entry as well."""
    await find_to_change(session, business_id, order_id)
    payment = await session.scalar(
        select(Payment).where(
            Payment.business_id == business_id, Payment.order_id == order_id, Payment.id == payment_id
        )
    )
    if payment is None or payment.counters is not None:
        raise NotFound("payment")
    countered = await session.scalar(
        select(Payment.id).where(Payment.business_id == business_id, Payment.counters == payment_id)
    )
    if countered is not None:
        return
    session.add(
        Payment(
            business_id=business_id,
            id=counter_id,
            order_id=order_id,
            account_id=account_id,
            kind=payment.kind,
            amount=-payment.amount,
            due_on="",
            counters=payment.id,
            made_at=made_at,
            received_at=now,
        )
    )
    await session.flush()


async def list_payments(session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID) -> Sequence[Payment]:
    """The ledger of an order, in the order in which it happened."""
    rows = await session.scalars(
        select(Payment)
        .where(Payment.business_id == business_id, Payment.order_id == order_id)
        .order_by(Payment.made_at, Payment.id)
    )
    return rows.all()


async def find_sums(session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID) -> Sums:
    """What an order comes to; raises `NotFound`."""
    row = (
        await session.execute(
            select(total_of(), money_of(*METHODS), money_of(FORGIVEN), money_of(CREDIT)).where(
                Order.business_id == business_id, Order.id == order_id
            )
        )
    ).first()
    if row is None:
        raise NotFound("order")
    return Sums(*row)


def total_of() -> ScalarSelect[int]:
    """In a query over orders: lines + ongkir - discount, never below nothing; nothing for what was cancelled or came back."""
    lines = (
        select(func.coalesce(func.sum(Line.price * Line.quantity), 0))
        .where(Line.business_id == Order.business_id, Line.order_id == Order.id)
        .correlate(Order)
        .scalar_subquery()
    )
    whole = lines + Order.shipping - Order.discount
    return select(case((or_(Order.status.in_(VOID), whole < 0), 0), else_=whole)).correlate(Order).scalar_subquery()


def money_of(*kinds: str) -> ScalarSelect[int]:
    """In a query over orders: the sum of the entries of these kinds."""
    return (
        select(func.coalesce(func.sum(Payment.amount), 0))
        .where(Payment.business_id == Order.business_id, Payment.order_id == Order.id, Payment.kind.in_(kinds))
        .correlate(Order)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class Debt:
    """What one order leaves unpaid."""

    order_id: uuid.UUID
    number: int
    owed: int
    made_at: datetime
    due_on: str


async def list_debts(
    session: AsyncSession, business_id: uuid.UUID, customer_ids: Sequence[uuid.UUID]
) -> Sequence[Debt]:
    """What a customer owes, the oldest first: orders that she has in her hands or a kasbon for, and what she paid too much."""
    owed = total_of() - money_of(*METHODS, FORGIVEN)
    latest = (
        select(func.max(Payment.due_on))
        .where(
            Payment.business_id == Order.business_id,
            Payment.order_id == Order.id,
            Payment.kind == CREDIT,
            Payment.counters.is_(None),
        )
        .correlate(Order)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Order.id, Order.number, owed, Order.made_at, func.coalesce(latest, ""))
        .where(
            Order.business_id == business_id,
            Order.customer_id.in_(customer_ids),
            Order.held.is_(False),
            owed != 0,
            or_(owed < 0, is_owed()),
        )
        .order_by(Order.made_at, Order.id)
    )
    return [Debt(*row) for row in rows]


def is_owed() -> ColumnElement[bool]:
    """In a query over orders: whether what is not paid is a debt, and not only an order that waits."""
    return or_(Order.status.in_(OWED), money_of(CREDIT) > 0)
