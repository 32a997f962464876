"""Brings the village into an empty database, in one transaction: it is there whole or not at all."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import accounts, businesses, complaints, customers, orders, photos, products, satisfaction
from ecrm_pwa.accounts import Account, Consent
from ecrm_pwa.base import phones
from ecrm_pwa.base.db import Database, new_id, take_turn
from ecrm_pwa.base.passwords import Passwords
from ecrm_pwa.base.photos import PhotoStorage, PhotoWorker, PreparedPhoto
from ecrm_pwa.base.tokens import new_token
from ecrm_pwa.customers import imports, merges
from ecrm_pwa.customers.reading import files
from ecrm_pwa.demo import pictures
from ecrm_pwa.demo.complaining import COMPLAINTS, Deed, Told, Turn
from ecrm_pwa.demo.goods import GOODS, LISTED
from ecrm_pwa.demo.knowing import CUSTOMERS, Known
from ecrm_pwa.demo.lists import LISTS, Brought
from ecrm_pwa.demo.ordering import Sale, sales
from ecrm_pwa.demo.people import ANI, PASSWORD, PEOPLE, Person
from ecrm_pwa.demo.rating import Rated, flood, ratings_of
from ecrm_pwa.demo.shops import SHOPS, Shop

SEED = 20_190_806
"""The day on which the programme taught the real village."""

# Where others agreed to the data notice, the village's people have this: nobody was asked, for nobody is there.
_PURPOSE = "demo"
_WORDS = "Orang contoh: orang, nomor, dan usahanya tidak ada."
_SELLING = "sate-bandeng-bu-siti"
_FLOODED = "warung-rabeg-kambing-dan-nasi-sumsum-bakar-khas"
_OLDEST = timedelta(days=160)
_ON_THE_SHELF = timedelta(days=6)
_EACH = 4
"""One rating of so many comes by the label of a batch that was left elsewhere."""
_BY_LABEL = frozenset({"stale", "packaging"})


class Inhabited(Exception):
    """People have signed up here already, and the village would stand among them."""


@dataclass(frozen=True)
class _Picture:
    """One that lies in the store already, under `name`."""

    prepared: PreparedPhoto
    name: str


@dataclass(frozen=True)
class _Place:
    """A business that is being filled, with all that its deeds need."""

    shop: Shop
    id: uuid.UUID
    zone: ZoneInfo
    people: Mapping[Person, uuid.UUID]
    pictures: Mapping[str, _Picture]
    now: datetime
    batches: list[tuple[datetime, uuid.UUID]] = field(default_factory=list)
    """When each was made; filled when the goods are."""

    def batch_of(self, moment: datetime) -> uuid.UUID | None:
        """The batch that is on the shelves of others at this moment, if any."""
        made = [batch for made_at, batch in self.batches if made_at <= moment < made_at + _ON_THE_SHELF]
        return made[-1] if made else None


async def is_there(session: AsyncSession) -> bool:
    """Whether this database is the village's, whatever was done in it since."""
    return await session.scalar(select(Consent.account_id).where(Consent.purpose == _PURPOSE).limit(1)) is not None


async def fill(
    db: Database,
    *,
    passwords: Passwords,
    worker: PhotoWorker,
    store: PhotoStorage,
    now: datetime,
    seed: int = SEED,
) -> bool:
    """Fills the database with a past that ends now; False when the village is there already. Raises `Inhabited`.

    The same seed gives the same village, with other moments, ids and codes.
    """
    async with db.reading() as session:
        if not await _is_empty(session):
            return False
    hung = {name: await _hang(name, worker, store) for name in _needed_pictures()}
    password_hash = await passwords.hash(PASSWORD)
    async with db.writing() as session:
        await take_turn(session, "demo")
        if not await _is_empty(session):
            return False
        people = {person: await _settle(session, person, password_hash, now=now) for person in PEOPLE}
        for shop in SHOPS:
            place = await _open_shop(session, shop, people, hung, now=now)
            await _stock(session, place)
            for number, rated in enumerate(ratings_of(shop, now=now, zone=place.zone, seed=seed)):
                await _rate(session, place, rated, by_label=number % _EACH == 0)
            for told in COMPLAINTS.get(shop.slug, ()):
                await _complain(session, place, told)
            if shop.slug == _SELLING:
                await _sell(session, place, seed=seed)
            await _meet(session, place)
            if shop.slug == _FLOODED:
                for rated in flood(now=now, zone=place.zone):
                    await _rate(session, place, rated, held=True)
    return True


