"""The doors of complaints: the customer's side and the business's."""

from ecrm_pwa.routes.complaints import customer, owner

handlers = [*customer.handlers, *owner.handlers]
