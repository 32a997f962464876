"""The goods of a business: for its own people, on labels, and for everybody."""

from ecrm_pwa.routes.products import goods

handlers = [*goods.handlers]
