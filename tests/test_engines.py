"""The databases that tests are given: their own, empty, of this version's schema, and gone when the tests are, however they end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ecrm_pwa import accounts
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.schema import migrate
from tests.engines import Databases

ROOT = Path(__file__).parent.parent
PHONE = "+6281234567890"
TESTS_THAT_WAIT = """
import signal
from tests.engines import postgres
with postgres() as server:
    print(server.folder, flush=True)
    signal.pause()
"""


@pytest.mark.anyio
async def test_what_one_test_writes_no_other_finds(databases: Databases, engine: str) -> None:
    for _ in range(2):
        with databases.fresh(engine) as url:
            database = Database.open(url)
            async with database.reading() as session:
                assert list(await accounts.list_by_phone(session, PHONE)) == []
            async with database.writing() as session:
                await accounts.open_account(
                    session, name="Bu Siti", phone=PHONE, password_hash="", language="id", now=utc_now()
                )
            await database.close()


def test_a_database_is_at_the_schema_of_this_version(database_url: str, tmp_path: Path) -> None:
    migrate(database_url, backups=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.anyio
async def test_a_database_goes_although_somebody_is_still_connected(databases: Databases, engine: str) -> None:
    with databases.fresh(engine) as url:
        database = Database.open(url)
        async with database.reading() as session:
            await accounts.list_by_phone(session, PHONE)
    await database.close()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_postgresql_ends_with_the_tests_that_started_it(ending: signal.Signals) -> None:
    tests = subprocess.Popen(
        [sys.executable, "-c", TESTS_THAT_WAIT],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert tests.stdout is not None
    folder = Path(tests.stdout.readline().strip())
    server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    tests.send_signal(ending)
    tests.communicate()
    patience = time.monotonic() + 30
    while folder.exists() and time.monotonic() < patience:
        time.sleep(0.05)
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)
