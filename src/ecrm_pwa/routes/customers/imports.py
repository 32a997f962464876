"""Ambil dari daftar: many customers at once out of the phone book, a file or pasted lines, looked through before and undone after.

The draft lies on the server, so every step is an ordinary form and the phone may go away in the middle. With script the adding goes
in small steps (static/js/import.js) under a bar that moves; without script it is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.i18n import ngettext
from ecrm_pwa.base.inputs import Choice, NewId, Refused, Whole, read_id
from ecrm_pwa.customers import imports
from ecrm_pwa.customers.reading import MAX_BYTES, ContactReader, Reading, ReadingRefused
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business, person

PAGE = 50
STEP = 100
"""How many are added with one request where a script asks step by step."""
_PAST = 20
_STAYED = 20
_LONGEST_LIST = 600
_ROOMS = {"doubts": imports.DOUBTS, "new": (imports.NEW,), "known": (imports.KNOWN,), "unread": (imports.UNREAD,)}


class Pasted:
    """Pasted text as it came: what is in it, the reader says."""

    def read(self, typed: Sequence[str]) -> str:
        """The text."""
        return typed[-1] if typed else ""


class Positions:
    """Places in the list, in one field or in several of one name."""

    def read(self, typed: Sequence[str]) -> tuple[int, ...]:
        """The places; raises `Refused`."""
        parts = [part for text in typed for part in text[:_LONGEST_LIST].split(",") if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):  # noqa: PLR2004 (20,000 and a few)
            raise Refused(_("Ada yang rusak di halaman ini. Muat ulang, lalu coba lagi."))
        return tuple(map(int, parts))


@dataclass
class NewImport:
    """A list: a file, or words."""

    id: Annotated[Any, NewId()]
    source: Annotated[str, Choice(imports.SOURCES)]
    text: Annotated[str, Pasted()]


@dataclass
class Choices:
    """Which of the rows on this page are to be added, or one answer for all; `keep` is what a script saves without a word."""

    shown: Annotated[tuple[int, ...], Positions()]
    chosen: Annotated[tuple[int, ...], Positions()]
    room: Annotated[str, Choice(tuple(_ROOMS))]
    act: Annotated[str, Choice(("save", "keep", "all", "none", "add"))]


@dataclass
class Step:
    """How many at once; 0 means all that are left."""

    most: Annotated[int, Whole(0, 1000)]


@get("/customers/import")
async def sources_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Where from; and the lists of before."""
    return await _show_sources(request, db, forms.blank())


@post("/customers/import", request_max_body_size=forms.UPLOAD_LIMIT)
async def read_list(
    request: Request[Any, Any, Any], db: NamedDependency[Database], contact_reader: NamedDependency[ContactReader]
) -> Response[Any]:
    """Reads a list and keeps it as a draft."""
    mine = business(request)
    form = await forms.read(request, NewImport)
    with form.checking():
        data = form.data
        reading = await _read(contact_reader, form)
        async with writes.writing(request, db, scope=mine.id) as write:
            await imports.draft(
                write.session,
                mine.id,
                import_id=data.id,
                source=data.source,
                reading=reading,
                account_id=person(request).account_id,
                now=write.now,
            )
            return write.see_other(f"/customers/import/{data.id}")
    return await _show_sources(request, db, form)


async def _read(reader: ContactReader, form: forms.Form[NewImport]) -> Reading:
    """What is in the file or the text; a refusal stands beside the field that it came by."""
    if form.data.source != "file":
        try:
            return await reader.read_text(form.data.text)
        except ReadingRefused as refusal:
            raise FieldsRefused(text=str(refusal)) from refusal
    upload = form.files.get("file")
    if upload is None:
        raise FieldsRefused(file=_("Pilih berkasnya dulu."))
    try:
        # One that was too long to be kept is told so by the reader.
        return await reader.read_file(upload.content if upload.content is not None else bytes(MAX_BYTES + 1))
    except ReadingRefused as refusal:
        raise FieldsRefused(file=str(refusal)) from refusal


async def _show_sources(request: Request[Any, Any, Any], db: Database, form: forms.Form[Any]) -> Response[Any]:
    async with db.reading() as session:
        past = await imports.list_imports(session, business(request).id, limit=_PAST)
    # A long paste is not sent back and forth: it is still in her clipboard, and on the phone.
    status = form.status if form.errors else 200
    return page(request, "customers/import.html", status=status, form=form, past=past)


@get("/customers/import/{import_id:str}")
async def draft_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], import_id: FromPath[str]
) -> Response[Any]:
    """The draft with its rows, or what has become of it."""
    wanted, mine = _id(import_id), business(request)
    after = _after(request)
    async with db.reading() as session:
        found = await imports.find_import(session, mine.id, wanted)
        if found.finished_at is not None or found.undone_at is not None:
            stayed = await imports.list_brought(session, mine.id, wanted, limit=_STAYED + 1) if found.undone_at else []
            return page(request, "customers/imported.html", brought=found, stayed=stayed, most=_STAYED)
        counts = await imports.count_rows(session, mine.id, wanted)
        room = _room(request, counts)
        rows = await imports.list_rows(session, mine.id, wanted, verdicts=_ROOMS[room], after=after, limit=PAGE + 1)
    doubts = sum(counts[verdict] for verdict in imports.DOUBTS)
    return page(
        request,
        "customers/import_draft.html",
        draft=found,
        counts=counts | {"doubts": doubts},
        room=room,
        rows=rows[:PAGE],
        more=rows[PAGE - 1].position if len(rows) > PAGE else None,
        after=after,
        step=STEP,
    )


