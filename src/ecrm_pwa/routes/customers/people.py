"""Pelanggan: the list with its search, one more customer, one page about her, and what is changed there every day."""

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import businesses, customers, timeline
from ecrm_pwa.base import i18n, money, phones
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import Conflict, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Choice, NewId, Phone, Refused, Text, Tick, Whole, clean, read_id
from ecrm_pwa.routes.customers import words
from ecrm_pwa.routes.orders import words as order_words
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.pages import page, see_other
from ecrm_pwa.web.viewer import business, person

PAGE = 50
LONGEST_SEARCH = 80


@dataclass
class NewCustomer:
    """Name and number; the rest only if she likes."""

    id: Annotated[Any, NewId()]
    name: Annotated[str, Text(80)]
    phone: Annotated[str, Phone(optional=True)]
    hamlet: Annotated[str, Text(60, optional=True)]
    landmark: Annotated[str, Text(120, optional=True)]
    birth_day: Annotated[str, words.DAY]
    birth_month: Annotated[str, words.MONTH]
    label: Annotated[str, Text(30, optional=True)]
    note: Annotated[str, Text(customers.LONGEST_NOTE, optional=True, lines=True)]
    consent: Annotated[bool, Tick()]


@dataclass
class Edit:
    """Everything that is known of her, on top of the version that was seen."""

    version: Annotated[int, Whole(1, 10**9)]
    name: Annotated[str, Text(80)]
    phone: Annotated[str, Phone(optional=True)]
    hamlet: Annotated[str, Text(60, optional=True)]
    landmark: Annotated[str, Text(120, optional=True)]
    birth_day: Annotated[str, words.DAY]
    birth_month: Annotated[str, words.MONTH]
    label: Annotated[str, Text(30, optional=True)]
    note: Annotated[str, Text(2 * customers.LONGEST_NOTE, optional=True, lines=True)]


@dataclass
class Consent:
    """Whether she may be written to."""

    given: Annotated[str, Choice(("yes", "no"))]


@dataclass
class Number:
    """Whether the number that she asked for becomes hers."""

    taken: Annotated[str, Choice(("yes", "no"))]


@get("/customers")
async def list_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Everybody by name, or those in whom what was typed occurs."""
    mine = business(request)
    typed = typed_words(request.query_params.get("q", ""))
    after = read_id(request.query_params.get("after", ""))
    async with db.reading() as session:
        found = await customers.list_customers(session, mine.id, words=typed, after=after, limit=PAGE + 1)
        count = await customers.count_customers(session, mine.id)
        wishes = [
            (wish, await customers.find(session, mine.id, wish.customer_id))
            for wish in await customers.list_wishes(session, mine.id)
        ]
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return page(
        request,
        "customers/list.html",
        found=found[:PAGE],
        count=count,
        wishes=wishes,
        typed=typed,
        after=after,
        more=more,
    )


@get("/customers/snapshot")
async def snapshot(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[bytes]:
    """What a phone searches without signal: id, name, number, kampung and folded text of everybody, compact."""
    async with db.reading() as session:
        rows = await customers.list_for_phone(session, business(request).id)
    shown = [(one, name, phones.display(phone) if phone else "", *rest) for one, name, phone, *rest in rows]
    content = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
    # A weak one: how it is compressed on the way is not its business.
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "X-Page-Owner": str(person(request).owner)}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


@get("/customers/new")
async def new_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """The form for one more; kept by phones, so it says nothing of anybody."""
    return _new(request, forms.blank())


@post("/customers")
async def record(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Keeps her; where her number is known already, leads to who has it."""
    mine = business(request)
    form = await forms.read(request, NewCustomer)
    with form.checking():
        data = form.data
        birth_day, birth_month = words.read_birthday(data.birth_day, data.birth_month)
        async with writes.writing(request, db, scope=mine.id) as write:
            recorded = await customers.record_customer(
                write.session,
                mine.id,
                customer_id=data.id,
                name=data.name,
                phone=data.phone or None,
                hamlet=data.hamlet,
                landmark=data.landmark,
                label=data.label,
                note=data.note,
                birth_day=birth_day,
                birth_month=birth_month,
                now=write.now,
            )
            if data.consent:
                await _record_consent(request, write, recorded.customer.id, given=True)
            say = _("%(name)s tersimpan.") % {"name": recorded.customer.name}
            if recorded.was_known:
                say = _("Nomor ini sudah ada, disatukan dengan %(name)s.") % {"name": recorded.customer.name}
            return write.see_other(f"/customers/{recorded.customer.id}", say=say)
    return _new(request, form)


@get("/customers/{customer_id:str}")
async def customer_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], customer_id: FromPath[str]
) -> Response[Any]:
    """One page about her."""
    wanted, mine = find_id(customer_id), business(request)
    async with db.reading() as session:
        customer = await customers.find(session, mine.id, wanted)
        if customer.id != wanted:
            return see_other(f"/customers/{customer.id}")
        everybody = [customer.id, *(one.id for one in await customers.list_merged(session, mine.id, customer.id))]
        events = await timeline.list_events(session, mine.id, customer)
        consents = await customers.list_consents(session, mine.id, everybody)
        links = await customers.list_links(session, mine.id, everybody)
        wish = await customers.find_wish(session, mine.id, customer.id)
        shop = await businesses.find(session, mine.id)
    return page(
        request,
        "customers/customer.html",
        customer=customer,
        birthday=words.birthday_words(customer.birth_day, customer.birth_month),
        consent=consents[0][0] if consents else None,
        consent_words=customers.consent_words(shop.name, given=True),
        events=events,
        order_words=order_words,
        price=money.display,
        links=links,
        wish=wish,
        whatsapp=words.whatsapp_address(customer.phone, customer.name, shop),
    )


