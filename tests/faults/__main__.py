"""The long runs: `bin/faults power-cut`, `bin/faults kill`, `bin/faults cuts`, `bin/faults storm`."""

import asyncio
import shutil
import tempfile
import time
from pathlib import Path

import click

from tests.faults import kill, power_cut, workload
from tests.machine import find_chromium
from tests.network import cuts
from tests.network.badnet import FIN, RST, End
from tests.network.bench import Bench

CUTS_A_VILLAGE = 5_000
"""After so many cuts comes another village: its writes lie at other places."""


@click.group()
def main() -> None:
    """Faults on purpose. Prints its figures, and fails where an acknowledged write was lost."""


@main.command("power-cut")
@click.option("--cuts", default=50_000, show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same cuts.")
@click.option("--transactions", default=500, show_default=True, help="How many a village makes.")
@click.option("--pragma", multiple=True, help="After the app's own; synchronous=NORMAL must lose.")
def power_cuts(cuts: int, seed: int, transactions: int, pragma: tuple[str, ...]) -> None:
    """Simulated power cuts, between and within writes."""
    folder = Path(tempfile.mkdtemp(prefix="ecrm-power-cut-"))
    figures = power_cut.Figures()
    begin = time.monotonic()
    for village, done in enumerate(range(0, cuts, CUTS_A_VILLAGE)):
        room = folder / f"village-{village}"
        room.mkdir()
        migrated, taken = asyncio.run(workload.prepare(room, transactions=transactions, seed=seed + village))
        recording = power_cut.record(migrated, taken, pragmas=pragma)
        figures += power_cut.cut(recording, cuts=min(CUTS_A_VILLAGE, cuts - done), seed=seed + village, folder=room)
        click.echo(f"{figures}, {time.monotonic() - begin:.0f} s")
    _end(folder, figures.failures)


@main.command("kill")
@click.option("--rounds", default=1_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def kills(rounds: int, seed: int) -> None:
    """SIGKILLs of a real server while people write to it."""
    folder = Path(tempfile.mkdtemp(prefix="ecrm-kill-"))
    begin = time.monotonic()
    figures = asyncio.run(kill.run(folder, rounds=rounds, seed=seed, tell=click.echo))
    click.echo(f"{figures}, {time.monotonic() - begin:.0f} s")
    _end(folder, figures.problems)


@main.command("cuts")
@click.option("--every", default=1, show_default=True, help="After every how many bytes a text is cut.")
@click.option("--every-of-photos", default=1, show_default=True)
@click.option("--end", "ends", type=click.Choice([FIN, RST]), multiple=True, default=(FIN, RST), show_default=True)
@click.option("--seed", default=1, show_default=True)
def cut_connections(every: int, every_of_photos: int, ends: tuple[End, ...], seed: int) -> None:
    """Connections cut off after each byte of five kinds of write, which are sent again until they are acknowledged."""
    folder = Path(tempfile.mkdtemp(prefix="ecrm-cuts-"))
    begin = time.monotonic()
    with Bench(folder) as bench:
        figures = asyncio.run(cuts.run(bench, every=every, every_of_photos=every_of_photos, ends=ends, seed=seed))
    click.echo(f"{figures}, {time.monotonic() - begin:.0f} s")
    _end(folder, figures.problems)


@main.command("storm")
@click.option("--writes", default=300, show_default=True)
@click.option("--kills", default=20, show_default=True, help="How often the server dies.")
@click.option("--seed", default=20_261_124, show_default=True)
def storms(writes: int, kills: int, seed: int) -> None:
    """Writes in a real Chromium through a network that fails in every way, to a server that is killed again and again."""
    # Here, for the others need no browser.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    from e2e import storm  # noqa: PLC0415
    from e2e.conftest import CHROMIUM_FLAGS  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="ecrm-storm-"))
    with Bench(folder) as bench, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        figures = storm.run(bench, browser, writes=writes, kills=kills, seed=seed, tell=click.echo)
        browser.close()
    click.echo(str(figures))
    _end(folder, figures.problems)


def _end(folder: Path, failures: list[str]) -> None:
    if not failures:
        shutil.rmtree(folder)
        return
    raise click.ClickException("\n".join([*failures, f"the files are in {folder}"]))


if __name__ == "__main__":
    main(prog_name="bin/faults")
