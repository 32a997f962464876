"""Power cuts, simulated: what a disk may hold after the light goes out, and whether the database keeps its word.

A layer under SQLite records every write, truncation and sync of the database file and its log. A cut is a moment in that
record: what was synced before it is kept; each change since the last sync is kept, dropped or torn into pieces of 512
bytes, as chance has it. The database is opened again as the app opens it, and must be whole and hold every transaction
that was acknowledged before the cut. SIGKILL cannot show this: the kernel outlives the process and writes everything.
"""

import bisect
import contextlib
import hashlib
import itertools
import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from ecrm_pwa.base import db
from tests.faults.workload import Transaction

PIECE = 512
"""Bytes that a disk writes whole or not at all."""

RESTART_EVERY = 150
"""Transactions between two stops of the server, each of which empties and deletes the log."""

READER_EVERY = 40
"""Transactions between two long readers, who keep a checkpoint from finishing."""


@dataclass(frozen=True, slots=True)
class Write:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    file: str


Event = Write | Truncate | Sync


@dataclass(frozen=True, slots=True)
class Recording:
    """One run of the workload. `acknowledged[n]` is the length of the record when transaction n was answered."""

    start: bytes
    events: Sequence[Event]
    acknowledged: Sequence[int]
    states: dict[str, int]
    """Fingerprint of the whole content -> number of transactions that lead to it."""

    def checkpoints(self) -> int:
        """How often the log's content was brought into the database file for good."""
        return sum(event == Sync("database") for event in self.events)


@dataclass(slots=True)
class Figures:
    """What the cuts did. `lost` counts acknowledged transactions, `losing_cuts` the cuts that lost any."""

    cuts: int = 0
    corrupt: int = 0
    half_written: int = 0
    losing_cuts: int = 0
    lost: int = 0
    worst: int = 0
    failures: list[str] = field(default_factory=list)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            cuts=self.cuts + other.cuts,
            corrupt=self.corrupt + other.corrupt,
            half_written=self.half_written + other.half_written,
            losing_cuts=self.losing_cuts + other.losing_cuts,
            lost=self.lost + other.lost,
            worst=max(self.worst, other.worst),
            failures=self.failures + other.failures,
        )

    def __str__(self) -> str:
        return (
            f"{self.cuts} cuts: {self.corrupt} corrupt, {self.half_written} half-written, "
            f"{self.losing_cuts} lost acknowledged transactions ({self.lost} in all, at worst {self.worst} at once)"
        )