async def _is_empty(session: AsyncSession) -> bool:
    """True for an empty database, False for the village's; raises `Inhabited` for any other."""
    if await session.scalar(select(Account.id).limit(1)) is None:
        return True
    if await is_there(session):
        return False
    raise Inhabited


def _needed_pictures() -> list[str]:
    told = (complaint for complaints_of_shop in COMPLAINTS.values() for complaint in complaints_of_shop)
    wares = (ware for wares_of_shop in GOODS.values() for ware in wares_of_shop)
    names = [shop.logo for shop in SHOPS] + [one.photo for one in told] + [ware.picture for ware in wares]
    return list(dict.fromkeys(name for name in names if name))


async def _hang(name: str, worker: PhotoWorker, store: PhotoStorage) -> _Picture:
    prepared = await worker.prepare(pictures.draw(name))
    return _Picture(prepared, await store.save(prepared))


async def _settle(session: AsyncSession, person: Person, password_hash: str, *, now: datetime) -> uuid.UUID:
    opened = [shop.opened for shop in SHOPS if shop.owner == person]
    joined = [shop.staff_since for shop in SHOPS if shop.staff == person]
    came = now - (timedelta(days=max(opened + joined)) if person != ANI else _OLDEST)
    account = await accounts.open_account(
        session,
        name=person.name,
        phone=phones.normalise(person.number),
        password_hash=password_hash,
        language=person.language,
        now=came,
    )
    await accounts.record_consent(
        session, account.id, purpose=_PURPOSE, words=_WORDS, language="id", door="demo", now=came
    )
    return account.id


async def _open_shop(
    session: AsyncSession,
    shop: Shop,
    people: Mapping[Person, uuid.UUID],
    hung: Mapping[str, _Picture],
    *,
    now: datetime,
) -> _Place:
    opened = now - timedelta(days=shop.opened)
    number = phones.normalise(shop.owner.number)
    business = await businesses.found(session, name=shop.name, whatsapp=number, now=opened)
    place = _Place(shop, business.id, ZoneInfo(business.zone), people, hung, now)
    await businesses.add_member(
        session, place.id, account_id=people[shop.owner], role=businesses.Role.OWNER, now=opened
    )
    if shop.profile:
        await businesses.update_profile(
            session, place.id, version=business.version, now=opened + timedelta(hours=1), **shop.profile
        )
    if shop.logo:
        photo_id = await _record(session, place, shop.logo, now=opened + timedelta(hours=2))
        await businesses.set_picture(session, place.id, role="logo", photo_id=photo_id)
        await businesses.note_qr(session, place.id, now=opened + timedelta(hours=3))
    if shop.staff is not None:
        joined = now - timedelta(days=shop.staff_since)
        invitation = await businesses.invite_staff(session, place.id, label=shop.staff.name, now=joined)
        await businesses.join_by_invitation(session, invitation, account_id=people[shop.staff], now=joined)
    return place


async def _stock(session: AsyncSession, place: _Place) -> None:
    """Her goods, as they stand now, and the batches that were left at other shops."""
    opened = place.now - timedelta(days=place.shop.opened)
    batches: list[tuple[datetime, uuid.UUID]] = []
    for ware in GOODS.get(place.shop.slug, ()):
        product = await products.add_product(
            session,
            place.id,
            product_id=new_id(),
            name=ware.name,
            price=ware.price,
            unit=ware.unit,
            stock=ware.stock,
            category=ware.category,
            description=ware.description,
            now=opened + timedelta(hours=4),
        )
        if ware.sold_out:
            await products.set_sold_out(session, place.id, product.id, sold_out=True)
        if ware.hidden:
            await products.set_hidden(session, place.id, product.id, hidden=True)
        if ware.picture:
            photo_id = await _record(session, place, ware.picture, now=opened + timedelta(hours=4))
            await products.set_photo(session, place.id, product.id, photo_id=photo_id)
        for days, where in ware.batches:
            made_at = place.now - timedelta(days=days)
            batch = await products.add_batch(
                session,
                place.id,
                batch_id=new_id(),
                product_id=product.id,
                made_on=made_at.astimezone(place.zone).date(),
                place=where,
                now=made_at,
            )
            batches.append((made_at, batch.id))
    place.batches.extend(sorted(batches))
    if place.shop.slug in LISTED:
        await businesses.set_listed(
            session,
            place.id,
            listed=True,
            account_id=place.people[place.shop.owner],
            words=_WORDS,
            language="id",
            now=opened + timedelta(days=1),
        )


