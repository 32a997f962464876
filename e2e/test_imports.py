"""Many customers at once on a small phone: files of Android and Excel, pasted lines, the phone book; looked through, undone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.conftest import PhoneMaker
from e2e.people import bu_siti, sign_up
from e2e.phone import Phone

LISTS = Path(__file__).parent.parent / "tests" / "lists"

# What Chrome on Android has and a desktop has not: the person picks, here always the same three.
PICKER = """
window.ContactsManager = class {};
Object.defineProperty(Navigator.prototype, "contacts", { value: { select: async () => [
  { name: ["Bu Ani; warung"], tel: ["+62 812-3456-7890", "0812-3456-7890"] },
  { name: ["Teh\\nNunung"], tel: ["0857-1111-2222"] },
  { name: [], tel: ["0813-2222-3333"] },
] } });
"""


def upload(phone: Phone, name: str) -> None:
    phone.go("/customers/import")
    phone.page.get_by_label("Berkas kontak atau Excel").set_input_files(LISTS / name)
    phone.page.get_by_role("button", name="Baca berkas").click()
    expect(phone.page.get_by_role("heading", name="Periksa daftar")).to_be_visible()


def paste(phone: Phone, lines: str) -> None:
    phone.go("/customers/import")
    phone.page.get_by_label("Nama dan nomor").fill(lines)
    phone.page.get_by_role("button", name="Baca daftar").click()


def add(page: Page) -> None:
    page.get_by_role("button", name="Tambahkan ke pelanggan").click()


def people(count: int) -> str:
    return "\n".join(f"Orang{n} 0812-3{n // 1000:03}-{n % 1000:04}" for n in range(count))


@pytest.mark.parametrize(
    ("file", "result", "somebody"),
    [
        ("android-2.1.vcf", "5 baru, 0 sudah ada", "Teh Nunung 🧵"),
        ("android-3.0.vcf", "3 baru, 0 sudah ada", "Pak Ujang Rohman S.Pd"),
        ("iphone-4.0.vcf", "1 baru, 0 sudah ada", "Ibu Lala 🌸"),
        ("google.csv", "3 baru, 0 sudah ada", "Siti Khodijah"),
        ("excel-indonesia.csv", "4 baru, 0 sudah ada", "Bu Éntin’s Cafè"),
        ("excel.xlsx", "4 baru, 0 sudah ada", "Haji Mamat"),
    ],
)
def test_a_real_file_becomes_customers(phone: Phone, file: str, result: str, somebody: str) -> None:
    sign_up(phone, bu_siti())
    upload(phone, file)
    add(phone.page)
    expect(phone.page.get_by_role("heading", name=result)).to_be_visible()
    phone.page.get_by_role("link", name="Lihat pelanggan").click()
    expect(phone.page.get_by_text(somebody)).to_be_visible()


def test_pasted_lines_are_looked_through_and_doubts_are_answered_once(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.send("/customers", {"name": "Bu Ani", "phone": "0812-3456-7890"})
    paste(
        phone,
        "Bu Ani 0812-3456-7890\nBu Dewi 0812-3456-7890\nPak Ujang (Kp. Baru) 0857-1111-2222\nTeh Yuyun\nMang Udin 0812345\n--",
    )
    page = phone.page
    expect(page.get_by_role("link", name="Ragu (3)")).to_have_attribute("aria-current", "page")
    expect(page.get_by_text("Nomor ini sudah ada, atas nama Bu Ani.")).to_be_visible()
    page.get_by_label("Teh Yuyun").check()
    page.get_by_role("link", name="Baru (1)").click()
    expect(page.get_by_label("Pak Ujang")).to_be_checked()
    page.get_by_role("link", name="Ragu (3)").click()
    expect(page.get_by_label("Teh Yuyun")).to_be_checked()
    page.get_by_label("Bu Dewi").check()
    page.get_by_role("button", name="Simpan pilihan").click()
    expect(page.get_by_text("3 orang akan ditambahkan.")).to_be_visible()
    page.get_by_role("link", name="Tidak terbaca (1)").click()
    expect(page.get_by_text("Baris 6: Tidak ada nama atau nomor di baris ini.")).to_be_visible()
    add(page)
    expect(page.get_by_role("heading", name="3 baru, 1 sudah ada")).to_be_visible()
    expect(page.get_by_text("Mereka belum memberi izin dihubungi.")).to_be_visible()


def test_the_phone_book_is_asked_where_the_browser_can(new_phone: PhoneMaker) -> None:
    phone = new_phone()
    phone.page.add_init_script(PICKER)
    sign_up(phone, bu_siti())
    phone.go("/customers/import")
    phone.page.get_by_role("button", name="Ambil dari kontak HP").click()
    expect(phone.page.get_by_role("heading", name="Periksa daftar")).to_be_visible()
    add(phone.page)
    expect(phone.page.get_by_role("heading", name="3 baru, 0 sudah ada")).to_be_visible()
    phone.page.get_by_role("link", name="Lihat pelanggan").click()
    for name in ("Bu Ani; warung", "Teh Nunung", "Tanpa nama 3333"):
        expect(phone.page.get_by_text(name)).to_be_visible()


def test_without_a_phone_book_there_is_no_button_for_it(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/customers/import")
    expect(phone.page.get_by_role("button", name="Baca berkas")).to_be_visible()
    expect(phone.page.get_by_role("button", name="Ambil dari kontak HP")).to_be_hidden()


def test_one_tap_takes_the_whole_list_back_save_whom_somebody_has_changed(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    paste(phone, "Bu Tuti 0812-1111-0001\nBu Dewi 0812-1111-0002\nMak Iyah 0812-1111-0003")
    page = phone.page
    add(page)
    expect(page.get_by_role("heading", name="3 baru, 0 sudah ada")).to_be_visible()
    here = phone.path()
    page.get_by_role("link", name="Lihat pelanggan").click()
    page.get_by_role("link", name="Bu Tuti").click()
    page.get_by_role("link", name="Ubah").click()
    page.get_by_label("Nama").fill("Bu Tuti Warung")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("heading", name="Bu Tuti Warung")).to_be_visible()
    phone.go(here)
    page.get_by_role("button", name="Urungkan semuanya").click()
    expect(page.get_by_text("Mereka ini tetap ada")).to_be_visible()
    expect(page.get_by_role("link", name="Bu Tuti Warung")).to_be_visible()
    phone.go("/customers")
    expect(page.get_by_text("Bu Tuti Warung")).to_be_visible()
    expect(page.get_by_text("Mak Iyah")).to_be_hidden()


def test_2000_contacts_come_in_under_a_bar_that_moves(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    paste(phone, people(2000))
    page = phone.page
    expect(page.get_by_role("link", name="Baru (2000)")).to_be_visible()
    bars: list[int] = []

    def watch(route: Route) -> None:
        bars.append(int(page.get_by_role("progressbar").evaluate("bar => bar.value")))
        route.continue_()

    page.route("**/steps", watch)
    add(page)
    expect(page.get_by_role("heading", name="2000 baru, 0 sudah ada")).to_be_visible(timeout=60_000)
    assert bars == sorted(bars)
    assert (len(bars), bars[0], bars[-1]) == (20, 0, 1900)


def test_it_can_be_cancelled_on_the_way_and_goes_on_or_back_later(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    paste(phone, people(2000))
    page = phone.page
    steps = 0

    def cancel_at_the_third(route: Route) -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            page.get_by_role("button", name="Batalkan").dispatch_event("click")
        route.continue_()

    page.route("**/steps", cancel_at_the_third)
    add(page)
    expect(page.get_by_text("Terhenti di tengah: 300 sudah masuk, 1700 belum.")).to_be_visible()
    page.unroute("**/steps")
    page.get_by_role("button", name="Urungkan yang sudah masuk").click()
    expect(page.get_by_text("Tidak ada yang tertinggal.")).to_be_visible()
    phone.go("/customers")
    expect(page.get_by_text("Belum ada pelanggan.")).to_be_visible()


def test_an_answer_that_was_lost_adds_nobody_twice(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    paste(phone, people(250))
    page = phone.page
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.request.headers["idempotency-key"])
        # It reached the server; the answer is what gets lost.
        route.fetch()
        return route.fulfill(status=200, body="a page of somebody else's Wi-Fi")

    page.route("**/steps", lose_the_first)
    add(page)
    expect(page.get_by_role("heading", name="250 baru, 0 sudah ada")).to_be_visible()
    assert len(lost) == 1


def test_all_of_it_works_without_script(new_phone: PhoneMaker) -> None:
    phone = new_phone(java_script_enabled=False)
    sign_up(phone, bu_siti())
    upload(phone, "google.csv")
    page = phone.page
    page.get_by_label("Tanpa Nomor").check()
    page.get_by_role("button", name="Simpan pilihan").click()
    add(page)
    expect(page.get_by_role("heading", name="4 baru, 0 sudah ada")).to_be_visible()
    page.get_by_role("button", name="Urungkan semuanya").click()
    expect(page.get_by_text("Tidak ada yang tertinggal.")).to_be_visible()


def test_what_is_no_list_is_told_beside_the_file(phone: Phone) -> None:
    phone.expect(422)
    sign_up(phone, bu_siti())
    phone.go("/customers/import")
    page = phone.page
    page.get_by_label("Berkas kontak atau Excel").set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40}
    )
    page.get_by_role("button", name="Baca berkas").click()
    expect(page.locator("#f-file-error")).to_have_text(re.compile("Berkas ini bukan daftar kontak"))
    page.get_by_role("button", name="Baca daftar").click()
    expect(page.locator("#f-text-error")).to_have_text(re.compile("Tempel dulu daftarnya"))


def test_two_records_become_one_and_two_again(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    first = phone.send("/customers", {"name": "Ani", "phone": "0812-3456-7890", "note": "pedas"})
    second = phone.send("/customers", {"name": "Bu Ani Warung", "phone": "0857-1111-2222", "hamlet": "Kp. Baru"})
    page = phone.page
    phone.go(first)
    page.get_by_role("link", name="Gabungkan dengan catatan lain").click()
    expect(page.get_by_role("heading", name="Mungkin orang yang sama")).to_be_visible()
    page.get_by_role("link", name="Bu Ani Warung").click()
    page.get_by_label("Nama: Bu Ani Warung").check()
    page.get_by_role("button", name="Gabungkan").click()
    expect(page.get_by_role("heading", name="Bu Ani Warung")).to_be_visible()
    expect(page.get_by_text("Kp. Baru").first).to_be_visible()
    phone.go(second)
    assert phone.path() == first, "her other address leads to her"
    page.get_by_role("link", name=re.compile("Digabungkan dengan")).click()
    page.get_by_role("button", name="Pisahkan").click()
    expect(page.get_by_text("Bu Ani Warung sudah terpisah lagi.")).to_be_visible()
    phone.go(first)
    expect(page.get_by_role("heading", name=re.compile("^Ani "))).to_be_visible()
