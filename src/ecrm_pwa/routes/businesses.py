"""The business: its profile and pictures, the others that a person may open, and how it ends."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import businesses, photos
from ecrm_pwa.base import phones
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.errors import Conflict, FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Choice, Phone, Secret, Several, Text, TimeOfDay, Whole, read_id
from ecrm_pwa.base.limits import Limiter
from ecrm_pwa.base.passwords import Passwords
from ecrm_pwa.base.photos import PhotoStore, PhotoWorker
from ecrm_pwa.routes.accounts.own import check_password
from ecrm_pwa.routes.photos import take
from ecrm_pwa.web import forms, writes
from ecrm_pwa.web.pages import page, see_other
from ecrm_pwa.web.viewer import business, person


@dataclass
class Profile:
    """Everything that a business says of itself; only the name is needed."""

    name: Annotated[str, Text(80)]
    kind: Annotated[str, Choice(businesses.KINDS)]
    about: Annotated[str, Text(300, optional=True, lines=True)]
    whatsapp: Annotated[str, Phone(optional=True)]
    street: Annotated[str, Text(120, optional=True)]
    rt_rw: Annotated[str, Text(20, optional=True)]
    hamlet: Annotated[str, Text(60, optional=True)]
    landmark: Annotated[str, Text(120, optional=True)]
    village: Annotated[str, Text(60, optional=True)]
    district: Annotated[str, Text(60, optional=True)]
    regency: Annotated[str, Text(60, optional=True)]
    province: Annotated[str, Text(60, optional=True)]
    postcode: Annotated[str, Text(10, optional=True)]
    open_days: Annotated[tuple[str, ...], Several(businesses.DAYS)]
    opens_at: Annotated[str, TimeOfDay()]
    closes_at: Annotated[str, TimeOfDay()]
    nib: Annotated[str, Text(40, optional=True)]
    pirt: Annotated[str, Text(40, optional=True)]
    halal: Annotated[str, Text(40, optional=True)]
    promise_hours: Annotated[int, Whole(1, 168)]
    zone: Annotated[str, Choice(businesses.ZONES)]
    greeting: Annotated[str, Choice(businesses.GREETINGS)]
    version: Annotated[int, Whole(1, 1_000_000_000)]


def profile_words() -> dict[str, str]:
    """What each field of the profile is called, for who must choose between two of them."""
    return {
        "name": _("Nama usaha"),
        "kind": _("Jenis usaha"),
        "about": _("Tentang usaha"),
        "whatsapp": _("Nomor WhatsApp"),
        "street": _("Jalan dan nomor"),
        "rt_rw": _("RT/RW"),
        "hamlet": _("Kampung atau dusun"),
        "landmark": _("Patokan"),
        "village": _("Desa atau kelurahan"),
        "district": _("Kecamatan"),
        "regency": _("Kabupaten atau kota"),
        "province": _("Provinsi"),
        "postcode": _("Kode pos"),
        "open_days": _("Hari buka"),
        "opens_at": _("Buka jam"),
        "closes_at": _("Tutup jam"),
        "nib": _("NIB"),
        "pirt": _("P-IRT"),
        "halal": _("Nomor sertifikat halal"),
        "promise_hours": _("Keluhan dibalas paling lama"),
        "zone": _("Zona waktu"),
        "greeting": _("Salam di pesan"),
    }


@dataclass
class Listing:
    """Whether it may stand in the directory."""

    listed: Annotated[str, Choice(("yes", "no"))]


def listing_words() -> str:
    """What she agrees to; kept with her consent."""
    return _(
        "Siapa pun bisa melihat nama, jenis, logo, kampung, desa dan kecamatan usaha ini di daftar toko, dan menemukannya dari "
        "nama barangnya. Bisa dicabut kapan saja."
    )


@dataclass
class NewBusiness:
    """One more business of the same person."""

    business_name: Annotated[str, Text(80)]


@dataclass
class Ending:
    """Her password, for what cannot be undone after 30 days."""

    password: Annotated[str, Secret()]


@get("/business/profile", opt={"owner": True})
async def profile_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Profil usaha, as it is now."""
    async with db.reading() as session:
        known = await businesses.find(session, business(request).id)
        pictures = await businesses.list_pictures(session, business(request).id)
    values = {name: getattr(known, name) for name in forms.rules_of(Profile)} | {
        "open_days": list(known.open_days),
        "whatsapp": phones.display(known.whatsapp) if known.whatsapp else "",
    }
    return page(
        request,
        "businesses/profile.html",
        form=forms.blank(values),
        pictures=pictures,
        slug=known.slug,
        listed_at=known.listed_at,
        listing=listing_words(),
        conflict=None,
    )


