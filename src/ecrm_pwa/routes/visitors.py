"""Who comes without an account: how their phone is known from one tap to the next, and how often they may come.

A phone that rates or complains gets a random secret in a cookie that only the public pages see. A rating keeps its hash together
with the business, so that nobody can follow a phone from shop to shop.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.limits import Limit, Limiter, LimitReached
from ecrm_pwa.base.tokens import new_token
from ecrm_pwa.routes.accounts.coming_in import address
from ecrm_pwa.settings import Settings
from ecrm_pwa.web.failures import wait_words
from ecrm_pwa.web.pages import keep_cookie
from ecrm_pwa.web.viewer import cookie_name
from ecrm_pwa.web.writes import read_key

_COOKIE = "visitor"
_LONGEST_TOKEN = 64

# A phone that answers more often than this is no customer's.
FROM_PHONE = Limit("public-phone", 30, timedelta(hours=1))
# A market, a hall, a mobile network: hundreds of phones may share an address. Beyond it nothing is refused, it is held for review.
FROM_ADDRESS = Limit("public-address", 300, timedelta(minutes=10))
TO_SHOP = Limit("public-shop", 300, timedelta(hours=1))
# Only what would fill the disk is refused, and never to all: when the room of a shop is used up, each address has some of its own.
HELD_FOR_SHOP = Limit("public-held", 5_000, timedelta(days=1))
HELD_FROM_ADDRESS = Limit("public-held-address", 500, timedelta(days=1))
# Whoever holds a link of a complaint needs no limit but the link's, and nobody else can use that up.
BY_LINK = Limit("public-link", 30, timedelta(hours=1))
# Looking something up reads much; a person does not do it every two seconds.
SEARCH_FROM_ADDRESS = Limit("public-search", 300, timedelta(minutes=10))
# Pictures are heavy; beyond these the words are taken without them.
PHOTOS_FROM_ADDRESS = Limit("public-photo-address", 100, timedelta(days=1))
PHOTOS_FOR_SHOP = Limit("public-photo", 400, timedelta(days=1))


@dataclass(frozen=True)
class Visitor:
    """The phone that sends something, as one business knows it."""

    token: str
    rater: bytes


def rater_of(business_id: UUID, token: str) -> bytes:
    """What a rating keeps of a phone."""
    return hashlib.sha256(business_id.bytes + token.encode("utf-8", "surrogatepass")).digest()


def meet(request: Request[Any, Any, Any], business_id: UUID) -> Visitor:
    """Who sends this; a phone that has never sent anything gets its secret now (`remember` lets it keep that)."""
    token = token_of(request) or _first_token(request)
    return Visitor(token, rater_of(business_id, token))


def token_of(request: Request[Any, Any, Any]) -> str:
    """The secret of this phone, or "" on its first visit."""
    settings: Settings = request.app.state.settings
    return request.cookies.get(cookie_name(_COOKIE, secure=settings.secure), "")[:_LONGEST_TOKEN]


def _first_token(request: Request[Any, Any, Any]) -> str:
    """The secret of a phone that has none yet.

    It follows from the key of the write, if there is one: a phone that never heard the answer to its first tap has no cookie when
    it sends it again, and is still the same phone.
    """
    key = read_key(request)
    if key is None:
        return new_token()[0]
    secret: bytes = request.app.state.secret
    return hmac.new(secret, b"visitor|" + key.bytes, hashlib.sha256).hexdigest()


async def count(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    limiter: Limiter,
    business_id: UUID,
    visitor: Visitor,
    *,
    trap: str,
) -> bool:
    """Counts the visit, and tells whether what it brings must be held; raises `LimitReached` for a phone that sends on and on.

    In the transaction of the write: one that was done before, or that is refused, is not counted.
    `trap` is a field that no person sees: who fills it in is no person, or a browser too eager to help, so it is held and not lost.
    """
    here, shop, now = f"{business_id}|{address(request)}", str(business_id), utc_now()
    await count_again(session, limiter, business_id, visitor)
    flood = [
        await limiter.take(session, FROM_ADDRESS, here, now=now),
        await limiter.take(session, TO_SHOP, shop, now=now),
    ]
    held = bool(trap) or any(flood)
    if held and await limiter.take(session, HELD_FOR_SHOP, shop, now=now):
        _refuse_until(await limiter.take(session, HELD_FROM_ADDRESS, here, now=now))
    return held


async def count_again(session: AsyncSession, limiter: Limiter, business_id: UUID, visitor: Visitor) -> None:
    """Counts a phone that adds to what it has sent; raises `LimitReached`."""
    _refuse_until(await limiter.take(session, FROM_PHONE, f"{business_id}|{visitor.token}", now=utc_now()))


async def count_link(session: AsyncSession, limiter: Limiter, link_id: UUID) -> None:
    """Counts what comes by a complaint's link; raises `LimitReached` when it goes on and on."""
    _refuse_until(await limiter.take(session, BY_LINK, str(link_id), now=utc_now()))


async def count_search(request: Request[Any, Any, Any], db: Database, limiter: Limiter) -> None:
    """Counts a search in the directory; raises `LimitReached`."""
    async with db.writing() as session:
        wait = await limiter.take(session, SEARCH_FROM_ADDRESS, address(request), now=utc_now())
    _refuse_until(wait)


async def send_photo(request: Request[Any, Any, Any], db: Database, limiter: Limiter, business_id: UUID) -> None:
    """Counts a picture before the work on it begins; raises `LimitReached` when there is no room for it now."""
    now = utc_now()
    async with db.writing() as session:
        wait = await limiter.take(session, PHOTOS_FROM_ADDRESS, f"{business_id}|{address(request)}", now=now)
        if wait is None:
            wait = await limiter.take(session, PHOTOS_FOR_SHOP, str(business_id), now=now)
    _refuse_until(wait)


def _refuse_until(wait: timedelta | None) -> None:
    if wait is not None:
        raise LimitReached(_("Terlalu sering dikirim. Tunggu %(wait)s, lalu coba lagi.") % {"wait": wait_words(wait)})


def remember(request: Request[Any, Any, Any], response: Response[Any], visitor: Visitor) -> None:
    """Lets the phone be known at its next tap."""
    settings: Settings = request.app.state.settings
    keep_cookie(
        response,
        cookie_name(_COOKIE, secure=settings.secure),
        visitor.token,
        secure=settings.secure,
        lifetime=timedelta(days=365),
    )
