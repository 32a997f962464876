"""What a person has: her name, number and language, her password, the phones on which she is signed in."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import accounts
from ecrm_pwa.base import i18n, phones
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.errors import FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.i18n import ngettext
from ecrm_pwa.base.inputs import Choice, Phone, Secret, Text, read_id
from ecrm_pwa.base.limits import Limiter
from ecrm_pwa.base.passwords import Passwords
from ecrm_pwa.routes.accounts import limits
from ecrm_pwa.routes.accounts.coming_in import refuse_bad_password, take
from ecrm_pwa.web import forms
from ecrm_pwa.web.pages import keep_language, page, see_other
from ecrm_pwa.web.viewer import Viewer, person


@dataclass
class Own:
    """What she says of herself. The number needs the password: it is half of the way in."""

    name: Annotated[str, Text(80)]
    phone: Annotated[str, Phone()]
    language: Annotated[str, Choice(tuple(i18n.LANGUAGES))]


@dataclass
class NewPassword:
    """The present password and the next."""

    current: Annotated[str, Secret()]
    password: Annotated[str, Secret()]


@get("/account", opt={"signed_in": True})
async def account_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """Akun."""
    viewer = person(request)
    form = forms.blank({"name": viewer.name, "phone": phones.display(viewer.phone), "language": viewer.language})
    return page(request, "accounts/account.html", form=form, asks_password=False)


@post("/account", opt={"signed_in": True})
async def save_account(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    limiter: NamedDependency[Limiter],
) -> Response[Any]:
    """Saves name, number and language."""
    viewer = person(request)
    form = await forms.read(request, Own)
    asks_password = False
    with form.checking():
        data = form.data
        asks_password = data.phone != viewer.phone
        if asks_password:
            await check_password(db, passwords, limiter, viewer, form.values.get("current", ""), field="current")
        async with db.writing() as session:
            await accounts.update(session, viewer.account_id, name=data.name, phone=data.phone, language=data.language)
        i18n.use(data.language)
        response = see_other("/account", say=_("Tersimpan."))
        keep_language(response, data.language, secure=request.app.state.settings.secure)
        return response
    return page(request, "accounts/account.html", status=form.status, form=form, asks_password=asks_password)


@get("/account/password", opt={"signed_in": True})
async def password_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """The form for another password."""
    return page(request, "accounts/password.html", form=forms.blank())


@post("/account/password", opt={"signed_in": True})
async def save_password(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    limiter: NamedDependency[Limiter],
) -> Response[Any]:
    """Changes the password and signs her other phones out: whoever knew the old one is out."""
    viewer = person(request)
    form = await forms.read(request, NewPassword)
    with form.checking():
        refuse_bad_password(form, viewer.phone)
        data = form.data
        await check_password(db, passwords, limiter, viewer, data.current, field="current")
        password_hash = await passwords.hash(data.password)
        async with db.writing() as session:
            await accounts.change_password(session, viewer.account_id, password_hash=password_hash)
            ended = await accounts.end_other_sessions(session, viewer.account_id, keep=viewer.session_id)
        said = _("Kata sandi sudah diganti.")
        if ended:
            said += " " + ngettext("%(n)s HP lain dikeluarkan.", "%(n)s HP lain dikeluarkan.", ended) % {"n": ended}
        return see_other("/account", say=said)
    return page(request, "accounts/password.html", status=form.status, form=form)


@get("/account/devices", opt={"signed_in": True})
async def devices_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """The phones on which she is signed in."""
    viewer = person(request)
    async with db.reading() as session:
        sessions = await accounts.list_sessions(session, viewer.account_id, now=utc_now())
    return page(request, "accounts/devices.html", sessions=sessions)


@post("/account/devices/{session_id:str}/removal", opt={"signed_in": True})
async def remove_device(
    request: Request[Any, Any, Any], db: NamedDependency[Database], session_id: FromPath[str]
) -> Response[Any]:
    """Signs one of her other phones out."""
    viewer = person(request)
    removed = read_id(session_id)
    if removed is None or removed == viewer.session_id:
        raise NotFound("session")
    async with db.writing() as session:
        await accounts.end_session(session, viewer.account_id, removed)
    return see_other("/account/devices", say=_("HP itu sudah dikeluarkan."))


@post("/account/devices/removal", opt={"signed_in": True})
async def remove_other_devices(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Signs all her other phones out."""
    viewer = person(request)
    async with db.writing() as session:
        await accounts.end_other_sessions(session, viewer.account_id, keep=viewer.session_id)
    return see_other("/account/devices", say=_("Semua HP lain sudah dikeluarkan."))


async def check_password(
    db: Database, passwords: Passwords, limiter: Limiter, viewer: Viewer, password: str, *, field: str
) -> None:
    """Asks a signed-in person for her password again; raises `FieldsRefused` or `LimitReached`."""
    if not password:
        raise FieldsRefused(**{field: _("Isi kata sandi Anda untuk ini.")})
    await take(db, limiter, (limits.PASSWORD_CHECK, str(viewer.account_id)))
    async with db.reading() as session:
        account = await accounts.find(session, viewer.account_id)
    if await passwords.match(password, [account.password_hash]) is None:
        raise FieldsRefused(**{field: _("Kata sandi ini salah.")})
    async with db.writing() as session:
        await limiter.forget(session, limits.PASSWORD_CHECK, str(viewer.account_id))


handlers = [
    account_page,
    save_account,
    password_page,
    save_password,
    devices_page,
    remove_device,
    remove_other_devices,
]
