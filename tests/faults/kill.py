"""A real server, killed with SIGKILL while several people write to it through HTTP, and started again.

Whatever was answered must be in the database afterwards, once and whole; what was not answered is sent again, as a person would.
"""

import asyncio
import contextlib
import itertools
import os
import random
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from tests.faults.forms import read_form

START_PATIENCE_SECONDS = 60
POLL_SECONDS = 0.02
WRITERS = 8
MOST_WRITES = 60
"""Answered writes in a round, at most, before the server is killed."""
TELL_EVERY = 50
EDITS = 20
"""How often one person changes her profile, at most, before the writer goes on with a new person."""
PASSWORD = "tiga kata rahasia"


class Server:
    """`ecrm serve` in a process group of its own, always at the same address."""

    def __init__(self, data: Path) -> None:
        self.database = data / "ecrm.sqlite3"
        self._data = data
        self._port = _free_port()
        self.url = f"http://localhost:{self._port}"
        self._log = data / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> float:
        """Start it and wait until it answers; the seconds that took."""
        begin = time.monotonic()
        process = self._process = self._launch()
        async with httpx.AsyncClient(base_url=self.url) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/health")).is_success:
                        return time.monotonic() - begin
                if process.poll() is not None or time.monotonic() - begin > START_PATIENCE_SECONDS:
                    raise RuntimeError(f"the server does not answer:\n{self.said()}")
                await asyncio.sleep(POLL_SECONDS)

    def kill(self) -> None:
        """SIGKILL to all of its processes; returns when it is gone."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _launch(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "ECRM_DATA": str(self._data),
            "ECRM_HOST": "127.0.0.1",
            "ECRM_PORT": str(self._port),
            "ECRM_PUBLIC_URL": self.url,
            # Everybody comes from one address here.
            "ECRM_LIMIT_FACTOR": "1000000",
        }
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "ecrm_pwa", "serve"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def said(self) -> str:
        """The end of what the server wrote to its log."""
        return self._log.read_text(errors="replace")[-4000:]


@dataclass
class Person:
    """Somebody who signs up and changes her profile: what she sent, and what of it was answered."""

    phone: str
    signed_up: bool = False
    sent: str = ""
    """The words about her business that she sent last."""
    answered: str = ""
    """The words about her business that were answered last."""


@dataclass
class Figures:
    """What the rounds did. `problems` is empty when every answered write was found, once and whole."""

    rounds: int = 0
    answered: int = 0
    unanswered: int = 0
    unanswered_but_done: int = 0
    starts: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.rounds} SIGKILLs: {self.answered} writes answered, {self.unanswered} cut off "
            f"({self.unanswered_but_done} of them done all the same), {len(self.problems)} problems; "
            f"restart to first answer {statistics.median(self.starts):.2f} s (at worst {max(self.starts):.2f} s)"
        )


class _Village:
    """The people, and the count by which a round ends."""

    def __init__(self, server: Server, figures: Figures) -> None:
        self._server = server
        self._figures = figures
        self._numbers = itertools.count(1)
        self.people: list[Person] = []

    def newcomer(self) -> Person:
        number = next(self._numbers)
        self.people.append(Person(phone=f"+62812{number:08}"))
        return self.people[-1]

    def examine(self) -> None:
        """Compare the database, opened beside the running server, with what was answered."""
        with contextlib.closing(sqlite3.connect(f"file:{self._server.database}?mode=ro", uri=True)) as connection:
            problems = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            problems += [f"row without its parent: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
            found: dict[str, list[str]] = {}
            whole = """
                SELECT account.phone, business.about FROM account
                LEFT JOIN membership ON membership.account_id = account.id
                LEFT JOIN business ON business.id = membership.business_id
            """
            for phone, about in connection.execute(whole):
                found.setdefault(phone, []).append(about)
            (businesses,) = connection.execute("SELECT count(*) FROM business").fetchone()
        if businesses != sum(map(len, found.values())):
            problems.append(f"{businesses} businesses for {len(found)} people")
        for person in self.people:
            problems += self._examine_person(person, found.pop(person.phone, []))
        problems += [f"nobody signed up with {phone}" for phone in found]
        self._figures.problems += [f"round {self._figures.rounds}: {problem}" for problem in problems]

    def _examine_person(self, person: Person, found: list[str]) -> list[str]:
        if not found:
            return [f"{person.phone} was welcomed and is lost"] if person.signed_up else []
        if len(found) > 1:
            return [f"{person.phone} is there {len(found)} times"]
        if found[0] is None:
            return [f"{person.phone} is there without her business"]
        if found[0] not in {person.answered, person.sent}:
            return [f"{person.phone}: {person.answered!r} was answered, {found[0]!r} is there"]
        if not person.signed_up or found[0] != person.answered:
            self._figures.unanswered_but_done += 1
        return []


class _Writer:
    """One phone with which one person after the other signs up and goes on to change her profile."""

    def __init__(self, name: int, server: Server, village: _Village, figures: Figures, seed: int) -> None:
        self._client = httpx.AsyncClient(base_url=server.url, headers={"Origin": server.url}, timeout=30)
        self._server = server
        self._village = village
        self._figures = figures
        self._chance = random.Random(f"{seed} {name}")
        self._person = village.newcomer()
        self._edits = 0

    async def close(self) -> None:
        await self._client.aclose()

    async def write(self, enough: asyncio.Event, limit: int) -> None:
        """Write until the server is dead."""
        try:
            while True:
                await self._write_once()
                self._figures.answered += 1
                if self._figures.answered >= limit:
                    enough.set()
        except httpx.TransportError:
            self._figures.unanswered += 1

    async def _write_once(self) -> None:
        person = self._person
        if person.signed_up and self._edits == 0 and person.sent == person.answered:
            self._client.cookies.clear()
            person = self._person = self._village.newcomer()
        if not person.signed_up:
            await self._sign_up(person)
            person.signed_up = True
            self._edits = self._chance.randint(1, EDITS)
            return
        if person.sent == person.answered:
            self._edits -= 1
            person.sent = f"Kabar {person.phone} nomor {self._chance.randrange(10**9)}"
        await self._edit(person)
        person.answered = person.sent

    async def _sign_up(self, person: Person) -> None:
        await self._post(
            "/sign-up",
            {
                "name": "Bu Siti",
                "phone": person.phone,
                "password": PASSWORD,
                "business_name": "Sate Bandeng Bu Siti",
                "agreed": "on",
            },
        )

    async def _edit(self, person: Person) -> None:
        # Anew each time, as on a phone: the form knows on which version of the profile it was made.
        page = await self._client.get("/business/profile")
        profile = read_form(page.text, "/business/profile")
        await self._post("/business/profile", profile | {"about": [person.sent]})

    async def _post(self, path: str, fields: dict[str, Any]) -> None:
        answer = await self._client.post(path, data=fields)
        if answer.status_code != HTTPStatus.SEE_OTHER:
            raise RuntimeError(
                f"POST {path} was answered {answer.status_code}:\n{answer.text[-2000:]}\n{self._server.said()}"
            )


async def run(data: Path, *, rounds: int, seed: int, tell: Callable[[str], object] = lambda _: None) -> Figures:
    """Kill the server `rounds` times over a new database in `data`; `tell` hears the figures now and then."""
    figures = Figures()
    server = Server(data)
    village = _Village(server, figures)
    chance = random.Random(seed)
    writers = [_Writer(name, server, village, figures, seed) for name in range(WRITERS)]
    try:
        await server.start()
        for _ in range(rounds):
            await _round(server, writers, figures, chance)
            figures.rounds += 1
            figures.starts.append(await server.start())
            await asyncio.to_thread(village.examine)
            if figures.rounds % TELL_EVERY == 0:
                tell(str(figures))
    finally:
        server.kill()
        for writer in writers:
            await writer.close()
    return figures


async def _round(server: Server, writers: list[_Writer], figures: Figures, chance: random.Random) -> None:
    """Everybody writes; the server is killed a moment after a random number of answers."""
    enough = asyncio.Event()
    limit = figures.answered + chance.randint(1, MOST_WRITES)
    async with asyncio.TaskGroup() as tasks:
        for writer in writers:
            tasks.create_task(writer.write(enough, limit))
        await enough.wait()
        # Up to the length of a slow write, so that the kill falls into any part of one.
        await asyncio.sleep(chance.uniform(0, 0.05))
        server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
