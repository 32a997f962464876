"""Tempel pesanan grup: a list from a WhatsApp group is read, looked at, and only then recorded; and taken back as a whole.

The second form carries the text once more and what she has chosen. Where the reading is another one meanwhile (goods have changed),
she looks again.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import customers, orders, products
from ecrm_pwa.base import money
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import NewId, Text, read_id
from ecrm_pwa.customers.searching import fold
from ecrm_pwa.orders import Status, Want
from ecrm_pwa.orders.group_text import Entry, Reading, Wanted, read
from ecrm_pwa.orders.shelf import Known
from ecrm_pwa.products import Product
from ecrm_pwa.routes.orders import words
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business, person

LONGEST_LIST = 20_000
MOST_PEOPLE = 100
_MOST_GOODS = 200
_MOST_NAMESAKES = 4
NEW, SKIP, ASK = "new", "skip", ""


@dataclass
class Pasted:
    """What was copied from the group."""

    text: Annotated[str, Text(LONGEST_LIST, lines=True)]


@dataclass
class Confirmed:
    """The same once more, after she has looked."""

    id: Annotated[Any, NewId()]
    text: Annotated[str, Text(LONGEST_LIST, lines=True)]
    seen: Annotated[str, Text(64)]


@dataclass(frozen=True)
class Row:
    """One kind of goods of a person: what was read, under which field she may choose another, and what is chosen."""

    field: str
    wanted: Wanted
    chosen: str


@dataclass(frozen=True)
class Proposal:
    """What would be recorded for one person."""

    field: str
    entry: Entry
    namesakes: Sequence[customers.Customer]
    chosen: str
    rows: Sequence[Row]


@get("/orders/paste")
async def paste_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """Where the list is put in."""
    return page(request, "orders/paste.html", form=forms.blank(), longest=LONGEST_LIST)


@post("/orders/paste")
async def preview(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Shows what would be recorded; nothing is kept yet."""
    form = await forms.read(request, Pasted)
    with form.checking():
        return await _preview(request, db, form, form.data.text)
    return page(request, "orders/paste.html", status=form.status, form=form, longest=LONGEST_LIST)


