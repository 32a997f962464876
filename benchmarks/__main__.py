"""`bin/bench`: rate at 16 at once, p50 at one, memory, beside the floors of the same run. Loopback only; stops by itself."""

import argparse
import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import client, floor, lists

PEOPLE = 5_000
SLUG = "sate-bandeng-bu-siti"
SIGN_IN = {"phone": "0812-0000-0001", "password": "sate bandeng enak", "next": "/"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def served(command: list[str], port: int, environment: dict[str, str], path: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers at `path`, stopped afterwards."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 (our own server)
    try:
        for _try in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def sign_in(port: int) -> str:
    """The session cookie of Bu Siti."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/sign-in",
        data=urllib.parse.urlencode(SIGN_IN).encode(),
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    try:
        urllib.request.build_opener(Stay).open(asked)
    except urllib.error.HTTPError as answer:
        found = re.search(r"session=([^;]+)", "\n".join(answer.headers.get_all("Set-Cookie") or []))
        if found:
            return found[1]
    raise RuntimeError("the demo's owner could not sign in")


def memory(process: subprocess.Popen[bytes]) -> float:
    """Megabytes that the process holds now."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]  # Linux always says it


def main() -> None:
    """Runs everything and prints one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0, help="for each figure, at one and at 16 (default 6)")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), seconds)


def run(folder: Path, seconds: float) -> None:
    """The demo village, the app, the floors."""
    port, floor_port = free_port(), free_port()
    environment = os.environ | {
        "ECRM_DATA": str(folder / "data"),
        "ECRM_PORT": str(port),
        "ECRM_LIMIT_FACTOR": "1000000",
        "ECRM_PUBLIC_URL": f"http://localhost:{port}",
    }
    python = sys.executable
    subprocess.run([python, "-m", "ecrm_pwa", "demo"], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (ours)
    with served([python, "-m", "ecrm_pwa", "serve"], port, environment, "/health") as app:
        token = sign_in(port)
        cookie = f"session={token}"
        page = urllib.request.urlopen(
            urllib.request.Request(f"http://127.0.0.1:{port}/voice", headers={"Cookie": cookie})
        ).read()
        complaint = re.search(rb"/complaints/[0-9a-f-]{36}", page)
        if complaint is None:
            raise RuntimeError("the demo has no complaint")
        doors: list[tuple[str, client.Request, tuple[int, ...]]] = [
            ("public page", lambda _n: client.get(f"/toko/{SLUG}", port=port), (200,)),
            ("rating (create, durable)", lambda _n: client.post(f"/toko/{SLUG}/nilai", "face=5", port=port), (303,)),
            ("Suara (list)", lambda _n: client.get("/voice", port=port, cookie=cookie), (200,)),
            ("one complaint", lambda _n: client.get(complaint[0].decode(), port=port, cookie=cookie), (200,)),
            ("Beranda", lambda _n: client.get("/", port=port, cookie=cookie), (200,)),
            ("health", lambda _n: client.get("/health", port=port), (200,)),
        ]
        before = memory(app)
        ours = {
            name: asyncio.run(client.measure(port, request, seconds=seconds, allowed=ok)) for name, request, ok in doors
        }
        after = memory(app)
        brought = lists.measure(port, cookie)
        lists.fill(port, cookie, PEOPLE)
        ours[f"search among {PEOPLE:,}"] = asyncio.run(
            client.measure(
                port,
                lambda n: client.get(f"/customers?q={lists.NAMES[n % len(lists.NAMES)]}", port=port, cookie=cookie),
                seconds=seconds,
                allowed=(200,),
            )
        )
        bare = [
            python,
            "-m",
            "uvicorn",
            "--factory",
            "benchmarks.floor:make",
            "--port",
            str(floor_port),
            "--log-level",
            "error",
        ]
        floor_environment = environment | {"BENCH_TOKEN": token, "BENCH_SLUG": SLUG}
        with served([*bare, "--no-access-log"], floor_port, floor_environment, "/plain"):
            floors = {
                name: asyncio.run(
                    client.measure(floor_port, lambda _n, path=path: client.get(path, port=floor_port), seconds=seconds)  # type: ignore[misc]  # path is a text
                )
                for name, path in (
                    ("plain text", "/plain"),
                    ("public page", "/reads-of-shop"),
                    ("Suara (list)", "/reads-of-voice"),
                )
            }
    durable = floor.durable_writes(folder, seconds=seconds)
    print(f"{'':28}{'rate at 16':>12}{'p50 at 1':>11}{'errors':>8}{'floor':>10}{'ratio':>8}")
    for name, figures in ours.items():
        under = floors[name].rate if name in floors else durable if "durable" in name else None
        compared = f"{under:10.0f}{figures.rate / under:8.2f}" if under else ""
        print(f"{name:28}{figures.rate:10.0f}/s{figures.p50:9.1f}ms{figures.errors:8}{compared}")
    print(f"floors: plain text {floors['plain text'].rate:.0f}/s; durable SQLite transactions {durable:.0f}/s;")
    print("  public page and Suara: the same reads in a bare handler, without template, headers, compression")
    print(
        f"a list of {lists.CONTACTS} contacts: " + ", ".join(f"{what} {took:.2f} s" for what, took in brought.items())
    )
    print(f"memory of the app: {before:.0f} MB before, {after:.0f} MB after")


if __name__ == "__main__":
    main()