async def _sell(session: AsyncSession, place: _Place, *, seed: int) -> None:
    """Her orders of the last months. What is left on the shelf is what she has counted since."""
    goods = [one.product for one in await products.list_goods(session, place.id, limit=10)]
    left = {product.id: product.stock for product in goods}
    known: dict[str, uuid.UUID] = {}
    for sale in sales(now=place.now, zone=place.zone, seed=seed):
        number = sale.buyer.number
        if number not in known:
            known[number] = new_id()
            await customers.record_customer(
                session,
                place.id,
                customer_id=known[number],
                name=sale.buyer.name,
                phone=phones.normalise(number),
                now=sale.made_at,
            )
        await _take_order(session, place, sale, goods, known[number])
    for product in goods:
        await products.set_stock(session, place.id, product.id, stock=left[product.id])


async def _take_order(
    session: AsyncSession, place: _Place, sale: Sale, goods: list[products.Product], customer_id: uuid.UUID
) -> None:
    owner = place.people[place.shop.owner]
    order = await orders.record_order(
        session,
        place.id,
        order_id=new_id(),
        wants=[orders.Want(quantity, goods[number].id) for number, quantity in sale.goods],
        customer_id=customer_id,
        way="delivery" if sale.buyer.far else "pickup",
        shipping=12_000 if sale.buyer.far else 0,
        note=sale.note,
        made_at=sale.made_at,
        now=sale.made_at,
    )
    sums = await orders.find_sums(session, place.id, order.id)
    paid = sums.total * sale.part // 100
    entries = [("credit", sums.total), ("cash", paid)] if sale.paid == "credit" else [(sale.paid, paid)]
    for kind, amount in entries:
        if kind and amount:
            await orders.record_payment(
                session,
                place.id,
                order.id,
                payment_id=new_id(),
                kind=kind,
                amount=amount,
                account_id=owner,
                made_at=sale.made_at + timedelta(minutes=2),
                now=sale.made_at + timedelta(minutes=2),
            )
    first = orders.Status.COMPLETED if sale.status == "returned" else orders.Status(sale.status)
    for status in dict.fromkeys((first, orders.Status(sale.status))):
        later = min(place.now, sale.made_at + timedelta(hours=3))
        await orders.advance(session, place.id, order.id, status=status, account_id=owner, made_at=later)


async def _record(session: AsyncSession, place: _Place, name: str, *, now: datetime) -> uuid.UUID:
    picture = place.pictures[name]
    photo = await photos.record(session, place.id, picture.prepared, picture.name, now=now)
    return photo.id


async def _rate(
    session: AsyncSession, place: _Place, rated: Rated, *, held: bool = False, by_label: bool = False
) -> None:
    batch_id = place.batch_of(rated.made_at) if by_label else None
    rater = hashlib.sha256(place.id.bytes + rated.phone.encode()).digest()
    rating_id = await satisfaction.rate(
        session,
        place.id,
        rating_id=new_id(),
        rater=rater,
        face=rated.face,
        source="label" if batch_id else "counter",
        zone=place.zone,
        made_at=rated.made_at,
        now=rated.made_at,
        held=held,
        batch_id=batch_id,
    )
    if rated.words:
        await satisfaction.add_words(
            session, place.id, rating_id, rater=rater, words=rated.words, zone=place.zone, made_at=rated.made_at
        )


