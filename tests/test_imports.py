"""Lists become customers: new ones, known ones, doubtful ones; all of them undone by one tap, save whom somebody has used since."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from ecrm_pwa import accounts, businesses, customers
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import Gone, NotFound
from ecrm_pwa.customers import Customer, Import, imports
from ecrm_pwa.customers.imports import Row
from ecrm_pwa.customers.reading import Contact, Reading, Unread
from ecrm_pwa.customers.reading.files import read_text

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
NUMBER = "+6281234567890"

pytestmark = pytest.mark.anyio


class Shop:
    """A business with its database, and the verbs of imports over it."""

    def __init__(self, database: Database, business_id: uuid.UUID, account_id: uuid.UUID) -> None:
        self.database = database
        self.id = business_id
        self.account_id = account_id

    async def record(self, name: str, phone: str | None = None, **more: Any) -> Customer:
        async with self.database.writing() as session:
            fields: dict[str, Any] = {"customer_id": new_id(), "now": NOON} | more
            return (await customers.record_customer(session, self.id, name=name, phone=phone, **fields)).customer

    async def draft(self, list_of_people: str | Reading, *, now: datetime = NOON) -> uuid.UUID:
        reading = read_text(list_of_people) if isinstance(list_of_people, str) else list_of_people
        async with self.database.writing() as session:
            began = await imports.draft(
                session,
                self.id,
                import_id=new_id(),
                source="paste",
                reading=reading,
                account_id=self.account_id,
                now=now,
            )
        return began.id

    async def verdicts(self, import_id: uuid.UUID) -> list[tuple[str, str, str]]:
        async with self.database.reading() as session:
            rows = await imports.list_rows(session, self.id, import_id, verdicts=imports.VERDICTS, after=-1, limit=1000)
        return [(row.name, row.verdict, row.other) for row in rows]

    async def add(self, import_id: uuid.UUID, *, most: int | None = None, now: datetime = NOON) -> Import:
        async with self.database.writing() as session:
            return await imports.add(session, self.id, import_id, most=most, now=now)

    async def choose(self, import_id: uuid.UUID, *, shown: list[int], chosen: list[int]) -> None:
        async with self.database.writing() as session:
            await imports.choose(session, self.id, import_id, shown=shown, chosen=chosen)

    async def undo(self, import_id: uuid.UUID, *, now: datetime = LATER) -> int:
        async with self.database.writing() as session:
            return await imports.undo(session, self.id, import_id, now=now)

    async def people(self) -> dict[str, Customer]:
        async with self.database.reading() as session:
            return {one.name: one for one in await customers.list_customers(session, self.id, limit=25_000)}

    async def rows_left(self) -> int:
        async with self.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(Row)) or 0


async def opened(database: Database, name: str = "Sate Bandeng Bu Siti", number: str = NUMBER) -> Shop:
    async with database.writing() as session:
        account = await accounts.open_account(
            session, name=name, phone=number, password_hash="x", language="id", now=NOON
        )
        business = await businesses.found(session, name=name, whatsapp="", now=NOON)
    return Shop(database, business.id, account.id)


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await opened(database)


# --- What a row looks like beside the customers of now


async def test_new_people_known_ones_and_doubts_are_told_apart(shop: Shop) -> None:
    await shop.record("Bu Ani", NUMBER)
    await shop.record("Mang Udin")
    draft = await shop.draft(
        f"Ibu Tuti 0812-1111-0001\nbu  ANI {NUMBER}\nBu Dewi {NUMBER}\nBu Ani 0857-1111-0002\nTeh Yuyun\n"
        f"Pak Ujang 0812345\nMang Udin\n{NUMBER}\n0812-1111-0003\n---"
    )
    assert await shop.verdicts(draft) == [
        ("Ibu Tuti", imports.NEW, ""),
        ("bu ANI", imports.KNOWN, "Bu Ani"),
        ("Bu Dewi", imports.SAME_NUMBER, "Bu Ani"),
        ("Bu Ani", imports.SAME_NAME, "Bu Ani"),
        ("Teh Yuyun", imports.NO_NUMBER, ""),
        ("Pak Ujang", imports.BAD_NUMBER, ""),
        ("Mang Udin", imports.KNOWN, "Mang Udin"),
        ("Tanpa nama 7890", imports.KNOWN, "Bu Ani"),
        ("Tanpa nama 0003", imports.NEW, ""),
        ("", imports.UNREAD, "Baris 10: Tidak ada nama atau nomor di baris ini."),
    ]


async def test_somebody_who_stands_twice_in_the_list_is_there_once(shop: Shop) -> None:
    draft = await shop.draft(f"Bu Ani {NUMBER}\nBu Ani {NUMBER}\nAni warung {NUMBER}\nBu Tuti\nBu Tuti")
    assert [verdict for _name, verdict, _other in await shop.verdicts(draft)] == [
        imports.NEW,
        imports.KNOWN,
        imports.SAME_NUMBER,
        imports.NO_NUMBER,
        imports.KNOWN,
    ]
    assert (await shop.add(draft)).added == 1


async def test_a_record_that_was_merged_is_known_by_its_number(shop: Shop) -> None:
    kept, gone = await shop.record("Bu Ani", NUMBER), await shop.record("Ani", "+6285711110002")
    async with shop.database.writing() as session:
        await customers.merges.merge(
            session, shop.id, kept.id, gone.id, merge_id=new_id(), from_gone=(), account_id=shop.account_id, now=NOON
        )
    assert await shop.verdicts(await shop.draft("Ani 0857-1111-0002")) == [("Ani", imports.KNOWN, "Ani")]


# --- Adding


async def test_what_was_read_of_somebody_is_kept(shop: Shop) -> None:
    contact = Contact(
        line=1,
        name="Bu Ani",
        phones=(NUMBER, "+62254381234"),
        hamlet="Kp. Baru",
        landmark="dekat musala",
        birth_day=12,
        birth_month=4,
        note="pedas",
    )
    done = await shop.add(await shop.draft(Reading([contact])))
    assert (done.added, done.known, done.left_out, done.finished_at) == (1, 0, 0, NOON)
    ani = (await shop.people())["Bu Ani"]
    assert (ani.phone, ani.hamlet, ani.landmark, ani.birth_day, ani.birth_month) == (
        NUMBER,
        "Kp. Baru",
        "dekat musala",
        12,
        4,
    )
    assert ani.note == "pedas Nomor lain: (0254) 381234."


async def test_a_doubt_is_added_only_when_somebody_says_so(shop: Shop) -> None:
    await shop.record("Bu Ani", NUMBER)
    draft = await shop.draft(f"Bu Dewi {NUMBER}\nTeh Yuyun\nPak Ujang 0812345\nBu Ani 0857-1111-0002")
    await shop.choose(draft, shown=[0, 1, 2], chosen=[0, 2])
    done = await shop.add(draft)
    assert (done.added, done.known, done.left_out) == (2, 0, 2)
    people = await shop.people()
    assert set(people) == {"Bu Ani", "Bu Dewi", "Pak Ujang"}
    assert (people["Bu Dewi"].phone, people["Bu Dewi"].note) == (None, "Nomornya sama dengan Bu Ani: 0812-3456-7890.")
    assert (people["Pak Ujang"].phone, people["Pak Ujang"].note) == (None, "Nomor tertulis: 0812345.")


async def test_who_was_ticked_off_is_left_out(shop: Shop) -> None:
    draft = await shop.draft("Bu Ani 0812-1111-0001\nBu Tuti 0812-1111-0002\nBu Dewi 0812-1111-0003")
    await shop.choose(draft, shown=[0, 1], chosen=[1])
    done = await shop.add(draft)
    assert (done.added, done.left_out) == (2, 1)
    assert set(await shop.people()) == {"Bu Tuti", "Bu Dewi"}


async def test_one_answer_may_be_given_to_all_doubts(shop: Shop) -> None:
    draft = await shop.draft("Bu Ani\nBu Tuti\nBu Dewi 0812-1111-0003")
    async with shop.database.writing() as session:
        await imports.choose_all(session, shop.id, draft, verdicts=imports.DOUBTS, is_chosen=True)
    assert (await shop.add(draft)).added == 3


async def test_a_known_row_can_not_be_chosen(shop: Shop) -> None:
    await shop.record("Bu Ani", NUMBER)
    draft = await shop.draft(f"Bu Ani {NUMBER}\nBu Tuti 0812-1111-0002")
    await shop.choose(draft, shown=[0, 1], chosen=[0, 1])
    done = await shop.add(draft)
    assert (done.added, done.known) == (1, 1)


async def test_step_by_step_gives_the_same_as_all_at_once_and_a_step_sent_twice_adds_nobody_twice(shop: Shop) -> None:
    people = "\n".join(f"Orang{n} 0812-1111-{n:04}" for n in range(250))
    draft = await shop.draft(people)
    added = [(await shop.add(draft, most=100)).added for _step in range(3)]
    assert added == [100, 200, 250]
    again = await shop.add(draft, most=100)
    assert (again.added, again.finished_at) == (250, NOON)
    assert len(await shop.people()) == 250
    assert await shop.rows_left() == 0, "a list is forgotten when it has become customers"


async def test_a_number_that_somebody_got_meanwhile_is_told_as_known(shop: Shop) -> None:
    draft = await shop.draft(f"Ani {NUMBER}\nBu Tuti 0812-1111-0002")
    await shop.record("Bu Ani", NUMBER)
    done = await shop.add(draft)
    assert (done.added, done.known) == (1, 1)
    assert set(await shop.people()) == {"Bu Ani", "Bu Tuti"}


async def test_5_000_people_become_customers(shop: Shop) -> None:
    reading = Reading([Contact(line=n, name=f"Orang {n}", phones=(f"+6281{n:09}",)) for n in range(5_000)])
    done = await shop.add(await shop.draft(reading))
    assert done.added == 5_000


# --- Undoing


async def test_one_tap_takes_the_whole_import_back(shop: Shop) -> None:
    await shop.record("Bu Siti", NUMBER)
    draft = await shop.draft("Bu Ani 0812-1111-0001\nBu Tuti 0812-1111-0002")
    await shop.add(draft)
    assert await shop.undo(draft) == 0
    assert set(await shop.people()) == {"Bu Siti"}
    assert await shop.undo(draft) == 0, "twice is once"


async def test_who_was_changed_or_used_since_stays(shop: Shop) -> None:
    draft = await shop.draft(
        "\n".join(f"{name} 0812-1111-000{n}" for n, name in enumerate(("Ani", "Tuti", "Dewi", "Iyah", "Udin")))
    )
    await shop.add(draft)
    people = await shop.people()
    async with shop.database.writing() as session:
        await customers.edit_customer(session, shop.id, people["Ani"].id, version=1, name="Bu Ani", now=LATER)
        await customers.make_link(
            session, shop.id, people["Tuti"].id, secret="rahasia", account_id=shop.account_id, now=LATER
        )
        await customers.merges.merge(
            session,
            shop.id,
            people["Dewi"].id,
            people["Iyah"].id,
            merge_id=new_id(),
            from_gone=(),
            account_id=shop.account_id,
            now=LATER,
        )
    assert await shop.undo(draft) == 4
    assert set(await shop.people()) == {"Bu Ani", "Tuti", "Dewi"}


async def test_a_number_that_was_taken_back_is_free_again(shop: Shop) -> None:
    first = await shop.draft(f"Bu Ani {NUMBER}")
    await shop.add(first)
    await shop.undo(first)
    second = await shop.draft(f"Ani warung {NUMBER}")
    assert (await shop.add(second)).added == 1


async def test_an_import_that_was_stopped_in_the_middle_goes_on_or_goes_back(shop: Shop) -> None:
    draft = await shop.draft("\n".join(f"Orang{n} 0812-1111-{n:04}" for n in range(250)))
    await shop.add(draft, most=100)
    assert len(await shop.people()) == 100
    await shop.undo(draft)
    assert await shop.people() == {}
    assert (await shop.add(draft, most=100)).added == 100, "nothing is added to what was undone"
    assert await shop.people() == {}


async def test_after_30_days_it_cannot_be_undone(shop: Shop) -> None:
    draft = await shop.draft("Bu Ani 0812-1111-0001")
    await shop.add(draft)
    with pytest.raises(Gone, match="30 hari"):
        await shop.undo(draft, now=NOON + timedelta(days=31))
    assert set(await shop.people()) == {"Bu Ani"}


async def test_a_finished_import_can_not_be_chosen_from_or_thrown_away(shop: Shop) -> None:
    draft = await shop.draft("Bu Ani 0812-1111-0001")
    await shop.add(draft)
    with pytest.raises(Gone):
        await shop.choose(draft, shown=[0], chosen=[])
    with pytest.raises(Gone):
        async with shop.database.writing() as session:
            await imports.discard(session, shop.id, draft)


# --- Whose it is, and for how long


async def test_a_neighbour_finds_nothing(shop: Shop) -> None:
    budi = await opened(shop.database, "Emping Pak Budi", "+6281300000000")
    draft = await shop.draft("Bu Ani 0812-1111-0001")
    for deed in (budi.add(draft), budi.undo(draft), budi.choose(draft, shown=[0], chosen=[0])):
        with pytest.raises(NotFound):
            await deed
    assert await budi.verdicts(draft) == []
    async with shop.database.writing() as session:
        await imports.discard(session, budi.id, draft)
    assert len(await shop.verdicts(draft)) == 1


async def test_a_number_may_be_known_next_door(shop: Shop) -> None:
    budi = await opened(shop.database, "Emping Pak Budi", "+6281300000000")
    await budi.record("Bu Ani", NUMBER)
    assert (await shop.add(await shop.draft(f"Bu Ani {NUMBER}"))).added == 1


async def test_a_draft_that_nobody_confirms_is_deleted_after_a_week(shop: Shop) -> None:
    forgotten = await shop.draft("Bu Ani 0812-1111-0001")
    begun = await shop.draft("\n".join(f"Orang{n} 0812-1112-{n:04}" for n in range(150)))
    await shop.add(begun, most=100)
    fresh = await shop.draft("Bu Tuti 0812-1111-0002", now=NOON + timedelta(days=5))
    async with shop.database.writing() as session:
        await imports.prune(session, now=NOON + timedelta(days=8))
    assert await shop.verdicts(forgotten) == []
    assert await shop.verdicts(begun) == []
    assert len(await shop.verdicts(fresh)) == 1
    async with shop.database.reading() as session:
        assert {one.id for one in await imports.list_imports(session, shop.id, limit=10)} == {begun, fresh}


async def test_somebody_who_asked_to_be_forgotten_goes_from_every_draft(shop: Shop) -> None:
    await shop.record("Bu Siti", NUMBER)
    draft = await shop.draft(f"Bu Ani 0812-1111-0001\nAnaknya Siti {NUMBER}\nBu Tuti 0812-1111-0002")
    async with shop.database.writing() as session:
        await imports.forget_phones(session, shop.id, [NUMBER, "+6281211110001"])
    assert [name for name, _verdict, _other in await shop.verdicts(draft)] == ["Bu Tuti"]


async def test_lines_that_nobody_could_read_are_counted_as_left_out(shop: Shop) -> None:
    reading = Reading([Contact(line=1, name="Bu Ani", phones=(NUMBER,))], [Unread(2, "Tidak ada nama.")])
    done = await shop.add(await shop.draft(reading))
    assert (done.added, done.left_out) == (1, 1)
