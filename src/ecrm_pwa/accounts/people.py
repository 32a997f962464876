"""Accounts: a person, her number and her password."""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa.base import passwords
from ecrm_pwa.base.db import Base, new_id, table_args
from ecrm_pwa.base.errors import FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _


class Account(Base):
    """A person. The number is a claim, not a proof; see the package."""

    __tablename__ = "account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    phone: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[datetime]
    installed_at: Mapped[datetime | None]
    """When she first opened the app from the screen of a phone, as an installed one."""

    __table_args__ = table_args(Index(None, "phone"))


def check_new_password(password: str, *, phone: str, field: str = "password") -> None:
    """What a new password must be; raises `FieldsRefused`.

    Eight characters or more, not among the ones tried first, not her own number. No rules about kinds of characters: they make
    passwords worse (NIST SP 800-63B-4).
    """
    if len(password) < passwords.SHORTEST:
        raise FieldsRefused(
            **{field: _("Kata sandi paling sedikit %(n)s huruf atau angka.") % {"n": passwords.SHORTEST}}
        )
    digits = re.sub(r"\D", "", password)
    own = phone.removeprefix("+62")
    if digits and len(digits) >= len(password) - 1 and digits.lstrip("0").removeprefix("62") == own:
        raise FieldsRefused(**{field: _("Jangan pakai nomor HP sendiri. Orang lain mudah menebaknya.")})
    if passwords.is_common(password):
        raise FieldsRefused(**{field: _("Kata sandi ini dipakai banyak orang. Pilih yang lain, misalnya tiga kata.")})


async def open_account(
    session: AsyncSession, *, name: str, phone: str, password_hash: str, language: str, now: datetime
) -> Account:
    """A new person."""
    account = Account(
        id=new_id(), name=name, phone=phone, password_hash=password_hash, language=language, created_at=now
    )
    session.add(account)
    await session.flush()
    return account


async def find(session: AsyncSession, account_id: uuid.UUID) -> Account:
    """The account; raises `NotFound`."""
    found = await session.get(Account, account_id)
    if found is None:
        raise NotFound("account")
    return found


async def list_by_phone(session: AsyncSession, phone: str) -> Sequence[Account]:
    """Everybody who claims this number, the first one first."""
    return (await session.scalars(select(Account).where(Account.phone == phone).order_by(Account.id))).all()


async def update(session: AsyncSession, account_id: uuid.UUID, *, name: str, phone: str, language: str) -> None:
    """Changes what she said of herself."""
    account = await find(session, account_id)
    account.name, account.phone, account.language = name, phone, language


async def note_installed(session: AsyncSession, account_id: uuid.UUID, *, now: datetime) -> None:
    """Notes that she has the app on the screen of a phone."""
    account = await find(session, account_id)
    account.installed_at = account.installed_at or now


async def change_password(session: AsyncSession, account_id: uuid.UUID, *, password_hash: str) -> None:
    """Sets the password; who was signed in stays so, see `end_other_sessions`."""
    account = await find(session, account_id)
    account.password_hash = password_hash
