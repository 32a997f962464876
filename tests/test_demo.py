"""The demo village: whoever tries the app out finds it lived in, and nobody finds it where people have signed up."""

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from ecrm_pwa import accounts, businesses, complaints, demo, home, orders, products, satisfaction
from ecrm_pwa.accounts import Account
from ecrm_pwa.app import create_app
from ecrm_pwa.base import phones
from ecrm_pwa.base.db import Base, Database, utc_now
from ecrm_pwa.base.passwords import Passwords
from ecrm_pwa.base.photos import PhotoStore, PhotoWorker
from ecrm_pwa.businesses import Business
from ecrm_pwa.cli import main
from ecrm_pwa.complaints import Complaint, ComplaintBatch, Status
from ecrm_pwa.demo.people import ANI, BUDI, DEDE, LALA, SITI
from ecrm_pwa.demo.voices import VOICES
from ecrm_pwa.home import Kind
from ecrm_pwa.orders import Order
from ecrm_pwa.products import Batch
from ecrm_pwa.routes.businesses import Profile
from ecrm_pwa.satisfaction import Rating, RatingBatch
from ecrm_pwa.settings import Settings
from ecrm_pwa.web.forms import rules_of
from tests.engines import Databases
from tests.machine import free_port
from tests.shop import Page

URL = "http://localhost:8000"
PATIENCE_SECONDS = 60
WIB = ZoneInfo("Asia/Jakarta")
# A Sunday, half past two in the morning: the village sleeps.
NIGHT = datetime(2026, 9, 6, 2, 30, tzinfo=WIB).astimezone(UTC)

BU_SITI = "sate-bandeng-bu-siti"
EMPING = "emping-melinjo-pak-budi"
RABEG = "warung-rabeg-kambing-dan-nasi-sumsum-bakar-khas"
PANDAN = "pandan-craft-kelapa-kurung"
NEW = "jahit-dan-permak-teh-nunung"


@dataclass(frozen=True)
class Village:
    """Where it lies, and when it was filled."""

    url: str
    data: Path
    now: datetime


@contextmanager
def filled(databases: Databases, engine: str, data: Path, *, now: datetime, seed: int = demo.SEED) -> Iterator[Village]:
    """A village that only the block knows."""
    with databases.fresh(engine) as url:
        assert asyncio.run(fill(url, data, now=now, seed=seed))
        yield Village(url, data, now)


async def fill(url: str, data: Path, *, now: datetime, seed: int = demo.SEED) -> bool:
    """Fills the database at this address; whether it was empty."""
    db = Database.open(url)
    try:
        return await demo.fill(
            db, passwords=Passwords(), worker=PhotoWorker(), store=PhotoStore(data / "photos"), now=now, seed=seed
        )
    finally:
        await db.close()


