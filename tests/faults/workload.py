"""A village's first weeks as write transactions: what the simulated power cut runs, made by the app's own verbs.

The verbs run once on a real database while their SQL is taken down; so the workload is always of the present schema.
"""

import random
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import accounts, businesses
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.schema import migrate

Statement = tuple[str, tuple[Any, ...]]
Transaction = Sequence[Statement]

SIGN_UP_SHARE = 0.4
"""Of all transactions; the others change what is there."""

_GOODS = ("Sate Bandeng", "Emping Melinjo", "Kue Gipang", "Batik Banten", "Kopi Cibeber", "Anyaman Pandan")
_NAMES = ("Bu Siti", "Pak Budi", "Rina", "Bu Ani", "Bu Mulyani", "Pak Jaja", "Teh Euis", "Mang Udin")
_NOTICE = "Data usaha disimpan di server kampus supaya pelanggan bisa dilayani."


async def prepare(folder: Path, *, transactions: int, seed: int) -> tuple[Path, list[Transaction]]:
    """A migrated, empty, closed database in `folder`, and what is to be run on copies of it."""
    migrated = folder / "migrated.sqlite3"
    migrate(f"sqlite+aiosqlite:///{migrated}")
    original = folder / "original.sqlite3"
    shutil.copyfile(migrated, original)
    database = Database.open(f"sqlite+aiosqlite:///{original}")
    try:
        return migrated, await take_down(database, transactions=transactions, seed=seed)
    finally:
        await database.close()


async def take_down(database: Database, *, transactions: int, seed: int) -> list[Transaction]:
    """The SQL of that many transactions, each with what it was called with; the database holds their outcome."""
    chance = random.Random(seed)
    now = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
    people: list[tuple[uuid.UUID, uuid.UUID]] = []
    taken: list[Transaction] = []
    for number in range(transactions):
        now += timedelta(seconds=chance.randrange(1, 3600))
        with _statements() as statements:
            async with database.writing() as session:
                if not people or chance.random() < SIGN_UP_SHARE:
                    people.append(await sign_up(session, number, chance, now))
                else:
                    account_id, business_id = chance.choice(people)
                    await _go_on(session, account_id, business_id, chance, now)
        taken.append(tuple(statements))
    return taken


async def sign_up(
    session: AsyncSession, number: int, chance: random.Random, now: datetime
) -> tuple[uuid.UUID, uuid.UUID]:
    """A new person and her business, as the sign-up form makes them: rows in seven tables."""
    name, phone = chance.choice(_NAMES), f"+62812{number:08}"
    account = await accounts.open_account(
        session, name=name, phone=phone, password_hash="$argon2id$" + "x" * 86, language="id", now=now
    )
    business = await businesses.found(session, name=f"{chance.choice(_GOODS)} {name}", whatsapp=phone, now=now)
    await businesses.add_member(session, business.id, account_id=account.id, role=businesses.Role.OWNER, now=now)
    await accounts.record_consent(
        session, account.id, purpose="service", words=_NOTICE, language="id", door="sign-up", now=now
    )
    await accounts.start_session(session, account.id, business_id=business.id, device="Android", now=now)
    await accounts.remember_phone(session, account.id, "", now=now)
    return account.id, business.id


async def _go_on(
    session: AsyncSession, account_id: uuid.UUID, business_id: uuid.UUID, chance: random.Random, now: datetime
) -> None:
    match chance.randrange(4):
        case 0:
            await accounts.start_session(session, account_id, business_id=business_id, device="Android", now=now)
        case 1:
            await businesses.invite_staff(session, business_id, label=chance.choice(_NAMES), now=now)
        case _:
            about = " ".join(chance.choice(_GOODS) for _ in range(chance.randrange(1, 40)))
            version = (await businesses.find(session, business_id)).version
            await businesses.update_profile(
                session,
                business_id,
                version=version,
                now=now,
                about=about,
                hamlet=f"Kp. {chance.choice(_NAMES)}",
                opens_at="07:30",
            )


@contextmanager
def _statements() -> Iterator[list[Statement]]:
    """What is sent to any database while the block runs, the beginnings of transactions left out."""
    taken: list[Statement] = []

    def take(_connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        if not sql.startswith("BEGIN"):
            taken.extend((sql, tuple(each)) for each in (values if many else [values]))

    event.listen(Engine, "before_cursor_execute", take)
    try:
        yield taken
    finally:
        event.remove(Engine, "before_cursor_execute", take)
