"""Beranda, the welcome page, Lainnya, and the two addresses that only machines ask."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from sqlalchemy.exc import DBAPIError

from ecrm_pwa import accounts, businesses, home
from ecrm_pwa.base.db import Database, DatabaseBusy, utc_now
from ecrm_pwa.web.pages import page, see_other
from ecrm_pwa.web.viewer import look

INSTALLED = "pwa"
"""What `src` says in the address by which an installed app is opened; see static/manifest.json."""


@get("/", opt={"public": True})
async def home_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Beranda for who is signed in, the welcome page for everybody else."""
    viewer = await look(request)
    if viewer is None:
        return page(request, "home/welcome.html")
    if viewer.business is None:
        return see_other("/businesses")
    mine, now = viewer.business, utc_now()

    async def today() -> home.Today:
        async with db.reading() as session:
            return await home.today(session, mine.id, account_id=viewer.account_id, is_owner=mine.is_owner, now=now)

    shown = await today()
    if request.query_params.get("src") == INSTALLED and not shown.is_installed:
        await _note_installed(db, viewer.account_id)
        shown = await today()
    ends_at = mine.ending_at + businesses.GRACE if mine.ending_at else None
    return page(request, "home/home.html", business=mine, today=shown, ends_at=ends_at, now=now)


async def _note_installed(db: Database, account_id: UUID) -> None:
    # Only a note, once in a life: nobody who opens the app waits for it, the next opening will do.
    with suppress(DatabaseBusy, DBAPIError):
        async with db.writing(patience=0) as session:
            await accounts.note_installed(session, account_id, now=utc_now())


@get("/more", opt={"signed_in": True})
async def more(request: Request[Any, Any, Any]) -> Response[Any]:
    """Lainnya: everything that is not at the bottom of every page."""
    # From here she signs out. The page that is left by it is kept by the browser after Clear-Site-Data has emptied its memory.
    # The worker's cache is emptied when she leaves, so there it may stay: without signal this door must open too.
    return page(request, "home/more.html", headers={"Cache-Control": "no-store", "X-Page-Keep": "worker"})


@get("/health", opt={"public": True}, media_type=MediaType.TEXT)
async def health(db: NamedDependency[Database]) -> str:
    """`ok` when the database answers. Never kept by anybody, so that a phone can tell this server from a captive portal."""
    async with db.reading() as session:
        await session.connection()
    return "ok"


handlers = [home_page, more, health]
