"""Signing up, in and out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import accounts, businesses
from ecrm_pwa.base import i18n
from ecrm_pwa.base.db import Database, take_turn, utc_now
from ecrm_pwa.base.errors import FieldsRefused
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Choice, Phone, Refused, Secret, Text, Tick
from ecrm_pwa.base.limits import Limit, Limiter, LimitReached
from ecrm_pwa.base.passwords import Passwords
from ecrm_pwa.routes.accounts import limits
from ecrm_pwa.web import devices, forms, writes
from ecrm_pwa.web.failures import wait_words
from ecrm_pwa.web.pages import Pages, drop_cookie, keep_cookie, keep_flash, keep_language, page, see_other
from ecrm_pwa.web.viewer import SESSION_COOKIE, cookie_name, look, own_address, person

KNOWN_PHONE_COOKIE = "phone"
NOTICE = "accounts/_notice.html"


@dataclass
class SignUp:
    """Four fields and a tick."""

    name: Annotated[str, Text(80)]
    phone: Annotated[str, Phone()]
    password: Annotated[str, Secret()]
    business_name: Annotated[str, Text(80)]
    agreed: Annotated[bool, Tick(needed=True)]


@dataclass
class SignIn:
    """Number and password."""

    phone: Annotated[str, Phone()]
    password: Annotated[str, Secret()]
    next: Annotated[str, Text(400, optional=True)]


@dataclass
class Language:
    """The language to speak, and where to go on."""

    language: Annotated[str, Choice(tuple(i18n.LANGUAGES))]
    next: Annotated[str, Text(400, optional=True)]


@get("/sign-up", opt={"public": True})
async def sign_up_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """The form of a new owner."""
    if await look(request):
        return see_other("/")
    return page(request, "accounts/sign_up.html", form=forms.blank())


@post("/sign-up", opt={"public": True})
async def sign_up(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    limiter: NamedDependency[Limiter],
) -> Response[Any]:
    """Makes the account and its business and signs this phone in.

    Somebody who signs up again with her own number and password lands in what she has. With another password she gets an account of
    her own: the answer is the same for a number that is known and one that is not.
    """
    form = await forms.read(request, SignUp)
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
        async with admitting(request, db, passwords, newcomer) as (session, account_id, is_new):
            if is_new:
                now = utc_now()
                business = await businesses.found(session, name=data.business_name, whatsapp=data.phone, now=now)
                await businesses.add_member(
                    session, business.id, account_id=account_id, role=businesses.Role.OWNER, now=now
                )
            return await let_in(request, session, account_id, way="/")
    return page(request, "accounts/sign_up.html", status=form.status, form=form)


@get("/sign-in", opt={"public": True})
async def sign_in_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """The form of somebody who has an account."""
    way = own_address(request.query_params.get("next"))
    if await look(request):
        return see_other(way)
    return page(request, "accounts/sign_in.html", form=forms.blank({"next": way}))


@post("/sign-in", opt={"public": True})
async def sign_in(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    limiter: NamedDependency[Limiter],
) -> Response[Any]:
    """Signs this phone in. Wrong number and wrong password are one sentence and take one time."""
    form = await forms.read(request, SignIn)
    with form.checking():
        data = form.data
        token = known_phone(request)
        async with db.reading() as session:
            claimants = await accounts.list_by_phone(session, data.phone)
            is_known = await accounts.is_known_phone(session, [account.id for account in claimants], token)
        own = (
            (limits.SIGN_IN_FROM_KNOWN_PHONE, f"{data.phone}|{token}")
            if is_known
            else (limits.SIGN_IN_FROM_ELSEWHERE, data.phone)
        )
        await take(db, limiter, own, *([] if is_known else [(limits.SIGN_IN_FROM_ADDRESS, address(request))]))
        found = await passwords.match(data.password, [account.password_hash for account in claimants])
        if found is None:
            raise Refused(_("Nomor HP atau kata sandi salah. Periksa lagi, lalu coba lagi."))
        account = claimants[found]
        renewed = await passwords.hash(data.password) if passwords.is_outdated(account.password_hash) else None
        async with db.writing() as session:
            await limiter.forget(session, *own)
            if renewed is not None:
                await accounts.change_password(session, account.id, password_hash=renewed)
            return await let_in(request, session, account.id, way=own_address(data.next))
    return page(request, "accounts/sign_in.html", status=form.status, form=form)


@post("/sign-out", opt={"signed_in": True})
async def sign_out(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Signs this phone out: the session is gone on the server, and the browser forgets the pages it kept."""
    viewer = person(request)
    async with db.writing() as session:
        await accounts.end_session(session, viewer.account_id, viewer.session_id)
    key = writes.read_key(request)
    response = see_other("/") if key is None else writes.acknowledged(key, "/")
    keep_flash(response, _("Anda sudah keluar."))
    settings = request.app.state.settings
    drop_cookie(response, cookie_name(SESSION_COOKIE, secure=settings.secure), secure=settings.secure)
    # Without it, Back shows the last page from memory. Never "storage": what waits there to be sent would be gone.
    response.headers["Clear-Site-Data"] = '"cache"'
    keep_language(response, viewer.language, secure=settings.secure)
    return response