@post("/orders/paste/orders")
async def record(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Records all that she has not left out."""
    mine = business(request)
    form = await forms.read(request, Confirmed)
    if "text" in form.errors:
        return page(request, "orders/paste.html", status=form.status, form=form, longest=LONGEST_LIST)
    text = form.values.get("text", "")
    with form.checking():
        data = form.data
        text = data.text
        async with writes.writing(request, db, scope=mine.id) as write:
            goods = await _goods(write.session, mine.id)
            reading = _read(data.text, goods)
            if _digest(reading) != data.seen:
                raise FieldsRefused(**{"": _("Daftar barang baru saja berubah. Periksa sekali lagi.")})
            taken = _choices(reading, form.several, goods)
            for place, (entry, who, wants) in enumerate(taken):
                await orders.record_order(
                    write.session,
                    mine.id,
                    order_id=uuid.uuid5(data.id, str(place)),
                    wants=wants,
                    customer_id=await _customer(write, mine.id, entry, who),
                    customer_name=entry.name,
                    note=entry.note,
                    source="group",
                    paste_id=data.id,
                    made_at=write.made_at,
                    now=write.now,
                )
            say = _("%(count)s pesanan tercatat.") % {"count": len(taken)}
            return write.see_other(f"/orders/paste/{data.id}", say=say, undo=f"/orders/paste/{data.id}/undone")
    return await _preview(request, db, form, text)


@get("/orders/paste/{paste_id:str}")
async def pasted_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], paste_id: FromPath[str]
) -> Response[Any]:
    """The orders that one list brought."""
    found = await _find(db, business(request).id, paste_id)
    return page(
        request,
        "orders/pasted.html",
        paste_id=paste_id,
        found=found,
        may_undo=any(one.order.status == Status.NEW for one in found),
        price=money.display,
        words=words,
    )


@post("/orders/paste/{paste_id:str}/undone")
async def undo(
    request: Request[Any, Any, Any], db: NamedDependency[Database], paste_id: FromPath[str]
) -> Response[Any]:
    """Cancels all of them that nobody has begun to work on; their numbers stay taken."""
    mine = business(request)
    found = await _find(db, mine.id, paste_id)
    async with writes.writing(request, db, scope=mine.id) as write:
        fresh = [one.order.id for one in found if one.order.status == Status.NEW]
        for order_id in sorted(fresh):
            await orders.advance(
                write.session,
                mine.id,
                order_id,
                status=Status.CANCELLED,
                account_id=person(request).account_id,
                made_at=write.made_at,
            )
        say = _("%(count)s pesanan dibatalkan.") % {"count": len(fresh)}
        return write.see_other(f"/orders/paste/{paste_id}", say=say)


async def _find(db: Database, business_id: uuid.UUID, paste_id: str) -> Sequence[orders.Listed]:
    wanted = read_id(paste_id)
    async with db.reading() as session:
        found = await orders.list_of_paste(session, business_id, wanted) if wanted else ()
    if not found:
        raise NotFound("paste")
    return found


async def _goods(session: AsyncSession, business_id: uuid.UUID) -> dict[str, Product]:
    goods = await products.list_goods(session, business_id, limit=_MOST_GOODS)
    return {str(one.product.id): one.product for one in goods}


def _read(text: str, goods: Mapping[str, Product]) -> Reading:
    reading = read(text, [Known(one.id, one.name) for one in goods.values()])
    if not reading.entries:
        raise FieldsRefused(text=_("Tidak ada pesanan yang terbaca di daftar ini."))
    if len(reading.entries) > MOST_PEOPLE:
        raise FieldsRefused(
            text=_("Paling banyak %(most)s orang sekali tempel. Bagi daftarnya.") % {"most": MOST_PEOPLE}
        )
    return reading


def _digest(reading: Reading) -> str:
    return hashlib.sha256(repr(reading).encode()).hexdigest()


def _choices(
    reading: Reading, several: Mapping[str, Sequence[str]], goods: Mapping[str, Product]
) -> list[tuple[Entry, str, list[Want]]]:
    """Who is taken, as whom, and what of her goods; raises `FieldsRefused` where she has not chosen yet."""
    taken = []
    errors = {}
    for place, entry in enumerate(reading.entries):
        who = several.get(f"who.{place}", [NEW])[-1]
        wants = []
        for number, wanted in enumerate(entry.wanted):
            field = f"goods.{place}.{number}"
            chosen = several.get(field, [_guess(wanted)])[-1]
            if SKIP in {who, chosen}:
                continue
            if chosen not in goods:
                errors[field] = _("Pilih barangnya.")
                continue
            wants.append(Want(wanted.count, goods[chosen].id))
        if who != SKIP and wants:
            taken.append((entry, who, wants))
    if errors:
        raise FieldsRefused(**errors)
    if not taken:
        raise FieldsRefused(**{"": _("Tidak ada yang dicatat: semua dilewati.")})
    return taken


def _guess(wanted: Wanted) -> str:
    return str(wanted.product.id) if wanted.product else ASK


async def _customer(write: writes.Write, business_id: uuid.UUID, entry: Entry, who: str) -> uuid.UUID | None:
    """Whom she has chosen, or somebody new by this name; raises `NotFound`."""
    chosen = read_id(who)
    if chosen is not None:
        return (await customers.find(write.session, business_id, chosen)).id
    if not entry.name:
        return None
    recorded = await customers.record_customer(
        write.session, business_id, customer_id=new_id(), name=entry.name, phone=entry.phone or None, now=write.now
    )
    return recorded.customer.id


async def _preview(request: Request[Any, Any, Any], db: Database, form: forms.Form[Any], text: str) -> Response[Any]:
    mine = business(request)
    async with db.reading() as session:
        goods = await _goods(session, mine.id)
        reading = _read(text, goods)
        proposals = [
            await _propose(session, mine.id, place, entry, form.several) for place, entry in enumerate(reading.entries)
        ]
    return page(
        request,
        "orders/preview.html",
        status=form.status if form.errors else 200,
        form=form,
        text=text,
        seen=_digest(reading),
        proposals=proposals,
        left=reading.left,
        goods=goods,
        price=money.display,
    )


async def _propose(
    session: AsyncSession, business_id: uuid.UUID, place: int, entry: Entry, several: Mapping[str, Sequence[str]]
) -> Proposal:
    namesakes: Sequence[customers.Customer] = ()
    by_phone = await customers.find_by_phone(session, business_id, entry.phone) if entry.phone else None
    if by_phone is not None and by_phone.is_living:
        namesakes = (by_phone,)
    elif entry.name:
        found = await customers.list_customers(session, business_id, words=entry.name, limit=_MOST_NAMESAKES)
        namesakes = sorted(found, key=lambda one: fold(one.name) != fold(entry.name))
    same = [one for one in namesakes if one is by_phone or fold(one.name) == fold(entry.name)]
    usual = str(same[0].id) if len(same) == 1 else NEW
    field = f"who.{place}"
    rows = [
        Row(name, wanted, several.get(name, [_guess(wanted)])[-1])
        for number, wanted in enumerate(entry.wanted)
        for name in [f"goods.{place}.{number}"]
    ]
    return Proposal(field, entry, namesakes, several.get(field, [usual])[-1], rows)


handlers = [paste_page, preview, record, pasted_page, undo]
