"""What a person may ask of whoever keeps her data: to be forgotten. UU 27/2022, Pasal 8 and 43.

Figures stay (a complaint of that day, its kind, how long it took; what was sold for how much), the person goes: from her record,
from what she complained of and ordered, from the pictures that she sent. The log of the database is another matter: see
`Database.empty_log`.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import complaints, customers, orders, photos, satisfaction
from ecrm_pwa.customers import imports, merges


@dataclass(frozen=True)
class Forgotten:
    """What is left to be done once the database has forgotten her."""

    files: list[str]
    """Names of pictures in the store."""


async def erase_customer(
    session: AsyncSession,
    business_id: uuid.UUID,
    customer_id: uuid.UUID,
    *,
    now: datetime,
    rater: bytes | None = None,
) -> Forgotten:
    """Forgets a customer, with everything that was written under her number.

    `rater` is the phone on which she asks for it herself: what it wrote to a rating goes, too. Raises `NotFound`, and `Gone` for
    somebody who was erased before.
    """
    customer = await customers.find(session, business_id, customer_id)
    merged = await customers.list_merged(session, business_id, customer.id)
    everybody = [customer, *merged]
    phones = {one.phone for one in everybody if one.phone}
    said = await complaints.list_by_phone(session, business_id, sorted(phones))
    pictures = await complaints.forget_person(session, business_id, [one.id for one in said], now=now)
    files = []
    for picture in pictures:
        files.append((await photos.find(session, business_id, picture)).name)
        await photos.forget(session, business_id, picture)
    if rater is not None:
        await satisfaction.forget_words(session, business_id, rater=rater)
    bought_as = await orders.ids_of_customer(session, business_id, customer.id)
    await orders.forget_customer(session, business_id, bought_as)
    await customers.forget_links(session, business_id, [one.id for one in everybody], now=now)
    await merges.forget(session, business_id, [one.id for one in everybody])
    await imports.forget_phones(session, business_id, phones)
    await customers.forget(session, customer, now=now)
    return Forgotten(files)
