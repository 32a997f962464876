"""What a person agreed to, and the very words she was shown: UU 27/2022 asks the controller to be able to prove it (Pasal 24)."""

import hashlib
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base.db import Base, insert_into, new_id, table_args


class ConsentText(Base):
    """The words, kept once however many agreed to them."""

    __tablename__ = "consent_text"

    version: Mapped[bytes] = mapped_column(primary_key=True)
    language: Mapped[str]
    words: Mapped[str]


class Consent(Base):
    """Who agreed to what, when and by which door."""

    __tablename__ = "consent"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    purpose: Mapped[str]
    version: Mapped[bytes] = mapped_column(ForeignKey("consent_text.version"))
    door: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = table_args()


async def record_consent(
    session: AsyncSession, account_id: uuid.UUID, *, purpose: str, words: str, language: str, door: str, now: datetime
) -> None:
    """Keeps that she agreed to exactly these words."""
    version = await keep_words(session, words=words, language=language)
    session.add(
        Consent(
            account_id=account_id,
            id=new_id(),
            purpose=purpose,
            version=version,
            door=door,
            given_at=now,
            withdrawn_at=None,
        )
    )
    await session.flush()


async def keep_words(session: AsyncSession, *, words: str, language: str) -> bytes:
    """Keeps the words of a consent, once, and gives the name of this version of them."""
    version = hashlib.sha256(f"{language}\n{words}".encode()).digest()
    text = insert_into(session, ConsentText).values(version=version, language=language, words=words)
    await session.execute(text.on_conflict_do_nothing())
    return version


async def withdraw_consent(session: AsyncSession, *, purpose: str, now: datetime) -> None:
    """Notes that nobody agrees to it any more; what was agreed to before stays known."""
    await session.execute(
        update(Consent).where(Consent.purpose == purpose, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now)
    )
