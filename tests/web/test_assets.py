"""Static files: what a browser, a village phone with yesterday's page and a curious stranger get."""

import gzip
import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]  # it ships no types
import httpx
import pytest
from litestar import Litestar, get

from ecrm_pwa.web.assets import Assets, UnknownAsset, compression, sha256_source

pytestmark = pytest.mark.anyio

APP_JS = "// starts\nconst photo = () => import('/static/js/photo.js')\naddEventListener('load', photo)\n"
FILES = {
    "css/20-button.css": "/* buttons */\n@layer components { .btn { color: green } }\n",
    "css/10-tokens.css": "@layer tokens, components;\n@layer tokens { :root { --space: calc(1rem + 2px) } }\n",
    "js/app.js": APP_JS,
    "js/photo.js": "export const shrink = true;\n" + 'console.log("small");\n' * 40,
    "icons/sprite.svg": "<svg xmlns='http://www.w3.org/2000/svg'>" + "<symbol id='bell'></symbol>" * 50 + "</svg>",
    "icons/icon.png": "not really a picture, but never the same when compressed twice",
    "manifest.json": '{"icons": [{"src": "/static/icons/icon.png"}]}',
    "vendor/small-1.0.js": "/*\n * Copyright (c) 2026 The Small Authors, MIT licence\n */\nconst  small  =  1 // one\n",
    "vendor/big-2.0.min.js": "/* (c) Big */const  left  =  'as it is'\n",
    "vendor/README.md": "where these come from",
    ".keep": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    for name, text in FILES.items():
        write(folder / name, text)
    return folder


@pytest.fixture
def assets(folder: Path) -> Assets:
    return Assets.load(None, dev=False, folder=folder)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def browser(assets: Assets) -> httpx.AsyncClient:
    app: Any = Litestar([assets.handler(), page], compression_config=compression(), openapi_config=None)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


@get("/page", media_type="text/html", sync_to_thread=False)
def page() -> str:
    return "<p>Sate Bandeng Bu Siti</p>" * 100


async def raw_status(assets: Assets, path: str) -> int:
    """The status for a path exactly as written: a client library would tidy it first."""
    sent: list[dict[str, Any]] = []
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode()}
    scope |= {"query_string": b"", "headers": [], "scheme": "http", "http_version": "1.1", "root_path": ""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    app: Any = Litestar([assets.handler()], openapi_config=None)
    await app(scope | {"client": None, "server": ("localhost", 80)}, receive, send)
    return int(sent[0]["status"])


async def test_a_file_is_kept_for_a_year_under_an_address_that_names_its_content(assets: Assets) -> None:
    address = assets.url("icons/sprite.svg")
    async with browser(assets) as client:
        answer = await client.get(address)
    assert re.fullmatch(r"/static/icons/sprite\.[0-9a-f]{10}\.svg", address)
    assert hashlib.sha256(answer.content).hexdigest().startswith(address.split(".")[1])
    assert answer.text == FILES["icons/sprite.svg"]
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_only_the_address_with_the_hash_answers(assets: Assets) -> None:
    async with browser(assets) as client:
        assert (await client.get("/static/js/photo.js")).status_code == 404


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("css/app.css", "text/css; charset=utf-8"),
        ("js/app.js", "text/javascript; charset=utf-8"),
        ("icons/icon.png", "image/png"),
        ("manifest.json", "application/json"),
    ],
)
async def test_every_kind_of_file_says_what_it_is(assets: Assets, name: str, content_type: str) -> None:
    async with browser(assets) as client:
        assert (await client.get(assets.url(name))).headers["content-type"] == content_type


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("identity, br;q=0.5", None),
        ("*", "br"),
        ("*;q=0", None),
        ("BR", "br"),
        ("br;q=often", None),
        ("xbr, gzippy", None),
        ("", None),
    ],
)
async def test_the_browser_gets_the_compression_that_it_asked_for(
    assets: Assets, accepted: str, coding: str | None
) -> None:
    async with browser(assets) as client:
        answer = await client.get(assets.url("js/photo.js"), headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.text == assets.text("js/photo.js")


async def test_a_picture_is_not_compressed_again(assets: Assets) -> None:
    async with browser(assets) as client:
        answer = await client.get(assets.url("icons/icon.png"), headers={"Accept-Encoding": "br"})
    assert "content-encoding" not in answer.headers
    assert answer.text == FILES["icons/icon.png"]


async def test_the_length_told_to_head_is_the_length_sent_to_get(assets: Assets) -> None:
    async with browser(assets) as client:
        asked = await client.head(assets.url("js/photo.js"))
        async with client.stream("GET", assets.url("js/photo.js")) as got:
            sent = b"".join([chunk async for chunk in got.aiter_raw()])
    assert asked.content == b""
    assert asked.headers == got.headers
    assert int(asked.headers["content-length"]) == len(sent)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("wrap", ["{}", "W/{}", '"other", {}', "*"])
async def test_what_the_phone_holds_is_not_sent_again(assets: Assets, method: str, wrap: str) -> None:
    async with browser(assets) as client:
        first = await client.get(assets.url("js/photo.js"))
        wish = {"If-None-Match": wrap.format(first.headers["etag"])}
        again = await client.request(method, assets.url("js/photo.js"), headers=wish)
    assert (again.status_code, again.content) == (304, b"")
    for header in ("etag", "cache-control", "vary"):
        assert again.headers[header] == first.headers[header]


async def test_a_copy_in_another_compression_is_not_the_same_copy(assets: Assets) -> None:
    async with browser(assets) as client:
        plain = await client.get(assets.url("js/photo.js"), headers={"Accept-Encoding": "identity"})
        wish = {"Accept-Encoding": "br", "If-None-Match": plain.headers["etag"]}
        assert (await client.get(assets.url("js/photo.js"), headers=wish)).status_code == 200
        wish = {"Accept-Encoding": "identity", "If-None-Match": plain.headers["etag"]}
        assert (await client.get(assets.url("js/photo.js"), headers=wish)).status_code == 304


async def test_nothing_but_the_known_files_is_served(assets: Assets, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Bu Siti's customers")
    (folder / "js" / "link.js").symlink_to(secret)
    (folder / "out").symlink_to(tmp_path)
    address = assets.url("js/app.js")
    name = address.removeprefix("/static/js/")
    for path in (
        "/static",
        "/static/",
        "/static/js",
        "/static/js/",
        "/static/.keep",
        "/static/vendor/README.md",
        "/static/js/link.js",
        "/static/out/secret.txt",
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/..\\secret.txt",
        "/static/js/../../secret.txt",
        f"/static/js/../js/{name}",
        "/static//etc/passwd",
        f"/static//{secret}",
        "/static/\x00",
        f"{address}\x00",
        f"{address}.br",
        f"{address.upper()}",
        "/static/" + "a" * 100_000,
        "/static/\ufffd",
    ):
        assert await raw_status(assets, path) == 404, path
    assert await raw_status(assets, address) == 200
    linked = Assets.load(None, dev=False, folder=folder)
    for hidden in ("js/link.js", "out/secret.txt"):
        with pytest.raises(UnknownAsset):
            linked.url(hidden)


def test_a_misspelt_name_is_answered_with_the_right_one(assets: Assets) -> None:
    with pytest.raises(UnknownAsset, match=r"there is no 'js/foto.js' in static/; 'js/photo.js' perhaps\?"):
        assets.url("js/foto.js")


def test_all_styles_are_one_small_file_in_the_order_of_the_names(assets: Assets) -> None:
    assert assets.text("css/app.css") == (
        "@layer tokens,components;@layer tokens{:root{--space:calc(1rem + 2px)}}@layer components{.btn{color:green}}"
    )
    with pytest.raises(UnknownAsset):
        assets.url("css/20-button.css")


def test_scripts_lose_their_comments_and_licences_stay(assets: Assets) -> None:
    assert "starts" not in assets.text("js/app.js")
    small = assets.text("vendor/small-1.0.js")
    assert "Copyright (c) 2026 The Small Authors, MIT licence" in small
    assert small.endswith("const small=1")
    assert assets.text("vendor/big-2.0.min.js") == FILES["vendor/big-2.0.min.js"]


def test_an_address_inside_a_file_becomes_the_hashed_one(assets: Assets) -> None:
    assert assets.url("js/photo.js") in assets.text("js/app.js")
    assert f'"src": "{assets.url("icons/icon.png")}"' in assets.text("manifest.json")


def test_a_change_in_a_file_changes_the_address_of_those_that_name_it(folder: Path, assets: Assets) -> None:
    write(folder / "js" / "photo.js", "export const shrink = false")
    changed = Assets.load(None, dev=False, folder=folder)
    assert changed.url("js/app.js") != assets.url("js/app.js")
    assert changed.url("icons/sprite.svg") == assets.url("icons/sprite.svg")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("js/app.js", "import('/static/js/fotos.js')", "js/app.js: there is no 'js/fotos.js'"),
        ("js/photo.js", "import('/static/js/app.js')", "js/app.js -> js/photo.js -> js/app.js"),
        ("css/90-end.css", ".a::after { content: '</style>' }", "must not contain </style"),
    ],
)
def test_a_file_that_could_not_work_stops_the_start(folder: Path, name: str, text: str, said: str) -> None:
    write(folder / name, text)
    with pytest.raises((UnknownAsset, ValueError), match=re.escape(said)):
        Assets.load(None, dev=False, folder=folder)


