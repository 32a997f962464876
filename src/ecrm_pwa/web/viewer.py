"""Who is looking, and whether she may.

Every address is closed unless its handler says otherwise by name: `public=True` (anybody; with `anonymous=True` not even
the cookie is looked at), `signed_in=True` (anybody with an
account), `owner=True` (an owner of the open business). Without a word it takes a member of the business that is open on the phone.
"""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler

from ecrm_pwa.base import i18n
from ecrm_pwa.base.errors import NotAllowed
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import read_id

SESSION_COOKIE = "session"
LANGUAGE_COOKIE = "language"
OWNER_HEADER = "x-outbox-owner"
_LONGEST_WAY = 400


@dataclass(frozen=True)
class OpenBusiness:
    """The business that is open on this phone, and what she is in it."""

    id: uuid.UUID
    name: str
    slug: str
    place: str
    zone: ZoneInfo
    is_owner: bool
    ending_at: datetime | None


@dataclass(frozen=True)
class Viewer:
    """The person who is signed in."""

    account_id: uuid.UUID
    name: str
    phone: str
    language: str
    session_id: uuid.UUID
    business: OpenBusiness | None

    @property
    def owner(self) -> "Owner":
        """For whom a page is made now."""
        return Owner(self.account_id, self.business.id if self.business else None)


class SignInNeeded(NotAuthorizedException):
    """Nobody is signed in; a page leads to signing in and back to `way_back`."""

    def __init__(self, way_back: str | None) -> None:
        super().__init__("sign in first")
        self.way_back = way_back


class BusinessNeeded(Exception):
    """Signed in, but no business is open on this phone."""


FindViewer = Callable[[str, uuid.UUID | None], Awaitable[Viewer | None]]
"""The holder of a session's secret, in the business that is open on the phone or in the one that is named."""


@dataclass(frozen=True)
class Owner:
    """For whom a page was made, or by whom a write: a person, and the business that was open."""

    account_id: uuid.UUID
    business_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.account_id}:{self.business_id or ''}"


def read_owner(text: str | None) -> Owner | None:
    """What the outbox says of whose write it is; one that names nobody is nobody's, so no session fits it."""
    if text is None:
        return None
    account, _colon, business_text = text.partition(":")
    return Owner(read_id(account) or uuid.UUID(int=0), read_id(business_text))


def cookie_name(name: str, *, secure: bool) -> str:
    """With https the browser itself sees to it that no other host set the cookie (`__Host-`)."""
    return f"__Host-{name}" if secure else name


async def may_come_in(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every address."""
    if handler.opt.get("anonymous"):
        # The same for everybody, so that it may be kept by anybody: no cookie is looked at.
        i18n.use(connection.query_params.get("lang", i18n.SOURCE))
        return
    i18n.use(connection.cookies.get(LANGUAGE_COOKIE, i18n.SOURCE))
    if handler.opt.get("public"):
        return
    viewer = await look(connection)
    if viewer is None:
        raise SignInNeeded(way_back(connection))
    if handler.opt.get("signed_in"):
        return
    if viewer.business is None:
        if OWNER_HEADER in connection.headers:
            raise SignInNeeded(None)
        raise BusinessNeeded
    if handler.opt.get("owner") and not viewer.business.is_owner:
        raise NotAllowed(_("Hanya pemilik usaha yang bisa membuka ini."))


async def look(connection: ASGIConnection[Any, Any, Any, Any]) -> Viewer | None:
    """Who is signed in, asked of the database once a request; also sets the language to hers."""
    state = connection.scope["state"]
    if "viewer" not in state:
        settings = connection.app.state.settings
        token = connection.cookies.get(cookie_name(SESSION_COOKIE, secure=settings.secure), "")
        find: FindViewer = connection.app.state.find_viewer
        owner = read_owner(connection.headers.get(OWNER_HEADER))
        found = await find(token, owner.business_id if owner else None) if token else None
        # A write goes out for the person who made it, or not at all: never with the next one's cookie.
        state["viewer"] = found if owner is None or (found and found.account_id == owner.account_id) else None
    viewer: Viewer | None = state["viewer"]
    if viewer is not None:
        i18n.use(viewer.language)
    return viewer


def seen(request: Request[Any, Any, Any]) -> Viewer | None:
    """Who was found by `look`, without asking again."""
    return request.scope["state"].get("viewer")


def person(request: Request[Any, Any, Any]) -> Viewer:
    """The signed-in person of an address that needs one."""
    viewer = seen(request)
    if viewer is None:
        raise RuntimeError("a public address asked for the person; only guarded ones have one")
    return viewer


def business(request: Request[Any, Any, Any]) -> OpenBusiness:
    """The open business of an address that needs one."""
    found = person(request).business
    if found is None:
        raise RuntimeError("this address does not need a business, so it may have none")
    return found


def is_looked_at(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether this is a page that somebody opens, not a part of one, nor a page that a worker fetches to keep it."""
    # Not by Sec-Fetch-Dest: that is "empty" for a page that comes through a worker.
    return connection.headers.get("sec-fetch-mode", "navigate") == "navigate"


def way_back(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """Where a page that needs signing in was; None for what is no page."""
    if connection.scope.get("method") != "GET" or not is_looked_at(connection):
        return None
    query = connection.scope.get("query_string", b"").decode("latin-1")
    return connection.scope["path"] + (f"?{query}" if query else "")


def sign_in_address(way: str | None) -> str:
    """The address of the sign-in page that leads back to `way`."""
    return "/sign-in" if not way or way == "/" else f"/sign-in?next={quote(way, safe='/')}"


def own_address(way: str | None) -> str:
    """`way` if it is an address of ours, else `/`: nobody is sent elsewhere by a link that looks like ours."""
    if not way or len(way) > _LONGEST_WAY or not way.startswith("/") or way.startswith(("//", "/\\")):
        return "/"
    if any(ord(c) <= 0x20 or ord(c) >= 0x7F or c == "\\" for c in way):  # noqa: PLR2004 (printable ASCII only)
        return "/"
    parts = urlsplit(way)
    return "/" if parts.scheme or parts.netloc else way
