"""A customer asks to be forgotten: what happened and when stays for the figures, and nothing that tells of the person."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa.complaints.cases import Complaint, ComplaintPhoto, Message
from ecrm_pwa.complaints.links import Link


async def forget_person(
    session: AsyncSession, business_id: uuid.UUID, complaint_ids: Sequence[uuid.UUID], *, now: datetime
) -> Sequence[uuid.UUID]:
    """Empties these complaints of name, number, words and pictures, and makes their links open nothing.

    The answers of the business go as well: they begin with her name. Gives the ids of the pictures, which are for photos.py.
    """
    await session.execute(
        update(Complaint)
        .where(Complaint.business_id == business_id, Complaint.id.in_(complaint_ids))
        .values(customer_name="", phone="", words="")
    )
    await session.execute(
        update(Message)
        .where(Message.business_id == business_id, Message.complaint_id.in_(complaint_ids))
        .values(words="")
    )
    await session.execute(
        update(Link)
        .where(Link.business_id == business_id, Link.complaint_id.in_(complaint_ids), Link.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    pictures = (ComplaintPhoto.business_id == business_id, ComplaintPhoto.complaint_id.in_(complaint_ids))
    found = (await session.scalars(select(ComplaintPhoto.photo_id).where(*pictures))).all()
    await session.execute(delete(ComplaintPhoto).where(*pictures))
    return found
