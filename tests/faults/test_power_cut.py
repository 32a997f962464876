"""After a power cut the database is whole and holds everything that was acknowledged; and the simulation would see it if not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import power_cut, workload

pytestmark = pytest.mark.anyio

CUTS = 2_000
GUARD_CUTS = 300
SEED = 20_261_124

Run = Callable[..., power_cut.Recording]


@pytest.fixture(scope="module")
async def run(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> Run:
    """Runs one and the same village, on a database of its own each time, with these pragmas after the app's own."""
    folder = tmp_path_factory.mktemp("power-cut")
    migrated, transactions = await workload.prepare(folder, transactions=500, seed=SEED)

    def run(*pragmas: str) -> power_cut.Recording:
        database = folder / f"run-{'-'.join(pragmas)}.sqlite3"
        shutil.copyfile(migrated, database)
        return power_cut.record(database, transactions, pragmas=pragmas)

    return run


async def test_a_power_cut_loses_nothing_that_was_acknowledged(run: Run, tmp_path: Path) -> None:
    recording = run()
    assert recording.checkpoints() > 20, "too few checkpoints to say anything about them"

    figures = power_cut.cut(recording, cuts=CUTS, seed=SEED, folder=tmp_path)

    assert (figures.corrupt, figures.half_written, figures.lost) == (0, 0, 0), figures.failures


async def test_the_simulation_sees_the_loss_under_a_weaker_setting(run: Run, tmp_path: Path) -> None:
    figures = power_cut.cut(run("synchronous=NORMAL"), cuts=GUARD_CUTS, seed=SEED, folder=tmp_path)

    assert figures.lost > 0
    assert (figures.corrupt, figures.half_written) == (0, 0), figures.failures


async def test_the_simulation_sees_the_damage_where_nothing_is_synced(run: Run, tmp_path: Path) -> None:
    figures = power_cut.cut(run("synchronous=OFF"), cuts=GUARD_CUTS, seed=SEED, folder=tmp_path)

    assert figures.corrupt > 0
