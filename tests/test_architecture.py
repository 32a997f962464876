"""The house keeps its plan: who imports whom (contracts in pyproject.toml), where SQL may stand, how rooms are not named."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "ecrm_pwa"
DRAWERS = {"base", "web", "routes", "migrations"}
FRONT = {"__init__", "__main__", "app", "cli", "settings"}

NAMES_THAT_SAY_NOTHING = {"common", "core", "helpers", "misc", "util", "utils"}
PATH_OF_ONE_MACHINE = re.compile(r"(?<![\w.:/-])/(?:farm|home|root|Users|work)/")


def _lint_imports(source: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            Path(sys.executable).with_name("lint-imports"),
            "--no-logo",
            "--no-cache",
            "--config",
            ROOT / "pyproject.toml",
        ],
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_room_imports_only_what_it_may() -> None:
    result = _lint_imports(ROOT / "src")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("accounts/people.py", "import ecrm_pwa.businesses", "each room imports lower rooms only"),
        ("base/db.py", "import ecrm_pwa.accounts", "each room imports lower rooms only"),
        ("web/pages.py", "import ecrm_pwa.routes", "web speaks HTTP above base, beside the areas"),
        ("web/pages.py", "import ecrm_pwa.businesses", "web knows no business"),
        ("accounts/people.py", "import ecrm_pwa.web.pages", "areas know no HTTP and no settings"),
        ("businesses/profile.py", "import litestar", "areas know no HTTP and no settings"),
        ("base/inputs.py", "import litestar", "base knows no HTTP"),
    ],
)
def test_a_wrong_import_is_refused(module: str, line: str, contract: str, tmp_path: Path) -> None:
    copy = shutil.copytree(PACKAGE, tmp_path / "ecrm_pwa")
    with (copy / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    result = _lint_imports(tmp_path)
    assert result.returncode == 1
    assert re.search(rf"^{re.escape(contract)} BROKEN", result.stdout, re.MULTILINE), result.stdout


def test_a_new_area_must_be_given_its_place(tmp_path: Path) -> None:
    copy = shutil.copytree(PACKAGE, tmp_path / "ecrm_pwa")
    (copy / "weather.py").touch()
    result = _lint_imports(tmp_path)
    assert result.returncode == 1
    assert "ecrm_pwa.weather" in result.stdout


def test_the_contracts_name_every_area() -> None:
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    areas = {f"ecrm_pwa.{name}" for name in modules - DRAWERS - FRONT}
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["name"]: contract for contract in config["tool"]["importlinter"]["contracts"]}
    assert set(contracts["areas know no HTTP and no settings"]["source_modules"]) == areas
    assert set(contracts["web knows no business"]["forbidden_modules"]) == areas


def _raw_sql(source: str) -> Iterator[str]:
    """Ways round the tables' classes, where a business could be forgotten: they belong into base and migrations."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module="sqlalchemy", names=names) if any(name.name == "text" for name in names):
                yield f"line {node.lineno}: text()"
            case ast.Attribute(attr="__table__" | "exec_driver_sql" | "from_statement" | "raw_connection" as name):
                yield f"line {node.lineno}: .{name}"
            case ast.Attribute(value=ast.Name(id="sa" | "sqlalchemy"), attr="text"):
                yield f"line {node.lineno}: text()"
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr="begin" | "connect")
            ) if "engine" in name:
                yield f"line {node.lineno}: a connection without our transaction"
            case ast.Call(func=ast.Name(id="create_engine" | "create_async_engine" as name)):
                yield f"line {node.lineno}: {name}()"


def test_sql_is_written_by_hand_in_base_and_migrations_only() -> None:
    modules = [
        path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in {"base", "migrations"}
    ]
    found = {str(path.relative_to(ROOT)): list(_raw_sql(path.read_text(encoding="utf-8"))) for path in modules}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import select, text",
        "import sqlalchemy as sa\nsa.text('SELECT 1')",
        "Account.__table__.delete()",
        "engine.connect()",
        "self._engine.begin()",
        "create_async_engine(url)",
        "await connection.exec_driver_sql('SELECT 1')",
    ],
)
def test_sql_by_hand_is_recognised(source: str) -> None:
    assert list(_raw_sql(source))


def _files() -> list[Path]:
    """Everything that is in the repository or would be with the next commit."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_names_a_path_of_one_machine() -> None:
    found = []
    for path in _files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture
            continue
        if PATH_OF_ONE_MACHINE.search(text):
            found.append(path.relative_to(ROOT))
    assert found == []


def test_no_room_has_a_name_that_says_nothing() -> None:
    parts = {part: path for path in _files() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert {name: path for name, path in parts.items() if name in NAMES_THAT_SAY_NOTHING} == {}
