"""Gabungkan: two records of one person become one, after a look at what each field becomes; parted again within 30 days."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import customers
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import NewId, Several, read_id
from ecrm_pwa.customers import Customer, merges
from ecrm_pwa.routes.customers import words
from ecrm_pwa.routes.customers.people import find_id, typed_words
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.pages import page, see_other
from ecrm_pwa.web.viewer import business, person

_SUGGESTED = 10
_FOUND = 20


@dataclass
class Merging:
    """Which fields are taken from the record that goes."""

    id: Annotated[Any, NewId()]
    from_gone: Annotated[tuple[str, ...], Several(merges.CHOSEN)]


@get("/customers/{customer_id:str}/merging")
async def partners_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], customer_id: FromPath[str]
) -> Response[Any]:
    """Who may be the same person, a search for others, and what was merged already."""
    mine, typed = business(request), typed_words(request.query_params.get("q", ""))
    async with db.reading() as session:
        customer = await customers.find(session, mine.id, find_id(customer_id))
        suggested = await merges.suggest(session, mine.id, customer, limit=_SUGGESTED)
        found = await customers.list_customers(session, mine.id, words=typed, limit=_FOUND) if typed else []
        done = await merges.list_merges(session, mine.id, customer.id)
        gone = {one.id: one for one in await customers.list_merged(session, mine.id, customer.id)}
    return page(
        request,
        "customers/merging.html",
        customer=customer,
        suggested=suggested,
        typed=typed,
        found=[one for one in found if one.id != customer.id],
        done=[(one, gone[one.gone_id]) for one in done],
        undo=merges.UNDO,
    )


@get("/customers/{customer_id:str}/merging/{other_id:str}")
async def pair_page(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    customer_id: FromPath[str],
    other_id: FromPath[str],
) -> Response[Any]:
    """What each field becomes."""
    mine = business(request)
    async with db.reading() as session:
        try:
            kept, gone = await merges.find_pair(session, mine.id, find_id(customer_id), find_id(other_id))
        except FieldsRefused:
            customer = await customers.find(session, mine.id, find_id(customer_id))
            return see_other(f"/customers/{customer.id}/merging", say=_("Keduanya sudah satu pelanggan."))
    return page(request, "customers/merging_pair.html", kept=kept, gone=gone, fields=_shown(kept, gone))


def _shown(kept: Customer, gone: Customer) -> list[dict[str, Any]]:
    """The fields of both in words."""
    labels = words.field_labels() | {"birthday": _("Ulang tahun")}
    shown = []
    for field in merges.plan(kept, gone):
        values = [
            words.birthday_words(*value) if field.name == "birthday" and value else value
            for value in (field.kept, field.gone, field.result)
        ]
        texts = dict(zip(("kept", "gone", "result"), values, strict=True))
        if texts["result"]:
            shown.append({"name": field.name, "label": labels[field.name], "is_choice": field.is_choice} | texts)
    return shown


@post("/customers/{customer_id:str}/merging/{other_id:str}")
async def merge(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    customer_id: FromPath[str],
    other_id: FromPath[str],
) -> Response[Any]:
    """Makes one of both."""
    mine, pair = business(request), (find_id(customer_id), find_id(other_id))
    data = (await forms.read(request, Merging)).data
    async with writes.writing(request, db, scope=mine.id) as write:
        try:
            kept = await merges.merge(
                write.session,
                mine.id,
                *pair,
                merge_id=data.id,
                from_gone=data.from_gone,
                account_id=person(request).account_id,
                now=write.now,
            )
        except FieldsRefused:
            # Another phone was faster: what was wanted is so.
            kept = await customers.find(write.session, mine.id, pair[0])
        return write.see_other(
            f"/customers/{kept.id}", say=_("Sudah digabungkan. Bisa dipisahkan lagi selama 30 hari.")
        )


@post("/customers/{customer_id:str}/merging/{merge_id:str}/undoing")
async def part(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    customer_id: FromPath[str],
    merge_id: FromPath[str],
) -> Response[Any]:
    """Parts them again."""
    mine, wanted = business(request), _merge_id(merge_id)
    async with writes.writing(request, db, scope=mine.id) as write:
        await customers.find(write.session, mine.id, find_id(customer_id))
        gone = await merges.undo(write.session, mine.id, wanted, now=write.now)
        say = _("%(name)s sudah terpisah lagi.") % {"name": gone.name}
        return write.see_other(f"/customers/{gone.id}", say=say)


def _merge_id(text: str) -> UUID:
    found = read_id(text)
    if found is None:
        raise NotFound("merge")
    return found


handlers = [partners_page, pair_page, merge, part]
