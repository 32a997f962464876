"""What the tests need from the machine beside Python: a Chromium, PostgreSQL's server programs, a free port.

`python -m tests.machine chromium`, or another name at the end of this file, says in one sentence what is missing, if it is.
"""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

OLDEST_POSTGRESQL = 13


class Missing(Exception):
    """The machine lacks something; the message says what to install."""


def find_chromium() -> Path:
    """The browser's program; raises `Missing`."""
    named = os.environ.get("ECRM_CHROMIUM")
    for name in [named] if named else ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]:
        if found := shutil.which(name):
            return Path(found)
    if named:
        raise Missing(f"ECRM_CHROMIUM names {named}, which is no program here: name a Chromium or leave it out.")
    raise Missing(
        "A browser is missing: install Chromium (on Debian: apt install chromium) or name one in ECRM_CHROMIUM."
    )


def find_postgresql() -> Path:
    """The folder of initdb, postgres and their kin, the newest where there are several; raises `Missing`."""
    if named := os.environ.get("ECRM_PG_BIN"):
        if (Path(named) / "initdb").is_file():
            return Path(named)
        raise Missing(f"ECRM_PG_BIN names {named}, where no initdb is: name the folder of PostgreSQL's programs.")
    # Debian keeps the server's programs off the PATH, in a folder for each major version.
    by_version = {
        int(folder.parent.name): folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdecimal() and (folder / "initdb").is_file()
    }
    if by_version and max(by_version) >= OLDEST_POSTGRESQL:
        return by_version[max(by_version)]
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    raise Missing(
        f"PostgreSQL {OLDEST_POSTGRESQL} or newer is missing: install its server (on Debian: apt install postgresql)"
        " or name the folder of its programs in ECRM_PG_BIN."
    )


def playwright_version() -> str:
    """What Playwright's own program, which comes with the package, says of itself; raises `Missing` where it cannot run."""
    asked = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True, check=False
    )
    if asked.returncode != 0:
        raise Missing(
            "Playwright's program does not start: install what it needs (on Debian: apt install libatomic1)."
            f" It says: {asked.stderr.strip()}"
        )
    return asked.stdout.strip()


def free_port() -> int:
    """A port of the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    try:
        print(
            {"chromium": find_chromium, "postgresql": find_postgresql, "libatomic1": playwright_version}[sys.argv[1]]()
        )
    except Missing as missing:
        sys.exit(str(missing))
