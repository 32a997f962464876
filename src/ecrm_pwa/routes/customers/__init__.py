"""Pelanggan for the business, and "Data saya" for the customer herself."""

from ecrm_pwa.routes.customers import imports, merges, own_data, people, rights

handlers = [*people.handlers, *imports.handlers, *merges.handlers, *rights.handlers, *own_data.handlers]
