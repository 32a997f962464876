"""How satisfied customers are: a phone's last word of a day counts, the day is the shop's, and small numbers stay small."""

import random
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ecrm_pwa import businesses, satisfaction
from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.satisfaction import Figures, Rating

pytestmark = pytest.mark.anyio

WIB, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
"""Noon in Banten."""
SECOND = timedelta(seconds=1)
MS = timedelta(milliseconds=1)
RINA, ANI = b"rina" * 8, b"ani." * 8


@pytest.fixture
async def shop(database: Database) -> uuid.UUID:
    """The business of Bu Siti."""
    return await found(database, "Sate Bandeng Bu Siti")


async def found(database: Database, name: str) -> uuid.UUID:
    async with database.writing() as session:
        business = await businesses.found(session, name=name, whatsapp="", now=NOON)
        return business.id


async def tap(
    database: Database,
    shop: uuid.UUID,
    face: int,
    *,
    rater: bytes = RINA,
    at: datetime = NOON,
    now: datetime | None = None,
    zone: ZoneInfo = WIB,
    held: bool = False,
) -> uuid.UUID:
    """One tap on a face, made at `at`, arrived at `now`."""
    async with database.writing() as session:
        return await satisfaction.rate(
            session,
            shop,
            rating_id=new_id(),
            rater=rater,
            face=face,
            source="counter",
            zone=zone,
            made_at=at,
            now=now or at,
            held=held,
        )


async def told(database: Database, shop: uuid.UUID) -> list[tuple[str, int]]:
    """Every rating that is kept, as day and face, in the order of their days."""
    async with database.reading() as session:
        rows = await session.execute(
            select(Rating.day, Rating.face).where(Rating.business_id == shop).order_by(Rating.day, Rating.made_at)
        )
        return [(day, face) for day, face in rows]


async def figures(database: Database, shop: uuid.UUID, *, now: datetime = NOON) -> Figures:
    async with database.reading() as session:
        return await satisfaction.figures(session, shop, now=now)


def at(clock: str, zone: ZoneInfo, day: int = 24) -> datetime:
    return datetime.combine(date(2026, 11, day), time.fromisoformat(clock), zone)


# --- One phone, one day


async def test_a_second_tap_on_the_same_day_replaces_the_first(database: Database, shop: uuid.UUID) -> None:
    first = await tap(database, shop, 2)
    second = await tap(database, shop, 5, at=NOON + timedelta(hours=3))
    assert second == first, "the words that were added to it would be lost"
    assert await told(database, shop) == [("2026-11-24", 5)]


@pytest.mark.parametrize("zone", [WIB, ZoneInfo("Asia/Makassar"), WIT], ids=str)
async def test_ten_minutes_before_midnight_and_after_it_are_two_days_of_the_shop(
    database: Database, shop: uuid.UUID, zone: ZoneInfo
) -> None:
    await tap(database, shop, 2, at=at("23:50", zone, 24), zone=zone)
    await tap(database, shop, 5, at=at("00:10", zone, 25), zone=zone)
    assert await told(database, shop) == [("2026-11-24", 2), ("2026-11-25", 5)]


async def test_one_day_of_the_shop_is_one_although_its_date_in_london_changes(
    database: Database, shop: uuid.UUID
) -> None:
    # 06.50 and 07.10 in Banten: midnight in UTC lies between them.
    await tap(database, shop, 2, at=at("06:50", WIB))
    await tap(database, shop, 5, at=at("07:10", WIB))
    assert await told(database, shop) == [("2026-11-24", 5)]


async def test_the_same_moment_is_another_day_two_hours_further_east(database: Database, shop: uuid.UUID) -> None:
    moment = at("22:30", WIB)
    papua = await found(database, "Noken Mama Yosepha")
    await tap(database, shop, 4, at=moment, zone=WIB)
    await tap(database, papua, 4, at=moment, zone=WIT)
    assert await told(database, shop) == [("2026-11-24", 4)]
    assert await told(database, papua) == [("2026-11-25", 4)]


