"""Lists of people on their way into the business: first a draft to look through, then customers, all of them undone by one tap.

A draft lies on the server: a phone may go out of signal or battery in the middle and go on the next day. Every row knows whether
it is done, so a step that is asked for twice is done once. What lies here is deleted with the last step, or after a week.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base import phones
from ecrm_pwa.base.db import Base, insert_into, is_pointed_at, new_id, table_args, take_turn, within_business
from ecrm_pwa.base.errors import Gone, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.customers import searching
from ecrm_pwa.customers.reading import Contact, Reading, Unread
from ecrm_pwa.customers.records import Customer

SOURCES = ("contacts", "file", "paste")
DRAFT_KEPT = timedelta(days=7)
UNDO = timedelta(days=30)

NEW, KNOWN, UNREAD = "new", "known", "unread"
SAME_NAME, SAME_NUMBER, NO_NUMBER, BAD_NUMBER = "same_name", "same_number", "no_number", "bad_number"
DOUBTS = (SAME_NUMBER, SAME_NAME, BAD_NUMBER, NO_NUMBER)
"""What only a person can tell; until she does, nothing is added."""
VERDICTS = (NEW, KNOWN, *DOUBTS, UNREAD)

_AT_ONCE = 500
_LONGEST_NOTE = 500
_EMPTY = dict.fromkeys(("name", "search", "hamlet", "landmark", "label", "note"), "")


class Import(Base):
    """One list: who brought it, and what became of it."""

    __tablename__ = "customer_import"

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    source: Mapped[str]
    made_at: Mapped[datetime]
    added: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    """Doubts that were not added, rows that were ticked off, rows that nobody could read."""
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = table_args(
        CheckConstraint("source IN ('contacts', 'file', 'paste')", name="source"),
        Index(None, "business_id", "made_at"),
        Index(None, "account_id"),
    )


class Row(Base):
    """Somebody in a list that is not a customer yet."""

    __tablename__ = "customer_import_row"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    import_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    is_chosen: Mapped[bool] = mapped_column(Boolean(create_constraint=True, name="is_chosen"))
    is_done: Mapped[bool] = mapped_column(Boolean(create_constraint=True, name="is_done"), default=False)
    name: Mapped[str]
    phone: Mapped[str | None]
    """What she will be kept with; None where another has it."""
    written: Mapped[str]
    """What stood in the place of a number, as it was written."""
    other: Mapped[str]
    """Who is like her: the name of the one whom this row is compared with, or why it was not read."""
    hamlet: Mapped[str]
    landmark: Mapped[str]
    birth_day: Mapped[int | None]
    birth_month: Mapped[int | None]
    note: Mapped[str]

    __table_args__ = table_args(
        within_business("import_id", "customer_import", ondelete="CASCADE"),
        CheckConstraint(
            "verdict IN ('new', 'known', 'same_name', 'same_number', 'no_number', 'bad_number', 'unread')",
            name="verdict",
        ),
        Index(None, "business_id", "import_id", "verdict", "position"),
    )


@dataclass
class _Known:
    """Who is there already, by number and by name."""

    by_phone: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)

    def learn(self, name: str, numbers: Iterable[str]) -> None:
        for number in numbers:
            self.by_phone.setdefault(number, name)
        self.by_name.setdefault(searching.fold(name), name)


async def draft(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    import_id: uuid.UUID,
    source: str,
    reading: Reading,
    account_id: uuid.UUID,
    now: datetime,
) -> Import:
    """Keeps what was read, each row with what it looks like beside the customers of now: new, known, or doubtful."""
    known = await _who_is_known(session, business_id)
    began = Import(
        business_id=business_id,
        id=import_id,
        account_id=account_id,
        source=source,
        made_at=now,
        finished_at=None,
        undone_at=None,
    )
    session.add(began)
    await session.flush()
    people = [_judged(contact, known) for contact in reading.contacts]
    rows = [*people, *map(_unread, reading.unread)]
    keys = {"business_id": business_id, "import_id": import_id, "is_done": False}
    for start in range(0, len(rows), _AT_ONCE):
        values = [
            keys | {"position": position} | row for position, row in enumerate(rows[start : start + _AT_ONCE], start)
        ]
        await session.execute(insert(Row), values)
    return began


async def _who_is_known(session: AsyncSession, business_id: uuid.UUID) -> _Known:
    known = _Known()
    rows = await session.execute(
        select(Customer.name, Customer.phone)
        .where(Customer.business_id == business_id, Customer.erased_at.is_(None))
        .order_by(Customer.merged_into.is_not(None))
    )
    for name, phone in rows:
        known.learn(name, [phone] if phone else [])
    return known


def _judged(contact: Contact, known: _Known) -> dict[str, Any]:
    first = contact.phones[0] if contact.phones else None
    name = contact.name or nameless(first or "".join(contact.unreadable))
    verdict, other = _verdict(contact, known)
    notes = [contact.note, _other_numbers(contact.phones[1:])]
    phone = first
    if verdict == SAME_NUMBER:
        # Two people share a phone: the number stays with the one who has it.
        phone, notes = None, [*notes, _shared(contact, known)]
    if verdict == BAD_NUMBER:
        notes.append(_("Nomor tertulis: %(number)s.") % {"number": ", ".join(contact.unreadable)})
    if verdict in {NEW, SAME_NAME}:
        known.learn(name, contact.phones)
    elif verdict in {NO_NUMBER, BAD_NUMBER}:
        known.learn(name, [])
    return {
        "verdict": verdict,
        "is_chosen": verdict == NEW,
        "name": name,
        "phone": phone,
        "written": ", ".join(phones.display(one) for one in contact.phones) or ", ".join(contact.unreadable),
        "other": other,
        "hamlet": contact.hamlet,
        "landmark": contact.landmark,
        "birth_day": contact.birth_day,
        "birth_month": contact.birth_month,
        "note": " ".join(filter(None, notes))[:_LONGEST_NOTE],
    }


def _verdict(contact: Contact, known: _Known) -> tuple[str, str]:
    """What the row looks like, and the name of the one whom it is like."""
    namesake = known.by_name.get(searching.fold(contact.name)) if contact.name else None
    for number in contact.phones:
        if number in known.by_phone:
            other = known.by_phone[number]
            alike = not contact.name or searching.fold(contact.name) == searching.fold(other)
            return (KNOWN if alike else SAME_NUMBER), other
    if namesake is not None:
        return (SAME_NAME if contact.phones or contact.unreadable else KNOWN), namesake
    if contact.phones:
        return NEW, ""
    return (BAD_NUMBER if contact.unreadable else NO_NUMBER), ""


def nameless(number: str) -> str:
    """What somebody is called of whom only the number is known."""
    digits = "".join(c for c in number if c.isdigit())
    return _("Tanpa nama %(digits)s") % {"digits": digits[-4:]}


def _other_numbers(numbers: Sequence[str]) -> str:
    if not numbers:
        return ""
    return _("Nomor lain: %(numbers)s.") % {"numbers": ", ".join(map(phones.display, numbers))}


def _shared(contact: Contact, known: _Known) -> str:
    number = next(one for one in contact.phones if one in known.by_phone)
    words = {"name": known.by_phone[number], "number": phones.display(number)}
    return _("Nomornya sama dengan %(name)s: %(number)s.") % words


def _unread(unread: Unread) -> dict[str, Any]:
    nothing = dict.fromkeys(("name", "written", "hamlet", "landmark", "note"), "")
    missing = dict.fromkeys(("phone", "birth_day", "birth_month"))
    words = _("Baris %(line)s: %(words)s") % {"line": unread.line, "words": unread.words}
    return nothing | missing | {"verdict": UNREAD, "is_chosen": False, "other": words}


async def find_import(session: AsyncSession, business_id: uuid.UUID, import_id: uuid.UUID) -> Import:
    """The import; raises `NotFound`."""
    found = await session.get(Import, (business_id, import_id))
    if found is None:
        raise NotFound("import")
    return found


async def list_imports(session: AsyncSession, business_id: uuid.UUID, *, limit: int) -> Sequence[Import]:
    """Imports and drafts, the newest first."""
    return (
        await session.scalars(
            select(Import)
            .where(Import.business_id == business_id)
            .order_by(Import.made_at.desc(), Import.id.desc())
            .limit(limit)
        )
    ).all()


async def count_rows(session: AsyncSession, business_id: uuid.UUID, import_id: uuid.UUID) -> dict[str, int]:
    """How many rows of a draft are of each verdict; under "chosen" those that will be added, under "done" those that are."""
    rows = await session.execute(
        select(Row.verdict, Row.is_chosen, Row.is_done, func.count())
        .where(Row.business_id == business_id, Row.import_id == import_id)
        .group_by(Row.verdict, Row.is_chosen, Row.is_done)
    )
    counts = dict.fromkeys((*VERDICTS, "chosen", "done"), 0)
    for verdict, is_chosen, is_done, count in rows:
        counts[verdict] += count
        counts["chosen"] += count * is_chosen
        counts["done"] += count * is_done
    return counts


async def list_rows(
    session: AsyncSession,
    business_id: uuid.UUID,
    import_id: uuid.UUID,
    *,
    verdicts: Collection[str],
    after: int,
    limit: int,
) -> Sequence[Row]:
    """Rows of a draft in the order of the list, behind the position `after`."""
    return (
        await session.scalars(
            select(Row)
            .where(
                Row.business_id == business_id,
                Row.import_id == import_id,
                Row.verdict.in_(verdicts),
                Row.position > after,
            )
            .order_by(Row.position)
            .limit(limit)
        )
    ).all()


async def choose(
    session: AsyncSession,
    business_id: uuid.UUID,
    import_id: uuid.UUID,
    *,
    shown: Collection[int],
    chosen: Collection[int],
) -> None:
    """Of the rows that were shown, these are to be added and the others are not."""
    await _open_draft(session, business_id, import_id)
    for is_chosen, positions in ((True, set(shown) & set(chosen)), (False, set(shown) - set(chosen))):
        await session.execute(
            update(Row)
            .where(
                Row.business_id == business_id,
                Row.import_id == import_id,
                Row.position.in_(positions),
                Row.verdict.in_((NEW, *DOUBTS)),
                Row.is_done.is_(False),
            )
            .values(is_chosen=is_chosen)
        )


async def choose_all(
    session: AsyncSession, business_id: uuid.UUID, import_id: uuid.UUID, *, verdicts: Collection[str], is_chosen: bool
) -> None:
    """One answer for all rows of these kinds."""
    await _open_draft(session, business_id, import_id)
    await session.execute(
        update(Row)
        .where(
            Row.business_id == business_id,
            Row.import_id == import_id,
            Row.verdict.in_(set(verdicts) & {NEW, *DOUBTS}),
            Row.is_done.is_(False),
        )
        .values(is_chosen=is_chosen)
    )


async def _open_draft(session: AsyncSession, business_id: uuid.UUID, import_id: uuid.UUID) -> Import:
    found = await find_import(session, business_id, import_id)
    if found.finished_at is not None or found.undone_at is not None:
        raise Gone(_("Daftar ini sudah selesai."))
    return found


async def add(
    session: AsyncSession, business_id: uuid.UUID, import_id: uuid.UUID, *, most: int | None, now: datetime
) -> Import:
    """Adds the next `most` of the chosen rows, or all that are left; what was added before is not added again.

    A number that somebody has got since the draft was made is told as known. With the last row the draft is deleted.
    """
    await take_turn(session, f"customer-import:{business_id}:{import_id}")
    began = await find_import(session, business_id, import_id)
    await session.refresh(began)
    if began.finished_at is not None or began.undone_at is not None:
        return began
    left = most
    while left is None or left > 0:
        limit = _AT_ONCE if left is None else min(left, _AT_ONCE)
        rows = await _next_rows(session, business_id, import_id, limit=limit)
        if rows:
            added = await _add_rows(session, business_id, import_id, rows, now=now)
            began.added += added
            began.known += len(rows) - added
        if len(rows) < limit:
            await _finish(session, began, now=now)
            return began
        left = None if left is None else left - len(rows)
    if not await _next_rows(session, business_id, import_id, limit=1):
        await _finish(session, began, now=now)
    return began


async def _next_rows(
    session: AsyncSession, business_id: uuid.UUID, import_id: uuid.UUID, *, limit: int
) -> Sequence[Row]:
    waiting = (Row.is_chosen.is_(True), Row.is_done.is_(False))
    statement = select(Row).where(Row.business_id == business_id, Row.import_id == import_id, *waiting)
    return (await session.scalars(statement.order_by(Row.position).limit(limit))).all()


async def _add_rows(
    session: AsyncSession, business_id: uuid.UUID, import_id: uuid.UUID, rows: Sequence[Row], *, now: datetime
) -> int:
    """How many of them became customers."""
    numbers = [row.phone for row in rows if row.phone]
    # Also by a record that was merged: she is there under another number.
    taken = set(
        await session.scalars(
            select(Customer.phone).where(Customer.business_id == business_id, Customer.phone.in_(numbers))
        )
    )
    people = [_customer(row, now=now) for row in rows if not row.phone or row.phone not in taken]
    added = 0
    if people:
        # Whoever is faster by a millisecond has the number.
        statement = insert_into(session, Customer).on_conflict_do_nothing().returning(Customer.id)
        added = len((await session.execute(statement, people)).all())
    await session.execute(
        update(Row)
        .where(
            Row.business_id == business_id,
            Row.import_id == import_id,
            Row.is_chosen.is_(True),
            Row.position.between(rows[0].position, rows[-1].position),
        )
        .values(is_done=True)
        .execution_options(synchronize_session=False)
    )
    return added


def _customer(row: Row, *, now: datetime) -> dict[str, Any]:
    return {
        "business_id": row.business_id,
        "id": new_id(),
        "name": row.name,
        "phone": row.phone,
        "search": searching.text_of(name=row.name, phone=row.phone, hamlet=row.hamlet),
        "hamlet": row.hamlet,
        "landmark": row.landmark,
        "birth_day": row.birth_day,
        "birth_month": row.birth_month,
        "label": "",
        "note": row.note,
        "version": 1,
        "created_at": now,
        "updated_at": now,
        "import_id": row.import_id,
        "merged_into": None,
        "erased_at": None,
    }


async def _finish(session: AsyncSession, began: Import, *, now: datetime) -> None:
    counts = await count_rows(session, began.business_id, began.id)
    began.finished_at = now
    began.known += counts[KNOWN]
    began.left_out = sum(counts[verdict] for verdict in VERDICTS) - counts[KNOWN] - counts["done"]
    await _forget_rows(session, began.business_id, [began.id])
    await session.flush()


async def undo(session: AsyncSession, business_id: uuid.UUID, import_id: uuid.UUID, *, now: datetime) -> int:
    """Takes back everybody whom the import has brought and nobody has changed or used since: nothing of any area points at her.

    Gives how many stayed. Raises `Gone` after 30 days. Done twice, nothing more happens.
    """
    await take_turn(session, f"customer-import:{business_id}:{import_id}")
    began = await find_import(session, business_id, import_id)
    if now - began.made_at > UNDO:
        raise Gone(_("Daftar ini sudah lebih dari 30 hari, jadi tidak bisa diurungkan lagi."))
    if began.undone_at is None:
        began.undone_at = now
        await _forget_rows(session, business_id, [import_id])
        await session.execute(
            update(Customer)
            .where(
                Customer.business_id == business_id,
                Customer.import_id == import_id,
                Customer.version == 1,
                Customer.merged_into.is_(None),
                Customer.erased_at.is_(None),
                ~is_pointed_at(Customer, business_id),
            )
            # Emptied rather than deleted: a phone that still shows her is told so, and SQLite need not look who points at each.
            .values(erased_at=now, updated_at=now, version=2, phone=None, birth_day=None, birth_month=None, **_EMPTY)
            .execution_options(synchronize_session=False)
        )
    return len(await list_brought(session, business_id, import_id, limit=None))


async def list_brought(
    session: AsyncSession, business_id: uuid.UUID, import_id: uuid.UUID, *, limit: int | None
) -> Sequence[Customer]:
    """Whom an import has brought and who is still there, by name."""
    return (
        await session.scalars(
            select(Customer)
            .where(
                Customer.business_id == business_id,
                Customer.import_id == import_id,
                Customer.erased_at.is_(None),
            )
            .order_by(Customer.search, Customer.id)
            .limit(limit)
        )
    ).all()


async def discard(session: AsyncSession, business_id: uuid.UUID, import_id: uuid.UUID) -> None:
    """Throws a draft away of which nobody was added yet; nothing happens where it is gone already."""
    began = await session.get(Import, (business_id, import_id))
    if began is None:
        return
    if began.finished_at is not None or began.added:
        raise Gone(_("Daftar ini sudah selesai."))
    await session.delete(began)
    await session.flush()


async def forget_phones(session: AsyncSession, business_id: uuid.UUID, numbers: Collection[str]) -> None:
    """Takes a person out of every draft: she has asked to be forgotten."""
    shown = [Row.written.contains(phones.display(number), autoescape=True) for number in numbers]
    await session.execute(delete(Row).where(Row.business_id == business_id, or_(Row.phone.in_(numbers), *shown)))


async def prune(session: AsyncSession, *, now: datetime) -> None:
    """Deletes what nobody has confirmed within a week, of all businesses."""
    old = Import.made_at < now - DRAFT_KEPT
    keys = (await session.execute(select(Import.business_id, Import.id).where(old, Import.finished_at.is_(None)))).all()
    for business_id, import_id in keys:
        began = await session.get_one(Import, (business_id, import_id))
        if began.added:
            began.finished_at = now
            await _forget_rows(session, business_id, [import_id])
        else:
            await session.delete(began)
    await session.flush()


async def _forget_rows(session: AsyncSession, business_id: uuid.UUID, import_ids: Collection[uuid.UUID]) -> None:
    await session.execute(delete(Row).where(Row.business_id == business_id, Row.import_id.in_(import_ids)))