@post("/business/profile", opt={"owner": True})
async def save_profile(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Saves the profile."""
    mine = business(request)
    form = await forms.read(request, Profile)
    with form.checking():
        data = form.data
        if bool(data.opens_at) != bool(data.closes_at):
            missing = "closes_at" if data.opens_at else "opens_at"
            raise FieldsRefused(**{missing: _("Isi jam buka dan jam tutup, atau kosongkan keduanya.")})
        fields = vars(data) | {"open_days": "".join(data.open_days)}
        shown = fields.pop("version")
        try:
            async with writes.writing(request, db, scope=mine.id) as write:
                base = await write.built_on(shown)
                write.version = await businesses.update_profile(
                    write.session, mine.id, version=base, now=write.now, **fields
                )
                return write.see_other("/business/profile", say=_("Profil usaha tersimpan."))
        except Conflict as error:
            # She sees both and chooses; sending this page again puts hers on top.
            form.values["version"] = str(error.version)
            form.status = 409
            return await _show_profile(request, db, form, conflict=writes.Theirs(error, profile_words()))
    return await _show_profile(request, db, form, conflict=None)


async def _show_profile(
    request: Request[Any, Any, Any], db: Database, form: forms.Form[Any], *, conflict: writes.Theirs | None
) -> Response[Any]:
    mine = business(request)
    async with db.reading() as session:
        known = await businesses.find(session, mine.id)
        pictures = await businesses.list_pictures(session, mine.id)
    return page(
        request,
        "businesses/profile.html",
        listed_at=known.listed_at,
        listing=listing_words(),
        status=form.status,
        headers=conflict.headers if conflict is not None else None,
        form=form,
        pictures=pictures,
        slug=mine.slug,
        conflict=conflict,
    )


@post("/business/listing", opt={"owner": True})
async def set_listed(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Puts the business into the directory of shops, or takes it out: with one tap, both."""
    mine, viewer = business(request), person(request)
    form = await forms.read(request, Listing)
    listed = form.data.listed == "yes"
    async with writes.writing(request, db, scope=mine.id) as write:
        await businesses.set_listed(
            write.session,
            mine.id,
            listed=listed,
            account_id=viewer.account_id,
            words=listing_words(),
            language=viewer.language,
            now=write.now,
        )
        say = _("Usaha Anda tampil di daftar toko.") if listed else _("Usaha Anda tidak tampil lagi di daftar toko.")
        return write.see_other("/business/profile", say=say)


@get("/business/pictures/{role:str}", opt={"owner": True})
async def picture_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], role: FromPath[str]
) -> Response[Any]:
    """The page of one picture: logo or QRIS."""
    return await _show_picture(request, db, _role(role), forms.blank())


@post("/business/pictures/{role:str}", opt={"owner": True}, request_max_body_size=forms.UPLOAD_LIMIT)
async def save_picture(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    worker: NamedDependency[PhotoWorker],
    store: NamedDependency[PhotoStore],
    role: FromPath[str],
) -> Response[Any]:
    """Keeps a picture: a form of its own, so that a bad photo never costs what was typed elsewhere."""
    mine, kept = business(request), _role(role)
    form = await forms.read(request, _Nothing)
    with form.checking():
        prepared = await take(form, worker)
        name = await store.save(prepared)
        async with writes.writing(request, db, scope=mine.id) as write:
            before = (await businesses.list_pictures(write.session, mine.id)).get(kept)
            photo = await photos.record(write.session, mine.id, prepared, name, now=write.now)
            await businesses.set_picture(write.session, mine.id, role=kept, photo_id=photo.id)
            if before is not None:
                await photos.forget(write.session, mine.id, before)
            return write.see_other("/business/profile", say=_("Foto tersimpan."))
    return await _show_picture(request, db, kept, form)


