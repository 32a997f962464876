"""What Bu Siti has sold in the last months: who came how often, what they took, how they paid, and what still waits today."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = 100
_DAYS_OF_WEEK = (1, 1, 1, 1, 2, 3, 3)
"""Orders a day at most, Monday to Sunday: people come from elsewhere at weekends."""

_YESTERDAY = ("new", "processing", "ready")
"""Where the orders of the last two days stand."""


@dataclass(frozen=True)
class Buyer:
    """Somebody who orders; the more `often`, the more."""

    name: str
    number: str
    often: int
    far: bool = False
    """Too far to come by herself: her parcel is sent."""


BUYERS = (
    Buyer("Rina Marlina", "0812-0000-2001", 9),
    Buyer("Bu Eni warung", "0812-0000-2002", 8),
    Buyer("Pak Asep", "0812-0000-2003", 6),
    Buyer("Hj. Nurhayati", "0812-0000-2004", 6),
    Buyer("Umi Kulsum", "0812-0000-2005", 5),
    Buyer("Mang Udin", "0812-0000-2006", 5),
    Buyer("Bu RT 03", "0812-0000-2007", 4),
    Buyer("Teh Yayah", "0812-0000-2008", 4),
    Buyer("Pak Lurah", "0812-0000-2009", 3),
    Buyer("Bidan Ida", "0812-0000-2010", 3),
    Buyer("Kang Dadan, Cilegon", "0812-0000-2011", 3, far=True),
    Buyer("Mbak Wulan, Tangerang", "0812-0000-2012", 3, far=True),
    Buyer("Bu Sumiati", "0812-0000-2013", 2),
    Buyer("Ustadz Hasan", "0812-0000-2014", 2),
    Buyer("Neng Lilis", "0812-0000-2015", 2),
    Buyer("Pak Guru Rohman", "0812-0000-2016", 1),
    Buyer("Mama Rizki", "0812-0000-2017", 1),
    Buyer("Oma Tine, Jakarta", "0812-0000-2018", 1, far=True),
)
_NOTES = (
    "",
    "",
    "",
    "",
    "Sambalnya dipisah",
    "Diambil sesudah Asar",
    "Bungkus rapi, untuk oleh-oleh",
    "Jangan terlalu pedas",
)


@dataclass(frozen=True)
class Sale:
    """One order, with what came of it. Goods are named by their place among hers."""

    made_at: datetime
    buyer: Buyer
    goods: tuple[tuple[int, int], ...]
    status: str
    paid: str
    """How: cash, transfer, qris; credit for a kasbon; "" when not yet."""
    part: int
    """How much of a hundred was paid."""
    note: str


def sales(*, now: datetime, zone: ZoneInfo, seed: int) -> Iterator[Sale]:
    """Everything of the last months, the oldest first. The same seed gives the same, with other moments."""
    chance = random.Random(f"{seed}|orders")  # noqa: S311 (a story, no secret)
    today = now.astimezone(zone).date()
    for ago in range(_DAYS, -1, -1):
        # By the distance from today, so that the village is the same on whatever day it is filled.
        most = _DAYS_OF_WEEK[ago % 7]
        for number in range(len(_YESTERDAY) if ago == 1 else chance.randint(0, most)):
            day = datetime.combine(today - timedelta(days=ago), datetime.min.time(), zone)
            moment = (day + timedelta(hours=7 + 3 * number, minutes=chance.randint(0, 170))).astimezone(UTC)
            sale = _sale(chance, moment, ago, _YESTERDAY[number % len(_YESTERDAY)])
            if moment < now - timedelta(minutes=5):
                yield sale


def _sale(chance: random.Random, moment: datetime, ago: int, fresh: str) -> Sale:
    (buyer,) = chance.choices(BUYERS, [one.often for one in BUYERS])
    goods = [(0, chance.choice((1, 1, 2, 2, 3, 5)))] if chance.random() < 0.8 else []  # noqa: PLR2004 (most of it is bandeng)
    if not goods or chance.random() < 0.4:  # noqa: PLR2004 (some take more than one thing)
        goods.append((1, chance.choice((1, 2, 3))))
    paid = chance.choices(("cash", "transfer", "qris", "credit"), (60, 15, 15, 10))[0]
    part = 100
    status = chance.choices(("completed", "cancelled", "returned"), (94, 5, 1))[0]
    if ago <= 1:
        status = "sent" if fresh == "ready" and buyer.far else fresh
        paid, part = chance.choice((("", 0), ("", 0), ("transfer", 50), ("cash", 100)))
    elif status != "completed":
        paid = ""
    elif paid == "credit":
        part = chance.choice((0, 0, 50, 100)) if ago < 45 else 100  # noqa: PLR2004 (older ones have come in)
    return Sale(moment, buyer, tuple(goods), status, paid, part, chance.choice(_NOTES))