class _RecordedFile(apsw.VFSFile):
    def __init__(self, events: list[Event], name: str, path: apsw.URIFilename | str | None, flags: list[int]) -> None:
        self._events = events
        self._name = name
        super().__init__("", path, flags)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802 (SQLite names it)
        self._events.append(Write(self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 (SQLite names it)
        self._events.append(Truncate(self._name, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802 (SQLite names it)
        super().xSync(flags)
        self._events.append(Sync(self._name))


class _RecordingDisk(apsw.VFS):
    """The operating system's files, with a record of what was done to them."""

    def __init__(self, name: str) -> None:
        self.events: list[Event] = []
        self.name = name
        super().__init__(name, "")

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 (SQLite names it)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        assert path is not None, "a temporary file: temp_store should be memory"
        return _RecordedFile(self.events, _role(path), name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 (SQLite names it)
        # A deleted log whose folder was not synced may come back with its old content: the same as a lost truncation.
        super().xDelete(filename, syncdir)
        self.events.append(Truncate(_role(filename), 0))


def _role(path: str) -> str:
    return "log" if path.endswith("-wal") else "database"


def record(
    database: Path,
    transactions: Sequence[Transaction],
    *,
    pragmas: Sequence[str] = (),
    checkpoint_pages: int = 40,
) -> Recording:
    """Run the transactions on the (closed, migrated) database file, which changes, as the app's writer would.

    `pragmas` come after the app's own. The checkpoint is far smaller than in production, so that many fall into a run.
    """
    start = database.read_bytes()
    disk = _RecordingDisk(f"recording-{database}")
    settings = (*db.sqlite_pragmas(read_only=False), f"wal_autocheckpoint={checkpoint_pages}", *pragmas)
    acknowledged: list[int] = []
    states: dict[str, int] = {}
    try:
        for first in range(0, len(transactions), RESTART_EVERY):
            writer = _connect(database, disk, settings)
            reader = _connect(database, disk, settings)
            states.setdefault(fingerprint(writer), 0)
            for number, transaction in enumerate(transactions[first : first + RESTART_EVERY]):
                if number % READER_EVERY == READER_EVERY // 2:
                    reader.execute("BEGIN")
                    reader.execute("SELECT count(*) FROM sqlite_schema").fetchall()
                writer.execute("BEGIN IMMEDIATE")
                for sql, values in transaction:
                    writer.execute(sql, values).fetchall()
                writer.execute("COMMIT")
                acknowledged.append(len(disk.events))
                state = fingerprint(writer)
                assert state not in states, (
                    f"transaction {len(acknowledged)} leads to an earlier state: its loss is unseen"
                )
                states[state] = len(acknowledged)
                if number % READER_EVERY == READER_EVERY - 1:
                    reader.execute("COMMIT")
            reader.close()
            writer.close()
    finally:
        disk.unregister()
    return Recording(start, disk.events, acknowledged, states)


def cut(recording: Recording, *, cuts: int, seed: int, folder: Path) -> Figures:
    """Cut the power at `cuts` moments of the record and judge what the database then holds.

    The files of the first failures stay in `folder`, each under the moment of its cut.
    """
    chance = random.Random(seed)
    moments = sorted(chance.randint(0, len(recording.events)) for _ in range(cuts))
    figures = Figures(cuts=cuts)
    platters = {"database": _Platter(recording.start), "log": _Platter(b"")}
    done = 0
    for moment in moments:
        for event in recording.events[done:moment]:
            platters[event.file].take(event)
        done = moment
        acknowledged = bisect.bisect_right(recording.acknowledged, moment)
        files = {name: platter.after_power_cut(chance) for name, platter in platters.items()}
        _judge(files, recording, acknowledged, figures, folder / f"cut-{moment}.sqlite3")
    return figures


class _Platter:
    """One file on the disk: what was synced, and the changes since."""

    def __init__(self, content: bytes) -> None:
        self._synced = bytearray(content)
        self._pending: list[Write | Truncate] = []

    def take(self, event: Event) -> None:
        if isinstance(event, Sync):
            for change in self._pending:
                _change(self._synced, change)
            self._pending.clear()
        else:
            self._pending.append(event)

    def after_power_cut(self, chance: random.Random) -> bytes:
        content = bytearray(self._synced)
        mood = chance.choice(("nothing arrived", "all arrived", "mixed"))
        for change in self._pending if mood != "nothing arrived" else ():
            fate = "kept" if mood == "all arrived" else chance.choice(("kept", "dropped", "torn"))
            if fate == "kept":
                _change(content, change)
            elif fate == "torn" and isinstance(change, Write):
                for piece in _pieces(change):
                    if chance.random() < 0.5:
                        _change(content, piece)
        return bytes(content)


def _pieces(write: Write) -> Iterator[Write]:
    """The write, cut at the borders that the disk knows."""
    end = write.offset + len(write.data)
    borders = [write.offset, *range((write.offset // PIECE + 1) * PIECE, end, PIECE), end]
    for left, right in itertools.pairwise(borders):
        yield Write(write.file, left, write.data[left - write.offset : right - write.offset])


def _change(content: bytearray, change: Write | Truncate) -> None:
    if isinstance(change, Truncate):
        del content[change.size :]
        return
    if len(content) < change.offset:
        content.extend(bytes(change.offset - len(content)))
    content[change.offset : change.offset + len(change.data)] = change.data


def _judge(files: dict[str, bytes], recording: Recording, acknowledged: int, figures: Figures, database: Path) -> None:
    log = database.with_name(f"{database.name}-wal")
    database.write_bytes(files["database"])
    log.write_bytes(files["log"])
    verdict = ""
    try:
        found = _reopened(database)
    except sqlite3.DatabaseError as error:
        figures.corrupt += 1
        verdict = f"{database.name}: {error}"
    else:
        held = recording.states.get(found)
        if held is None:
            figures.half_written += 1
            verdict = f"{database.name}: in no state that whole transactions lead to"
        elif held < acknowledged:
            figures.losing_cuts += 1
            figures.lost += acknowledged - held
            figures.worst = max(figures.worst, acknowledged - held)
            verdict = f"{database.name}: holds {held} of {acknowledged} acknowledged transactions"
    if verdict and len(figures.failures) < 5:
        figures.failures.append(verdict)
        database.write_bytes(files["database"])
        log.write_bytes(files["log"])
        return
    for file in (database, log, database.with_name(f"{database.name}-shm")):
        file.unlink(missing_ok=True)


def _reopened(database: Path) -> str:
    """The fingerprint of the database, opened with the app's SQLite and settings; raises where it is damaged."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in db.sqlite_pragmas(read_only=False):
            connection.execute(f"PRAGMA {pragma}")
        # The examiner's own closing checkpoint need not reach the disk.
        connection.execute("PRAGMA synchronous=OFF")
        problems = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        if problems != ["ok"]:
            raise sqlite3.DatabaseError("; ".join(problems))
        return fingerprint(connection)


def fingerprint(connection: apsw.Connection | sqlite3.Connection) -> str:
    """One value for the content of all tables."""
    digest = hashlib.sha256()
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
    )
    for (table,) in tables.fetchall():
        digest.update(repr((table, connection.execute(f'SELECT * FROM "{table}"').fetchall())).encode())
    return digest.hexdigest()


def _connect(database: Path, disk: _RecordingDisk, pragmas: Sequence[str]) -> apsw.Connection:
    connection = apsw.Connection(str(database), vfs=disk.name)
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection
