"""Words around goods: what a price is for, what is shared of a product, and its address."""

from typing import Any
from urllib.parse import quote

from litestar import Request

from ecrm_pwa.base import money
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.products import Product


def field_words() -> dict[str, str]:
    """What each field of a product is called, for who must choose between two of them."""
    return {
        "name": _("Nama barang"),
        "price": _("Harga"),
        "unit": _("Satuan"),
        "category": _("Kategori"),
        "description": _("Keterangan"),
    }


def price_words(product: Product) -> str:
    """`Rp35.000 per ekor`."""
    price = money.display(product.price)
    return _("%(price)s per %(unit)s") % {"price": price, "unit": product.unit} if product.unit else price


def public_address(request: Request[Any, Any, Any], slug: str, product: Product) -> str:
    """Where everybody sees it."""
    return f"{request.app.state.settings.public_url}/toko/{slug}/barang/{product.code}"


def share_words(product: Product, shop_name: str) -> str:
    """What is said of it where it is shared, without its address."""
    return f"{product.name}, {price_words(product)}. {shop_name}"


def order_address(product: Product, number: str, address: str) -> str:
    """Opens WhatsApp to the shop with the order begun, or the question where there is none; "" without a number."""
    if not number:
        return ""
    opening = _("Halo, apakah %(name)s masih ada?") if product.is_sold_out else _("Halo, saya mau pesan %(name)s.")
    text = f"{opening % {'name': product.name}}\n{address}"
    return f"https://wa.me/{number.removeprefix('+')}?text=" + quote(text, safe="")


def share_address(words: str, address: str) -> str:
    """Opens WhatsApp, where she chooses whom it is for. Nothing is sent for her."""
    return "https://wa.me/?text=" + quote(f"{words}\n{address}", safe="")
