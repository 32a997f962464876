"""Rating from the public page: one tap, then words if they like; and letting through what was held."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import promotion, satisfaction
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Choice, NewId, Text, read_id
from ecrm_pwa.base.limits import Limiter
from ecrm_pwa.base.outbox import DoneBefore
from ecrm_pwa.routes import visitors
from ecrm_pwa.web import forms, public, writes
from ecrm_pwa.web.viewer import business


@dataclass
class Rate:
    """One face."""

    id: Annotated[Any, NewId()]
    face: Annotated[str, Choice(tuple(map(str, satisfaction.FACES)))]
    batch: Annotated[str, Text(20, optional=True)]
    """The code of the label by which she came."""
    website: Annotated[str, Text(200, optional=True)]


@dataclass
class Words:
    """What somebody adds to a face."""

    words: Annotated[str, Text(1000, lines=True)]


@post("/toko/{slug:str}/nilai", opt={"public": True, "anonymous": True})
async def rate(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    limiter: NamedDependency[Limiter],
    slug: FromPath[str],
) -> Response[Any]:
    """Saves the face at once."""
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
    form = await forms.read(request, Rate)
    data = form.data
    visitor = visitors.meet(request, shop.id)
    try:
        async with writes.writing(request, db, scope=shop.id) as write:
            held = await visitors.count(request, write.session, limiter, shop.id, visitor, trap=data.website)
            batch = await promotion.find_origin(write.session, shop.id, data.batch)
            rating_id = await satisfaction.rate(
                write.session,
                shop.id,
                rating_id=data.id,
                rater=visitor.rater,
                face=int(data.face),
                source="label" if batch else "counter",
                zone=shop.zone,
                made_at=write.made_at,
                now=write.now,
                held=held,
                batch_id=batch.id if batch else None,
            )
            response = write.see_other(public.address(request, f"/toko/{slug}/nilai/{rating_id}"))
    except DoneBefore as done:
        # A phone that never heard the first answer has not got its cookie either.
        response = writes.answer_again(request, done)
    visitors.remember(request, response, visitor)
    return response


@get("/toko/{slug:str}/nilai/{rating_id:str}", opt={"public": True, "anonymous": True})
async def rated_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str], rating_id: FromPath[str]
) -> Response[Any]:
    """ "Sudah tersimpan", and the place for words. Seen by the phone that rated only; another one gets the shop's page."""
    return await _show(request, db, slug, rating_id, forms.blank(), status=200)


@post("/toko/{slug:str}/nilai/{rating_id:str}", opt={"public": True, "anonymous": True})
async def add_words(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    limiter: NamedDependency[Limiter],
    slug: FromPath[str],
    rating_id: FromPath[str],
) -> Response[Any]:
    """Joins words to the face."""
    rated = read_id(rating_id)
    if rated is None:
        raise NotFound("rating")
    form = await forms.read(request, Words)
    with form.checking():
        words = form.data.words
        async with db.reading() as session:
            shop = await promotion.find_shop(session, slug)
        visitor = visitors.meet(request, shop.id)
        async with writes.writing(request, db, scope=shop.id) as write:
            await visitors.count_again(write.session, limiter, shop.id, visitor)
            kept = await satisfaction.add_words(
                write.session,
                shop.id,
                rated,
                rater=visitor.rater,
                words=words,
                zone=shop.zone,
                made_at=write.made_at,
            )
            return write.see_other(public.address(request, f"/toko/{slug}/nilai/{kept}"))
    return await _show(request, db, slug, rating_id, form, status=form.status)


async def _show(
    request: Request[Any, Any, Any], db: Database, slug: str, rating_id: str, form: forms.Form[Any], *, status: int
) -> Response[Any]:
    rated = read_id(rating_id)
    if rated is None:
        raise NotFound("rating")
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
        rating = await satisfaction.find_own(
            session, shop.id, rated, rater=visitors.rater_of(shop.id, visitors.token_of(request))
        )
    return public.page(request, "satisfaction/rated.html", status=status, shop=shop, rating=rating, form=form)


@post("/ratings/{rating_id:str}/release")
async def release(
    request: Request[Any, Any, Any], db: NamedDependency[Database], rating_id: FromPath[str]
) -> Response[Any]:
    """Lets a held rating through."""
    released = read_id(rating_id)
    if released is None:
        raise NotFound("rating")
    async with writes.writing(request, db, scope=business(request).id) as write:
        await satisfaction.let_through(write.session, business(request).id, released)
        return write.see_other("/voice?show=held", say=_("Nilai ini sekarang dihitung."))


handlers = [rate, rated_page, add_words, release]
