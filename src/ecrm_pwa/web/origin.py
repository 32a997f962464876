"""Refuses writes that another site makes in somebody's name.

By headers that no page can forge, not by tokens: a page kept on a phone since yesterday, or a form waiting there for signal, would
hold yesterday's token. The rule is that of Go's CrossOriginProtection, stricter in one place: a browser always says where a write
comes from, so a write that says nothing is refused too.
"""

from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def may_write(*, method: str, host: str, origin: str | None, fetch_site: str | None) -> bool:
    """Whether a request with these headers may change anything."""
    if method in _SAFE:
        return True
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    if origin is None or origin == "null":
        return False
    return urlsplit(origin).netloc.lower() == host.lower()


async def own_origin_only(connection: ASGIConnection, handler: BaseRouteHandler) -> None:  # type: ignore[type-arg]  # the guard fits every connection
    """The guard."""
    headers = connection.headers
    if not may_write(
        method=str(connection.scope.get("method", "GET")),
        host=headers.get("host", ""),
        origin=headers.get("origin"),
        fetch_site=headers.get("sec-fetch-site"),
    ):
        raise PermissionDeniedException("a write from another site")
