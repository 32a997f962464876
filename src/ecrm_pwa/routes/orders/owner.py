"""The business's orders: the list, one order, its steps, its money, its links."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import businesses, orders
from ecrm_pwa.base import money
from ecrm_pwa.base.db import Database, Place, epoch_ms, from_epoch_ms, new_id, utc_now
from ecrm_pwa.base.errors import Conflict, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Choice, Day, NewId, Refused, Text, Whole, clean, read_id
from ecrm_pwa.base.money import Money
from ecrm_pwa.base.times import Dates
from ecrm_pwa.orders import Show, Status
from ecrm_pwa.routes.orders import words
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business, person

PAGE = 50
_LONGEST_SEARCH = 60
_LAST_ID = UUID(int=2**128 - 1)


@dataclass
class Take:
    """Where it goes now."""

    status: Annotated[str, Choice(tuple(Status))]


@dataclass
class NewPayment:
    """What was paid, promised or forgiven."""

    id: Annotated[Any, NewId()]
    kind: Annotated[str, Choice(orders.KINDS)]
    amount: Annotated[int, Money()]
    due_on: Annotated[date | None, Day(timedelta(days=366), timedelta(days=1100), optional=True)]


@dataclass
class Edit:
    """What is known of an order beside its goods."""

    way: Annotated[str, Choice(orders.WAYS)]
    address: Annotated[str, Text(orders.LONGEST_ADDRESS, optional=True)]
    due_on: Annotated[date | None, Day(timedelta(days=1100), timedelta(days=366), optional=True)]
    shipping: Annotated[int | None, Money(least=0, optional=True)]
    discount: Annotated[int | None, Money(least=0, optional=True)]
    note: Annotated[str, Text(orders.LONGEST_NOTE, optional=True, lines=True)]
    version: Annotated[int, Whole(1, 1_000_000_000)]


@get("/orders")
async def list_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """The orders, by what is asked for."""
    mine, asked = business(request), request.query_params
    search = _asked(asked.get("q", ""))
    show = Show(asked["show"]) if asked.get("show") in set(Show) else Show.ALL if search else Show.OPEN
    before = _before(asked.get("before", ""))
    async with db.reading() as session:
        found = await orders.list_orders(session, mine.id, show=show, before=before, limit=PAGE + 1, words=search)
        counts = await orders.count_by_status(session, mine.id)
    query = {"show": show, "q": search, "before": _place(found[PAGE - 1].place) if len(found) > PAGE else ""}
    return page(
        request,
        "orders/list.html",
        found=found[:PAGE],
        show=show,
        search=search,
        counts=counts,
        any_order=bool(counts),
        more=f"/orders?{urlencode(query)}" if query["before"] else None,
        price=money.display,
        words=words,
    )


@get("/orders/{order_id:str}")
async def order_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[str]
) -> Response[Any]:
    """One order with all that belongs to it."""
    wanted, mine = read_order_id(order_id), business(request)
    async with db.reading() as session:
        listed = await orders.show_order(session, mine.id, wanted)
        steps = await orders.list_steps(session, mine.id, wanted)
        ledger = await orders.list_payments(session, mine.id, wanted)
        short = await orders.list_short(session, mine.id, wanted)
        shop = await businesses.find(session, mine.id)
    return page(
        request,
        "orders/order.html",
        listed=listed,
        order=listed.order,
        steps=steps,
        ledger=ledger,
        countered={entry.counters for entry in ledger if entry.counters},
        short=[] if listed.order.is_void else short,
        next_steps=orders.next_steps(listed.order),
        whatsapp=words.whatsapp_address(listed.phone, words.order_text(listed, shop)),
        price=money.display,
        words=words,
        due=words.day_words(listed.order.due_on, Dates(mine.zone)),
    )


@post("/orders/{order_id:str}/steps")
async def step(
    request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[str]
) -> Response[Any]:
    """Takes it on; the next page lets her take that back."""
    wanted, mine = read_order_id(order_id), business(request)
    form = await forms.read(request, Take)
    status = Status(form.data.status)
    async with writes.writing(request, db, scope=mine.id) as write:
        order = await orders.find(write.session, mine.id, wanted)
        before = order.status
        moved = await orders.advance(
            write.session,
            mine.id,
            wanted,
            status=status,
            account_id=person(request).account_id,
            made_at=write.made_at,
        )
        undo = f"/orders/{wanted}/steps/undone/{before}" if moved else ""
        said = words.status_words()[status]
        return write.see_other(
            f"/orders/{wanted}",
            say=_("Pesanan #%(number)s: %(status)s.") % {"number": order.number, "status": said},
            undo=undo,
        )


@post("/orders/{order_id:str}/steps/undone/{status:str}")
async def undo_step(
    request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[str], status: FromPath[str]
) -> Response[Any]:
    """Takes back what one tap has just done."""
    wanted, mine = read_order_id(order_id), business(request)
    if status not in set(Status):
        raise NotFound("status")
    async with writes.writing(request, db, scope=mine.id) as write:
        await orders.take_back(
            write.session,
            mine.id,
            wanted,
            status=Status(status),
            account_id=person(request).account_id,
            made_at=write.made_at,
        )
        return write.see_other(f"/orders/{wanted}", say=_("Dikembalikan seperti tadi."))


@get("/orders/{order_id:str}/payments")
async def payment_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[str]
) -> Response[Any]:
    """The form for what is paid now; her QRIS big beside it."""
    return await _show_payment(request, db, read_order_id(order_id), None)


@post("/orders/{order_id:str}/payments")
async def pay(request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[str]) -> Response[Any]:
    """Writes it into the ledger."""
    wanted, mine = read_order_id(order_id), business(request)
    form = await forms.read(request, NewPayment)
    with form.checking():
        data = form.data
        async with writes.writing(request, db, scope=mine.id) as write:
            payment = await orders.record_payment(
                write.session,
                mine.id,
                wanted,
                payment_id=data.id,
                kind=data.kind,
                amount=data.amount,
                due_on=data.due_on.isoformat() if data.due_on else "",
                account_id=person(request).account_id,
                made_at=write.made_at,
                now=write.now,
            )
            said = f"{words.kind_words()[payment.kind]} {money.display(payment.amount)}"
            undo = f"/orders/{wanted}/payments/{payment.id}/counter"
            return write.see_other(f"/orders/{wanted}", say=_("Tercatat: %(what)s.") % {"what": said}, undo=undo)
    return await _show_payment(request, db, wanted, form)


@post("/orders/{order_id:str}/payments/{payment_id:str}/counter")
async def counter(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    order_id: FromPath[str],
    payment_id: FromPath[str],
) -> Response[Any]:
    """Takes an entry back by one more; both stay to be seen."""
    wanted, mine, payment = read_order_id(order_id), business(request), read_id(payment_id)
    if payment is None:
        raise NotFound("payment")
    async with writes.writing(request, db, scope=mine.id) as write:
        await orders.counter_payment(
            write.session,
            mine.id,
            wanted,
            payment,
            counter_id=new_id(),
            account_id=person(request).account_id,
            made_at=write.made_at,
            now=write.now,
        )
        return write.see_other(f"/orders/{wanted}", say=_("Catatan uang itu dibatalkan."))


@get("/orders/{order_id:str}/edit")
async def edit_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[str]
) -> Response[Any]:
    """What is known of it beside its goods, to be changed."""
    wanted = read_order_id(order_id)
    async with db.reading() as session:
        order = await orders.find(session, business(request).id, wanted)
    values = {name: getattr(order, name) for name in forms.rules_of(Edit)}
    values |= {name: values[name] or "" for name in ("shipping", "discount")}
    return await _show_edit(request, db, wanted, forms.blank(values), conflict=None)


@post("/orders/{order_id:str}/edit")
async def edit(
    request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[str]
) -> Response[Any]:
    """Saves it, or shows both sides where another phone has saved something else."""
    wanted, mine = read_order_id(order_id), business(request)
    form = await forms.read(request, Edit)
    with form.checking():
        data = form.data
        fields = vars(data) | {
            "due_on": data.due_on.isoformat() if data.due_on else "",
            "shipping": data.shipping or 0,
            "discount": data.discount or 0,
        }
        try:
            async with writes.writing(request, db, scope=mine.id) as write:
                fields["version"] = await write.built_on(data.version)
                write.version = (await orders.edit_order(write.session, mine.id, wanted, **fields)).version
                return write.see_other(f"/orders/{wanted}", say=_("Pesanan tersimpan."))
        except Conflict as error:
            form.values["version"] = str(error.version)
            form.status = 409
            theirs = writes.Theirs(error, words.field_words())
            return await _show_edit(request, db, wanted, form, conflict=theirs)
    return await _show_edit(request, db, wanted, form, conflict=None)


@post("/orders/{order_id:str}/release")
async def release(
    request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[str]
) -> Response[Any]:
    """Takes up an order that came in a flood."""
    wanted, mine = read_order_id(order_id), business(request)
    async with writes.writing(request, db, scope=mine.id) as write:
        await orders.let_through(write.session, mine.id, wanted)
        return write.see_other(f"/orders/{wanted}", say=_("Pesanan ini sekarang masuk daftar."))


async def _show_payment(
    request: Request[Any, Any, Any], db: Database, order_id: UUID, form: forms.Form[Any] | None
) -> Response[Any]:
    mine = business(request)
    async with db.reading() as session:
        listed = await orders.show_order(session, mine.id, order_id)
        pictures = await businesses.list_pictures(session, mine.id)
    if form is None:
        owed = money.display(listed.sums.owed).removeprefix("Rp") if listed.sums.owed > 0 else ""
        form = forms.blank({"kind": "cash", "amount": owed})
    return page(
        request,
        "orders/payment.html",
        status=form.status if form.errors else 200,
        listed=listed,
        form=form,
        kinds=words.kind_words(),
        qris=pictures.get("qris"),
        price=money.display,
    )


async def _show_edit(
    request: Request[Any, Any, Any],
    db: Database,
    order_id: UUID,
    form: forms.Form[Any],
    *,
    conflict: writes.Theirs | None,
) -> Response[Any]:
    async with db.reading() as session:
        listed = await orders.show_order(session, business(request).id, order_id)
    return page(
        request,
        "orders/edit.html",
        status=form.status if form.errors or conflict else 200,
        headers=conflict.headers if conflict is not None else None,
        listed=listed,
        form=form,
        conflict=conflict,
    )


def read_order_id(text: str) -> UUID:
    """The id in an address; raises `NotFound`."""
    found = read_id(text)
    if found is None:
        raise NotFound("order")
    return found


def _place(place: Place) -> str:
    moment, one = place
    return f"{epoch_ms(moment)}-{one}"


def _before(text: str) -> Place:
    """Where the list goes on; anything that is no place means from the newest."""
    digits, _dash, identifier = text.partition("-")
    one = read_id(identifier)
    if one is None or not digits.isascii() or not digits.isdigit() or len(digits) > 14:  # noqa: PLR2004 (below any overflow)
        return utc_now() + timedelta(minutes=5), _LAST_ID
    return from_epoch_ms(int(digits)), one


def _asked(text: str) -> str:
    try:
        return clean(text)[:_LONGEST_SEARCH]
    except Refused:
        return ""


handlers = [
    list_page,
    order_page,
    step,
    undo_step,
    payment_page,
    pay,
    counter,
    edit_page,
    edit,
    release,
]
