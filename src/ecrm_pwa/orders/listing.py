"""The list of orders: by what is asked for, the newest first, each with whose it is, what is in it and what is left to pay."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import customers
from ecrm_pwa.base.db import Place
from ecrm_pwa.customers import Customer
from ecrm_pwa.customers.searching import words_of
from ecrm_pwa.orders.payments import CREDIT, FORGIVEN, METHODS, OWED, Sums, money_of, total_of
from ecrm_pwa.orders.records import VOID, Line, Order, Status, find, list_lines


class Show(StrEnum):
    """Which orders a list shows."""

    OPEN = "open"
    NEW = "new"
    PROCESSING = "processing"
    READY = "ready"
    SENT = "sent"
    COMPLETED = "completed"
    UNPAID = "unpaid"
    ALL = "all"
    VOID = "void"
    HELD = "held"


OPEN = (Status.NEW, Status.PROCESSING, Status.READY, Status.SENT)


@dataclass(frozen=True)
class Listed:
    """One order as a list shows it."""

    order: Order
    name: str
    """Whose it is: her name as it is now, or what was typed; "" when nobody knows."""
    phone: str
    lines: Sequence[Line]
    sums: Sums

    @property
    def place(self) -> Place:
        """Where it stands in the list."""
        return self.order.made_at, self.order.id


async def list_orders(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    show: Show,
    before: Place,
    limit: int,
    words: str = "",
) -> Sequence[Listed]:
    """Orders that were made before this place, the newest first, in which all `words` occur."""
    found = [
        or_(Order.search.contains(word, autoescape=True), Customer.search.contains(word, autoescape=True))
        for word in words_of(words)
    ]
    return await _listed(
        session,
        Order.business_id == business_id,
        tuple_(Order.made_at, Order.id) < before,
        *_shown(show),
        *found,
        limit=limit,
    )


async def list_of_customer(
    session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID, *, limit: int
) -> Sequence[Listed]:
    """The newest orders of a customer, those of records that were merged into hers among them."""
    ids = await ids_of_customer(session, business_id, customer_id)
    return await _listed(
        session, Order.business_id == business_id, Order.customer_id.in_(ids), Order.held.is_(False), limit=limit
    )


async def list_of_paste(session: AsyncSession, business_id: uuid.UUID, paste_id: uuid.UUID) -> Sequence[Listed]:
    """The orders that one pasted list brought."""
    return await _listed(session, Order.business_id == business_id, Order.paste_id == paste_id, limit=500)


async def show_order(session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID) -> Listed:
    """One order with all that belongs to it; raises `NotFound`."""
    order = await find(session, business_id, order_id)
    (listed,) = await _listed(session, Order.business_id == business_id, Order.id == order.id, limit=1)
    return listed


async def ids_of_customer(session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID) -> list[uuid.UUID]:
    """Her record and those that were merged into it; raises `NotFound` and `Gone`."""
    customer = await customers.find(session, business_id, customer_id)
    merged = await customers.list_merged(session, business_id, customer.id)
    return [customer.id, *(one.id for one in merged)]


async def _listed(session: AsyncSession, *conditions: ColumnElement[bool], limit: int) -> Sequence[Listed]:
    rows = (
        await session.execute(
            select(
                Order,
                Customer.name,
                Customer.phone,
                total_of(),
                money_of(*METHODS),
                money_of(FORGIVEN),
                money_of(CREDIT),
            )
            .outerjoin(Customer, and_(Customer.business_id == Order.business_id, Customer.id == Order.customer_id))
            .where(*conditions)
            .order_by(Order.made_at.desc(), Order.id.desc())
            .limit(limit)
        )
    ).all()
    lines = defaultdict(list)
    if rows:
        for line in await list_lines(session, rows[0][0].business_id, *(row[0].id for row in rows)):
            lines[line.order_id].append(line)
    return [
        Listed(order, name or order.customer_name, phone or "", lines[order.id], Sums(*sums))
        for order, name, phone, *sums in rows
    ]


def _shown(show: Show) -> Sequence[ColumnElement[bool]]:
    if show is Show.HELD:
        return (Order.held.is_(True),)
    taken = Order.held.is_(False)
    if show is Show.ALL:
        return (taken,)
    if show is Show.VOID:
        return (taken, Order.status.in_(VOID))
    if show is Show.UNPAID:
        return (taken, Order.status.not_in(VOID), total_of() > money_of(*METHODS, FORGIVEN))
    if show is Show.OPEN:
        return (taken, Order.status.in_(OPEN))
    return (taken, Order.status == Status(show))


async def count_by_status(session: AsyncSession, business_id: uuid.UUID) -> Mapping[str, int]:
    """How many orders there are of each status, those that are held apart under `held`."""
    rows = await session.execute(
        select(Order.status, Order.held, func.count())
        .where(Order.business_id == business_id)
        .group_by(Order.status, Order.held)
    )
    counts: dict[str, int] = defaultdict(int)
    for status, held, count in rows:
        counts["held" if held else status] += count
    return counts


@dataclass(frozen=True)
class Debtor:
    """A customer who owes something."""

    customer_id: uuid.UUID
    name: str
    phone: str
    owed: int
    since: datetime


async def list_debtors(session: AsyncSession, business_id: uuid.UUID, *, limit: int) -> Sequence[Debtor]:
    """Who owes, the most first. What was merged counts for the record that stands now."""
    # Each sum once a row: what is asked again in a condition would be added up again.
    owed = total_of() - money_of(*METHODS, FORGIVEN)
    rows = await session.execute(
        select(Order.customer_id, owed, money_of(CREDIT), Order.status, Order.made_at).where(
            Order.business_id == business_id, Order.held.is_(False), Order.customer_id.is_not(None)
        )
    )
    sums: dict[uuid.UUID, int] = defaultdict(int)
    since: dict[uuid.UUID, datetime] = {}
    for customer_id, amount, promised, status, made_at in rows:
        if customer_id is not None and amount and (amount < 0 or promised > 0 or status in OWED):
            sums[customer_id] += amount
            since[customer_id] = min(made_at, since.get(customer_id, made_at))
    people = await _people(session, business_id, sums)
    together: dict[uuid.UUID, Debtor] = {}
    for customer_id, amount in sums.items():
        living = people.get(customer_id)
        if living is None:
            continue
        known = together.get(living.id)
        together[living.id] = Debtor(
            living.id,
            living.name,
            living.phone or "",
            amount + (known.owed if known else 0),
            min(since[customer_id], known.since) if known else since[customer_id],
        )
    owing = sorted((one for one in together.values() if one.owed > 0), key=lambda one: (-one.owed, one.name))
    return owing[:limit]


async def _people(
    session: AsyncSession, business_id: uuid.UUID, ids: Mapping[uuid.UUID, int]
) -> Mapping[uuid.UUID, Customer]:
    """The living record for each of these."""
    rows = await session.scalars(select(Customer).where(Customer.business_id == business_id, Customer.id.in_(ids)))
    people = {}
    for one in rows.all():
        if one.merged_into is not None:
            people[one.id] = await customers.find(session, business_id, one.id)
        elif one.erased_at is None:
            people[one.id] = one
    return people


async def list_regulars(
    session: AsyncSession, business_id: uuid.UUID, *, limit: int
) -> Sequence[tuple[uuid.UUID, str]]:
    """Who ordered last, and then who was changed last: the names that are at hand when an order is written down."""
    latest = (
        select(Order.customer_id, func.max(Order.made_at).label("last"))
        .where(Order.business_id == business_id, Order.held.is_(False))
        .group_by(Order.customer_id)
        .subquery()
    )
    rows = await session.execute(
        select(Customer.id, Customer.name)
        .outerjoin(latest, latest.c.customer_id == Customer.id)
        .where(
            Customer.business_id == business_id,
            Customer.merged_into.is_(None),
            Customer.erased_at.is_(None),
            Customer.name != "",
        )
        .order_by(latest.c.last.desc().nulls_last(), Customer.updated_at.desc(), Customer.id)
        .limit(limit)
    )
    return [(one, name) for one, name in rows]
