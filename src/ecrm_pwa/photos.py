"""Pictures of a business: which file belongs to whom. The pixels are base/photos.py's."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, new_id
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.photos import PreparedPhoto


class Photo(Base):
    """One picture. `name` is the file's name in the store, nothing that a person typed."""

    __tablename__ = "photo"

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    created_at: Mapped[datetime]


async def record(
    session: AsyncSession, business_id: uuid.UUID, picture: PreparedPhoto, name: str, *, now: datetime
) -> Photo:
    """Keeps that the file `name`, already on disk, belongs to the business."""
    photo = Photo(
        business_id=business_id,
        id=new_id(),
        name=name,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        size=len(picture.full),
        created_at=now,
    )
    session.add(photo)
    await session.flush()
    return photo


async def find(session: AsyncSession, business_id: uuid.UUID, photo_id: uuid.UUID) -> Photo:
    """The business's picture; raises `NotFound`."""
    found = await session.scalar(select(Photo).where(Photo.business_id == business_id, Photo.id == photo_id))
    if found is None:
        raise NotFound("photo")
    return found


async def list_names(session: AsyncSession, names: Collection[str]) -> set[str]:
    """Which of these files somebody still owns; for the sweep of the store, over all businesses."""
    return set((await session.scalars(select(Photo.name).where(Photo.name.in_(names)))).all())


async def forget(session: AsyncSession, business_id: uuid.UUID, photo_id: uuid.UUID) -> None:
    """Forgets that the file is the business's; the file goes with the next sweep. Raises `NotFound`."""
    await session.delete(await find(session, business_id, photo_id))
