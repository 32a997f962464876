"""Beranda: what wants doing, worst first, and how it goes.

Each row leads to the one screen where it is done. Everything is asked in a few statements, however much there is.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ScalarSelect, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import complaints, orders, satisfaction
from ecrm_pwa.accounts import Account, Passkey
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.businesses import Business, Picture
from ecrm_pwa.complaints import Complaint
from ecrm_pwa.customers import Customer, NumberWish
from ecrm_pwa.orders import Order
from ecrm_pwa.products import Product
from ecrm_pwa.satisfaction import Figures, Rating

MOST_ROWS = 6
RECENT = timedelta(days=3)
"""How long a low face stays on Beranda: after that it is history, found under Suara."""
_MOST_OPEN = 200


class Step(StrEnum):
    """A first step of a new owner. It ticks itself off when the deed is done, wherever that was."""

    PROFILE = "profile"
    LOGO = "logo"
    PRODUCT = "product"
    CUSTOMER = "customer"
    QR = "qr"
    PASSKEY = "passkey"
    INSTALLED = "installed"


class Kind(StrEnum):
    """What wants doing, the worst first."""

    URGENT = "urgent"
    OVERDUE = "overdue"
    AGAIN = "again"
    """The customer has spoken since she was answered."""
    ORDERED = "ordered"
    """Orders that nobody has begun to work on."""
    WAITING = "waiting"
    LOW = "low"
    NUMBER = "number"
    HELD = "held"


@dataclass(frozen=True)
class Task:
    """One row. A single complaint is named and leads to itself; several lead to their list."""

    kind: Kind
    count: int
    complaint: complaints.Open | None = None
    """The only one, or the oldest of them."""


@dataclass(frozen=True)
class Today:
    """Everything that Beranda shows."""

    tasks: Sequence[Task]
    is_installed: bool
    """Whether this person has the app on the screen of a phone."""
    steps: dict[Step, bool]
    """Empty for staff: these are an owner's."""
    figures: Figures
    before: Figures
    """The 30 days before those 30 days."""
    promise_hours: int

    @property
    def steps_left(self) -> int:
        """How many first steps are open."""
        return sum(not done for done in self.steps.values())

    @property
    def may_compare(self) -> bool:
        """Two months are compared only when both say something."""
        return self.figures.percent is not None and self.before.percent is not None


async def today(
    session: AsyncSession, business_id: uuid.UUID, *, account_id: uuid.UUID, is_owner: bool, now: datetime
) -> Today:
    """What this person sees of this business now; raises `NotFound`."""
    facts = (
        await session.execute(
            select(
                Business.promise_hours,
                Business.profile_at,
                Business.qr_at,
                exists().where(Picture.business_id == business_id, Picture.role == "logo").label("has_logo"),
                exists().where(Product.business_id == business_id, Product.removed_at.is_(None)).label("has_goods"),
                exists().where(Customer.business_id == business_id).label("has_customer"),
                exists().where(Passkey.account_id == account_id).label("has_passkey"),
                exists().where(Account.id == account_id, Account.installed_at.is_not(None)).label("is_installed"),
                _count(
                    Rating.business_id == business_id,
                    Rating.made_at > now - RECENT,
                    Rating.face <= satisfaction.LOW,
                    Rating.held.is_(False),
                ).label("low"),
                _count(
                    Order.business_id == business_id, Order.status == orders.Status.NEW, Order.held.is_(False)
                ).label("ordered"),
                _count(Rating.business_id == business_id, Rating.held.is_(True)).label("held_ratings"),
                _count(Complaint.business_id == business_id, Complaint.held.is_(True)).label("held_complaints"),
                _count(NumberWish.business_id == business_id).label("numbers"),
            ).where(Business.id == business_id)
        )
    ).first()
    if facts is None:
        raise NotFound("business")
    waiting = await complaints.list_open(session, business_id, limit=_MOST_OPEN)
    again = await complaints.list_awaited(session, business_id, limit=_MOST_OPEN)
    figures, before = await satisfaction.figures_now_and_before(session, business_id, now=now)
    steps = {
        Step.PROFILE: facts.profile_at is not None,
        Step.LOGO: facts.has_logo,
        Step.PRODUCT: facts.has_goods,
        Step.CUSTOMER: facts.has_customer,
        Step.QR: facts.qr_at is not None,
        Step.PASSKEY: facts.has_passkey,
        Step.INSTALLED: facts.is_installed,
    }
    return Today(
        tasks=_tasks(
            waiting,
            again,
            late_before=now - timedelta(hours=facts.promise_hours),
            ordered=facts.ordered,
            low=facts.low,
            numbers=facts.numbers,
            held=facts.held_ratings + facts.held_complaints,
        ),
        is_installed=facts.is_installed,
        steps=steps if is_owner else {},
        figures=figures,
        before=before,
        promise_hours=facts.promise_hours,
    )


def _count(*conditions: Any) -> ScalarSelect[int]:
    return select(func.count()).where(*conditions).scalar_subquery()


def _tasks(
    waiting: Sequence[complaints.Open],
    again: Sequence[complaints.Open],
    *,
    late_before: datetime,
    ordered: int,
    low: int,
    numbers: int,
    held: int,
) -> list[Task]:
    urgent = [one for one in waiting if one.is_urgent]
    overdue = [one for one in waiting if not one.is_urgent and one.made_at < late_before]
    rest = [one for one in waiting if not one.is_urgent and one.made_at >= late_before]
    tasks = [
        Task(kind, len(group), group[0])
        for kind, group in ((Kind.URGENT, urgent), (Kind.OVERDUE, overdue), (Kind.AGAIN, again), (Kind.WAITING, rest))
        if group
    ]
    if ordered:
        tasks.insert(sum(task.kind in {Kind.URGENT, Kind.OVERDUE} for task in tasks), Task(Kind.ORDERED, ordered))
    tasks += [
        Task(kind, count) for kind, count in ((Kind.LOW, low), (Kind.NUMBER, numbers), (Kind.HELD, held)) if count
    ]
    return tasks[:MOST_ROWS]
