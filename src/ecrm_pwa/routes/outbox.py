"""What waits on this phone: a page that a script fills, for only the phone knows."""

from typing import Any

from litestar import Request, Response, get

from ecrm_pwa.web.pages import page


@get("/outbox", opt={"signed_in": True})
async def outbox_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """All that waits and all that needs fixing."""
    return page(request, "outbox/outbox.html")


handlers = [outbox_page]
