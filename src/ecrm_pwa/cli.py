"""The `ecrm` command: what the operator does on the server."""

import asyncio
import fcntl
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, TypeVar

import click
import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa import __version__, accounts, backups, businesses, demo, housekeeping
from ecrm_pwa.base import phones, sqlite
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.passwords import Passwords
from ecrm_pwa.base.photos import PhotoStore, PhotoWorker
from ecrm_pwa.base.schema import NewerSchema, OlderSchema
from ecrm_pwa.base.schema import migrate as bring_up_to_date
from ecrm_pwa.settings import Settings, WrongSetting

T = TypeVar("T")

BACKUP_EVERY = timedelta(hours=26)
"""How old the last backup may be before `check` complains: a day, and some patience with a slow timer."""


@click.group()
def main() -> None:
    """E-CRM UMKM on this server. Settings come from the environment; the README lists them."""


@main.command()
def version() -> None:
    """Tell the version of the app and of its SQLite."""
    click.echo(f"E-CRM UMKM {__version__}, SQLite {'.'.join(map(str, sqlite.VERSION))}")


@main.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    _migrate(_settings())
    click.echo("The database is up to date.")


@main.command()
@click.option("--reload", is_flag=True, help="Start again when a source file changes (development).")
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty server with the demo village first.")
def serve(*, reload: bool, with_demo: bool) -> None:
    """Migrate, then serve at the address of the settings."""
    settings = _settings()
    _refuse_old_sqlite(settings)
    if with_demo:
        _show_demo(settings)
    else:
        _migrate(settings)
        _refuse_public_demo(settings)
    _claim(settings, shared=True)  # until the process ends
    click.echo(f"E-CRM UMKM {__version__} at {settings.public_url}, data in {settings.data}. Stop with Ctrl+C.")
    uvicorn.run(
        "ecrm_pwa.cli:_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        reload=reload,
        reload_dirs=["src", "static"] if reload else None,
        proxy_headers=settings.behind_proxy,
        forwarded_allow_ips="127.0.0.1",
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=20,
        log_level="warning",
    )


@main.command("demo")
def fill_demo() -> None:
    """Fill an empty server with the demo village and tell its sign-ins; they are told again when it is there already."""
    _show_demo(_settings())


@main.command()
def check() -> None:
    """Tell what is wrong with this server; ends with 1 when something is."""
    settings = _settings()
    wrong = []
    if sqlite.has_wal_reset_bug() and settings.database.startswith("sqlite"):
        wrong.append("SQLite has the WAL-reset bug: install the wheel pysqlite3, or use PostgreSQL.")
    if not settings.secure:
        wrong.append("ECRM_PUBLIC_URL is not https: other phones get no offline mode, and cookies are not Secure.")
    if settings.host not in {"127.0.0.1", "::1", "localhost"}:
        wrong.append("ECRM_HOST is open to the network: put a proxy such as Caddy in front and listen on 127.0.0.1.")
    made = backups.last_made(settings.data)
    if made is None:
        wrong.append("No backup was ever made: ecrm backup.")
    elif utc_now() - made > BACKUP_EVERY:
        wrong.append(
            f"The last backup is of {made:%Y-%m-%d %H:%M} UTC: ecrm backup, and see why nothing made one since."
        )
    for sentence in wrong:
        click.echo(sentence)
    if wrong:
        sys.exit(1)
    click.echo("Nothing is wrong.")


@main.command()
@click.argument("target", required=False, metavar="[-]")
def backup(target: str | None) -> None:
    """Copy everything while the server works on: to the data folder's `backups`, or with - to the standard output.

    The file holds password hashes and the server's secret: encrypt it before it leaves the machine.
    """
    settings = _settings()
    if target not in {None, "-"}:
        raise click.ClickException("A backup goes to the data folder, or to the standard output with -.")
    try:
        if target is None:
            path, manifest = asyncio.run(backups.make_file(settings.database, settings.data, now=utc_now()))
            click.echo(str(path))
        else:
            output = sys.stdout.buffer
            manifest = asyncio.run(backups.make(settings.database, settings.data, output, now=utc_now()))
            output.flush()
    except (OSError, SQLAlchemyError, NewerSchema, OlderSchema) as error:
        raise click.ClickException(f"No backup was made: {error}") from error
    click.echo(f"{sum(manifest.rows.values())} rows and {manifest.photos} photos.", err=True)
    if manifest.missing_photos:
        click.echo(f"{manifest.missing_photos} photos were named and not there.", err=True)


