"""Data saya: a customer sees what is kept of her, corrects it, takes a copy, stops messages, and has it all forgotten.

She has no account: the link that the owner sent her is the key. Whoever holds it holds all of this, so her number changes only when
somebody of the business says yes.
"""

import csv
import io
import json
from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import complaints, customers, privacy, promotion
from ecrm_pwa.base import i18n, phones
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import Conflict
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Choice, Phone, Text, Whole
from ecrm_pwa.base.limits import Limiter
from ecrm_pwa.base.photos import PhotoStore
from ecrm_pwa.base.times import Dates
from ecrm_pwa.complaints import Complaint
from ecrm_pwa.customers import Customer
from ecrm_pwa.routes import visitors
from ecrm_pwa.routes.complaints.words import category_words
from ecrm_pwa.routes.customers import words
from ecrm_pwa.routes.customers.rights import finish
from ecrm_pwa.web import forms, public, writes

_FORMULA = ("=", "+", "-", "@", "\t")
SAID = ("saved", "asked", "yes", "no")


@dataclass
class Correct:
    """What she knows better."""

    version: Annotated[int, Whole(1, 10**9)]
    name: Annotated[str, Text(80)]
    phone: Annotated[str, Phone(optional=True)]
    hamlet: Annotated[str, Text(60, optional=True)]
    birth_day: Annotated[str, words.DAY]
    birth_month: Annotated[str, words.MONTH]


@dataclass
class Consent:
    """Whether she wants messages."""

    given: Annotated[str, Choice(("yes", "no"))]


@dataclass(frozen=True)
class Kept:
    """Everything that the business keeps of her."""

    customer: Customer
    consents: list[tuple[Any, str]]
    complaints: list[Complaint]
    wish: str
    shop_name: str
    dates: Dates


@get("/data/{secret:str}", opt={"public": True, "anonymous": True})
async def data_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], secret: FromPath[str]
) -> Response[Any]:
    """What is kept of her, and what she can do about it."""
    return await _show(request, db, secret, None)


@post("/data/{secret:str}", opt={"public": True, "anonymous": True})
async def correct(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    limiter: NamedDependency[Limiter],
    secret: FromPath[str],
) -> Response[Any]:
    """She corrects it. Another number is a wish until the business has said yes."""
    form = await forms.read(request, Correct)
    with form.checking():
        data = form.data
        birth_day, birth_month = words.read_birthday(data.birth_day, data.birth_month)
        async with db.reading() as session:
            shown = await customers.find_by_link(session, secret)
        try:
            async with writes.writing(request, db, scope=shown.business_id, secret=secret) as write:
                await visitors.count_link(write.session, limiter, shown.link_id)
                customer = await customers.edit_customer(
                    write.session,
                    shown.business_id,
                    shown.customer_id,
                    version=data.version,
                    now=write.now,
                    name=data.name,
                    hamlet=data.hamlet,
                    birth_day=birth_day,
                    birth_month=birth_month,
                )
                is_wish = bool(data.phone) and data.phone != customer.phone
                if is_wish:
                    await customers.wish_number(
                        write.session, shown.business_id, customer.id, phone=data.phone, made_at=write.made_at
                    )
                return write.see_other(_way(request, secret, "asked" if is_wish else "saved"))
        except Conflict as error:
            form.errors[""] = _("Data ini baru saja diubah di tempat lain. Periksa lagi, lalu simpan sekali lagi.")
            form.values["version"] = str(error.version)
            form.status = 409
    return await _show(request, db, secret, form)


@post("/data/{secret:str}/consents", opt={"public": True, "anonymous": True})
async def consent(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    limiter: NamedDependency[Limiter],
    secret: FromPath[str],
) -> Response[Any]:
    """She stops messages, or allows them."""
    given = (await forms.read(request, Consent)).data.given == "yes"
    async with db.reading() as session:
        shown = await customers.find_by_link(session, secret)
        shop_name, _slug, _zone = await promotion.find_shop_name(session, shown.business_id)
    async with writes.writing(request, db, scope=shown.business_id, secret=secret) as write:
        await visitors.count_link(write.session, limiter, shown.link_id)
        customer = await customers.find(write.session, shown.business_id, shown.customer_id)
        await customers.record_consent(
            write.session,
            shown.business_id,
            customer.id,
            given=given,
            words=customers.consent_words(shop_name, given=given),
            language=i18n.language(),
            door="customer",
            account_id=None,
            made_at=write.made_at,
            now=write.now,
        )
        return write.see_other(_way(request, secret, "yes" if given else "no"))


@get("/data/{secret:str}/copy.json", opt={"public": True, "anonymous": True})
async def copy_as_json(
    request: Request[Any, Any, Any], db: NamedDependency[Database], secret: FromPath[str]
) -> Response[bytes]:
    """A copy for programs."""
    kept = await _find(db, secret)
    told: dict[str, Any] = {label: value for label, value in _facts(kept)}  # noqa: C416 (a row is no pair to mypy)
    told[_("Izin dihubungi")] = [{"at": one.made_at.isoformat(), "words": text} for one, text in kept.consents]
    told[_("Keluhan")] = [
        {"code": one.code, "at": one.made_at.isoformat(), "words": one.words} for one in kept.complaints
    ]
    text = json.dumps(told, ensure_ascii=False, indent=2)
    return _file(text.encode(), "application/json", "json")


