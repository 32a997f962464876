"""The doors of people: signing up, in and out, a forgotten password, and what a person has: name, password, phones."""

from ecrm_pwa.routes.accounts import coming_in, own, passkeys, reset

handlers = [*coming_in.handlers, *own.handlers, *passkeys.handlers, *reset.handlers]
