"""A picture that comes slowly holds up nobody: the whole body is read before the one writer is asked for."""

import asyncio
from pathlib import Path

import httpx
import pytest

from ecrm_pwa.base.db import new_id
from tests.engines import Databases
from tests.network.bench import Bench
from tests.shop import acknowledged, picture, sign_up

pytestmark = pytest.mark.anyio

BOUNDARY = "----ecrm"
STALLED = 5


def upload(url: str, path: str) -> tuple[str, bytes]:
    """A picture as a phone sends it, and its key."""
    head = 'Content-Disposition: form-data; name="photo"; filename="foto.png"\r\nContent-Type: image/png'
    body = f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + picture(size=(200, 200)) + f"\r\n--{BOUNDARY}--\r\n".encode()
    key = str(new_id())
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {url.removeprefix('http://')}",
        f"Origin: {url}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        f"Content-Length: {len(body)}",
        f"Idempotency-Key: {key}",
        "Connection: close",
        "",
        "",
    ]
    return key, "\r\n".join(lines).encode() + body


async def test_words_are_written_while_pictures_stand_still_half_way(
    databases: Databases, engine: str, tmp_path: Path, anyio_backend: str
) -> None:
    with databases.fresh(engine) as database, Bench(tmp_path, database_url=database) as bench:
        async with httpx.AsyncClient(base_url=bench.url, headers={"Origin": bench.url}, timeout=30) as phone:
            slug = await sign_up(phone, "Bu Siti", "Sate Bandeng Bu Siti", "0812 3456 7890")
            secret = "s" * 43
            fields = {"category": "late", "words": "Lama", "secret": secret}
            await phone.post(f"/toko/{slug}/keluhan", data=fields)
            uploads = [upload(bench.url, f"/k/{secret}/photos") for _ in range(STALLED)]
            lines = [await asyncio.open_connection("127.0.0.1", bench.net.port) for _ in uploads]
            for (_key, request), (_reader, writer) in zip(uploads, lines, strict=True):
                writer.write(request[: len(request) // 2])
                await writer.drain()

            # None of them has more to say for now. Whoever writes words does not notice.
            for number in range(STALLED):
                key = new_id()
                sent = {"id": str(new_id()), "words": f"Pesan {number}"}
                answer = await phone.post(f"/k/{secret}/messages", data=sent, headers={"Idempotency-Key": str(key)})
                acknowledged(answer, key)

            # One phone dies; the others come to their end, and each picture is there.
            lines[0][1].transport.abort()
            for (key_of_picture, request), (reader, writer) in list(zip(uploads, lines, strict=True))[1:]:
                writer.write(request[len(request) // 2 :])
                await writer.drain()
                heard = await reader.read()
                assert f"x-outbox-ack: {key_of_picture}".encode() in heard.lower(), heard[:300]
                writer.close()
            page = (await phone.get(f"/k/{secret}")).text
        assert page.count("/photos/") == STALLED - 1
        assert all(f"Pesan {number}" in page for number in range(STALLED))
        assert "Traceback" not in bench.said()
