"""What a business shows to everybody: its public page."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import satisfaction
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.businesses import Business, Picture


@dataclass(frozen=True)
class Shop:
    """A business as a stranger may see it: no number, no house number."""

    id: uuid.UUID
    slug: str
    name: str
    about: str
    place: str
    promise_hours: int
    zone: ZoneInfo
    logo_id: uuid.UUID | None


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
                Picture.photo_id,
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
    )


async def find_shop_name(session: AsyncSession, business_id: uuid.UUID) -> tuple[str, str, str]:
    """Name, address part and time zone of a business whose link somebody holds."""
    row = (
        await session.execute(select(Business.name, Business.slug, Business.zone).where(Business.id == business_id))
    ).one()
    return row.name, row.slug, row.zone


async def public_figures(session: AsyncSession, business_id: uuid.UUID, *, now: datetime) -> satisfaction.Figures:
    """The satisfaction of 30 days, as the page tells it."""
    return await satisfaction.figures(session, business_id, now=now)
