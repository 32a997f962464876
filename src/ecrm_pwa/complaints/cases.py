"""One complaint from the first word to "sudah beres": its conversation, its pictures, its steps. All of them only grow."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Exists,
    ForeignKey,
    Index,
    UniqueConstraint,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from ecrm_pwa import products
from ecrm_pwa.base.codes import new_code
from ecrm_pwa.base.db import Base, Place, insert_into, new_id, table_args, within_business
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.outbox import refuse_buried
from ecrm_pwa.products import Origin

CATEGORIES = ("stale", "ill", "packaging", "missing", "late", "service", "other")
URGENT = frozenset({"stale", "ill"})
"""Food that may have made somebody ill does not wait for its turn."""


class Status(StrEnum):
    """Menunggu, sedang diproses, selesai diproses."""

    WAITING = "waiting"
    PROCESSING = "processing"
    RESOLVED = "resolved"


class Complaint(Base):
    """One complaint. What the customer left empty is ""."""

    __tablename__ = "complaint"

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    category: Mapped[str]
    words: Mapped[str]
    customer_name: Mapped[str]
    phone: Mapped[str]
    source: Mapped[str]
    status: Mapped[str]
    made_at: Mapped[datetime]
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    """When the customer herself said that it is well."""
    held: Mapped[bool]

    __table_args__ = table_args(
        UniqueConstraint("business_id", "code"),
        CheckConstraint("status IN ('waiting', 'processing', 'resolved')", name="status"),
        Index(None, "business_id", "made_at"),
        Index(None, "business_id", "status", "made_at"),
    )


class Message(Base):
    """One thing said after the complaint itself; never changed."""

    __tablename__ = "complaint_message"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    complaint_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    by_customer: Mapped[bool]
    words: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = table_args(
        within_business("complaint_id", "complaint", ondelete="CASCADE"),
        Index(None, "business_id", "complaint_id"),
        Index(None, "account_id"),
    )


class Step(Base):
    """A change of status: when, and by whom of the business; None means by the customer."""

    __tablename__ = "complaint_step"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    complaint_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    status: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = table_args(
        within_business("complaint_id", "complaint", ondelete="CASCADE"),
        Index(None, "business_id", "complaint_id"),
        Index(None, "account_id"),
    )


class ComplaintPhoto(Base):
    """A picture that the customer sent along."""

    __tablename__ = "complaint_photo"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    complaint_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    photo_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)

    __table_args__ = table_args(
        within_business("complaint_id", "complaint", ondelete="CASCADE"),
        within_business("photo_id", "photo", ondelete="CASCADE"),
        Index(None, "business_id", "photo_id"),
    )


class ComplaintBatch(Base):
    """Which batch a complaint is about: a row apart, so that the key can say whose batch it must be."""

    __tablename__ = "complaint_batch"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    complaint_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[uuid.UUID]

    __table_args__ = table_args(
        within_business("complaint_id", "complaint", ondelete="CASCADE"),
        within_business("batch_id", "batch", ondelete="CASCADE"),
        Index(None, "business_id", "batch_id"),
    )


@dataclass(frozen=True)
class Open:
    """A complaint in which the customer waits for a word, as Beranda needs it."""

    id: uuid.UUID
    code: str
    category: str
    customer_name: str
    made_at: datetime

    @property
    def is_urgent(self) -> bool:
        """Whether it may be about somebody's health."""
        return self.category in URGENT


async def file_complaint(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    complaint_id: uuid.UUID,
    category: str,
    words: str,
    customer_name: str,
    phone: str,
    source: str,
    made_at: datetime,
    now: datetime,
    held: bool,
    batch_id: uuid.UUID | None = None,
) -> Complaint:
    """Records a complaint, perhaps about a batch, and gives it a code that is its own within the business.

    `made_at` is when the customer tapped, which may be long before it arrived. Raises `Gone` for one that was deleted.
    """
    await refuse_buried(session, business_id, complaint_id)
    for _try in range(100):
        statement = insert_into(session, Complaint).values(
            business_id=business_id,
            id=complaint_id,
            code=f"K-{new_code()}",
            category=category,
            words=words,
            customer_name=customer_name,
            phone=phone,
            source=source,
            status=Status.WAITING,
            made_at=made_at,
            received_at=now,
            held=held,
        )
        # Only a code that is taken is tried again: another complaint under the same id must stay an error.
        statement = statement.on_conflict_do_nothing(index_elements=["business_id", "code"])
        if (await session.execute(statement.returning(Complaint.id))).first():
            if batch_id is not None:
                session.add(ComplaintBatch(business_id=business_id, complaint_id=complaint_id, batch_id=batch_id))
                await session.flush()
            return await find(session, business_id, complaint_id)
    raise RuntimeError("no free code was found in a hundred tries")


async def find(session: AsyncSession, business_id: uuid.UUID, complaint_id: uuid.UUID) -> Complaint:
    """The complaint; raises `NotFound`."""
    found = await session.scalar(
        select(Complaint).where(Complaint.business_id == business_id, Complaint.id == complaint_id)
    )
    if found is None:
        raise NotFound("complaint")
    return found