@pytest.fixture(scope="module")
def village(engine: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """Filled now, and changed by nothing but people signing in."""
    with filled(databases, engine, tmp_path_factory.mktemp(f"village-{engine}"), now=utc_now()) as there:
        yield there


@pytest.fixture(scope="module")
def village_by_night(engine: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """Of the same seed, filled at another hour of another weekday."""
    with filled(databases, engine, tmp_path_factory.mktemp(f"night-{engine}"), now=NIGHT) as there:
        yield there


@pytest.fixture(params=["now", "by night"])
def either(request: pytest.FixtureRequest, village: Village, village_by_night: Village) -> Village:
    """For what must be so whenever the village was filled."""
    return village if request.param == "now" else village_by_night


@pytest.fixture
async def there(village: Village, anyio_backend: str) -> AsyncIterator[Database]:
    """The village's database, opened."""
    opened = Database.open(village.url)
    yield opened
    await opened.close()


@pytest.fixture
async def phone(village: Village, anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    """A phone that has never been here, before a server over the village."""
    app = create_app(Settings(data=village.data, database_url=village.url, public_url=URL, limit_factor=1_000_000))
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the same protocol, spelled more narrowly
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=transport, base_url=URL, headers={"Origin": URL}) as client,
    ):
        yield client


@pytest.mark.anyio
async def test_filled_a_second_time_nothing_changes(village: Village) -> None:
    before = await everything(village.url)
    photos = files(village.data)
    assert not await fill(village.url, village.data, now=utc_now())
    assert await everything(village.url) == before
    assert files(village.data) == photos
    assert len(before["business"]) == 6


@pytest.mark.anyio
async def test_where_somebody_has_signed_up_the_village_does_not_move_in(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    async with database.writing() as session:
        await accounts.open_account(
            session, name="Bu Siti", phone="+6281200000001", password_hash="", language="id", now=utc_now()
        )
    before = await everything(database_url)
    with pytest.raises(demo.Inhabited):
        await fill(database_url, tmp_path, now=utc_now())
    assert await everything(database_url) == before
    assert files(tmp_path) == []


@pytest.mark.anyio
async def test_the_village_stays_the_demo_after_its_people_have_changed_number_and_password(
    databases: Databases, engine: str, tmp_path: Path
) -> None:
    with databases.fresh(engine) as url:
        await fill(url, tmp_path, now=utc_now())
        db = Database.open(url)
        async with db.writing() as session:
            for person in (await session.scalars(select(Account))).all():
                person.phone, person.password_hash = f"+62899{person.phone[-7:]}", "other"
        await db.close()
        assert not await fill(url, tmp_path, now=utc_now())


@pytest.mark.anyio
@pytest.mark.parametrize("person", demo.PEOPLE, ids=lambda person: person.name)
async def test_everybody_signs_in_with_the_printed_number_and_password(
    phone: httpx.AsyncClient, person: demo.Person
) -> None:
    page = await sign_in(phone, person)
    assert f'lang="{person.language}"' in page.text
    names = [shop.name for shop in demo.SHOPS if person in {shop.owner, shop.staff}]
    if names:
        assert names[0] in page.text
    else:
        assert page.url.path == "/businesses"


@pytest.mark.parametrize("person", demo.PEOPLE, ids=lambda person: person.name)
def test_the_printed_password_is_one_that_the_app_would_take(person: demo.Person) -> None:
    accounts.check_new_password(demo.PASSWORD, phone=phones.normalise(person.number))


@pytest.mark.anyio
async def test_pak_budi_has_two_businesses_dede_works_for_bu_siti_and_bu_ani_has_none(there: Database) -> None:
    async with there.reading() as session:
        belongings = {
            person: [
                (belonging.name, belonging.role)
                for (account,) in [await accounts.list_by_phone(session, phones.normalise(person.number))]
                for belonging in await businesses.list_businesses(session, account.id)
            ]
            for person in (SITI, BUDI, DEDE, ANI)
        }
    assert belongings == {
        SITI: [("Sate Bandeng Bu Siti", "owner")],
        BUDI: [("Emping Melinjo Pak Budi", "owner"), ("Gipang Manis Pak Budi", "owner")],
        DEDE: [("Sate Bandeng Bu Siti", "staff")],
        ANI: [],
    }


@pytest.mark.anyio
async def test_the_printed_addresses_are_those_of_the_shops_and_show_their_names_and_logos(
    phone: httpx.AsyncClient,
) -> None:
    for shop in demo.SHOPS:
        page = await phone.get(f"/toko/{shop.slug}")
        assert page.status_code == HTTPStatus.OK
        assert f"<bdi>{shop.name}</bdi>" in page.text
        logo = await phone.get(f"/toko/{shop.slug}/logo")
        assert logo.status_code == (HTTPStatus.OK if shop.logo else HTTPStatus.NOT_FOUND)
    assert BU_SITI in {shop.slug for shop in demo.SHOPS}


@pytest.mark.anyio
async def test_a_profile_is_one_that_its_owner_could_have_typed(there: Database) -> None:
    rules = rules_of(Profile)
    async with there.reading() as session:
        for business in (await session.scalars(select(Business))).all():
            for name, rule in rules.items():
                value = getattr(business, name)
                typed = list(value) if name == "open_days" else [str(value)]
                assert rule.read(typed) == (tuple(value) if name == "open_days" else value), (business.slug, name)


@pytest.mark.anyio
async def test_three_answers_are_words_only_twenty_are_counted_and_fifty_are_a_percentage(either: Village) -> None:
    db = Database.open(either.url)
    async with db.reading() as session:
        figures = {
            slug: await satisfaction.figures(session, await id_of(session, slug), now=either.now)
            for slug in (NEW, EMPING, BU_SITI, RABEG)
        }
    await db.close()
    assert figures[NEW].people == 3
    assert not figures[NEW].has_score
    assert figures[EMPING].has_score
    assert figures[EMPING].percent is None
    assert 80 <= (figures[BU_SITI].percent or 0) < 100
    assert 80 <= (figures[RABEG].percent or 0) < 100


@pytest.mark.anyio
async def test_the_public_pages_tell_the_figures_as_they_may(phone: httpx.AsyncClient) -> None:
    new, emping, siti = [(await phone.get(f"/toko/{slug}")).text for slug in (NEW, EMPING, BU_SITI)]
    assert " puas</b>" not in new
    assert "% puas</b>" not in emping
    assert " puas</b>" in emping
    assert "% puas</b>" in siti


@pytest.mark.anyio
async def test_a_shop_that_is_established_has_fifty_to_two_hundred_ratings(there: Database) -> None:
    async with there.reading() as session:
        rows = await session.execute(
            select(Business.slug, func.count(Rating.id))
            .join(Rating, Rating.business_id == Business.id)
            .group_by(Business.slug)
        )
    counts = dict(rows.all())
    assert counts.pop(NEW) == 3
    assert len(counts) == 5
    assert all(50 <= count <= 200 for count in counts.values()), counts


@pytest.mark.anyio
async def test_people_come_at_weekends_and_a_bad_week_is_followed_by_better_ones(
    village: Village, there: Database
) -> None:
    async with there.reading() as session:
        ratings = (
            await session.scalars(
                select(Rating).where(Rating.business_id == await id_of(session, BU_SITI)).order_by(Rating.made_at)
            )
        ).all()
    days = Counter(rating.made_at.astimezone(WIB).isoweekday() for rating in ratings)
    assert min(days[6], days[7]) > max(days[day] for day in range(1, 6))

    sent = {words: rating.made_at for rating in ratings if (words := rating.words)}
    bad = [sent[words] for words in VOICES[BU_SITI].bad if words in sent]
    better = [sent[words] for words in VOICES[BU_SITI].better if words in sent]
    assert len(bad) > 2
    assert len(better) > 2
    assert max(bad) < min(better)

    def unsatisfied(begin: datetime, end: datetime) -> float:
        faces = [rating.face for rating in ratings if begin < rating.made_at <= end]
        return sum(face < satisfaction.SATISFIED for face in faces) / len(faces)

    # Its holiday was eight weeks ago, and the week after it went badly.
    begin, end = village.now - timedelta(weeks=7), village.now - timedelta(weeks=6)
    assert begin < min(bad) < max(bad) < end
    assert unsatisfied(begin, end) > 0.5
    assert unsatisfied(end, village.now) < 0.2


@pytest.mark.anyio
async def test_nothing_happens_after_the_moment_of_filling_or_before_the_shop_was_there(either: Village) -> None:
    db = Database.open(either.url)
    async with db.reading() as session:
        opened = dict((await session.execute(select(Business.id, Business.created_at))).all())
        for table in (Rating, Complaint, complaints.Message, complaints.Step, Order, orders.Step, orders.Payment):
            moments = (await session.execute(select(table.business_id, table.made_at))).all()
            assert moments
            assert all(opened[business] < moment <= either.now for business, moment in moments)
        people = (await session.scalars(select(Account.created_at))).all()
        assert max(people) < either.now
    await db.close()


@pytest.mark.anyio
async def test_beranda_of_bu_siti_begins_with_what_is_urgent_then_overdue_then_waiting(either: Village) -> None:
    db = Database.open(either.url)
    async with db.reading() as session:
        (siti,) = await accounts.list_by_phone(session, phones.normalise(SITI.number))
        mine = await id_of(session, BU_SITI)
        today = await home.today(session, mine, account_id=siti.id, is_owner=True, now=either.now)
        rabeg = await id_of(session, RABEG)
        next_door = await home.today(session, rabeg, account_id=siti.id, is_owner=False, now=either.now)
    await db.close()
    assert [task.kind for task in today.tasks] == [Kind.URGENT, Kind.OVERDUE, Kind.ORDERED, Kind.WAITING, Kind.LOW]
    assert today.may_compare
    assert Kind.HELD in {task.kind for task in next_door.tasks}


@pytest.mark.anyio
async def test_bu_siti_has_sold_for_months_and_some_of_it_is_owed(either: Village) -> None:
    db = Database.open(either.url)
    async with db.reading() as session:
        mine = await id_of(session, BU_SITI)
        sold = (await session.scalars(select(Order).where(Order.business_id == mine).order_by(Order.number))).all()
        debtors = await orders.list_debtors(session, mine, limit=100)
        shelf = {one.product.stock for one in await products.list_goods(session, mine, limit=10)}
    await db.close()
    assert [one.number for one in sold] == list(range(1, len(sold) + 1))
    assert len(sold) > 80
    assert {one.status for one in sold} >= {"new", "processing", "completed", "cancelled"}
    assert 2 <= len(debtors) <= 12
    assert all(0 < one.owed < 500_000 for one in debtors)
    assert all(left is None or left >= 0 for left in shelf), "she has counted what is left"


@pytest.mark.anyio
async def test_complaints_are_of_every_category_at_every_step_and_of_every_ending(there: Database) -> None:
    async with there.reading() as session:
        told = (await session.scalars(select(Complaint))).all()
        pictures = {one.id: len(await complaints.list_photos(session, one.business_id, one.id)) for one in told}
        reopened = (
            await session.scalars(
                select(complaints.Step.complaint_id).where(
                    complaints.Step.account_id.is_(None), complaints.Step.status == Status.PROCESSING
                )
            )
        ).all()
    assert {one.category for one in told} == set(complaints.CATEGORIES)
    assert {one.status for one in told} == set(Status)
    assert {bool(one.confirmed_at) for one in told if one.status == Status.RESOLVED} == {True, False}
    assert {one.status for one in told if one.id in reopened} == {Status.PROCESSING, Status.RESOLVED}
    assert [one.status for one in told if one.held] == [Status.WAITING]
    assert {bool(one.customer_name) for one in told} == {bool(one.phone) for one in told} == {True, False}
    assert sum(map(bool, pictures.values())) == 6
    # Everybody's number is one of the invented ones.
    assert {one.phone[:9] for one in told if one.phone} == {"+62812000"}


@pytest.mark.anyio
async def test_rina_opens_her_complaint_by_the_printed_link_sees_her_photo_and_is_asked_whether_it_is_well(
    phone: httpx.AsyncClient, there: Database
) -> None:
    page = await phone.get(f"/k/{demo.RINAS_SECRET}")
    assert page.status_code == HTTPStatus.OK
    assert "Sudah beres?" in page.text
    async with there.reading() as session:
        shown = await complaints.find_by_link(session, demo.RINAS_SECRET)
        (photo,) = await complaints.list_photos(session, shown.business_id, shown.complaint_id)
    picture = await phone.get(f"/k/{demo.RINAS_SECRET}/photos/{photo}")
    assert picture.status_code == HTTPStatus.OK
    assert picture.headers["Content-Type"] == "image/webp"


@pytest.mark.anyio
async def test_both_languages_are_lived_in(phone: httpx.AsyncClient) -> None:
    assert "Satisfaction, 30 days" in (await sign_in(phone, LALA)).text
    voices = (await phone.get("/voice")).text
    assert "The mat arrived today. Exactly the size we asked for!" in voices
    assert "Very satisfied" in voices
    await phone.post("/sign-out")

    assert "Kepuasan 30 hari" in (await sign_in(phone, SITI)).text
    voices = (await phone.get("/voice")).text
    assert "Buat tamu dari Rangkasbitung, pada nambah" in voices
    assert "Sangat puas" in voices


@pytest.mark.anyio
async def test_the_same_seed_gives_the_same_village_whenever_it_is_filled(
    village: Village, village_by_night: Village
) -> None:
    assert await told_apart_from_moments(village.url) == await told_apart_from_moments(village_by_night.url)


@pytest.mark.anyio
async def test_another_seed_gives_another_village(
    village: Village, databases: Databases, engine: str, tmp_path: Path
) -> None:
    with databases.fresh(engine) as url:
        await fill(url, tmp_path, now=village.now, seed=demo.SEED + 1)
        ours, other = await told_apart_from_moments(village.url), await told_apart_from_moments(url)
    assert ours[BU_SITI] != other[BU_SITI]


def test_the_command_fills_once_and_tells_the_sign_ins_both_times(database_url: str, tmp_path: Path) -> None:
    first = ecrm("demo", database_url=database_url, data=tmp_path)
    before = asyncio.run(everything(database_url))
    second = ecrm("demo", database_url=database_url, data=tmp_path)
    assert first.exit_code == second.exit_code == 0, first.output + second.output
    assert asyncio.run(everything(database_url)) == before
    assert "has moved in" in first.output
    assert "is here already" in second.output
    for said in (first.output, second.output):
        assert demo.PASSWORD in said
        assert all(f"{person.number}  {person.name} " in said for person in demo.PEOPLE)
        assert all(f"{URL}/toko/{shop.slug}\n" in said for shop in demo.SHOPS)
        assert f"{URL}/k/{demo.RINAS_SECRET}" in said


@pytest.mark.parametrize("command", [["demo"], ["serve", "--demo"]], ids=" ".join)
def test_the_command_refuses_a_server_that_people_have_signed_up_on(
    command: list[str], database_url: str, tmp_path: Path
) -> None:
    asyncio.run(_open_account(database_url))
    refused = ecrm(*command, database_url=database_url, data=tmp_path)
    assert refused.exit_code == 1
    assert "People have signed up here already" in refused.output
    assert demo.PASSWORD not in refused.output


@pytest.mark.parametrize("command", [["demo"], ["serve", "--demo"]], ids=" ".join)
def test_a_public_server_gets_no_village(command: list[str], database_url: str, tmp_path: Path) -> None:
    refused = ecrm(*command, database_url=database_url, data=tmp_path, public_url="https://umkm.example.id")
    assert refused.exit_code == 1
    assert "ECRM_PUBLIC_URL is https" in refused.output
    assert not any(asyncio.run(everything(database_url)).values())


def test_the_village_is_not_served_to_the_public_later_either(village: Village) -> None:
    refused = ecrm("serve", database_url=village.url, data=village.data, public_url="https://umkm.example.id")
    assert refused.exit_code == 1
    assert "passwords are in print" in refused.output


def test_serve_with_demo_fills_at_the_first_start_and_never_again(database_url: str, tmp_path: Path) -> None:
    with _served(database_url, tmp_path) as (address, said):
        assert "has moved in" in said()
        page = httpx.get(f"{address}/toko/{BU_SITI}")
        assert page.status_code == HTTPStatus.OK
    before = asyncio.run(everything(database_url))
    with _served(database_url, tmp_path) as (address, said):
        assert "is here already" in said()
        assert f"{address}/toko/{BU_SITI}" in said()
    assert asyncio.run(everything(database_url)) == before


async def sign_in(phone: httpx.AsyncClient, person: demo.Person) -> httpx.Response:
    """Signs in as the printed list says; the page that comes."""
    answer = await phone.post(
        "/sign-in", data={"phone": person.number, "password": demo.PASSWORD, "next": "/"}, follow_redirects=True
    )
    assert answer.status_code == HTTPStatus.OK, answer.text
    assert answer.url.path != "/sign-in"
    return answer


async def id_of(session: Any, slug: str) -> Any:
    """The business at this address."""
    return await session.scalar(select(Business.id).where(Business.slug == slug))


async def everything(url: str) -> dict[str, Sequence[Any]]:
    """Every row of every table, but for who is signed in."""
    db = Database.open(url)
    try:
        async with db.reading() as session:
            return {
                table.name: (await session.execute(select(table).order_by(*table.primary_key))).all()
                for table in Base.metadata.sorted_tables
                if table.name not in {"session", "known_phone", "bucket"}
            }
    finally:
        await db.close()


async def told_apart_from_moments(url: str) -> dict[str, object]:
    """What each shop's customers said and what became of it, without the moments and what is random by need: ids and codes."""
    db = Database.open(url)
    try:
        async with db.reading() as session:
            village: dict[str, object] = {}
            for business in (await session.scalars(select(Business))).all():
                ratings = await session.scalars(select(Rating).where(Rating.business_id == business.id))
                told = await session.scalars(
                    # Not in order of time: what was a day ago and what was 31 hours ago change places at some hours.
                    select(Complaint).where(Complaint.business_id == business.id).order_by(Complaint.words)
                )
                village[business.slug] = (
                    business.name,
                    business.about,
                    Counter((rating.face, rating.words, rating.held) for rating in ratings),
                    [
                        (
                            one.category,
                            one.words,
                            one.customer_name,
                            one.phone,
                            one.status,
                            one.confirmed_at is None,
                            one.held,
                            [
                                (message.by_customer, message.words)
                                for message in await complaints.list_messages(session, business.id, one.id)
                            ],
                        )
                        for one in told
                    ],
                )
            return village
    finally:
        await db.close()


def files(data: Path) -> list[Path]:
    """The photos that lie in the store."""
    return sorted(path for path in (data / "photos").rglob("*") if path.is_file())


def ecrm(*command: str, database_url: str, data: Path, public_url: str = URL) -> Result:
    """What the operator gets to read, and how it ends."""
    settings = {"ECRM_DATA": str(data), "ECRM_DATABASE_URL": database_url, "ECRM_PUBLIC_URL": public_url}
    return CliRunner().invoke(main, command, env=settings)


async def _open_account(url: str) -> None:
    db = Database.open(url)
    async with db.writing() as session:
        await accounts.open_account(
            session, name="Pak Budi", phone="+6281234567890", password_hash="", language="id", now=utc_now()
        )
    await db.close()


@contextmanager
def _served(database_url: str, data: Path) -> Iterator[tuple[str, Any]]:
    """`ecrm serve --demo` as a process of its own: its address and what it has said so far."""
    port = free_port()
    address = f"http://localhost:{port}"
    log = data / f"server-{port}.log"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ECRM_")},
        "ECRM_DATA": str(data),
        "ECRM_DATABASE_URL": database_url,
        "ECRM_PORT": str(port),
        # Its own output waits in no buffer when it goes into a file.
        "PYTHONUNBUFFERED": "1",
    }
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "ecrm_pwa", "serve", "--demo"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"{address}/health").status_code == HTTPStatus.OK:
                    break
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield address, log.read_text
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE_SECONDS)


async def test_every_shop_has_goods_in_a_small_catalogue_and_four_stand_in_the_directory(
    phone: httpx.AsyncClient,
) -> None:
    for shop in demo.SHOPS:
        answer = await phone.get(f"/toko/{shop.slug}/katalog", headers={"Accept-Encoding": "br"})
        assert answer.num_bytes_downloaded <= 6_000, shop.slug
        page = Page(answer.text)
        assert "Rp" in page.words, shop.slug
        for image in page.all("img"):
            thumb = await phone.get(str(image["src"]))
            assert thumb.headers["content-type"] == "image/webp"
            assert len(thumb.content) <= 8_000
    listed = Page((await phone.get("/toko?desa=Kramatwatu")).text).words
    assert [shop.name in listed for shop in demo.SHOPS] == [True, True, False, True, True, False]


async def test_voices_that_came_by_a_label_say_so(there: Database) -> None:
    async with there.reading() as session:
        for table in (ComplaintBatch, RatingBatch):
            assert (await session.scalar(select(func.count()).select_from(table)) or 0) >= 3
        places = set((await session.scalars(select(Batch.place))).all())
    assert "Warung Bu Eni" in places