@get("/data/{secret:str}/copy.csv", opt={"public": True, "anonymous": True})
async def copy_as_csv(
    request: Request[Any, Any, Any], db: NamedDependency[Database], secret: FromPath[str]
) -> Response[bytes]:
    """A copy for a table; nothing in it is taken for a formula."""
    kept = await _find(db, secret)
    rows = [*_facts(kept)]
    rows += [(_("Izin dihubungi"), f"{kept.dates.day(one.made_at)}: {text}") for one, text in kept.consents]
    rows += [(_("Keluhan"), f"{one.code}, {kept.dates.day(one.made_at)}: {one.words}") for one in kept.complaints]
    file = io.StringIO()
    csv.writer(file).writerows([(label, _harmless(value)) for label, value in rows])
    # With its mark Excel reads the letters right.
    return _file(("\ufeff" + file.getvalue()).encode(), "text/csv; charset=utf-8", "csv")


@get("/data/{secret:str}/erasure", opt={"public": True, "anonymous": True})
async def erasure_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], secret: FromPath[str]
) -> Response[Any]:
    """What goes and what stays, before it is done."""
    kept = await _find(db, secret)
    return public.page(
        request,
        "customers/own_erasure.html",
        path=f"/data/{secret}/erasure",
        secret=secret,
        shop_name=kept.shop_name,
        customer=kept.customer,
    )


@post("/data/{secret:str}/erasure", opt={"public": True, "anonymous": True})
async def erase(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    store: NamedDependency[PhotoStore],
    secret: FromPath[str],
) -> Response[Any]:
    """She is forgotten, at once. With what this very phone has written to its ratings of the shop."""
    async with db.reading() as session:
        shown = await customers.find_by_link(session, secret, also_revoked=True)
    token = visitors.token_of(request)
    async with writes.writing(request, db, scope=shown.business_id, secret=secret) as write:
        # Now, for a link that was revoked meanwhile forgets nobody; the same write sent again is answered as before.
        await customers.find_by_link(write.session, secret)
        forgotten = await privacy.erase_customer(
            write.session,
            shown.business_id,
            shown.customer_id,
            rater=visitors.rater_of(shown.business_id, token) if token else None,
            now=write.now,
        )
        response = write.see_other(public.address(request, "/data/selesai"))
    await finish(db, store, forgotten)
    return response


@get("/data/selesai", opt={"public": True, "anonymous": True})
async def erased_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """It is done."""
    return public.page(request, "customers/erased.html")


def _way(request: Request[Any, Any, Any], secret: str, said: str) -> str:
    return public.address(request, f"/data/{secret}?said={said}")


async def _find(db: Database, secret: str) -> Kept:
    async with db.reading() as session:
        return await _collect(session, secret)


async def _collect(session: AsyncSession, secret: str) -> Kept:
    shown = await customers.find_by_link(session, secret)
    customer = await customers.find(session, shown.business_id, shown.customer_id)
    merged = await customers.list_merged(session, shown.business_id, customer.id)
    everybody = [customer, *merged]
    numbers = sorted({one.phone for one in everybody if one.phone})
    wish = await customers.find_wish(session, shown.business_id, customer.id)
    name, _slug, zone = await promotion.find_shop_name(session, shown.business_id)
    return Kept(
        customer=customer,
        consents=[*await customers.list_consents(session, shown.business_id, [one.id for one in everybody])],
        complaints=[*await complaints.list_by_phone(session, shown.business_id, numbers)],
        wish=phones.display(wish.phone) if wish else "",
        shop_name=name,
        dates=Dates(ZoneInfo(zone)),
    )


def _facts(kept: Kept) -> list[tuple[str, str]]:
    """Label and value of everything in her record, as she reads it."""
    customer, labels = kept.customer, words.field_labels()
    values = words.shown_values(customer) | {
        "birth_day": words.birthday_words(customer.birth_day, customer.birth_month),
        "birth_month": "",
    }
    facts = [(label, str(values[name])) for name, label in labels.items() if values[name]]
    return [*facts, (_("Dicatat sejak"), kept.dates.day(customer.created_at))]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _file(content: bytes, media_type: str, ending: str) -> Response[bytes]:
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="data-saya.{ending}"'}
    return Response(content, media_type=media_type, headers=headers)


async def _show(
    request: Request[Any, Any, Any], db: Database, secret: str, form: forms.Form[Any] | None
) -> Response[Any]:
    kept = await _find(db, secret)
    said = request.query_params.get("said", "")
    return public.page(
        request,
        "customers/own_data.html",
        status=form.status if form else 200,
        path=f"/data/{secret}",
        secret=secret,
        kept=kept,
        facts=_facts(kept),
        form=form or forms.blank(words.shown_values(kept.customer)),
        days=words.DAYS,
        months=words.month_words(),
        may=bool(kept.consents) and kept.consents[0][0].given,
        consent_words=customers.consent_words(kept.shop_name, given=True),
        categories=category_words(),
        said=said if said in SAID else "",
    )


handlers = [data_page, correct, consent, copy_as_json, copy_as_csv, erasure_page, erase, erased_page]
