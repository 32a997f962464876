"""A mobile network in front of a server: `BadNet` passes on, refuses, swallows, slows down, cuts off, plays the captive portal.

    with BadNet(server_port) as net:
        net.mode = "swallow"                                # accepts, and never answers
        net.mode = "refuse"                                 # nobody listens
        net.mode = "portal"                                 # answers 200 with a page of its own to everything
        net.mode = "pass"
        net.delay = 0.3                                     # seconds before every piece, each way
        net.bytes_per_second = 2_000                        # shared by all connections, each way
        net.cut(REQUEST, after=17, by=RST)                  # the next request ends after its 17th byte
        net.cut(ANSWER, after=0, of=b"POST /toko/", times=3)  # done by the server, never heard of by the phone
        net.seen                                            # every request: its first line, its key, what became of it

It listens on a port of its own (`net.port`) and lives in a thread with its own event loop, so that tests of any kind use it: httpx,
Chromium through Playwright, raw sockets. It speaks HTTP/1.1 only as far as it must to know where a request begins.
"""

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

REQUEST: Literal["request"] = "request"
ANSWER: Literal["answer"] = "answer"
FIN: Literal["fin"] = "fin"
RST: Literal["rst"] = "rst"

Mode = Literal["pass", "refuse", "swallow", "portal"]
Part = Literal["request", "answer"]
End = Literal["fin", "rst"]

T = TypeVar("T")

PORTAL_PAGE = b"<!doctype html><title>WiFi Desa</title><form method=post><h1>Selamat datang di WiFi Desa</h1></form>"
_PIECE = 65_536
_SLOW_PIECES_A_SECOND = 10
_LONGEST_HEAD = 65_536
# With this, closing a socket throws away what was not read yet and tells the other side "connection reset".
_LINGER_NOT = struct.pack("ii", 1, 0)


@dataclass
class Seen:
    """One request: its first line, its Idempotency-Key if it has one, and what the network did to it."""

    line: str
    key: str
    fate: str
    at: float = field(default_factory=time.monotonic)


@dataclass
class Fault:
    """What happens to the next `times` requests whose head holds `of`: after `after` bytes of that part both sides are cut off."""

    part: Part
    after: int
    by: End
    of: bytes
    times: int