async def _meet(session: AsyncSession, place: _Place) -> None:
    for known in CUSTOMERS.get(place.shop.slug, ()):
        await _know(session, place, known)
    for brought in LISTS.get(place.shop.slug, ()):
        await _bring(session, place, brought)


async def _know(session: AsyncSession, place: _Place, known: Known) -> None:
    noted = place.now - timedelta(days=known.days)
    day, month = known.birthday or (None, None)
    number = phones.normalise(f"0812-0000-{known.number}") if known.number else None
    recorded = await customers.record_customer(
        session,
        place.id,
        customer_id=new_id(),
        name=known.name,
        phone=number,
        hamlet=known.hamlet,
        landmark=known.landmark,
        birth_day=day,
        birth_month=month,
        label=known.label,
        note=known.note,
        now=noted,
    )
    if known.again:
        later = noted + timedelta(hours=3)
        await customers.record_customer(
            session, place.id, customer_id=new_id(), name=known.again, phone=number, now=later
        )
    for days, given in ((known.may, True), (known.stopped, False)):
        if days is not None:
            said = place.now - timedelta(days=days)
            await customers.record_consent(
                session,
                place.id,
                recorded.customer.id,
                given=given,
                words=customers.consent_words(place.shop.name, given=given),
                language="id",
                door="owner" if given else "customer",
                account_id=place.people[place.shop.owner] if given else None,
                made_at=said,
                now=said,
            )


async def _bring(session: AsyncSession, place: _Place, brought: Brought) -> None:
    when = place.now - timedelta(days=brought.days)
    by = place.people[place.shop.owner]
    reading = files.read_text(brought.lines)
    draft = await imports.draft(
        session, place.id, import_id=new_id(), source=brought.source, reading=reading, account_id=by, now=when
    )
    await imports.add(session, place.id, draft.id, most=None, now=when)
    came = {one.name: one.id for one in await imports.list_brought(session, place.id, draft.id, limit=None)}
    if brought.kept:
        await merges.merge(
            session,
            place.id,
            came[brought.kept],
            came[brought.gone],
            merge_id=new_id(),
            from_gone=(),
            account_id=by,
            now=when + timedelta(days=2),
        )


async def _complain(session: AsyncSession, place: _Place, told: Told) -> None:
    sent = told.moment(place.now, place.zone)
    batch_id = place.batch_of(sent) if told.category in _BY_LABEL else None
    complaint = await complaints.file_complaint(
        session,
        place.id,
        complaint_id=new_id(),
        category=told.category,
        words=told.words,
        customer_name=told.name,
        phone=phones.normalise(told.number) if told.number else "",
        source="label" if batch_id else "counter",
        made_at=sent,
        now=sent,
        held=told.held,
        batch_id=batch_id,
    )
    secret = told.secret or new_token()[0]
    await complaints.make_link(session, place.id, complaint.id, secret=secret, from_customer=True, now=sent)
    if told.photo:
        photo_id = await _record(session, place, told.photo, now=sent)
        await complaints.add_photo(session, place.id, complaint.id, photo_id=photo_id)
    for turn in told.turns:
        await _take(session, place, complaint.id, turn, now=sent + timedelta(hours=turn.after))


async def _take(session: AsyncSession, place: _Place, complaint_id: uuid.UUID, turn: Turn, *, now: datetime) -> None:
    if turn.by is None:
        match turn.deed:
            case Deed.CONFIRM:
                await complaints.confirm(session, place.id, complaint_id, now=now)
            case Deed.REOPEN:
                await complaints.reopen(session, place.id, complaint_id, now=now)
            case _:
                await complaints.write(session, place.id, complaint_id, message_id=new_id(), words=turn.words, now=now)
        return
    account_id = place.people[turn.by]
    match turn.deed:
        case Deed.START:
            await complaints.start(session, place.id, complaint_id, account_id=account_id, now=now)
        case Deed.RESOLVE:
            await complaints.resolve(session, place.id, complaint_id, account_id=account_id, now=now)
        case _:
            await complaints.answer(
                session,
                place.id,
                complaint_id,
                message_id=new_id(),
                account_id=account_id,
                words=turn.words,
                now=now,
            )
