"""The end of a business: asked for by its owner, done 30 days later, taken back until then."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa.accounts import Session
from ecrm_pwa.businesses.profile import Business, find

GRACE = timedelta(days=30)


async def request_ending(session: AsyncSession, business_id: uuid.UUID, *, now: datetime) -> datetime:
    """Starts the grace; asked again, the first date holds. Gives the moment when the data goes."""
    business = await find(session, business_id)
    if business.ending_at is None:
        business.ending_at = now
    return business.ending_at + GRACE


async def cancel_ending(session: AsyncSession, business_id: uuid.UUID) -> None:
    """Takes the wish back."""
    business = await find(session, business_id)
    business.ending_at = None


async def purge_ended(session: AsyncSession, *, now: datetime) -> list[uuid.UUID]:
    """Deletes the businesses whose grace is over, with everything that is theirs; tells which.

    The files of their photos have no row any more and go with the next sweep of the store.
    """
    ended = list((await session.scalars(select(Business.id).where(Business.ending_at <= now - GRACE))).all())
    if ended:
        await session.execute(update(Session).where(Session.business_id.in_(ended)).values(business_id=None))
        await session.execute(delete(Business).where(Business.id.in_(ended)))
    return ended