@pytest.mark.parametrize("later_arrives_first", [False, True])
async def test_of_two_taps_that_waited_on_the_phone_the_later_one_counts_whichever_arrives_first(
    database: Database, shop: uuid.UUID, later_arrives_first: bool
) -> None:
    taps = [(1, NOON), (5, NOON + timedelta(minutes=20))]
    for hour, (face, moment) in enumerate(reversed(taps) if later_arrives_first else taps, start=8):
        await tap(database, shop, face, at=moment, now=NOON + timedelta(hours=hour))
    assert await told(database, shop) == [("2026-11-24", 5)]
    async with database.reading() as session:
        kept = (await session.scalars(select(Rating))).one()
    assert kept.made_at == NOON + timedelta(minutes=20)


async def test_a_change_of_mind_counts_although_the_first_tap_was_slow_on_its_way(
    database: Database, shop: uuid.UUID
) -> None:
    # The moment of a tap is told by how long it waited on the phone; what it then takes to arrive is on top of that.
    await tap(database, shop, 1, at=NOON + 4 * SECOND)
    await tap(database, shop, 5, at=NOON + SECOND)
    assert await told(database, shop) == [("2026-11-24", 5)]


async def test_a_tap_that_waited_belongs_to_the_day_it_was_made(database: Database, shop: uuid.UUID) -> None:
    await tap(database, shop, 1, at=NOON - timedelta(days=2), now=NOON)
    await tap(database, shop, 5, at=NOON)
    assert await told(database, shop) == [("2026-11-22", 1), ("2026-11-24", 5)]


async def test_two_phones_and_two_shops_are_kept_apart(database: Database, shop: uuid.UUID) -> None:
    other = await found(database, "Keripik Pak Budi")
    await tap(database, shop, 1, rater=RINA)
    await tap(database, shop, 5, rater=ANI)
    await tap(database, other, 3, rater=RINA)
    assert sorted(await told(database, shop)) == [("2026-11-24", 1), ("2026-11-24", 5)]
    assert await told(database, other) == [("2026-11-24", 3)]


# --- Words


async def words(
    database: Database, shop: uuid.UUID, rating: uuid.UUID, rater: bytes, text: str, at: datetime = NOON
) -> uuid.UUID:
    async with database.writing() as session:
        return await satisfaction.add_words(session, shop, rating, rater=rater, words=text, zone=WIB, made_at=at)


async def own(database: Database, shop: uuid.UUID, rating: uuid.UUID, rater: bytes = RINA) -> Rating:
    async with database.reading() as session:
        return await satisfaction.find_own(session, shop, rating, rater=rater)


async def test_words_join_the_rating_and_stay_when_the_face_changes(database: Database, shop: uuid.UUID) -> None:
    rating = await tap(database, shop, 2)
    await words(database, shop, rating, RINA, "Bandengnya asin")
    await tap(database, shop, 4, at=NOON + timedelta(hours=1))
    kept = await own(database, shop, rating)
    assert (kept.face, kept.words) == (4, "Bandengnya asin")


async def test_words_that_name_a_replaced_tap_join_the_rating_of_that_day(database: Database, shop: uuid.UUID) -> None:
    rating = await tap(database, shop, 2)
    assert await words(database, shop, new_id(), RINA, "Bandengnya asin") == rating
    assert (await own(database, shop, rating)).words == "Bandengnya asin"
    with pytest.raises(NotFound):
        await words(database, shop, new_id(), RINA, "Sudah lain", NOON + timedelta(days=1))
    with pytest.raises(NotFound):
        await words(database, shop, new_id(), ANI, "Jangan beli di sini")


async def test_another_phone_can_neither_see_nor_change_a_rating(database: Database, shop: uuid.UUID) -> None:
    rating = await tap(database, shop, 2)
    with pytest.raises(NotFound):
        await words(database, shop, rating, ANI, "Jangan beli di sini")
    with pytest.raises(NotFound):
        await own(database, shop, rating, ANI)
    assert (await own(database, shop, rating)).words == ""


async def test_a_rating_is_not_found_through_a_neighbours_shop(database: Database, shop: uuid.UUID) -> None:
    other = await found(database, "Keripik Pak Budi")
    rating = await tap(database, shop, 2)
    with pytest.raises(NotFound):
        await words(database, other, rating, RINA, "Bandengnya asin")
    async with database.writing() as session:
        with pytest.raises(NotFound):
            await satisfaction.let_through(session, other, rating)


