"""A person's phone: one browser with its own cookies, which notices everything that goes wrong in it."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, FilePayload, Response, WebError

SCREEN: dict[str, Any] = {
    "viewport": {"width": 360, "height": 800},
    "device_scale_factor": 2,
    "has_touch": True,
    "locale": "id-ID",
    "timezone_id": "Asia/Jakarta",
    "user_agent": "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
}
PATIENCE_MILLISECONDS = 15_000

_STATUS = re.compile(r"the server responded with a status of (\d+)")


class Phone:
    """`page` is what she looks at, `url` the address of the server. Each phone is known to the server by itself."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.troubles: list[str] = []
        self._expected: set[int] = set()
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        context.on("console", self._hear)
        context.on("weberror", self._see_error)
        context.on("response", self._see_answer)
        self.page = context.pages[0] if context.pages else context.new_page()

    @classmethod
    def of(cls, browser: Browser, url: str, **options: Any) -> "Phone":
        """A new phone that has never seen the server."""
        return cls(browser.new_context(base_url=url, **{**SCREEN, **options}), url)

    def expect(self, *statuses: int) -> None:
        """From now on these answers are what the test asks for, no trouble."""
        self._expected.update(statuses)

    def go(self, path: str) -> None:
        """Opens a page of the server by its address."""
        self.page.goto(self.url + path)

    def path(self) -> str:
        """Where she is now."""
        return self.page.url.removeprefix(self.url)

    def send(self, path: str, form: Mapping[str, str | list[str]] | None = None) -> str:
        """Sends a form without showing its page, with her cookies; the address that the answer leads to, or its text."""
        answer = self.context.request.post(
            self.url + path,
            data=urlencode(form or {}, doseq=True),
            headers={"Origin": self.url, "Content-Type": "application/x-www-form-urlencoded"},
            max_redirects=0,
        )
        if answer.status not in {201, 303}:
            raise AssertionError(f"{path} was answered {answer.status}:\n{answer.text()}")
        return answer.headers.get("location") or answer.text()

    def send_photo(self, path: str, picture: bytes) -> None:
        """Sends a picture without showing the page of its form."""
        photo: FilePayload = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": picture}
        answer = self.context.request.post(
            self.url + path, multipart={"photo": photo}, headers={"Origin": self.url}, max_redirects=0
        )
        if answer.status != 303:
            raise AssertionError(f"{path} was answered {answer.status}:\n{answer.text()}")

    def finish(self) -> list[str]:
        """Closes all pages; what went wrong in them."""
        for page in self.context.pages:
            # Closing hangs when it meets a page that is just being exchanged for the next.
            with suppress(Error):
                page.wait_for_load_state(timeout=5000)
        self.context.close()
        return self.troubles

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        status = _STATUS.search(message.text)
        if status is None or int(status[1]) not in self._expected:
            self.troubles.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _see_error(self, error: WebError) -> None:
        # The browser could not blend the picture of one page into the next: its own business.
        if error.error.message.startswith("Transition was "):
            return
        self.troubles.append(f"script: {error.error.message}\n{error.error.stack}")

    def _see_answer(self, answer: Response) -> None:
        if answer.status >= 500 and answer.status not in self._expected:
            self.troubles.append(f"{answer.request.method} {answer.url} was answered {answer.status}")
