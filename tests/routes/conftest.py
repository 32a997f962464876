"""The doors by HTTP: the whole app over a fresh database, on each engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.shop import Shop, open_shop


@pytest.fixture
async def shop(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Shop]:
    """Bu Siti's shop, open; nobody sends too often."""
    async with open_shop(database_url, tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def rina(shop: Shop) -> httpx.AsyncClient:
    """The phone of a customer."""
    return await shop.phone("10.0.0.7")
