"""A storm: people write in a real Chromium, the network fails them in every way it can, the server is killed again and again.

Whatever their phones have accepted must be there in the end, once, and in its order where that matters: what is said in one
conversation, and what one changes of one record. The same seed makes the same storm, as far as a machine repeats itself.
"""

import itertools
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser

from e2e.outbox import Shop, open_shop, records, text
from e2e.phone import Phone
from tests.faults.forms import read_form
from tests.network.badnet import ANSWER, FIN, REQUEST, RST, End
from tests.network.bench import Bench

CONVERSATIONS = 3
EDIT_EVERY = 15
COMPLAINT_EVERY = 7
WEATHER_EVERY = 4
LONGEST_CUT = 1500
REQUESTS_CUT = 0.5
ENDS: tuple[End, ...] = (FIN, RST)
CALM_SECONDS = 120
TELL_EVERY = 50

# Puts a write into the outbox as a form does, and has the page try at once, as when it is told that it is online.
PUT = """async (record) => {
    record.owner ??= document.body.dataset.owner ?? "public";
    record.fields = record.fields.map(([name, value]) => [name, value ?? record.entity]);
    const { key } = await Outbox.put(record);
    dispatchEvent(new Event("online"));
    return key;
}"""

Fields = Sequence[Sequence[str | None]]
"""Names and values; None is the id that is made for the new record."""


@dataclass
class Figures:
    """What the storm did. `problems` is empty when each write is there once and in its place."""

    writes: int = 0
    kills: int = 0
    requests: int = 0
    unheard: int = 0
    seconds: float = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.writes} writes, {self.kills} SIGKILLs, {self.requests} requests with a key ({self.unheard} of them cut off or"
            f" answered by somebody else), {len(self.problems)} problems, {self.seconds:.0f} s"
        )


