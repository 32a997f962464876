"""The service worker's file: one, small, for the whole site, new whenever anything that it keeps is new."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from ecrm_pwa.app import create_app
from ecrm_pwa.base.schema import migrate
from ecrm_pwa.settings import Settings, WrongSetting
from ecrm_pwa.web.assets import Assets
from ecrm_pwa.web.pages import Pages
from ecrm_pwa.web.worker import Worker
from tests.shop import Page, phone_at

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent.parent
BUDGET = 5_000


@asynccontextmanager
async def visitor(data: Path, *, worker: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    """A phone without an account."""
    settings = Settings(data=data, worker=worker)
    migrate(settings.database)
    app = create_app(settings)
    async with app.lifespan(), phone_at(app) as phone:
        yield phone


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A copy of static/ that a test may change."""
    return shutil.copytree(ROOT / "static", tmp_path / "static")


def version(static: Path) -> str:
    """Of the worker that is made from these files."""
    settings = Settings()
    assets = Assets.load(None, dev=False, folder=static)
    text = Worker(assets, Pages(assets, settings, (), b"secret"), settings).script()
    found = re.match(r'const VERSION="([0-9a-f]{10})"', text)
    assert found is not None
    return found[1]


def kept(script: str) -> list[str]:
    """What the worker puts on a phone when it is installed."""
    found = re.search(r"FILES=\[(.*?)\]", script)
    assert found is not None
    return [name.strip('"') for name in found[1].split(",")]


async def test_it_is_one_small_file_for_the_whole_site(tmp_path: Path) -> None:
    async with visitor(tmp_path) as phone:
        answer = await phone.get("/service-worker.js", headers={"Accept-Encoding": "br"})
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["service-worker-allowed"] == "/"
    assert answer.num_bytes_downloaded <= BUDGET
    assert "importScripts" not in answer.text


async def test_it_is_asked_for_again_each_time_and_not_sent_again_when_it_is_the_same(tmp_path: Path) -> None:
    async with visitor(tmp_path) as phone:
        first = await phone.get("/service-worker.js")
        again = await phone.get("/service-worker.js", headers={"If-None-Match": first.headers["etag"]})
    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


async def test_it_may_speak_to_its_own_server_only(tmp_path: Path) -> None:
    async with visitor(tmp_path) as phone:
        answer = await phone.get("/service-worker.js")
    assert answer.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"


async def test_nobody_is_known_by_it(tmp_path: Path) -> None:
    async with visitor(tmp_path) as phone:
        for path in ("/service-worker.js", "/offline", "/manifest.json"):
            answer = await phone.get(path)
            assert "set-cookie" not in answer.headers, path
            # With an owner the phone would take the page for a sign that nobody is signed in on it.
            assert "x-page-owner" not in answer.headers, path


async def test_all_that_it_keeps_is_there(tmp_path: Path) -> None:
    async with visitor(tmp_path) as phone:
        files = kept((await phone.get("/service-worker.js")).text)
        answers = {file: await phone.get(file) for file in files}
    assert {file: answer.status_code for file, answer in answers.items() if answer.status_code != 200} == {}
    assert files[:2] == ["/offline?lang=id", "/offline?lang=en"]


async def test_every_script_and_style_of_a_page_is_kept(tmp_path: Path) -> None:
    async with visitor(tmp_path) as phone:
        files = set(kept((await phone.get("/service-worker.js")).text))
        for path in ("/offline", "/", "/install", "/sign-in"):
            page = Page((await phone.get(path)).text)
            wanted = {str(script["src"]) for script in page.all("script") if "src" in script}
            wanted |= {str(link["href"]) for link in page.all("link", rel="stylesheet")}
            assert wanted <= files, path


async def test_the_offline_page_needs_nothing_else(tmp_path: Path) -> None:
    async with visitor(tmp_path) as phone:
        files = set(kept((await phone.get("/service-worker.js")).text))
        page = Page((await phone.get("/offline?lang=en")).text)
    asked = {str(use["href"]).partition("#")[0] for use in page.all("use")}
    asked |= {str(image["src"]) for image in page.all("img")}
    assert asked <= files
    assert "No signal" in page.words
    assert page.all("html", lang="en")


@pytest.mark.parametrize(
    "name",
    ["css/3-layout.css", "js/forms.js", "icons/sprite.svg", "icons/icon-192.png", "manifest.json", "service-worker.js"],
)
def test_a_change_of_anything_that_it_keeps_makes_a_new_version(name: str, static: Path) -> None:
    before = version(static)
    content = (static / name).read_bytes()
    changes = {
        ".css": content + b"\n.new { color: red }\n",
        ".js": content + b"\nself.isNew = true;\n",
        ".svg": content.replace(b"<svg", b"<svg class='new'", 1),
        ".png": content + b"new",
        ".json": content.replace(b"E-CRM", b"CRM"),
    }
    (static / name).write_bytes(changes[Path(name).suffix])
    assert version(static) != before


def test_a_change_of_what_it_does_not_keep_makes_none(static: Path) -> None:
    before = version(static)
    (static / "public" / "public.css").write_text("main { color: red }")
    assert version(static) == before


async def test_two_servers_of_one_build_give_the_same_file(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        async with visitor(tmp_path / name) as phone:
            texts.append((await phone.get("/service-worker.js")).text)
    assert texts[0] == texts[1]


async def test_the_kill_switch_unregisters_and_never_touches_the_database(tmp_path: Path) -> None:
    async with visitor(tmp_path, worker=False) as phone:
        answer = await phone.get("/service-worker.js")
        page = Page((await phone.get("/")).text)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert "unregister()" in answer.text
    assert "indexedDB" not in answer.text
    assert "fetch" not in answer.text
    (told,) = page.all("template", id="worker")
    assert "data-script" not in told, "pages would register it again and again"


def test_the_switch_says_on_or_off() -> None:
    assert Settings.from_environment({}).worker
    assert Settings.from_environment({"ECRM_WORKER": "on"}).worker
    assert not Settings.from_environment({"ECRM_WORKER": "off"}).worker
    with pytest.raises(WrongSetting, match="ECRM_WORKER must be on or off"):
        Settings.from_environment({"ECRM_WORKER": "0"})
