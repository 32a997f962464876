"""The server's own secret: made at the first start, kept in the data folder, part of every backup."""

import os
import secrets
from pathlib import Path

_BYTES = 32


def load(data: Path) -> bytes:
    """The secret of this data folder; made when it is not there yet. Only the server's user may read the file."""
    path = data / "secret"
    data.mkdir(parents=True, exist_ok=True, mode=0o750)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()
