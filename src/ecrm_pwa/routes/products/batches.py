"""Batches of a product for its own people: recorded, and their labels as a sheet of paper."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import posters, products
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Day, NewId, Text, read_id
from ecrm_pwa.base.times import Dates
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.assets import NOT_COMPRESSED
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business

_MOST = 50


@dataclass
class NewBatch:
    """When it was made and where it is sold; an empty day is the day of the tap."""

    id: Annotated[Any, NewId()]
    made_on: Annotated[date | None, Day(back=timedelta(days=400), ahead=timedelta(days=31), optional=True)]
    place: Annotated[str, Text(products.PLACE_LENGTH, optional=True)]


@get("/products/{product_id:str}/batches")
async def list_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """The batches of a product, and the form for one more."""
    return await _show(request, db, _id(product_id), forms.blank(), status=200)


@post("/products/{product_id:str}/batches")
async def add(
    request: Request[Any, Any, Any], db: NamedDependency[Database], product_id: FromPath[str]
) -> Response[Any]:
    """Records a batch."""
    mine, wanted = business(request), _id(product_id)
    form = await forms.read(request, NewBatch)
    with form.checking():
        data = form.data
        async with writes.writing(request, db, scope=mine.id) as write:
            await products.add_batch(
                write.session,
                mine.id,
                batch_id=data.id,
                product_id=wanted,
                made_on=data.made_on or write.made_at.astimezone(mine.zone).date(),
                place=data.place,
                now=write.now,
            )
            return write.see_other(f"/products/{wanted}/batches", say=_("Produksi dicatat. Labelnya siap dicetak."))
    return await _show(request, db, wanted, form, status=form.status)


@get("/products/{product_id:str}/batches/{batch_id:str}/labels.pdf", opt={NOT_COMPRESSED: True})
async def labels(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    product_id: FromPath[str],
    batch_id: FromPath[str],
) -> Response[bytes]:
    """A sheet of A4 with its labels."""
    mine = business(request)
    async with db.reading() as session:
        batch = await products.find_batch(session, mine.id, _id(batch_id))
    if batch.product_id != _id(product_id):
        raise NotFound("batch")
    drawn = partial(
        posters.labels,
        product=batch.product_name,
        shop=mine.name,
        made_on=Dates(mine.zone).day(batch.made_on),
        place=batch.place,
        code=batch.code,
        address=f"{request.app.state.settings.public_url}/toko/{mine.slug}/b/{batch.code}",
    )
    headers = {
        "Content-Disposition": f'attachment; filename="label-{batch.code}.pdf"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(await to_thread.run_sync(drawn), media_type="application/pdf", headers=headers)


async def _show(
    request: Request[Any, Any, Any], db: Database, product_id: UUID, form: forms.Form[Any], *, status: int
) -> Response[Any]:
    mine = business(request)
    async with db.reading() as session:
        product = await products.find(session, mine.id, product_id)
        batches = await products.list_batches(session, mine.id, product_id, limit=_MOST)
        places = await products.list_places(session, mine.id)
    return page(
        request, "products/batches.html", status=status, form=form, product=product, batches=batches, places=places
    )


def _id(text: str) -> UUID:
    found = read_id(text)
    if found is None:
        raise NotFound("product")
    return found


handlers = [list_page, add, labels]
