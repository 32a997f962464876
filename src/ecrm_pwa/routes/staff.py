"""The people of a business: inviting by a link, joining by it, taking somebody out."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import businesses
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Phone, Secret, Text, Tick, read_id
from ecrm_pwa.base.limits import Limiter
from ecrm_pwa.base.passwords import Passwords
from ecrm_pwa.routes.accounts import limits
from ecrm_pwa.routes.accounts.coming_in import Newcomer, address, admitting, let_in, refuse_bad_password, take
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.pages import page, see_other
from ecrm_pwa.web.viewer import Viewer, business, look, person


@dataclass
class NewInvitation:
    """For whom the link is."""

    label: Annotated[str, Text(60)]


@dataclass
class Join:
    """A new account for the invited person: three fields and a tick."""

    name: Annotated[str, Text(80)]
    phone: Annotated[str, Phone()]
    password: Annotated[str, Secret()]
    agreed: Annotated[bool, Tick(needed=True)]


@get("/staff", opt={"owner": True})
async def staff_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Who works here, and the links that are still open."""
    return await _show(request, db, forms.blank())


@post("/staff/invitations", opt={"owner": True})
async def invite(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Makes a link and shows it, once: only its hash is kept."""
    mine = business(request)
    form = await forms.read(request, NewInvitation)
    with form.checking():
        data = form.data
        async with db.writing() as session:
            secret = await businesses.invite_staff(session, mine.id, label=data.label, now=utc_now())
        link = f"{request.app.state.settings.public_url}/join/{secret}"
        return page(
            request,
            "businesses/invited.html",
            status=201,
            label=data.label,
            link=link,
            days=businesses.INVITATION_LIFETIME.days,
        )
    return await _show(request, db, form)


@post("/staff/invitations/{invitation_id:str}/revocation", opt={"owner": True})
async def revoke(
    request: Request[Any, Any, Any], db: NamedDependency[Database], invitation_id: FromPath[str]
) -> Response[Any]:
    """Makes a link open nothing."""
    revoked = read_id(invitation_id)
    if revoked is None:
        raise NotFound("invitation")
    async with writes.writing(request, db, scope=business(request).id) as write:
        await businesses.revoke_invitation(write.session, business(request).id, revoked, now=write.now)
        return write.see_other("/staff", say=_("Undangan dibatalkan."))


@post("/staff/{account_id:str}/removal", opt={"owner": True})
async def remove(
    request: Request[Any, Any, Any], db: NamedDependency[Database], account_id: FromPath[str]
) -> Response[Any]:
    """Takes a person of the staff out."""
    removed = read_id(account_id)
    if removed is None:
        raise NotFound("staff")
    async with writes.writing(request, db, scope=business(request).id) as write:
        await businesses.remove_staff(write.session, business(request).id, account_id=removed)
        return write.see_other("/staff", say=_("Karyawan sudah dikeluarkan."))


@get("/join/{secret:str}", opt={"public": True})
async def join_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], secret: FromPath[str]
) -> Response[Any]:
    """What one is invited to: joining with the account one has, or with a new one."""
    await look(request)
    return await _show_join(request, db, secret, forms.blank())


@post("/join/{secret:str}", opt={"public": True})
async def join(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    limiter: NamedDependency[Limiter],
    secret: FromPath[str],
) -> Response[Any]:
    """Joins: who is signed in by one tap, a new person by three fields. A number and password that are known are that person."""
    viewer = await look(request)
    if viewer is not None:
        return await _join_as(db, viewer, secret)
    async with db.reading() as session:
        await businesses.find_invitation(session, secret, now=utc_now())
    form = await forms.read(request, Join)
    with form.checking():
        refuse_bad_password(form, form.values.get("phone", ""))
        data = form.data
        await take(
            db,
            limiter,
            (limits.SIGN_UP_FROM_ADDRESS, address(request)),
            (limits.SIGN_UP_FOR_NUMBER, data.phone),
        )
        newcomer = Newcomer(name=data.name, phone=data.phone, password=data.password)
        async with admitting(request, db, passwords, newcomer) as (session, account_id, _is_new):
            seen = await businesses.join_by_invitation(session, secret, account_id=account_id, now=utc_now())
            return await let_in(request, session, account_id, way="/", business_id=seen.business_id)
    return await _show_join(request, db, secret, form)


async def _join_as(db: Database, viewer: Viewer, secret: str) -> Response[Any]:
    async with db.writing() as session:
        seen = await businesses.join_by_invitation(session, secret, account_id=viewer.account_id, now=utc_now())
        await businesses.open_business(
            session, seen.business_id, account_id=viewer.account_id, session_id=viewer.session_id
        )
    return see_other("/", say=_("Selamat bergabung di %(name)s.") % {"name": seen.business_name})


async def _show(request: Request[Any, Any, Any], db: Database, form: forms.Form[Any]) -> Response[Any]:
    mine = business(request)
    async with db.reading() as session:
        members = await businesses.list_members(session, mine.id)
        invitations = await businesses.list_invitations(session, mine.id, now=utc_now())
    return page(
        request,
        "businesses/staff.html",
        status=form.status if form.errors else 200,
        form=form,
        members=members,
        invitations=invitations,
        me=person(request).account_id,
    )


async def _show_join(
    request: Request[Any, Any, Any], db: Database, secret: str, form: forms.Form[Any]
) -> Response[Any]:
    async with db.reading() as session:
        invitation = await businesses.find_invitation(session, secret, now=utc_now())
    return page(
        request,
        "businesses/join.html",
        status=form.status if form.errors else 200,
        headers={"Cache-Control": "no-store"},
        form=form,
        invitation=invitation,
        secret=secret,
    )


handlers = [staff_page, invite, revoke, remove, join_page, join]
