"""Pelanggan for the business, and "Data saya" for the customer herself."""

from ecrm_pwa.routes.customers import own_data, people, rights

handlers = [*people.handlers, *rights.handlers, *own_data.handlers]
