"""The table of contents: every address of the app, by area, and the doors at the bottom of every page."""

from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.routes import (
    accounts,
    businesses,
    complaints,
    customers,
    directory,
    home,
    installing,
    orders,
    outbox,
    photos,
    posters,
    products,
    promotion,
    satisfaction,
    staff,
    voice,
    worker,
)
from ecrm_pwa.web.pages import Door

handlers = [
    *home.handlers,
    *installing.handlers,
    *outbox.handlers,
    *accounts.handlers,
    *businesses.handlers,
    *staff.handlers,
    *customers.handlers,
    *photos.handlers,
    *posters.handlers,
    *products.handlers,
    *orders.handlers,
    *promotion.handlers,
    *directory.handlers,
    *satisfaction.handlers,
    *complaints.handlers,
    *voice.handlers,
    *worker.handlers,
]

DOORS = (
    Door("/", "house", lambda: _("Beranda"), rooms=()),
    Door("/orders", "shopping-bag", lambda: _("Pesanan"), rooms=("/orders",)),
    Door("/customers", "users", lambda: _("Pelanggan"), rooms=("/customers",)),
    Door("/voice", "message-circle", lambda: _("Suara"), rooms=("/voice", "/complaints")),
    Door(
        "/more",
        "ellipsis",
        lambda: _("Lainnya"),
        rooms=("/account", "/business/", "/businesses", "/privacy", "/products", "/staff"),
    ),
)
