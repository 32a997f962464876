"""The real server as a process that may be killed and started again, with the bad network in front of it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from tests.machine import free_port
from tests.network.badnet import BadNet

START_PATIENCE_SECONDS = 60
POLL_SECONDS = 0.02

SERVE = (sys.executable, "-m", "ecrm_pwa")

# The same server, except that it does not remember which writes it has done.
FORGETFUL = (
    sys.executable,
    "-c",
    """
import sys
from ecrm_pwa.base import outbox
from ecrm_pwa.cli import main
async def forget(*arguments, **named):
    pass
outbox.begin = outbox.finish = forget
main(sys.argv[1:])
""",
)


class Bench:
    """`net` is what lies between the phones and the server, `url` the address that phones know."""

    def __init__(self, folder: Path, *, database_url: str = "", program: Sequence[str] = SERVE) -> None:
        self.data = folder / "data"
        self.database_url = database_url or f"sqlite+aiosqlite:///{self.data / 'ecrm.sqlite3'}"
        self._program = program
        self._port = free_port()
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.net = BadNet(self._port)
        self.url = self.net.url

    def __enter__(self) -> Self:
        self.net.__enter__()
        try:
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.net.__exit__(kind, error, trace)
        self.kill()

    def start(self) -> None:
        """Starts the server and waits until it answers; raises RuntimeError with its log."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ECRM_")},
            "ECRM_DATA": str(self.data),
            "ECRM_DATABASE_URL": self.database_url,
            "ECRM_PORT": str(self._port),
            "ECRM_PUBLIC_URL": self.url,
            # Everybody comes from one address here.
            "ECRM_LIMIT_FACTOR": "1000000",
        }
        with self._log.open("ab") as log:
            process = self._process = subprocess.Popen(
                [*self._program, "serve"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A group of its own, so that a kill takes its helpers along and Ctrl-C does not.
                start_new_session=True,
            )
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while not self.is_up():
            if process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the server does not answer:\n{self.said()}")
            time.sleep(POLL_SECONDS)

    def is_up(self) -> bool:
        """Whether the server itself answers, asked past the network."""
        with (
            contextlib.suppress(URLError, OSError),
            urlopen(f"http://127.0.0.1:{self._port}/health", timeout=5) as answer,
        ):
            return bool(answer.status == 200)
        return False

    def kill(self) -> None:
        """SIGKILL to the server and its helpers; returns when it is gone."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def said(self) -> str:
        """The end of what the server wrote to its log."""
        return self._log.read_text(errors="replace")[-10_000:]
