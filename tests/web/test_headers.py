"""Headers of every answer that depend on how the server is reached."""

from pathlib import Path

import pytest

from tests.shop import open_shop

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("address", ["https://ecrm.example", "http://localhost:8000"])
async def test_over_https_every_cookie_is_secure(
    database_url: str, tmp_path: Path, anyio_backend: str, address: str
) -> None:
    async with open_shop(database_url, tmp_path / "data", public_url=address) as shop:
        said = await shop.owner.post("/business/qr/printed")
        left = await shop.owner.post("/sign-out")
    cookies = [*said.headers.get_list("set-cookie"), *left.headers.get_list("set-cookie")]
    assert any(cookie.startswith("flash=") for cookie in cookies)
    assert {"; secure" in cookie.lower() for cookie in cookies} == {address.startswith("https")}
