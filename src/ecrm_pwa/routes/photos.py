"""The pictures of a business: what its own people send and see."""

from typing import Any, Literal

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import photos
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import FieldsRefused, NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import read_id
from ecrm_pwa.base.photos import PhotoNotFound, PhotoRefused, PhotosBusy, PhotoStore, PhotoWorker, PreparedPhoto
from ecrm_pwa.web import forms
from ecrm_pwa.web.assets import NOT_COMPRESSED
from ecrm_pwa.web.viewer import business

HEADERS = {
    # A photo never changes under its id; "private" keeps it out of caches that are not this phone's.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": 'inline; filename="foto.webp"',
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@get("/photos/{photo_id:str}", opt={NOT_COMPRESSED: True})
async def full(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    store: NamedDependency[PhotoStore],
    photo_id: FromPath[str],
) -> Response[bytes]:
    """The picture at its full size."""
    return await _show(request, db, store, photo_id, "full")


@get("/photos/{photo_id:str}/thumb", opt={NOT_COMPRESSED: True})
async def thumb(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    store: NamedDependency[PhotoStore],
    photo_id: FromPath[str],
) -> Response[bytes]:
    """The picture for lists."""
    return await _show(request, db, store, photo_id, "thumb")


async def take(form: forms.Form[Any], worker: PhotoWorker) -> PreparedPhoto:
    """The picture that was sent as `photo`; raises `FieldsRefused`, and `PhotosBusy` where the same one will do in a moment."""
    upload = form.files.get("photo")
    if upload is None:
        raise FieldsRefused(photo=_("Pilih foto dulu."))
    if upload.content is None:
        raise FieldsRefused(photo=forms.too_large())
    try:
        return await worker.prepare(upload.content)
    except PhotosBusy:
        raise
    except PhotoRefused as refusal:
        raise FieldsRefused(photo=str(refusal)) from refusal


async def _show(
    request: Request[Any, Any, Any], db: Database, store: PhotoStore, photo_id: str, size: Literal["full", "thumb"]
) -> Response[bytes]:
    wanted = read_id(photo_id)
    if wanted is None:
        raise NotFound("photo")
    async with db.reading() as session:
        photo = await photos.find(session, business(request).id, wanted)
    try:
        content = await store.read(photo.name, size)
    except PhotoNotFound:
        raise NotFound("photo") from None
    return Response(content, media_type="image/webp", headers=HEADERS)


handlers = [full, thumb]
