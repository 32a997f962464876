"""Nobody sees or changes what is not hers, by no address, with no id. The doors are in tests/sweep.py."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cast import CANARY, Village, open_village
from tests.mutants import find_mutants, is_noticed
from tests.sweep import Sweep

pytestmark = pytest.mark.anyio

FEWEST_REQUESTS = 1_000


@pytest.fixture
async def village(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Village]:
    async with open_village(database_url, tmp_path / "data") as opened:
        yield opened


async def test_every_door_opens_to_whom_it_should_and_shows_nothing_of_the_neighbours(village: Village) -> None:
    sweep = Sweep(village)
    await sweep.everybody()
    assert not sweep.problems, f"{len(sweep.problems)} problems:\n" + "\n".join(sweep.problems[:40])
    assert sweep.requests > FEWEST_REQUESTS


async def test_the_neighbour_himself_sees_his_canaries(village: Village) -> None:
    budi = village.people["neighbour"]
    complaint, customer = village.foreign["complaint_id"], village.foreign["customer_id"]
    rooms = (
        "/",
        "/voice",
        f"/complaints/{complaint}",
        "/business/profile",
        "/staff",
        "/customers",
        "/customers/snapshot",
    )
    for address in (*rooms, f"/customers/{customer}", f"/customers/{customer}/edit"):
        assert CANARY in (await budi.get(address)).text, f"{address} shows no canary, so a leak of it would not be seen"


@pytest.mark.parametrize(
    ("room", "function"),
    [
        ("ecrm_pwa.complaints.cases", "find"),
        ("ecrm_pwa.businesses.people", "revoke_invitation"),
        ("ecrm_pwa.photos", "find"),
        ("ecrm_pwa.customers.records", "list_customers"),
    ],
)
async def test_the_sweep_notices_when_one_tenant_filter_is_gone(
    room: str, function: str, database_url: str, tmp_path: Path
) -> None:
    mutant = next(one for one in find_mutants() if (one.room, one.function) == (room, function))
    assert await is_noticed(mutant, database_url, tmp_path / "data"), f"nobody noticed: {mutant}"
