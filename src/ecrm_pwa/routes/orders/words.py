"""Words around orders: what a status is called, what is said of money, and the texts with which WhatsApp opens."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from urllib.parse import quote

from ecrm_pwa.base import money, phones
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.times import Dates
from ecrm_pwa.businesses import Business
from ecrm_pwa.orders import Debt, Listed, Status, Sums
from ecrm_pwa.routes.complaints.words import greeting

LONGEST_MESSAGE = 1_500
TONES = {
    Status.NEW: "info",
    Status.PROCESSING: "warn",
    Status.READY: "good",
    Status.SENT: "info",
    Status.COMPLETED: "good",
    Status.CANCELLED: "bad",
    Status.RETURNED: "bad",
}


def status_words() -> dict[str, str]:
    """What each status is called."""
    return {
        Status.NEW: _("Baru"),
        Status.PROCESSING: _("Diproses"),
        Status.READY: _("Siap diambil"),
        Status.SENT: _("Dikirim"),
        Status.COMPLETED: _("Selesai"),
        Status.CANCELLED: _("Dibatalkan"),
        Status.RETURNED: _("Dikembalikan"),
    }


def step_words() -> dict[str, str]:
    """What the button says that leads there."""
    return {
        Status.PROCESSING: _("Mulai proses"),
        Status.READY: _("Siap diambil"),
        Status.SENT: _("Sudah dikirim"),
        Status.COMPLETED: _("Tandai selesai"),
        Status.CANCELLED: _("Batalkan pesanan"),
        Status.RETURNED: _("Dikembalikan"),
    }


def kind_words() -> dict[str, str]:
    """What each entry of the ledger is called."""
    return {
        "cash": _("Tunai"),
        "transfer": _("Transfer"),
        "qris": _("QRIS"),
        "cod": _("COD (bayar di tempat)"),
        "credit": _("Kasbon"),
        "forgiven": _("Ikhlaskan"),
    }


def money_words(sums: Sums) -> tuple[str, str]:
    """What is to be said of the money of an order, and its tone."""
    if sums.state == "over":
        return _("Lebih bayar %(amount)s") % {"amount": money.display(sums.over)}, "warn"
    if sums.state == "paid":
        return _("Lunas"), "good"
    if sums.state == "credit":
        return _("Kasbon %(amount)s") % {"amount": money.display(sums.owed)}, "bad"
    if sums.state == "deposit":
        return _("DP, kurang %(amount)s") % {"amount": money.display(sums.owed)}, "warn"
    return _("Belum bayar"), "bad"


def goods_words(listed: Listed) -> str:
    """What is in it, in one line."""
    return ", ".join(f"{line.quantity} {line.name}" for line in listed.lines)


def day_words(text: str, dates: Dates) -> str:
    """A day that is kept as `2026-11-27`, as people read it."""
    return dates.day(datetime.combine(date.fromisoformat(text), time(5), UTC)) if text else ""


def nota_text(listed: Listed, shop: Business) -> str:
    """The nota as WhatsApp shows it."""
    order, sums = listed.order, listed.sums
    rows = [f"*{_('Nota')} #{order.number}* · {shop.name}"]
    if listed.name:
        rows.append(listed.name)
    rows.append("")
    rows += [f"{line.quantity} × {line.name} = {money.display(line.amount)}" for line in listed.lines]
    if order.shipping:
        rows.append(f"{_('Ongkir')} = {money.display(order.shipping)}")
    if order.discount:
        rows.append(f"{_('Potongan')} = -{money.display(order.discount)}")
    rows.append(f"*{_('Jumlah')} = {money.display(sums.total)}*")
    if sums.paid:
        rows.append(f"{_('Sudah dibayar')} = {money.display(sums.paid)}")
    if sums.owed > 0 and sums.paid:
        rows.append(f"{_('Kurang')} = {money.display(sums.owed)}")
    elif sums.total and sums.owed == 0:
        rows.append(_("LUNAS. Terima kasih 🙏"))
    return "\n".join(rows)


def order_text(listed: Listed, shop: Business) -> str:
    """What she tells the customer of this order now: where it stands, then the nota."""
    said = {
        Status.NEW: _("Pesanannya sudah kami catat:"),
        Status.PROCESSING: _("Pesanannya sedang kami siapkan:"),
        Status.READY: _("Pesanannya sudah siap diambil:"),
        Status.SENT: _("Pesanannya sudah dikirim:"),
        Status.COMPLETED: _("Terima kasih sudah belanja:"),
        Status.CANCELLED: _("Pesanan ini dibatalkan:"),
        Status.RETURNED: _("Pesanan ini dikembalikan:"),
    }[Status(listed.order.status)]
    return f"{_hello(shop, listed.name)} {said}\n\n{nota_text(listed, shop)}"


def reminder_text(name: str, debts: Sequence[Debt], shop: Business, dates: Dates) -> str:
    """A gentle word about what is not paid yet: nobody is pressed."""
    owed = sum(debt.owed for debt in debts)
    since = dates.day(min(debt.made_at for debt in debts)) if debts else ""
    words = _(
        "%(hello)s Mohon maaf mengingatkan, masih ada kasbon %(owed)s dari tanggal %(since)s. Boleh dibayar kapan saja yang"
        " longgar. Terima kasih 🙏"
    ) % {"hello": _hello(shop, name), "owed": money.display(owed), "since": since}
    return f"{words}\n{shop.name}"


def whatsapp_address(phone: str, text: str) -> str:
    """Opens WhatsApp with the text ready, with whoever has the number or else whom she chooses there. Nothing is sent for her."""
    number = phone.removeprefix("+") if phone and phones.has_whatsapp(phone) else ""
    return f"https://wa.me/{number}?text={quote(text[:LONGEST_MESSAGE], safe='')}"


def _hello(shop: Business, name: str) -> str:
    return f"{' '.join(part for part in (greeting(shop), name) if part)}."


def field_words() -> dict[str, str]:
    """What the fields of an order are called where two phones have changed one."""
    return {
        "way": _("Ambil atau antar"),
        "address": _("Alamat"),
        "due_on": _("Untuk tanggal"),
        "note": _("Catatan"),
        "shipping": _("Ongkir"),
        "discount": _("Potongan"),
        "goods": _("Barang"),
    }
