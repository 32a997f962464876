"""All rows of a database: copied to another one, counted, and summed up so that two databases can be compared."""

import hashlib
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ecrm_pwa.base.db import Base

_AT_ONCE = 500
_MODULUS = 2**256
SERVER = ""
"""Stands for the rows that belong to no business: accounts, sessions, keys."""


class UnknownTable(Exception):
    """The database holds a table of which this version knows nothing, so a copy would not be whole."""


@dataclass(frozen=True)
class Measured:
    """What a database holds. Equal content gives equal figures, on SQLite and PostgreSQL, in whatever order rows lie."""

    rows: dict[str, int]
    """By table."""
    digests: dict[str, str]
    """By business (its id, or `SERVER`): the sum of the SHA-256 of its rows, in hexadecimal."""


async def measure(connection: AsyncConnection) -> Measured:
    """Reads every row once. The schema must be this version's; raises `UnknownTable`."""
    await connection.run_sync(_refuse_unknown)
    rows: dict[str, int] = {}
    sums: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        rows[table.name] = 0
        async for some in _pieces(connection, table):
            rows[table.name] += len(some)
            for row in some:
                owner = _owner(table, row)
                sums[owner] = (sums.get(owner, 0) + _weigh(table, row)) % _MODULUS
    return Measured(rows, {owner: f"{total:064x}" for owner, total in sums.items()})


async def copy(source: AsyncConnection, target: AsyncConnection) -> None:
    """Puts every row of `source` in the place of what `target` holds; both have this version's schema. Raises `UnknownTable`."""
    await source.run_sync(_refuse_unknown)
    for table in reversed(Base.metadata.sorted_tables):
        await target.execute(delete(table))
    for table in Base.metadata.sorted_tables:
        # A row that points at another of its own table can only do so once that one is there.
        later = _own_references(table)
        async for some in _pieces(source, table):
            values = [dict(row._mapping) for row in some]  # noqa: SLF001 (SQLAlchemy's public name for it)
            await target.execute(table.insert(), [value | dict.fromkeys(later) for value in values])
        if later:
            await _point(source, target, table, later)


async def _point(source: AsyncConnection, target: AsyncConnection, table: Table, columns: Sequence[str]) -> None:
    async for some in _pieces(source, table):
        for row in some:
            values = {name: row._mapping[name] for name in columns}  # noqa: SLF001 (likewise)
            if any(value is not None for value in values.values()):
                same = [column == row._mapping[column.name] for column in table.primary_key]  # noqa: SLF001 (likewise)
                await target.execute(update(table).where(*same).values(values))


async def _pieces(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Row[Any]]]:
    async with connection.stream(select(table), execution_options={"yield_per": _AT_ONCE}) as found:
        async for some in found.partitions():
            yield some


def _own_references(table: Table) -> list[str]:
    """The columns with which rows of this table point at each other; what is part of the key is there from the start."""
    return [
        column.name
        for constraint in table.foreign_key_constraints
        if constraint.referred_table is table
        for column in constraint.columns
        if not column.primary_key
    ]


def _owner(table: Table, row: Row[Any]) -> str:
    if table.name == "business":
        return str(row.id)
    return str(row.business_id) if "business_id" in table.columns and row.business_id else SERVER


def _weigh(table: Table, row: Row[Any]) -> int:
    text = "\x1f".join([table.name, *(_plain(value) for value in row)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest())


def _plain(value: Any) -> str:
    # The same text from both databases.
    match value:
        case bytes() | memoryview():
            return bytes(value).hex()
        case uuid.UUID():
            return value.hex
        case _:
            return repr(value)


def _refuse_unknown(connection: Connection) -> None:
    unknown = set(inspect(connection).get_table_names()) - set(Base.metadata.tables) - {"alembic_version"}
    if unknown:
        raise UnknownTable(f"no room of this version knows the table {', '.join(sorted(unknown))}")
