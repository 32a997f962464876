"""Complaints: everything said stays said, the steps tell the same story as the status, and a link opens one complaint only."""

import secrets
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ecrm_pwa import accounts, businesses, complaints
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.tokens import new_token
from ecrm_pwa.complaints import Complaint, Status, Step
from tests.engines import everything_kept

T = TypeVar("T")

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def found(database: Database, name: str = "Sate Bandeng Bu Siti") -> uuid.UUID:
    async with database.writing() as session:
        business = await businesses.found(session, name=name, whatsapp="", now=NOON)
        return business.id


async def opened(database: Database) -> uuid.UUID:
    """Somebody who answers for a business."""
    async with database.writing() as session:
        account = await accounts.open_account(
            session, name="Bu Siti", phone="+6281234567890", password_hash="", language="id", now=NOON
        )
        return account.id


async def filed(
    database: Database,
    shop: uuid.UUID,
    *,
    complaint_id: uuid.UUID | None = None,
    category: str = "stale",
    made_at: datetime = NOON,
    held: bool = False,
) -> Complaint:
    async with database.writing() as session:
        return await complaints.file_complaint(
            session,
            shop,
            complaint_id=complaint_id or new_id(),
            category=category,
            words="Bandengnya bau",
            customer_name="Rina",
            phone="+6281298765432",
            source="counter",
            made_at=made_at,
            now=NOON,
            held=held,
        )


# --- Any story of one complaint

# What a keyboard gives: no halves of letters, no NUL; the forms refuse those.
TYPED = st.text(min_size=1, max_size=40, alphabet=st.characters(codec="utf-8", exclude_characters="\0"))


@dataclass
class Told:
    """What must be known of a complaint: a story told beside the database."""

    shop: uuid.UUID
    held: bool
    status: str = "waiting"
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    confirmed_at: datetime | None = None
    said: list[tuple[uuid.UUID, bool, str, datetime]] = field(default_factory=list)
    steps: list[tuple[str, bool, datetime]] = field(default_factory=list)
    """Status, whether by the customer, when."""

    def move(self, status: str, *, by_customer: bool, now: datetime) -> None:
        if self.status != status:
            self.status = status
            self.steps.append((status, by_customer, now))


