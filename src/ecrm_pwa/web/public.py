"""Pages for whoever comes by a QR or a link: one document with its style and script inside, so that nothing else has to arrive."""

from typing import Any

from litestar import MediaType, Request, Response

from ecrm_pwa.base import i18n
from ecrm_pwa.web.pages import Pages, refusal_headers


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Response[str]:
    """A public page; no cookie is read and none is set. Kept by nobody unless `headers` say so."""
    pages: Pages = request.app.state.pages
    return Response(
        pages.render_public(request, template, values),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Cache-Control": "no-store", "Content-Security-Policy": pages.public_policy}
        | refusal_headers(request, status, values)
        | (headers or {}),
    )


def address(request: Request[Any, Any, Any], path: str) -> str:
    """The address, in the language of this page."""
    language = i18n.language()
    if language == i18n.SOURCE:
        return path
    return f"{path}{'&' if '?' in path else '?'}lang={language}"
