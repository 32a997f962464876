"""Suara: what customers say, ratings and complaints together, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ecrm_pwa import complaints, satisfaction
from ecrm_pwa.base.db import Database, from_epoch_ms, utc_now
from ecrm_pwa.complaints import Complaint, Status
from ecrm_pwa.satisfaction import Rating
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business

PAGE = 30
SHOWS = ("all", "waiting", "processing", "resolved", "ratings", "low", "held")
_COMPLAINTS: dict[str, tuple[Status, ...] | None] = {
    "all": None,
    "waiting": (Status.WAITING,),
    "processing": (Status.PROCESSING,),
    "resolved": (Status.RESOLVED,),
    "held": None,
}
_RATINGS = {"all", "ratings", "low", "held"}


@dataclass(frozen=True)
class Said:
    """One row: a complaint or a rating."""

    made_at: datetime
    complaint: Complaint | None = None
    rating: Rating | None = None


@get("/voice")
async def voice_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """The list, by what is asked for."""
    mine = business(request)
    show = request.query_params.get("show", "all")
    show = show if show in SHOWS else "all"
    before = _before(request.query_params.get("before", ""))
    said: list[Said] = []
    async with db.reading() as session:
        if show in _COMPLAINTS:
            rows = await complaints.list_newest(
                session,
                mine.id,
                before=before,
                limit=PAGE + 1,
                statuses=_COMPLAINTS[show],
                held=show == "held",
            )
            said += [Said(row.made_at, complaint=row) for row in rows]
        if show in _RATINGS:
            ratings = await satisfaction.list_newest(
                session, mine.id, before=before, limit=PAGE + 1, held=show == "held", low_only=show == "low"
            )
            said += [Said(rating.made_at, rating=rating) for rating in ratings]
        counts = await complaints.count_by_status(session, mine.id)
        held = bool(counts.get("held")) or await satisfaction.has_held(session, mine.id)
    said.sort(key=lambda one: one.made_at, reverse=True)
    more = said[PAGE - 1].made_at if len(said) > PAGE else None
    return page(request, "voice/voice.html", said=said[:PAGE], show=show, counts=counts, held=held, more=more)


def _before(text: str) -> datetime:
    """Where the page goes on; anything that is no moment means from the newest."""
    milliseconds = int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0  # noqa: PLR2004 (below any overflow)
    return from_epoch_ms(milliseconds) if milliseconds else utc_now()


handlers = [voice_page]
