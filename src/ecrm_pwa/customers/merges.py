"""Two records of one person become one, for good or for 30 days.

Nothing moves: the record that goes stays as it was and points at the one that is kept, so whatever is addressed to it finds its
way (`records.find`), and stays with it when both are parted again. Each keeps its own number. Only what the kept one is called and
where it lives may change; what it was before is remembered, so that merges can be undone in any order.
"""

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, table_args, take_turn, within_business
from ecrm_pwa.base.errors import FieldsRefused, Gone, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.customers import records, searching
from ecrm_pwa.customers.records import Customer

UNDO = timedelta(days=30)
CHOSEN = ("name", "hamlet", "landmark", "birthday", "label")
"""What may be taken from either record; of the note both are kept."""
_COLUMNS = {one: (one,) for one in CHOSEN} | {"birthday": ("birth_day", "birth_month"), "note": ("note",)}
_TITLES = frozenset(
    "bu ibu pak bapak h hj haji hajah teh teteh mak emak mang kang kak mas mbak om tante umi abah".split()
)
_WORD_END = re.compile(r"[\W_]+")
_SIMILAR_DIGITS = 7


class Merge(Base):
    """One merge, and what it has changed in the kept record."""

    __tablename__ = "customer_merge"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kept_id: Mapped[uuid.UUID]
    gone_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    changes: Mapped[str]
    """JSON: each column with its value before and after; emptied when the way back is closed."""
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    __table_args__ = table_args(
        within_business("kept_id", "customer", ondelete="CASCADE"),
        within_business("gone_id", "customer", ondelete="CASCADE"),
        Index(None, "business_id", "kept_id"),
        Index(None, "business_id", "gone_id"),
        Index(None, "account_id"),
    )


@dataclass(frozen=True)
class Field:
    """What one field of both becomes: the value, and whether somebody must choose."""

    name: str
    kept: Any
    gone: Any
    result: Any

    @property
    def is_choice(self) -> bool:
        """Whether both know something, and something else."""
        return bool(self.kept and self.gone and self.kept != self.gone) and self.name != "note"


def plan(kept: Customer, gone: Customer, *, from_gone: Sequence[str] = ()) -> list[Field]:
    """What the kept record will say: its own, what it lacks from the other, and from the other what is named in `from_gone`."""
    fields = []
    for name in (*CHOSEN, "note"):
        mine, theirs = _value(kept, name), _value(gone, name)
        result = theirs if not mine or (name in from_gone and theirs) else mine
        if name == "note" and mine and theirs and theirs not in mine:
            result = f"{mine}\n{theirs}"[: 2 * records.LONGEST_NOTE]
        fields.append(Field(name, mine, theirs, result))
    return fields


def _value(customer: Customer, name: str) -> Any:
    values = tuple(getattr(customer, column) for column in _COLUMNS[name])
    return values[0] if len(values) == 1 else values if any(values) else ""


async def find_pair(
    session: AsyncSession, business_id: uuid.UUID, kept_id: uuid.UUID, gone_id: uuid.UUID
) -> tuple[Customer, Customer]:
    """Both living records. One without a number never stands for one with a number: then they change places.

    Raises `NotFound`, `Gone`, and `FieldsRefused` where both are one person already.
    """
    kept = await records.find(session, business_id, kept_id)
    gone = await records.find(session, business_id, gone_id)
    if kept.id == gone.id:
        raise FieldsRefused(other=_("Keduanya sudah satu pelanggan."))
    return (gone, kept) if gone.phone and not kept.phone else (kept, gone)


async def merge(
    session: AsyncSession,
    business_id: uuid.UUID,
    kept_id: uuid.UUID,
    gone_id: uuid.UUID,
    *,
    merge_id: uuid.UUID,
    from_gone: Sequence[str],
    account_id: uuid.UUID,
    now: datetime,
) -> Customer:
    """Makes one of both; see `find_pair` for who is kept. Gives the kept one."""
    await take_turn(session, f"customer-merge:{business_id}")
    kept, gone = await find_pair(session, business_id, kept_id, gone_id)
    changes: dict[str, list[Any]] = {}
    for field in plan(kept, gone, from_gone=from_gone):
        columns = _COLUMNS[field.name]
        results = field.result if len(columns) > 1 and field.result else (field.result or None,) * len(columns)
        for column, result in zip(columns, results, strict=True):
            before = getattr(kept, column)
            after = result if result is not None or before is None else type(before)()
            if before != after:
                changes[column] = [before, after]
                setattr(kept, column, after)
    gone.merged_into = kept.id
    for one in (kept, gone):
        one.version += 1
        one.updated_at = now
    session.add(
        Merge(
            business_id=business_id,
            id=merge_id,
            kept_id=kept.id,
            gone_id=gone.id,
            account_id=account_id,
            changes=json.dumps(changes),
            made_at=now,
            undone_at=None,
        )
    )
    await session.flush()
    await _refresh_upwards(session, business_id, kept)
    return kept


async def undo(session: AsyncSession, business_id: uuid.UUID, merge_id: uuid.UUID, *, now: datetime) -> Customer:
    """Parts both again: each says what it said before, save what somebody has changed since. Gives the one that had gone.

    Raises `NotFound`, and `Gone` after 30 days or when she was erased. Done twice, nothing more happens.
    """
    await take_turn(session, f"customer-merge:{business_id}")
    merged = await session.get(Merge, (business_id, merge_id))
    if merged is None:
        raise NotFound("merge")
    kept = await session.get_one(Customer, (business_id, merged.kept_id))
    gone = await session.get_one(Customer, (business_id, merged.gone_id))
    if merged.undone_at is not None:
        return gone
    if gone.erased_at is not None:
        raise Gone(_("Pelanggan ini sudah dihapus."))
    if now - merged.made_at > UNDO:
        raise Gone(_("Sudah lebih dari 30 hari, jadi tidak bisa dipisahkan lagi."))
    for column, (before, after) in json.loads(merged.changes).items():
        await _take_back(session, kept, column, was=after, becomes=before, since=merged)
    merged.undone_at = now
    await _free_number(session, kept, gone)
    gone.merged_into = None
    for one in (kept, gone):
        one.version += 1
        one.updated_at = now
    await session.flush()
    await _refresh_upwards(session, business_id, kept)
    await records.refresh_search(session, gone)
    return gone


