"""Two records of one person: made one, found under every id and number, and parted again in any order without anybody lost."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecrm_pwa import accounts, businesses, customers
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import Conflict, FieldsRefused, Gone, NotFound
from ecrm_pwa.customers import Customer, Merge, merges

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
NUMBER, OTHER_NUMBER = "+6281234567890", "+6285711110002"

pytestmark = pytest.mark.anyio


class Shop:
    """A business with its database, and the verbs of merges over it. Every deed happens a minute after the one before."""

    def __init__(self, database: Database, business_id: uuid.UUID, account_id: uuid.UUID) -> None:
        self.database = database
        self.id = business_id
        self.account_id = account_id
        self.now = NOON

    def _tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    async def record(self, name: str, phone: str | None = None, **more: Any) -> Customer:
        async with self.database.writing() as session:
            fields: dict[str, Any] = {"customer_id": new_id(), "now": self._tick()} | more
            return (await customers.record_customer(session, self.id, name=name, phone=phone, **fields)).customer

    async def merge(self, kept: uuid.UUID, gone: uuid.UUID, *from_gone: str) -> uuid.UUID:
        merge_id = new_id()
        async with self.database.writing() as session:
            await merges.merge(
                session,
                self.id,
                kept,
                gone,
                merge_id=merge_id,
                from_gone=from_gone,
                account_id=self.account_id,
                now=self._tick(),
            )
        return merge_id

    async def undo(self, merge_id: uuid.UUID, *, now: datetime | None = None) -> None:
        async with self.database.writing() as session:
            await merges.undo(session, self.id, merge_id, now=now or self._tick())

    async def edit(self, customer_id: uuid.UUID, **fields: Any) -> None:
        async with self.database.writing() as session:
            customer = await customers.find(session, self.id, customer_id)
            await customers.edit_customer(
                session, self.id, customer_id, version=customer.version, now=self._tick(), **fields
            )

    async def find(self, customer_id: uuid.UUID) -> Customer:
        async with self.database.reading() as session:
            return await customers.find(session, self.id, customer_id)

    async def names(self, words: str = "") -> list[str]:
        async with self.database.reading() as session:
            return [one.name for one in await customers.list_customers(session, self.id, words=words, limit=100)]

    async def active(self, customer_id: uuid.UUID) -> list[Merge]:
        async with self.database.reading() as session:
            return list(await merges.list_merges(session, self.id, customer_id))


async def opened(database: Database, name: str = "Sate Bandeng Bu Siti") -> Shop:
    async with database.writing() as session:
        account = await accounts.open_account(
            session, name=name, phone=NUMBER, password_hash="x", language="id", now=NOON
        )
        business = await businesses.found(session, name=name, whatsapp="", now=NOON)
    return Shop(database, business.id, account.id)


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await opened(database)


def said(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in customers.FIELDS}


# --- One of two


async def test_both_ids_and_both_numbers_lead_to_the_one_who_is_kept(shop: Shop) -> None:
    ani, other = await shop.record("Bu Ani", NUMBER), await shop.record("Ani warung", OTHER_NUMBER)
    await shop.merge(ani.id, other.id)
    assert (await shop.find(other.id)).id == ani.id
    async with shop.database.reading() as session:
        by_number = await customers.find_by_phone(session, shop.id, OTHER_NUMBER)
    assert by_number is not None
    assert by_number.id == ani.id
    assert await shop.names() == ["Bu Ani"]
    assert await shop.names("warung") == ["Bu Ani"], "her other name finds her"
    assert await shop.names("0857") == ["Bu Ani"], "her other number, too"


async def test_what_one_lacks_is_taken_from_the_other_and_notes_are_joined(shop: Shop) -> None:
    ani = await shop.record("Bu Ani", NUMBER, note="pedas")
    other = await shop.record("Ani", OTHER_NUMBER, hamlet="Kp. Baru", birth_day=12, birth_month=4, note="bayar Jumat")
    await shop.merge(ani.id, other.id)
    kept = await shop.find(ani.id)
    assert (kept.name, kept.phone, kept.hamlet) == ("Bu Ani", NUMBER, "Kp. Baru")
    assert (kept.birth_day, kept.birth_month, kept.note) == (12, 4, "pedas\nbayar Jumat")


async def test_she_may_be_called_what_the_other_record_calls_her(shop: Shop) -> None:
    ani = await shop.record("Ani", NUMBER, hamlet="Kp. Lama")
    other = await shop.record("Hj. Ani Rohaeni", OTHER_NUMBER, hamlet="Kp. Baru")
    await shop.merge(ani.id, other.id, "name")
    kept = await shop.find(ani.id)
    assert (kept.name, kept.hamlet, kept.phone) == ("Hj. Ani Rohaeni", "Kp. Lama", NUMBER)


async def test_a_record_without_a_number_never_stands_for_one_with_a_number(shop: Shop) -> None:
    nameless, ani = await shop.record("Ani"), await shop.record("Bu Ani", NUMBER)
    await shop.merge(nameless.id, ani.id)
    assert (await shop.find(nameless.id)).id == ani.id


async def test_what_waits_for_the_one_that_is_gone_is_accepted_for_the_one_that_is_kept(shop: Shop) -> None:
    ani, other = await shop.record("Bu Ani", NUMBER), await shop.record("Ani", OTHER_NUMBER)
    await shop.merge(ani.id, other.id)
    async with shop.database.writing() as session:
        addressed = await customers.find_addressed(session, shop.id, other.id)
        await customers.make_link(session, shop.id, addressed, secret="r", account_id=shop.account_id, now=LATER)
    async with shop.database.reading() as session:
        everybody = [ani.id, *(one.id for one in await customers.list_merged(session, shop.id, ani.id))]
        assert len(await customers.list_links(session, shop.id, everybody)) == 1
    with pytest.raises(Conflict):
        async with shop.database.writing() as session:
            await customers.edit_customer(session, shop.id, other.id, version=1, name="Ani W", now=LATER)


async def test_a_number_of_a_merged_record_can_not_become_somebody_elses(shop: Shop) -> None:
    ani, other = await shop.record("Bu Ani", NUMBER), await shop.record("Ani", OTHER_NUMBER)
    tuti = await shop.record("Bu Tuti", "+6281111110003")
    await shop.merge(ani.id, other.id)
    with pytest.raises(FieldsRefused, match="phone"):
        await shop.edit(tuti.id, phone=OTHER_NUMBER)
    again = await shop.record("Ani lagi", OTHER_NUMBER)
    assert again.id == ani.id


async def test_one_person_can_not_be_merged_with_herself(shop: Shop) -> None:
    ani, other = await shop.record("Bu Ani", NUMBER), await shop.record("Ani", OTHER_NUMBER)
    await shop.merge(ani.id, other.id)
    for pair in ((ani.id, ani.id), (ani.id, other.id), (other.id, ani.id)):
        with pytest.raises(FieldsRefused):
            await shop.merge(*pair)


# --- And two again


async def test_undoing_restores_both_as_they_were(shop: Shop) -> None:
    ani = await shop.record("Bu Ani", NUMBER, note="pedas")
    other = await shop.record("Ani", OTHER_NUMBER, hamlet="Kp. Baru", birth_day=12, birth_month=4, note="Jumat")
    before = said(ani), said(other)
    merged = await shop.merge(ani.id, other.id, "name")
    await shop.undo(merged)
    assert (said(await shop.find(ani.id)), said(await shop.find(other.id))) == before
    assert await shop.names() == ["Ani", "Bu Ani"]
    assert await shop.active(ani.id) == []
    await shop.undo(merged)
    assert await shop.names() == ["Ani", "Bu Ani"], "twice is once"


async def test_what_arrived_meanwhile_stays_with_the_one_it_was_addressed_to(shop: Shop) -> None:
    ani, other = await shop.record("Bu Ani", NUMBER), await shop.record("Ani", OTHER_NUMBER)
    merged = await shop.merge(ani.id, other.id)
    async with shop.database.writing() as session:
        for wanted, secret in ((ani.id, "a"), (other.id, "b")):
            addressed = await customers.find_addressed(session, shop.id, wanted)
            await customers.make_link(session, shop.id, addressed, secret=secret, account_id=None, now=LATER)
    await shop.undo(merged)
    async with shop.database.reading() as session:
        for wanted in (ani.id, other.id):
            (link,) = await customers.list_links(session, shop.id, [wanted])
            assert link.customer_id == wanted


async def test_an_edit_since_then_survives_the_undoing(shop: Shop) -> None:
    ani, other = await shop.record("Ani", NUMBER), await shop.record("Bu Ani", OTHER_NUMBER, hamlet="Kp. Baru")
    merged = await shop.merge(ani.id, other.id, "name")
    await shop.edit(ani.id, hamlet="Kp. Masigit")
    await shop.undo(merged)
    kept = await shop.find(ani.id)
    assert (kept.name, kept.hamlet) == ("Ani", "Kp. Masigit")


async def test_a_number_given_to_the_kept_one_meanwhile_goes_back_to_its_owner(shop: Shop) -> None:
    ani, other = await shop.record("Bu Ani", NUMBER), await shop.record("Ani", OTHER_NUMBER)
    merged = await shop.merge(ani.id, other.id)
    await shop.edit(ani.id, phone=OTHER_NUMBER)
    await shop.undo(merged)
    assert ((await shop.find(ani.id)).phone, (await shop.find(other.id)).phone) == (None, OTHER_NUMBER)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_merge_of_a_merged_one_is_undone_in_any_order(shop: Shop, order: tuple[int, int]) -> None:
    people = [
        await shop.record("A", NUMBER),
        await shop.record("B", OTHER_NUMBER, hamlet="Kp. B"),
        await shop.record("C", "+6281111110003", note="c"),
    ]
    before = [said(one) for one in people]
    a, b, c = (one.id for one in people)
    done = [await shop.merge(a, b, "name"), await shop.merge(c, a, "name")]
    assert [(await shop.find(one)).id for one in (a, b, c)] == [c, c, c]
    assert (await shop.find(c)).name == "B"
    await shop.undo(done[order[0]])
    if order == (0, 1):
        assert ((await shop.find(b)).name, (await shop.find(c)).name) == ("B", "A")
    await shop.undo(done[order[1]])
    assert [said(await shop.find(one.id)) for one in people] == before


async def test_after_30_days_they_stay_one(shop: Shop) -> None:
    ani, other = await shop.record("Bu Ani", NUMBER), await shop.record("Ani", OTHER_NUMBER)
    merged = await shop.merge(ani.id, other.id, "name")
    with pytest.raises(Gone, match="30 hari"):
        await shop.undo(merged, now=shop.now + timedelta(days=31))
    async with shop.database.writing() as session:
        await merges.prune(session, now=shop.now + timedelta(days=31))
    ((kept),) = await shop.active(ani.id)
    assert kept.changes == "{}", "what the way back needed is forgotten with it"


async def test_somebody_who_was_forgotten_is_not_brought_back(shop: Shop) -> None:
    ani, other = await shop.record("Bu Ani", NUMBER), await shop.record("Ani", OTHER_NUMBER)
    merged = await shop.merge(ani.id, other.id, "name")
    async with shop.database.writing() as session:
        await merges.forget(session, shop.id, [ani.id, other.id])
        await customers.forget(session, await customers.find(session, shop.id, ani.id), now=LATER)
    with pytest.raises(Gone):
        await shop.undo(merged)
    async with shop.database.reading() as session:
        kept = await session.get_one(Merge, (shop.id, merged))
    assert kept.changes == "{}"


async def test_a_neighbour_can_neither_merge_nor_part_them(shop: Shop) -> None:
    ani, other = await shop.record("Bu Ani", NUMBER), await shop.record("Ani", OTHER_NUMBER)
    budi = await opened(shop.database, "Emping Pak Budi")
    his = await budi.record("Bu Ani", NUMBER)
    for pair in ((ani.id, other.id), (his.id, other.id), (ani.id, his.id)):
        with pytest.raises(NotFound):
            await budi.merge(*pair)
    merged = await shop.merge(ani.id, other.id)
    with pytest.raises(NotFound):
        await budi.undo(merged)


# --- Who may be one


async def test_the_same_name_and_a_number_with_one_digit_astray_are_suggested(shop: Shop) -> None:
    ani = await shop.record("Bu Ani", "+6281234567890")
    for name, phone in (
        ("Hj. Ani Rohaeni", "+6285711110002"),
        ("Warung Berkah", "+6281234567891"),
        ("Ibu Dewi", "+628123456789"),
        ("Ání", None),
        ("Bu Tuti", "+6281999999999"),
        ("Anita", None),
    ):
        await shop.record(name, phone)
    async with shop.database.reading() as session:
        suggested = [one.name for one in await merges.suggest(session, shop.id, ani, limit=10)]
    assert suggested == ["Ání", "Hj. Ani Rohaeni", "Ibu Dewi", "Warung Berkah"]


# --- In any order

NAMES = ("Ani", "Bu Ani", "Hj. Ani")
PEOPLE = 5
MERGES = st.tuples(
    st.just("merge"), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1), st.sets(st.sampled_from(merges.CHOSEN))
)
UNDOINGS = st.tuples(st.just("undo"), st.integers(0, 9))
EDITS = st.tuples(
    st.just("edit"),
    st.integers(0, PEOPLE - 1),
    st.one_of(
        st.fixed_dictionaries({"name": st.sampled_from(NAMES), "hamlet": st.sampled_from(("", "Baru"))}),
        st.fixed_dictionaries({"note": st.sampled_from(("", "asin"))}),
    ),
)
WHO = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(NAMES),
            "has_phone": st.booleans(),
            "hamlet": st.sampled_from(("", "Baru", "Lama")),
            "birthday": st.sampled_from((None, (12, 4), (1, 1))),
            "note": st.sampled_from(("", "pedas", "manis")),
        }
    ),
    min_size=PEOPLE,
    max_size=PEOPLE,
)


async def settled(database: Database, who: list[dict[str, Any]]) -> tuple[Shop, list[Customer]]:
    shop = await opened(database)
    people = []
    for number, one in enumerate(who):
        day, month = one["birthday"] or (None, None)
        phone = f"+628123456780{number}" if one["has_phone"] else None
        people.append(
            await shop.record(
                one["name"], phone, hamlet=one["hamlet"], birth_day=day, birth_month=month, note=one["note"]
            )
        )
    return shop, people


async def walk(shop: Shop, people: list[Customer], steps: list[tuple[Any, ...]]) -> list[uuid.UUID]:
    """Does the steps; gives the merges that stand in the end."""
    active: list[uuid.UUID] = []
    for step in steps:
        if step[0] == "undo" and active:
            await shop.undo(active.pop(step[1] % len(active)))
        elif step[0] == "merge":
            kept, gone = people[step[1]].id, people[step[2]].id
            if (await shop.find(kept)).id != (await shop.find(gone)).id:
                active.append(await shop.merge(kept, gone, *sorted(step[3])))
        elif step[0] == "edit":
            await shop.edit(people[step[1]].id, **step[2])
        # Nobody is lost, whoever is merged into whom.
        living = {(await shop.find(one.id)).id for one in people}
        assert len(await shop.names()) == len(living) == len(people) - len(active)
    return active


@given(WHO, st.lists(st.one_of(MERGES, UNDOINGS), max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_merges_undone_in_any_order_restore_everybody(
    database: Database, who: list[dict[str, Any]], steps: list[tuple[Any, ...]], random: Any
) -> None:
    shop, people = await settled(database, who)
    before = [said(one) for one in people]
    active = await walk(shop, people, steps)
    random.shuffle(active)
    for merged in active:
        await shop.undo(merged)
    assert [said(await shop.find(one.id)) for one in people] == before


@given(WHO, st.lists(st.one_of(MERGES, UNDOINGS, EDITS), max_size=12))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_with_edits_in_between_nobody_is_lost_and_numbers_stay_with_their_people(
    database: Database, who: list[dict[str, Any]], steps: list[tuple[Any, ...]]
) -> None:
    shop, people = await settled(database, who)
    numbers = [one.phone for one in people]
    for merged in reversed(await walk(shop, people, steps)):
        await shop.undo(merged)
    assert [(await shop.find(one.id)).phone for one in people] == numbers
