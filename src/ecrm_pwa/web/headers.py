"""The headers that every answer carries, errors too."""

from collections.abc import Awaitable, Callable

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

_DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}


def content_security_policy(*, styles: tuple[str, ...] = (), scripts: tuple[str, ...] = ()) -> str:
    """The policy, with the hashes (`'sha256-…'`) of inline blocks that never change between two requests.

    Hashes, for a nonce in a page that a phone keeps is the same nonce for ever.
    """
    directives = dict(_DIRECTIVES)
    directives["style-src"] = " ".join((directives["style-src"], *styles))
    directives["script-src"] = " ".join((directives["script-src"], *scripts))
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def every_answer(policy: str, *, secure: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """A hook that adds the headers where a handler did not set its own."""
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        # Links to a complaint or an order hold a secret in their path; no other site may learn it. With "no-referrer" a form
        # would not tell its origin to us either, by which web/origin.py judges browsers without Sec-Fetch-Site.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
        "Cache-Control": "no-store",
    }
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            answered = MutableScopeHeaders.from_message(message)
            for name, value in headers.items():
                answered.setdefault(name, value)
            if secure:
                message["headers"] = [(name, _secured(name, value)) for name, value in message["headers"]]

    return add


def _secured(name: bytes, value: bytes) -> bytes:
    # No cookie of a server that speaks https, whoever set it, goes out over anything less.
    is_bare = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return value + b"; Secure" if is_bare else value