@get("/customers/{customer_id:str}/edit")
async def edit_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], customer_id: FromPath[str]
) -> Response[Any]:
    """Her fields as they are now."""
    async with db.reading() as session:
        customer = await customers.find(session, business(request).id, find_id(customer_id))
    return _edit(request, customer.id, forms.blank(words.shown_values(customer)), None)


@post("/customers/{customer_id:str}/edit")
async def edit(
    request: Request[Any, Any, Any], db: NamedDependency[Database], customer_id: FromPath[str]
) -> Response[Any]:
    """Saves them."""
    wanted, mine = find_id(customer_id), business(request)
    form = await forms.read(request, Edit)
    conflict = None
    with form.checking():
        data = form.data
        birth_day, birth_month = words.read_birthday(data.birth_day, data.birth_month)
        fields = vars(data) | {"phone": data.phone or None, "birth_day": birth_day, "birth_month": birth_month}
        try:
            async with writes.writing(request, db, scope=mine.id) as write:
                customer = await customers.edit_customer(write.session, mine.id, wanted, now=write.now, **fields)
                return write.see_other(f"/customers/{customer.id}", say=_("Perubahan tersimpan."))
        except Conflict as error:
            # She sees both and chooses; sending this page again puts hers on top.
            form.values["version"] = str(error.version)
            form.status = 409
            conflict = writes.Theirs(error, words.field_labels())
    if conflict is None:
        async with db.reading() as session:
            await customers.find(session, mine.id, wanted)
    return _edit(request, wanted, form, conflict)


@post("/customers/{customer_id:str}/consents")
async def consent(
    request: Request[Any, Any, Any], db: NamedDependency[Database], customer_id: FromPath[str]
) -> Response[Any]:
    """Keeps that she said yes, or no, to somebody of the business."""
    wanted, mine = find_id(customer_id), business(request)
    given = (await forms.read(request, Consent)).data.given == "yes"
    async with writes.writing(request, db, scope=mine.id) as write:
        customer = await customers.find(write.session, mine.id, wanted)
        # Kept where it was addressed to, for the day when two that were merged are parted again.
        addressed = await customers.find_addressed(write.session, mine.id, wanted)
        await _record_consent(request, write, addressed, given=given)
        say = _("Izin tercatat.") if given else _("Tercatat: tidak mau dihubungi.")
        return write.see_other(f"/customers/{customer.id}", say=say)


@post("/customers/{customer_id:str}/number")
async def number(
    request: Request[Any, Any, Any], db: NamedDependency[Database], customer_id: FromPath[str]
) -> Response[Any]:
    """Gives her the number that she asked for, or keeps the one that she has."""
    wanted, mine = find_id(customer_id), business(request)
    is_taken = (await forms.read(request, Number)).data.taken == "yes"
    async with writes.writing(request, db, scope=mine.id) as write:
        customer = await customers.find(write.session, mine.id, wanted)
        wish = await customers.find_wish(write.session, mine.id, customer.id)
        if wish is not None and is_taken:
            await customers.edit_customer(
                write.session, mine.id, customer.id, version=customer.version, phone=wish.phone, now=write.now
            )
        await customers.drop_wish(write.session, mine.id, customer.id)
        say = _("Nomornya sudah diganti.") if is_taken else _("Nomornya tetap yang lama.")
        return write.see_other(f"/customers/{customer.id}", say=say)


async def _record_consent(
    request: Request[Any, Any, Any], write: writes.Write, customer_id: UUID, *, given: bool
) -> None:
    mine = business(request)
    await customers.record_consent(
        write.session,
        mine.id,
        customer_id,
        given=given,
        words=customers.consent_words(mine.name, given=given),
        language=i18n.language(),
        door="owner" if mine.is_owner else "staff",
        account_id=person(request).account_id,
        made_at=write.made_at,
        now=write.now,
    )


def _new(request: Request[Any, Any, Any], form: forms.Form[Any]) -> Response[Any]:
    return page(
        request,
        "customers/new.html",
        status=form.status if form.errors else 200,
        form=form,
        days=words.DAYS,
        months=words.month_words(),
        consent_words=customers.consent_words(business(request).name, given=True),
    )


def _edit(
    request: Request[Any, Any, Any], customer_id: UUID, form: forms.Form[Any], conflict: writes.Theirs | None
) -> Response[Any]:
    return page(
        request,
        "customers/edit.html",
        status=form.status if form.errors or conflict else 200,
        headers=conflict.headers if conflict else None,
        customer_id=customer_id,
        form=form,
        days=words.DAYS,
        months=words.month_words(),
        conflict=conflict,
    )


def typed_words(text: str) -> str:
    """What was searched for; nothing where it cannot be read."""
    try:
        return clean(text)[:LONGEST_SEARCH]
    except Refused:
        return ""


def find_id(text: str) -> UUID:
    """The id in an address; raises `NotFound` for what is none."""
    found = read_id(text)
    if found is None:
        raise NotFound("customer")
    return found


handlers = [list_page, snapshot, new_page, record, customer_page, edit_page, edit, consent, number]
