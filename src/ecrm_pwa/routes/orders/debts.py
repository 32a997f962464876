"""Utang pelanggan: who owes, the ledger of one of them, and a gentle word that is ready for WhatsApp."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import businesses, customers, orders
from ecrm_pwa.base import money
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.inputs import read_id
from ecrm_pwa.base.times import Dates
from ecrm_pwa.routes.orders import words
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business

MOST = 200


@get("/orders/debts")
async def list_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Who owes, the most first."""
    async with db.reading() as session:
        debtors = await orders.list_debtors(session, business(request).id, limit=MOST)
    total = sum(debtor.owed for debtor in debtors)
    return page(request, "orders/debts.html", debtors=debtors, total=total, price=money.display, quote=quote)


@get("/orders/debts/{customer_id:str}")
async def debtor_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], customer_id: FromPath[str]
) -> Response[Any]:
    """What one customer owes, order by order."""
    mine, wanted = business(request), read_id(customer_id)
    if wanted is None:
        raise NotFound("customer")
    async with db.reading() as session:
        customer = await customers.find(session, mine.id, wanted)
        debts = await orders.list_debts(session, mine.id, await orders.ids_of_customer(session, mine.id, customer.id))
        shop = await businesses.find(session, mine.id)
    dates = Dates(mine.zone)
    reminder = words.reminder_text(customer.name, debts, shop, dates)
    return page(
        request,
        "orders/debtor.html",
        customer=customer,
        debts=debts,
        owed=sum(debt.owed for debt in debts),
        reminder=reminder,
        whatsapp=words.whatsapp_address(customer.phone or "", reminder),
        price=money.display,
        words=words,
    )


handlers = [list_page, debtor_page]
