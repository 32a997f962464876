"""The six businesses: what they say of themselves, how many come, and when it went badly."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ecrm_pwa.demo.people import BUDI, DEDE, LALA, MAESAROH, NUNUNG, SITI, Person

_PLACE: Mapping[str, Any] = {
    "hamlet": "Kelapa Kurung",
    "village": "Kramatwatu",
    "district": "Kramatwatu",
    "regency": "Kabupaten Serang",
    "province": "Banten",
    "postcode": "42161",
    "zone": "Asia/Jakarta",
}


@dataclass(frozen=True)
class Rhythm:
    """How many rate: `first` in its first week, `last` in the one that ends now, in a line between them."""

    weeks: int
    first: int
    last: int
    customers: int
    """How many different phones they come from."""
    opens: int = 8
    closes: int = 17
    festive: int | None = None
    """How many weeks ago a holiday filled the shop."""
    bad: int | None = None
    """How many weeks ago it went badly. From the next week on it went better than ever."""


@dataclass(frozen=True)
class Shop:
    """One business. Its address is `slug`, which is what its name gives."""

    slug: str
    name: str
    owner: Person
    opened: int
    """How many days ago."""
    profile: Mapping[str, Any] = field(default_factory=dict)
    logo: str = ""
    rhythm: Rhythm | None = None
    staff: Person | None = None
    staff_since: int = 0
    """How many days ago."""


SHOPS = (
    Shop(
        slug="sate-bandeng-bu-siti",
        name="Sate Bandeng Bu Siti",
        owner=SITI,
        staff=DEDE,
        # After the week that went badly: one pair of hands more.
        staff_since=40,
        opened=157,
        profile={
            **_PLACE,
            "kind": "food",
            "about": "Sate bandeng tanpa duri, dibakar pakai arang batok. Pesan pagi, sore bisa diambil. Terima pesanan "
            "hajatan dan oleh-oleh.",
            "street": "Gang Bandeng No. 7",
            "rt_rw": "003/002",
            "landmark": "Depan Musala Al-Ikhlas, sebelah warung kopi Mang Udin",
            "open_days": "1234567",
            "opens_at": "07:00",
            "closes_at": "17:00",
            "nib": "0000000000011",
            "pirt": "2020000000001-29",
            "halal": "ID00110000000000122",
            "promise_hours": 24,
            "greeting": "assalamualaikum",
        },
        logo="sate_bandeng",
        rhythm=Rhythm(weeks=22, first=4, last=12, customers=110, opens=7, closes=18, festive=7, bad=6),
    ),
    Shop(
        slug="emping-melinjo-pak-budi",
        name="Emping Melinjo Pak Budi",
        owner=BUDI,
        opened=150,
        profile={
            **_PLACE,
            "kind": "food",
            "about": "Emping mentah dan matang, asin atau pedas manis. Melinjo dari kebun sendiri, ditumbuk tiap pagi.",
            "street": "Jalan Melinjo No. 21",
            "rt_rw": "001/003",
            "landmark": "Belakang SD, rumah cat hijau",
            "open_days": "123456",
            "opens_at": "08:00",
            "closes_at": "16:30",
            "nib": "0000000000012",
            "pirt": "2020000000002-29",
            "halal": "ID00110000000000222",
            "promise_hours": 24,
            "greeting": "assalamualaikum",
        },
        logo="emping",
        rhythm=Rhythm(weeks=21, first=3, last=5, customers=60, closes=16, festive=7, bad=11),
    ),
    Shop(
        slug="gipang-manis-pak-budi",
        name="Gipang Manis Pak Budi",
        owner=BUDI,
        opened=87,
        profile={
            **_PLACE,
            "kind": "food",
            "about": "Gipang ketan, wijen, dan kacang. Manisnya pas, cocok buat arisan dan seserahan.",
            "street": "Jalan Melinjo No. 21",
            "rt_rw": "001/003",
            "landmark": "Belakang SD, rumah cat hijau",
            "open_days": "123456",
            "opens_at": "08:00",
            "closes_at": "16:30",
            "nib": "0000000000012",
            "pirt": "2020000000003-29",
            "promise_hours": 24,
            "greeting": "assalamualaikum",
        },
        logo="gipang",
        rhythm=Rhythm(weeks=12, first=6, last=3, customers=40, closes=16),
    ),
    Shop(
        slug="warung-rabeg-kambing-dan-nasi-sumsum-bakar-khas",
        name="Warung Rabeg Kambing dan Nasi Sumsum Bakar Khas Serang Ibu Hajah Maesaroh",
        owner=MAESAROH,
        opened=155,
        profile={
            **_PLACE,
            "kind": "food",
            "about": "Rabeg kambing empuk tanpa prengus, nasi sumsum bakar daun pisang. Bisa nasi kotak untuk rapat dan "
            "pengajian, pesan sehari sebelumnya.",
            "street": "Jalan Raya Serang ke Cilegon KM 8",
            "rt_rw": "002/001",
            "landmark": "Seberang pangkalan angkot, dekat tugu kelapa",
            "open_days": "123456",
            "opens_at": "06:00",
            "closes_at": "15:00",
            "nib": "0000000000014",
            "halal": "ID00110000000000422",
            "promise_hours": 12,
            "greeting": "assalamualaikum",
        },
        logo="rabeg",
        rhythm=Rhythm(weeks=22, first=4, last=10, customers=95, opens=6, closes=15, festive=7, bad=10),
    ),
    Shop(
        slug="pandan-craft-kelapa-kurung",
        name="Pandan Craft Kelapa Kurung",
        owner=LALA,
        opened=140,
        profile={
            **_PLACE,
            "kind": "craft",
            "about": "Tas, tikar, dan suvenir anyaman pandan buatan ibu-ibu Kelapa Kurung. Hand-woven pandan bags and "
            "mats; custom sizes welcome, we speak English.",
            "street": "Gang Pandan No. 3",
            "rt_rw": "004/002",
            "landmark": "Samping lapangan voli",
            "open_days": "123456",
            "opens_at": "09:00",
            "closes_at": "17:00",
            "nib": "0000000000015",
            "promise_hours": 48,
            "greeting": "halo",
        },
        logo="pandan",
        rhythm=Rhythm(weeks=19, first=2, last=4, customers=45, opens=9, closes=19, bad=9),
    ),
    # Knows only what signing up asks: the place of somebody who has just begun.
    Shop(slug="jahit-dan-permak-teh-nunung", name="Jahit dan Permak Teh Nunung", owner=NUNUNG, opened=4),
)
