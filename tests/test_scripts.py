"""What the scripts in bin/ say on a machine that lacks something: one sentence, with what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOLS = ("cat", "dirname", "flock", "grep", "mv", "rm", "sh")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for PATH with a shell and a few tools, and no Python."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (folder / tool).symlink_to(found)
    return folder


def _serve(tmp_path: Path, programs: Path) -> subprocess.CompletedProcess[str]:
    shutil.copytree(ROOT / "bin", tmp_path / "clone" / "bin")
    shutil.copy(ROOT / "requirements.lock", tmp_path / "clone")
    return subprocess.run(
        [tmp_path / "clone" / "bin" / "serve"],
        env={"PATH": str(programs)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _python(programs: Path, name: str, *, refuses: str) -> None:
    """A Python that fails when what it is asked to run has these words in it."""
    script = f'#!/bin/sh\ncase "$*" in *"{refuses}"*) exit 1 ;; esac\nexec "{sys.executable}" "$@"\n'
    (programs / name).write_text(script)
    (programs / name).chmod(0o755)


def test_without_python_it_says_what_to_install(tmp_path: Path, programs: Path) -> None:
    result = _serve(tmp_path, programs)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "bin/serve: Python 3.11 or newer is missing: install it (on Debian and Ubuntu: apt install python3 python3-venv)"
        " and run this again.\n"
    )


def test_an_older_python_is_none(tmp_path: Path, programs: Path) -> None:
    _python(programs, "python3", refuses="version_info >= (3, 11)")
    assert "Python 3.11 or newer is missing" in _serve(tmp_path, programs).stderr


def test_a_python_without_venv_is_told_by_its_version(tmp_path: Path, programs: Path) -> None:
    _python(programs, "python3", refuses="ensurepip")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    result = _serve(tmp_path, programs)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"bin/serve: Python {version} lacks its module venv: install it (on Debian and Ubuntu: apt install python{version}-venv)"
        " and run this again.\n"
    )


@pytest.mark.parametrize(
    ("package", "settings", "sentence"),
    [
        (
            "chromium",
            {"PATH": ""},
            "A browser is missing: install Chromium (on Debian: apt install chromium) or name one",
        ),
        (
            "chromium",
            {"ECRM_CHROMIUM": "/nowhere/chromium"},
            "ECRM_CHROMIUM names /nowhere/chromium, which is no program",
        ),
        ("postgresql", {"ECRM_PG_BIN": "/nowhere"}, "ECRM_PG_BIN names /nowhere, where no initdb is"),
    ],
)
def test_what_the_tests_lack_is_told(package: str, settings: dict[str, str], sentence: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.machine", package],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("ECRM_")} | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1
