"""What tests/ and e2e/ share: which engines to run on, and a fresh database for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from ecrm_pwa.base.db import Database
from tests.engines import ENGINES, Databases

# The same examples every time: a suite that fails by chance is trusted by nobody. How fast one is, is no pass mark.
settings.register_profile("suite", derandomize=True, database=None, deadline=None)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        action="append",
        choices=ENGINES,
        help="run what needs a database on this engine only (may be given twice; otherwise on all)",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", metafunc.config.getoption("engine") or ENGINES, scope="session")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Litestar, uvicorn and our database run on asyncio; so do the tests."""
    return "asyncio"


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where fresh databases come from, for those who need one for longer than a test."""
    source = Databases(tmp_path_factory.mktemp("databases"))
    yield source
    source.close()


@pytest.fixture
def database_url(databases: Databases, engine: str) -> Iterator[str]:
    """The address of an empty, migrated database that only this test knows; the test runs on each engine."""
    with databases.fresh(engine) as url:
        yield url


@pytest.fixture
async def database(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    """That database, opened."""
    opened = Database.open(database_url)
    yield opened
    await opened.close()
