"""The public page of a business: what the QR on its counter opens."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import complaints, photos, promotion
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.photos import PhotoNotFound, PhotoStore
from ecrm_pwa.base.times import Dates
from ecrm_pwa.products import Origin
from ecrm_pwa.promotion import Shop
from ecrm_pwa.routes.photos import HEADERS
from ecrm_pwa.web import forms, public
from ecrm_pwa.web.assets import NOT_COMPRESSED
from ecrm_pwa.web.pages import see_other

KEPT = {"Cache-Control": "public, max-age=300, stale-while-revalidate=86400"}
"""Of pages that are the same for everybody."""


@get("/toko/{slug:str}", opt={"public": True, "anonymous": True, NOT_COMPRESSED: True})
async def shop_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str]
) -> Response[Any]:
    """Five faces, "Ada keluhan?", and who the shop is; one document without a single further request."""
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
        return await show_shop(request, session, shop, forms.blank(), status=200)


@get("/toko/{slug:str}/b/{batch_code:str}", opt={"public": True, "anonymous": True, NOT_COMPRESSED: True})
async def label_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str], batch_code: FromPath[str]
) -> Response[Any]:
    """What the label on a bag opens: the same page, which knows of which batch it speaks. A code that is none opens the shop."""
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
        batch = await promotion.find_origin(session, shop.id, batch_code)
        if batch is None:
            return see_other(public.address(request, f"/toko/{shop.slug}"))
        return await show_shop(request, session, shop, forms.blank(), status=200, batch=batch)


async def show_shop(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    shop: Shop,
    form: forms.Form[Any],
    *,
    status: int,
    batch: Origin | None = None,
) -> Response[Any]:
    """The page, also with what was wrong in a complaint that was sent from it."""
    figures = await promotion.public_figures(session, shop.id, now=utc_now())
    headers = KEPT if status == 200 else {}  # noqa: PLR2004
    return public.page(
        request,
        "promotion/shop.html",
        status=status,
        headers=headers,
        dense=status == 200,  # noqa: PLR2004
        # Of the page itself, also where a form was sent to another address: only this one can be opened again.
        path=f"/toko/{shop.slug}/b/{batch.code}" if batch else f"/toko/{shop.slug}",
        batch=batch,
        dates=Dates(shop.zone),
        shop=shop,
        figures=figures,
        form=form,
        categories=complaints.CATEGORIES,
    )


@get("/toko/{slug:str}/logo", opt={"public": True, "anonymous": True, NOT_COMPRESSED: True})
async def logo(
    db: NamedDependency[Database], store: NamedDependency[PhotoStore], slug: FromPath[str]
) -> Response[bytes]:
    """The shop's logo, small."""
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
        if shop.logo_id is None:
            raise NotFound("logo")
        photo = await photos.find(session, shop.id, shop.logo_id)
    try:
        content = await store.read(photo.name, "thumb")
    except PhotoNotFound:
        raise NotFound("logo") from None
    return Response(content, media_type="image/webp", headers=HEADERS | {"Cache-Control": "public, max-age=86400"})


@get("/toko/{slug:str}/testimoni", opt={"public": True, "anonymous": True})
async def testimonials_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str]
) -> Response[Any]:
    """What customers tell others."""
    return await _show_room(request, db, slug, "testimonials")


@get("/toko/{slug:str}/lacak", opt={"public": True, "anonymous": True})
async def tracking_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str]
) -> Response[Any]:
    """Where an order is."""
    return await _show_room(request, db, slug, "tracking")


async def _show_room(request: Request[Any, Any, Any], db: Database, slug: str, room: str) -> Response[Any]:
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
    return show_room(request, shop, room)


def show_room(request: Request[Any, Any, Any], shop: Shop, room: str, *, dense: bool = False) -> Response[Any]:
    """A room in which nothing is yet. For `dense` see `public.page`."""
    return public.page(request, "promotion/room.html", dense=dense, shop=shop, room=room)


handlers = [shop_page, label_page, logo, testimonials_page, tracking_page]