@post("/language", opt={"public": True})
async def choose_language(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Changes the language: of this phone, and of the person where one is signed in."""
    form = await forms.read(request, Language)
    data = form.data
    viewer = await look(request)
    if viewer is not None:
        async with db.writing() as session:
            await accounts.update(
                session, viewer.account_id, name=viewer.name, phone=viewer.phone, language=data.language
            )
    response = see_other(own_address(data.next))
    keep_language(response, data.language, secure=request.app.state.settings.secure)
    return response


@get("/privacy", opt={"public": True})
async def privacy(request: Request[Any, Any, Any]) -> Response[Any]:
    """The data notice, in the words that people agree to."""
    await look(request)
    return page(request, "accounts/privacy.html")


def refuse_bad_password(form: forms.Form[Any], phone: str, *, name: str = "password") -> None:
    """Adds to the form's errors what is wrong with a new password, so that it is told together with the rest."""
    if name in form.errors:
        return
    try:
        number = Phone().read([phone])
    except Refused:
        number = ""
    try:
        accounts.check_new_password(form.values.get(name, ""), phone=number, field=name)
    except FieldsRefused as refusal:
        form.errors |= refusal.errors


@dataclass(frozen=True)
class Newcomer:
    """Who says that she is new."""

    name: str
    phone: str
    password: str


@asynccontextmanager
async def admitting(
    request: Request[Any, Any, Any], db: Database, passwords: Passwords, newcomer: Newcomer
) -> AsyncIterator[tuple[AsyncSession, UUID, bool]]:
    """A write in which the newcomer has an account, and whether it is new: with her own number and password she has one.

    Passwords are checked outside the write, for that takes long. Two taps of one person may pass that check together, so inside
    it is asked again who claims the number, and if somebody came meanwhile the check begins anew.
    """
    password_hash = await passwords.hash(newcomer.password)
    while True:
        async with db.reading() as session:
            claimants = await accounts.list_by_phone(session, newcomer.phone)
        known = await passwords.match(newcomer.password, [account.password_hash for account in claimants])
        async with db.writing() as session:
            await take_turn(session, newcomer.phone)
            if len(await accounts.list_by_phone(session, newcomer.phone)) != len(claimants):
                continue
            if known is not None:
                yield session, claimants[known].id, False
            else:
                account_id = await open_account(
                    request, session, name=newcomer.name, phone=newcomer.phone, password_hash=password_hash
                )
                yield session, account_id, True
            return


async def open_account(
    request: Request[Any, Any, Any], session: AsyncSession, *, name: str, phone: str, password_hash: str
) -> UUID:
    """A new person who has agreed to the data notice on the page that she just sent."""
    now = utc_now()
    account = await accounts.open_account(
        session, name=name, phone=phone, password_hash=password_hash, language=i18n.language(), now=now
    )
    pages: Pages = request.app.state.pages
    await accounts.record_consent(
        session,
        account.id,
        purpose="data-notice",
        words=pages.words(NOTICE),
        language=i18n.language(),
        door=request.scope["path"].split("/")[1],
        now=now,
    )
    return account.id


async def let_in(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    account_id: UUID,
    *,
    way: str,
    business_id: UUID | None = None,
) -> Response[Any]:
    """Signs this phone in, with this business or her first one open, and remembers the phone."""
    now = utc_now()
    if business_id is None:
        mine = await businesses.list_businesses(session, account_id)
        business_id = mine[0].business_id if mine else None
    device = devices.describe(request.headers.get("user-agent", ""))
    token = await accounts.start_session(session, account_id, business_id=business_id, device=device, now=now)
    phone = await accounts.remember_phone(session, account_id, known_phone(request), now=now)
    response = see_other(way)
    secure = request.app.state.settings.secure
    keep_cookie(
        response,
        cookie_name(SESSION_COOKIE, secure=secure),
        token,
        secure=secure,
        lifetime=timedelta(days=365),
    )
    keep_cookie(
        response, cookie_name(KNOWN_PHONE_COOKIE, secure=secure), phone, secure=secure, lifetime=timedelta(days=365)
    )
    return response


def known_phone(request: Request[Any, Any, Any]) -> str:
    """The secret by which this phone is known, or ""."""
    secure = request.app.state.settings.secure
    return request.cookies.get(cookie_name(KNOWN_PHONE_COOKIE, secure=secure), "")[:64]


def address(request: Request[Any, Any, Any]) -> str:
    """Where the request came from, as far as a limit needs it: the network of an IPv6 address, for a house has millions."""
    host = request.client.host if request.client else ""
    return ":".join(host.split(":")[:3]) if ":" in host else host


async def take(db: Database, limiter: Limiter, *tries: tuple[Limit, str]) -> None:
    """Counts one try against each limit; raises `LimitReached` with the wait in words when one is used up."""
    async with db.writing() as session:
        waits = [await limiter.take(session, limit, value, now=utc_now()) for limit, value in tries]
    longest = max((wait for wait in waits if wait is not None), default=None)
    if longest is not None:
        raise LimitReached(_("Terlalu sering dicoba. Tunggu %(wait)s, lalu coba lagi.") % {"wait": wait_words(longest)})


handlers = [sign_up_page, sign_up, sign_in_page, sign_in, sign_out, choose_language, privacy]
