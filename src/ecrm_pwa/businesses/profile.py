"""What a business says of itself."""

import re
import secrets
import unicodedata
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa import accounts
from ecrm_pwa.base.db import Base, insert_into, new_id, table_args, within_business
from ecrm_pwa.base.errors import Conflict, Difference, NotFound

KINDS = ("food", "drink", "craft", "clothing", "farming", "service", "other")
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
GREETINGS = ("assalamualaikum", "halo", "selamat")
PICTURES = ("logo", "qris")
DAYS = ("1", "2", "3", "4", "5", "6", "7")
"""Monday to Sunday."""

_LONGEST_SLUG = 48
_COUNTED = 5
_TRIES = 20
_NOT_FOR_SLUGS = re.compile(r"[^a-z0-9]+")


class Business(Base):
    """One business. Empty words are "", and `open_days` holds the digits of ISO weekdays, Monday 1."""

    __tablename__ = "business"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="food")
    about: Mapped[str] = mapped_column(default="")
    whatsapp: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    rt_rw: Mapped[str] = mapped_column(default="")
    hamlet: Mapped[str] = mapped_column(default="")
    village: Mapped[str] = mapped_column(default="")
    district: Mapped[str] = mapped_column(default="")
    regency: Mapped[str] = mapped_column(default="")
    province: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    landmark: Mapped[str] = mapped_column(default="")
    open_days: Mapped[str] = mapped_column(default="")
    opens_at: Mapped[str] = mapped_column(default="")
    closes_at: Mapped[str] = mapped_column(default="")
    nib: Mapped[str] = mapped_column(default="")
    pirt: Mapped[str] = mapped_column(default="")
    halal: Mapped[str] = mapped_column(default="")
    promise_hours: Mapped[int] = mapped_column(default=24)
    zone: Mapped[str] = mapped_column(default=ZONES[0])
    greeting: Mapped[str] = mapped_column(default=GREETINGS[0])
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts the changes of the profile, so that two phones cannot overwrite each other unseen."""
    created_at: Mapped[datetime]
    profile_at: Mapped[datetime | None]
    """When the profile was last saved; None as long as only the name is known."""
    qr_at: Mapped[datetime | None]
    """When somebody first said that its QR is printed."""
    listed_at: Mapped[datetime | None]
    """Since when it stands in the directory of shops; None without her wish."""
    ending_at: Mapped[datetime | None]
    """When the owner asked for the end; the data goes `ending.GRACE` later."""

    __table_args__ = table_args(
        CheckConstraint("promise_hours BETWEEN 1 AND 168", name="promise"), Index(None, "ending_at")
    )


class Picture(Base):
    """Which photo is the business's logo or QRIS: a row apart, so that the key can say whose photo it must be."""

    __tablename__ = "business_picture"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    photo_id: Mapped[uuid.UUID]

    __table_args__ = table_args(within_business("photo_id", "photo", ondelete="CASCADE"))


async def found(session: AsyncSession, *, name: str, whatsapp: str, now: datetime) -> Business:
    """A new business, with an address of its own made from its name."""
    business_id, slug = new_id(), make_slug(name)
    for number in range(1, _TRIES):
        # A name that many share gets a random ending, or the thousandth would try a thousand times.
        ending = str(number) if number <= _COUNTED else secrets.token_hex(3)
        candidate = slug if number == 1 else f"{slug}-{ending}"
        statement = insert_into(session, Business).values(
            id=business_id, slug=candidate, name=name, whatsapp=whatsapp, created_at=now
        )
        if (await session.execute(statement.on_conflict_do_nothing().returning(Business.id))).first():
            return await find(session, business_id)
    raise RuntimeError(f"no free address for {slug}")


def make_slug(name: str) -> str:
    """The part of an address that stands for a name: `Sate Bandeng Bu Siti` gives `sate-bandeng-bu-siti`."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = _NOT_FOR_SLUGS.sub("-", ascii_only).strip("-")[:_LONGEST_SLUG].strip("-")
    return slug or "usaha"


async def find(session: AsyncSession, business_id: uuid.UUID) -> Business:
    """The business; raises `NotFound`."""
    business = await session.get(Business, business_id)
    if business is None:
        raise NotFound("business")
    return business


async def update_profile(
    session: AsyncSession, business_id: uuid.UUID, *, version: int, now: datetime, **fields: Any
) -> int:
    """Saves what the owner says of her business, and gives its version now; the address that is printed on its QR stays.

    `version` is the one she saw. Raises `Conflict` when another phone has saved since, and what it saved differs.
    """
    business = await session.scalar(select(Business).where(Business.id == business_id).with_for_update())
    if business is None:
        raise NotFound("business")
    differences = [
        Difference(name, str(value), str(getattr(business, name)))
        for name, value in fields.items()
        if getattr(business, name) != value
    ]
    if business.version != version and differences:
        raise Conflict(business.version, differences)
    for name, value in fields.items():
        setattr(business, name, value)
    business.profile_at = now
    if differences:
        business.version += 1
    return business.version


async def note_qr(session: AsyncSession, business_id: uuid.UUID, *, now: datetime) -> None:
    """Notes that the QR is printed; the first time counts."""
    business = await find(session, business_id)
    business.qr_at = business.qr_at or now


async def set_listed(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    listed: bool,
    account_id: uuid.UUID,
    words: str,
    language: str,
    now: datetime,
) -> None:
    """Puts it into the directory of shops, with the very words that were agreed to, or takes it out at once."""
    business = await find(session, business_id)
    purpose = f"directory:{business_id}"
    if listed and business.listed_at is None:
        business.listed_at = now
        await accounts.record_consent(
            session, account_id, purpose=purpose, words=words, language=language, door="profile", now=now
        )
    elif not listed:
        business.listed_at = None
        await accounts.withdraw_consent(session, purpose=purpose, now=now)


async def set_picture(session: AsyncSession, business_id: uuid.UUID, *, role: str, photo_id: uuid.UUID) -> None:
    """Makes a photo of the business its logo or QRIS, in the place of the one before."""
    statement = insert_into(session, Picture).values(business_id=business_id, role=role, photo_id=photo_id)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["business_id", "role"], set_={"photo_id": photo_id})
    )


async def remove_picture(session: AsyncSession, business_id: uuid.UUID, *, role: str) -> None:
    """Takes the logo or QRIS away; nothing happens where there is none."""
    await session.execute(delete(Picture).where(Picture.business_id == business_id, Picture.role == role))


async def list_pictures(session: AsyncSession, business_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """Role to photo."""
    rows = await session.execute(select(Picture.role, Picture.photo_id).where(Picture.business_id == business_id))
    return {role: photo_id for role, photo_id in rows}  # noqa: C416 (a row is no pair to mypy)
