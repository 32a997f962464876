"""The app on the screen of a phone, by HTTP: the manifest, the way there, the first step, what is shared with it."""

import json
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.shop import Page, Shop, picture

pytestmark = pytest.mark.anyio

CHROME = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)
SAMSUNG = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko)"
    " SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)
CHROME_ON_IPHONE = IPHONE.replace("Version/18.5", "CriOS/140.0.0.0")


@pytest.fixture
async def manifest(shop: Shop) -> dict[str, Any]:
    answer = await (await shop.phone()).get("/manifest.json")
    assert answer.headers["content-type"] == "application/manifest+json"
    assert answer.headers["cache-control"] == "no-cache"
    read: dict[str, Any] = json.loads(answer.text)
    return read


async def fetched(shop: Shop, address: str) -> httpx.Response:
    answer = await (await shop.phone()).get(address)
    assert answer.status_code == 200, address
    return answer


async def test_a_browser_finds_all_that_it_needs_to_install(shop: Shop, manifest: dict[str, Any]) -> None:
    page = Page((await shop.owner.get("/")).text)
    assert page.all("link", rel="manifest", href="/manifest.json")
    assert page.all("meta", name="theme-color")
    assert manifest["id"] == "/?app", "with another one it would be another app"
    assert len(manifest["short_name"]) <= 12
    assert manifest["lang"] == "id"
    for icon in manifest["icons"]:
        answer = await fetched(shop, icon["src"])
        assert answer.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            assert "{}x{}".format(*Image.open(BytesIO(answer.content)).size) == icon["sizes"]
    purposes = {(icon["purpose"], icon["sizes"]) for icon in manifest["icons"]}
    assert {("any", "192x192"), ("any", "512x512"), ("maskable", "512x512")} <= purposes


async def test_its_pictures_are_small_and_of_the_size_that_they_say(shop: Shop, manifest: dict[str, Any]) -> None:
    for shot in manifest["screenshots"]:
        answer = await fetched(shop, shot["src"])
        assert len(answer.content) < 60_000
        assert "{}x{}".format(*Image.open(BytesIO(answer.content)).size) == shot["sizes"]
        assert shot["label"]
    assert {shot["form_factor"] for shot in manifest["screenshots"]} == {"narrow", "wide"}


async def test_its_shortcuts_lead_to_pages_that_exist(shop: Shop, manifest: dict[str, Any]) -> None:
    assert 1 <= len(manifest["shortcuts"]) <= 4
    for shortcut in manifest["shortcuts"]:
        answer = await shop.owner.get(shortcut["url"])
        assert answer.status_code == 200, shortcut["url"]
        await fetched(shop, shortcut["icons"][0]["src"])


@pytest.mark.parametrize(
    ("agent", "first"),
    [
        (CHROME, "Chrome"),
        (SAMSUNG, "Samsung Internet"),
        (FIREFOX, "Firefox"),
        (IPHONE, "Safari di iPhone"),
        (CHROME_ON_IPHONE, "Safari di iPhone"),
        ("", "Chrome"),
    ],
)
async def test_the_browser_that_asks_is_shown_first(shop: Shop, agent: str, first: str) -> None:
    for phone in (shop.owner, await shop.phone()):
        text = (await phone.get("/install", headers={"User-Agent": agent})).text
        heads = [part.partition("</h2>")[0] for part in text.split("<h2>")[1:]]
        assert heads[0] == first
        ways = {"Chrome", "Samsung Internet", "Firefox", "Safari di iPhone"}
        others = {part.partition("</summary>")[0] for part in text.split("<summary>")[1:]}
        assert others == ways - {first}
        assert len(Page(text).all("svg", viewbox="0 0 72 104")) == 16, "each step is drawn"


async def test_opening_it_from_the_screen_of_the_phone_ticks_the_step_off(shop: Shop) -> None:
    async def open_steps(path: str) -> list[str]:
        page = Page((await shop.owner.get(path)).text)
        return [str(link["href"]) for link in page.all("a") if link.get("href") == "/install"]

    assert await open_steps("/") == ["/install"]
    # In a browser, and with something else behind the question mark, it is no installed app.
    assert await open_steps("/?src=link") == ["/install"]
    assert await open_steps("/?src=pwa") == []
    assert await open_steps("/") == [], "and it stays so"


async def test_who_is_not_signed_in_ticks_nothing_off(shop: Shop) -> None:
    stranger = await shop.phone()
    assert (await stranger.get("/?src=pwa")).status_code == 200
    assert 'href="/install"' in (await shop.owner.get("/")).text


async def test_without_a_worker_shared_words_are_shown_and_nothing_is_kept(shop: Shop) -> None:
    shared = {"title": "WhatsApp", "text": "Bu, pesan 3 ya\nambil <b>sore</b>", "url": "https://example.id"}
    answer = await shop.owner.post("/share", data=shared, files={"photos": ("a.png", picture(), "image/png")})
    assert answer.status_code == 200
    assert "Bu, pesan 3 ya\nambil &lt;b&gt;sore&lt;/b&gt;" in answer.text
    assert "https://example.id" in answer.text
    assert "Fotonya tidak ikut." in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "pesan 3" not in (await shop.owner.get("/share")).text


async def test_what_a_browser_says_of_sharing_is_taken(shop: Shop) -> None:
    # It comes from outside every site, and a phone's other app may leave all of it empty.
    headers = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
    answer = await shop.owner.post("/share", files={"title": (None, "")}, headers=headers)
    assert answer.status_code == 200
    assert "Belum ada yang dibagikan." in answer.text


async def test_shared_words_are_for_who_is_signed_in(shop: Shop) -> None:
    stranger = await shop.phone()
    assert (await stranger.get("/share")).headers["location"] == "/sign-in?next=/share"
    assert (await stranger.post("/share", data={"text": "Halo"})).status_code == 401
