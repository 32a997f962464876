"""The QR code of the open business: on the screen for a customer to scan, as picture and poster for paper."""

from functools import partial
from typing import Any

from anyio import to_thread
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from ecrm_pwa import businesses, posters
from ecrm_pwa.base import qr
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.businesses import Business
from ecrm_pwa.web import writes
from ecrm_pwa.web.assets import NOT_COMPRESSED
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business


@get("/business/qr")
async def qr_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """The code, large. It stands inside the page, which a phone keeps: a customer can scan it without our signal."""
    address = _address(request)
    return page(
        request,
        "posters/qr.html",
        address=address,
        short=posters.short(address),
        picture=qr.data_uri(address, qr.Level.SCREEN),
    )


@get("/business/qr.svg")
async def qr_svg(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[bytes]:
    """The code for a print shop."""
    known = await _find(request, db)
    return _file(qr.svg(_address(request), qr.Level.PAPER).encode(), f"qr-{known.slug}.svg", "image/svg+xml")


@get("/business/qr.png", opt={NOT_COMPRESSED: True})
async def qr_png(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[bytes]:
    """The code as a picture, to be sent or put into a design."""
    known = await _find(request, db)
    return _file(qr.png(_address(request), qr.Level.PAPER), f"qr-{known.slug}.png", "image/png")


@get("/business/qr/poster.pdf", opt={NOT_COMPRESSED: True})
async def poster(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[bytes]:
    """A sheet of A4 for the wall."""
    known = await _find(request, db)
    drawn = partial(posters.a4, name=known.name, address=_address(request), promise_hours=known.promise_hours)
    # A tenth of a second, in which others want to be answered.
    return _file(await to_thread.run_sync(drawn), f"poster-{known.slug}.pdf", "application/pdf")


@post("/business/qr/printed")
async def note_printed(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Ticks off the first step: she says so herself, since no download tells whether it reached paper."""
    mine = business(request)
    async with writes.writing(request, db, scope=mine.id) as write:
        await businesses.note_qr(write.session, mine.id, now=write.now)
        return write.see_other("/", say=_("Dicatat: QR sudah dicetak."))


def _address(request: Request[Any, Any, Any]) -> str:
    return f"{request.app.state.settings.public_url}/toko/{business(request).slug}"


async def _find(request: Request[Any, Any, Any], db: Database) -> Business:
    async with db.reading() as session:
        return await businesses.find(session, business(request).id)


def _file(content: bytes, name: str, media_type: str) -> Response[bytes]:
    # Saved and not opened: an app on the screen of an iPhone has no way back from a file.
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=media_type, headers=headers)


handlers = [qr_page, qr_svg, qr_png, poster, note_printed]
