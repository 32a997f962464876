"""There is something to lose: what was backed up comes back whole, and what is no whole backup touches nothing."""

import asyncio
import fcntl
import io
import os
import resource
import shutil
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select, update

from ecrm_pwa import backups
from ecrm_pwa.app import create_app
from ecrm_pwa.backups import rows
from ecrm_pwa.base import schema
from ecrm_pwa.base.db import Database, connected, new_id, utc_now
from ecrm_pwa.base.photos import PhotoStore
from ecrm_pwa.cli import main
from ecrm_pwa.housekeeping import tidy
from ecrm_pwa.photos import Photo
from ecrm_pwa.satisfaction import Rating
from ecrm_pwa.settings import Settings
from tests.cast import Village, open_village
from tests.engines import Databases
from tests.shop import BOUNDLESS, PASSWORD, URL, acknowledged, keyed, phone_at

pytestmark = pytest.mark.anyio


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
async def village(database_url: str, data: Path, anyio_backend: str) -> AsyncIterator[Village]:
    async with open_village(database_url, data) as opened:
        yield opened


async def measured(url: str) -> rows.Measured:
    async with connected(url) as connection:
        return await rows.measure(connection)


def files(data: Path) -> dict[str, bytes]:
    """The photos and the secret."""
    found = [data / "secret", *(data / "photos").rglob("*.webp")]
    return {str(path.relative_to(data)): path.read_bytes() for path in found}


async def test_what_was_backed_up_comes_back_whole_on_either_database(
    village: Village, database_url: str, data: Path, databases: Databases, tmp_path: Path
) -> None:
    path, manifest = await backups.make_file(database_url, data, now=utc_now())
    before = await measured(database_url)
    assert manifest.rows["complaint"] == before.rows["complaint"] > 0
    assert path.stat().st_mode & 0o777 == 0o600, "password hashes are in it"
    for engine in ("sqlite", "postgresql"):
        there = tmp_path / f"restored-{engine}"
        with databases.fresh(engine) as url:
            with path.open("rb") as file:
                await backups.restore(file, url, there)
            assert await measured(url) == before
            assert files(there) == files(data)
            app = create_app(Settings(data=there, database_url=url, public_url=URL, limit_factor=BOUNDLESS))
            async with app.lifespan(), phone_at(app) as phone:
                await phone.post("/sign-in", data={"phone": "0812 3456 7890", "password": PASSWORD})
                page = await phone.get(f"/complaints/{village.right['complaint_id']}")
                assert page.status_code == 200
                assert "Rina" in page.text


async def test_a_backup_made_while_customers_rate_holds_one_moment_and_all_that_was_answered_before(
    village: Village, database_url: str, data: Path, databases: Databases, tmp_path: Path
) -> None:
    answered: list[str] = []
    news = asyncio.Condition()
    over = asyncio.Event()

    async def rate_on(phone_number: int) -> None:
        phone = await village.shop.phone(f"10.0.7.{phone_number}")
        while not over.is_set():
            name, key = str(new_id()), new_id()
            phone.cookies.clear()
            acknowledged(
                await keyed(phone, f"{village.shop.path}/nilai", {"id": name, "face": "5", "words": "Enak"}, key=key),
                key,
            )
            async with news:
                answered.append(name)
                news.notify_all()

    async with asyncio.TaskGroup() as everybody:
        for number in range(4):
            everybody.create_task(rate_on(number))
        for _round in range(3):
            wanted = len(answered) + 5
            async with news:
                await news.wait_for(lambda: len(answered) >= wanted)  # noqa: B023 (waited for right here)
            before = set(answered)
            path, _manifest = await backups.make_file(database_url, data, now=utc_now())
            with databases.fresh("sqlite") as url, path.open("rb") as file:
                await backups.restore(file, url, tmp_path / f"restored-{_round}")
                restored = Database.open(url)
                async with restored.reading() as session:
                    kept = {str(name) for name in await session.scalars(select(Rating.id))}
                await restored.close()
            path.unlink()
            assert before <= kept
        over.set()


