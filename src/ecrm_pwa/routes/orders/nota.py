"""The nota of an order: as a page to look at and to print, as a picture to send, and as text for WhatsApp."""

from functools import partial
from typing import Any

from anyio import to_thread
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import businesses, orders, posters
from ecrm_pwa.base import money
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.times import Dates
from ecrm_pwa.orders import Listed
from ecrm_pwa.posters import Row
from ecrm_pwa.routes.orders import words
from ecrm_pwa.routes.orders.owner import read_order_id
from ecrm_pwa.web.assets import NOT_COMPRESSED
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business


@get("/orders/{order_id:str}/nota")
async def nota_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[str]
) -> Response[Any]:
    """The nota, and the ways in which it is sent."""
    mine, wanted = business(request), read_order_id(order_id)
    async with db.reading() as session:
        listed = await orders.show_order(session, mine.id, wanted)
        shop = await businesses.find(session, mine.id)
    text = words.nota_text(listed, shop)
    return page(
        request,
        "orders/nota.html",
        listed=listed,
        shop=shop,
        text=text,
        whatsapp=words.whatsapp_address(listed.phone, text),
        price=money.display,
    )


@get("/orders/{order_id:str}/nota.png", opt={NOT_COMPRESSED: True})
async def nota_picture(
    request: Request[Any, Any, Any], db: NamedDependency[Database], order_id: FromPath[str]
) -> Response[bytes]:
    """The nota as a picture, to be saved or sent."""
    mine, wanted = business(request), read_order_id(order_id)
    async with db.reading() as session:
        listed = await orders.show_order(session, mine.id, wanted)
        shop = await businesses.find(session, mine.id)
    drawn = partial(
        posters.nota,
        shop=shop.name,
        place=", ".join(part for part in (shop.hamlet, shop.district) if part),
        title=f"{_('Nota')} #{listed.order.number}",
        who=listed.name,
        when=Dates(mine.zone).long_day(listed.order.made_at),
        rows=_rows(listed),
        ending=_("Terima kasih."),
    )
    headers = {
        "Content-Disposition": f'attachment; filename="nota-{listed.order.number}.png"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(await to_thread.run_sync(drawn), media_type="image/png", headers=headers)


def _rows(listed: Listed) -> list[Row]:
    order, sums = listed.order, listed.sums
    rows = [Row(f"{line.quantity} × {line.name}", money.display(line.amount)) for line in listed.lines]
    if order.shipping:
        rows.append(Row(_("Ongkir"), money.display(order.shipping)))
    if order.discount:
        rows.append(Row(_("Potongan"), money.display(-order.discount)))
    rows.append(Row(_("Jumlah"), money.display(sums.total), strong=True))
    if sums.paid:
        rows.append(Row(_("Sudah dibayar"), money.display(sums.paid)))
    if sums.owed > 0 and sums.paid:
        rows.append(Row(_("Kurang"), money.display(sums.owed), strong=True))
    elif sums.total and sums.owed == 0:
        rows.append(Row(_("Lunas"), strong=True))
    return rows


handlers = [nota_page, nota_picture]
