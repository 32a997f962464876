"""The business hears and answers: one complaint with its conversation, its steps and its links."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import businesses, complaints
from ecrm_pwa.base import phones
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import NewId, Text, read_id
from ecrm_pwa.base.tokens import new_token
from ecrm_pwa.routes.complaints.words import ready_answers, whatsapp_address
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business, person


@dataclass
class Answer:
    """What the business says."""

    id: Annotated[Any, NewId()]
    words: Annotated[str, Text(2000, lines=True)]


@get("/complaints/{complaint_id:str}")
async def complaint_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], complaint_id: FromPath[str]
) -> Response[Any]:
    """One complaint."""
    return await _show(request, db, _id(complaint_id), forms.blank())


@post("/complaints/{complaint_id:str}/answers")
async def answer(
    request: Request[Any, Any, Any], db: NamedDependency[Database], complaint_id: FromPath[str]
) -> Response[Any]:
    """Answers; what was said stays said."""
    wanted, mine = _id(complaint_id), business(request)
    form = await forms.read(request, Answer)
    with form.checking():
        data = form.data
        async with writes.writing(request, db, scope=mine.id) as write:
            await complaints.answer(
                write.session,
                mine.id,
                wanted,
                message_id=data.id,
                account_id=person(request).account_id,
                words=data.words,
                now=write.now,
            )
            return write.see_other(f"/complaints/{wanted}", say=_("Balasan tersimpan."))
    return await _show(request, db, wanted, form)


@post("/complaints/{complaint_id:str}/start")
async def start(
    request: Request[Any, Any, Any], db: NamedDependency[Database], complaint_id: FromPath[str]
) -> Response[Any]:
    """The business works on it."""
    wanted, mine = _id(complaint_id), business(request)
    async with writes.writing(request, db, scope=mine.id) as write:
        await complaints.start(write.session, mine.id, wanted, account_id=person(request).account_id, now=write.now)
        return write.see_other(f"/complaints/{wanted}")


@post("/complaints/{complaint_id:str}/resolution")
async def resolve(
    request: Request[Any, Any, Any], db: NamedDependency[Database], complaint_id: FromPath[str]
) -> Response[Any]:
    """The business says it is done."""
    wanted, mine = _id(complaint_id), business(request)
    async with writes.writing(request, db, scope=mine.id) as write:
        await complaints.resolve(write.session, mine.id, wanted, account_id=person(request).account_id, now=write.now)
        return write.see_other(
            f"/complaints/{wanted}", say=_("Ditandai selesai. Pelanggan ditanya apakah sudah beres.")
        )


@post("/complaints/{complaint_id:str}/release")
async def release(
    request: Request[Any, Any, Any], db: NamedDependency[Database], complaint_id: FromPath[str]
) -> Response[Any]:
    """Takes up a complaint that came in a flood."""
    wanted, mine = _id(complaint_id), business(request)
    async with writes.writing(request, db, scope=mine.id) as write:
        await complaints.let_through(write.session, mine.id, wanted)
        return write.see_other(f"/complaints/{wanted}", say=_("Keluhan ini sekarang masuk daftar."))


@post("/complaints/{complaint_id:str}/links")
async def share(
    request: Request[Any, Any, Any], db: NamedDependency[Database], complaint_id: FromPath[str]
) -> Response[Any]:
    """Makes one more link for the customer and shows it, once: only its hash is kept."""
    wanted, mine = _id(complaint_id), business(request)
    secret = new_token()[0]
    async with db.writing() as session:
        complaint = await complaints.find(session, mine.id, wanted)
        await complaints.make_link(session, mine.id, wanted, secret=secret, from_customer=False, now=utc_now())
        shop = await businesses.find(session, mine.id)
    link = f"{request.app.state.settings.public_url}/k/{secret}"
    return page(
        request,
        "complaints/shared.html",
        status=201,
        complaint=complaint,
        link=link,
        whatsapp=whatsapp_address(complaint, shop, _("Ini halaman keluhan Anda: %(link)s") % {"link": link}),
    )


@post("/complaints/{complaint_id:str}/links/{link_id:str}/revocation")
async def revoke(
    request: Request[Any, Any, Any], db: NamedDependency[Database], complaint_id: FromPath[str], link_id: FromPath[str]
) -> Response[Any]:
    """Makes a link open nothing."""
    wanted, mine, revoked = _id(complaint_id), business(request), read_id(link_id)
    if revoked is None:
        raise NotFound("complaint link")
    async with writes.writing(request, db, scope=mine.id) as write:
        await complaints.revoke_link(write.session, mine.id, wanted, revoked, now=write.now)
        return write.see_other(f"/complaints/{wanted}", say=_("Tautan itu tidak berlaku lagi."))


async def _show(
    request: Request[Any, Any, Any], db: Database, complaint_id: UUID, form: forms.Form[Any]
) -> Response[Any]:
    mine = business(request)
    async with db.reading() as session:
        complaint = await complaints.find(session, mine.id, complaint_id)
        messages = await complaints.list_messages(session, mine.id, complaint_id)
        pictures = await complaints.list_photos(session, mine.id, complaint_id)
        links = await complaints.list_links(session, mine.id, complaint_id)
        about = await complaints.list_origins(session, mine.id, [complaint_id])
        shop = await businesses.find(session, mine.id)
    last = next((message.words for message in reversed(messages) if not message.by_customer), "")
    return page(
        request,
        "complaints/complaint.html",
        status=form.status if form.errors else 200,
        complaint=complaint,
        messages=messages,
        pictures=pictures,
        links=links,
        origin=about.get(complaint_id),
        form=form,
        ready=ready_answers(complaint.category),
        number=phones.display(complaint.phone) if complaint.phone else "",
        whatsapp=whatsapp_address(complaint, shop, last),
        promise_hours=shop.promise_hours,
        now=utc_now(),
    )


def _id(text: str) -> UUID:
    found = read_id(text)
    if found is None:
        raise NotFound("complaint")
    return found


handlers = [complaint_page, answer, start, resolve, release, share, revoke]
