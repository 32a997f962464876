"""Customers on a small phone: written down and found without signal, changed by two phones, asked, and forgotten."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.outbox import until
from e2e.people import bu_siti, dede, invite, join, sign_up
from e2e.phone import Phone
from e2e.server import Server
from e2e.test_offline_pages import WITHOUT_SIGNAL, warm_up

OwnPhone = Callable[..., Phone]
# Without signal the worker's own file does not come either.
QUIET = re.compile(f"{WITHOUT_SIGNAL.pattern}|occurred when fetching the script")
NUMBER = "0812-9876-5432"


@pytest.fixture
def own_phone(browser: Browser, server: Server) -> Iterator[OwnPhone]:
    """A phone that may be without signal."""
    phones: list[Phone] = []

    def make(**options: Any) -> Phone:
        phones.append(Phone.of(browser, server.url, **options))
        return phones[-1]

    yield make
    troubles = [trouble for phone in phones for trouble in phone.finish() if not QUIET.search(trouble)]
    assert not troubles, "went wrong in the browser:\n" + "\n".join(troubles)


def type_in(page: Page, name: str, number: str = "") -> None:
    page.get_by_label("Nama").fill(name)
    page.get_by_label("Nomor HP").fill(number)
    page.get_by_role("button", name="Simpan").click()


def found(page: Page, typed: str) -> Any:
    """The rows that the search shows for what is typed."""
    page.get_by_role("searchbox").fill(typed)
    return page.locator("[data-found] .item")


def hold_everybody(phone: Phone, count: int) -> None:
    """Waits until the phone holds so many customers."""
    phone.go("/customers")
    until(
        phone.page,
        f"""async () => {{
        const name = "pages-" + document.body.dataset.owner;
        const kept = await (await caches.open(name)).match("/customers/snapshot", {{ ignoreVary: true }});
        return kept && (await kept.json()).length === {count};
    }}""",
    )


def data_link(phone: Phone, way: str) -> str:
    phone.go(way)
    phone.page.get_by_role("button", name="Buat tautan baru").click()
    return str(phone.page.locator("code").inner_text()).removeprefix(phone.url)


def test_a_customer_is_written_down_with_two_fields_and_found_by_a_piece_of_her(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/")
    phone.page.get_by_role("link", name="Pelanggan", exact=True).click()
    expect(phone.page.get_by_text("Belum ada pelanggan")).to_be_visible()
    phone.page.get_by_role("link", name="Catat").click()
    type_in(phone.page, "Rina Marlina", "0812 9876 5432")
    expect(phone.page.get_by_text("Rina Marlina tersimpan.")).to_be_visible()
    expect(phone.page.get_by_role("link", name="WhatsApp")).to_have_attribute("href", re.compile("wa.me/6281298765432"))

    hold_everybody(phone, 1)
    for typed in ("marl", "0812-98", "5432"):
        expect(found(phone.page, typed)).to_have_count(1)
    expect(found(phone.page, "budi")).to_have_count(0)
    expect(phone.page.get_by_text("Tidak ada yang cocok.").first).to_be_visible()
    found(phone.page, "rina").click()
    expect(phone.page.get_by_role("heading", name="Rina Marlina")).to_be_visible()


def test_without_signal_a_new_customer_is_found_and_then_arrives_once(own_phone: OwnPhone) -> None:
    phone = own_phone()
    sign_up(phone, bu_siti())
    phone.send("/customers", {"name": "Bu Ani", "phone": "0812-1111-0000", "hamlet": "Kelapa Kurung"})
    warm_up(phone)
    hold_everybody(phone, 1)
    page = phone.page

    phone.context.set_offline(True)
    page.get_by_role("link", name="Catat").click()
    type_in(page, "Rina Marlina", NUMBER)
    expect(page.locator("[data-waiting]")).to_contain_text("Pelanggan Rina Marlina")
    phone.go("/customers")
    waiting = page.locator("[data-found] [data-pending]")
    expect(waiting).to_contain_text("Rina Marlina")
    expect(waiting).to_contain_text("Belum terkirim")
    for typed in ("marlina", "98765"):
        expect(found(page, typed)).to_contain_text("Belum terkirim")
    expect(found(page, "kurung")).to_contain_text("Bu Ani")
    page.get_by_role("searchbox").fill("")

    phone.context.set_offline(False)
    expect(page.locator("[data-all] .item", has_text="Rina Marlina")).to_be_visible()
    expect(page.locator("[data-pending]")).to_have_count(0)
    expect(page.locator(".item", has_text="Rina Marlina")).to_have_count(1)


def test_two_phones_without_signal_add_one_number_and_both_are_told(own_phone: OwnPhone) -> None:
    siti, helper = own_phone(), own_phone()
    sign_up(siti, bu_siti())
    join(helper, dede(), invite(siti, "Dede"))
    for phone in (siti, helper):
        warm_up(phone)
        phone.go("/customers/new")
        phone.context.set_offline(True)
    type_in(siti.page, "Bu Ani", NUMBER)
    type_in(helper.page, "Ani warung", "+62 812 9876 5432")
    for phone in (siti, helper):
        expect(phone.page.locator("[data-waiting] .item")).to_have_count(1)

    siti.context.set_offline(False)
    expect(siti.page.locator("[data-waiting]")).to_be_hidden()
    helper.context.set_offline(False)
    expect(helper.page.locator("[data-waiting]")).to_be_hidden()
    expect(helper.page.get_by_text("Nomor ini sudah ada, disatukan dengan Bu Ani.")).to_be_visible()
    hold_everybody(siti, 1)
    found(siti.page, "warung").click()
    expect(siti.page.get_by_text("Nomor ini dicatat lagi sebagai Ani warung, disatukan")).to_be_visible()


def test_two_phones_that_edit_one_customer_are_told_apart(own_phone: OwnPhone) -> None:
    siti, helper = own_phone(), own_phone()
    for phone in (siti, helper):
        phone.expect(409)
    sign_up(siti, bu_siti())
    join(helper, dede(), invite(siti, "Dede"))
    way = siti.send("/customers", {"name": "Bu Ani", "phone": NUMBER})
    for phone in (siti, helper):
        phone.go(f"{way}/edit")
    siti.page.get_by_label("Patokan").fill("depan masjid")
    siti.page.get_by_role("button", name="Simpan").click()
    expect(siti.page.get_by_text("Perubahan tersimpan.")).to_be_visible()
    helper.page.get_by_label("Patokan").fill("pagar hijau")
    helper.page.get_by_role("button", name="Simpan").click()
    row = helper.page.get_by_role("row", name="Patokan")
    expect(row).to_contain_text("pagar hijau")
    expect(row).to_contain_text("depan masjid")
    helper.page.get_by_role("button", name="Pakai punya saya").click()
    expect(helper.page.get_by_text("pagar hijau")).to_be_visible()


def test_she_stops_messages_and_has_herself_forgotten_by_her_own_link(own_phone: OwnPhone) -> None:
    siti, rina = own_phone(), own_phone()
    siti.expect(410)
    rina.expect(404)
    sign_up(siti, bu_siti())
    way = siti.send("/customers", {"name": "Rina Marlina", "phone": NUMBER, "hamlet": "Kelapa Kurung"})
    siti.go(way)
    siti.page.get_by_role("button", name="Ia bilang boleh").click()
    expect(siti.page.get_by_text("Izin tercatat.")).to_be_visible()
    link = data_link(siti, way)

    rina.go(link)
    expect(rina.page.get_by_text("Kelapa Kurung")).to_be_visible()
    rina.page.get_by_role("button", name="Berhenti terima pesan").click()
    expect(rina.page.get_by_text("Anda tidak akan dihubungi lagi.")).to_be_visible()
    siti.go(way)
    expect(siti.page.get_by_text("Jangan kirim promo")).to_be_visible()

    rina.page.get_by_text("Perbaiki data saya").click()
    rina.page.get_by_label("Kampung").fill("Serang")
    rina.page.get_by_label("Nomor HP").fill("0813-0000-1111")
    rina.page.get_by_role("button", name="Simpan").click()
    expect(rina.page.get_by_text("setelah disetujui penjual")).to_be_visible()
    siti.go(way)
    siti.page.get_by_role("button", name="Ganti nomornya").click()
    expect(siti.page.get_by_text("0813-0000-1111")).to_be_visible()

    rina.page.get_by_text("Minta salinan").click()
    with rina.page.expect_download() as download:
        rina.page.get_by_role("link", name="Unduh tabel").click()
    assert "Serang" in download.value.path().read_text(encoding="utf-8-sig")

    rina.page.get_by_text("Hapus data saya").click()
    rina.page.get_by_role("link", name="Lanjut menghapus").click()
    rina.page.get_by_role("button", name="Ya, hapus semuanya").click()
    expect(rina.page.get_by_role("heading", name="Data Anda sudah dihapus")).to_be_visible()
    rina.go(link)
    expect(rina.page.get_by_text("Tidak ditemukan")).to_be_visible()
    siti.go(way)
    expect(siti.page.get_by_text("Pelanggan ini sudah dihapus.")).to_be_visible()


def test_who_was_forgotten_is_not_brought_back_by_a_phone_that_held_her_edit(own_phone: OwnPhone) -> None:
    siti, helper = own_phone(), own_phone()
    helper.expect(410)
    sign_up(siti, bu_siti())
    join(helper, dede(), invite(siti, "Dede"))
    way = siti.send("/customers", {"name": "Rina Marlina", "phone": NUMBER})
    helper.go(f"{way}/edit")
    helper.context.set_offline(True)
    helper.page.get_by_label("Patokan").fill("pagar hijau")
    helper.page.get_by_role("button", name="Simpan").click()
    expect(helper.page.locator("[data-waiting] .item")).to_have_count(1)

    siti.go(way)
    siti.page.get_by_role("link", name="Hapus pelanggan").click()
    siti.page.get_by_role("button", name="Hapus untuk selamanya").click()
    expect(siti.page.get_by_text("Pelanggan itu sudah dihapus.")).to_be_visible()
    helper.context.set_offline(False)
    expect(helper.page.locator("[data-waiting]")).to_contain_text("Perlu diperbaiki")
    helper.go("/outbox")
    expect(helper.page.get_by_text("Pelanggan ini sudah dihapus.")).to_be_visible()


def test_five_hundred_customers_are_searched_on_the_phone(own_phone: OwnPhone, server: Server) -> None:
    phone = own_phone()
    sign_up(phone, bu_siti())
    for number in range(500):
        phone.send("/customers", {"name": f"Pembeli {number:03}", "phone": f"0813-{number:04}-0000"})
    hold_everybody(phone, 500)
    phone.context.set_offline(True)
    expect(found(phone.page, "pembeli 499")).to_have_count(1)
    expect(found(phone.page, "0813-0042")).to_contain_text("Pembeli 042")
    expect(found(phone.page, "pembeli")).to_have_count(50)
    expect(phone.page.get_by_text("Lebih dari 50 yang cocok")).to_be_visible()


def test_signing_out_takes_the_customers_off_the_phone(own_phone: OwnPhone) -> None:
    phone = own_phone()
    sign_up(phone, bu_siti())
    phone.send("/customers", {"name": "Rina Marlina", "phone": NUMBER})
    hold_everybody(phone, 1)
    phone.go("/more")
    phone.page.get_by_role("button", name="Keluar").click()
    expect(phone.page.get_by_role("link", name="Daftar")).to_be_visible()
    held = phone.page.evaluate(
        """async () => {
        let text = "";
        for (const name of await caches.keys())
            for (const answer of await (await caches.open(name)).matchAll()) text += await answer.text();
        return text;
    }"""
    )
    assert "Rina Marlina" not in held
    assert "98765432" not in held
