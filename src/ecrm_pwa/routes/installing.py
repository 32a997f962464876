"""The app on the screen of a phone: how it comes there, and what other apps share with it."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get, post

from ecrm_pwa.base.inputs import Text
from ecrm_pwa.web import devices, forms
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import look

_LONGEST_SHARED = 10_000
_WAYS = {"Samsung Internet": "samsung", "Firefox": "firefox", "Safari": "safari"}
"""The browsers that do not install like Chrome."""


@dataclass
class Shared:
    """What another app says; see `share_target` in static/manifest.json."""

    title: Annotated[str, Text(_LONGEST_SHARED, optional=True)]
    text: Annotated[str, Text(_LONGEST_SHARED, optional=True, lines=True)]
    url: Annotated[str, Text(_LONGEST_SHARED, optional=True)]


@get("/install", opt={"public": True})
async def install_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """How to install, in pictures; the browser that is asking comes first."""
    await look(request)
    browser = devices.browser(request.headers.get("user-agent", ""))
    return page(request, "installing/install.html", own=_WAYS.get(browser, "chrome"))


@get("/share", opt={"signed_in": True})
async def share_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """What was shared with the app and lies on this phone; a script shows it."""
    return page(request, "installing/share.html", words="", had_photos=False)


@post("/share", opt={"signed_in": True}, request_max_body_size=forms.UPLOAD_LIMIT)
async def share(request: Request[Any, Any, Any]) -> Response[Any]:
    """Where no worker takes what is shared: the words are shown, nothing is kept."""
    form = await forms.read(request, Shared)
    words = "\n".join(text for name in ("title", "text", "url") if (text := form.values.get(name)))
    return page(
        request,
        "installing/share.html",
        headers={"Cache-Control": "no-store"},
        words=words[:_LONGEST_SHARED],
        had_photos=bool(form.files),
    )


handlers = [install_page, share_page, share]
