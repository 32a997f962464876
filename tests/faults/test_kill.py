"""A server that is killed in the midst of writes has lost nothing of what it answered."""

from pathlib import Path

import click
import pytest

from tests.faults import kill

pytestmark = pytest.mark.anyio

ROUNDS = 20
SEED = 20_261_124


async def test_a_killed_server_loses_nothing_that_it_answered(
    tmp_path: Path, anyio_backend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = await kill.run(tmp_path, rounds=ROUNDS, seed=SEED)

    with capsys.disabled():
        click.echo(f"\n{figures}")
    assert figures.answered > ROUNDS
    assert figures.unanswered > 0, "no kill fell into a write"
    assert figures.problems == []
