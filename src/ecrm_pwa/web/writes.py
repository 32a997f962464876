"""One write, one transaction, one answer.

    async with writes.writing(request, db, scope=mine.id) as write:
        await complaints.answer(write.session, mine.id, ...)
        return write.see_other(f"/complaints/{id}", say=_("Balasan tersimpan."))

A plain form is answered 303. A request with an `Idempotency-Key` (from the outbox of a phone) is done once however often it comes,
and answered 200 with the key in `X-Outbox-Ack` and the way on in `X-Outbox-Location`: a script cannot read a redirect, and a
captive portal cannot guess the key.
"""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from litestar import MediaType, Request, Response
from litestar.exceptions import ClientException
from sqlalchemy.ext.asyncio import AsyncSession

from ecrm_pwa.base import outbox
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.errors import Conflict
from ecrm_pwa.base.inputs import read_id
from ecrm_pwa.web import pages

KEY = "idempotency-key"
ACK = "X-Outbox-Ack"
LOCATION = "X-Outbox-Location"
AGE = "x-age-ms"
AFTER = "x-outbox-after"
OLDEST = timedelta(days=60)
_LONGEST_LINE = 20
"""Writes that one may follow; a phone names no more."""
_SECRET = "{secret}"  # noqa: S105 (the place of one)


@dataclass
class Write:
    """A transaction that is open, and where its answer will lead."""

    session: AsyncSession
    scope: uuid.UUID
    key: uuid.UUID | None
    after: list[uuid.UUID]
    """The writes of the same phone which this one was typed on top of."""
    made_at: datetime
    """When the person tapped: now, less how long the phone says that the write has waited."""
    now: datetime
    location: str = ""
    version: int | None = None
    """Set by a handler that has changed a record: the version that it has now."""

    async def built_on(self, version: int) -> int:
        """The version that an edit was made on: the one that its form showed, or the one that her own earlier edit has made.

        Who types the next edit while the last one is on its way is in no conflict with herself; with others she still is.
        """
        if not self.after:
            return version
        return max(version, await outbox.newest_version(self.session, self.scope, self.after))

    def see_other(self, address: str, *, say: str | None = None, undo: str = "") -> Response[str]:
        """The answer: 303 to a plain form, 200 with the acknowledgement to a keyed one. See `pages.see_other` for `undo`."""
        self.location = address
        if self.key is None:
            return pages.see_other(address, say=say, undo=undo)
        response = acknowledged(self.key, address)
        pages.keep_flash(response, say, undo=undo)
        return response


@asynccontextmanager
async def writing(
    request: Request[Any, Any, Any], db: Database, *, scope: uuid.UUID, secret: str = ""
) -> AsyncIterator[Write]:
    """One transaction for the whole request; raises `outbox.DoneBefore`, which web/failures.py answers like the first time.

    A `secret` in the address where the answer leads is not kept with the key: whoever sends the write again brings it along.
    """
    key = read_key(request)
    attempt = None
    if key is not None:
        attempt = outbox.Attempt(scope, key, await _fingerprint(request))
    now = utc_now()
    async with db.writing() as session:
        if attempt is not None:
            try:
                await outbox.begin(session, attempt, now=now)
            except outbox.DoneBefore as done:
                raise outbox.DoneBefore(done.location.replace(_SECRET, secret)) from done
        write = Write(session, scope, key, _after(request), now - age(request), now)
        yield write
        if attempt is not None:
            kept = write.location.replace(secret, _SECRET) if secret else write.location
            await outbox.finish(session, attempt, location=kept, version=write.version)


async def _fingerprint(request: Request[Any, Any, Any]) -> bytes:
    # The form reader has left it; a write that reads no form has its whole content here.
    known: bytes | None = request.scope["state"].get("body_fingerprint")
    if known is not None:
        return known
    content = outbox.Fingerprint(request.scope["path"])
    content.add(await request.body())
    return content.digest()


class Theirs:
    """A conflict as a page shows it, and as an outbox keeps it until its person chooses."""

    def __init__(self, conflict: Conflict, labels: dict[str, str]) -> None:
        self.rows = [(labels.get(one.field, one.field), one.mine, one.theirs) for one in conflict.differences]
        told = {
            "version": conflict.version,
            "fields": [{"label": label, "mine": mine, "theirs": theirs} for label, mine, theirs in self.rows],
        }
        self.headers = {"X-Outbox-Theirs": quote(json.dumps(told, ensure_ascii=False))}


def read_key(request: Request[Any, Any, Any]) -> uuid.UUID | None:
    """The key that the request carries; raises ClientException for one that is none."""
    text = request.headers.get(KEY)
    if text is None:
        return None
    key = read_id(text)
    if key is None:
        raise ClientException("a key is a UUID")
    return key


def age(request: Request[Any, Any, Any]) -> timedelta:
    """How long the write waited on the phone, as the phone measured it: a wrong clock there does not matter. At most 60 days."""
    text = request.headers.get(AGE, "0")
    milliseconds = int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0  # noqa: PLR2004 (below any overflow)
    return min(timedelta(milliseconds=milliseconds), OLDEST)


def _after(request: Request[Any, Any, Any]) -> list[uuid.UUID]:
    named = request.headers.get(AFTER, "").split()[-_LONGEST_LINE:]
    return [key for text in named if (key := read_id(text)) is not None]


def answer_again(request: Request[Any, Any, Any], done: outbox.DoneBefore) -> Response[str]:
    """The answer to a write that was done already: the same as the first time."""
    key = read_key(request)
    return pages.see_other(done.location) if key is None else acknowledged(key, done.location)


def acknowledged(key: uuid.UUID, location: str) -> Response[str]:
    """Tells an outbox that its write is on disk."""
    return Response("", status_code=200, media_type=MediaType.TEXT, headers={ACK: str(key), LOCATION: location})
