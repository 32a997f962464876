"""Passwords: hashed with argon2id in a thread, one at a time, so that a flood of sign-ins cannot take the server's memory.

19 MiB, t=2, p=1 is OWASP's setting; the library's default would need 1 GiB for 16 sign-ins at once and let about ten a second in.
"""

import ctypes
import secrets
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import TypeVar

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8
ALIKE = 3
"""How many hashes `Passwords.match` always computes, so that its time does not tell how many accounts a number has."""
_QUEUE = 50

# From malloc.h; 128 KiB is where glibc itself begins, before it learns otherwise.
_M_MMAP_THRESHOLD, _LARGE = -3, 128 * 1024

T = TypeVar("T")

_LOCAL_FAVOURITES = frozenset(
    """bismillah alhamdulillah indonesia merdeka indonesiaraya sayangku cintaku sayang123 rahasia rahasia123 katasandi
    katasandi123 password1 bismillah1 bismillah123 indonesia1 indonesia123 jakarta123 persija1928 persib1933 akucintakamu
    cintasejati masyaallah subhanallah allahuakbar assalamualaikum doraemon123 sandisaya passwordku semangat123 sukses123
    qwertyuiop 12345678 123456789 1234567890 87654321 11111111 00000000 11223344 12341234""".split()
)


class TooBusy(Exception):
    """More people are signing in than we can check; they may try again in a few seconds."""


class Passwords:
    """Hashes and checks, each in turn."""

    def __init__(self, *, threads: int = 1) -> None:
        _give_large_blocks_back()
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._turn = anyio.CapacityLimiter(threads)
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """The hash to keep. Raises `TooBusy`."""
        return await self._run(lambda: self._hasher.hash(password))

    async def match(self, password: str, hashes: Sequence[str]) -> int | None:
        """The place in `hashes` of the first that `password` fits, or None; takes the same time for none and for some.

        Raises `TooBusy`.
        """
        padded = [*hashes, *([self._nobody] * (ALIKE - len(hashes)))]

        def check() -> int | None:
            fits = [self._fits(kept, password) for kept in padded]
            return fits.index(True) if True in fits else None

        found = await self._run(check)
        return found if found is not None and found < len(hashes) else None

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _fits(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._turn.statistics().tasks_waiting >= _QUEUE:
            raise TooBusy(f"{_QUEUE} sign-ins are waiting")
        return await anyio.to_thread.run_sync(work, limiter=self._turn)


def _give_large_blocks_back() -> None:
    """Lets the 19 MiB of each hash go back to the system; after the first, glibc would keep them for ever after."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 (30,000 words, needed by few requests)

    return frozenset(FREQUENCY_LISTS["passwords"]) | _LOCAL_FAVOURITES


def is_common(password: str) -> bool:
    """Whether it is among the 30,000 passwords that are tried first, here or elsewhere."""
    return password.lower() in _common()
