"""Renders pages and fragments: what every template may use, the toast after a redirect, the cookies."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from markupsafe import Markup

from ecrm_pwa.base import i18n, money, phones, times
from ecrm_pwa.base.inputs import read_id
from ecrm_pwa.settings import Settings
from ecrm_pwa.web.assets import Assets, sha256_source
from ecrm_pwa.web.headers import content_security_policy
from ecrm_pwa.web.viewer import LANGUAGE_COOKIE, Viewer, is_looked_at, own_address, seen

REFUSALS = frozenset({403, 404, 409, 410, 413, 422})
"""Answers that a write will get however often it is sent: its outbox must know that they come from here."""
_FLASH_COOKIE = "flash"
PUBLIC_SHEETS = ("conversation", "goods")
"""In static/public: what only some public pages show, behind public.css."""
_LONGEST_FLASH = 300
_BAR = "|"
"""Between what a flash says and the address that takes the deed back; both are quoted, so it stands in neither."""
_LONGEST_WORDS = 400
_SAFE_SCHEMES = ("/", "https://", "http://", "tel:", "mailto:", "#")


@dataclass(frozen=True)
class Door:
    """One of the ways at the bottom of every page."""

    href: str
    icon: str
    label: Callable[[], str]
    rooms: tuple[str, ...]
    """The beginnings of the addresses that lie behind it."""


@dataclass(frozen=True)
class NavItem:
    """A door as the template sees it."""

    href: str
    icon: str
    label: str
    current: bool
    count: int


class Pages:
    """The template environment; one a process."""

    def __init__(self, assets: Assets, settings: Settings, doors: Sequence[Door], secret: bytes) -> None:
        self._secret = secret
        self._assets = assets
        self._doors = doors
        self._settings = settings
        environment = Environment(
            loader=PackageLoader("ecrm_pwa"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=settings.dev,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
            i18n.gettext, i18n.ngettext, newstyle=True
        )
        environment.globals |= {"static": assets.url, "languages": i18n.LANGUAGES, "worker_on": settings.worker}
        environment.filters |= {"phone": phones.display, "rupiah": money.display, "safe_url": safe_url}
        self._environment = environment
        # Ours, and without a closing tag in it: the text may stand in a page as it is.
        style = Markup(assets.text("public/public.css"))  # noqa: S704
        # Each byte counts on a page that somebody opens by a QR: a sheet of its own for what only some of them show.
        self._public_styles = {"": style} | {
            name: style + Markup(assets.text(f"public/{name}.css"))  # noqa: S704
            for name in PUBLIC_SHEETS
        }
        # The minifier leaves out a last semicolon; without it the second script would be arguments to the first.
        self._public_script = Markup(assets.text("js/outbox.js") + ";" + assets.text("public/public.js"))  # noqa: S704
        self._public_policies = {
            name: content_security_policy(styles=(sha256_source(style),), scripts=(sha256_source(self._public_script),))
            for name, style in self._public_styles.items()
        }

    def words(self, template: str, **values: Any) -> str:
        """A template by itself, without a request: a notice, a message."""
        return self._environment.get_template(template).render(locale=i18n.language(), **values)

    def render(self, request: Request[Any, Any, Any], template: str, values: dict[str, Any]) -> str:
        """The whole text of a page for whoever looks."""
        viewer = seen(request)
        path = request.scope["path"]
        shown: dict[str, Any] = {
            "viewer": viewer,
            "locale": i18n.language(),
            "path": path,
            "nav": self._nav(viewer, path),
            "flash": _read_flash(request),
            "stylesheet": lambda: self._assets.stylesheet(request.cookies.get("css")),
            "stylesheet_link": self._assets.stylesheet_link,
            "owner": str(viewer.owner) if viewer else "nobody",
            "seal": self._seal(viewer) if viewer else "",
            "dates": times.Dates(viewer.business.zone if viewer and viewer.business else times.WIB),
            "public_url": self._settings.public_url,
        }
        return self._environment.get_template(template).render(shown | values)

    def render_public(
        self, request: Request[Any, Any, Any], template: str, values: dict[str, Any], *, sheet: str = ""
    ) -> str:
        """A public page: the same for everybody, with its style and script inside."""
        shown: dict[str, Any] = {
            "locale": i18n.language(),
            "path": request.scope["path"],
            "inline_style": lambda: Markup("<style>{}</style>").format(self._public_styles[sheet]),
            "inline_script": lambda: Markup("<script>{}</script>").format(self._public_script),
            "lang": "" if i18n.language() == i18n.SOURCE else f"?lang={i18n.language()}",
        }
        return self._environment.get_template(template).render(shown | values)

    def public_policy(self, *, sheet: str = "") -> str:
        """What a public page allows itself: the one style and the one script that stand in it."""
        return self._public_policies[sheet]

    def _seal(self, viewer: Viewer) -> str:
        """The key with which this person's phone locks away what waits when she signs out; only her own pages hold it."""
        name = f"outbox|{viewer.account_id}".encode()
        return base64.b64encode(hmac.digest(self._secret, name, hashlib.sha256)).decode()

    def _nav(self, viewer: Viewer | None, path: str) -> list[NavItem]:
        if viewer is None or viewer.business is None:
            return []
        return [
            NavItem(
                href=door.href,
                icon=door.icon,
                label=door.label(),
                current=path == door.href or any(path.startswith(room) for room in door.rooms),
                count=0,
            )
            for door in self._doors
        ]


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Response[str]:
    """A page. Rendered at once, so that inside a transaction a broken template still means nothing was written."""
    pages: Pages = request.app.state.pages
    text = pages.render(request, template, values)
    response = Response(
        text,
        status_code=status,
        media_type=MediaType.HTML,
        headers=_page_headers(request, status, values) | (headers or {}),
    )
    if _flash(request):
        drop_cookie(response, _FLASH_COOKIE, secure=False)
    return response


