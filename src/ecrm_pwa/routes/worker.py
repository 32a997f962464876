"""What a browser asks for by itself: the service worker, the page that it shows without signal, the manifest."""

from typing import Any

from litestar import MediaType, Request, Response, get

from ecrm_pwa.base import i18n
from ecrm_pwa.web import worker
from ecrm_pwa.web.assets import NOT_COMPRESSED, Assets, answer_fresh
from ecrm_pwa.web.worker import Worker


@get(worker.SCRIPT, opt={"public": True, "anonymous": True, NOT_COMPRESSED: True}, sync_to_thread=False)
def service_worker(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The worker; asked for again with each page that is opened, and answered in 300 bytes when it is the same."""
    made: Worker = request.app.state.service_worker
    return made.answer(request)


@get(worker.OFFLINE, opt={"public": True, "anonymous": True}, sync_to_thread=False)
def offline_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The page for when there is no signal, in the language that `lang` asks for. It knows nobody."""
    made: Worker = request.app.state.service_worker
    return Response(
        made.offline_page(i18n.language()), media_type=MediaType.HTML, headers={"Cache-Control": "public, no-cache"}
    )


@get(worker.MANIFEST, opt={"public": True, "anonymous": True, NOT_COMPRESSED: True}, sync_to_thread=False)
def manifest(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What a phone must know to install the app."""
    assets: Assets = request.app.state.assets
    return answer_fresh(request, "manifest.json", assets.text("manifest.json"), "application/manifest+json")


handlers = [service_worker, offline_page, manifest]