# --- Held


async def test_what_is_held_is_neither_counted_nor_listed_until_it_is_let_through(
    database: Database, shop: uuid.UUID
) -> None:
    held = await tap(database, shop, 1, held=True)
    await tap(database, shop, 5, rater=ANI)
    assert (await figures(database, shop)).counts == (0, 0, 0, 0, 1)
    assert await faces_listed(database, shop, held=False) == [5]
    assert await faces_listed(database, shop, held=True) == [1]

    async with database.writing() as session:
        await satisfaction.let_through(session, shop, held)
    assert (await figures(database, shop)).counts == (1, 0, 0, 0, 1)
    assert await faces_listed(database, shop, held=True) == []
    async with database.writing() as session:
        with pytest.raises(NotFound):
            await satisfaction.let_through(session, shop, held)


async def test_a_flood_does_not_take_back_what_counts_already(database: Database, shop: uuid.UUID) -> None:
    await tap(database, shop, 5)
    await tap(database, shop, 4, at=NOON + SECOND, held=True)
    assert (await figures(database, shop, now=NOON + SECOND)).counts == (0, 0, 0, 1, 0)


async def faces_listed(database: Database, shop: uuid.UUID, *, held: bool = False, low_only: bool = False) -> list[int]:
    async with database.reading() as session:
        rows = await satisfaction.list_newest(
            session, shop, before=(NOON + SECOND, shop), limit=50, held=held, low_only=low_only
        )
        return [row.face for row in rows]


async def test_the_list_is_newest_first_and_low_faces_can_be_seen_alone(database: Database, shop: uuid.UUID) -> None:
    for number, face in enumerate((1, 2, 3, 4, 5)):
        await tap(database, shop, face, rater=bytes([number]) * 32, at=NOON - timedelta(hours=number))
    assert await faces_listed(database, shop) == [1, 2, 3, 4, 5]
    assert await faces_listed(database, shop, low_only=True) == [1, 2]
    assert await faces_listed(database, await found(database, "Keripik Pak Budi")) == []


# --- Figures


async def test_each_person_counts_once_with_her_last_answer(database: Database, shop: uuid.UUID) -> None:
    for days, face in ((20, 1), (10, 2), (1, 5)):
        await tap(database, shop, face, at=NOON - timedelta(days=days))
    await tap(database, shop, 3, rater=ANI, at=NOON - timedelta(days=3))
    assert (await figures(database, shop)).counts == (0, 0, 1, 0, 1)


async def test_thirty_days_end_to_the_millisecond(database: Database, shop: uuid.UUID) -> None:
    window = timedelta(days=30)
    await tap(database, shop, 1, rater=b"a" * 32, at=NOON - window)
    await tap(database, shop, 2, rater=b"b" * 32, at=NOON - window + MS)
    await tap(database, shop, 3, rater=b"c" * 32, at=NOON)
    await tap(database, shop, 4, rater=b"d" * 32, at=NOON + MS)
    async with database.reading() as session:
        now, before = await satisfaction.figures_now_and_before(session, shop, now=NOON)
    assert now.counts == (0, 1, 1, 0, 0)
    assert before.counts == (1, 0, 0, 0, 0)


async def test_a_person_counts_in_each_month_with_what_she_said_then(database: Database, shop: uuid.UUID) -> None:
    await tap(database, shop, 5, at=NOON - timedelta(days=45))
    await tap(database, shop, 1, at=NOON - timedelta(days=5))
    async with database.reading() as session:
        now, before = await satisfaction.figures_now_and_before(session, shop, now=NOON)
    assert now.counts == (1, 0, 0, 0, 0)
    assert before.counts == (0, 0, 0, 0, 1)


Answer = tuple[int, int, int, bool]
"""Who, how many minutes ago, which face, whether held."""
DAY_MINUTES = 24 * 60
answers = st.lists(
    st.tuples(st.integers(0, 6), st.integers(-10, 65 * DAY_MINUTES), st.integers(1, 5), st.booleans()), max_size=40
)


