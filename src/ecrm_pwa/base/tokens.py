"""Secrets that open something: shown once, kept as a hash. An id is never a secret, a secret never an id."""

import hashlib
import secrets

_BYTES = 32


def new_token() -> tuple[str, bytes]:
    """A secret of 256 bits for an address or a cookie, and the hash to keep."""
    token = secrets.token_urlsafe(_BYTES)
    return token, hash_token(token)


def hash_token(token: str) -> bytes:
    """What is kept of a secret. Fast on purpose: 256 random bits cannot be guessed, so nothing has to be slow."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
