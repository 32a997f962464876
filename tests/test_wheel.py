"""The app as a wheel, in an environment that has nothing but the pinned packages: it serves, with its looks."""

import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.machine import free_port

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the hatchling of the development lock: nothing is fetched."""
    target = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [built] = target.glob("*.whl")
    return built


def test_the_wheel_has_everything_that_is_no_python(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    wanted = {
        str(path.relative_to(source))
        for folder in ("templates", "locale", "migrations", "fonts")
        for path in (source / "ecrm_pwa" / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    static = {f"ecrm_pwa/static/{path.relative_to(ROOT / 'static')}" for path in (ROOT / "static").rglob("*.*")}
    assert wanted | static <= inside
    assert not any(name.startswith(("tests/", "e2e/", "static/")) for name in inside)


def test_the_wheel_serves_the_first_page_with_its_looks(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", ROOT / "requirements.lock"], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)

    with _served(environment / "bin" / "ecrm", tmp_path) as address, httpx.Client(base_url=address) as client:
        page = client.get("/")
        assert page.status_code == 200
        assert "E-CRM UMKM" in page.text
        named = set(re.findall(r"/static/[\w./-]+\.(?:css|js|svg)", page.text))
        assert {Path(name).suffix for name in named} >= {".css", ".js"}
        for name in named:
            assert client.get(name).status_code == 200, name


@contextmanager
def _served(command: Path, folder: Path) -> Iterator[str]:
    port = free_port()
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("ECRM_", "PYTHON"))}
    server = subprocess.Popen(
        [command, "serve"],
        cwd=folder,
        env={**outside, "ECRM_DATA": str(folder / "data"), "ECRM_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        address = f"http://localhost:{port}"
        _wait_until_up(server, address)
        yield address
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE_SECONDS)


def _wait_until_up(server: subprocess.Popen[str], address: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            httpx.get(address, timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    server.terminate()
    pytest.fail(f"the server did not answer:\n{server.communicate()[0]}")
