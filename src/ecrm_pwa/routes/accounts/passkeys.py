"""Passkeys: adding one to this phone, signing in with it, forgetting it. The talking to the phone is static/js/passkey.js."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from ecrm_pwa import accounts
from ecrm_pwa.accounts import PasskeyRefused, Site
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.limits import Limiter
from ecrm_pwa.routes.accounts import limits
from ecrm_pwa.routes.accounts.coming_in import address, let_in, take
from ecrm_pwa.settings import Settings
from ecrm_pwa.web import devices
from ecrm_pwa.web.pages import page, see_other
from ecrm_pwa.web.viewer import own_address, person

_LONGEST_ANSWER = 20_000


@dataclass(frozen=True)
class Shown:
    """A key in the list; `address` is its name as part of an address."""

    address: str
    device: str
    created_at: datetime


@get("/account/passkeys", opt={"signed_in": True})
async def passkeys_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Her keys, and the button for one more."""
    async with db.reading() as session:
        keys = await accounts.list_passkeys(session, person(request).account_id)
    shown = [Shown(bytes_to_base64url(key.id), key.device, key.created_at) for key in keys]
    return page(request, "accounts/passkeys.html", passkeys=shown)


@post("/account/passkeys/question", opt={"signed_in": True}, status_code=200)
async def ask_to_add(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> dict[str, Any]:
    """What the browser needs to make a key."""
    async with db.writing() as session:
        account = await accounts.find(session, person(request).account_id)
        return await accounts.ask_to_add(session, account, site=site(request), now=utc_now())


@post("/account/passkeys", opt={"signed_in": True}, status_code=200)
async def add(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> dict[str, str]:
    """Keeps the key that the browser made; tells where to go on."""
    answer = await read_answer(request)
    device = devices.describe(request.headers.get("user-agent", ""))
    is_added = False
    async with db.writing() as session:
        # An answer that is refused has used its question up all the same.
        with suppress(PasskeyRefused):
            await accounts.add_passkey(
                session, person(request).account_id, answer, site=site(request), device=device, now=utc_now()
            )
            is_added = True
    if not is_added:
        raise ClientException("the passkey was refused")
    return {"next": "/account/passkeys"}


@post("/account/passkeys/{key:str}/removal", opt={"signed_in": True})
async def remove(request: Request[Any, Any, Any], db: NamedDependency[Database], key: FromPath[str]) -> Response[Any]:
    """Forgets a key. What the phone keeps of it opens nothing any more."""
    try:
        passkey_id = base64url_to_bytes(key)
    except ValueError:
        raise NotFound("passkey") from None
    async with db.writing() as session:
        await accounts.remove_passkey(session, person(request).account_id, passkey_id)
    return see_other("/account/passkeys", say=_("Sidik jari dihapus."))


@post("/sign-in/passkey/question", opt={"public": True}, status_code=200)
async def ask_to_sign_in(
    request: Request[Any, Any, Any], db: NamedDependency[Database], limiter: NamedDependency[Limiter]
) -> dict[str, Any]:
    """What the browser needs to sign somebody in."""
    await take(db, limiter, (limits.PASSKEY_FROM_ADDRESS, address(request)))
    async with db.writing() as session:
        return await accounts.ask_to_sign_in(session, site=site(request), now=utc_now())


@post("/sign-in/passkey", opt={"public": True}, status_code=200)
async def sign_in(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Signs this phone in by the key's answer; tells where to go on."""
    answer = await read_answer(request)
    way = own_address(request.query_params.get("next"))
    response: Response[Any] | None = None
    async with db.writing() as session:
        with suppress(PasskeyRefused):
            account_id = await accounts.sign_in_by_passkey(session, answer, site=site(request), now=utc_now())
            response = await let_in(request, session, account_id, way=way)
    if response is None:
        raise ClientException("the passkey was refused")
    # A script asked, so the way on is told, not taken.
    told: Response[Any] = Response({"next": way}, status_code=200)
    told.cookies = response.cookies
    return told


async def read_answer(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The browser's answer; raises ClientException for anything else."""
    body = await request.body()
    try:
        if len(body) > _LONGEST_ANSWER:
            raise ClientException("no passkey answers at such length")
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ClientException("no passkey's answer") from error


def site(request: Request[Any, Any, Any]) -> Site:
    """What keys of this server are bound to."""
    settings: Settings = request.app.state.settings
    return Site(host=settings.public_host, origin=settings.public_url)


handlers = [passkeys_page, ask_to_add, add, remove, ask_to_sign_in, sign_in]
