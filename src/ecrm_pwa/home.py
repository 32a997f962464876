"""Beranda: what wants doing."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import accounts, businesses


class Step(StrEnum):
    """A first step of a new owner. It ticks itself off when the deed is done, wherever that was."""

    PROFILE = "profile"
    LOGO = "logo"
    PASSKEY = "passkey"


@dataclass(frozen=True)
class FirstSteps:
    """Each step and whether it is done, in the order in which they help most."""

    done: dict[Step, bool]

    @property
    def open(self) -> int:
        """How many are left."""
        return sum(not done for done in self.done.values())


async def first_steps(session: AsyncSession, business_id: uuid.UUID, *, account_id: uuid.UUID) -> FirstSteps:
    """How far a new owner has come."""
    business = await businesses.find(session, business_id)
    pictures = await businesses.list_pictures(session, business_id)
    passkeys = await accounts.list_passkeys(session, account_id)
    return FirstSteps(
        {
            Step.PROFILE: business.profile_at is not None,
            Step.LOGO: "logo" in pictures,
            Step.PASSKEY: bool(passkeys),
        }
    )
