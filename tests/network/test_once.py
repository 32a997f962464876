"""Every kind of keyed write, on each engine: however often it comes, and at once, it is done once and answered alike."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import msgspec
import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import complaints
from ecrm_pwa.base.db import Base, Database, new_id, utc_now
from ecrm_pwa.base.outbox import bury
from ecrm_pwa.businesses import Business
from tests.faults.forms import read_form
from tests.shop import (
    PASSWORD,
    Page,
    Shop,
    acknowledged,
    complain,
    keyed,
    newest_complaint,
    open_shop,
    phone_at,
    picture,
    rate,
    refused,
    sign_up,
)

pytestmark = pytest.mark.anyio

AT_ONCE = 20
TRIES = 20

# Counted tries go up with every request, and a session notes when it was seen last: neither is a row of anybody's.
NOT_COUNTED = {"bucket", "session", "known_phone"}


@dataclass
class Write:
    """One write as a phone keeps it, and what it adds: rows by table, its key aside."""

    phone: httpx.AsyncClient
    path: str
    fields: dict[str, Any]
    adds: dict[str, int]
    other: dict[str, Any] = field(default_factory=dict)
    """Fields of another content under the same key."""
    files: Any = None
    other_files: Any = None


Make = Callable[[Shop, httpx.AsyncClient], Awaitable[Write]]


async def a_rating(shop: Shop, rina: httpx.AsyncClient) -> Write:
    fields = {"id": str(new_id()), "face": "5"}
    return Write(rina, f"{shop.path}/nilai", fields, {"rating": 1}, other=fields | {"face": "1"})


async def words_to_a_rating(shop: Shop, rina: httpx.AsyncClient) -> Write:
    return Write(rina, await rate(rina, shop), {"words": "Enak"}, {}, other={"words": "Asin"})


async def a_complaint(shop: Shop, rina: httpx.AsyncClient) -> Write:
    fields = {"id": str(new_id()), "secret": "s" * 43, "category": "stale", "words": "Bau"}
    adds = {"complaint": 1, "complaint_link": 1}
    return Write(rina, f"{shop.path}/keluhan", fields, adds, other=fields | {"words": "Basi"})


async def a_message(shop: Shop, rina: httpx.AsyncClient) -> Write:
    fields = {"id": str(new_id()), "words": "Sudah dua hari"}
    path = f"{await complain(rina, shop)}/messages"
    return Write(rina, path, fields, {"complaint_message": 1}, other=fields | {"words": "Tiga hari"})


async def a_photo_of_a_complaint(shop: Shop, rina: httpx.AsyncClient) -> Write:
    one, other = ({"photo": ("foto.png", picture(colour=colour), "image/png")} for colour in ("teal", "brown"))
    adds = {"photo": 1, "complaint_photo": 1}
    return Write(rina, f"{await complain(rina, shop)}/photos", {}, adds, files=one, other_files=other)


async def a_verdict(shop: Shop, rina: httpx.AsyncClient) -> Write:
    path = f"{await complain(rina, shop)}/verdict"
    return Write(rina, path, {"well": "yes"}, {"complaint_step": 1}, other={"well": "no"})


async def an_answer(shop: Shop, rina: httpx.AsyncClient) -> Write:
    await complain(rina, shop)
    fields = {"id": str(new_id()), "words": "Maaf, kami ganti"}
    path = f"{await newest_complaint(shop)}/answers"
    adds = {"complaint_message": 1, "complaint_step": 1}
    return Write(shop.owner, path, fields, adds, other=fields | {"words": "Tidak bisa"})


async def a_change_of_status(shop: Shop, rina: httpx.AsyncClient) -> Write:
    await complain(rina, shop)
    path = f"{await newest_complaint(shop)}/resolution"
    return Write(shop.owner, path, {}, {"complaint_step": 1}, other={"something": "else"})


async def a_profile(shop: Shop, rina: httpx.AsyncClient) -> Write:
    fields = read_form((await shop.owner.get("/business/profile")).text, "/business/profile") | {"about": "Sejak 1998"}
    return Write(shop.owner, "/business/profile", fields, {}, other=fields | {"about": "Sejak 2008"})


async def a_logo(shop: Shop, rina: httpx.AsyncClient) -> Write:
    one, other = ({"photo": ("logo.png", picture(colour=colour), "image/png")} for colour in ("teal", "brown"))
    adds = {"photo": 1, "business_picture": 1}
    return Write(shop.owner, "/business/pictures/logo", {}, adds, files=one, other_files=other)


async def a_removal_of_staff(shop: Shop, rina: httpx.AsyncClient) -> Write:
    await hire(shop, rina)
    (form,) = (
        form
        for form in Page((await shop.owner.get("/staff")).text).all("form")
        if str(form.get("action")).endswith("/removal")
    )
    return Write(shop.owner, str(form["action"]), {}, {"membership": -1}, other={"something": "else"})


async def one_more_business(shop: Shop, rina: httpx.AsyncClient) -> Write:
    fields = {"business_name": "Otak-otak Bu Siti"}
    adds = {"business": 1, "membership": 1}
    return Write(shop.owner, "/businesses", fields, adds, other={"business_name": "Emping Bu Siti"})


WRITES: list[Make] = [
    a_rating,
    words_to_a_rating,
    a_complaint,
    a_message,
    a_photo_of_a_complaint,
    a_verdict,
    an_answer,
    a_change_of_status,
    a_profile,
    a_logo,
    a_removal_of_staff,
    one_more_business,
]


@pytest.fixture
async def shop(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Shop]:
    """Bu Siti's shop, open; nobody sends too often."""
    async with open_shop(database_url, tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def rina(shop: Shop) -> httpx.AsyncClient:
    """The phone of a customer."""
    return await shop.phone("10.0.0.7")


async def hire(shop: Shop, dede: httpx.AsyncClient) -> None:
    """Dede joins Bu Siti's business on this phone."""
    link = Page((await shop.owner.post("/staff/invitations", data={"label": "Dede"})).text)
    path = next(word for word in link.words.split() if "/join/" in word).removeprefix(shop.url)
    fields = {"name": "Dede", "phone": "0813 3333 4444", "password": PASSWORD, "agreed": "on"}
    assert (await dede.post(path, data=fields)).status_code == 303


async def contents(database: Database) -> dict[str, Counter[str]]:
    """Every row of every table, as text."""
    async with database.reading() as session:
        return {
            table.name: Counter([str(tuple(row)) for row in await session.execute(select(table))])
            for table in Base.metadata.sorted_tables
            if table.name not in NOT_COUNTED
        }


async def send(write: Write, key: uuid.UUID, **named: str) -> httpx.Response:
    """Sends it until it is heard; busy is no answer."""
    for _again in range(TRIES):
        answer = await keyed(write.phone, write.path, write.fields, key=key, headers=named, files=write.files)
        if answer.status_code != 503:
            return answer
        assert answer.headers["Retry-After"]
        await asyncio.sleep(0.05)
    raise AssertionError(f"{write.path} is always busy")


# --- However often it comes


@contextmanager
def a_fault_in_the_midst() -> Iterator[None]:
    """Whatever is written fails at its last statement, after the rows of the write itself."""

    def fail(_connection: Any, _cursor: Any, sql: str, _values: Any, _context: Any, _many: bool) -> None:
        if sql.startswith("UPDATE write_key"):
            raise RuntimeError("a fault on purpose")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("make", WRITES, ids=lambda make: make.__name__.replace("_", " "))
async def test_it_is_done_once_after_a_fault_twenty_at_once_again_later_and_with_another_content(
    shop: Shop, rina: httpx.AsyncClient, database: Database, make: Make
) -> None:
    write, key = await make(shop, rina), new_id()
    before = await contents(database)

    with a_fault_in_the_midst():
        failed = await send(write, key)
    assert failed.status_code == 500
    assert "X-Outbox-Ack" not in failed.headers, "an outbox would take it for an answer"
    assert await contents(database) == before

    answers = await asyncio.gather(*(send(write, key) for _ in range(AT_ONCE)))
    after = await contents(database)
    assert len({acknowledged(answer, key) for answer in answers}) == 1
    grown = {name: after[name].total() - before[name].total() for name in after}
    assert {name: rows for name, rows in grown.items() if rows} == write.adds | {"write_key": 1}

    assert acknowledged(await send(write, key), key) == acknowledged(answers[0], key)
    assert await contents(database) == after

    write.fields, write.files = write.other, write.other_files
    other = await send(write, key)
    refused(other, key)
    assert "sudah pernah dikirim dengan isi lain" in unquote(other.headers["X-Outbox-Words"])
    assert await contents(database) == after


async def test_what_was_not_valid_left_nothing_and_may_be_mended_under_its_key(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    write, key = await an_answer(shop, rina), new_id()
    good, write.fields = write.fields, write.fields | {"words": ""}
    before = await contents(database)
    answer = await send(write, key)
    refused(answer, key)
    assert unquote(answer.headers["X-Outbox-Words"]) == "Bagian ini perlu diisi."
    assert await contents(database) == before

    write.fields = good
    acknowledged(await send(write, key), key)


async def test_one_key_in_two_businesses_is_two_writes(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    key = new_id()
    async with phone_at(shop.app) as budi:
        other = await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222")
    for _again in range(2):
        for path, letter in ((shop.path, "s"), (f"/toko/{other}", "b")):
            sent = {"category": "late", "secret": letter * 43}
            acknowledged(await keyed(rina, f"{path}/keluhan", sent, key=key), key)
    assert (await contents(database))["complaint"].total() == 2


# --- Whose it is


async def owner_of(phone: httpx.AsyncClient) -> str:
    """What the pages on this phone say of whose they are."""
    return (await phone.get("/")).headers["X-Page-Owner"]


def waits(answer: httpx.Response) -> None:
    """Fails unless the outbox keeps the write and asks its person to sign in."""
    assert answer.status_code == 401
    assert "X-Outbox-Ack" not in answer.headers


async def test_a_write_never_goes_out_with_another_persons_cookie(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    write, key = await an_answer(shop, rina), new_id()
    async with phone_at(shop.app) as budi:
        await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222")
        his = await owner_of(budi)
        before = await contents(database)
        waits(await send(write, key, **{"X-Outbox-Owner": his}))
        # Not even where her account is named together with his business.
        hers = (await owner_of(shop.owner)).partition(":")[0]
        waits(await send(write, key, **{"X-Outbox-Owner": f"{hers}:{his.partition(':')[2]}"}))
        assert await contents(database) == before
    for nobody in ("", "x", ":", str(new_id())):
        waits(await send(write, key, **{"X-Outbox-Owner": nobody}))
    assert await contents(database) == before


async def test_a_write_for_a_business_that_she_has_left_waits(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    write, key = await an_answer(shop, rina), new_id()
    dede = await shop.phone("10.0.0.8")
    await hire(shop, dede)
    write.phone, owner = dede, await owner_of(dede)
    (form,) = (
        form
        for form in Page((await shop.owner.get("/staff")).text).all("form")
        if str(form.get("action")).endswith("/removal")
    )
    assert (await shop.owner.post(str(form["action"]))).status_code == 303
    # A business of his own is open by now.
    assert (await dede.post("/businesses", data={"business_name": "Kopi Dede"})).status_code == 303
    before = await contents(database)
    waits(await send(write, key, **{"X-Outbox-Owner": owner}))
    assert await contents(database) == before


async def test_a_write_lands_in_the_business_it_was_made_for_whichever_is_open(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    write, key = await a_profile(shop, rina), new_id()
    owner = await owner_of(shop.owner)
    assert (await shop.owner.post("/businesses", data={"business_name": "Otak-otak"})).status_code == 303
    acknowledged(await send(write, key, **{"X-Outbox-Owner": owner}), key)
    async with database.reading() as session:
        abouts = {name: about for name, about in await session.execute(select(Business.name, Business.about))}  # noqa: C416 (a row is no pair to mypy)
    assert abouts == {"Sate Bandeng Bu Siti": "Sejak 1998", "Otak-otak": ""}


# --- Two changed the same


async def test_a_profile_that_two_phones_changed_is_hers_to_choose(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    late = await a_profile(shop, rina)
    early, early_key, key = await a_profile(shop, rina), new_id(), new_id()
    early.fields = early.fields | {"about": "Libur sampai Senin", "landmark": "pagar hijau"}
    acknowledged(await send(early, early_key), early_key)
    before = await contents(database)

    answer = await send(late, key)

    refused(answer, key, 409)
    theirs = msgspec.json.decode(unquote(answer.headers["X-Outbox-Theirs"]))
    assert {(one["label"], one["mine"], one["theirs"]) for one in theirs["fields"]} == {
        ("Tentang usaha", "Sejak 1998", "Libur sampai Senin"),
        ("Patokan", "", "pagar hijau"),
    }
    for words in ("Sejak 1998", "Libur sampai Senin", "Patokan"):
        assert words in answer.text
    assert await contents(database) == before

    # Hers on top: the same fields on the version that she was shown; another content, so another key.
    late.fields, key = late.fields | {"version": str(theirs["version"])}, new_id()
    acknowledged(await send(late, key), key)
    async with database.reading() as session:
        (kept,) = (await session.scalars(select(Business))).all()
    assert (kept.about, kept.landmark) == ("Sejak 1998", "")


async def test_two_phones_that_say_the_same_have_no_conflict(shop: Shop, rina: httpx.AsyncClient) -> None:
    one, other = await a_profile(shop, rina), await a_profile(shop, rina)
    for write in (one, other):
        key = new_id()
        acknowledged(await send(write, key), key)


# --- What was deleted


async def test_an_old_phone_does_not_bring_back_a_complaint_that_was_deleted(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    write, key = await a_complaint(shop, rina), new_id()
    acknowledged(await send(write, key), key)
    async with database.writing() as session:
        business_id, complaint_id = await the_only_business(session), uuid.UUID(write.fields["id"])
        await session.delete(await complaints.find(session, business_id, complaint_id))
        await bury(session, business_id, complaint_id, now=utc_now())
        await bury(session, business_id, complaint_id, now=utc_now())
    before = await contents(database)

    new_key = new_id()
    answer = await send(write, new_key)

    refused(answer, new_key, 410)
    assert "sudah dihapus" in unquote(answer.headers["X-Outbox-Words"])
    assert await contents(database) == before
    # Under its own key it hears what it would have heard then.
    acknowledged(await send(write, key), key)
    assert await contents(database) == before


async def test_an_old_phone_does_not_bring_back_a_rating_that_was_deleted(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    write, key = await a_rating(shop, rina), new_id()
    async with database.writing() as session:
        await bury(session, await the_only_business(session), uuid.UUID(write.fields["id"]), now=utc_now())
    refused(await send(write, key), key, 410)
    assert (await contents(database))["rating"].total() == 0


async def test_a_tombstone_is_of_one_business(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    write, key = await a_rating(shop, rina), new_id()
    async with database.writing() as session:
        await bury(session, new_id(), uuid.UUID(write.fields["id"]), now=utc_now())
    acknowledged(await send(write, key), key)


async def the_only_business(session: AsyncSession) -> uuid.UUID:
    """The id of Bu Siti's business."""
    return (await session.scalars(select(Business.id))).one()


# --- How old it is


@pytest.mark.parametrize(
    ("told", "days"), [(str(86_400_000), 1), (str(61 * 86_400_000), 60), ("9" * 14, 60), ("-5", 0), ("kemarin", 0)]
)
async def test_the_age_of_a_write_is_taken_at_its_word_up_to_sixty_days(
    shop: Shop, rina: httpx.AsyncClient, database: Database, told: str, days: int
) -> None:
    write, key = await a_complaint(shop, rina), new_id()
    acknowledged(await send(write, key, **{"X-Age-Ms": told}), key)
    async with database.reading() as session:
        complaint = await complaints.find(session, await the_only_business(session), uuid.UUID(write.fields["id"]))
    assert (complaint.received_at - complaint.made_at).days == days
