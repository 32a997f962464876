"""A small HTTP client that costs less than what it measures: raw sockets, kept open, one request after the other on each."""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Request = Callable[[int], bytes]
"""Makes the bytes of the n-th request."""


@dataclass(frozen=True)
class Figures:
    """Requests a second at 16 at once; milliseconds of the middle one at one in flight."""

    rate: float
    p50: float
    errors: int


def get(path: str, *, port: int, cookie: str = "") -> bytes:
    """A request for a page, as a phone sends it."""
    return _head("GET", path, port, cookie) + b"\r\n"


def post(path: str, body: str, *, port: int, cookie: str = "") -> bytes:
    """A plain form."""
    head = _head("POST", path, port, cookie)
    form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return head + form.encode() + b"Sec-Fetch-Site: same-origin\r\n\r\n" + body.encode()


def _head(method: str, path: str, port: int, cookie: str) -> bytes:
    cookies = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: br\r\n{cookies}".encode()


async def measure(port: int, request: Request, *, seconds: float, allowed: tuple[int, ...] = (200,)) -> Figures:
    """First one at a time, then 16 at once, each for `seconds`; other answers than the allowed ones are errors."""
    times, errors = await _run(port, request, 1, seconds, allowed, 0)
    many, more_errors = await _run(port, request, 16, seconds, allowed, 1_000_000)
    return Figures(len(many) / seconds, statistics.median(times) * 1000, errors + more_errors)


async def _run(
    port: int, request: Request, at_once: int, seconds: float, allowed: tuple[int, ...], first: int
) -> tuple[list[float], int]:
    times: list[float] = []
    errors = 0
    numbers = iter(range(first, first + 10_000_000))
    end = time.perf_counter() + seconds

    async def one() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            begin = time.perf_counter()
            writer.write(request(next(numbers)))
            status = await _answer(reader)
            if status in allowed:
                times.append(time.perf_counter() - begin)
            else:
                errors += 1
        writer.close()

    await asyncio.gather(*(one() for _connection in range(at_once)))
    return times, errors


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.find(b"content-length: ")
    if length >= 0:
        await reader.readexactly(int(head[length + 16 : head.index(b"\r", length)]))
    elif b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head[9:12])
