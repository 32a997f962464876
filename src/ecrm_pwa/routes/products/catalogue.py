"""The goods for everybody: the catalogue, one product, its pictures, and the card that messengers show of it."""

from functools import partial
from typing import Any, Literal

from anyio import CapacityLimiter, to_thread
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import photos, posters, products, promotion
from ecrm_pwa.base import money
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.inputs import page_number
from ecrm_pwa.base.photos import PhotoNotFound, PhotoStore
from ecrm_pwa.products import Show
from ecrm_pwa.routes.photos import HEADERS
from ecrm_pwa.routes.products import words
from ecrm_pwa.routes.promotion import KEPT, show_room
from ecrm_pwa.web import public
from ecrm_pwa.web.assets import NOT_COMPRESSED

PAGE = 40
_LONGEST_ABOUT = 200
_PICTURE = HEADERS | {"Cache-Control": "public, max-age=3600"}
# Whoever asks for many cards at once waits for them one by one; nobody else does.
_ONE_CARD = CapacityLimiter(1)

_OPEN = {"public": True, "anonymous": True, NOT_COMPRESSED: True}


@get("/toko/{slug:str}/katalog", opt=_OPEN)
async def catalogue_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str]
) -> Response[Any]:
    """What can be bought; a page of its own, for its address stands in print."""
    number = page_number(request.query_params.get("page", ""))
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
        if not shop.has_goods:
            return show_room(request, shop, "catalogue", dense=True)
        found = await products.list_goods(session, shop.id, show=Show.PUBLIC, skip=(number - 1) * PAGE, limit=PAGE + 1)
    if not found and number > 1:
        raise NotFound("page")

    def at(page: int) -> str:
        way = f"/toko/{slug}/katalog" + (f"?page={page}" if page > 1 else "")
        return public.address(request, way)

    return public.page(
        request,
        "promotion/catalogue.html",
        headers=KEPT,
        dense=True,
        sheet="goods",
        shop=shop,
        goods=found[:PAGE],
        before=at(number - 1) if number > 1 else None,
        more=at(number + 1) if len(found) > PAGE else None,
    )


@get("/toko/{slug:str}/barang/{product_code:str}", opt=_OPEN)
async def product_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str], product_code: FromPath[str]
) -> Response[Any]:
    """One product, as it is shared."""
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
        goods = await products.find_public(session, shop.id, product_code)
    product = goods.product
    address = words.public_address(request, shop.slug, product)
    about = " ".join((product.description or shop.about or shop.name).split())
    return public.page(
        request,
        "promotion/product.html",
        headers=KEPT,
        dense=True,
        sheet="goods",
        shop=shop,
        product=product,
        photo_id=goods.photo_id,
        price=words.price_words(product),
        availability=f"https://schema.org/{'OutOfStock' if product.is_sold_out else 'InStock'}",
        about=about[:_LONGEST_ABOUT],
        address=address,
        whatsapp=words.order_address(product, shop.whatsapp, address),
    )


@get("/toko/{slug:str}/barang/{product_code:str}/foto", opt=_OPEN)
async def thumb(
    db: NamedDependency[Database], store: NamedDependency[PhotoStore], slug: FromPath[str], product_code: FromPath[str]
) -> Response[bytes]:
    """Its picture for the catalogue."""
    return await _show(db, store, slug, product_code, "thumb")


@get("/toko/{slug:str}/barang/{product_code:str}/foto/besar", opt=_OPEN)
async def full(
    db: NamedDependency[Database], store: NamedDependency[PhotoStore], slug: FromPath[str], product_code: FromPath[str]
) -> Response[bytes]:
    """Its picture at full size."""
    return await _show(db, store, slug, product_code, "full")


@get("/toko/{slug:str}/barang/{product_code:str}/kartu.jpg", opt=_OPEN)
async def card(
    db: NamedDependency[Database], store: NamedDependency[PhotoStore], slug: FromPath[str], product_code: FromPath[str]
) -> Response[bytes]:
    """The picture that messengers show with its address."""
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
        goods = await products.find_public(session, shop.id, product_code)
        name = (await photos.find(session, shop.id, goods.photo_id)).name if goods.photo_id else ""
    try:
        photo = await store.read(name, "full") if name else None
    except PhotoNotFound:
        photo = None
    price = money.display(goods.product.price)
    drawn = partial(posters.card, name=goods.product.name, price=price, shop=shop.name, photo=photo)
    content = await to_thread.run_sync(drawn, limiter=_ONE_CARD)
    headers = {
        "Cache-Control": "public, max-age=86400",
        "Content-Disposition": 'inline; filename="kartu.jpg"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        # Messengers show it in pages of their own.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(content, media_type="image/jpeg", headers=headers)


async def _show(
    db: Database, store: PhotoStore, slug: str, product_code: str, size: Literal["full", "thumb"]
) -> Response[bytes]:
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
        goods = await products.find_public(session, shop.id, product_code)
        if goods.photo_id is None:
            raise NotFound("photo")
        photo = await photos.find(session, shop.id, goods.photo_id)
    try:
        content = await store.read(photo.name, size)
    except PhotoNotFound:
        raise NotFound("photo") from None
    return Response(content, media_type="image/webp", headers=_PICTURE)


handlers = [catalogue_page, product_page, thumb, full, card]
