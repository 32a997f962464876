"""In a storm of cut connections, portals and a server that dies, nothing is lost, doubled or out of order."""

from pathlib import Path

import click
import pytest
from playwright.sync_api import Browser

from e2e import storm
from tests.network.bench import FORGETFUL, Bench

SEED = 20_261_124


def test_forty_writes_and_three_deaths_of_the_server(
    browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Bench(tmp_path) as bench:
        figures = storm.run(bench, browser, writes=40, kills=3, seed=SEED)

    with capsys.disabled():
        click.echo(f"\n{figures}")
    assert figures.problems == []
    assert figures.unheard > 0, "no storm at all"


def test_a_server_that_forgets_what_it_has_done_is_found_out(browser: Browser, tmp_path: Path) -> None:
    with Bench(tmp_path, program=FORGETFUL) as bench:
        figures = storm.run(bench, browser, writes=30, kills=1, seed=SEED)

    assert figures.problems