@main.command()
@click.argument("source", type=click.File("rb"))
def restore(source: BinaryIO) -> None:
    """Put the backup SOURCE (or - for the standard input) on this server, on which nobody has signed up yet."""
    settings = _settings()
    claim = _claim(settings, shared=False)
    try:
        manifest = asyncio.run(backups.restore(source, settings.database, settings.data))
    except backups.Inhabited:
        raise click.ClickException(
            "People have signed up here already. Name an empty data folder in ECRM_DATA (or another database) to restore to."
        ) from None
    except (backups.NotABackup, NewerSchema, OSError) as error:
        raise click.ClickException(f"Nothing was restored: {error}") from error
    finally:
        os.close(claim)
    click.echo(f"Restored: {sum(manifest.rows.values())} rows and {manifest.photos} photos of {manifest.made_at}.")


@main.command()
@click.argument("path", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def drill(path: Path | None) -> None:
    """Try the newest backup (or PATH) out in a folder that goes afterwards; ends with 1 when it could not be relied on."""
    settings = _settings()
    made = backups.list_files(settings.data)
    if path is None and not made:
        raise click.ClickException("There is no backup yet: ecrm backup.")
    try:
        result = asyncio.run(backups.drill(path or made[-1], settings.database))
    except (backups.NotABackup, NewerSchema, OSError, SQLAlchemyError) as error:
        raise click.ClickException(f"This backup could not be restored: {error}") from error
    click.echo(f"Of {result.manifest.made_at}: {sum(result.manifest.rows.values())} rows, all compared;")
    click.echo(f"{result.photos} photos, all compared; {result.pages} shops' pages opened.")
    for table, change in result.since.items():
        click.echo(f"  {table}: {change:+} rows since")
    for problem in result.problems:
        click.echo(problem)
    if result.problems:
        sys.exit(1)
    click.echo("This backup is good.")


@main.command("reset-link")
@click.argument("phone")
@click.option("--account", type=int, help="Which one, when several people claim the number (1 is the first).")
def reset_link(phone: str, account: int | None) -> None:
    """Make a link that works once, with which the owner of PHONE sets a new password."""
    settings = _settings()
    try:
        number = phones.normalise(phone)
    except phones.NotAPhoneNumber:
        raise click.ClickException(f"{phone} is not a phone number.") from None

    async def make(session: AsyncSession) -> str:
        claimants = await accounts.list_by_phone(session, number)
        if not claimants:
            raise click.ClickException("Nobody has signed up with this number.")
        if len(claimants) > 1 and account is None:
            lines = []
            for place, claimant in enumerate(claimants, 1):
                theirs = await businesses.list_businesses(session, claimant.id)
                names = ", ".join(business.name for business in theirs) or "no business"
                lines.append(f"  {place}. {claimant.name}, since {claimant.created_at:%Y-%m-%d}, {names}")
            raise click.ClickException(
                "Several people claim this number. Ask which business is hers, then add --account:\n" + "\n".join(lines)
            )
        place = account or 1
        if not 1 <= place <= len(claimants):
            raise click.ClickException(f"There are {len(claimants)} accounts with this number.")
        return await accounts.make_reset_link(session, claimants[place - 1].id, now=utc_now())

    secret = _write(settings, make)
    click.echo(f"{settings.public_url}/reset/{secret}")
    click.echo("It works once, within 24 hours. Give it to the person herself.", err=True)


@main.command()
def prune() -> None:
    """Delete what is over, as `serve` does every hour: ended businesses, old sessions, files that nobody names, old copies."""
    settings = _settings()
    store = PhotoStore(settings.data / "photos")
    swept = asyncio.run(_with(settings, lambda db: housekeeping.tidy(db, store, settings.data / "backups")))
    click.echo(f"{swept.businesses} businesses, {swept.photos} photos and {swept.copies} copies deleted.")


def _claim(settings: Settings, *, shared: bool) -> int:
    """Says until this handle is closed that the data folder is in use: by servers together, or by one that restores to it."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o750)
    handle = os.open(settings.data / "in-use", os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise click.ClickException(
            "A backup is being restored here." if shared else "A server is using this data folder: stop it first."
        ) from None
    return handle


def _app() -> object:
    from ecrm_pwa.app import create_app  # noqa: PLC0415 (the other commands start faster without it)

    return create_app(_settings())


def _settings() -> Settings:
    try:
        return Settings.from_environment(os.environ)
    except WrongSetting as error:
        raise click.ClickException(str(error)) from error


def _refuse_old_sqlite(settings: Settings) -> None:
    if not settings.database.startswith("sqlite") or not sqlite.has_wal_reset_bug():
        return
    found = ".".join(map(str, sqlite.VERSION))
    if settings.secure and not settings.allow_old_sqlite:
        raise click.ClickException(
            f"SQLite {found} can corrupt the database (WAL-reset bug). Install the wheel pysqlite3, use PostgreSQL, "
            "or set ECRM_ALLOW_OLD_SQLITE=1 if nobody would miss this data."
        )
    click.echo(
        f"Warning: SQLite {found} has the WAL-reset bug; do not keep data here that somebody would miss.", err=True
    )


def _migrate(settings: Settings) -> None:
    try:
        bring_up_to_date(settings.database, backups=settings.data / "backups")
    except NewerSchema as error:
        raise click.ClickException(str(error)) from error


def _show_demo(settings: Settings) -> None:
    if settings.secure:
        raise click.ClickException(
            "The demo village's passwords are in print, and ECRM_PUBLIC_URL is https: leave it out to try the demo here."
        )
    _migrate(settings)

    async def fill(db: Database) -> bool:
        store = PhotoStore(settings.data / "photos")
        return await demo.fill(db, passwords=Passwords(), worker=PhotoWorker(), store=store, now=utc_now())

    try:
        is_new = asyncio.run(_with(settings, fill))
    except demo.Inhabited:
        raise click.ClickException(
            "People have signed up here already: name an empty data folder in ECRM_DATA (or another database) for the demo."
        ) from None
    click.echo("The demo village has moved in." if is_new else "The demo village is here already; nothing was changed.")
    click.echo(f"Everybody signs in at {settings.public_url}/sign-in with the password: {demo.PASSWORD}")
    for person in demo.PEOPLE:
        click.echo(f"  {person.number}  {person.name:<13} {person.who}")
    click.echo("What customers see, without signing in:")
    for shop in demo.SHOPS:
        click.echo(f"  {settings.public_url}/toko/{shop.slug}")
    click.echo(f"  {settings.public_url}/k/{demo.RINAS_SECRET}  (Rina's complaint: is it well?)")


def _refuse_public_demo(settings: Settings) -> None:
    async def is_there(db: Database) -> bool:
        async with db.reading() as session:
            return await demo.is_there(session)

    if settings.secure and asyncio.run(_with(settings, is_there)):
        raise click.ClickException(
            "This data is the demo village's, whose passwords are in print: serve it by http only, or start with an "
            "empty data folder."
        )


def _write(settings: Settings, deed: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async def run(db: Database) -> T:
        async with db.writing() as session:
            return await deed(session)

    return asyncio.run(_with(settings, run))


async def _with(settings: Settings, deed: Callable[[Database], Awaitable[T]]) -> T:
    db = Database.open(settings.database)
    try:
        return await deed(db)
    finally:
        await db.close()