def _room(request: Request[Any, Any, Any], counts: dict[str, int]) -> str:
    """What she asked for, else what needs an answer, else what there is."""
    asked = request.query_params.get("show", "")
    if asked in _ROOMS:
        return asked
    return next((room for room, verdicts in _ROOMS.items() if any(counts[one] for one in verdicts)), "new")


def _after(request: Request[Any, Any, Any]) -> int:
    text = request.query_params.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1  # noqa: PLR2004 (20,000 and a few)


@post("/customers/import/{import_id:str}")
async def choose(
    request: Request[Any, Any, Any], db: NamedDependency[Database], import_id: FromPath[str]
) -> Response[Any]:
    """Keeps what was ticked on this page, or one answer for all; and adds, where that button was tapped."""
    wanted, mine = _id(import_id), business(request)
    data = (await forms.read(request, Choices)).data
    here = f"/customers/import/{wanted}"
    async with writes.writing(request, db, scope=mine.id) as write:
        found = await imports.find_import(write.session, mine.id, wanted)
        if found.finished_at is not None or found.undone_at is not None:
            # Tapped twice, or on two phones: the page says what became of it.
            return write.see_other(here)
        if data.act in {"all", "none"}:
            await imports.choose_all(
                write.session, mine.id, wanted, verdicts=_ROOMS[data.room], is_chosen=data.act == "all"
            )
        else:
            await imports.choose(write.session, mine.id, wanted, shown=data.shown, chosen=data.chosen)
        if data.act == "add":
            return await _add(write, mine.id, wanted, most=None)
        if data.act == "save" and data.shown:
            # On to the next page of the same rows; after the last one, to the first again.
            left = await imports.list_rows(
                write.session, mine.id, wanted, verdicts=_ROOMS[data.room], after=max(data.shown), limit=1
            )
            way = f"{here}?show={data.room}" + (f"&after={max(data.shown)}" if left else "")
            return write.see_other(way, say=_("Pilihan tersimpan."))
        return write.see_other(f"{here}?show={data.room}")


@post("/customers/import/{import_id:str}/steps")
async def step(
    request: Request[Any, Any, Any], db: NamedDependency[Database], import_id: FromPath[str]
) -> Response[Any]:
    """Adds the next of them; sent twice, it goes on from where it is."""
    wanted, mine = _id(import_id), business(request)
    data = (await forms.read(request, Step)).data
    async with writes.writing(request, db, scope=mine.id) as write:
        return await _add(write, mine.id, wanted, most=data.most or None)


async def _add(write: writes.Write, business_id: UUID, import_id: UUID, *, most: int | None) -> Response[Any]:
    brought = await imports.add(write.session, business_id, import_id, most=most, now=write.now)
    # A script sees by the address whether there is more to do.
    done = "#done" if brought.finished_at is not None else ""
    return write.see_other(f"/customers/import/{import_id}{done}")


@post("/customers/import/{import_id:str}/undoing")
async def undo(
    request: Request[Any, Any, Any], db: NamedDependency[Database], import_id: FromPath[str]
) -> Response[Any]:
    """Takes the whole import back."""
    wanted, mine = _id(import_id), business(request)
    async with writes.writing(request, db, scope=mine.id) as write:
        stayed = await imports.undo(write.session, mine.id, wanted, now=write.now)
        say = _("Semua yang dari daftar ini sudah dihapus lagi.")
        if stayed:
            say = ngettext(
                "Diurungkan. %(num)s orang tetap ada karena sudah diubah atau dipakai.",
                "Diurungkan. %(num)s orang tetap ada karena sudah diubah atau dipakai.",
                stayed,
            ) % {"num": stayed}
        return write.see_other(f"/customers/import/{wanted}", say=say)


@post("/customers/import/{import_id:str}/discarding")
async def discard(
    request: Request[Any, Any, Any], db: NamedDependency[Database], import_id: FromPath[str]
) -> Response[Any]:
    """Throws a draft away."""
    wanted, mine = _id(import_id), business(request)
    async with writes.writing(request, db, scope=mine.id) as write:
        await imports.find_import(write.session, mine.id, wanted)
        await imports.discard(write.session, mine.id, wanted)
        return write.see_other("/customers/import", say=_("Daftar itu dibuang."))


def _id(text: str) -> UUID:
    found = read_id(text)
    if found is None:
        raise NotFound("import")
    return found


handlers = [sources_page, read_list, draft_page, choose, step, undo, discard]