class Stories(RuleBasedStateMachine):
    """Two businesses, several complaints, everything that can happen to them in any order."""

    def __init__(self, portal: BlockingPortal, database: Database) -> None:
        super().__init__()
        self.portal = portal
        self.database = database
        self.now = NOON
        # New businesses for every run: they share the database.
        self.shops = [self.run(found, database), self.run(found, database, "Keripik Pak Budi")]
        self.siti = self.run(opened, database)
        self.stories: dict[uuid.UUID, Told] = {}

    def run(self, deed: Callable[..., Awaitable[T]], *arguments: Any, **named: Any) -> T:
        return self.portal.call(partial(deed, *arguments, **named))

    async def _do(
        self, verb: Callable[..., Awaitable[None]], shop: uuid.UUID, complaint: uuid.UUID, **how: Any
    ) -> None:
        async with self.database.writing() as session:
            await verb(session, shop, complaint, **how)

    def do(self, verb: Callable[..., Awaitable[None]], complaint: uuid.UUID, **how: Any) -> None:
        self.now += MINUTE
        story = self.stories[complaint]
        (neighbour,) = (shop for shop in self.shops if shop != story.shop)
        with pytest.raises(NotFound):
            self.run(self._do, verb, neighbour, complaint, now=self.now, **how)
        self.run(self._do, verb, story.shop, complaint, now=self.now, **how)

    def pick(self, data: st.DataObject) -> tuple[uuid.UUID, Told]:
        complaint = data.draw(st.sampled_from(sorted(self.stories)))
        return complaint, self.stories[complaint]

    @precondition(lambda self: len(self.stories) < 4)
    @rule(which=st.integers(0, 1), category=st.sampled_from(complaints.CATEGORIES), held=st.booleans())
    def somebody_complains(self, which: int, category: str, held: bool) -> None:
        kept = self.run(filed, self.database, self.shops[which], category=category, held=held)
        assert kept.code not in {self.code(one) for one, told in self.stories.items() if told.shop == self.shops[which]}
        self.stories[kept.id] = Told(self.shops[which], held)

    def code(self, complaint: uuid.UUID) -> str:
        return self.run(self._kept, complaint)[0].code

    @precondition(lambda self: self.stories)
    @rule(
        data=st.data(),
        words=TYPED,
    )
    def the_business_answers(self, data: st.DataObject, words: str) -> None:
        complaint, story = self.pick(data)
        message = new_id()
        self.do(complaints.answer, complaint, message_id=message, account_id=self.siti, words=words)
        story.said.append((message, False, words, self.now))
        story.answered_at = story.answered_at or self.now
        if story.status == "waiting":
            story.move("processing", by_customer=False, now=self.now)

    @precondition(lambda self: self.stories)
    @rule(data=st.data())
    def the_business_starts(self, data: st.DataObject) -> None:
        complaint, story = self.pick(data)
        self.do(complaints.start, complaint, account_id=self.siti)
        if story.status == "waiting":
            story.move("processing", by_customer=False, now=self.now)

    @precondition(lambda self: self.stories)
    @rule(data=st.data())
    def the_business_says_it_is_done(self, data: st.DataObject) -> None:
        complaint, story = self.pick(data)
        self.do(complaints.resolve, complaint, account_id=self.siti)
        if story.status != "resolved":
            story.resolved_at = self.now
        story.move("resolved", by_customer=False, now=self.now)

    @precondition(lambda self: self.stories)
    @rule(data=st.data())
    def the_customer_says_it_is_well(self, data: st.DataObject) -> None:
        complaint, story = self.pick(data)
        self.do(complaints.confirm, complaint)
        story.confirmed_at = story.confirmed_at or self.now
        story.resolved_at = story.resolved_at or self.now
        story.move("resolved", by_customer=True, now=self.now)

    @precondition(lambda self: self.stories)
    @rule(data=st.data())
    def the_customer_says_it_is_not(self, data: st.DataObject) -> None:
        complaint, story = self.pick(data)
        self.do(complaints.reopen, complaint)
        if story.status == "resolved":
            story.resolved_at = story.confirmed_at = None
            story.move("processing", by_customer=True, now=self.now)

    @precondition(lambda self: self.stories)
    @rule(
        data=st.data(),
        words=TYPED,
    )
    def the_customer_writes(self, data: st.DataObject, words: str) -> None:
        complaint, story = self.pick(data)
        message = new_id()
        self.do(complaints.write, complaint, message_id=message, words=words)
        story.said.append((message, True, words, self.now))

    async def _kept(self, complaint: uuid.UUID) -> tuple[Complaint, list[complaints.Message], list[Step]]:
        story = self.stories[complaint]
        async with self.database.reading() as session:
            steps = await session.scalars(
                select(Step).where(Step.business_id == story.shop, Step.complaint_id == complaint)
            )
            return (
                await complaints.find(session, story.shop, complaint),
                list(await complaints.list_messages(session, story.shop, complaint)),
                sorted(steps, key=lambda step: step.made_at),
            )

    @invariant()
    def everything_that_happened_is_known_and_nothing_else(self) -> None:
        for complaint, story in self.stories.items():
            kept, said, steps = self.run(self._kept, complaint)
            assert (kept.status, kept.held) == (story.status, story.held)
            assert (kept.answered_at, kept.resolved_at, kept.confirmed_at) == (
                story.answered_at,
                story.resolved_at,
                story.confirmed_at,
            )
            assert [(one.id, one.by_customer, one.words, one.made_at) for one in said] == story.said
            assert [(one.status, one.account_id is None, one.made_at) for one in steps] == story.steps

    @invariant()
    def the_steps_tell_how_it_came_to_stand_where_it_stands(self) -> None:
        for complaint in self.stories:
            kept, _said, steps = self.run(self._kept, complaint)
            way = ["waiting", *(step.status for step in steps)]
            assert way[-1] == kept.status
            assert all(one != next_ for one, next_ in pairwise(way)), "a step that leads nowhere"
            assert kept.confirmed_at is None or kept.status == "resolved"
            assert (kept.resolved_at is not None) == (kept.status == "resolved")

    @invariant()
    def every_complaint_is_counted_at_its_step(self) -> None:
        for shop in self.shops:
            expected: dict[str, int] = {}
            for story in self.stories.values():
                if story.shop == shop:
                    name = "held" if story.held else story.status
                    expected[name] = expected.get(name, 0) + 1
            assert self.run(self._counts, shop) == expected

    async def _counts(self, shop: uuid.UUID) -> dict[str, int]:
        async with self.database.reading() as session:
            return await complaints.count_by_status(session, shop)


