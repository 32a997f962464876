"""Words around complaints: the names of categories, answers that are ready, and what WhatsApp opens with."""

from urllib.parse import quote

from ecrm_pwa.base import phones
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.businesses import Business
from ecrm_pwa.complaints import Complaint

LONGEST_MESSAGE = 1000


def category_words() -> dict[str, str]:
    """What each category is called on screen."""
    return {
        "stale": _("Basi atau bau"),
        "ill": _("Bikin sakit"),
        "packaging": _("Bungkus rusak"),
        "missing": _("Kurang atau salah"),
        "late": _("Terlambat"),
        "service": _("Pelayanan"),
        "other": _("Hal lain"),
    }


def ready_answers(category: str) -> list[str]:
    """Answers to begin with; the person changes them before they are sent."""
    first = {
        "stale": _("Mohon maaf, barangnya kami ganti baru hari ini, gratis. Boleh tahu kapan dibelinya?"),
        "ill": _("Mohon maaf sekali. Bagaimana keadaannya sekarang? Kami mau segera menghubungi Anda."),
        "packaging": _("Mohon maaf bungkusnya rusak. Besok kami antar gantinya, gratis."),
        "missing": _("Mohon maaf ada yang kurang. Kekurangannya kami antar hari ini."),
        "late": _("Mohon maaf terlambat. Pesanan Anda sedang kami kejar, kami kabari jamnya."),
        "service": _("Mohon maaf atas pelayanan kami. Terima kasih sudah memberi tahu, akan kami perbaiki."),
    }.get(category)
    common = [
        _("Terima kasih sudah memberi tahu. Kami periksa dulu, hari ini kami kabari."),
        _("Uangnya kami kembalikan. Boleh kirim nomor rekening atau ambil di tempat?"),
    ]
    return [first, *common] if first else common


def greeting(shop: Business) -> str:
    """How the business greets in messages."""
    return {
        "assalamualaikum": _("Assalamu’alaikum"),
        "halo": _("Halo"),
        "selamat": _("Selamat pagi"),
    }[shop.greeting]


def whatsapp_address(complaint: Complaint, shop: Business, words: str) -> str:
    """Opens WhatsApp with the text ready, or "" where no WhatsApp number is known. Nothing is sent for her."""
    if not complaint.phone or not phones.has_whatsapp(complaint.phone):
        return ""
    who = " ".join(part for part in (greeting(shop), complaint.customer_name) if part)
    opening = _("%(who)s, ini dari %(shop)s tentang keluhan %(code)s.") % {
        "who": who,
        "shop": shop.name,
        "code": complaint.code,
    }
    text = f"{opening}\n\n{words}".strip()[:LONGEST_MESSAGE]
    return f"https://wa.me/{complaint.phone.removeprefix('+')}?text={quote(text, safe='')}"
