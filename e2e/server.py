"""`ecrm serve` as a process of its own, with its own data folder and port, as people reach it."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.machine import free_port

START_PATIENCE_SECONDS = 60
POLL_SECONDS = 0.05


class Server:
    """Serves from the moment it is made until `stop`."""

    def __init__(self, folder: Path, *, database_url: str = "", dev: bool = False) -> None:
        port = free_port()
        self.url = f"http://localhost:{port}"
        self._log = folder / "server.log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ECRM_")},
            "ECRM_DATA": str(folder / "data"),
            "ECRM_DATABASE_URL": database_url,
            "ECRM_PORT": str(port),
            "ECRM_PUBLIC_URL": self.url,
            # Everybody comes from one address here.
            "ECRM_LIMIT_FACTOR": "100000",
            "ECRM_DEV": "1" if dev else "",
        }
        self._start()

    def restart(self, **settings: str) -> None:
        """Stops, and serves again at the same address with the same data; `settings` are further variables of the environment."""
        self.stop()
        self._environment |= settings
        self._start()

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ecrm_pwa", "serve"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C at the terminal is for the tests, which stop their servers themselves.
                start_new_session=True,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def command(self, *arguments: str) -> str:
        """What `ecrm …` prints when the operator runs it on this server."""
        command = [sys.executable, "-m", "ecrm_pwa", *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def said(self, since: int = 0) -> str:
        """What it wrote to its log after the first `since` bytes."""
        return self._log.read_bytes()[since:].decode(errors="replace")

    def log_length(self) -> int:
        """How many bytes it has written to its log so far."""
        return self._log.stat().st_size

    def stop(self) -> None:
        """Ends it as an operator would; one that does not listen is killed."""
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while True:
            with suppress(URLError, ConnectionError), urlopen(f"{self.url}/health", timeout=5) as answer:  # noqa: S310 (our own http address)
                if answer.status == 200:
                    return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server does not answer:\n{self.said()}")
            time.sleep(POLL_SECONDS)