class Storm:
    """Two phones, a shop, and all that was written."""

    def __init__(self, bench: Bench, browser: Browser, seed: int) -> None:
        self.chance = random.Random(seed)
        self._bench = bench
        self._owner = Phone.of(browser, bench.url)
        self._customer = Phone.of(browser, bench.url)
        self._shop: Shop = open_shop(self._owner)
        self._places = [self._shop.complaint(self._customer) for _ in range(CONVERSATIONS)]
        self._profile = read_form(text(self._owner, "/business/profile"), "/business/profile")
        self._said: dict[str, list[tuple[str, str]]] = {}
        """By the address of a conversation: key and words, in the order in which they were written."""
        self._complaints: list[str] = []
        self._edits: list[str] = []
        self._numbers = itertools.count(1)
        self._owner.go("/outbox")
        self._customer.go(self._shop.path)

    def write(self) -> None:
        """Somebody writes something."""
        number = next(self._numbers)
        if number % EDIT_EVERY == 0:
            self._edit(number)
        elif number % COMPLAINT_EVERY == 0:
            self._complain(number)
        else:
            self._say(number)

    def _say(self, number: int) -> None:
        hers, theirs = self.chance.choice(self._places)
        phone, path = self.chance.choice([(self._owner, f"{hers}/answers"), (self._customer, f"{theirs}/messages")])
        words = f"Kabar {number:04}."
        key = self._put(phone, path, [["id", None], ["words", words]])
        self._said.setdefault(path, []).append((key, words))

    def _complain(self, number: int) -> None:
        fields: Fields = [
            ["id", None],
            ["secret", f"{number:043}"],
            ["category", "late"],
            ["words", f"Keluhan {number:04}."],
        ]
        self._put(self._customer, f"{self._shop.path}/keluhan", fields)
        self._complaints.append(f"Keluhan {number:04}.")

    def _edit(self, number: int) -> None:
        fields = [[name, one] for name, values in self._profile.items() for one in values if name != "about"]
        before = " ".join(self._edits[-20:]) or None
        self._edits.append(
            self._put(self._owner, "/business/profile", [*fields, ["about", f"Edisi {number:04}."]], before)
        )
        self._about = f"Edisi {number:04}."

    def _put(self, phone: Phone, path: str, fields: Fields, after: str | None = None) -> str:
        new = phone.page.evaluate("() => Outbox.newId()")
        record: dict[str, Any] = {
            "url": phone.url + path,
            "page": "/",
            "fields": fields,
            "entity": new,
            "label": "Badai",
        }
        if after:
            record["after"] = after
        key: str = phone.page.evaluate(PUT, record)
        return key

    def change_weather(self) -> None:
        """The network is something else from now on; a few requests more will be cut off somewhere."""
        net, chance = self._bench.net, self.chance
        net.mode = chance.choices(["pass", "refuse", "swallow", "portal"], [7, 1, 1, 1])[0]  # type: ignore[assignment]  # one of these
        net.delay = chance.choice([0.0, 0.0, 0.0, 0.02])
        for _cut in range(chance.randrange(4)):
            end = chance.choice(ENDS)
            if chance.random() < REQUESTS_CUT:
                net.cut(REQUEST, after=chance.randrange(LONGEST_CUT), by=end, of=b"POST")
            else:
                net.cut(ANSWER, after=chance.choice([0, 0, 1, 60, 200]), by=end, of=b"POST")

    def kill(self) -> None:
        """The server dies, a moment after the last write, and comes back."""
        self._owner.page.wait_for_timeout(self.chance.randrange(60))
        self._bench.kill()
        self._bench.start()

    def calm_down(self) -> None:
        """The network is well again, and all phones have sent all."""
        self._bench.net.heal()
        deadline = time.monotonic() + CALM_SECONDS
        for phone in (self._owner, self._customer):
            while waiting := records(phone):
                stuck = [record for record in waiting if record["state"] != "waiting"]
                if stuck or time.monotonic() > deadline:
                    break
                phone.page.evaluate("() => dispatchEvent(new Event('online'))")
                phone.page.wait_for_timeout(200)

    def examine(self) -> list[str]:
        """What is not as it should be."""
        problems = [f"left on a phone: {left}" for phone in (self._owner, self._customer) for left in records(phone)]
        with closing(sqlite3.connect(f"file:{self._bench.data / 'ecrm.sqlite3'}?mode=ro", uri=True)) as database:
            messages = Counter(row[0] for row in database.execute("SELECT words FROM complaint_message"))
            complaints = Counter(
                row[0] for row in database.execute("SELECT words FROM complaint WHERE category = 'late'")
            )
            done = {str(UUID(bytes=key)): at for key, at in database.execute("SELECT key, done_at FROM write_key")}
            ((about, version),) = database.execute(
                "SELECT about, version FROM business WHERE slug = ?", [self._shop.path[6:]]
            )
        wanted = Counter(words for said in self._said.values() for _key, words in said)
        problems += _differences("messages", wanted, messages)
        problems += _differences("complaints", Counter(self._complaints), complaints)
        for path, said in self._said.items():
            arrived = [done.get(key, 0) for key, _words in said]
            if arrived != sorted(arrived):
                problems.append(f"{path}: out of order")
        if self._edits and (about, version) != (self._about, 1 + len(self._edits)):
            problems.append(
                f"the profile says {about!r} after {version - 1} edits, not {self._about!r} after {len(self._edits)}"
            )
        return problems

    def close(self) -> None:
        """Closes the phones."""
        for phone in (self._owner, self._customer):
            phone.finish()


def _differences(what: str, wanted: Counter[str], found: Counter[str]) -> list[str]:
    lost, doubled = wanted - found, found - wanted
    return [f"{what} lost: {sorted(lost)}"] * bool(lost) + [f"{what} too often: {sorted(doubled)}"] * bool(doubled)


def run(
    bench: Bench,
    browser: Browser,
    *,
    writes: int,
    kills: int,
    seed: int,
    tell: Callable[[str], object] = lambda _: None,
) -> Figures:
    """Lets `writes` be written while the server dies `kills` times; `tell` hears the figures now and then."""
    begin, seen = time.monotonic(), len(bench.net.seen)
    figures = Figures()
    storm = Storm(bench, browser, seed)
    deaths = set(storm.chance.sample(range(1, writes), kills))
    try:
        for number in range(writes):
            if number % WEATHER_EVERY == 0:
                storm.change_weather()
            storm.write()
            figures.writes += 1
            if number in deaths:
                storm.kill()
                figures.kills += 1
            if figures.writes % TELL_EVERY == 0:
                tell(f"{figures.writes} writes, {figures.kills} SIGKILLs")
        storm.calm_down()
        figures.problems = storm.examine()
    finally:
        storm.close()
    keyed = [one for one in bench.net.seen[seen:] if one.key]
    figures.requests = len(keyed)
    figures.unheard = sum(one.fate != "pass" for one in keyed)
    figures.seconds = time.monotonic() - begin
    return figures
