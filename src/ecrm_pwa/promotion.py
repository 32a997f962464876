"""What businesses show to everybody: their public pages, and the directory of those that wish to stand in it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import products, satisfaction
from ecrm_pwa.base import phones
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.businesses import Business, Picture
from ecrm_pwa.products import Origin, Product

_MOST_WORDS = 6
_MOST_VILLAGES = 200


@dataclass(frozen=True)
class Shop:
    """A business as a stranger may see it: no house number, and no number but the one that its owner gave for orders."""

    id: uuid.UUID
    slug: str
    name: str
    about: str
    place: str
    promise_hours: int
    zone: ZoneInfo
    logo_id: uuid.UUID | None
    whatsapp: str
    """For orders; "" until she has seen in her profile that it is shown."""
    has_goods: bool


async def find_shop(session: AsyncSession, slug: str) -> Shop:
    """The business at this address; raises `NotFound`."""
    # An address holds whatever somebody typed; PostgreSQL takes no NUL in a text.
    if not (slug.isascii() and slug.isprintable()):
        raise NotFound("shop")
    row = (
        await session.execute(
            select(
                Business.id,
                Business.slug,
                Business.name,
                Business.about,
                Business.hamlet,
                Business.district,
                Business.promise_hours,
                Business.zone,
                Business.whatsapp,
                Business.profile_at,
                Picture.photo_id,
                exists()
                .where(Product.business_id == Business.id, Product.removed_at.is_(None), Product.hidden.is_(False))
                .label("has_goods"),
            )
            .outerjoin(Picture, and_(Picture.business_id == Business.id, Picture.role == "logo"))
            .where(Business.slug == slug)
        )
    ).first()
    if row is None:
        raise NotFound("shop")
    return Shop(
        id=row.id,
        slug=row.slug,
        name=row.name,
        about=row.about,
        place=", ".join(part for part in (row.hamlet, row.district) if part),
        promise_hours=row.promise_hours,
        zone=ZoneInfo(row.zone),
        logo_id=row.photo_id,
        whatsapp=row.whatsapp if row.profile_at is not None and phones.has_whatsapp(row.whatsapp) else "",
        has_goods=row.has_goods,
    )


async def find_origin(session: AsyncSession, business_id: uuid.UUID, code: str) -> Origin | None:
    """The batch of a label; None for a code that is none: nothing that a customer says is lost for a wrong letter."""
    try:
        return await products.find_batch_by_code(session, business_id, code)
    except NotFound:
        return None


async def find_shop_name(session: AsyncSession, business_id: uuid.UUID) -> tuple[str, str, str]:
    """Name, address part and time zone of a business whose link somebody holds."""
    row = (
        await session.execute(select(Business.name, Business.slug, Business.zone).where(Business.id == business_id))
    ).one()
    return row.name, row.slug, row.zone


async def public_figures(session: AsyncSession, business_id: uuid.UUID, *, now: datetime) -> satisfaction.Figures:
    """The satisfaction of 30 days, as the page tells it."""
    return await satisfaction.figures(session, business_id, now=now)


@dataclass(frozen=True)
class Listed:
    """A business in the directory."""

    slug: str
    name: str
    kind: str
    place: str
    has_logo: bool


async def list_directory(
    session: AsyncSession, *, words: str = "", kind: str = "", village: str = "", skip: int = 0, limit: int
) -> Sequence[Listed]:
    """Businesses that wish to be found, by name. Every word must stand in what a business says of itself or of its goods."""
    wanted: list[ColumnElement[bool]] = []
    if kind:
        wanted.append(Business.kind == kind)
    if village:
        wanted.append(Business.village == village)
    for word in words.lower().split()[:_MOST_WORDS]:
        told = (Business.name, Business.about, Business.hamlet, Business.village, Business.district)
        goods = exists().where(
            Product.business_id == Business.id,
            Product.removed_at.is_(None),
            Product.hidden.is_(False),
            func.lower(Product.name).contains(word, autoescape=True),
        )
        wanted.append(or_(goods, *(func.lower(column).contains(word, autoescape=True) for column in told)))
    rows = await session.execute(
        select(
            Business.slug,
            Business.name,
            Business.kind,
            Business.hamlet,
            Business.village,
            Business.district,
            exists().where(Picture.business_id == Business.id, Picture.role == "logo").label("has_logo"),
        )
        .where(*_is_listed(), *wanted)
        .order_by(func.lower(Business.name), Business.id)
        .offset(skip)
        .limit(limit)
    )
    return [
        Listed(
            slug=row.slug,
            name=row.name,
            kind=row.kind,
            place=", ".join(dict.fromkeys(part for part in (row.hamlet, row.village, row.district) if part)),
            has_logo=row.has_logo,
        )
        for row in rows
    ]


async def list_villages(session: AsyncSession) -> Sequence[str]:
    """Where the businesses of the directory are."""
    return (
        await session.scalars(
            select(Business.village)
            .where(*_is_listed(), Business.village != "")
            .group_by(Business.village)
            .order_by(Business.village)
            .limit(_MOST_VILLAGES)
        )
    ).all()


def _is_listed() -> Sequence[ColumnElement[bool]]:
    return (Business.listed_at.is_not(None), Business.ending_at.is_(None))
