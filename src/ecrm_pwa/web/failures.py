"""Every way in which an answer can fail, as a page in plain words. Nothing of the inside is told, everything is logged.

The handlers are synchronous: Litestar runs asynchronous ones outside its own error handling.
"""

import errno
import logging
import math
from datetime import timedelta
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ecrm_pwa.base import i18n, times
from ecrm_pwa.base.db import DatabaseBusy
from ecrm_pwa.base.errors import FieldsRefused, Gone, NotAllowed, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.limits import LimitReached
from ecrm_pwa.base.outbox import DoneBefore, KeyUsedOtherwise
from ecrm_pwa.base.passwords import TooBusy
from ecrm_pwa.base.photos import PhotosBusy
from ecrm_pwa.web import writes
from ecrm_pwa.web.pages import page, see_other
from ecrm_pwa.web.viewer import LANGUAGE_COOKIE, BusinessNeeded, SignInNeeded, sign_in_address

log = logging.getLogger("ecrm")

_LONGEST_WORD = 20
"""No part of our own addresses is as long; every secret and id is longer."""
_FULL = ("database or disk is full", "No space left", "disk full")


def handlers() -> dict[Any, Any]:
    """For the app: exception class to handler."""
    return {
        SignInNeeded: _sign_in,
        BusinessNeeded: lambda request, error: see_other("/businesses"),
        NotFound: _not_found,
        NotAllowed: lambda request, error: failure(request, 403, _("Tidak bisa dibuka"), str(error)),
        Gone: lambda request, error: failure(request, 410, _("Sudah tidak berlaku"), str(error)),
        FieldsRefused: _fields_refused,
        TooBusy: _busy,
        PhotosBusy: _busy,
        DoneBefore: writes.answer_again,
        KeyUsedOtherwise: lambda request, error: failure(
            request, 422, _("Belum bisa disimpan"), _("Kiriman ini sudah pernah dikirim dengan isi lain.")
        ),
        LimitReached: lambda request, error: failure(request, 429, _("Terlalu sering"), str(error)),
        DatabaseBusy: _busy,
        PoolTimeout: _busy,
        DBAPIError: _database,
        OSError: _system,
        HTTPException: _http,
        Exception: _unexpected,
    }


def failure(
    request: Request[Any, Any, Any], status: int, title: str, sentence: str, headers: dict[str, str] | None = None
) -> Response[str]:
    """The page for something that did not work."""
    return page(request, "page_error.html", status=status, headers=headers, title=title, sentence=sentence)


def wait_words(wait: timedelta) -> str:
    """`3 menit`, rounded up, so that nobody comes back too early."""
    minutes = max(1, math.ceil(wait / timedelta(minutes=1)))
    whole = timedelta(minutes=minutes) if minutes < 60 else timedelta(hours=math.ceil(minutes / 60))  # noqa: PLR2004 (an hour)
    return times.span(whole)


def _sign_in(request: Request[Any, Any, Any], error: SignInNeeded) -> Response[Any]:
    if error.way_back is not None:
        return see_other(sign_in_address(error.way_back))
    # A write answered by a redirect would look like success to a script, and lose what was typed.
    return failure(request, 401, _("Perlu masuk lagi"), _("Masuk dulu, lalu ulangi. Yang sudah tersimpan tetap aman."))


def _not_found(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    return failure(request, 404, _("Tidak ditemukan"), _("Halaman ini tidak ada, atau tautannya sudah tidak berlaku."))


def _fields_refused(request: Request[Any, Any, Any], error: FieldsRefused) -> Response[str]:
    return failure(request, 422, _("Belum bisa disimpan"), " ".join(error.errors.values()))


def _busy(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    return failure(
        request,
        503,
        _("Sedang ramai"),
        _("Server sedang ramai. Tunggu sebentar, lalu coba lagi."),
        {"Retry-After": "5"},
    )


def _full(request: Request[Any, Any, Any], reason: str) -> Response[str]:
    log.error("the disk is full: %s", reason)
    return failure(
        request,
        503,
        _("Server penuh"),
        _("Tempat penyimpanan server penuh. Data yang sudah tersimpan aman. Coba lagi nanti."),
        {"Retry-After": "60"},
    )


def _system(request: Request[Any, Any, Any], error: OSError) -> Response[str]:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full(request, str(error))
    return _unexpected(request, error)


def _database(request: Request[Any, Any, Any], error: DBAPIError) -> Response[str]:
    reason = str(error.orig)
    if any(words in reason for words in _FULL):
        return _full(request, reason)
    if (isinstance(error, OperationalError) and "locked" in reason) or "statement timeout" in reason:
        return _busy(request, error)
    if isinstance(error, IntegrityError):
        # Two that cannot both be, such as an id that is taken. The forms of ours send none, so it is told plainly.
        log.warning("%s %s: %s", request.scope.get("method"), _door(request), reason)
        return failure(
            request, 422, _("Belum bisa disimpan"), _("Ini sudah pernah disimpan. Muat ulang halamannya, lalu periksa.")
        )
    return _unexpected(request, error)


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
    if not i18n.is_chosen():
        # No such address, or a write from another site: it did not come as far as to the guard that chooses.
        i18n.use(request.cookies.get(LANGUAGE_COOKIE, i18n.SOURCE))
    status = error.status_code
    if status == 404:  # noqa: PLR2004
        return _not_found(request, error)
    if status == 413:  # noqa: PLR2004
        return failure(
            request, status, _("Terlalu besar"), _("Kiriman ini terlalu besar. Kecilkan dulu, lalu coba lagi.")
        )
    if status == 403:  # noqa: PLR2004
        return failure(
            request, status, _("Ditolak"), _("Kiriman ini bukan dari halaman kami. Buka lagi halamannya, lalu ulangi.")
        )
    if status >= 500:  # noqa: PLR2004
        return _unexpected(request, error)
    return failure(
        request,
        status,
        _("Tidak bisa dibaca"),
        _("Kiriman ini tidak bisa dibaca. Muat ulang halamannya, lalu coba lagi."),
    )


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    log.error("%s %s failed", request.scope.get("method"), _door(request), exc_info=error)
    return failure(
        request,
        500,
        _("Ada yang salah di server"),
        _("Ini salah kami, bukan Anda. Coba lagi sebentar lagi. Yang sudah tersimpan tetap aman."),
    )


def _door(request: Request[Any, Any, Any]) -> str:
    """Where it happened, for the log: the address less what stands in its parts, for that may be the secret of a link."""
    return "/" + "/".join(part if len(part) < _LONGEST_WORD else "…" for part in request.scope["path"].split("/")[1:])