async def list_origins(
    session: AsyncSession, business_id: uuid.UUID, complaint_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Origin]:
    """Which batch each of them is about, where one is known."""
    return await products.list_origins(session, business_id, ComplaintBatch.complaint_id, complaint_ids)


async def list_by_phone(
    session: AsyncSession, business_id: uuid.UUID, phones: Sequence[str], *, held: bool | None = None
) -> Sequence[Complaint]:
    """What was complained of under these numbers, the newest first. Whoever complained said that the number was hers."""
    statement = select(Complaint).where(Complaint.business_id == business_id, Complaint.phone.in_(phones))
    if held is not None:
        statement = statement.where(Complaint.held.is_(held))
    return (await session.scalars(statement.order_by(Complaint.made_at.desc(), Complaint.id.desc()))).all()


async def list_messages(session: AsyncSession, business_id: uuid.UUID, complaint_id: uuid.UUID) -> Sequence[Message]:
    """What was said, in order."""
    return (
        await session.scalars(
            select(Message)
            .where(Message.business_id == business_id, Message.complaint_id == complaint_id)
            .order_by(Message.made_at, Message.id)
        )
    ).all()


async def list_photos(session: AsyncSession, business_id: uuid.UUID, complaint_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """The ids of its pictures, the first one first."""
    return (
        await session.scalars(
            select(ComplaintPhoto.photo_id)
            .where(ComplaintPhoto.business_id == business_id, ComplaintPhoto.complaint_id == complaint_id)
            .order_by(ComplaintPhoto.photo_id)
        )
    ).all()


async def add_photo(
    session: AsyncSession, business_id: uuid.UUID, complaint_id: uuid.UUID, *, photo_id: uuid.UUID
) -> None:
    """Joins a picture of the business's to the complaint."""
    session.add(ComplaintPhoto(business_id=business_id, complaint_id=complaint_id, photo_id=photo_id))
    await session.flush()


async def answer(
    session: AsyncSession,
    business_id: uuid.UUID,
    complaint_id: uuid.UUID,
    *,
    message_id: uuid.UUID,
    account_id: uuid.UUID,
    words: str,
    now: datetime,
) -> None:
    """The business answers. The first answer also starts the work on it, and stops the clock of the promise."""
    complaint = await find(session, business_id, complaint_id)
    await _say(session, complaint, message_id=message_id, account_id=account_id, words=words, now=now)
    if complaint.answered_at is None:
        complaint.answered_at = now
    if complaint.status == Status.WAITING:
        await _move(session, complaint, Status.PROCESSING, account_id=account_id, now=now)


async def start(
    session: AsyncSession, business_id: uuid.UUID, complaint_id: uuid.UUID, *, account_id: uuid.UUID, now: datetime
) -> None:
    """The business works on it; nothing happens when it does already."""
    complaint = await find(session, business_id, complaint_id)
    if complaint.status == Status.WAITING:
        await _move(session, complaint, Status.PROCESSING, account_id=account_id, now=now)


async def resolve(
    session: AsyncSession, business_id: uuid.UUID, complaint_id: uuid.UUID, *, account_id: uuid.UUID, now: datetime
) -> None:
    """The business says it is done; whether it is, the customer says."""
    complaint = await find(session, business_id, complaint_id)
    if complaint.status != Status.RESOLVED:
        complaint.resolved_at = now
        await _move(session, complaint, Status.RESOLVED, account_id=account_id, now=now)


async def write(
    session: AsyncSession,
    business_id: uuid.UUID,
    complaint_id: uuid.UUID,
    *,
    message_id: uuid.UUID,
    words: str,
    now: datetime,
) -> None:
    """The customer says something more."""
    complaint = await find(session, business_id, complaint_id)
    await _say(session, complaint, message_id=message_id, account_id=None, words=words, now=now)


async def confirm(session: AsyncSession, business_id: uuid.UUID, complaint_id: uuid.UUID, *, now: datetime) -> None:
    """The customer says "sudah beres", whatever the business thought; said twice, the first time counts."""
    complaint = await find(session, business_id, complaint_id)
    if complaint.confirmed_at is not None:
        return
    complaint.confirmed_at = now
    if complaint.resolved_at is None:
        complaint.resolved_at = now
    if complaint.status != Status.RESOLVED:
        await _move(session, complaint, Status.RESOLVED, account_id=None, now=now)


async def reopen(session: AsyncSession, business_id: uuid.UUID, complaint_id: uuid.UUID, *, now: datetime) -> None:
    """The customer says "belum": the work goes on."""
    complaint = await find(session, business_id, complaint_id)
    if complaint.status != Status.RESOLVED:
        return
    complaint.resolved_at = None
    complaint.confirmed_at = None
    await _move(session, complaint, Status.PROCESSING, account_id=None, now=now)


async def list_open(session: AsyncSession, business_id: uuid.UUID, *, limit: int) -> Sequence[Open]:
    """Complaints without an answer, the oldest first."""
    rows = await session.execute(
        select(Complaint.id, Complaint.code, Complaint.category, Complaint.customer_name, Complaint.made_at)
        .where(
            Complaint.business_id == business_id,
            Complaint.status == Status.WAITING,
            Complaint.held.is_(False),
        )
        .order_by(Complaint.made_at)
        .limit(limit)
    )
    return [Open(*row) for row in rows]


async def list_awaited(session: AsyncSession, business_id: uuid.UUID, *, limit: int) -> Sequence[Open]:
    """Complaints that were answered, and in which the customer has spoken since: words, or "belum". The oldest first.

    What she said counts until the business answers or takes a step. Once she has said that it is well, her thanks ask for nothing.
    """
    later_message, later_step = aliased(Message), aliased(Step)
    said, reopened = _said_by_customer(later_message, later_step), _reopened(later_message)
    rows = await session.execute(
        select(Complaint.id, Complaint.code, Complaint.category, Complaint.customer_name, Complaint.made_at)
        .where(
            Complaint.business_id == business_id,
            Complaint.status.in_([Status.PROCESSING, Status.RESOLVED]),
            Complaint.held.is_(False),
            Complaint.confirmed_at.is_(None),
            or_(said, reopened),
        )
        .order_by(Complaint.made_at)
        .limit(limit)
    )
    return [Open(*row) for row in rows]


def _said_by_customer(later_message: type[Message], later_step: type[Step]) -> Exists:
    return exists().where(
        Message.business_id == Complaint.business_id,
        Message.complaint_id == Complaint.id,
        Message.by_customer.is_(True),
        ~exists().where(
            later_message.business_id == Message.business_id,
            later_message.complaint_id == Message.complaint_id,
            later_message.by_customer.is_(False),
            later_message.made_at >= Message.made_at,
        ),
        ~exists().where(
            later_step.business_id == Message.business_id,
            later_step.complaint_id == Message.complaint_id,
            later_step.account_id.is_not(None),
            later_step.made_at >= Message.made_at,
        ),
    )


def _reopened(later_message: type[Message]) -> Exists:
    return exists().where(
        Step.business_id == Complaint.business_id,
        Step.complaint_id == Complaint.id,
        Step.account_id.is_(None),
        Step.status == Status.PROCESSING,
        Complaint.status == Status.PROCESSING,
        ~exists().where(
            later_message.business_id == Step.business_id,
            later_message.complaint_id == Step.complaint_id,
            later_message.by_customer.is_(False),
            later_message.made_at >= Step.made_at,
        ),
    )


async def count_by_status(session: AsyncSession, business_id: uuid.UUID) -> dict[str, int]:
    """How many stand at each step; held ones under "held"."""
    rows = await session.execute(
        select(Complaint.held, Complaint.status, func.count())
        .where(Complaint.business_id == business_id)
        .group_by(Complaint.held, Complaint.status)
    )
    counts: dict[str, int] = {}
    for held, status, count in rows:
        name = "held" if held else status
        counts[name] = counts.get(name, 0) + count
    return counts


async def list_newest(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    before: Place,
    limit: int,
    statuses: Sequence[str] | None = None,
    held: bool = False,
) -> Sequence[Complaint]:
    """Complaints that stand behind that place, the newest first."""
    statement = select(Complaint).where(
        Complaint.business_id == business_id,
        tuple_(Complaint.made_at, Complaint.id) < before,
        Complaint.held.is_(held),
    )
    if statuses is not None:
        statement = statement.where(Complaint.status.in_(statuses))
    return (await session.scalars(statement.order_by(Complaint.made_at.desc(), Complaint.id.desc()).limit(limit))).all()


async def let_through(session: AsyncSession, business_id: uuid.UUID, complaint_id: uuid.UUID) -> None:
    """Takes a held complaint up after all; raises `NotFound`."""
    changed = await session.execute(
        update(Complaint)
        .where(Complaint.business_id == business_id, Complaint.id == complaint_id, Complaint.held.is_(True))
        .values(held=False)
        .returning(Complaint.id)
    )
    if changed.first() is None:
        raise NotFound("complaint")


async def _say(
    session: AsyncSession,
    complaint: Complaint,
    *,
    message_id: uuid.UUID,
    account_id: uuid.UUID | None,
    words: str,
    now: datetime,
) -> None:
    session.add(
        Message(
            business_id=complaint.business_id,
            id=message_id,
            complaint_id=complaint.id,
            account_id=account_id,
            by_customer=account_id is None,
            words=words,
            made_at=now,
        )
    )
    await session.flush()


async def _move(
    session: AsyncSession, complaint: Complaint, status: Status, *, account_id: uuid.UUID | None, now: datetime
) -> None:
    complaint.status = status
    session.add(
        Step(
            business_id=complaint.business_id,
            id=new_id(),
            complaint_id=complaint.id,
            account_id=account_id,
            status=status,
            made_at=now,
        )
    )
    await session.flush()
