"""The service worker: one file from the root, made of outbox.js, goodbye.js and service-worker.js, with the list of what it keeps.

Its version is a hash of everything that it keeps, so that any change of a style, a script, an icon or of the offline page is a new
worker to the browser.
"""

import hashlib
import json
from typing import Any

from litestar import Request, Response

from ecrm_pwa.base import i18n
from ecrm_pwa.settings import Settings
from ecrm_pwa.web.assets import Assets, answer_fresh
from ecrm_pwa.web.pages import Pages

SCRIPT = "/service-worker.js"
"""Never another one: phones go on asking for it here."""
OFFLINE = "/offline"
MANIFEST = "/manifest.json"
HEADERS = {
    "Service-Worker-Allowed": "/",
    # For what the worker itself does; each page brings its own.
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
}
_NAME = "service-worker.js"
_SWITCHED_OFF = "service-worker-off.js"
_ICONS = {"icons/favicon.svg", "icons/icon.svg", "icons/sprite.svg", "icons/icon-192.png"}
"""Drawn in pages. The larger ones are asked for once, when somebody installs."""
_LATER = {"js/import.js", "js/contacts.js", "areas/imports.css"}
"""For screens that can do nothing without signal: fetched when one is opened, not by everybody's first visit."""


_EVERYWHERE = {
    f"js/{name}.js" for name in ("app", "forms", "goodbye", "install", "offline", "outbox", "passkey", "wake", "worker")
}
"""Scripts of every page, of signing in and of the offline page. What single screens need comes with the warmed pages."""


class Worker:
    """Makes the worker's file; one a process."""

    def __init__(self, assets: Assets, pages: Pages, settings: Settings) -> None:
        self._assets = assets
        self._pages = pages
        self._settings = settings
        self._made = ""

    def answer(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The file, or 304 to a browser that has it."""
        return answer_fresh(request, _NAME, self.script(), "text/javascript; charset=utf-8", HEADERS)

    def script(self) -> str:
        """The whole text; the kill switch where the worker is switched off."""
        if not self._settings.worker:
            return self._assets.text(_SWITCHED_OFF)
        if not self._made or self._settings.dev:
            self._made = self._make()
        return self._made

    def files(self) -> list[str]:
        """What the worker keeps from the first moment on; the offline page in the source language comes first."""
        shell = [name for name in self._assets.names() if name.startswith("css/") or name in _EVERYWHERE | _ICONS]
        offline = [f"{OFFLINE}?lang={language}" for language in i18n.LANGUAGES]
        return [*offline, MANIFEST, *(self._assets.url(name) for name in shell)]

    def screens(self) -> list[str]:
        """What it keeps besides once somebody has signed in: the styles and scripts of single screens."""
        names = [
            name for name in self._assets.names() if name.startswith(("areas/", "js/")) and name not in _EVERYWHERE
        ]
        return [self._assets.url(name) for name in names]

    def offline_page(self, language: str) -> str:
        """The page for when there is nothing else. The same for everybody: it is fetched before anybody has signed in."""
        before = i18n.language()
        i18n.use(language)
        try:
            return self._pages.words(
                "worker/offline.html",
                viewer=None,
                owner="nobody",
                seal="",
                nav=[],
                stylesheet=self._assets.stylesheet_link,
            )
        finally:
            i18n.use(before)

    def _make(self) -> str:
        files, screens = self.files(), self.screens()
        code = ";\n".join(self._assets.text(name) for name in ("js/outbox.js", "js/goodbye.js", _NAME))
        offline = [self.offline_page(language) for language in i18n.LANGUAGES]
        kept = "\n".join([code, self._assets.text("manifest.json"), *offline, *files, *screens])
        version = hashlib.sha256(kept.encode()).hexdigest()[:10]
        lists = f"FILES={_compact(files)},SCREENS={_compact(screens)}"
        return f"const VERSION={json.dumps(version)},{lists};\n{code}\n"


def _compact(names: list[str]) -> str:
    return json.dumps(names, separators=(",", ":"))
