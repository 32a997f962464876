"""Passkeys: signing in by fingerprint or face. The phone keeps the key, we keep its public half.

A challenge is kept in the database, not in the page, and is used up by the first answer: an answer that
was listened to opens nothing.
"""

import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import webauthn
from sqlalchemy import ForeignKey, Index, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ecrm_pwa.accounts.people import Account
from ecrm_pwa.base.db import Base, table_args
from ecrm_pwa.base.errors import NotFound

CHALLENGE_LIFETIME = timedelta(minutes=5)
_APP = "E-CRM UMKM"


class Passkey(Base):
    """The public half of one key. `id` is the name that the phone gave it."""

    __tablename__ = "passkey"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[bytes] = mapped_column(primary_key=True, unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    device: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """A question that a phone must answer: to add a key to an account, or (no account) to sign in."""

    __tablename__ = "passkey_challenge"

    challenge: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID | None]
    made_at: Mapped[datetime]

    __table_args__ = table_args(Index(None, "made_at"))


class PasskeyRefused(Exception):
    """The answer is not one to our question, or not by a key we know."""


@dataclass(frozen=True)
class Site:
    """What a key is bound to: the host's name and the whole address in front of the path."""

    host: str
    origin: str


async def ask_to_add(session: AsyncSession, account: Account, *, site: Site, now: datetime) -> dict[str, Any]:
    """What the browser needs to make a key for this person, as `navigator.credentials.create` takes it."""
    known = await session.scalars(select(Passkey.id).where(Passkey.account_id == account.id))
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=_APP,
        user_id=account.id.bytes,
        user_name=account.phone,
        user_display_name=account.name,
        challenge=await _new_challenge(session, account.id, now=now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key) for key in known],
    )
    return _as_json(options)


async def add_passkey(
    session: AsyncSession, account_id: uuid.UUID, answer: dict[str, Any], *, site: Site, device: str, now: datetime
) -> None:
    """Keeps the key that the browser made; raises `PasskeyRefused`."""
    challenge = await _use_challenge(session, answer, account_id=account_id, now=now)
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused(str(error)) from error
    if await session.scalar(select(Passkey.id).where(Passkey.id == verified.credential_id)) is not None:
        raise PasskeyRefused("this key is known already")
    session.add(
        Passkey(
            account_id=account_id,
            id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            device=device,
            created_at=now,
            used_at=None,
        )
    )
    await session.flush()


async def ask_to_sign_in(session: AsyncSession, *, site: Site, now: datetime) -> dict[str, Any]:
    """What the browser needs to sign somebody in; no number is asked, the phone knows whose key it holds."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=await _new_challenge(session, None, now=now),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_json(options)


async def sign_in_by_passkey(session: AsyncSession, answer: dict[str, Any], *, site: Site, now: datetime) -> uuid.UUID:
    """The account whose key gave this answer; raises `PasskeyRefused`."""
    challenge = await _use_challenge(session, answer, account_id=None, now=now)
    try:
        key = await session.scalar(select(Passkey).where(Passkey.id == base64url_to_bytes(answer["rawId"])))
        if key is None:
            raise PasskeyRefused("nobody has this key")
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused(str(error)) from error
    key.sign_count, key.used_at = verified.new_sign_count, now
    return key.account_id


async def list_passkeys(session: AsyncSession, account_id: uuid.UUID) -> Sequence[Passkey]:
    """Her keys, the oldest first."""
    return (
        await session.scalars(select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at))
    ).all()


async def remove_passkey(session: AsyncSession, account_id: uuid.UUID, passkey_id: bytes) -> None:
    """Forgets one of her keys; raises `NotFound` for anybody else's."""
    removed = await session.execute(
        delete(Passkey).where(Passkey.account_id == account_id, Passkey.id == passkey_id).returning(Passkey.id)
    )
    if removed.first() is None:
        raise NotFound("passkey")


async def _new_challenge(session: AsyncSession, account_id: uuid.UUID | None, *, now: datetime) -> bytes:
    await session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.made_at < now - CHALLENGE_LIFETIME))
    challenge = secrets.token_bytes(32)
    session.add(PasskeyChallenge(challenge=challenge, account_id=account_id, made_at=now))
    await session.flush()
    return challenge


async def _use_challenge(
    session: AsyncSession, answer: dict[str, Any], *, account_id: uuid.UUID | None, now: datetime
) -> bytes:
    try:
        client_data = json.loads(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(client_data["challenge"])
    except (ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused("no answer to a question of ours") from error
    used = (
        await session.execute(
            delete(PasskeyChallenge)
            .where(
                PasskeyChallenge.challenge == challenge,
                PasskeyChallenge.account_id == account_id
                if account_id is not None
                else PasskeyChallenge.account_id.is_(None),
                PasskeyChallenge.made_at > now - CHALLENGE_LIFETIME,
            )
            .returning(PasskeyChallenge.challenge)
        )
    ).first()
    if used is None:
        raise PasskeyRefused("this question was not asked, or was answered already")
    return challenge


def _as_json(options: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return made
