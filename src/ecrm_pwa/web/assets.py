"""Style sheet, scripts and icons: read at start, named after their content, compressed ahead, kept by phones.

A file is called by its name in static/ (`js/app.js`) and has an address that carries a hash of its content
(`/static/js/app.3f2a9c01de.js`): a new build is a new address, and nothing ever goes stale. All of static/css is
joined in the order of the names into `css/app.css`. Inside scripts, style sheet and JSON a quoted
`/static/js/photo.js` becomes the hashed address.
"""

import base64
import gzip
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache as memoise
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

import brotli  # type: ignore[import-untyped]  # it ships no types
import rcssmin  # type: ignore[import-untyped]  # it ships no types
from litestar import Request, Response, route
from litestar.config.compression import CompressionConfig
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from markupsafe import Markup

STYLESHEET = "css/app.css"
STYLESHEET_COOKIE = "css"
"""Holds the hash of the style sheet that this phone has fetched; written by static/js/app.js."""

# On the routes whose answers must not be compressed on the way out: compressed already, or pictures.
NOT_COMPRESSED = "not_compressed"

_PREFIX = "/static/"
_A_YEAR = "public, max-age=31536000, immutable"
_TEXT = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
# Nothing with another ending is served: a note beside the files stays a note.
_CONTENT_TYPES = _TEXT | {".ico": "image/x-icon", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
_WITH_ADDRESSES = {".css", ".js", ".json"}
_ADDRESS = re.compile(r"(?<=[\"'`(])/static/([\w./-]+\.\w+)")
_HASHED = re.compile(r".+\.([0-9a-f]{10})\.\w+")
_LICENCE = re.compile(r"\s*(?:/\*.*?\*/\s*|//[^\n]*\n\s*)+", re.DOTALL)
_QUALITY = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*")

# A page that a phone keeps names the files of its build. This is room for years of them, and a bound.
_PAST_BUILDS_BYTES = 16_000_000

_log = logging.getLogger(__name__)


class UnknownAsset(LookupError):
    """A name that is not in static/. The message says which, and what may have been meant."""


@dataclass(frozen=True)
class _Asset:
    address: str
    digest: str
    bodies: Mapping[str, bytes]
    """By content coding; `identity` is always there."""

    @property
    def content(self) -> bytes:
        return self.bodies["identity"]


class Assets:
    """All files of static/. One for the life of the server; `load` makes it."""

    def __init__(self, folder: Path, cache: Path | None, *, dev: bool) -> None:
        self._folder = folder
        self._cache = None if dev else cache
        self._dev = dev
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._by_name: dict[str, _Asset] = {}
        self._by_address: dict[str, _Asset] = {}
        self._past: set[str] = set()

    @classmethod
    def load(cls, cache: Path | None, dev: bool, *, folder: Path | None = None) -> "Assets":
        """Reads everything; raises `UnknownAsset` when a file names one that does not exist.

        `cache` keeps what was compressed, and the files of past builds, from start to start. In `dev` a changed file
        is read again and nothing is compressed. `folder` is the one inside the package or, in a checkout, the one at
        its root.
        """
        assets = cls(folder or _find_folder(), cache, dev=dev)
        assets._read()
        return assets

    def url(self, name: str) -> str:
        """The address of `js/app.js`; raises `UnknownAsset`."""
        return self._find(name).address

    def names(self) -> list[str]:
        """What `url` and `text` know."""
        return list(self._by_name)

    def text(self, name: str) -> str:
        """What is sent for `css/app.css`; raises `UnknownAsset`."""
        return self._find(name).content.decode()

    def stylesheet(self, cookie: str | None) -> Markup:
        """The style sheet for the head of a page: inside it until the phone says by its cookie that it holds the file.

        The first page then needs no second request before it can be painted, and later pages weigh less. An answer
        that a shared cache may keep must pass None.
        """
        sheet = self._find(STYLESHEET)
        if cookie == sheet.digest:
            return Markup('<link rel="stylesheet" href="{}">').format(sheet.address)
        text = Markup(sheet.content.decode())  # noqa: S704  # our own file; _finish refuses a closing tag in it
        return Markup('<style data-css="{} {}">{}</style>').format(sheet.address, sheet.digest, text)

    def stylesheet_link(self) -> Markup:
        """For a page that is kept together with the style sheet."""
        return self.stylesheet(self._find(STYLESHEET).digest)

    @property
    def stylesheet_source(self) -> str:
        """What `style-src` of the content security policy must name so that the style sheet may stand inside a page."""
        return sha256_source(self.text(STYLESHEET))

    def handler(self) -> HTTPRouteHandler:
        """Answers every address that `url` gives, and those of past builds."""

        @route(
            _PREFIX + "{path:path}",
            http_method=["GET", "HEAD"],
            opt={"public": True, NOT_COMPRESSED: True},
            sync_to_thread=False,
            name="static",
        )
        def static(request: Request[Any, Any, Any]) -> Response[bytes]:
            asset = self._at(request.scope["path"])
            if asset is None:
                raise NotFoundException
            return _answer(asset, request)

        return static

    def _find(self, name: str) -> _Asset:
        if self._dev:
            self._read()
        asset = self._by_name.get(name)
        if asset is None:
            raise UnknownAsset(_unknown(name, self._by_name))
        return asset

    def _at(self, address: str) -> _Asset | None:
        if address in self._past and self._cache is not None:
            self._past.discard(address)
            past = _read_cached(self._cache, address)
            if past is not None:
                self._by_address[address] = past
        return self._by_address.get(address)

    def _read(self) -> None:
        paths = list(_files(self._folder))
        seen = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
        if seen == self._seen:
            return
        sources = {path.relative_to(self._folder).as_posix(): path.read_bytes() for path in paths}
        self._by_name = {
            name: _Asset(_address(name, content), _digest(content), self._bodies(name, content))
            for name, content in _finish(_join_css(sources)).items()
        }
        # In development a page that is open still asks for the files as they were.
        self._by_address |= {asset.address: asset for asset in self._by_name.values()}
        self._seen = seen
        if self._cache is not None:
            self._past = _tidy(self._cache, set(self._by_address))

    def _bodies(self, name: str, content: bytes) -> Mapping[str, bytes]:
        if self._dev:
            return {"identity": content}
        if self._cache is None:
            return _compress(name, content)
        address = _address(name, content)
        cached = _read_cached(self._cache, address)
        if cached is not None:
            return cached.bodies
        bodies = _compress(name, content)
        try:
            _write_cached(self._cache, address, bodies)
        except OSError as error:
            # A full disk makes the next start slower, not this one impossible.
            _log.warning("cannot keep %s for the next start: %s", address, error)
        return bodies


def answer_fresh(
    request: Request[Any, Any, Any], name: str, text: str, content_type: str, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """A file under an address without a hash: it may be kept, but is asked for again each time. Compressed as well as can be."""
    content = text.encode()
    asset = _Asset(name, _digest(content), _compress(name, content))
    return _answer(asset, request, "no-cache", content_type, headers)


def sha256_source(text: str) -> str:
    """The name by which a content security policy allows exactly this inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def compression() -> CompressionConfig:
    """Compression of pages on the way out, save on routes marked `NOT_COMPRESSED`: Litestar would compress twice."""
    # A window of 256 kB holds every page; the default one is 4 MB for each answer.
    return CompressionConfig(backend="brotli", brotli_quality=5, brotli_lgwin=18, exclude_opt_key=NOT_COMPRESSED)


def _find_folder() -> Path:
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "static", package.parent.parent / "static"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the folder static/ is neither inside the package nor at the root of the checkout")


def _files(folder: Path) -> Iterator[Path]:
    """Every file that may be served, in the order of the names. No link is followed: it may lead out of the folder."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.suffix in _CONTENT_TYPES:
            yield path


def _join_css(sources: Mapping[str, bytes]) -> dict[str, bytes]:
    parts = [name for name in sources if name.startswith("css/")]
    joined = {name: content for name, content in sources.items() if name not in parts}
    if parts:
        joined[STYLESHEET] = b"\n".join(sources[name] for name in parts)
    return joined


def _finish(sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """Minified, with the addresses filled in: a file only after those that it names, because its hash covers theirs."""
    finished: dict[str, bytes] = {}

    def finish(name: str, path: tuple[str, ...]) -> bytes:
        if name in finished:
            return finished[name]
        if name in path:
            raise ValueError(f"these files name each other in a circle: {' -> '.join((*path, name))}")
        if name not in sources:
            raise UnknownAsset(f"{path[-1]}: {_unknown(name, sources)}")
        finished[name] = _fill_in(name, _minify(name, sources[name]), lambda other: finish(other, (*path, name)))
        return finished[name]

    for name in sources:
        finish(name, ())
    if b"</style" in finished.get(STYLESHEET, b"").lower():
        raise ValueError("the style sheet must not contain </style: it stands inside pages")
    return finished


def _minify(name: str, content: bytes) -> bytes:
    suffix = PurePosixPath(name).suffix
    if name.startswith("vendor/"):
        if suffix != ".js" or name.endswith(".min.js"):
            return content
        text = content.decode()
        licence = _LICENCE.match(text)
        head = licence[0].strip() + "\n" if licence else ""
        return (head + _smaller_script(text.removeprefix(licence[0] if licence else ""))).encode()
    if suffix == ".js":
        return _smaller_script(content.decode()).encode()
    if suffix == ".css":
        return str(rcssmin.cssmin(content.decode())).encode()
    return content


def _smaller_script(text: str) -> str:
    """Without comments, and with short names inside: the public page has to hold its script within 6 kB."""
    try:
        import minify  # noqa: PLC0415 (there are machines without a wheel)
    except ImportError:
        return text
    return str(minify.string("text/javascript", text))


def _fill_in(name: str, content: bytes, finish: Callable[[str], bytes]) -> bytes:
    if name.startswith("vendor/") or PurePosixPath(name).suffix not in _WITH_ADDRESSES:
        return content
    return _ADDRESS.sub(lambda found: _address(found[1], finish(found[1])), content.decode()).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]


def _address(name: str, content: bytes) -> str:
    path = PurePosixPath(name)
    return _PREFIX + str(path.with_name(f"{path.stem}.{_digest(content)}{path.suffix}"))


def _unknown(name: str, known: Mapping[str, object]) -> str:
    meant = get_close_matches(name, known, n=1)
    return f"there is no {name!r} in static/" + (f"; {meant[0]!r} perhaps?" if meant else "")


@memoise  # in memory too: a test run builds the application many times
def _compress(name: str, content: bytes) -> Mapping[str, bytes]:
    bodies = {"identity": content}
    if PurePosixPath(name).suffix in _TEXT:
        bodies["br"] = brotli.compress(content, quality=11)
        bodies["gzip"] = gzip.compress(content, compresslevel=9, mtime=0)
    return {coding: body for coding, body in bodies.items() if coding == "identity" or len(body) < len(content)}


def _cached_path(cache: Path, address: str, coding: str) -> Path:
    return cache / (address.removeprefix(_PREFIX) + {"identity": "", "br": ".br", "gzip": ".gz"}[coding])


def _read_cached(cache: Path, address: str) -> _Asset | None:
    """None unless every byte is right: a file torn by a power cut must not be sent for a year."""
    bodies: dict[str, bytes] = {}
    for coding in ("identity", "br", "gzip"):
        with suppress(OSError):
            bodies[coding] = _cached_path(cache, address, coding).read_bytes()
    digest = _HASHED.fullmatch(address)
    content = bodies.get("identity")
    if digest is None or content is None or _digest(content) != digest[1]:
        return None
    try:
        whole = ("br" not in bodies or brotli.decompress(bodies["br"]) == content) and (
            "gzip" not in bodies or gzip.decompress(bodies["gzip"]) == content
        )
    except (brotli.error, OSError, EOFError):
        return None
    return _Asset(address, digest[1], bodies) if whole else None


def _write_cached(cache: Path, address: str, bodies: Mapping[str, bytes]) -> None:
    # The plain file last: without it the others do not count.
    for coding, body in sorted(bodies.items(), key=lambda item: item[0] == "identity"):
        path = _cached_path(cache, address, coding)
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own: several processes may start at the same time.
        unfinished = path.with_name(f".{uuid4().hex}")
        try:
            unfinished.write_bytes(body)
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise


def _tidy(cache: Path, current: set[str]) -> set[str]:
    """The addresses of past builds that are kept; the longest unused are deleted beyond `_PAST_BUILDS_BYTES`."""
    past: list[tuple[float, int, str]] = []
    for path in cache.rglob("*.*"):
        address = _PREFIX + path.relative_to(cache).as_posix()
        if path.is_symlink() or path.suffix not in _CONTENT_TYPES or not _HASHED.fullmatch(address):
            continue
        with suppress(OSError):  # another process may be tidying too, or the disk be read-only
            if address in current:
                os.utime(path)
            else:
                past.append((path.stat().st_mtime, path.stat().st_size, address))
    kept: set[str] = set()
    room = _PAST_BUILDS_BYTES
    for _, size, address in sorted(past, reverse=True):
        room -= size
        if room >= 0:
            kept.add(address)
            continue
        for coding in ("identity", "br", "gzip"):
            with suppress(OSError):
                _cached_path(cache, address, coding).unlink()
    return kept


def _answer(
    asset: _Asset,
    request: Request[Any, Any, Any],
    cache_control: str = _A_YEAR,
    content_type: str = "",
    more: Mapping[str, str] | None = None,
) -> Response[bytes]:
    coding = choose_coding(request.headers.get("accept-encoding", ""), asset.bodies)
    etag = f'"{asset.digest}"' if coding == "identity" else f'"{asset.digest}-{coding}"'
    headers = {"ETag": etag, "Cache-Control": cache_control, "X-Content-Type-Options": "nosniff"} | dict(more or {})
    if len(asset.bodies) > 1:
        headers["Vary"] = "Accept-Encoding"
    if _names(request.headers.get("if-none-match", ""), etag):
        return Response(b"", status_code=304, headers=headers)
    if coding != "identity":
        headers["Content-Encoding"] = coding
    body = asset.bodies[coding]
    headers["Content-Type"] = content_type or _CONTENT_TYPES[PurePosixPath(asset.address).suffix]
    headers["Content-Length"] = str(len(body))
    return Response(b"" if request.method == "HEAD" else body, status_code=200, headers=headers)


def choose_coding(accepted: str, offered: Mapping[str, bytes]) -> str:
    """The coding that the browser likes best; brotli before gzip when it likes both the same."""
    weights = dict(_weights(accepted))
    anything = weights.get("*", 0.0)
    # Plain is acceptable to all, and the last choice of those who do not mention it.
    wishes = {"br": weights.get("br", anything), "gzip": weights.get("gzip", anything)}
    wishes["identity"] = weights.get("identity", 0.0001)
    return max((coding for coding in wishes if coding in offered), key=lambda coding: wishes[coding])


def _weights(accepted: str) -> Iterator[tuple[str, float]]:
    for part in accepted.lower().split(","):
        coding, semicolon, parameter = part.partition(";")
        quality = _QUALITY.fullmatch(parameter) if semicolon else None
        yield coding.strip(), 1.0 if not semicolon else float(quality[1]) if quality else 0.0


def _names(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags
