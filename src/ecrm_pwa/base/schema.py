"""Brings a database to the schema of this version, by Alembic; never at import, never by two at once."""

import asyncio
import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ecrm_pwa.base.db import sqlite_pragmas

_POSTGRES_LOCK = 7_231_905  # any number, the same for every server that migrates this database


class NewerSchema(Exception):
    """The database was made by a newer version of the app than this one."""


class OlderSchema(Exception):
    """The database has not been brought to this version yet."""


def migrate(url: str, *, backups: Path | None = None) -> None:
    """Brings the database at `url` to the newest schema; does nothing when it is there.

    With `backups`, an SQLite database that is about to change is copied there first. Raises `NewerSchema`.
    """
    if make_url(url).get_backend_name() == "sqlite":
        _migrate_sqlite(url, backups)
    else:
        # A thread of its own, for this may be called while an event loop runs.
        failures: list[BaseException] = []

        def run() -> None:
            try:
                asyncio.run(_migrate_postgres(url))
            except BaseException as error:  # noqa: BLE001 (raised again below, in the caller's thread)
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        if failures:
            raise failures[0]


def copy_sqlite(url: str, target: Path) -> None:
    """Writes the SQLite database at `url`, as it is at one moment, to a new file; who uses it is not held up.

    Raises `FileNotFoundError`. In one step: a backup that goes by steps begins anew with each write meanwhile, and never
    ends on a busy server.
    """
    path = make_url(url).database or ""
    if not Path(path).exists():
        raise FileNotFoundError(f"there is no database {path}")
    engine = _sqlite_engine(url)
    with engine.connect() as connection:
        _copy(connection, target)
    engine.dispose()


def find_damage(path: Path) -> str:
    """What is wrong inside an SQLite file that nobody uses, in words; empty when it is sound."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            found = connection.execute(text("PRAGMA integrity_check")).scalar_one()
            if found != "ok":
                return f"it is damaged: {found}"
            if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
                return "it points at rows that are not there"
    except DatabaseError as error:
        return f"it cannot be read: {error.orig}"
    finally:
        engine.dispose()
    return ""


def refuse_older(connection: Connection) -> None:
    """Raises `OlderSchema`, and `NewerSchema`; changes nothing."""
    if _is_behind(connection):
        raise OlderSchema("the database is of an older version: ecrm migrate")


def revision_of(connection: Connection) -> str:
    """The revision of a migrated database."""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(make_url(url).set(drivername="sqlite"), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None
        for pragma in sqlite_pragmas(read_only=False):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _migrate_sqlite(url: str, backups: Path | None) -> None:
    parsed = make_url(url).set(drivername="sqlite")
    if not parsed.database:
        raise ValueError("the database must be a file: an SQLite in memory keeps nothing")
    path = Path(parsed.database)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    engine = _sqlite_engine(url)
    with _only_one(path.with_suffix(".migrating")), engine.connect() as connection:
        if not _is_behind(connection):
            return
        if backups is not None and inspect(connection).get_table_names():
            _copy(connection, backups / f"before-migration-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.sqlite3")
        connection.rollback()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _upgrade(connection)
        connection.commit()
    engine.dispose()


async def _migrate_postgres(url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _POSTGRES_LOCK})
        if await connection.run_sync(_is_behind):
            await connection.run_sync(_upgrade)
    await engine.dispose()


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "ecrm_pwa:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _is_behind(connection: Connection) -> bool:
    scripts = ScriptDirectory.from_config(_config(connection))
    if "alembic_version" not in inspect(connection).get_table_names():
        return True
    current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise NewerSchema(f"the database is at {current}, which this version does not know; use the newer app")
    return current != scripts.get_current_head()


def _upgrade(connection: Connection) -> None:
    command.upgrade(_config(connection), "head")


def _copy(connection: Connection, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    connection.rollback()
    connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
    connection.rollback()
