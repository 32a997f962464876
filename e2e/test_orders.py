"""Orders on a phone: few taps, without signal too, and nothing is lost or doubled on the way."""

import re

from playwright.sync_api import Page, expect

from e2e.outbox import until
from e2e.people import bu_siti, sign_up
from e2e.phone import Phone

MOST_TAPS = 6


class Thumb:
    """Counts what she taps."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, role: str, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role(role, name=name).first.tap()  # type: ignore[arg-type]  # one of Playwright's roles
        self.taps += 1


def furnish(phone: Phone) -> None:
    """A shop with goods, and customers who have ordered before."""
    sign_up(phone, bu_siti())
    for name, price in (("Sate bandeng", "35.000"), ("Emping 250 g", "25.000")):
        phone.send("/products", {"name": name, "price": price})
    order = {"other_name": "Gipang", "other_price": "15rb", "way": "pickup", "paid": "cash"}
    phone.send("/orders", order | {"customer_name": "Rina Marlina", "phone": "0812 9999 0000"})


def test_an_order_takes_at_most_six_taps_from_beranda(phone: Phone) -> None:
    furnish(phone)
    phone.go("/")
    thumb = Thumb(phone.page)
    thumb.tap("link", "Pesanan")
    thumb.tap("link", "Catat pesanan")
    thumb.tap("button", "Rina Marlina")
    thumb.tap("button", "Tambah Sate bandeng")
    thumb.tap("button", "Tambah Sate bandeng")
    expect(phone.page.locator("[data-total]")).to_have_text("Rp70.000")
    thumb.tap("button", re.compile("Simpan pesanan"))
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text("Pesanan #2")
    expect(phone.page.locator("main")).to_contain_text("2 × Sate bandeng")
    expect(phone.page.locator("main")).to_contain_text("0812-9999-0000")
    assert thumb.taps <= MOST_TAPS


def test_an_order_is_stepped_paid_and_undone_by_thumb(phone: Phone) -> None:
    furnish(phone)
    order = phone.send("/orders", {"other_name": "Tumpeng", "other_price": "100rb", "way": "pickup", "paid": ""})
    phone.go(order)
    page = phone.page
    page.get_by_role("button", name="Mulai proses").tap()
    expect(page.locator(".timeline")).to_contain_text("Diproses")
    page.locator(".toast").get_by_role("button", name="Urungkan").tap()
    expect(page.locator(".timeline")).to_contain_text("Diurungkan")
    page.get_by_role("link", name="Catat pembayaran").tap()
    page.get_by_label("Jumlah uang").fill("40rb")
    page.get_by_role("button", name="Simpan").tap()
    expect(page.locator("main")).to_contain_text("DP, kurang Rp60.000")


def test_orders_without_signal_wait_unnumbered_and_arrive_once(phone: Phone) -> None:
    furnish(phone)
    page = phone.page
    phone.go("/orders/new")
    until(page, "() => navigator.serviceWorker.controller !== null")
    phone.context.set_offline(True)
    for name in ("Bu Ani", "Pak Dedi"):
        page.get_by_label("Nama pelanggan").fill(name)
        page.get_by_role("button", name="Tambah Sate bandeng").tap()
        page.get_by_role("button", name=re.compile("Simpan pesanan")).tap()
        expect(page.locator("[data-waiting]")).to_contain_text(f"Pesanan {name} (belum bernomor)")
        expect(page.get_by_label("Nama pelanggan")).to_have_value("")
    phone.context.set_offline(False)
    page.evaluate("Outbox.drain({ owner: document.body.dataset.owner, force: true })")
    phone.go("/orders")
    expect(page.locator("main .item[href^='/orders/0']")).to_have_count(3)
    expect(page.locator("main")).to_contain_text("Bu Ani")
    expect(page.locator("main")).to_contain_text("#3")
    # What the browser itself says of every request that finds no network.
    phone.troubles[:] = [trouble for trouble in phone.troubles if "ERR_INTERNET_DISCONNECTED" not in trouble]
