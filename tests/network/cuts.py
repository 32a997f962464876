"""Five kinds of write, each cut off after every byte of its request and of its answer, and sent again until it is acknowledged.

Afterwards there must be one row for each key, with the content that was sent, whatever the cut has hit: `run` counts and compares.
"""

import asyncio
import itertools
import random
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import httpx
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa.base.db import Database, new_id
from ecrm_pwa.businesses import Business
from ecrm_pwa.complaints import Complaint, ComplaintPhoto, Link, Message
from ecrm_pwa.photos import Photo
from ecrm_pwa.satisfaction import Rating
from tests.faults.forms import read_form
from tests.network.badnet import ANSWER, FIN, REQUEST, RST, End, Part
from tests.network.bench import Bench
from tests.shop import picture, sign_up

HOUSES = 4
"""Businesses that are written to at the same time, each by one phone after the other."""
TRIES = 4
"""One is cut; the others must get through, and leave room for an answer "busy"."""
ANSWER_SECONDS = 60
PHOTO_SIDE = 16
_BOUNDARY = "----ecrm"


@dataclass(frozen=True)
class Write:
    """What an outbox keeps: the same bytes however often it is sent."""

    key: str
    request: bytes
    note: Callable[[], None]
    """Remembers that it must be found now."""


@dataclass(frozen=True)
class Cut:
    """One fault: in which write, after which byte of which part, ended how."""

    kind: str
    part: Part
    after: int
    by: End

    def __str__(self) -> str:
        return f"{self.kind}: {self.part} ended by {self.by} after byte {self.after}"


@dataclass
class Figures:
    """What the cuts did. `problems` is empty when each key has its one row."""

    cuts: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    heard_nothing: int = 0
    keys: int = 0
    rows: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} of {kind}" for kind, count in sorted(self.by_kind.items()))
        return (
            f"{self.cuts} cuts ({kinds}): {self.heard_nothing} phones heard no answer and sent again; "
            f"{self.keys} keys, {self.rows} rows, {len(self.problems)} problems"
        )


@dataclass
class House:
    """A business with its owner's phone, a complaint to answer, and all that must be found in it."""

    url: str
    slug: str
    cookie: str
    owner: str
    business_id: uuid.UUID
    profile: dict[str, list[str]]
    complaint_id: uuid.UUID = field(default_factory=new_id)
    secret: str = field(default_factory=lambda: new_id().hex)
    ratings: dict[uuid.UUID, int] = field(default_factory=dict)
    complaints: dict[uuid.UUID, str] = field(default_factory=dict)
    answers: dict[uuid.UUID, str] = field(default_factory=dict)
    photos: int = 0
    edits: int = 0

    def rating(self, number: int) -> Write:
        """A customer taps a face, each on a phone of her own."""
        rating_id, face = new_id(), number % 5 + 1
        return self._write(
            f"/toko/{self.slug}/nilai",
            {"id": [str(rating_id)], "face": [str(face)]},
            lambda: self.ratings.update({rating_id: face}),
        )

    def complaint(self, number: int) -> Write:
        """A customer complains, with the link that her phone has made."""
        complaint_id, words = new_id(), f"Bandengnya bau, nomor {number:06}"
        fields = {"id": [str(complaint_id)], "secret": [new_id().hex], "category": ["stale"], "words": [words]}
        return self._write(f"/toko/{self.slug}/keluhan", fields, lambda: self.complaints.update({complaint_id: words}))

    def answer(self, number: int) -> Write:
        """The owner answers in a conversation."""
        message_id, words = new_id(), f"Besok kami ganti, nomor {number:06}"
        return self._write(
            f"/complaints/{self.complaint_id}/answers",
            {"id": [str(message_id)], "words": [words]},
            lambda: self.answers.update({message_id: words}),
            by_owner=True,
        )

    def edit(self, number: int) -> Write:
        """The owner changes her profile, on top of what she changed before: one that was lost or doubled stops the next."""
        fields = self.profile | {"about": [f"Kabar nomor {number:06}"], "version": [str(self.edits + 1)]}

        def note() -> None:
            self.edits += 1
            self.profile = fields

        return self._write("/business/profile", fields, note, by_owner=True)

    def photo(self, number: int) -> Write:
        """A customer adds a picture to her complaint; no two are alike."""
        colour = f"#{number * 2_654_435_761 % 2**24:06x}"
        content = picture(size=(PHOTO_SIDE, PHOTO_SIDE), colour=colour)
        head = 'Content-Disposition: form-data; name="photo"; filename="foto.png"\r\nContent-Type: image/png'
        body = f"--{_BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + f"\r\n--{_BOUNDARY}--\r\n".encode()

        def note() -> None:
            self.photos += 1

        return self._request(f"/k/{self.secret}/photos", f"multipart/form-data; boundary={_BOUNDARY}", body, note)

    def _write(
        self, path: str, fields: dict[str, list[str]], note: Callable[[], None], *, by_owner: bool = False
    ) -> Write:
        body = urlencode(fields, doseq=True).encode()
        return self._request(path, "application/x-www-form-urlencoded", body, note, by_owner=by_owner)

    def _request(self, path: str, kind: str, body: bytes, note: Callable[[], None], *, by_owner: bool = False) -> Write:
        key = str(new_id())
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {self.url.removeprefix('http://')}",
            f"Origin: {self.url}",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
            f"Idempotency-Key: {key}",
            "Connection: close",
        ]
        if by_owner:
            lines += [f"X-Outbox-Owner: {self.owner}", f"Cookie: {self.cookie}"]
        return Write(key, "\r\n".join([*lines, "", ""]).encode() + body, note)