async def test_a_backup_that_is_cut_changed_or_strange_is_refused_and_touches_nothing(
    village: Village, database_url: str, data: Path, databases: Databases, tmp_path: Path
) -> None:
    path, _manifest = await backups.make_file(database_url, data, now=utc_now())
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[whole.index(b"SQLite format 3") + 5000] ^= 1
    bad = {
        "nothing": b"",
        "something else": b"PK\x03\x04 this is a letter" * 900,
        "changed on the way": bytes(flipped),
        "outwards": packed({"../../outside": b"x"}),
        "absolute": packed({"/outside": b"x"}),
        "no database": packed({"manifest.json": b"{}"}),
        "a manifest that is none": packed({"manifest.json": b"[1, 2]"}),
        "a link": packed({}, link="secret"),
    } | {f"cut at {part} tenths": whole[: len(whole) * part // 10] for part in range(1, 10)}
    there = tmp_path / "restored"
    with databases.fresh("sqlite") as url:
        for name, content in bad.items():
            with pytest.raises(backups.NotABackup):
                await backups.restore(io.BytesIO(content), url, there)
            assert list(there.iterdir()) == [], name
        assert (await measured(url)).rows["account"] == 0
        await backups.restore(io.BytesIO(whole), url, there)


async def test_where_somebody_lives_nothing_is_put_back(
    village: Village, database_url: str, data: Path, databases: Databases
) -> None:
    path, _manifest = await backups.make_file(database_url, data, now=utc_now())
    before, photos = await measured(database_url), files(data)
    with path.open("rb") as file, pytest.raises(backups.Inhabited):
        await backups.restore(file, database_url, data)
    assert await measured(database_url) == before
    assert files(data) == photos


async def test_the_drill_opens_every_shop_and_tells_what_came_since(
    village: Village, database_url: str, data: Path
) -> None:
    path, _manifest = await backups.make_file(database_url, data, now=utc_now())
    key = new_id()
    acknowledged(await keyed(village.people["stranger"], f"{village.shop.path}/nilai", {"face": "5"}, key=key), key)
    result = await backups.drill(path, database_url)
    assert result.problems == []
    assert result.since["rating"] == 1
    assert result.photos > 0
    assert result.pages == 2, "Bu Siti's and Pak Budi's"
    assert [left.name for left in path.parent.glob("drill-*")] == []


async def test_the_drill_tells_of_a_photo_that_is_not_the_one_that_was_uploaded(
    village: Village, database_url: str, data: Path
) -> None:
    async with village.database.writing() as session:
        names = (await session.scalars(select(Photo.name).order_by(Photo.name))).all()
        changed = update(Photo).where(Photo.name == names[0]).values(sha256="0" * 64)
        await session.execute(changed)
    PhotoStore(data / "photos").path(names[1], "full").unlink()
    path, manifest = await backups.make_file(database_url, data, now=utc_now())
    assert manifest.missing_photos == 1
    result = await backups.drill(path, database_url)
    assert any(names[0] in problem for problem in result.problems)
    assert any("1 photos are not there" in problem for problem in result.problems)


async def test_old_backups_and_what_a_killed_one_left_go_by_themselves(village: Village, data: Path) -> None:
    folder = data / "backups"
    (folder / "making-old").mkdir(parents=True)
    for name, days in (("ecrm-a.tar", 36), ("ecrm-b.tar", 34), ("ecrm-c.unfinished", 2), ("making-old", 2)):
        if not (folder / name).exists():
            (folder / name).write_text("x")
        then = (utc_now() - timedelta(days=days)).timestamp()
        os.utime(folder / name, (then, then))
    (folder / "making-now").mkdir()
    await tidy(village.database, PhotoStore(data / "photos"), folder)
    assert sorted(path.name for path in folder.iterdir()) == ["ecrm-b.tar", "making-now"]


def packed(content: dict[str, bytes], *, link: str = "") -> bytes:
    """A tar file with these files in it."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for name, inside in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(inside)
            tar.addfile(info, io.BytesIO(inside))
        if link:
            info = tarfile.TarInfo(link)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(info)
    return target.getvalue()


# ---------- as the operator types it ----------


def ecrm(data: Path, *words: str, given: bytes | None = None) -> Result:
    """The command as it is called on a server of its own, on SQLite in its data folder."""
    environment = {"ECRM_DATA": str(data), "ECRM_DATABASE_URL": "", "ECRM_PUBLIC_URL": "http://localhost:8000"}
    return CliRunner().invoke(main, words, env=environment, input=given)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "data"
    assert ecrm(folder, "demo").exit_code == 0
    return folder


@pytest.fixture
def lived_in(filled: Path, data: Path) -> Path:
    return Path(shutil.copytree(filled, data))


def test_the_operator_backs_up_moves_to_a_new_machine_and_tries_it_out(lived_in: Path, tmp_path: Path) -> None:
    assert "No backup was ever made" in ecrm(lived_in, "check").output
    made = ecrm(lived_in, "backup")
    assert made.exit_code == 0, made.output
    assert "No backup" not in ecrm(lived_in, "check").output
    drilled = ecrm(lived_in, "drill")
    assert drilled.exit_code == 0, drilled.output
    assert "This backup is good." in drilled.output

    path = Path(made.stdout.splitlines()[0])
    new = tmp_path / "new machine"
    restored = ecrm(new, "restore", str(path))
    assert restored.exit_code == 0, restored.output
    assert files(new) == files(lived_in)
    again = ecrm(new, "restore", str(path))
    assert again.exit_code == 1
    assert "People have signed up here already" in again.output


def test_a_backup_goes_through_a_pipe_to_wherever_the_operator_likes(lived_in: Path, tmp_path: Path) -> None:
    piped = ecrm(lived_in, "backup", "-")
    assert piped.exit_code == 0
    assert list((lived_in / "backups").glob("*.tar")) == [], "nothing stays here"
    restored = ecrm(tmp_path / "new", "restore", "-", given=piped.stdout_bytes)
    assert restored.exit_code == 0, restored.output
    assert files(tmp_path / "new") == files(lived_in)


def test_while_a_server_uses_the_folder_nothing_is_put_back(lived_in: Path, tmp_path: Path) -> None:
    path = Path(ecrm(lived_in, "backup").stdout.splitlines()[0])
    there = tmp_path / "there"
    there.mkdir()
    with (there / "in-use").open("w") as serving:
        fcntl.flock(serving, fcntl.LOCK_SH)
        refused = ecrm(there, "restore", str(path))
    assert refused.exit_code == 1
    assert "stop it first" in refused.output
    assert ecrm(there, "restore", str(path)).exit_code == 0


def test_where_there_is_no_database_there_is_no_backup(tmp_path: Path) -> None:
    refused = ecrm(tmp_path / "nothing", "backup")
    assert refused.exit_code == 1
    assert "there is no database" in refused.output
    assert not (tmp_path / "nothing" / "ecrm.sqlite3").exists()


def test_a_backup_changes_nothing_in_a_database_of_an_older_version(data: Path, tmp_path: Path) -> None:
    data.mkdir()
    database = data / "ecrm.sqlite3"
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        command.upgrade(schema._config(connection), "0007")  # noqa: SLF001 (the very configuration that is used)
    made = ecrm(data, "backup")
    assert made.exit_code == 0, made.output
    with engine.connect() as connection:
        assert schema.revision_of(connection) == "0007"
    restored = ecrm(tmp_path / "new", "restore", made.stdout.splitlines()[0])
    assert restored.exit_code == 0, restored.output


def test_a_backup_of_last_week_makes_the_check_complain(lived_in: Path) -> None:
    assert ecrm(lived_in, "backup").exit_code == 0
    then = utc_now() - timedelta(days=7)
    (lived_in / "backups" / "last-backup").write_text(then.isoformat())
    assert f"The last backup is of {then:%Y-%m-%d}" in ecrm(lived_in, "check").output


def test_a_full_disk_is_told_and_leaves_no_half_backup(lived_in: Path) -> None:
    with nothing_larger_than(300_000):
        refused = ecrm(lived_in, "backup")
    assert refused.exit_code == 1
    assert "No backup was made" in refused.output
    assert list((lived_in / "backups").iterdir()) == []


@contextmanager
def nothing_larger_than(size: int) -> Iterator[None]:
    """Writing a larger file fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
