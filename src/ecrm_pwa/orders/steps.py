"""What becomes of an order: legal steps only, each with its time and its person, and back again within seconds.

Two phones may step the same order, and one of them late. A step to where it already is, or was before, is no mistake and changes
nothing; what contradicts (to cancel what was completed) is refused in words.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, new_id, table_args, within_business
from ecrm_pwa.base.errors import FieldsRefused, Gone
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.orders.records import VOID, Order, Status, find_to_change, list_lines, move_stock

UNDO = timedelta(seconds=10)
_PATIENCE = timedelta(seconds=20)
"""A toast of ten seconds is tapped at its end, and the tap travels."""

NEXT: dict[str, tuple[Status, ...]] = {
    Status.NEW: (Status.PROCESSING, Status.CANCELLED),
    Status.PROCESSING: (Status.READY, Status.SENT, Status.CANCELLED),
    Status.READY: (Status.COMPLETED, Status.CANCELLED),
    Status.SENT: (Status.COMPLETED, Status.RETURNED),
    Status.COMPLETED: (Status.RETURNED,),
    Status.CANCELLED: (),
    Status.RETURNED: (),
}
"""The legal steps."""
_MIDDLE = (Status.PROCESSING, Status.READY, Status.SENT, Status.COMPLETED)


class Step(Base):
    """A change of status: when, and by whom of the business; None means by the customer."""

    __tablename__ = "order_step"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    order_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    before: Mapped[str]
    status: Mapped[str]
    is_undo: Mapped[bool]
    made_at: Mapped[datetime]

    __table_args__ = table_args(
        within_business("order_id", "customer_order", ondelete="CASCADE"),
        Index(None, "business_id", "order_id"),
        Index(None, "account_id"),
    )


def way_to(status: str, aim: Status, *, way: str = "pickup") -> list[Status] | None:
    """The legal steps that lead there, as few as possible; None where none do. `way` decides between ready and sent."""
    middle = Status.SENT if way == "delivery" else Status.READY
    paths: list[tuple[str, list[Status]]] = [(status, [])]
    for here, path in paths:
        if here == aim:
            return path
        following = sorted(NEXT[here], key=lambda one: one != middle)
        paths += [(one, [*path, one]) for one in following if one in {aim, *_MIDDLE}]
    return None


async def advance(
    session: AsyncSession,
    business_id: uuid.UUID,
    order_id: uuid.UUID,
    *,
    status: Status,
    account_id: uuid.UUID | None,
    made_at: datetime,
) -> uuid.UUID | None:
    """Brings the order there by legal steps, each of them kept; gives the id of the last one, None where nothing had to be done.

    Raises `FieldsRefused` where no legal step leads there.
    """
    order = await find_to_change(session, business_id, order_id)
    if order.status == status or (order.status not in VOID and way_to(status, Status(order.status)) is not None):
        return None
    path = way_to(order.status, status, way=order.way)
    if not path:
        raise FieldsRefused(status=_refusal(order))
    step_id = None
    for one in path:
        step_id = await _step(session, order, one, account_id=account_id, made_at=made_at, is_undo=False)
    return step_id


async def take_back(
    session: AsyncSession,
    business_id: uuid.UUID,
    order_id: uuid.UUID,
    *,
    status: Status,
    account_id: uuid.UUID | None,
    made_at: datetime,
) -> None:
    """Undoes the steps that one tap has just made, back to `status`; said twice, the first time counts.

    Raises `Gone` when it is too late, or somebody else has stepped since.
    """
    order = await find_to_change(session, business_id, order_id)
    if order.status == status:
        return
    steps = [step for step in await list_steps(session, business_id, order_id) if not step.is_undo]
    last = steps[-1] if steps else None
    together = [step for step in steps if last is not None and step.made_at == last.made_at]
    if last is None or last.status != order.status or together[0].before != status:
        raise Gone(_("Pesanan ini sudah diubah lagi, jadi tidak bisa diurungkan."))
    if made_at - last.made_at > UNDO + _PATIENCE:
        raise Gone(_("Sudah terlalu lama, jadi tidak bisa diurungkan."))
    await _step(session, order, status, account_id=account_id, made_at=made_at, is_undo=True)


async def _step(
    session: AsyncSession,
    order: Order,
    status: Status,
    *,
    account_id: uuid.UUID | None,
    made_at: datetime,
    is_undo: bool,
) -> uuid.UUID:
    was_void = order.is_void
    step = Step(
        business_id=order.business_id,
        id=new_id(),
        order_id=order.id,
        account_id=account_id,
        before=order.status,
        status=status,
        is_undo=is_undo,
        made_at=made_at,
    )
    session.add(step)
    order.status = status
    await session.flush()
    if order.is_void != was_void:
        lines = await list_lines(session, order.business_id, order.id)
        await move_stock(session, order.business_id, lines, sign=1 if order.is_void else -1)
    return step.id


async def list_steps(session: AsyncSession, business_id: uuid.UUID, order_id: uuid.UUID) -> Sequence[Step]:
    """What became of it, in the order in which it arrived."""
    rows = await session.scalars(
        select(Step).where(Step.business_id == business_id, Step.order_id == order_id).order_by(Step.id)
    )
    return rows.all()


def next_steps(order: Order) -> list[Status]:
    """Where it may go now, the likely way first."""
    usual = {
        Status.NEW: (Status.PROCESSING,),
        Status.PROCESSING: (Status.SENT, Status.READY) if order.way == "delivery" else (Status.READY, Status.SENT),
        Status.READY: (Status.COMPLETED,),
        Status.SENT: (Status.COMPLETED,),
    }.get(Status(order.status), ())
    return [*usual, *(one for one in NEXT[order.status] if one not in usual)]


def _refusal(order: Order) -> str:
    return {
        Status.CANCELLED: _("Pesanan ini sudah dibatalkan."),
        Status.RETURNED: _("Pesanan ini sudah dikembalikan."),
        Status.COMPLETED: _("Pesanan ini sudah selesai."),
        Status.SENT: _("Pesanan ini sudah dikirim."),
    }.get(Status(order.status), _("Langkah ini belum bisa."))