async def _take_back(
    session: AsyncSession, record: Customer, column: str, *, was: Any, becomes: Any, since: Merge
) -> None:
    """Puts back what a merge has changed, also where a later merge has built on it; what was edited since stays."""
    later = await session.scalars(
        select(Merge)
        .where(
            Merge.business_id == record.business_id,
            or_(Merge.kept_id == record.id, Merge.gone_id == record.id),
            Merge.undone_at.is_(None),
            Merge.id != since.id,
        )
        .order_by(Merge.made_at, Merge.id)
    )
    passed_on = None
    for other in later:
        if (other.made_at, other.id) < (since.made_at, since.id):
            continue
        change = json.loads(other.changes).get(column)
        if other.kept_id == record.id and change and change[0] == was:
            # A later merge has written over it: that one will bring it back.
            _rewrite(other, column, [becomes, change[1]])
            return
        if other.gone_id == record.id and change and change[1] == was:
            passed_on = other
    if getattr(record, column) != was:
        return
    setattr(record, column, becomes)
    if passed_on is not None:
        into = await session.get_one(Customer, (record.business_id, passed_on.kept_id))
        _rewrite(passed_on, column, [json.loads(passed_on.changes)[column][0], becomes])
        await _take_back(session, into, column, was=was, becomes=becomes, since=passed_on)


def _rewrite(merged: Merge, column: str, change: list[Any]) -> None:
    merged.changes = json.dumps(json.loads(merged.changes) | {column: change})


async def _free_number(session: AsyncSession, kept: Customer, gone: Customer) -> None:
    """The number of the one who comes back is hers, whoever of the two was given it meanwhile."""
    if not gone.phone:
        return
    holder = await session.scalar(
        select(Customer).where(
            Customer.business_id == gone.business_id,
            Customer.phone == gone.phone,
            Customer.merged_into.is_(None),
            Customer.id != gone.id,
        )
    )
    if holder is not None:
        holder.phone = None
        holder.version += 1
        await session.flush()
        await records.refresh_search(session, holder)


async def _refresh_upwards(session: AsyncSession, business_id: uuid.UUID, record: Customer) -> None:
    living = await records.find(session, business_id, record.id)
    await records.refresh_search(session, living)


async def list_merges(session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID) -> Sequence[Merge]:
    """What was merged into her, and into those, and is not undone; the latest first."""
    merged = await records.list_merged(session, business_id, customer_id)
    return (
        await session.scalars(
            select(Merge)
            .where(
                Merge.business_id == business_id,
                Merge.gone_id.in_([one.id for one in merged]),
                Merge.undone_at.is_(None),
            )
            .order_by(Merge.made_at.desc(), Merge.id.desc())
        )
    ).all()


async def suggest(session: AsyncSession, business_id: uuid.UUID, customer: Customer, *, limit: int) -> list[Customer]:
    """Who may be the same person: the same name but for Bu and Pak, or a number with one digit astray."""
    others = await session.execute(
        select(Customer.id, Customer.name, Customer.phone).where(
            Customer.business_id == business_id,
            Customer.id != customer.id,
            Customer.merged_into.is_(None),
            Customer.erased_at.is_(None),
        )
    )
    mine = _own_words(customer.name)
    alike = [
        other_id
        for other_id, name, phone in others
        if _is_same_name(mine, _own_words(name)) or _is_similar_number(customer.phone, phone)
    ]
    found = await session.scalars(
        select(Customer)
        .where(Customer.business_id == business_id, Customer.id.in_(alike[:limit]))
        .order_by(Customer.search, Customer.id)
    )
    return list(found.all())


def _own_words(name: str) -> frozenset[str]:
    words = _WORD_END.sub(" ", searching.fold(name)).split()
    return frozenset(words) - _TITLES or frozenset(words)


def _is_same_name(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def _is_similar_number(mine: str | None, theirs: str | None) -> bool:
    if not mine or not theirs:
        return False
    if mine[-_SIMILAR_DIGITS:] == theirs[-_SIMILAR_DIGITS:]:
        return True
    shorter, longer = sorted((mine, theirs), key=len)
    if len(shorter) == len(longer):
        return sum(a != b for a, b in zip(mine, theirs, strict=True)) == 1
    return len(longer) == len(shorter) + 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    )


async def forget(session: AsyncSession, business_id: uuid.UUID, customer_ids: Sequence[uuid.UUID]) -> None:
    """Takes what merges remember of these records out of them: the person has asked to be forgotten."""
    await session.execute(
        update(Merge)
        .where(
            Merge.business_id == business_id,
            or_(Merge.kept_id.in_(customer_ids), Merge.gone_id.in_(customer_ids)),
        )
        .values(changes="{}")
    )


async def prune(session: AsyncSession, *, now: datetime) -> None:
    """Forgets what cannot be undone any more, of all businesses."""
    await session.execute(
        update(Merge)
        .where(or_(Merge.made_at < now - UNDO, Merge.undone_at.is_not(None)), Merge.changes != "{}")
        .values(changes="{}")
    )