@post("/business/pictures/{role:str}/removal", opt={"owner": True})
async def remove_picture(
    request: Request[Any, Any, Any], db: NamedDependency[Database], role: FromPath[str]
) -> Response[Any]:
    """Takes a picture away."""
    mine, kept = business(request), _role(role)
    async with writes.writing(request, db, scope=mine.id) as write:
        before = (await businesses.list_pictures(write.session, mine.id)).get(kept)
        if before is None:
            raise NotFound("picture")
        await photos.forget(write.session, mine.id, before)
        return write.see_other("/business/profile", say=_("Foto dihapus."))


@get("/businesses", opt={"signed_in": True})
async def list_page(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """The businesses that she may open, and the form for one more."""
    return await _show_list(request, db, forms.blank())


@post("/businesses", opt={"signed_in": True})
async def found(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """One more business, opened at once."""
    viewer = person(request)
    form = await forms.read(request, NewBusiness)
    with form.checking():
        data = form.data
        async with writes.writing(request, db, scope=viewer.account_id) as write:
            new = await businesses.found(write.session, name=data.business_name, whatsapp=viewer.phone, now=write.now)
            await businesses.add_member(
                write.session, new.id, account_id=viewer.account_id, role=businesses.Role.OWNER, now=write.now
            )
            await businesses.open_business(
                write.session, new.id, account_id=viewer.account_id, session_id=viewer.session_id
            )
            return write.see_other("/", say=_("%(name)s sudah dibuka.") % {"name": data.business_name})
    return await _show_list(request, db, form)


@post("/businesses/{business_id:str}/opening", opt={"signed_in": True})
async def open_other(
    request: Request[Any, Any, Any], db: NamedDependency[Database], business_id: FromPath[str]
) -> Response[Any]:
    """Opens another of her businesses on this phone."""
    viewer = person(request)
    async with db.writing() as session:
        name = await businesses.open_business(
            session, _id(business_id), account_id=viewer.account_id, session_id=viewer.session_id
        )
    return see_other("/", say=_("%(name)s sudah dibuka.") % {"name": name})


@get("/business/ending", opt={"owner": True})
async def ending_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """What happens when the business ends, and the form that asks for it."""
    return page(request, "businesses/ending.html", form=forms.blank(), grace=businesses.GRACE)


@post("/business/ending", opt={"owner": True})
async def request_ending(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    limiter: NamedDependency[Limiter],
) -> Response[Any]:
    """Starts the 30 days after which everything of the business is deleted."""
    form = await forms.read(request, Ending)
    with form.checking():
        await check_password(db, passwords, limiter, person(request), form.data.password, field="password")
        async with db.writing() as session:
            await businesses.request_ending(session, business(request).id, now=utc_now())
        return see_other("/", say=_("Usaha ini akan dihapus. Anda masih bisa membatalkannya."))
    return page(request, "businesses/ending.html", status=form.status, form=form, grace=businesses.GRACE)


@post("/business/ending/cancellation", opt={"owner": True})
async def cancel_ending(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """Takes the wish back."""
    async with writes.writing(request, db, scope=business(request).id) as write:
        await businesses.cancel_ending(write.session, business(request).id)
        return write.see_other("/", say=_("Penghapusan dibatalkan. Usaha Anda tetap ada."))


@dataclass
class _Nothing:
    """A form that holds a file only."""


async def _show_picture(
    request: Request[Any, Any, Any], db: Database, role: str, form: forms.Form[Any]
) -> Response[Any]:
    async with db.reading() as session:
        photo_id = (await businesses.list_pictures(session, business(request).id)).get(role)
    status = form.status if form.errors else 200
    return page(request, "businesses/picture.html", status=status, form=form, role=role, photo_id=photo_id)


async def _show_list(request: Request[Any, Any, Any], db: Database, form: forms.Form[Any]) -> Response[Any]:
    async with db.reading() as session:
        mine = await businesses.list_businesses(session, person(request).account_id)
    status = form.status if form.errors else 200
    return page(request, "businesses/list.html", status=status, form=form, mine=mine)


def _role(text: str) -> str:
    if text not in businesses.PICTURES:
        raise NotFound("picture")
    return text


def _id(text: str) -> UUID:
    found_id = read_id(text)
    if found_id is None:
        raise NotFound("business")
    return found_id


handlers = [
    profile_page,
    save_profile,
    set_listed,
    picture_page,
    save_picture,
    remove_picture,
    list_page,
    found,
    open_other,
    ending_page,
    request_ending,
    cancel_ending,
]
