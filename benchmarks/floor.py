"""The floors of the same run: what this stack does with the same reads and the same template, and nothing else around them."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from litestar import Litestar, MediaType, Response, get

import ecrm_pwa  # noqa: F401 (first: brings the app's SQLite)
from ecrm_pwa import businesses, complaints, promotion, satisfaction
from ecrm_pwa.base.db import Database, new_id, sqlite_pragmas, utc_now
from ecrm_pwa.settings import Settings


def make() -> Litestar:
    """A bare app: `/plain`, and `/toko` and `/voice` with the reads of theirs and their templates. Told by the environment."""
    settings = Settings.from_environment(os.environ)
    db = Database.open(settings.database)
    token, slug = os.environ["BENCH_TOKEN"], os.environ["BENCH_SLUG"]

    @get("/plain", media_type=MediaType.TEXT)
    async def plain() -> str:
        return "ok"

    @get("/reads-of-shop")
    async def shop() -> Response[Any]:
        async with db.reading() as session:
            found = await promotion.find_shop(session, slug)
            figures = await promotion.public_figures(session, found.id, now=utc_now())
        return Response(f"{found.name} {figures.people}", media_type=MediaType.HTML)

    @get("/reads-of-voice")
    async def voice() -> Response[Any]:
        now = utc_now()
        async with db.reading() as session:
            seat = await businesses.find_seat(session, token, now=now)
        if seat is None or seat.business_id is None:
            raise RuntimeError("the token of the benchmark opens nothing")
        async with db.reading() as session:
            rows = await complaints.list_newest(session, seat.business_id, before=(now, new_id()), limit=31)
            ratings = await satisfaction.list_newest(session, seat.business_id, before=(now, new_id()), limit=31)
            counts = await complaints.count_by_status(session, seat.business_id)
        return Response(f"{len(rows)} {len(ratings)} {counts}", media_type=MediaType.HTML)

    return Litestar([plain, shop, voice], openapi_config=None)


def durable_writes(folder: Path, *, seconds: float) -> float:
    """Transactions a second that this disk takes with synchronous=FULL, one row each."""
    connection = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    for pragma in sqlite_pragmas(read_only=False):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, words TEXT) STRICT")
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row (words) VALUES ('Bandengnya empuk, bumbunya pas.')")
        connection.execute("COMMIT")
        done += 1
    connection.close()
    return done / seconds
