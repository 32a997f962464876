"""Suara: what customers say, ratings and complaints together, the newest first."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ecrm_pwa import complaints, satisfaction
from ecrm_pwa.base.db import Database, Place, epoch_ms, from_epoch_ms, utc_now
from ecrm_pwa.base.inputs import read_id
from ecrm_pwa.complaints import Complaint, Status
from ecrm_pwa.products import Origin
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
_LAST_ID = UUID(int=2**128 - 1)
_RATINGS = {"all", "ratings", "low", "held"}


@dataclass(frozen=True)
class Said:
    """One row: a complaint or a rating."""

    place: Place
    complaint: Complaint | None = None
    rating: Rating | None = None
    origin: Origin | None = None
    """The batch that it is about, where one is known."""


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
            about = await complaints.list_origins(session, mine.id, [row.id for row in rows])
            said += [Said((row.made_at, row.id), complaint=row, origin=about.get(row.id)) for row in rows]
        if show in _RATINGS:
            ratings = await satisfaction.list_newest(
                session, mine.id, before=before, limit=PAGE + 1, held=show == "held", low_only=show == "low"
            )
            about = await satisfaction.list_origins(session, mine.id, [rating.id for rating in ratings])
            said += [Said((one.made_at, one.id), rating=one, origin=about.get(one.id)) for one in ratings]
        counts = await complaints.count_by_status(session, mine.id)
        held = bool(counts.get("held")) or await satisfaction.has_held(session, mine.id)
    said.sort(key=lambda one: one.place, reverse=True)
    more = _address_of(said[PAGE - 1].place) if len(said) > PAGE else None
    return page(request, "voice/voice.html", said=said[:PAGE], show=show, counts=counts, held=held, more=more)


def _address_of(place: Place) -> str:
    moment, one = place
    return f"{epoch_ms(moment)}-{one}"


def _before(text: str) -> Place:
    """Where the page goes on; anything that is no place means from the newest."""
    digits, _dash, identifier = text.partition("-")
    one = read_id(identifier)
    if one is None or not digits.isascii() or not digits.isdigit() or len(digits) > 14:  # noqa: PLR2004 (below any overflow)
        return utc_now(), _LAST_ID
    return from_epoch_ms(int(digits)), one


handlers = [voice_page]
