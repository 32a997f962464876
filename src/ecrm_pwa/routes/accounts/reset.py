"""A forgotten password: whom to ask, and the link that they make."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import accounts
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.inputs import Secret
from ecrm_pwa.base.limits import Limiter
from ecrm_pwa.base.passwords import Passwords
from ecrm_pwa.routes.accounts import limits
from ecrm_pwa.routes.accounts.coming_in import address, let_in, refuse_bad_password, take
from ecrm_pwa.web import forms
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import look


@dataclass
class Reset:
    """The next password."""

    password: Annotated[str, Secret()]


@get("/forgotten", opt={"public": True})
async def forgotten(request: Request[Any, Any, Any]) -> Response[Any]:
    """Whom to ask. No number is asked for, so nothing can be learned about one."""
    await look(request)
    return page(request, "accounts/forgotten.html")


@get("/reset/{secret:str}", opt={"public": True})
async def reset_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], secret: FromPath[str]
) -> Response[Any]:
    """The form for a new password, behind a link that still works."""
    async with db.reading() as session:
        await accounts.find_reset_link(session, secret, now=utc_now())
    return page(
        request, "accounts/reset.html", form=forms.blank(), secret=secret, headers={"Cache-Control": "no-store"}
    )


@post("/reset/{secret:str}", opt={"public": True})
async def reset(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    limiter: NamedDependency[Limiter],
    secret: FromPath[str],
) -> Response[Any]:
    """Sets the new password, signs everybody out, and this phone in."""
    form = await forms.read(request, Reset)
    with form.checking():
        await take(db, limiter, (limits.RESET_FROM_ADDRESS, address(request)))
        async with db.reading() as session:
            link = await accounts.find_reset_link(session, secret, now=utc_now())
            person = await accounts.find(session, link.account_id)
        refuse_bad_password(form, person.phone)
        password_hash = await passwords.hash(form.data.password)
        async with db.writing() as session:
            account_id = await accounts.redeem_reset_link(session, secret, password_hash=password_hash, now=utc_now())
            return await let_in(request, session, account_id, way="/")
    return page(request, "accounts/reset.html", status=form.status, form=form, secret=secret)


handlers = [forgotten, reset_page, reset]
