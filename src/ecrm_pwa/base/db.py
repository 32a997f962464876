"""The database: one writer, many readers, on SQLite or PostgreSQL.

SQLite has one writer connection a process and a read-only pool. A write transaction begins with BEGIN IMMEDIATE, so it never has
to be upgraded (a plain BEGIN that reads and then writes fails with "database is locked" as soon as two run at once), and commits
with synchronous=FULL: what was answered is on disk. Both are tried in tests/faults.
"""

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Dialect,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    String,
    Text,
    Uuid,
    event,
    false,
    func,
    make_url,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator, TypeEngine
from uuid_utils.compat import uuid7

READERS = 4
LOCK_PATIENCE_SECONDS = 5.0
STATEMENT_LIMIT_MS = 5_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# STRICT tables know five type names only; SQLAlchemy's own names for these would be refused.
@compiles(String, "sqlite")
@compiles(Text, "sqlite")
def _text_in_strict_tables(element: Any, compiler: Any, **kw: Any) -> str:
    return "TEXT"


@compiles(BigInteger, "sqlite")
@compiles(Boolean, "sqlite")
def _integer_in_strict_tables(element: Any, compiler: Any, **kw: Any) -> str:
    return "INTEGER"


class Id(TypeDecorator[uuid.UUID]):
    """A UUIDv7: 16 bytes on SQLite, `uuid` on PostgreSQL."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(bytes=bytes(value))


class UtcMs(TypeDecorator[datetime]):
    """An aware moment, stored as milliseconds since 1970 in UTC; a naive one is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else epoch_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_epoch_ms(value)


class Base(DeclarativeBase):
    """All tables: STRICT and without rowid on SQLite, so that a key orders its rows and a type means what it says."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it as a plain class attribute)
        uuid.UUID: Id,
        datetime: UtcMs,
        int: BigInteger,
        str: Text,
        bool: Boolean(create_constraint=True, name="is_bool"),
        bytes: LargeBinary,
    }
    __table_args__: Any = {"sqlite_strict": True, "sqlite_with_rowid": False}  # noqa: RUF012 (likewise)


def table_args(*constraints: Any) -> tuple[Any, ...]:
    """`__table_args__` of a table with constraints or indexes of its own."""
    return (*constraints, Base.__table_args__)


def within_business(
    column: str, target: str, *, ondelete: str | None = None, at_commit: bool = False
) -> ForeignKeyConstraint:
    """A composite foreign key: the database itself refuses a row that points at a neighbour's.

    `at_commit`: looked at when the transaction ends. A business that is deleted takes its tables along one after the other, and
    PostgreSQL would find rows that still point at what has just gone.
    """
    deferred: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"} if at_commit else {}
    columns = [f"{target}.business_id", f"{target}.id"]
    return ForeignKeyConstraint(["business_id", column], columns, ondelete=ondelete, **deferred)


def is_pointed_at(record: type[Base], business_id: uuid.UUID) -> ColumnElement[bool]:
    """Whether a row of any table points at this record of the business by a foreign key, whichever areas there are.

    One list a table instead of one look a record: SQLite would read the whole business each time.
    """
    target = record.__table__
    uses = []
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            columns = {e.column.name: e.parent for e in key.elements}
            if key.referred_table is target and "id" in columns:
                pointing = select(columns["id"]).where(
                    columns["business_id"] == business_id, columns["id"].is_not(None)
                )
                uses.append(target.c["id"].in_(pointing.correlate(None)))
    return or_(false(), *uses)


def new_id() -> uuid.UUID:
    """A UUIDv7: ordered by time, never a secret."""
    return uuid7()


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC; raises ValueError for a moment without time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone cannot be stored: nobody knows what it means")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_epoch_ms(milliseconds: int) -> datetime:
    """The moment, in UTC; raises OverflowError beyond the year 9999."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def utc_now() -> datetime:
    """Now, in the precision that the database keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


Place = tuple[datetime, uuid.UUID]
"""Where a row stands in a list that is ordered by its moment; the id tells apart what happened in the same millisecond."""


def insert_into(session: AsyncSession, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT; both databases have it, SQLAlchemy has it apart for each."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(table) if is_sqlite else postgresql.insert(table)


async def take_turn(session: AsyncSession, name: str) -> None:
    """Lets no other write about `name` in until this transaction ends. SQLite's one writer has its turn already."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def sqlite_pragmas(*, read_only: bool) -> tuple[str, ...]:
    """What every connection to SQLite is told first.

    FULL, for NORMAL loses acknowledged transactions at a power cut. The writer has no busy timeout: SQLite's own waiting sleeps up
    to 100 ms and is unfair, ours is in `Database.writing`. It is told so last: two processes that open a file together
    have to wait for each other. No mmap: it was part of a reported corruption.
    """
    settings = (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "journal_size_limit=67108864",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "mmap_size=0",
        f"busy_timeout={5000 if read_only else 0}",
    )
    return (*settings, "query_only=ON") if read_only else settings


