"""Where everything meets: settings, database, machinery, doors."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.logging import LoggingConfig
from sqlalchemy.exc import DBAPIError

from ecrm_pwa import accounts, businesses, housekeeping, routes
from ecrm_pwa.accounts.sessions import is_stale
from ecrm_pwa.base import secret
from ecrm_pwa.base.db import Database, DatabaseBusy, utc_now
from ecrm_pwa.base.limits import Limiter
from ecrm_pwa.base.passwords import Passwords
from ecrm_pwa.base.photos import PhotoStore, PhotoWorker
from ecrm_pwa.customers.reading import ContactReader
from ecrm_pwa.settings import Settings
from ecrm_pwa.web import failures, forms
from ecrm_pwa.web.assets import Assets, compression
from ecrm_pwa.web.headers import content_security_policy, every_answer
from ecrm_pwa.web.origin import own_origin_only
from ecrm_pwa.web.pages import Pages
from ecrm_pwa.web.viewer import FindViewer, OpenBusiness, Viewer, may_come_in
from ecrm_pwa.web.worker import Worker


def create_app(settings: Settings) -> Litestar:
    """The app for these settings. The database must have been brought to the present schema (`base.schema.migrate`)."""
    assets = Assets.load(settings.data / "cache" / "static", settings.dev)
    db = Database.open(settings.database)
    own_secret = secret.load(settings.data)
    store = PhotoStore(settings.data / "photos")
    pages = Pages(assets, settings, routes.DOORS, own_secret)
    parts = {
        "db": db,
        "passwords": Passwords(),
        "limiter": Limiter(own_secret, factor=settings.limit_factor),
        "worker": PhotoWorker(),
        "contact_reader": ContactReader(),
        "store": store,
    }

    @asynccontextmanager
    async def life(app: Litestar) -> AsyncIterator[None]:
        tidying = asyncio.create_task(housekeeping.tidy_for_ever(db, store, settings.data / "backups"))
        try:
            yield
        finally:
            tidying.cancel()
            await db.close()

    handlers: list[Any] = [*routes.handlers, assets.handler()]
    if settings.dev:
        from ecrm_pwa.routes import dev  # noqa: PLC0415 (the page of all components exists in development only)

        handlers += dev.handlers
    return Litestar(
        handlers,
        lifespan=[life],
        guards=[own_origin_only, may_come_in],
        dependencies={name: Provide(_giver(part), sync_to_thread=False) for name, part in parts.items()},
        state=State(
            {
                "settings": settings,
                "secret": own_secret,
                "assets": assets,
                "pages": pages,
                "service_worker": Worker(assets, pages, settings),
                "find_viewer": _find_viewer(db),
            }
        ),
        exception_handlers=failures.handlers(),
        before_send=[every_answer(content_security_policy(styles=(assets.stylesheet_source,)), secure=settings.secure)],
        compression_config=compression(),
        request_max_body_size=forms.TEXT_LIMIT,
        openapi_config=None,
        logging_config=LoggingConfig(root={"level": "INFO", "handlers": ["queue_listener"]}, log_exceptions="never"),
    )


def _giver(part: Any) -> Any:
    def give() -> Any:
        return part

    return give


def _find_viewer(db: Database) -> FindViewer:
    async def find(token: str, business_id: uuid.UUID | None) -> Viewer | None:
        now = utc_now()
        async with db.reading() as session:
            seat = await businesses.find_seat(session, token, now=now, business_id=business_id)
        if seat is None:
            return None
        if is_stale(seat.seen_at, now=now):
            # Only a note: whoever reads must not wait, or be refused, because somebody else writes.
            with suppress(DatabaseBusy, DBAPIError):
                async with db.writing(patience=0) as session:
                    await accounts.saw_session(session, seat.session_id, now=now)
        opened = None
        if seat.business_id is not None:
            opened = OpenBusiness(
                id=seat.business_id,
                name=seat.business_name or "",
                slug=seat.slug or "",
                place=", ".join(part for part in (seat.hamlet, seat.district) if part),
                zone=ZoneInfo(seat.zone or businesses.ZONES[0]),
                is_owner=seat.role == businesses.Role.OWNER,
                ending_at=seat.ending_at,
            )
        return Viewer(
            account_id=seat.account_id,
            name=seat.account_name,
            phone=seat.phone,
            language=seat.language,
            session_id=seat.session_id,
            business=opened,
        )

    return find
