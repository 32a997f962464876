"""A customer complains, follows her complaint by a link that only she has, and says whether it is well."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import complaints, photos, promotion
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Choice, NewId, Phone, Text, Token, read_id
from ecrm_pwa.base.limits import Limiter, LimitReached
from ecrm_pwa.base.photos import PhotoNotFound, PhotoRefused, PhotosBusy, PhotoStore, PhotoWorker, PreparedPhoto
from ecrm_pwa.base.times import Dates
from ecrm_pwa.routes import visitors
from ecrm_pwa.routes.photos import HEADERS
from ecrm_pwa.routes.promotion import show_shop
from ecrm_pwa.web import forms, public, writes
from ecrm_pwa.web.assets import NOT_COMPRESSED


@dataclass
class FileComplaint:
    """What went wrong. Name and number only if she wants to be called."""

    id: Annotated[Any, NewId()]
    secret: Annotated[str, Token()]
    category: Annotated[str, Choice(complaints.CATEGORIES)]
    words: Annotated[str, Text(2000, optional=True, lines=True)]
    customer_name: Annotated[str, Text(80, optional=True)]
    phone: Annotated[str, Phone(optional=True)]
    batch: Annotated[str, Text(20, optional=True)]
    """The code of the label by which she came."""
    website: Annotated[str, Text(200, optional=True)]


@dataclass
class Say:
    """Something more."""

    id: Annotated[Any, NewId()]
    words: Annotated[str, Text(2000, lines=True)]


@dataclass
class Verdict:
    """Sudah beres? Ya or belum."""

    well: Annotated[str, Choice(("yes", "no"))]


@post(
    "/toko/{slug:str}/keluhan",
    opt={"public": True, "anonymous": True},
    request_max_body_size=forms.UPLOAD_LIMIT,
)
async def file_complaint(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    limiter: NamedDependency[Limiter],
    worker: NamedDependency[PhotoWorker],
    store: NamedDependency[PhotoStore],
    slug: FromPath[str],
) -> Response[Any]:
    """Records the complaint and leads to its page. A photo that cannot be used never costs the words."""
    async with db.reading() as session:
        shop = await promotion.find_shop(session, slug)
    form = await forms.read(request, FileComplaint)
    with form.checking():
        data = form.data
        if data.category == "other" and not data.words:
            raise FieldsRefused(words=_("Ceritakan sedikit apa yang terjadi."))
        visitor = visitors.meet(request, shop.id)
        failed = False
        try:
            photo = await _picture(request, form, db, limiter, worker, shop.id)
        except (PhotoRefused, LimitReached):
            photo, failed = None, True
        name = await store.save(photo) if photo else ""
        async with writes.writing(request, db, scope=shop.id, secret=data.secret) as write:
            held = await visitors.count(request, write.session, limiter, shop.id, visitor, trap=data.website)
            batch = await promotion.find_origin(write.session, shop.id, data.batch)
            await complaints.file_complaint(
                write.session,
                shop.id,
                complaint_id=data.id,
                category=data.category,
                words=data.words,
                customer_name=data.customer_name,
                phone=data.phone,
                source="label" if batch else "counter",
                made_at=write.made_at,
                now=write.now,
                held=held,
                batch_id=batch.id if batch else None,
            )
            await complaints.make_link(
                write.session, shop.id, data.id, secret=data.secret, from_customer=True, now=write.now
            )
            if photo:
                kept = await photos.record(write.session, shop.id, photo, name, now=write.now)
                await complaints.add_photo(write.session, shop.id, data.id, photo_id=kept.id)
            way = f"/k/{data.secret}?photo=failed" if failed else f"/k/{data.secret}"
            response = write.see_other(public.address(request, way))
        visitors.remember(request, response, visitor)
        return response
    async with db.reading() as session:
        batch = await promotion.find_origin(session, shop.id, form.values.get("batch", ""))
        return await show_shop(request, session, shop, form, status=form.status, batch=batch)


@get("/k/{secret:str}", opt={"public": True, "anonymous": True})
async def complaint_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], secret: FromPath[str]
) -> Response[Any]:
    """Her complaint: where it stands and what was said. Whoever holds the link sees neither number nor address."""
    return await _show(request, db, secret, forms.blank(), status=200)


@post("/k/{secret:str}/messages", opt={"public": True, "anonymous": True})
async def say(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    limiter: NamedDependency[Limiter],
    secret: FromPath[str],
) -> Response[Any]:
    """She adds something."""
    form = await forms.read(request, Say)
    with form.checking():
        data = form.data
        async with db.reading() as session:
            shown = await complaints.find_by_link(session, secret)
        async with writes.writing(request, db, scope=shown.business_id, secret=secret) as write:
            await visitors.count_link(write.session, limiter, shown.link_id)
            await complaints.write(
                write.session,
                shown.business_id,
                shown.complaint_id,
                message_id=data.id,
                words=data.words,
                now=write.now,
            )
            return write.see_other(public.address(request, f"/k/{secret}"))
    return await _show(request, db, secret, form, status=form.status)


@post("/k/{secret:str}/photos", opt={"public": True, "anonymous": True}, request_max_body_size=forms.UPLOAD_LIMIT)
async def add_photo(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    limiter: NamedDependency[Limiter],
    worker: NamedDependency[PhotoWorker],
    store: NamedDependency[PhotoStore],
    secret: FromPath[str],
) -> Response[Any]:
    """She adds a picture."""
    form = await forms.read(request, _Nothing)
    with form.checking():
        async with db.reading() as session:
            shown = await complaints.find_by_link(session, secret)
        try:
            photo = await _picture(request, form, db, limiter, worker, shown.business_id)
        except PhotosBusy:
            # Not the photo's fault: the same one will do in a moment.
            raise
        except PhotoRefused as refusal:
            raise FieldsRefused(photo=str(refusal)) from refusal
        if photo is None:
            raise FieldsRefused(photo=_("Pilih foto dulu."))
        name = await store.save(photo)
        async with writes.writing(request, db, scope=shown.business_id, secret=secret) as write:
            await visitors.count_link(write.session, limiter, shown.link_id)
            kept = await photos.record(write.session, shown.business_id, photo, name, now=write.now)
            await complaints.add_photo(write.session, shown.business_id, shown.complaint_id, photo_id=kept.id)
            return write.see_other(public.address(request, f"/k/{secret}"))
    return await _show(request, db, secret, form, status=form.status)


@post("/k/{secret:str}/verdict", opt={"public": True, "anonymous": True})
async def verdict(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    limiter: NamedDependency[Limiter],
    secret: FromPath[str],
) -> Response[Any]:
    """She says whether it is well; nobody else can close it for her."""
    form = await forms.read(request, Verdict)
    data = form.data
    async with db.reading() as session:
        shown = await complaints.find_by_link(session, secret)
    async with writes.writing(request, db, scope=shown.business_id, secret=secret) as write:
        await visitors.count_link(write.session, limiter, shown.link_id)
        change = complaints.confirm if data.well == "yes" else complaints.reopen
        await change(write.session, shown.business_id, shown.complaint_id, now=write.now)
        return write.see_other(public.address(request, f"/k/{secret}"))


@get("/k/{secret:str}/photos/{photo_id:str}", opt={"public": True, "anonymous": True, NOT_COMPRESSED: True})
async def photo(
    db: NamedDependency[Database], store: NamedDependency[PhotoStore], secret: FromPath[str], photo_id: FromPath[str]
) -> Response[bytes]:
    """A picture of this complaint."""
    wanted = read_id(photo_id)
    async with db.reading() as session:
        shown = await complaints.find_by_link(session, secret)
        if wanted is None or wanted not in await complaints.list_photos(session, shown.business_id, shown.complaint_id):
            raise NotFound("photo")
        found = await photos.find(session, shown.business_id, wanted)
    try:
        content = await store.read(found.name, "full")
    except PhotoNotFound:
        raise NotFound("photo") from None
    return Response(content, media_type="image/webp", headers=HEADERS)


@dataclass
class _Nothing:
    """A form that holds a file only."""


async def _picture(
    request: Request[Any, Any, Any],
    form: forms.Form[Any],
    db: Database,
    limiter: Limiter,
    worker: PhotoWorker,
    business_id: UUID,
) -> PreparedPhoto | None:
    """The photo that was sent along, if any; raises `PhotoRefused`, `PhotosBusy` and `LimitReached`."""
    upload = form.files.get("photo")
    if upload is None:
        return None
    if upload.content is None:
        raise PhotoRefused(forms.too_large())
    await visitors.send_photo(request, db, limiter, business_id)
    return await worker.prepare(upload.content)


async def _show(
    request: Request[Any, Any, Any], db: Database, secret: str, form: forms.Form[Any], *, status: int
) -> Response[Any]:
    async with db.reading() as session:
        shown = await complaints.find_by_link(session, secret)
        complaint = await complaints.find(session, shown.business_id, shown.complaint_id)
        messages = await complaints.list_messages(session, shown.business_id, shown.complaint_id)
        pictures = await complaints.list_photos(session, shown.business_id, shown.complaint_id)
        name, slug, zone = await promotion.find_shop_name(session, shown.business_id)
    return public.page(
        request,
        "complaints/customer.html",
        status=status,
        sheet="conversation",
        path=f"/k/{secret}",
        complaint=complaint,
        messages=messages,
        pictures=pictures,
        shop_name=name,
        slug=slug,
        secret=secret,
        dates=Dates(ZoneInfo(zone)),
        form=form,
        new_id=new_id,
        photo_failed=request.query_params.get("photo") == "failed",
    )


handlers = [file_complaint, complaint_page, say, add_photo, verdict, photo]
