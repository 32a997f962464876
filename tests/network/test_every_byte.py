"""However a network fails a phone, after whichever byte: what it sends again until it has heard is there once, and whole."""

from pathlib import Path

import click
import pytest

from tests.engines import Databases
from tests.network import cuts
from tests.network.bench import FORGETFUL, Bench

pytestmark = pytest.mark.anyio

SEED = 20_261_124
STEPS = {"sqlite": (2, 16), "postgresql": (16, 128)}
"""After every how many bytes a text, and a photo, is cut: about 3,000 cuts on SQLite; bin/faults cuts has each byte."""


async def test_what_is_cut_off_after_any_byte_arrives_once_and_whole(
    databases: Databases, engine: str, tmp_path: Path, anyio_backend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    every, every_of_photos = STEPS[engine]
    with databases.fresh(engine) as url, Bench(tmp_path, database_url=url) as bench:
        figures = await cuts.run(bench, every=every, every_of_photos=every_of_photos, seed=SEED)
        said = bench.said()

    with capsys.disabled():
        click.echo(f"\n{engine}: {figures}")
    assert figures.problems == []
    assert figures.heard_nothing == figures.cuts, "some cuts did not hit"
    assert figures.keys == figures.rows > figures.cuts
    assert "Traceback" not in said, "a weak network would fill the server's log"


async def test_a_server_that_forgets_what_it_has_done_is_found_out(tmp_path: Path, anyio_backend: str) -> None:
    with Bench(tmp_path, program=FORGETFUL) as bench:
        figures = await cuts.run(bench, every=90, every_of_photos=90, kinds=("answer", "photo"), seed=SEED)

    assert figures.rows > figures.keys, "no photo came twice"
    assert any("not acknowledged" in problem for problem in figures.problems), "no answer was refused the second time"
