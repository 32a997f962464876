"""Catat pesanan: one page that a phone keeps, from the customer to the goods to the money, in one write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import customers, orders, products
from ecrm_pwa.base import money
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Choice, Day, NewId, Phone, Text, Whole, read_id
from ecrm_pwa.base.money import Money
from ecrm_pwa.orders import Want
from ecrm_pwa.routes.orders import words
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business, person

MOST_GOODS = 60
"""So many stand on the page: with every field of theirs a form stays below what is read at all."""
REGULARS = 8
_QUANTITY = "q."
_BACK, _AHEAD = timedelta(days=366), timedelta(days=366)
_PAID = ("", "cash", "transfer", "qris", "credit")


@dataclass
class NewOrder:
    """Goods are enough; the rest may follow."""

    id: Annotated[Any, NewId()]
    customer_id: Annotated[str, Text(36, optional=True)]
    customer_name: Annotated[str, Text(orders.LONGEST_NAME, optional=True)]
    phone: Annotated[str, Phone(optional=True)]
    other_name: Annotated[str, Text(orders.LONGEST_GOODS, optional=True)]
    other_price: Annotated[int | None, Money(least=0, optional=True)]
    other_count: Annotated[int | None, Whole(0, orders.MOST_QUANTITY, optional=True)]
    paid: Annotated[str, Choice(_PAID)]
    taken: Annotated[str, Text(3, optional=True)]
    """Whether she has it in her hands already."""
    way: Annotated[str, Choice(orders.WAYS)]
    address: Annotated[str, Text(orders.LONGEST_ADDRESS, optional=True)]
    due_on: Annotated[date | None, Day(_BACK, _AHEAD, optional=True)]
    shipping: Annotated[int | None, Money(least=0, optional=True)]
    discount: Annotated[int | None, Money(least=0, optional=True)]
    note: Annotated[str, Text(orders.LONGEST_NOTE, optional=True, lines=True)]


@get("/orders/new")
async def new_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """The form; `customer` in the address says for whom."""
    values = {}
    wanted = read_id(request.query_params.get("customer", ""))
    if wanted is not None:
        async with db.reading() as session:
            customer = await customers.find(session, business(request).id, wanted)
        values = {"customer_id": str(customer.id), "customer_name": customer.name}
    return await _show(request, db, forms.blank({"way": "pickup"} | values))


@post("/orders")
async def record(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Keeps the order, a customer who is new with it, and what was paid at once."""
    mine = business(request)
    form = await forms.read(request, NewOrder)
    with form.checking():
        data = form.data
        wants = read_wants(form.several)
        if data.other_name or data.other_price:
            wants.append(_other(data))
        if not wants:
            raise FieldsRefused(goods=_("Pilih barangnya dulu."))
        account_id = person(request).account_id
        async with writes.writing(request, db, scope=mine.id) as write:
            customer_id = await _customer(write.session, mine.id, data, write)
            try:
                order = await orders.record_order(
                    write.session,
                    mine.id,
                    order_id=data.id,
                    wants=wants,
                    customer_id=customer_id,
                    customer_name=data.customer_name,
                    way=data.way,
                    address=data.address,
                    due_on=data.due_on.isoformat() if data.due_on else "",
                    note=data.note,
                    shipping=data.shipping or 0,
                    discount=data.discount or 0,
                    made_at=write.made_at,
                    now=write.now,
                )
            except NotFound:
                raise FieldsRefused(
                    goods=_("Ada barang atau pelanggan yang sudah tidak ada. Muat ulang halaman ini.")
                ) from None
            await _settle(write, mine.id, order.id, paid=data.paid, account_id=account_id)
            if data.taken:
                await orders.advance(
                    write.session,
                    mine.id,
                    order.id,
                    status=orders.Status.COMPLETED,
                    account_id=account_id,
                    made_at=write.made_at,
                )
            return write.see_other(f"/orders/{order.id}", say=await _told(write.session, mine.id, order))
    return await _show(request, db, form)


def read_wants(several: Mapping[str, Sequence[str]]) -> list[Want]:
    """The goods of a form: `q.<product>.<price that was shown>` holds how many; nothing and 0 are none. Raises `FieldsRefused`."""
    wants = []
    for name, typed in several.items():
        if not name.startswith(_QUANTITY):
            continue
        product, _dot, price = name.removeprefix(_QUANTITY).partition(".")
        text = typed[-1].strip()
        product_id = read_id(product)
        if text in {"", "0"}:
            continue
        if product_id is None or not _is_count(text, orders.MOST_QUANTITY) or not _is_count(price or "0", money.MOST):
            raise FieldsRefused(
                goods=_("Jumlah barang diisi dengan angka dari 0 sampai %(most)s.") % {"most": orders.MOST_QUANTITY}
            )
        wants.append(Want(int(text), product_id, int(price) if price else None))
    return wants


def _is_count(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= most  # noqa: PLR2004 (below 2^63)


def _other(data: NewOrder) -> Want:
    if not data.other_name:
        raise FieldsRefused(other_name=_("Isi nama barangnya."))
    if data.other_price is None:
        raise FieldsRefused(other_price=_("Isi harganya, 0 kalau gratis."))
    return Want(data.other_count or 1, name=data.other_name, price=data.other_price)


async def _customer(session: AsyncSession, business_id: UUID, data: NewOrder, write: writes.Write) -> UUID | None:
    """Who was picked; or who is new, with a name and a number; or nobody that is known."""
    picked = read_id(data.customer_id)
    if picked is not None:
        return picked
    if data.customer_id:
        raise FieldsRefused(customer_name=_("Pilih pelanggan dari daftar, atau ketik namanya."))
    if not data.phone:
        return None
    if not data.customer_name:
        raise FieldsRefused(customer_name=_("Isi nama pelanggan."))
    recorded = await customers.record_customer(
        session, business_id, customer_id=new_id(), name=data.customer_name, phone=data.phone, now=write.now
    )
    return recorded.customer.id


async def _settle(write: writes.Write, business_id: UUID, order_id: UUID, *, paid: str, account_id: UUID) -> None:
    """Writes down what was paid on the spot, or that it is a kasbon."""
    sums = await orders.find_sums(write.session, business_id, order_id)
    if paid and sums.owed > 0 and not sums.promised:
        await orders.record_payment(
            write.session,
            business_id,
            order_id,
            payment_id=new_id(),
            kind=paid,
            amount=sums.owed,
            account_id=account_id,
            made_at=write.made_at,
            now=write.now,
        )


async def _told(session: AsyncSession, business_id: UUID, order: orders.Order) -> str:
    say = _("Pesanan #%(number)s tercatat.") % {"number": order.number}
    short = await orders.list_short(session, business_id, order.id)
    if short:
        rows = ", ".join(f"{name} {stock}" for name, stock in short)
        say = f"{say} {_('Stok kurang: %(goods)s.') % {'goods': rows}}"
    return say


async def _show(request: Request[Any, Any, Any], db: Database, form: forms.Form[Any]) -> Response[Any]:
    mine = business(request)
    async with db.reading() as session:
        goods = await products.list_goods(session, mine.id, limit=MOST_GOODS)
        regulars = await orders.list_regulars(session, mine.id, limit=REGULARS)
    return page(
        request,
        "orders/new.html",
        status=form.status if form.errors else 200,
        form=form,
        goods=goods,
        regulars=regulars,
        kinds=words.kind_words(),
        price=money.display,
    )


handlers = [new_page, record]
