"""Which faces a shop got, week by week, until now: more at weekends and before holidays, one week that went badly."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ecrm_pwa.demo.shops import Rhythm, Shop
from ecrm_pwa.demo.voices import LATELY, LOW_SHORT, SO_SO_SHORT, VOICES, Voices
from ecrm_pwa.satisfaction import FACES, LOW, SATISFIED

# Monday to Sunday. People come from elsewhere at weekends.
_DAYS = (6, 6, 7, 8, 9, 18, 17)
_FESTIVE = 1.6
# How many in a hundred give which face, from kecewa to sangat puas.
_USUAL = (2, 4, 11, 40, 43)
_BAD = (20, 26, 24, 20, 10)
_BETTER = (1, 1, 4, 32, 62)
_WEEKS_OF_RELIEF = 3

_SATISFIED_WRITE = 0.4
_OTHERS_WRITE = 0.7
_WRITE_SHORT = 0.35


@dataclass(frozen=True)
class Rated:
    """One answer. `phone` tells two customers of a shop apart."""

    made_at: datetime
    phone: str
    face: int
    words: str


@dataclass(frozen=True)
class _Slot:
    """A time of the week, so many weeks ago: with it the village is the same on whatever day it is filled."""

    week: int
    weekday: int
    second: int

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The last time of that kind before now, `week` weeks earlier."""
        local = now.astimezone(zone)
        day = local.date() - timedelta(days=(local.isoweekday() - self.weekday) % 7)
        found = datetime.combine(day, time(), zone) + timedelta(seconds=self.second)
        if found > local:
            found -= timedelta(weeks=1)
        return (found - timedelta(weeks=self.week)).astimezone(UTC)


def ratings_of(shop: Shop, *, now: datetime, zone: ZoneInfo, seed: int) -> Iterator[Rated]:
    """All answers that the shop got before now, by the dice of `seed`."""
    if shop.rhythm is not None:
        dice = random.Random(f"{shop.slug}-{seed}")  # noqa: S311 (a village, no secret)
        speech = _Speech(VOICES[shop.slug], dice)
        days = [int(day) for day in shop.profile["open_days"]]
        for slot, phone in _visits(shop.rhythm, days, dice):
            face = dice.choices(FACES, _mood(shop.rhythm, slot.week))[0]
            words = speech.about(face, shop.rhythm, slot.week)
            yield Rated(slot.moment(now, zone), phone, face, words)
    for number, said in enumerate(LATELY.get(shop.slug, ())):
        made_at = waking(now - timedelta(hours=said.hours_ago), zone)
        yield Rated(made_at, f"lately {number}", said.face, said.words)


def flood(*, now: datetime, zone: ZoneInfo) -> Iterator[Rated]:
    """Six angry faces within a minute, each from another phone that nobody saw before: somebody's mischief, to be held."""
    began = waking(now - timedelta(hours=49), zone)
    for number in range(6):
        yield Rated(began + timedelta(seconds=9 * number), f"flood {number}", FACES[0], "")


def waking(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment, or the evening before it when people slept: the village may be filled at night."""
    local = moment.astimezone(zone)
    if local.hour < 7:  # noqa: PLR2004 (o'clock)
        local = local.replace(hour=20) - timedelta(days=1)
    elif local.hour > 20:  # noqa: PLR2004 (o'clock)
        local = local.replace(hour=20)
    return local.astimezone(UTC)


def _visits(rhythm: Rhythm, days: list[int], dice: random.Random) -> Iterator[tuple[_Slot, str]]:
    before: set[int] = set()
    for week in reversed(range(rhythm.weeks)):
        share = week / (rhythm.weeks - 1)
        busy = _FESTIVE if week == rhythm.festive else 1
        count = round(busy * (rhythm.first * share + rhythm.last * (1 - share)))
        # Nobody comes again within the week, or the later face would replace the earlier one of that day.
        coming = [number for number in range(rhythm.customers) if number not in before]
        customers = dice.sample(coming, count)
        before = set(customers)
        for customer in customers:
            weekday = dice.choices(days, [_DAYS[day - 1] for day in days])[0]
            second = dice.randrange(rhythm.opens * 3600, rhythm.closes * 3600)
            yield _Slot(week, weekday, second), f"customer {customer}"


def _mood(rhythm: Rhythm, week: int) -> tuple[int, ...]:
    if rhythm.bad is None or week > rhythm.bad:
        return _USUAL
    return _BAD if week == rhythm.bad else _BETTER


class _Speech:
    """What a shop's customers still have to say: no long sentence comes twice."""

    def __init__(self, voices: Voices, dice: random.Random) -> None:
        self._dice = dice
        self._short = voices.short
        self._left: dict[str, list[str]] = {
            name: dice.sample(sentences, len(sentences)) for name, sentences in vars(voices).items() if name != "short"
        }

    def about(self, face: int, rhythm: Rhythm, week: int) -> str:
        """Words for this face, or ""."""
        if face >= SATISFIED:
            if self._dice.random() > _SATISFIED_WRITE:
                return ""
            relieved = rhythm.bad is not None and 0 < rhythm.bad - week <= _WEEKS_OF_RELIEF
            return self._say(
                "better" if relieved else "", ["happy" if face > SATISFIED else "content", "happy"], self._short
            )
        if self._dice.random() > _OTHERS_WRITE:
            return ""
        news = "bad" if week == rhythm.bad else ""
        if face <= LOW:
            return self._say(news, ["low"], LOW_SHORT)
        return self._say(news, ["so_so"], SO_SO_SHORT)

    def _say(self, news: str, longer: list[str], short: tuple[str, ...]) -> str:
        if self._left.get(news):
            return self._left[news].pop()
        left = next((self._left[name] for name in longer if self._left[name]), [])
        if not left or self._dice.random() < _WRITE_SHORT:
            return self._dice.choice(short)
        return left.pop()
