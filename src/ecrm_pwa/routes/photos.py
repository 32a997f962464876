"""The pictures of a business, to its own people."""

from typing import Any, Literal

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import photos
from ecrm_pwa.base.db import Database
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.inputs import read_id
from ecrm_pwa.base.photos import PhotoNotFound, PhotoStore
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
