"""Pesanan: the list, writing one down, one order with its steps and its money, and who owes what."""

from ecrm_pwa.routes.orders import debts, nota, owner, paste, recording

handlers = [*recording.handlers, *debts.handlers, *paste.handlers, *owner.handlers, *nota.handlers]
