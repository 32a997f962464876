"""Fresh databases for tests, on SQLite and on PostgreSQL: migrated once an engine, then copied for each test.

PostgreSQL is a server of our own in a folder of its own, started when the first test asks for it. A server that already runs on
the machine is neither used nor touched.
"""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import make_url, text

from ecrm_pwa.base.db import Base, Database
from ecrm_pwa.base.schema import migrate
from tests.machine import find_postgresql, free_port

ENGINES = ("sqlite", "postgresql")
START_PATIENCE_SECONDS = 60

# Ties the server's life to ours: standard input is a pipe from us. When we close it, or die in whatever way, the server is told to
# stop and its folder goes. Ends by itself when the server does.
_KEEPER = """
exec 3<&0
"$1/postgres" -D "$2/data" -k "$2" -p "$3" -h 127.0.0.1 \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c timezone=UTC &
server=$!
{ read -r _ <&3; kill -INT $server; } &
wait $server
cd / && rm -rf "$2"
"""


class Postgres:
    """A running PostgreSQL of our own: makes and drops databases in it."""

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        self.folder = folder
        self._programs = programs
        self._port = port

    def url(self, name: str) -> str:
        """The address of the database `name`, as the app's setting takes it."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self._port}/{name}"

    def create(self, name: str, *, template: str = "template0") -> None:
        """A database as `template` is; nobody may be connected to the template."""
        self._run("createdb", "--template", template, name)

    def drop(self, name: str) -> None:
        """The database is gone, and who was still connected to it is cut off."""
        self._run("dropdb", "--force", name)

    def is_up(self) -> bool:
        """Whether the server takes connections."""
        question = [str(self._programs / "pg_isready"), *self._address]
        return subprocess.run(question, stdout=subprocess.DEVNULL, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([self._programs / program, *self._address, *arguments], check=True)

    @property
    def _address(self) -> tuple[str, ...]:
        return ("--host=127.0.0.1", f"--port={self._port}", "--username=postgres")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A new, empty server for as long as the block lasts; it trusts everybody on this machine."""
    programs = find_postgresql()
    # In a short path: a socket's name may have about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="ecrm-pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root; without being root we stay who we are.
    user = _unprivileged_user() if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    initdb = [str(programs / "initdb"), "--pgdata", str(folder / "data"), *options]
    subprocess.run(initdb, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)
    server, keeper = _start(programs, folder, user)
    try:
        yield server
    finally:
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait(timeout=START_PATIENCE_SECONDS)


def _start(programs: Path, folder: Path, user: str | None) -> tuple[Postgres, subprocess.Popen[bytes]]:
    port = free_port()
    with tempfile.TemporaryFile() as log:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", _KEEPER, "keeper", programs, folder, str(port)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            user=user,
            cwd=folder,
            # Ctrl-C at the terminal is for the tests, which close their databases first.
            start_new_session=True,
        )
        server = Postgres(programs, folder, port)
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while not server.is_up():
            if keeper.poll() is not None or time.monotonic() > deadline:
                keeper.kill()
                log.seek(0)
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read().decode(errors='replace')}")
            time.sleep(0.05)
    return server, keeper


def _unprivileged_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Databases:
    """Hands out migrated, empty databases; the work for an engine begins when the first of it is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._numbers = itertools.count(1)
        self._postgres: Postgres | None = None
        self._sqlite: Path | None = None

    def close(self) -> None:
        """Stops PostgreSQL, if it was started."""
        self._stack.close()

    @contextmanager
    def fresh(self, engine: str) -> Iterator[str]:
        """The address of a database that only the block knows, gone after it."""
        number = next(self._numbers)
        if engine == "sqlite":
            path = self._folder / f"{number}" / "ecrm.sqlite3"
            path.parent.mkdir()
            shutil.copyfile(self._sqlite_template(), path)
            try:
                yield f"sqlite+aiosqlite:///{path}"
            finally:
                shutil.rmtree(path.parent)
        else:
            server = self._postgres_with_template()
            server.create(f"test_{number}", template="migrated")
            try:
                yield server.url(f"test_{number}")
            finally:
                server.drop(f"test_{number}")

    def _sqlite_template(self) -> Path:
        if self._sqlite is None:
            path = self._folder / "migrated.sqlite3"
            migrate(f"sqlite+aiosqlite:///{path}")
            self._sqlite = path
        return self._sqlite

    def _postgres_with_template(self) -> Postgres:
        if self._postgres is None:
            server = self._stack.enter_context(postgres())
            server.create("migrated")
            migrate(server.url("migrated"))
            self._postgres = server
        return self._postgres


async def everything_kept(url: str, *, sign: str) -> list[bytes]:
    """The raw bytes of an SQLite database with its log; every row as text where the server has the files.

    `sign` is something that must be found, or the search finds nothing at all.
    """
    path = make_url(url).database
    database = Database.open(url)
    if not database.is_sqlite:
        async with database.reading() as session:
            tables = list(Base.metadata.tables)
            rows = [
                str(row) for table in tables for row in await session.execute(text(f'SELECT t::text FROM "{table}" t'))
            ]
        assert any(sign in row for row in rows)
        await database.close()
        return [row.encode() for row in rows]
    assert path is not None
    files = [Path(path + ending).read_bytes() for ending in ("", "-wal")]  # noqa: ASYNC240 (two small files)
    assert any(sign.encode() in file for file in files)
    return files