def test_the_first_page_carries_the_styles_and_the_next_ones_link_to_them(assets: Assets) -> None:
    first = str(assets.stylesheet(None))
    found = re.fullmatch(r'<style data-css="(\S+) (\w+)">(.*)</style>', first)
    assert found is not None
    assert found[1] == assets.url("css/app.css")
    assert found[3] == assets.text("css/app.css")
    assert assets.stylesheet_source == sha256_source(found[3])
    assert assets.stylesheet(found[2]) == f'<link rel="stylesheet" href="{assets.url("css/app.css")}">'
    for foreign in ("", "0000000000", '"><script>alert(1)</script>'):
        assert assets.stylesheet(foreign) == first


def test_the_policy_names_an_inline_block_by_its_sha256() -> None:
    # The empty text's sum is in every table of examples.
    assert sha256_source("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


def test_the_next_start_compresses_nothing_again(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = Assets.load(cache, dev=False, folder=folder)
    written = {path: path.stat().st_ino for path in cache.rglob("*") if path.is_file()}
    second = Assets.load(cache, dev=False, folder=folder)
    assert second.url("js/app.js") == first.url("js/app.js")
    assert {path: path.stat().st_ino for path in cache.rglob("*") if path.is_file()} == written


@pytest.mark.parametrize(
    ("name", "ending"),
    [("icons/icon.png", ""), ("icons/sprite.svg", ""), ("icons/sprite.svg", ".br"), ("icons/sprite.svg", ".gz")],
)
async def test_a_file_torn_in_the_cache_is_made_anew(folder: Path, tmp_path: Path, name: str, ending: str) -> None:
    cache = tmp_path / "cache"
    address = Assets.load(cache, dev=False, folder=folder).url(name)
    torn = cache / (address.removeprefix("/static/") + ending)
    torn.write_bytes(torn.read_bytes()[:-3])
    assets = Assets.load(cache, dev=False, folder=folder)
    unpack: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".br": brotli.decompress, ".gz": gzip.decompress}
    assert unpack[ending](torn.read_bytes()).decode() == FILES[name]
    async with browser(assets) as client:
        assert (await client.get(address)).text == FILES[name]


async def test_a_page_of_the_previous_build_still_finds_its_files(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    yesterday = Assets.load(cache, dev=False, folder=folder)
    write(folder / "js" / "app.js", "/* all new */ let today")
    today = Assets.load(cache, dev=False, folder=folder)
    assert today.url("js/app.js") != yesterday.url("js/app.js")
    async with browser(today) as client:
        for _ in range(2):
            old = await client.get(yesterday.url("js/app.js"), headers={"Accept-Encoding": "br"})
            assert old.text == yesterday.text("js/app.js")
            assert old.headers["content-encoding"] == "br"
            assert old.headers["content-type"] == "text/javascript; charset=utf-8"
        new = await client.get(today.url("js/app.js"))
        assert new.text == "let today"


async def test_past_builds_are_kept_within_a_bound_and_the_longest_unused_go_first(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    write(folder / "js" / "app.js", "let app")

    def build(name: str, text: str) -> str:
        for path in cache.rglob("*.*"):  # a day has passed
            os.utime(path, (path.stat().st_mtime - 86_400,) * 2)
        before = Assets.load(cache, dev=False, folder=folder).url(name)
        write(folder / name, text)
        return before

    photo = [build("js/photo.js", f"export const build = {n}") for n in range(3)]
    # As old as the first of the scripts, but in use until now.
    sprite = build("icons/sprite.svg", "<svg/>")
    monkeypatch.setattr("ecrm_pwa.web.assets._PAST_BUILDS_BYTES", len(FILES["icons/sprite.svg"]))
    assets = Assets.load(cache, dev=False, folder=folder)
    async with browser(assets) as client:
        assert [(await client.get(address)).status_code for address in [sprite, *photo]] == [200, 404, 404, 404]
    assert not list(cache.glob(photo[0].removeprefix("/static/") + "*"))


async def test_a_cache_that_cannot_be_written_does_not_stop_the_start(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.write_text("a file where the folder should be")
    assets = Assets.load(cache, dev=False, folder=folder)
    async with browser(assets) as client:
        assert (await client.get(assets.url("js/app.js"))).status_code == 200


async def test_in_development_a_saved_file_is_there_at_once(folder: Path) -> None:
    assets = Assets.load(None, dev=True, folder=folder)
    before, source = assets.url("css/app.css"), assets.stylesheet_source
    write(folder / "css" / "30-card.css", ".card { color: red }")
    after = assets.url("css/app.css")
    assert after != before
    assert assets.stylesheet_source != source
    async with browser(assets) as client:
        assert ".card{color:red}" in (await client.get(after)).text
        assert ".card" not in (await client.get(before)).text


async def test_pages_are_compressed_on_the_way_out(assets: Assets) -> None:
    async with browser(assets) as client:
        for coding in ("br", "gzip"):
            answer = await client.get("/page", headers={"Accept-Encoding": coding})
            assert answer.headers["content-encoding"] == coding
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.text == "<p>Sate Bandeng Bu Siti</p>" * 100


def test_our_own_scripts_do_not_nest_template_literals() -> None:
    """Only then does the minifier leave the text inside them alone."""
    token = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`((?:[^`\\]|\\.)*)`", re.DOTALL)
    static = Path(__file__).parents[2] / "static"
    for script in [*static.glob("*.js"), *(static / "js").glob("*.js")]:
        for literal in token.finditer(script.read_text()):
            opened = (literal[1] or "").rpartition("${")
            assert not opened[1] or "}" in opened[2], f"{script.name}: {literal[0]}"


def test_the_real_files_load_and_the_styles_keep_within_their_weight() -> None:
    assets = Assets.load(None, dev=False)
    assert assets.url("icons/sprite.svg")
    assert len(brotli.compress(assets.text("icons/sprite.svg").encode())) <= 5_000
    if list((Path(__file__).parents[2] / "static" / "css").glob("*.css")):
        assert len(brotli.compress(assets.text("css/app.css").encode())) <= 6_000
