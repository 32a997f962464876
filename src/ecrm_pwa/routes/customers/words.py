"""Words around customers: what a consent says, what WhatsApp opens with, and the fields that every form of hers has."""

from calendar import monthrange
from typing import Any
from urllib.parse import quote

from ecrm_pwa.base import phones, times
from ecrm_pwa.base.errors import FieldsRefused
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Choice
from ecrm_pwa.businesses import Business
from ecrm_pwa.routes.complaints.words import greeting

_A_LEAP_YEAR = 2024
DAY = Choice(("", *(str(day) for day in range(1, 32))))
MONTH = Choice(("", *(str(month) for month in range(1, 13))))


DAYS = [(str(day), str(day)) for day in range(1, 32)]
"""The days, as a select offers them."""


def month_words() -> list[tuple[str, str]]:
    """The months, as a select offers them."""
    return [(str(number), name) for number, name in enumerate(times.months(), 1)]


def field_labels() -> dict[str, str]:
    """What each field is called on screen."""
    return {
        "name": _("Nama"),
        "phone": _("Nomor HP"),
        "hamlet": _("Kampung"),
        "landmark": _("Patokan"),
        "birth_day": _("Tanggal lahir"),
        "birth_month": _("Bulan lahir"),
        "label": _("Label"),
        "note": _("Catatan"),
    }


def read_birthday(day: str, month: str) -> tuple[int | None, int | None]:
    """Day and month as numbers, both or neither; raises `FieldsRefused` for the thirtieth of February."""
    if not day and not month:
        return None, None
    if not day or not month:
        raise FieldsRefused(
            **{"birth_month" if day else "birth_day": _("Isi tanggal dan bulan, atau kosongkan keduanya.")}
        )
    if int(day) > monthrange(_A_LEAP_YEAR, int(month))[1]:
        raise FieldsRefused(birth_day=_("Bulan itu tidak punya tanggal ini."))
    return int(day), int(month)


def birthday_words(day: int | None, month: int | None) -> str:
    """`17 Agustus`, or ""."""
    return f"{day} {times.months()[month - 1]}" if day and month else ""


def shown_values(customer: Any) -> dict[str, Any]:
    """Her fields as a form shows them."""
    return {
        "name": customer.name,
        "phone": phones.display(customer.phone) if customer.phone else "",
        "hamlet": customer.hamlet,
        "landmark": customer.landmark,
        "birth_day": customer.birth_day,
        "birth_month": customer.birth_month,
        "label": customer.label,
        "note": customer.note,
        "version": customer.version,
    }


def whatsapp_address(phone: str | None, name: str, shop: Business, words: str = "") -> str:
    """Opens WhatsApp with the text ready, or "" where there is no WhatsApp. Nothing is sent for her."""
    if not phone or not phones.has_whatsapp(phone):
        return ""
    opening = _("%(who)s, ini dari %(shop)s.") % {"who": f"{greeting(shop)} {name}", "shop": shop.name}
    return f"https://wa.me/{phone.removeprefix('+')}?text={quote(f'{opening} {words}'.strip(), safe='')}"