KINDS: dict[str, Callable[[House, int], Write]] = {
    "rating": House.rating,
    "complaint": House.complaint,
    "answer": House.answer,
    "edit": House.edit,
    "photo": House.photo,
}


async def run(
    bench: Bench,
    *,
    every: int = 1,
    every_of_photos: int = 1,
    ends: Sequence[End] = (),
    kinds: Sequence[str] = tuple(KINDS),
    seed: int = 1,
) -> Figures:
    """Cuts each of `kinds` after every `every`-th byte; in each of `ends`, or in one of the two by turns."""
    figures = Figures()
    houses = [await _move_in(bench, number) for number in range(HOUSES)]
    cuts = []
    for place, kind in enumerate(kinds):
        step = every_of_photos if kind == "photo" else every
        # Where not every byte has its turn, another kind cuts there.
        cuts += await _plan(bench, houses[0], kind, range(place % step, 10**6, step), ends)
    random.Random(seed).shuffle(cuts)
    numbers = iter(range(1, 10**6))
    waiting = iter(cuts)

    async def write_on(house: House) -> None:
        for cut in waiting:
            await _one(bench, house, cut, next(numbers), figures)

    await asyncio.gather(*(write_on(house) for house in houses))
    database = Database.open(bench.database_url)
    try:
        for house in houses:
            await _examine(database, house, figures)
    finally:
        await database.close()
    return figures


async def _plan(bench: Bench, house: House, kind: str, places: range, ends: Sequence[End]) -> list[Cut]:
    """All cuts of one kind; a first write, left alone, tells how long request and answer are."""
    write = KINDS[kind](house, 0)
    answer = await _send(bench, write.request)
    if not _is_acknowledged(answer, write.key):
        raise RuntimeError(f"{kind} is not taken even where nothing is cut:\n{answer.decode(errors='replace')}")
    write.note()
    lengths: tuple[tuple[Part, int], ...] = ((REQUEST, len(write.request)), (ANSWER, len(answer)))
    return [
        Cut(kind, part, after, by)
        for part, length in lengths
        for turn, after in enumerate(itertools.takewhile(length.__gt__, places))
        for by in ends or ((FIN, RST)[turn % 2],)
    ]


async def _one(bench: Bench, house: House, cut: Cut, number: int, figures: Figures) -> None:
    write = KINDS[cut.kind](house, number)
    bench.net.cut(cut.part, after=cut.after, by=cut.by, of=write.key.encode())
    figures.cuts += 1
    figures.by_kind[cut.kind] = figures.by_kind.get(cut.kind, 0) + 1
    for attempt in range(TRIES):
        answer = await _send(bench, write.request)
        if _is_acknowledged(answer, write.key):
            write.note()
            break
        figures.heard_nothing += attempt == 0 and b"\r\n\r\n" not in answer
        if attempt and not answer.startswith(b"HTTP/1.1 503"):
            figures.problems.append(f"{cut}: not acknowledged: {answer[:200].decode(errors='replace')}")
            break
    else:
        figures.problems.append(f"{cut}: not acknowledged in {TRIES} tries")


