"""Customers: one person a number however it is written and whoever writes it down, found by a piece of what is known of her."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from ecrm_pwa import businesses, customers
from ecrm_pwa.base import phones
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import Conflict, FieldsRefused, Gone, NotFound
from ecrm_pwa.customers import Customer, Recorded
from ecrm_pwa.customers.searching import fold, text_of, words_of

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
NUMBER = "+6281234567890"

pytestmark = pytest.mark.anyio


async def founded(database: Database, name: str = "Sate Bandeng Bu Siti") -> uuid.UUID:
    async with database.writing() as session:
        return (await businesses.found(session, name=name, whatsapp="", now=NOON)).id


async def record(database: Database, shop: uuid.UUID, name: str, phone: str | None = None, **more: Any) -> Recorded:
    async with database.writing() as session:
        fields: dict[str, Any] = {"customer_id": new_id(), "now": NOON} | more
        return await customers.record_customer(session, shop, name=name, phone=phone, **fields)


async def names(database: Database, shop: uuid.UUID, words: str = "") -> list[str]:
    async with database.reading() as session:
        return [one.name for one in await customers.list_customers(session, shop, words=words, limit=100)]


async def find(database: Database, shop: uuid.UUID, customer_id: uuid.UUID) -> Customer:
    async with database.reading() as session:
        return await customers.find(session, shop, customer_id)


# --- One person a number


async def test_a_name_and_a_number_are_enough(database: Database) -> None:
    shop = await founded(database)
    recorded = await record(database, shop, "Rina", NUMBER)
    assert not recorded.was_known
    assert (await find(database, shop, recorded.customer.id)).phone == NUMBER


async def test_two_phones_that_add_the_same_number_make_one_person(database: Database) -> None:
    shop, other_id = await founded(database), new_id()
    first = await record(database, shop, "Bu Ani", NUMBER)
    second = await record(database, shop, "Ani warung", NUMBER, customer_id=other_id, hamlet="Kelapa Kurung")
    assert second.was_known
    assert second.customer.id == first.customer.id
    assert await names(database, shop) == ["Bu Ani"]
    merged = await find(database, shop, other_id)
    assert (merged.id, merged.name, merged.hamlet) == (first.customer.id, "Bu Ani", "Kelapa Kurung")


async def test_she_is_found_by_the_name_that_the_other_phone_gave_her(database: Database) -> None:
    shop = await founded(database)
    await record(database, shop, "Bu Ani", NUMBER)
    await record(database, shop, "Mama Warung", NUMBER)
    assert await names(database, shop, "mama") == ["Bu Ani"]


async def test_nothing_that_the_other_phone_wrote_is_lost_or_overwrites(database: Database) -> None:
    shop = await founded(database)
    await record(database, shop, "Bu Ani", NUMBER, hamlet="Cibeber", note="suka pedas", birth_day=3, birth_month=5)
    again = await record(database, shop, "Ani", NUMBER, hamlet="Lain", note="bayar Jumat", birth_day=9, birth_month=9)
    kept = await find(database, shop, again.customer.id)
    assert (kept.hamlet, kept.note, kept.birth_day, kept.birth_month) == ("Cibeber", "suka pedas\nbayar Jumat", 3, 5)


async def test_neighbours_without_a_number_stay_two_people(database: Database) -> None:
    shop = await founded(database)
    await record(database, shop, "Bu Ani")
    await record(database, shop, "Bu Ani")
    assert await names(database, shop) == ["Bu Ani", "Bu Ani"]


async def test_what_is_sent_twice_is_there_once(database: Database) -> None:
    shop, one = await founded(database), new_id()
    await record(database, shop, "Rina", NUMBER, customer_id=one)
    again = await record(database, shop, "Rina", NUMBER, customer_id=one)
    assert not again.was_known
    assert await names(database, shop) == ["Rina"]


async def test_a_correction_under_the_same_id_counts_until_somebody_has_edited_her(database: Database) -> None:
    shop, one = await founded(database), new_id()
    await record(database, shop, "Rna", NUMBER, customer_id=one)
    await record(database, shop, "Rina", NUMBER, customer_id=one)
    assert await names(database, shop) == ["Rina"]
    await record(database, shop, "Rna", NUMBER, customer_id=one)
    assert await names(database, shop) == ["Rina"], "an old phone overwrote what was corrected since"


async def test_another_business_has_its_own_rina(database: Database) -> None:
    siti, budi = await founded(database), await founded(database, "Emping Pak Budi")
    hers = await record(database, siti, "Rina", NUMBER)
    his = await record(database, budi, "Rina Emping", NUMBER)
    assert not his.was_known
    assert await names(database, siti) == ["Rina"]
    with pytest.raises(NotFound):
        await find(database, budi, hers.customer.id)


async def test_the_database_itself_keeps_a_number_once(database: Database) -> None:
    shop = await founded(database)
    one = (await record(database, shop, "Rina", NUMBER)).customer
    copied = ("name", "phone", "search", "version", "created_at", "updated_at")
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            session.add(Customer(business_id=shop, id=new_id(), **{name: getattr(one, name) for name in copied}))


LOCAL = st.from_regex(r"8[1-9][0-9]{7,9}", fullmatch=True)


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """One number as two people would write it."""
    local = draw(LOCAL)

    def written() -> str:
        prefix = draw(st.sampled_from(["0", "62", "+62", "+62 0", "0062", ""]))
        marks = draw(st.lists(st.sampled_from(["", "", " ", "-", "."]), min_size=len(local), max_size=len(local)))
        return prefix + "".join(mark + digit for mark, digit in zip(marks, local, strict=True))

    return written(), written()


@given(spellings())
def test_two_spellings_of_a_number_are_one_identity_and_find_each_other(pair: tuple[str, str]) -> None:
    mine, yours = pair
    assert phones.normalise(mine) == phones.normalise(yours)
    searched = text_of(name="Rina", phone=phones.normalise(mine), hamlet="")
    assert all(word in searched for word in words_of(yours))


# --- Found by what is remembered


@pytest.mark.parametrize(
    "typed",
    ["rina", "RIN", "marl rin", "0812-3456", "+62 812 3456", "7890", "kelapa", "rina kurung", "Rína", "", "   "],
)
async def test_a_piece_of_name_number_or_kampung_finds_her(database: Database, typed: str) -> None:
    shop = await founded(database)
    await record(database, shop, "Rina Marlina", NUMBER, hamlet="Kelapa Kurung")
    assert await names(database, shop, typed) == ["Rina Marlina"]


@pytest.mark.parametrize("typed", ["budi", "0899", "%", "_", "rina\\", "rina 0899"])
async def test_what_does_not_occur_finds_nobody(database: Database, typed: str) -> None:
    shop = await founded(database)
    await record(database, shop, "Rina Marlina", NUMBER)
    assert await names(database, shop, typed) == []


async def test_the_list_goes_by_name_and_on_where_it_stopped(database: Database) -> None:
    shop = await founded(database)
    for name in ("Wati", "ani", "Bedah", "Ani", "Éva"):
        await record(database, shop, name)
    seen: list[str] = []
    after = None
    async with database.reading() as session:
        while some := await customers.list_customers(session, shop, limit=2, after=after):
            seen += [one.name for one in some]
            after = some[-1].id
    assert [fold(name) for name in seen] == ["ani", "ani", "bedah", "eva", "wati"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_is_found_by_itself(name: str, hamlet: str) -> None:
    searched = text_of(name=name, phone=None, hamlet=hamlet)
    assert all(word in searched for word in fold(name).split())


# --- Changed


async def test_an_edit_on_what_was_seen_is_kept_and_searched(database: Database) -> None:
    shop = await founded(database)
    one = (await record(database, shop, "Rina", NUMBER)).customer
    async with database.writing() as session:
        await customers.edit_customer(session, shop, one.id, version=1, now=LATER, name="Rina Wati", hamlet="Cibeber")
    assert await names(database, shop, "cibeber wati") == ["Rina Wati"]


async def test_an_edit_on_something_older_is_shown_with_both_sides(database: Database) -> None:
    shop = await founded(database)
    one = (await record(database, shop, "Rina", NUMBER)).customer
    async with database.writing() as session:
        await customers.edit_customer(session, shop, one.id, version=1, now=LATER, note="suka pedas")
    with pytest.raises(Conflict) as conflict:
        async with database.writing() as session:
            await customers.edit_customer(session, shop, one.id, version=1, now=LATER, note="tidak pedas")
    assert conflict.value.version == 2
    assert [(d.field, d.mine, d.theirs) for d in conflict.value.differences] == [("note", "tidak pedas", "suka pedas")]


async def test_a_number_that_somebody_else_has_is_refused_with_her_name(database: Database) -> None:
    shop = await founded(database)
    await record(database, shop, "Rina", NUMBER)
    wati = (await record(database, shop, "Wati")).customer
    with pytest.raises(FieldsRefused) as refusal:
        async with database.writing() as session:
            await customers.edit_customer(session, shop, wati.id, version=1, now=LATER, phone=NUMBER)
    assert "Rina" in refusal.value.errors["phone"]


# --- Merged and forgotten


async def test_what_waits_for_a_merged_record_or_its_alias_finds_the_one_that_stands_for_it(database: Database) -> None:
    shop, alias = await founded(database), new_id()
    old = (await record(database, shop, "Ani", NUMBER)).customer
    await record(database, shop, "Ani", NUMBER, customer_id=alias)
    new = (await record(database, shop, "Bu Ani")).customer
    async with database.writing() as session:
        (await customers.find(session, shop, old.id)).merged_into = new.id
    for waiting in (old.id, alias, new.id):
        assert (await find(database, shop, waiting)).id == new.id
    again = await record(database, shop, "Ani lagi", NUMBER)
    assert again.was_known
    assert again.customer.id == new.id
    assert await names(database, shop) == ["Bu Ani"]


async def test_nobody_brings_back_who_was_forgotten(database: Database) -> None:
    shop, alias = await founded(database), new_id()
    one = (await record(database, shop, "Rina", NUMBER)).customer
    await record(database, shop, "Rina", NUMBER, customer_id=alias)
    async with database.writing() as session:
        await customers.forget(session, await customers.find(session, shop, one.id), now=LATER)
    assert await names(database, shop) == []
    for old in (one.id, alias):
        with pytest.raises(Gone):
            await record(database, shop, "Rina", NUMBER, customer_id=old)
        with pytest.raises(Gone):
            await find(database, shop, old)
    new = await record(database, shop, "Rina", NUMBER)
    assert not new.was_known, "who comes back by herself is a new customer"
