"""Programs of our own that are started once for each file: what decodes strangers' bytes must not be able to harm the server."""

import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import cast

import anyio
from anyio.abc import ByteReceiveStream, ByteSendStream

_log = logging.getLogger(__name__)


async def ask(program: Path, data: bytes) -> bytes:
    """What the program says of this file; empty when it died. It is killed when the caller is cancelled."""
    # Isolated, by its path: it imports nothing of the house. A session of its own: Ctrl-C is for the server.
    command = [sys.executable, "-I", str(program)]
    # Uninterrupted, so that a cancelled caller always knows the process to end.
    with anyio.CancelScope(shield=True):
        process = await anyio.open_process(command, stderr=None, start_new_session=True)
    # Pipes, unless something else is asked for.
    stdin, stdout = cast(ByteSendStream, process.stdin), cast(ByteReceiveStream, process.stdout)
    answer = b""
    # Broken when the program dies before it has read everything; its return code says so too.
    with suppress(anyio.BrokenResourceError):
        async with process:
            # It reads everything before it writes.
            await stdin.send(data)
            await stdin.aclose()
            answer = b"".join([chunk async for chunk in stdout])
    if process.returncode != 0:
        _log.warning("%s died (%s)", program.stem, process.returncode)
        return b""
    return answer
