"""Whom the business knows. The number is the identity: one living record a number and business; who has none is only a name.

A phone names a new customer before it has signal, so two phones may give one person two ids. The later one becomes an alias, and
whatever waits for it finds its way by `find`. A record that was merged into another is kept for the way back, and followed, too.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, column, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, insert_into, table_args, take_turn, within_business
from ecrm_pwa.base.errors import Conflict, Difference, FieldsRefused, Gone, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.outbox import bury, refuse_buried
from ecrm_pwa.customers import searching

FIELDS = ("name", "phone", "hamlet", "landmark", "birth_day", "birth_month", "label", "note")
"""What somebody may write about a customer."""
SNAPSHOT = 5_000
"""How many customers a phone holds for searching without signal."""
LONGEST_NOTE = 500
_NOT_MERGED = column("merged_into").is_(None)
_STEPS = 20


class Customer(Base):
    """One person, or what is left of her record. What is not known is "", a number None; of a birthday never the year."""

    __tablename__ = "customer"

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    search: Mapped[str]
    """Folded name, number, kampung and other names: see searching.py."""
    hamlet: Mapped[str] = mapped_column(default="")
    landmark: Mapped[str] = mapped_column(default="")
    birth_day: Mapped[int | None]
    birth_month: Mapped[int | None]
    label: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    import_id: Mapped[uuid.UUID | None]
    """The import that brought her."""
    merged_into: Mapped[uuid.UUID | None]
    """The record that stands for this one since they were merged."""
    erased_at: Mapped[datetime | None]
    """When she was forgotten: the row stays for the figures, without anything of her."""

    __table_args__ = table_args(
        within_business("merged_into", "customer"),
        CheckConstraint("birth_day BETWEEN 1 AND 31", name="birth_day"),
        CheckConstraint("birth_month BETWEEN 1 AND 12", name="birth_month"),
        Index(
            "uq_customer_phone",
            "business_id",
            "phone",
            unique=True,
            sqlite_where=_NOT_MERGED,
            postgresql_where=_NOT_MERGED,
        ),
        Index("ix_customer_search", "business_id", "search", "id"),
        Index("ix_customer_import_id", "business_id", "import_id"),
        Index("ix_customer_merged_into", "business_id", "merged_into"),
    )

    @property
    def is_living(self) -> bool:
        """Whether she is a customer to be shown: neither merged into another nor erased."""
        return self.merged_into is None and self.erased_at is None


class Alias(Base):
    """An id that a phone made for somebody who was there already, and what she was called there."""

    __tablename__ = "customer_alias"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[uuid.UUID]
    name: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = table_args(
        within_business("customer_id", "customer", ondelete="CASCADE"),
        Index(None, "business_id", "customer_id"),
    )


@dataclass(frozen=True)
class Recorded:
    """A customer, and whether somebody else had recorded her number before."""

    customer: Customer
    was_known: bool


async def record_customer(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    customer_id: uuid.UUID,
    name: str,
    phone: str | None,
    now: datetime,
    hamlet: str = "",
    landmark: str = "",
    birth_day: int | None = None,
    birth_month: int | None = None,
    label: str = "",
    note: str = "",
    import_id: uuid.UUID | None = None,
) -> Recorded:
    """Keeps a customer. Where her number is known already, the id becomes an alias of the one who has it.

    What that one lacks is filled in, another name is kept beside hers, and nothing of hers is overwritten. Sent once more under its
    own id (corrected on the phone, while the first one had arrived unheard), it counts as it is now until somebody has edited it.
    Raises `Gone` for an id that was erased.
    """
    await refuse_buried(session, business_id, customer_id)
    await take_turn(session, f"customer:{business_id}:{phone or customer_id}")
    said = {
        "name": name,
        "phone": phone or None,
        "hamlet": hamlet,
        "landmark": landmark,
        "birth_day": birth_day,
        "birth_month": birth_month,
        "label": label,
        "note": note,
    }
    known = await _resolve(session, business_id, customer_id)
    if known is not None and known.id == customer_id and known.version == 1:
        return Recorded(
            await edit_customer(session, business_id, known.id, version=1, now=now, **said), was_known=False
        )
    if known is None and phone:
        known = await find_by_phone(session, business_id, phone)
    if known is not None:
        if known.id != customer_id:
            await _keep_alias(session, known, alias_id=customer_id, name=name, now=now)
        await _fill_in(session, known, said, now=now)
        return Recorded(known, was_known=known.id != customer_id)
    customer = Customer(
        business_id=business_id,
        id=customer_id,
        search=searching.text_of(name=name, phone=phone, hamlet=hamlet),
        version=1,
        created_at=now,
        updated_at=now,
        import_id=import_id,
        merged_into=None,
        erased_at=None,
        **said,
    )
    session.add(customer)
    await session.flush()
    return Recorded(customer, was_known=False)


async def _keep_alias(
    session: AsyncSession, customer: Customer, *, alias_id: uuid.UUID, name: str, now: datetime
) -> None:
    statement = insert_into(session, Alias).values(
        business_id=customer.business_id, id=alias_id, customer_id=customer.id, name=name, created_at=now
    )
    await session.execute(statement.on_conflict_do_nothing())


async def _fill_in(session: AsyncSession, customer: Customer, said: dict[str, Any], *, now: datetime) -> None:
    missing = {name: value for name, value in said.items() if value and not getattr(customer, name)}
    # A day belongs to its month.
    if customer.birth_day or customer.birth_month:
        missing = {name: value for name, value in missing.items() if not name.startswith("birth_")}
    if said["note"] and customer.note and said["note"] not in customer.note:
        missing["note"] = f"{customer.note}\n{said['note']}"[: 2 * LONGEST_NOTE]
    for name, value in missing.items():
        setattr(customer, name, value)
    customer.version += bool(missing)
    customer.updated_at = now
    await refresh_search(session, customer)


async def refresh_search(session: AsyncSession, customer: Customer) -> None:
    """Makes her found by what is known of her now, and by the other names and numbers that she was recorded under."""
    others = [alias.name for alias in await list_aliases(session, customer.business_id, customer.id)]
    for merged in await list_merged(session, customer.business_id, customer.id):
        others += [merged.name, (merged.phone or "").removeprefix("+")]
    customer.search = searching.text_of(
        name=customer.name, phone=customer.phone, hamlet=customer.hamlet, other_names=dict.fromkeys(others)
    )
    await session.flush()


async def find(session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID) -> Customer:
    """The living record that this id stands for, by way of aliases and merges.

    Raises `NotFound`, and `Gone` for somebody who was erased.
    """
    found = await _resolve(session, business_id, customer_id)
    if found is None:
        raise NotFound("customer")
    if found.erased_at is not None:
        raise Gone(_("Pelanggan ini sudah dihapus."))
    return found


async def find_addressed(session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID) -> uuid.UUID:
    """The very record that this id names: what is kept there goes with it when a merge is undone. Raises like `find`."""
    living = await find(session, business_id, customer_id)
    if await session.get(Customer, (business_id, customer_id)) is not None:
        return customer_id
    alias = await session.get(Alias, (business_id, customer_id))
    return living.id if alias is None else alias.customer_id


async def _resolve(session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID) -> Customer | None:
    """The record at the end of all aliases and merges."""
    found = await session.get(Customer, (business_id, customer_id))
    if found is None:
        alias = await session.get(Alias, (business_id, customer_id))
        found = None if alias is None else await session.get(Customer, (business_id, alias.customer_id))
    for _step in range(_STEPS):
        if found is None or found.merged_into is None:
            return found
        found = await session.get(Customer, (business_id, found.merged_into))
    raise RuntimeError(f"merges of {customer_id} go in a circle")


async def find_by_phone(session: AsyncSession, business_id: uuid.UUID, phone: str) -> Customer | None:
    """Who has this number (`+62…`), also by a record that was merged; None when nobody has."""
    rows = await session.scalars(
        select(Customer)
        .where(Customer.business_id == business_id, Customer.phone == phone)
        .order_by(Customer.merged_into.is_not(None), Customer.updated_at.desc())
        .limit(1)
    )
    found = rows.first()
    return None if found is None else await _resolve(session, business_id, found.id)


async def edit_customer(
    session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID, *, version: int, now: datetime, **fields: Any
) -> Customer:
    """Changes what is known of her (`FIELDS`); what is not named stays.

    `version` is the one that was seen. Raises `Conflict` when another phone has saved since, and what it saved differs;
    `FieldsRefused` for a number that somebody else has.
    """
    found = await find(session, business_id, customer_id)
    customer = await session.get_one(Customer, (business_id, found.id), with_for_update=True, populate_existing=True)
    changed = {name: value for name, value in fields.items() if getattr(customer, name) != value}
    if changed and customer.version != version:
        differences = [Difference(name, _shown(new), _shown(getattr(customer, name))) for name, new in changed.items()]
        raise Conflict(customer.version, differences)
    if changed.get("phone"):
        await take_turn(session, f"customer:{business_id}:{changed['phone']}")
        other = await find_by_phone(session, business_id, changed["phone"])
        if other is not None and other.id != customer.id:
            raise FieldsRefused(phone=_("Nomor ini sudah ada, atas nama %(name)s.") % {"name": other.name})
    for name, value in changed.items():
        setattr(customer, name, value)
    if changed:
        customer.version += 1
        customer.updated_at = now
        await refresh_search(session, customer)
    return customer


def _shown(value: object) -> str:
    return "" if value is None else str(value)


async def list_customers(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    limit: int,
    words: str = "",
    after: uuid.UUID | None = None,
) -> Sequence[Customer]:
    """Living customers in the order of their names, those in whom all `words` occur, behind the one that is called `after`."""
    statement = select(Customer).where(
        Customer.business_id == business_id, Customer.merged_into.is_(None), Customer.erased_at.is_(None)
    )
    for word in searching.words_of(words):
        statement = statement.where(Customer.search.contains(word, autoescape=True))
    last = None if after is None else await session.get(Customer, (business_id, after))
    if last is not None:
        statement = statement.where(tuple_(Customer.search, Customer.id) > (last.search, last.id))
    return (await session.scalars(statement.order_by(Customer.search, Customer.id).limit(limit))).all()


async def list_for_phone(session: AsyncSession, business_id: uuid.UUID) -> list[tuple[str, str, str, str, str]]:
    """Id, name, number, kampung and folded text of everybody, the last changed first: what a phone searches without signal."""
    rows = await session.execute(
        select(Customer.id, Customer.name, Customer.phone, Customer.hamlet, Customer.search)
        .where(Customer.business_id == business_id, Customer.merged_into.is_(None), Customer.erased_at.is_(None))
        .order_by(Customer.updated_at.desc(), Customer.id)
        .limit(SNAPSHOT)
    )
    return [(str(one), name, phone or "", hamlet, search) for one, name, phone, hamlet, search in rows]


async def count_customers(session: AsyncSession, business_id: uuid.UUID) -> int:
    """How many living customers there are."""
    living = (Customer.business_id == business_id, Customer.merged_into.is_(None), Customer.erased_at.is_(None))
    return await session.scalar(select(func.count()).select_from(Customer).where(*living)) or 0


async def list_aliases(session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID) -> Sequence[Alias]:
    """The other names that phones gave her, the oldest first."""
    return (
        await session.scalars(
            select(Alias)
            .where(Alias.business_id == business_id, Alias.customer_id == customer_id)
            .order_by(Alias.created_at, Alias.id)
        )
    ).all()


async def list_merged(session: AsyncSession, business_id: uuid.UUID, customer_id: uuid.UUID) -> Sequence[Customer]:
    """The records that were merged into hers, and into those."""
    found: list[Customer] = []
    wave: Collection[uuid.UUID] = [customer_id]
    while wave:
        rows = await session.scalars(
            select(Customer).where(Customer.business_id == business_id, Customer.merged_into.in_(wave))
        )
        merged = rows.all()
        found += merged
        wave = [one.id for one in merged]
    return found


async def forget(session: AsyncSession, customer: Customer, *, now: datetime) -> None:
    """Takes everything of the person out of her record, its aliases and what was merged into it, and lets no phone bring it back.

    The rows stay: what was sold to somebody stays sold. What other areas hold of her is for privacy.py.
    """
    for one in (customer, *await list_merged(session, customer.business_id, customer.id)):
        for alias in await list_aliases(session, one.business_id, one.id):
            alias.name = ""
            await bury(session, one.business_id, alias.id, now=now)
        one.name = one.search = one.hamlet = one.landmark = one.label = one.note = ""
        one.phone = one.birth_day = one.birth_month = None
        one.erased_at, one.updated_at = now, now
        one.version += 1
        await bury(session, one.business_id, one.id, now=now)
    await session.flush()
