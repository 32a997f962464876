"""What an owner does for a customer's rights: the link to her own data, and forgetting her."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ecrm_pwa import businesses, customers, privacy
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.errors import NotFound
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import read_id
from ecrm_pwa.base.photos import PhotoStore
from ecrm_pwa.base.tokens import new_token
from ecrm_pwa.routes.customers.people import find_id
from ecrm_pwa.routes.customers.words import whatsapp_address
from ecrm_pwa.web import writes
from ecrm_pwa.web.pages import page
from ecrm_pwa.web.viewer import business, person


@post("/customers/{customer_id:str}/links", opt={"owner": True})
async def share(
    request: Request[Any, Any, Any], db: NamedDependency[Database], customer_id: FromPath[str]
) -> Response[Any]:
    """Makes a link to her own data and shows it, once: only its hash is kept."""
    wanted, mine = find_id(customer_id), business(request)
    secret = new_token()[0]
    async with db.writing() as session:
        customer = await customers.find(session, mine.id, wanted)
        await customers.make_link(
            session, mine.id, customer.id, secret=secret, account_id=person(request).account_id, now=utc_now()
        )
        shop = await businesses.find(session, mine.id)
    link = f"{request.app.state.settings.public_url}/data/{secret}"
    sentence = _("Ini halaman data Anda di catatan kami. Bisa dilihat, diperbaiki, atau dihapus: %(link)s") % {
        "link": link
    }
    return page(
        request,
        "customers/shared.html",
        status=201,
        customer=customer,
        link=link,
        whatsapp=whatsapp_address(customer.phone, customer.name, shop, sentence),
    )


@post("/customers/{customer_id:str}/links/{data_link_id:str}/revocation", opt={"owner": True})
async def revoke(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    customer_id: FromPath[str],
    data_link_id: FromPath[str],
) -> Response[Any]:
    """Makes a link open nothing."""
    wanted, mine, revoked = find_id(customer_id), business(request), read_id(data_link_id)
    if revoked is None:
        raise NotFound("customer link")
    async with writes.writing(request, db, scope=mine.id) as write:
        customer = await customers.find(write.session, mine.id, wanted)
        merged = await customers.list_merged(write.session, mine.id, customer.id)
        everybody = [customer.id, *(one.id for one in merged)]
        await customers.revoke_link(write.session, mine.id, everybody, revoked, now=write.now)
        return write.see_other(f"/customers/{customer.id}", say=_("Tautan itu tidak berlaku lagi."))


@get("/customers/{customer_id:str}/erasure", opt={"owner": True})
async def erasure_page(
    request: Request[Any, Any, Any], db: NamedDependency[Database], customer_id: FromPath[str]
) -> Response[Any]:
    """What goes and what stays, before it is done."""
    async with db.reading() as session:
        customer = await customers.find(session, business(request).id, find_id(customer_id))
    return page(request, "customers/erasure.html", customer=customer)


@post("/customers/{customer_id:str}/erasure", opt={"owner": True})
async def erase(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    store: NamedDependency[PhotoStore],
    customer_id: FromPath[str],
) -> Response[Any]:
    """Forgets her."""
    wanted, mine = find_id(customer_id), business(request)
    async with writes.writing(request, db, scope=mine.id) as write:
        forgotten = await privacy.erase_customer(write.session, mine.id, wanted, now=write.now)
        response = write.see_other("/customers", say=_("Pelanggan itu sudah dihapus."))
    await finish(db, store, forgotten)
    return response


async def finish(db: Database, store: PhotoStore, forgotten: privacy.Forgotten) -> None:
    """Takes her pictures off the disk and her words out of the database's log, after the commit."""
    for name in forgotten.files:
        await store.remove(name)
    await db.empty_log()


handlers = [share, revoke, erasure_page, erase]
