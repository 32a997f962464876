"""Journeys in a real Chromium against real servers, one for each engine: servers, browser, phones."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from e2e.outbox import WITHOUT_SIGNAL
from e2e.phone import Phone
from e2e.screens import USUAL, Stage
from e2e.server import Server
from tests.engines import Databases
from tests.machine import find_chromium
from tests.network.badnet import BadNet
from tests.network.bench import Bench

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent

PhoneMaker = Callable[..., Phone]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    # Playwright keeps an event loop running in this thread, beside which no other can: what needs one must be over.
    yield
    items.sort(key=lambda item: HERE in item.path.parents)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        for name, begin in item.stash.get(_LOG_BEGINS, {}).items():
            served = item.funcargs[name]
            assert isinstance(served, Server)
            report.sections.append((f"log of {name}", served.said(begin)))
    return report


_LOG_BEGINS = pytest.StashKey[dict[str, int]]()


@pytest.fixture(autouse=True)
def _log_begins(request: pytest.FixtureRequest) -> None:
    """Remembers how long the servers' logs are, so that a failed test shows its own part."""
    begins = {}
    for name in {"server", "dev_server"}.intersection(request.fixturenames):
        server: Server = request.getfixturevalue(name)
        begins[name] = server.log_length()
    request.node.stash[_LOG_BEGINS] = begins


@pytest.fixture(scope="session")
def server(engine: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app as it is served in earnest; the test runs on each engine."""
    with databases.fresh(engine) as url:
        yield from _serve(Server(tmp_path_factory.mktemp(f"server-{engine}"), database_url=url))


@pytest.fixture(scope="session")
def dev_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """On SQLite alone, with the page of all components: for sweeps over what does not depend on the engine."""
    yield from _serve(Server(tmp_path_factory.mktemp("server-dev"), dev=True))


def _serve(server: Server) -> Iterator[Server]:
    try:
        yield server
    finally:
        server.stop()
    said = server.said()
    assert "Traceback" not in said, said[-10_000:]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def launch_options() -> dict[str, Any]:
    """How a browser is started, also by tests that need one of their own."""
    return {"executable_path": find_chromium(), "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser(playwright: Playwright, launch_options: dict[str, Any]) -> Iterator[Browser]:
    launched = playwright.chromium.launch(**launch_options)
    yield launched
    launched.close()


@pytest.fixture
def new_phone(browser: Browser, server: Server) -> Iterator[PhoneMaker]:
    """Makes phones. The test fails when something went wrong in one of them, such as a violation of the security policy."""
    phones: list[Phone] = []

    def make(**options: Any) -> Phone:
        phones.append(Phone.of(browser, server.url, **options))
        return phones[-1]

    yield make
    troubles = [trouble for phone in phones for trouble in phone.finish()]
    assert not troubles, "went wrong in the browser:\n" + "\n".join(troubles)


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A server behind a bad network. On SQLite alone: what a phone makes of its answers does not depend on the engine."""
    with Bench(tmp_path_factory.mktemp("bench")) as opened:
        yield opened


@pytest.fixture
def net(bench: Bench) -> Iterator[BadNet]:
    """The network in front of the server of `bench`; well again after each test."""
    yield bench.net
    bench.net.heal()


@pytest.fixture
def new_far_phone(browser: Browser, bench: Bench, net: BadNet) -> Iterator[PhoneMaker]:
    """Makes phones behind that network. That there is none at times is no trouble of theirs."""
    phones: list[Phone] = []

    def make(**options: Any) -> Phone:
        phones.append(Phone.of(browser, bench.url, **options))
        return phones[-1]

    yield make
    net.heal()
    troubles = [trouble for phone in phones for trouble in phone.finish() if not WITHOUT_SIGNAL.search(trouble)]
    assert not troubles, "went wrong in the browser:\n" + "\n".join(troubles)


@pytest.fixture
def phone(new_phone: PhoneMaker) -> Phone:
    """A small phone that has never seen the server."""
    return new_phone()


@pytest.fixture(scope="session")
def stage(browser: Browser, dev_server: Server) -> Iterator[Stage]:
    """The small world of all screens, with the usual names."""
    opened = Stage(browser, dev_server, USUAL)
    yield opened
    opened.close()
