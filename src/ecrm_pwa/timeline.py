"""One customer's history with the business, from all areas that know of her."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import complaints, customers, orders
from ecrm_pwa.complaints import Complaint
from ecrm_pwa.customers import Customer
from ecrm_pwa.orders import Listed

MOST = 100


class Kind(StrEnum):
    """What happened."""

    RECORDED = "recorded"
    IMPORTED = "imported"
    ALSO_RECORDED = "also recorded"
    MERGED = "merged"
    CONSENT_GIVEN = "consent given"
    CONSENT_WITHDRAWN = "consent withdrawn"
    COMPLAINT = "complaint"
    ORDER = "order"


@dataclass(frozen=True)
class Event:
    """One line of it."""

    at: datetime
    kind: Kind
    words: str = ""
    """A name that she was recorded under, or the words that she agreed to."""
    door: str = ""
    """By whom a consent was recorded."""
    complaint: Complaint | None = None
    order: Listed | None = None


async def list_events(session: AsyncSession, business_id: uuid.UUID, customer: Customer) -> Sequence[Event]:
    """What is known, the newest first, at most `MOST` lines."""
    merged = await customers.list_merged(session, business_id, customer.id)
    everybody = [customer, *merged]
    events = [_began(one) for one in everybody]
    events += [Event(one.updated_at, Kind.MERGED, one.name) for one in merged]
    for one in everybody:
        for alias in await customers.list_aliases(session, business_id, one.id):
            events.append(Event(alias.created_at, Kind.ALSO_RECORDED, alias.name))
    for consent, words in await customers.list_consents(session, business_id, [one.id for one in everybody]):
        kind = Kind.CONSENT_GIVEN if consent.given else Kind.CONSENT_WITHDRAWN
        events.append(Event(consent.made_at, kind, words, consent.door))
    phones = sorted({one.phone for one in everybody if one.phone})
    for complaint in await complaints.list_by_phone(session, business_id, phones, held=False):
        events.append(Event(complaint.made_at, Kind.COMPLAINT, complaint=complaint))
    for listed in await orders.list_of_customer(session, business_id, customer.id, limit=MOST):
        events.append(Event(listed.order.made_at, Kind.ORDER, order=listed))
    return sorted(events, key=lambda event: event.at, reverse=True)[:MOST]


def _began(customer: Customer) -> Event:
    kind = Kind.IMPORTED if customer.import_id else Kind.RECORDED
    return Event(customer.created_at, kind, customer.name)