async def _send(bench: Bench, request: bytes) -> bytes:
    """All that comes back before the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", bench.net.port)
    answer = b""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            writer.write(request)
            await writer.drain()
            while piece := await reader.read(65_536):
                answer += piece
    except ConnectionError:
        pass
    finally:
        writer.close()
    return answer


def _is_acknowledged(answer: bytes, key: str) -> bool:
    head, end, _body = answer.partition(b"\r\n\r\n")
    return bool(end) and head.startswith(b"HTTP/1.1 200") and f"x-outbox-ack: {key}".encode() in head.lower()


async def _move_in(bench: Bench, number: int) -> House:
    async with httpx.AsyncClient(base_url=bench.url, headers={"Origin": bench.url}, timeout=30) as phone:
        slug = await sign_up(phone, "Bu Siti", f"Sate Bandeng {number}", f"+62812{number:08}")
        profile = (await phone.get("/business/profile")).text
        found = re.search(r'data-owner="(([0-9a-f-]+):([0-9a-f-]+))"', profile)
        assert found is not None
        cookie = "; ".join(f"{name}={value}" for name, value in phone.cookies.items() if name == "session")
        house = House(bench.url, slug, cookie, found[1], uuid.UUID(found[3]), read_form(profile, "/business/profile"))
        fields = {"id": str(house.complaint_id), "secret": house.secret, "category": "late", "words": "Lama sekali"}
        answer = await phone.post(f"/toko/{slug}/keluhan", data=fields)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return house


async def _examine(database: Database, house: House, figures: Figures) -> None:
    """Compares what is there with what was sent."""
    mine = house.business_id
    async with database.reading() as session:
        found: dict[str, tuple[Any, Any]] = {
            "ratings": (house.ratings, await _pairs(session, Rating.id, Rating.face, Rating.business_id == mine)),
            "complaints": (
                house.complaints | {house.complaint_id: "Lama sekali"},
                await _pairs(session, Complaint.id, Complaint.words, Complaint.business_id == mine),
            ),
            "answers": (
                house.answers,
                await _pairs(session, Message.id, Message.words, Message.business_id == mine),
            ),
            "links": (len(house.complaints) + 1, await _count(session, Link, Link.business_id == mine)),
            "photos": (house.photos, await _count(session, Photo, Photo.business_id == mine)),
            "photos of the complaint": (
                house.photos,
                await _count(session, ComplaintPhoto, ComplaintPhoto.business_id == mine),
            ),
            "contents of photos": (
                house.photos,
                await session.scalar(select(func.count(func.distinct(Photo.sha256))).where(Photo.business_id == mine)),
            ),
            "versions of the profile": (
                house.edits + 1,
                await session.scalar(select(Business.version).where(Business.id == mine)),
            ),
            "words of the profile": (
                house.profile["about"][-1],
                await session.scalar(select(Business.about).where(Business.id == mine)),
            ),
        }
    for what in ("ratings", "complaints", "answers"):
        figures.rows += len(found[what][1])
    figures.rows += found["photos"][1] + found["versions of the profile"][1] - 1
    # The complaint that is answered was there before.
    figures.rows -= 1
    figures.keys += len(house.ratings) + len(house.complaints) + len(house.answers) + house.photos + house.edits
    for what, (sent, there) in found.items():
        if sent != there:
            figures.problems.append(f"{house.slug}, {what}: {_difference(sent, there)}")


def _difference(sent: Any, there: Any) -> str:
    if not isinstance(sent, dict):
        return f"sent {sent}, found {there}"
    lost = [key for key in sent if key not in there]
    added = [key for key in there if key not in sent]
    changed = [key for key in sent if key in there and sent[key] != there[key]]
    return f"{len(lost)} lost, {len(added)} never sent, {len(changed)} changed"


async def _pairs(session: AsyncSession, key: Any, value: Any, condition: Any) -> dict[Any, Any]:
    return {one: other for one, other in await session.execute(select(key, value).where(condition))}  # noqa: C416 (a row is no pair to mypy)


async def _count(session: AsyncSession, table: Any, condition: Any) -> int:
    return await session.scalar(select(func.count()).select_from(table).where(condition)) or 0
