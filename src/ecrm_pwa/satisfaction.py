"""How satisfied customers are: one tap on one of five faces, words after it if they like.

The same phone again on the same day replaces what it said; the figures count each phone's last answer. Small numbers are told as
what they are: see `Figures`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, case, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ecrm_pwa import products
from ecrm_pwa.base.db import Base, Place, insert_into, table_args, within_business
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.outbox import refuse_buried
from ecrm_pwa.products import Origin

FACES = (1, 2, 3, 4, 5)
"""Kecewa to sangat puas."""
SATISFIED = 4
"""From this face on somebody counts as satisfied (CSAT, top two of five)."""
LOW = 2
"""Up to this face somebody should be spoken to."""
ON_THE_WAY = timedelta(seconds=10)
"""How much longer one tap may have been on its way than the next: by so much its moment may be told too late."""
FEWEST_FOR_WORDS = 5
FEWEST_FOR_PERCENT = 30


class Rating(Base):
    """What one phone said of one business on one day. `rater` cannot be followed from shop to shop."""

    __tablename__ = "rating"

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("business.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    rater: Mapped[bytes]
    day: Mapped[str]
    face: Mapped[int]
    words: Mapped[str]
    source: Mapped[str]
    made_at: Mapped[datetime]
    received_at: Mapped[datetime]
    held: Mapped[bool]
    """Came in a flood: counted and shown only after the owner has let it through."""

    __table_args__ = table_args(
        UniqueConstraint("business_id", "rater", "day"),
        CheckConstraint("face BETWEEN 1 AND 5", name="face"),
        Index(None, "business_id", "made_at"),
    )


class RatingBatch(Base):
    """Which batch a rating is about: a row apart, so that the key can say whose batch it must be."""

    __tablename__ = "rating_batch"

    business_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    rating_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[uuid.UUID]

    __table_args__ = table_args(
        within_business("rating_id", "rating", ondelete="CASCADE"),
        within_business("batch_id", "batch", ondelete="CASCADE"),
        Index(None, "business_id", "batch_id"),
    )


@dataclass(frozen=True)
class Figures:
    """How many people gave which face, each person once.

    A village shop gets 5 to 50 answers a month: of 5 who are all satisfied, anything from 57% to 100% may be the truth (Wilson,
    95%). So under 5 answers there is no score, and under 30 no percentage.
    """

    counts: tuple[int, int, int, int, int]

    @property
    def people(self) -> int:
        """How many answered."""
        return sum(self.counts)

    @property
    def satisfied(self) -> int:
        """How many of them gave one of the upper two faces."""
        return sum(self.counts[SATISFIED - 1 :])

    @property
    def has_score(self) -> bool:
        """Whether "9 dari 10 puas" may be said."""
        return self.people >= FEWEST_FOR_WORDS

    @property
    def percent(self) -> int | None:
        """The share of the satisfied in percent, halves rounded up; None while they are too few to say so."""
        if self.people < FEWEST_FOR_PERCENT:
            return None
        return (200 * self.satisfied + self.people) // (2 * self.people)

    @property
    def face(self) -> int:
        """The face that stands for all: the median, the lower one of two."""
        seen = 0
        for face, count in zip(FACES, self.counts, strict=True):
            seen += count
            if 2 * seen >= self.people:
                return face
        return FACES[-1]


async def rate(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    rating_id: uuid.UUID,
    rater: bytes,
    face: int,
    source: str,
    zone: ZoneInfo,
    made_at: datetime,
    now: datetime,
    held: bool,
    batch_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Records a face, perhaps about a batch, or changes what this phone said earlier on that day; gives the id of the rating.

    The day is the business's. Of two answers that waited on a phone, the later tap counts, whichever arrives first. Raises `Gone`
    for a rating that was deleted.
    """
    await refuse_buried(session, business_id, rating_id)
    day = made_at.astimezone(zone).date().isoformat()
    statement = insert_into(session, Rating).values(
        business_id=business_id,
        id=rating_id,
        rater=rater,
        day=day,
        face=face,
        words="",
        source=source,
        made_at=made_at,
        received_at=now,
        held=held,
    )
    replaced = statement.excluded
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["business_id", "rater", "day"],
            set_={"face": replaced.face, "made_at": replaced.made_at, "received_at": replaced.received_at},
            where=Rating.made_at <= made_at + ON_THE_WAY,
        )
    )
    kept = (
        await session.execute(
            select(Rating.id, Rating.made_at).where(
                Rating.business_id == business_id, Rating.rater == rater, Rating.day == day
            )
        )
    ).first()
    if kept is None:
        raise NotFound("rating")
    if batch_id is not None and kept.made_at == made_at:
        await _join_batch(session, business_id, kept.id, batch_id)
    rating: uuid.UUID = kept.id
    return rating


async def _join_batch(session: AsyncSession, business_id: uuid.UUID, rating_id: uuid.UUID, batch_id: uuid.UUID) -> None:
    statement = insert_into(session, RatingBatch).values(
        business_id=business_id, rating_id=rating_id, batch_id=batch_id
    )
    await session.execute(
        statement.on_conflict_do_update(index_elements=["business_id", "rating_id"], set_={"batch_id": batch_id})
    )