class BadNet:
    """The network in front of one server, as a context manager; everything may be changed from any thread while it runs."""

    def __init__(self, server_port: int) -> None:
        self.delay = 0.0
        self.bytes_per_second: int | None = None
        self.seen: list[Seen] = []
        self._mode: Mode = "pass"
        self._server_port = server_port
        self._faults: list[Fault] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._free_at: dict[Part, float] = {REQUEST: 0.0, ANSWER: 0.0}
        # Keeps the port ours while nobody listens on it.
        self._place = _bound(0)
        self.port: int = self._place.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="badnet", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._place.close()

    @property
    def mode(self) -> Mode:
        """What happens to everything; a change also meets the connections that are open."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._do(self._change(mode))

    def cut(self, part: Part, *, after: int, by: End = RST, of: bytes = b"", times: int = 1) -> None:
        """Plans a cut for the next `times` requests whose head holds `of`. Plans that fit one request come in their order."""
        self._faults.append(Fault(part, after, by, of, times))

    def lose_answer(self, of: bytes, *, times: int = 1) -> None:
        """The server does what it is asked; not a byte of what it answers arrives."""
        self.cut(ANSWER, after=0, of=of, times=times)

    def heal(self) -> None:
        """Passes everything on as it is; forgets all plans."""
        self._faults.clear()
        self.delay, self.bytes_per_second = 0.0, None
        self.mode = "pass"

    def requests(self, of: str) -> list[Seen]:
        """Those seen so far whose first line holds `of`."""
        return [one for one in list(self.seen) if of in one.line]

    # ---------- the thread of the network ----------

    def _do(self, deed: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(deed, self._loop).result(timeout=30)

    async def _listen(self) -> None:
        listening = _bound(self.port)
        listening.listen(512)
        self._server = await asyncio.start_server(self._serve, sock=listening, limit=_PIECE)

    async def _change(self, mode: Mode) -> None:
        before, self._mode = self._mode, mode
        if mode == "refuse":
            await self._close_door()
        elif self._server is None:
            await self._listen()
        # A connection that stays open meets the change by itself, unless bytes of it were swallowed or nobody is there any more.
        if mode in {"refuse", "portal"} or (before == "swallow" and mode != "swallow"):
            for writer in list(self._writers):
                _end(writer, RST)

    async def _close_door(self) -> None:
        if self._server is None:
            return
        # asyncio loses the socket of whoever was let in just before: such a one must be through the door when it closes.
        for listening in self._server.sockets:
            self._loop.remove_reader(listening.fileno())
        for _step in range(3):
            await asyncio.sleep(0)
        self._server.close()
        self._server = None

    async def _stop(self) -> None:
        await self._close_door()
        for writer in list(self._writers):
            _end(writer, RST)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            await _Line(self, reader, writer).run()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # Also when we are told to stop: asyncio of Python 3.11 reports a cancelled connection as an error.
            pass
        finally:
            self._writers.discard(writer)
            self._tasks.discard(task)
            _end(writer, FIN)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the server."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._server_port, limit=_PIECE)
        self._writers.add(writer)
        return reader, writer

    def release(self, writer: asyncio.StreamWriter, by: End) -> None:
        """That connection is over."""
        self._writers.discard(writer)
        _end(writer, by)

    def fault_for(self, head: bytes) -> Fault | None:
        """The plan for a request, counted as used."""
        for fault in self._faults:
            if fault.of in head:
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                return fault
        return None

    async def forward(self, part: Part, content: bytes, writer: asyncio.StreamWriter) -> None:
        """Passes bytes on at the speed of this network; swallows them where it swallows."""
        while content:
            piece, content = self._piece(content)
            if self.delay:
                await asyncio.sleep(self.delay)
            if self.bytes_per_second:
                now = time.monotonic()
                self._free_at[part] = max(now, self._free_at[part]) + len(piece) / self.bytes_per_second
                await asyncio.sleep(self._free_at[part] - now)
            if self._mode == "swallow":
                continue
            writer.write(piece)
            await writer.drain()

    def _piece(self, content: bytes) -> tuple[bytes, bytes]:
        size = max(1, self.bytes_per_second // _SLOW_PIECES_A_SECOND) if self.bytes_per_second else _PIECE
        return content[:size], content[size:]


class _Line:
    """One connection of a phone, and ours to the server for it."""

    def __init__(self, net: BadNet, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._net = net
        self._reader = reader
        self._writer = writer
        self._fault: Fault | None = None
        self._answered = 0
        """Bytes of the answer to the present request."""

    async def run(self) -> None:
        if self._net.mode == "swallow":
            await self._swallow()
            return
        if self._net.mode == "portal":
            await self._play_portal()
            return
        server_reader, server_writer = await self._net.connect()
        answers = asyncio.create_task(self._pass_answers(server_reader, server_writer))
        try:
            await self._pass_requests(server_writer)
        except OSError:
            pass
        else:
            # The phone has no more to say; it may still listen.
            if self._fault is None and not server_writer.is_closing():
                server_writer.write_eof()
                await answers
        finally:
            answers.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await answers
            self._net.release(server_writer, FIN)

    async def _swallow(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            self._note(await self._reader.readuntil(b"\r\n\r\n"), "swallowed")
        while await self._reader.read(_PIECE):
            pass

    async def _play_portal(self) -> None:
        head = await self._reader.readuntil(b"\r\n\r\n")
        await self._reader.readexactly(min(_length(head), 10_000_000))
        self._note(head, "portal")
        self._writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(PORTAL_PAGE), PORTAL_PAGE)
        )
        await self._writer.drain()

    async def _pass_requests(self, server_writer: asyncio.StreamWriter) -> None:
        while head := await self._read_head():
            fault = self._fault = self._net.fault_for(head)
            self._note(head, f"cut in {fault.part} after {fault.after}" if fault else self._net.mode)
            self._answered = 0
            left = _length(head)
            room = fault.after if fault and fault.part == REQUEST else None
            content = head
            while True:
                if room is not None and len(content) >= room:
                    await self._net.forward(REQUEST, content[:room], server_writer)
                    self._break(server_writer)
                    return
                await self._net.forward(REQUEST, content, server_writer)
                room = room - len(content) if room is not None else None
                if not left:
                    break
                content = await self._reader.read(min(left, _PIECE))
                if not content:
                    return
                left -= len(content)

    async def _read_head(self) -> bytes:
        # Whole before its first byte goes on, so that a plan can look at it.
        try:
            return await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            return error.partial

    async def _pass_answers(self, server_reader: asyncio.StreamReader, server_writer: asyncio.StreamWriter) -> None:
        while content := await server_reader.read(_PIECE):
            fault = self._fault
            if fault is not None and fault.part == ANSWER and self._answered + len(content) > fault.after:
                await self._net.forward(ANSWER, content[: fault.after - self._answered], self._writer)
                self._break(server_writer)
                return
            self._answered += len(content)
            await self._net.forward(ANSWER, content, self._writer)
        _end(self._writer, FIN)

    def _break(self, server_writer: asyncio.StreamWriter) -> None:
        assert self._fault is not None
        self._net.release(server_writer, self._fault.by)
        _end(self._writer, self._fault.by)

    def _note(self, head: bytes, fate: str) -> None:
        lines = head.decode("latin-1").split("\r\n")
        keys = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("idempotency-key:")]
        self._net.seen.append(Seen(lines[0], keys[0] if keys else "", fate))


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def _bound(port: int) -> socket.socket:
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    place.bind(("127.0.0.1", port))
    return place


def _end(writer: asyncio.StreamWriter, by: End) -> None:
    if writer.is_closing():
        return
    if by == FIN:
        writer.close()
        return
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    writer.transport.abort()