@pytest.fixture
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal("asyncio") as opened_portal:
        yield opened_portal


def test_any_story_of_a_complaint_is_kept_whole(database_url: str, portal: BlockingPortal) -> None:
    async def open_database() -> Database:
        return Database.open(database_url)

    opened_database = portal.call(open_database)
    try:
        run_state_machine_as_test(
            lambda: Stories(portal, opened_database),  # type: ignore[arg-type]  # it says class and takes what makes one
            settings=settings(max_examples=25, stateful_step_count=25, deadline=None),
        )
    finally:
        portal.call(opened_database.close)


# --- Codes and ids


@pytest.mark.anyio
async def test_a_code_is_read_out_over_the_phone_without_a_mistake(database: Database) -> None:
    shop = await found(database)
    for _one in range(20):
        code = (await filed(database, shop)).code
        assert code.startswith("K-")
        assert len(code) == 6
        assert not set(code[2:]) & set("0O1ILUSZBG"), code


@pytest.mark.anyio
async def test_a_code_is_the_businesss_own_and_another_business_may_have_it_too(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, other = await found(database), await found(database, "Keripik Pak Budi")
    drawn = iter("7F3Q" + "7F3Q" + "7F3Q" + "XK22")
    monkeypatch.setattr(secrets, "choice", lambda _letters: next(drawn))
    assert (await filed(database, shop)).code == "K-7F3Q"
    assert (await filed(database, other)).code == "K-7F3Q"
    assert (await filed(database, shop)).code == "K-XK22", "a code that is taken is drawn again"


@pytest.mark.anyio
async def test_the_same_complaint_cannot_be_filed_twice_nor_over_another(database: Database) -> None:
    shop = await found(database)
    first = await filed(database, shop, category="stale")
    with pytest.raises(IntegrityError):
        await filed(database, shop, complaint_id=first.id, category="late")
    async with database.reading() as session:
        assert (await complaints.find(session, shop, first.id)).category == "stale"


@pytest.mark.anyio
async def test_a_complaint_with_the_id_of_a_neighbours_is_another_complaint(database: Database) -> None:
    shop, other = await found(database), await found(database, "Keripik Pak Budi")
    account = await opened(database)
    complaint = new_id()
    await filed(database, shop, complaint_id=complaint, category="stale")
    await filed(database, other, complaint_id=complaint, category="late")
    async with database.writing() as session:
        await complaints.answer(
            session, other, complaint, message_id=new_id(), account_id=account, words="Maaf", now=NOON
        )
    async with database.reading() as session:
        hers = await complaints.find(session, shop, complaint)
        assert (hers.category, hers.status) == ("stale", Status.WAITING)
        assert await complaints.list_messages(session, shop, complaint) == []
        assert len(await complaints.list_messages(session, other, complaint)) == 1


# --- Lists


@pytest.mark.anyio
async def test_beranda_gets_the_unanswered_ones_oldest_first_without_those_held(database: Database) -> None:
    shop, account = await found(database), await opened(database)
    newest = await filed(database, shop, category="ill", made_at=NOON)
    oldest = await filed(database, shop, category="late", made_at=NOON - timedelta(days=3))
    answered = await filed(database, shop, made_at=NOON - timedelta(days=2))
    await filed(database, shop, made_at=NOON - timedelta(days=1), held=True)
    await filed(database, await found(database, "Keripik Pak Budi"))
    async with database.writing() as session:
        await complaints.answer(
            session, shop, answered.id, message_id=new_id(), account_id=account, words="Maaf", now=NOON
        )
    async with database.reading() as session:
        waiting = await complaints.list_open(session, shop, limit=10)
    assert [one.id for one in waiting] == [oldest.id, newest.id]
    assert [one.is_urgent for one in waiting] == [False, True]


@pytest.mark.anyio
async def test_a_held_complaint_is_taken_up_once(database: Database) -> None:
    shop, other = await found(database), await found(database, "Keripik Pak Budi")
    held = await filed(database, shop, held=True)
    async with database.writing() as session:
        with pytest.raises(NotFound):
            await complaints.let_through(session, other, held.id)
    async with database.writing() as session:
        await complaints.let_through(session, shop, held.id)
    async with database.reading() as session:
        assert await complaints.count_by_status(session, shop) == {"waiting": 1}
    async with database.writing() as session:
        with pytest.raises(NotFound):
            await complaints.let_through(session, shop, held.id)


# --- Links


async def link(database: Database, shop: uuid.UUID, complaint: uuid.UUID, *, from_customer: bool = True) -> str:
    secret = new_token()[0]
    async with database.writing() as session:
        await complaints.make_link(session, shop, complaint, secret=secret, from_customer=from_customer, now=NOON)
    return secret


async def opens(database: Database, secret: str) -> complaints.Shown | None:
    async with database.reading() as session:
        try:
            return await complaints.find_by_link(session, secret)
        except NotFound:
            return None


@pytest.mark.anyio
async def test_a_complaint_has_many_links_and_each_is_revoked_by_itself(database: Database) -> None:
    shop = await found(database)
    complaint = (await filed(database, shop)).id
    hers = await link(database, shop, complaint)
    shared = [await link(database, shop, complaint, from_customer=False) for _another in range(3)]
    for secret in (hers, *shared):
        shown = await opens(database, secret)
        assert shown is not None
        assert (shown.business_id, shown.complaint_id) == (shop, complaint)

    wrong = await opens(database, shared[1])
    assert wrong is not None
    async with database.writing() as session:
        await complaints.revoke_link(session, shop, complaint, wrong.link_id, now=NOON)
    assert await opens(database, shared[1]) is None
    assert all([await opens(database, secret) for secret in (hers, shared[0], shared[2])])
    async with database.reading() as session:
        left = await complaints.list_links(session, shop, complaint)
    assert wrong.link_id not in [one.id for one in left]
    assert [one.from_customer for one in left].count(True) == 1
    async with database.writing() as session:
        with pytest.raises(NotFound):
            await complaints.revoke_link(session, shop, complaint, wrong.link_id, now=NOON)


@pytest.mark.anyio
async def test_neither_a_neighbour_nor_the_page_of_another_complaint_revokes_a_link(database: Database) -> None:
    shop, budi = await found(database), await found(database, "Keripik Pak Budi")
    complaint, other = (await filed(database, shop)).id, (await filed(database, shop)).id
    secret = await link(database, shop, complaint)
    shown = await opens(database, secret)
    assert shown is not None
    for business_id, complaint_id in ((budi, complaint), (shop, other)):
        async with database.writing() as session:
            with pytest.raises(NotFound):
                await complaints.revoke_link(session, business_id, complaint_id, shown.link_id, now=NOON)
    assert await opens(database, secret) == shown


@pytest.mark.anyio
@pytest.mark.parametrize("secret", ["", "x", "a" * 43, "\udc80", "' OR 1=1 --", "a" * 10_000])
async def test_what_was_never_a_link_opens_nothing(database: Database, secret: str) -> None:
    shop = await found(database)
    await link(database, shop, (await filed(database, shop)).id)
    assert await opens(database, secret) is None


@pytest.mark.anyio
async def test_nobody_finds_a_link_in_the_database(database: Database, database_url: str) -> None:
    shop = await found(database)
    # Not random: were it kept, it must be found.
    secret = "canary-" + "k" * 30 + secrets.token_urlsafe(8)
    complaint = (await filed(database, shop)).id
    async with database.writing() as session:
        await complaints.make_link(session, shop, complaint, secret=secret, from_customer=True, now=NOON)
    assert await opens(database, secret) is not None
    for kept in await everything_kept(database_url, sign="Bandengnya bau"):
        assert secret.encode() not in kept
        assert secret.encode().hex().encode() not in kept
