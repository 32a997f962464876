"""Whether she may be written to: a ledger of what was agreed to and taken back, each with its words.

UU 27/2022, Pasal 22 to 24: a consent is recorded, in plain words, for one purpose, and the controller can show it.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa import accounts
from ecrm_pwa.base.db import Base, new_id, table_args, within_business
from ecrm_pwa.base.i18n import gettext as _

DOORS = ("owner", "staff", "customer")
"""Who recorded it: somebody of the business who was told so, or the customer herself by her link."""


class Consent(Base):
    """One step of the ledger; the last one counts."""

    __tablename__ = "customer_consent"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[uuid.UUID]
    given: Mapped[bool]
    version: Mapped[bytes] = mapped_column(ForeignKey("consent_text.version"))
    """The very words, in their language."""
    door: Mapped[str]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    received_at: Mapped[datetime]

    __table_args__ = table_args(
        within_business("customer_id", "customer", ondelete="CASCADE"),
        CheckConstraint("door IN ('owner', 'staff', 'customer')", name="door"),
        Index(None, "business_id", "customer_id"),
        Index(None, "account_id"),
        Index(None, "version"),
    )


def consent_words(shop_name: str, *, given: bool) -> str:
    """What is agreed to or taken back, as it is kept. It names the business, nobody else."""
    if not given:
        return _("Tidak mau dihubungi lagi oleh %(shop)s.") % {"shop": shop_name}
    return _(
        "Boleh dihubungi %(shop)s lewat WhatsApp atau telepon untuk kabar barang, promo, dan ucapan."
        " Bisa dihentikan kapan saja."
    ) % {"shop": shop_name}


async def record_consent(
    session: AsyncSession,
    business_id: uuid.UUID,
    customer_id: uuid.UUID,
    *,
    given: bool,
    words: str,
    language: str,
    door: str,
    account_id: uuid.UUID | None,
    made_at: datetime,
    now: datetime,
) -> None:
    """Keeps that she agreed to be written to, or took it back, at the moment of the tap.

    `customer_id` is that of a living record: see `records.find`. The words are kept once; they name nobody.
    """
    version = await accounts.keep_words(session, words=words, language=language)
    session.add(
        Consent(
            business_id=business_id,
            id=new_id(),
            customer_id=customer_id,
            given=given,
            version=version,
            door=door,
            account_id=account_id,
            made_at=made_at,
            received_at=now,
        )
    )
    await session.flush()


async def list_consents(
    session: AsyncSession, business_id: uuid.UUID, customer_ids: Sequence[uuid.UUID]
) -> Sequence[tuple[Consent, str]]:
    """The ledger of these records, which are one person, with the words; the latest tap first."""
    rows = await session.execute(
        select(Consent, accounts.ConsentText.words)
        .join(accounts.ConsentText, accounts.ConsentText.version == Consent.version)
        .where(Consent.business_id == business_id, Consent.customer_id.in_(customer_ids))
        .order_by(Consent.made_at.desc(), Consent.received_at.desc(), Consent.id.desc())
    )
    return [(consent, words) for consent, words in rows]
