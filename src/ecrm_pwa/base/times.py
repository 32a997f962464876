"""Dates and times as Indonesians read them, in the time zone of the business. Inside everything is UTC."""

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_month_names

from ecrm_pwa.base import i18n
from ecrm_pwa.base.db import utc_now
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.i18n import ngettext

WIB = ZoneInfo("Asia/Jakarta")
_ABBREVIATIONS = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_WEEK = 7


def day(moment: datetime | date, zone: tzinfo = WIB) -> str:
    """`24 Nov 2026`."""
    local = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
    return format_date(local, "d MMM y", locale=i18n.language())


def long_day(moment: datetime | date, zone: tzinfo = WIB) -> str:
    """`Selasa, 24 November 2026`."""
    local = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
    return format_date(local, "EEEE, d MMMM y", locale=i18n.language())


def months() -> list[str]:
    """The names of the twelve months."""
    names = get_month_names("wide", locale=i18n.language())
    return [names[number] for number in range(1, 13)]


def clock(moment: datetime, zone: tzinfo = WIB) -> str:
    """`10.05`, with a dot as Indonesian writes it; `10:05` in English."""
    return moment.astimezone(zone).strftime("%H:%M" if i18n.language() == "en" else "%H.%M")


def near(moment: datetime, zone: tzinfo = WIB, *, now: datetime | None = None) -> str:
    """Near dates in words: `hari ini, 10.05`, `kemarin, 10.05`, `3 hari yang lalu`, else the day."""
    local, today = moment.astimezone(zone).date(), (now or utc_now()).astimezone(zone).date()
    distance = (today - local).days
    if distance == 0:
        return _("hari ini, %(clock)s") % {"clock": clock(moment, zone)}
    if distance == 1:
        return _("kemarin, %(clock)s") % {"clock": clock(moment, zone)}
    if 1 < distance < _WEEK:
        return ngettext("%(n)s hari yang lalu", "%(n)s hari yang lalu", distance) % {"n": distance}
    return day(moment, zone)


def span(length: timedelta) -> str:
    """How long something took: `18 menit`, `3 jam`, `2 hari`."""
    minutes = max(1, round(length / timedelta(minutes=1)))
    if minutes < 60:  # noqa: PLR2004 (an hour)
        return ngettext("%(n)s menit", "%(n)s menit", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 48:  # noqa: PLR2004 (two days)
        return ngettext("%(n)s jam", "%(n)s jam", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("%(n)s hari", "%(n)s hari", days) % {"n": days}


def zone_name(zone: str) -> str:
    """`WIB`, `WITA` or `WIT`."""
    return _ABBREVIATIONS.get(zone, zone)


class Dates:
    """The functions above for one zone, as templates use them."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def day(self, moment: datetime | date) -> str:
        """See `times.day`."""
        return day(moment, self._zone)

    def long_day(self, moment: datetime) -> str:
        """See `times.long_day`."""
        return long_day(moment, self._zone)

    def clock(self, moment: datetime) -> str:
        """See `times.clock`."""
        return clock(moment, self._zone)

    def near(self, moment: datetime) -> str:
        """See `times.near`."""
        return near(moment, self._zone)

    def span(self, length: timedelta) -> str:
        """See `times.span`."""
        return span(length)
