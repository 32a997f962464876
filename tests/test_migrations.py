"""The schema that migrations make is the one that the code means, on both engines, and a step back in time is refused."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

import ecrm_pwa.app  # noqa: F401 (every table)
from ecrm_pwa.base import schema
from ecrm_pwa.base.db import Base, Database

pytestmark = pytest.mark.anyio


async def test_the_migrated_schema_is_the_one_of_the_models(database_url: str) -> None:
    engine = create_async_engine(database_url)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})
        return list(compare_metadata(context, Base.metadata))

    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []


def test_there_is_one_line_of_migrations() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(schema._config(connection))  # noqa: SLF001 (the very configuration that is used)
    engine.dispose()
    assert len(scripts.get_heads()) == 1, "two migrations follow the same one: let one follow the other"


async def test_every_table_is_strict_and_ordered_by_its_key_on_sqlite(database: Database) -> None:
    if not database.is_sqlite:
        return  # both are SQLite's own matters
    async with database.reading() as session:
        rows = await session.execute(
            text("SELECT name, wr, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
        )
        ours = {name: (wr, strict) for name, wr, strict in rows if name in Base.metadata.tables}
    assert set(ours) == set(Base.metadata.tables)
    assert {name for name, kind in ours.items() if kind != (1, 1)} == set()


async def test_the_key_of_what_belongs_to_a_business_begins_with_the_business() -> None:
    for table in Base.metadata.sorted_tables:
        if "business_id" in table.columns and table.name != "session":
            assert next(iter(table.primary_key.columns)).name == "business_id", table.name


def test_a_database_of_a_newer_app_is_refused_in_words(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'x.sqlite3'}"
    schema.migrate(url)
    with closing(sqlite3.connect(tmp_path / "x.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(schema.NewerSchema, match="newer app"):
        schema.migrate(url)


def test_a_copy_is_made_before_a_database_changes_and_none_when_it_does_not(tmp_path: Path) -> None:
    url, backups = f"sqlite+aiosqlite:///{tmp_path / 'x.sqlite3'}", tmp_path / "backups"
    schema.migrate(url, backups=backups)
    schema.migrate(url, backups=backups)
    assert not backups.exists(), "a new database and an unchanged one need no copy"

    old = tmp_path / "old.sqlite3"
    engine = create_engine(f"sqlite:///{old}")
    with engine.connect() as connection:
        command.upgrade(schema._config(connection), "0001")  # noqa: SLF001 (the very configuration that is used)
        connection.commit()
    engine.dispose()
    schema.migrate(f"sqlite+aiosqlite:///{old}", backups=backups)
    (copied,) = backups.glob("before-migration-*.sqlite3")
    assert (version(copied), version(old)) == ("0001", version(tmp_path / "x.sqlite3"))


def version(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
