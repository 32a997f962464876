"""The directory of shops: found by village, kind and words, by whoever comes by. Nobody stands in it without wishing to."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ecrm_pwa import businesses, promotion
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.inputs import page_number, search_words
from ecrm_pwa.base.limits import Limiter
from ecrm_pwa.routes import visitors
from ecrm_pwa.routes.promotion import KEPT
from ecrm_pwa.web import public

PAGE = 30


@get("/toko", opt={"public": True, "anonymous": True})
async def directory_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], limiter: NamedDependency[Limiter]
) -> Response[Any]:
    """All shops, or those that fit."""
    asked = request.query_params
    words, village = search_words(asked.get("q", "")), search_words(asked.get("desa", ""))
    kind = asked.get("jenis", "") if asked.get("jenis") in businesses.KINDS else ""
    number = page_number(asked.get("page", ""))
    if words or village or kind:
        await visitors.count_search(request, db, limiter)
    async with db.reading() as session:
        found = await promotion.list_directory(
            session, words=words, kind=kind, village=village, skip=(number - 1) * PAGE, limit=PAGE + 1
        )
        villages = await promotion.list_villages(session)

    def at(page: int) -> str:
        parts = {"q": words, "desa": village, "jenis": kind, "page": str(page) if page > 1 else ""}
        query = urlencode({name: value for name, value in parts.items() if value})
        return public.address(request, f"/toko?{query}" if query else "/toko")

    return public.page(
        request,
        "promotion/directory.html",
        headers=KEPT,
        sheet="goods",
        shops=found[:PAGE],
        villages=villages,
        words=words,
        village=village,
        kind=kind,
        before=at(number - 1) if number > 1 else None,
        more=at(number + 1) if len(found) > PAGE else None,
    )


handlers = [directory_page]
