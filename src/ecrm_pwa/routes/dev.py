"""In development only: every component in every state."""

from typing import Any

from litestar import Request, Response, get

from ecrm_pwa.web.pages import page


@get("/dev/components", opt={"public": True})
async def components(request: Request[Any, Any, Any]) -> Response[Any]:
    """The look, to look at."""
    return page(request, "dev/components.html")


handlers = [components]
