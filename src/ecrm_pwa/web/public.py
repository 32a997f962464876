"""Pages for whoever comes by a QR or a link: one document with its style and script inside, so that nothing else has to arrive."""

import gzip
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import brotli  # type: ignore[import-untyped]  # it ships no types
from litestar import MediaType, Request, Response

from ecrm_pwa.base import i18n
from ecrm_pwa.web.assets import choose_coding
from ecrm_pwa.web.pages import Pages, refusal_headers


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    dense: bool = False,
    sheet: str = "",
    **values: Any,
) -> Response[Any]:
    """A public page; no cookie is read and none is set. Kept by nobody unless `headers` say so.

    `dense` is for a page that many see as it is: compressed as well as can be, once. Its route is marked `NOT_COMPRESSED`.
    `sheet` is one of `pages.PUBLIC_SHEETS`, for what the common style lacks.
    """
    pages: Pages = request.app.state.pages
    content: str | bytes = pages.render_public(request, template, values, sheet=sheet)
    if dense:
        bodies = _dense(content)
        coding = choose_coding(request.headers.get("accept-encoding", ""), bodies)
        content = bodies[coding]
        named = {} if coding == "identity" else {"Content-Encoding": coding}
        headers = {"Vary": "Accept-Encoding"} | named | (headers or {})
    return Response(
        content,
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Cache-Control": "no-store", "Content-Security-Policy": pages.public_policy(sheet=sheet)}
        | refusal_headers(request, status, values)
        | (headers or {}),
    )


@lru_cache(maxsize=256)
def _dense(text: str) -> Mapping[str, bytes]:
    plain = text.encode()
    return {
        "identity": plain,
        "br": brotli.compress(plain, quality=11, lgwin=18),
        "gzip": gzip.compress(plain, compresslevel=9, mtime=0),
    }


def address(request: Request[Any, Any, Any], path: str) -> str:
    """The address, in the language of this page."""
    language = i18n.language()
    if language == i18n.SOURCE:
        return path
    return f"{path}{'&' if '?' in path else '?'}lang={language}"
