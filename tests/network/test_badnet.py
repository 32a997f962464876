"""The bad network itself: what it is told to do to the bytes, it does."""

import queue
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.network.badnet import ANSWER, FIN, REQUEST, RST, BadNet, End

BODY = b"menu=sate&banyak=10"


class Echo:
    """A server that answers with what it was sent, over one connection after the other."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.heard: list[bytes] = []
        self.partings: queue.Queue[None] = queue.Queue()
        """Something is in it for each connection that has ended."""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            heard = b""
            try:
                while piece := connection.recv(65_536):
                    heard += piece
                    if heard.endswith(BODY):
                        self.heard.append(heard)
                        heard = b""
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY))
            except OSError:
                pass
            if heard:
                self.heard.append(heard)
            self.partings.put(None)

    def close(self) -> None:
        """Takes no more connections."""
        self._socket.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def net(echo: Echo) -> Iterator[BadNet]:
    with BadNet(echo.port) as running:
        yield running


@pytest.fixture
def phone(net: BadNet) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=net.url, timeout=0.5) as client:
        yield client


def send(phone: httpx.Client, path: str = "/menu") -> httpx.Response:
    return phone.post(path, content=BODY, headers={"Idempotency-Key": "k1"})


def test_a_good_network_passes_everything_on_and_remembers_it(phone: httpx.Client, net: BadNet) -> None:
    assert send(phone).content == send(phone).content == BODY
    assert [(one.line, one.key, one.fate) for one in net.seen] == [("POST /menu HTTP/1.1", "k1", "pass")] * 2


def test_where_nobody_listens_the_connection_is_refused_and_later_is_not(phone: httpx.Client, net: BadNet) -> None:
    send(phone)
    net.mode = "refuse"
    for _ in range(2):
        with pytest.raises((httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError)):
            send(phone)
    net.mode = "pass"
    assert send(phone).content == BODY


def test_what_is_swallowed_is_never_answered_nor_heard(phone: httpx.Client, net: BadNet, echo: Echo) -> None:
    net.mode = "swallow"
    with pytest.raises(httpx.ReadTimeout):
        send(phone)
    net.mode = "pass"
    assert send(phone).content == BODY
    assert len(echo.heard) == 1


def test_an_open_connection_is_swallowed_too(phone: httpx.Client, net: BadNet, echo: Echo) -> None:
    send(phone)
    net.mode = "swallow"
    with pytest.raises(httpx.ReadTimeout):
        send(phone)
    assert len(echo.heard) == 1


def test_a_captive_portal_answers_everything_itself(phone: httpx.Client, net: BadNet, echo: Echo) -> None:
    net.mode = "portal"
    answer = send(phone, "/health")
    assert answer.status_code == 200
    assert "WiFi Desa" in answer.text
    assert echo.heard == []


@pytest.mark.parametrize("by", [FIN, RST])
@pytest.mark.parametrize("after", [0, 1, 30, 140])
def test_of_a_request_that_is_cut_the_server_hears_just_so_much(
    phone: httpx.Client, net: BadNet, echo: Echo, after: int, by: End
) -> None:
    net.cut(REQUEST, after=after, by=by)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError)):
        send(phone)
    echo.partings.get(timeout=10)
    assert send(phone).content == BODY
    *begun, whole = echo.heard
    # A reset also throws away what the server had not read yet.
    assert b"".join(begun) == whole[:after] or by == RST
    assert whole.startswith(b"".join(begun))
    assert len(b"".join(begun)) <= after


@pytest.mark.parametrize("by", [FIN, RST])
def test_of_an_answer_that_is_cut_the_phone_hears_just_so_much(net: BadNet, echo: Echo, by: End) -> None:
    net.cut(ANSWER, after=20, by=by)
    heard = b""
    with socket.create_connection(("127.0.0.1", net.port)) as phone:
        phone.sendall(b"POST /menu HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY))
        try:
            while piece := phone.recv(100):
                heard += piece
        except ConnectionResetError:
            assert by == RST
        else:
            assert by == FIN
    assert heard == b"HTTP/1.1 200 OK\r\nContent-Length"[:20]
    assert len(echo.heard) == 1


def test_an_answer_is_lost_as_often_as_it_is_asked_for_and_only_where(
    phone: httpx.Client, net: BadNet, echo: Echo
) -> None:
    net.lose_answer(b"POST /pesan", times=2)
    assert send(phone, "/menu").content == BODY
    for _ in range(2):
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            send(phone, "/pesan")
    assert send(phone, "/pesan").content == BODY
    assert len(echo.heard) == 4, "the server did what it was asked, each time"


def test_a_slow_network_is_as_slow_as_it_is_told(net: BadNet) -> None:
    net.bytes_per_second = 2_000
    begin = time.monotonic()
    with httpx.Client(base_url=net.url, timeout=30) as phone:
        phone.post("/menu", content=b"x" * 1_000 + BODY)
    assert time.monotonic() - begin > 0.5