def _flash(request: Request[Any, Any, Any]) -> str | None:
    return request.cookies.get(_FLASH_COOKIE) if is_looked_at(request) else None


def _read_flash(request: Request[Any, Any, Any]) -> dict[str, Any] | None:
    kept = _flash(request)
    if not kept:
        return None
    text, _bar, undo = kept.partition(_BAR)
    way = own_address(unquote(undo))
    return {"text": unquote(text)[:_LONGEST_FLASH], "undo": {"href": way, "values": {}} if way != "/" else None}


def _page_headers(request: Request[Any, Any, Any], status: int, values: dict[str, Any]) -> dict[str, str]:
    headers = {"Cache-Control": "private, no-cache" if status == 200 else "no-store"}  # noqa: PLR2004
    viewer = seen(request)
    if status == 200 and "viewer" in request.scope["state"]:  # noqa: PLR2004
        # Under this name a phone keeps the page, and shows it to nobody else. Not told where nobody has looked who it is.
        headers["X-Page-Owner"] = str(viewer.owner) if viewer else "nobody"
    return headers | refusal_headers(request, status, values)


def refusal_headers(request: Request[Any, Any, Any], status: int, values: dict[str, Any]) -> dict[str, str]:
    """Tells an outbox that a refusal is ours, and why, so that it keeps the write for its person instead of trying on."""
    key = request.headers.get("idempotency-key")
    if not key or status not in REFUSALS or read_id(key) is None:
        return {}
    return {"X-Outbox-Ack": key, "X-Outbox-Words": quote(_refusal_words(values)[:_LONGEST_WORDS])}


def _refusal_words(values: dict[str, Any]) -> str:
    """What an outbox shows of a refusal when its page is long gone."""
    form = values.get("form")
    return " ".join(form.errors.values()) if form is not None else str(values.get("sentence", ""))


def see_other(address: str, *, say: str | None = None, undo: str = "") -> Response[str]:
    """Sends the browser on after a write (303); `say` is shown there once, as a toast, with a button that posts to `undo`."""
    response = Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": address})
    keep_flash(response, say, undo=undo)
    return response


def keep_flash(response: Response[Any], say: str | None, *, undo: str = "") -> None:
    """Lets the next page say it, once."""
    if say:
        kept = quote(say[:_LONGEST_FLASH]) + (_BAR + quote(undo) if undo else "")
        response.set_cookie(Cookie(key=_FLASH_COOKIE, value=kept, max_age=60, httponly=True, samesite="lax", path="/"))


def keep_cookie(
    response: Response[Any], name: str, value: str, *, secure: bool, lifetime: timedelta, http_only: bool = True
) -> None:
    """Sets a cookie of ours: to this host only, sent along when somebody comes by a link, never to other sites' requests."""
    response.set_cookie(
        Cookie(
            key=name,
            value=value,
            max_age=int(lifetime.total_seconds()),
            httponly=http_only,
            samesite="lax",
            secure=secure,
            path="/",
        )
    )


def drop_cookie(response: Response[Any], name: str, *, secure: bool) -> None:
    """Takes a cookie back."""
    response.set_cookie(Cookie(key=name, value="", max_age=0, httponly=True, samesite="lax", secure=secure, path="/"))


def keep_language(response: Response[Any], language: str, *, secure: bool) -> None:
    """Remembers the language for whoever is not signed in."""
    keep_cookie(response, LANGUAGE_COOKIE, language, secure=secure, lifetime=timedelta(days=365))


def safe_url(address: str) -> str:
    """The address if it leads to a page, a mail or a call; `#` for `javascript:` and its like."""
    return address if address.startswith(_SAFE_SCHEMES) and not address.startswith("//") else "#"