def counted(rows: Sequence[Answer], zone: ZoneInfo, first: timedelta, last: timedelta) -> tuple[int, ...]:
    """The figures as a person with paper would count them: `first` is the older end, itself outside."""
    of_day: dict[tuple[int, date], tuple[datetime, int, bool]] = {}
    for who, ago, face, held in rows:
        moment = NOON - timedelta(minutes=ago)
        day = (who, moment.astimezone(zone).date())
        if day not in of_day:
            of_day[day] = (moment, face, held)
        elif of_day[day][0] <= moment:
            # A flood, or the end of one, does not change whether an answer was let in.
            of_day[day] = (moment, face, of_day[day][2])
    newest: dict[int, tuple[datetime, int]] = {}
    for (who, _day), (moment, face, held) in of_day.items():
        inside = NOON - first < moment <= NOON - last
        if inside and not held and (who not in newest or newest[who][0] < moment):
            newest[who] = (moment, face)
    faces = Counter(face for _moment, face in newest.values())
    return tuple(faces[face] for face in satisfaction.FACES)


# Every example has a business of its own, so they may share a database.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=answers, zone=st.sampled_from([WIB, WIT]))
async def test_figures_are_those_of_a_person_with_paper(database: Database, rows: list[Answer], zone: ZoneInfo) -> None:
    async with database.writing() as session:
        shop = (await businesses.found(session, name=f"Warung {uuid.uuid4()}", whatsapp="", now=NOON)).id
        for who, ago, face, held in rows:
            await satisfaction.rate(
                session,
                shop,
                rating_id=new_id(),
                rater=bytes([who]) * 32,
                face=face,
                source="counter",
                zone=zone,
                made_at=NOON - timedelta(minutes=ago),
                now=NOON,
                held=held,
            )
    month, now = timedelta(days=30), timedelta()
    async with database.reading() as session:
        latest, before = await satisfaction.figures_now_and_before(session, shop, now=NOON)
    assert latest.counts == counted(rows, zone, month, now)
    assert before.counts == counted(rows, zone, 2 * month, month)
    assert (await figures(database, shop)).counts == latest.counts


# --- What may be said of them


def of(*, satisfied: int, people: int) -> Figures:
    return Figures((people - satisfied, 0, 0, 0, satisfied))


@pytest.mark.parametrize("people", [0, 1, 4])
def test_under_five_answers_there_is_no_score(people: int) -> None:
    figures = of(satisfied=people, people=people)
    assert not figures.has_score
    assert figures.percent is None


@pytest.mark.parametrize("people", [5, 10, 29])
def test_under_thirty_answers_there_is_a_count_and_no_percentage(people: int) -> None:
    figures = of(satisfied=people - 1, people=people)
    assert figures.has_score
    assert figures.percent is None
    assert (figures.satisfied, figures.people) == (people - 1, people)


@pytest.mark.parametrize(
    ("satisfied", "people", "percent"),
    [(27, 30, 90), (30, 30, 100), (0, 30, 0), (20, 30, 67), (10, 30, 33), (5, 40, 13), (199, 200, 100), (1, 201, 0)],
)
def test_from_thirty_answers_on_there_is_a_percentage_with_halves_rounded_up(
    satisfied: int, people: int, percent: int
) -> None:
    assert of(satisfied=satisfied, people=people).percent == percent


def test_satisfied_are_the_upper_two_of_five_faces() -> None:
    assert Figures((1, 2, 3, 4, 5)).satisfied == 9


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_the_face_that_stands_for_all_is_the_one_in_the_middle(faces: list[int]) -> None:
    one, two, three, four, five = (faces.count(face) for face in satisfaction.FACES)
    # Of two in the middle the lower one: nothing is told better than it is.
    assert Figures((one, two, three, four, five)).face == sorted(faces)[(len(faces) - 1) // 2]


async def test_the_order_of_arrival_never_matters(database: Database) -> None:
    chance = random.Random(20_261_124)
    taps = [
        (chance.choice([RINA, ANI]), NOON - timedelta(minutes=ago), chance.randint(1, 5)) for ago in range(0, 4000, 97)
    ]
    kept = []
    for _order in range(4):
        shop = await found(database, "Sate Bandeng Bu Siti")
        for rater, moment, face in taps:
            await tap(database, shop, face, rater=rater, at=moment, now=NOON)
        kept.append((await told(database, shop), await figures(database, shop)))
        chance.shuffle(taps)
    assert kept == [kept[0]] * 4