class DatabaseBusy(Exception):
    """Another process held the database for longer than we wait; the same write may be tried again."""


class Database:
    """The way to the data. Opened once a process, closed at its end."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self._writer = writer
        self._reader = reader
        self.is_sqlite = writer.dialect.name == "sqlite"

    @classmethod
    def open(cls, url: str) -> "Database":
        """Connects lazily; `url` is `sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`. The schema must be there."""
        if make_url(url).get_backend_name() == "sqlite":
            return cls(_sqlite_engine(url, read_only=False), _sqlite_engine(url, read_only=True))
        settings = {"statement_timeout": str(STATEMENT_LIMIT_MS), "timezone": "UTC"}
        engine = create_async_engine(
            url, pool_size=READERS + 4, max_overflow=0, pool_timeout=10, connect_args={"server_settings": settings}
        )
        return cls(engine, engine)

    async def close(self) -> None:
        """Gives all connections back."""
        await self._writer.dispose()
        await self._reader.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A snapshot that cannot write. Keep it short: an open snapshot keeps the WAL from shrinking."""
        async with AsyncSession(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self, *, patience: float = LOCK_PATIENCE_SECONDS) -> AsyncIterator[AsyncSession]:
        """One transaction, on disk when the block ends, gone when it raises. Read the whole request before entering.

        Raises `DatabaseBusy` when another process keeps SQLite locked for longer than `patience` seconds.
        """
        async with self._writer.connect() as connection:
            if self.is_sqlite:
                await _begin_immediate(connection, patience)
            async with AsyncSession(connection, expire_on_commit=False) as session:
                yield session
                await session.commit()
            await connection.commit()

    async def empty_log(self) -> None:
        """Moves what SQLite's log holds into the file and empties the log, so that what was deleted is in neither.

        The file itself is overwritten as rows go (`secure_delete`). Where somebody reads at this moment the next call does it.
        PostgreSQL's own vacuum does as much.
        """
        if self.is_sqlite:
            async with self._writer.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """One connection for a deed of the operator's, with one transaction over one moment; committed at the end."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        if engine.dialect.name == "sqlite":
            _say_begin_ourselves(engine)
        else:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


def _say_begin_ourselves(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")


def _sqlite_engine(url: str, *, read_only: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=READERS if read_only else 1,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"timeout": LOCK_PATIENCE_SECONDS},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver's own way commits before DDL
        cursor = connection.cursor()
        for pragma in sqlite_pragmas(read_only=read_only):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if read_only:

        @event.listens_for(engine.sync_engine, "begin")
        def _snapshot(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


async def _begin_immediate(connection: AsyncConnection, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            if time.monotonic() > deadline:
                raise DatabaseBusy("another process keeps the database locked") from error
            await connection.rollback()
            await asyncio.sleep(random.uniform(0.0005, 0.0025))  # noqa: S311 (jitter, no secret)
        else:
            return
