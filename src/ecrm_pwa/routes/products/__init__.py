"""The goods of a business: for its own people, on labels, and for everybody."""

from ecrm_pwa.routes.products import batches, catalogue, goods

handlers = [*goods.handlers, *batches.handlers, *catalogue.handlers]