async def list_origins(
    session: AsyncSession, business_id: uuid.UUID, rating_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Origin]:
    """Which batch each of them is about, where one is known."""
    return await products.list_origins(session, business_id, RatingBatch.rating_id, rating_ids)


async def add_words(
    session: AsyncSession,
    business_id: uuid.UUID,
    rating_id: uuid.UUID,
    *,
    rater: bytes,
    words: str,
    zone: ZoneInfo,
    made_at: datetime,
) -> uuid.UUID:
    """Joins words to the rating of this phone and gives its id; raises `NotFound` for anybody else's.

    A phone names its rating before it knows that it replaces an earlier one of the day, so the day counts as well as the id.
    """
    day = made_at.astimezone(zone).date().isoformat()
    for this_one in (Rating.id == rating_id, Rating.day == day):
        changed = await session.execute(
            update(Rating)
            .where(Rating.business_id == business_id, Rating.rater == rater, this_one)
            .values(words=words)
            .returning(Rating.id)
        )
        if (kept := changed.scalar()) is not None:
            return kept
    raise NotFound("rating")


async def find_own(session: AsyncSession, business_id: uuid.UUID, rating_id: uuid.UUID, *, rater: bytes) -> Rating:
    """The rating that this phone gave; raises `NotFound`."""
    found = await session.scalar(
        select(Rating).where(Rating.business_id == business_id, Rating.id == rating_id, Rating.rater == rater)
    )
    if found is None:
        raise NotFound("rating")
    return found


async def forget_words(session: AsyncSession, business_id: uuid.UUID, *, rater: bytes) -> None:
    """Empties what this phone ever wrote; its faces stay in the figures."""
    await session.execute(
        update(Rating).where(Rating.business_id == business_id, Rating.rater == rater).values(words="")
    )


async def figures(session: AsyncSession, business_id: uuid.UUID, *, now: datetime, days: int = 30) -> Figures:
    """The figures of the last `days` days: each person's last answer within them."""
    latest, _earlier = await _figures(session, business_id, now=now, days=days)
    return latest


async def figures_now_and_before(
    session: AsyncSession, business_id: uuid.UUID, *, now: datetime, days: int = 30
) -> tuple[Figures, Figures]:
    """The figures of the last `days` days and of as many before them, in one statement."""
    return await _figures(session, business_id, now=now, days=days, windows=2)


async def _figures(
    session: AsyncSession, business_id: uuid.UUID, *, now: datetime, days: int, windows: int = 1
) -> tuple[Figures, Figures]:
    length = timedelta(days=days)
    window = case((Rating.made_at > now - length, 0), else_=1)
    newest = (
        select(
            window.label("window"),
            Rating.face,
            func.row_number()
            .over(partition_by=(window, Rating.rater), order_by=(Rating.made_at.desc(), Rating.id.desc()))
            .label("place"),
        )
        .where(
            Rating.business_id == business_id,
            Rating.made_at > now - windows * length,
            Rating.made_at <= now,
            Rating.held.is_(False),
        )
        .subquery()
    )
    rows = await session.execute(
        select(newest.c.window, newest.c.face, func.count())
        .where(newest.c.place == 1)
        .group_by(newest.c.window, newest.c.face)
    )
    counts = {(at, face): count for at, face, count in rows}

    def of(at: int) -> Figures:
        one, two, three, four, five = (counts.get((at, face), 0) for face in FACES)
        return Figures((one, two, three, four, five))

    return of(0), of(1)


async def list_newest(
    session: AsyncSession,
    business_id: uuid.UUID,
    *,
    before: Place,
    limit: int,
    held: bool = False,
    low_only: bool = False,
) -> Sequence[Rating]:
    """Ratings that stand behind that place, the newest first."""
    statement = select(Rating).where(
        Rating.business_id == business_id,
        tuple_(Rating.made_at, Rating.id) < before,
        Rating.held.is_(held),
    )
    if low_only:
        statement = statement.where(Rating.face <= LOW)
    return (await session.scalars(statement.order_by(Rating.made_at.desc(), Rating.id.desc()).limit(limit))).all()


async def has_held(session: AsyncSession, business_id: uuid.UUID) -> bool:
    """Whether a rating waits to be let through."""
    held = select(Rating.id).where(Rating.business_id == business_id, Rating.held.is_(True)).exists()
    return bool(await session.scalar(select(held)))


async def let_through(session: AsyncSession, business_id: uuid.UUID, rating_id: uuid.UUID) -> None:
    """Counts a held rating after all; raises `NotFound`."""
    changed = await session.execute(
        update(Rating)
        .where(Rating.business_id == business_id, Rating.id == rating_id, Rating.held.is_(True))
        .values(held=False)
        .returning(Rating.id)
    )
    if changed.first() is None:
        raise NotFound("rating")
