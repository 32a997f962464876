"""Firefox and WebKit, each by the way in that it has itself: Marionette over a socket, WebDriver over HTTP."""

import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from tests.machine import free_port

PATIENCE_SECONDS = 30
_WRAPPED = (
    "const done = arguments[arguments.length - 1];(async () => {{ {} }})().then(done, (error) => done(String(error)))"
)
MINI_BROWSERS = (
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
)


class OtherBrowser:
    """One browser with one page. `run` is the only way to see or to touch what is on it."""

    def go(self, url: str) -> None:
        """Opens a page."""
        raise NotImplementedError

    def run(self, script: str) -> Any:
        """What a script returns; it may end with a promise."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends the browser."""
        raise NotImplementedError

    def until(self, condition: str) -> None:
        """Waits until an expression of the page is true, over a change of page too."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(RuntimeError):
                if self.run(f"return Boolean({condition})"):
                    return
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {condition} at {self.run('return location.href')}")
            time.sleep(0.1)


class Firefox(OtherBrowser):
    """Firefox without a window."""

    def __init__(self, program: str, folder: Path) -> None:
        port = free_port()
        (folder / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
        self._process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--marionette", "--profile", str(folder)],
            env={**os.environ, "HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._count = 0
        self._line = _connect(port)
        self._hear()
        self._ask("WebDriver:NewSession", {})

    def go(self, url: str) -> None:
        """Opens a page."""
        self._ask("WebDriver:Navigate", {"url": url})

    def run(self, script: str) -> Any:
        """What a script returns."""
        wrapped = _WRAPPED.format(script)
        return self._ask("WebDriver:ExecuteAsyncScript", {"script": wrapped, "args": []})["value"]

    def close(self) -> None:
        """Ends the browser."""
        with suppress(OSError, RuntimeError):
            self._ask("Marionette:Quit", {"flags": ["eForceQuit"]})
        self._line.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)
        self._process.kill()
        self._process.wait()

    def _ask(self, command: str, given: dict[str, Any]) -> Any:
        self._count += 1
        text = json.dumps([0, self._count, command, given]).encode()
        self._line.sendall(b"%d:%b" % (len(text), text))
        _kind, _number, error, result = self._hear()
        if error:
            raise RuntimeError(f"{command}: {error}")
        return result

    def _hear(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._line.recv(1)
        left = int(length[:-1])
        text = b""
        while len(text) < left:
            text += self._line.recv(left - len(text))
        return json.loads(text)


class WebKit(OtherBrowser):
    """WebKitGTK's small browser on a screen that nobody sees. It keeps nothing for good, as an iPhone in private mode."""

    def __init__(self, driver: str, program: str, screen: str) -> None:
        port, number = free_port(), os.getpid() % 50_000 + 100
        quiet: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        self._screen = subprocess.Popen(
            [screen, f":{number}", "-screen", "0", "360x800x24", "-nolisten", "tcp"], **quiet
        )
        environment = {**os.environ, "DISPLAY": f":{number}", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        self._process = subprocess.Popen([driver, f"--port={port}"], env=environment, **quiet)
        _connect(port).close()
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        wanted = {"webkitgtk:browserOptions": {"binary": program, "args": ["--automation"]}}
        self._session = "/session/" + self._ask("/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def go(self, url: str) -> None:
        """Opens a page."""
        self._ask(f"{self._session}/url", {"url": url})

    def run(self, script: str) -> Any:
        """What a script returns."""
        wrapped = _WRAPPED.format(script)
        return self._ask(f"{self._session}/execute/async", {"script": wrapped, "args": []})

    def close(self) -> None:
        """Ends browser, driver and screen."""
        with suppress(httpx.HTTPError):
            self._client.delete(self._session)
        self._client.close()
        for process in (self._process, self._screen):
            process.terminate()
            process.wait()

    def _ask(self, path: str, given: dict[str, Any]) -> Any:
        answer = self._client.post(path, json=given).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(f"{path}: {answer['error']}: {answer.get('message')}")
        return answer


def find_firefox() -> str | None:
    """The program, where there is one."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def find_webkit() -> tuple[str, str, str] | None:
    """Driver, browser and screen, where all of them are there."""
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    program = next((path for path in MINI_BROWSERS if Path(path).exists()), None)
    return (driver, program, screen) if driver and program and screen else None


def _connect(port: int) -> socket.socket:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with suppress(OSError):
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        if time.monotonic() > deadline:
            raise RuntimeError("the browser does not answer")
        time.sleep(0.1)
