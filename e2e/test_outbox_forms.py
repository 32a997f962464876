"""Every form that takes part: sent without signal it waits, is shown as waiting, and arrives as if there had been signal."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from e2e.outbox import WITHOUT_SIGNAL, Shop, all_sent, labels, open_shop, records, signal_returns, text
from e2e.people import PASSWORD, dede, invite, join, sign_in
from e2e.phone import Phone
from e2e.pictures import photo
from tests.network.badnet import BadNet
from tests.network.bench import Bench
from tests.sweep import TABLE

TEMPLATES = Path(__file__).parent.parent / "src/ecrm_pwa/templates"
NUMBERS = itertools.count(1)
FILE: FilePayload = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo(640, 480)}


@dataclass
class World:
    """A shop, its customer, and what the present form is about."""

    shop: Shop
    customer: Phone
    helper: Phone
    complaint: str = ""
    link: str = ""
    product: str = ""
    first: str = ""
    order: str = ""
    person: str = ""
    other: str = ""

    def complain(self, *, held: bool = False, resolved: bool = False) -> None:
        """Makes a complaint."""
        self.complaint, self.link = self.shop.complaint(self.customer, held=held)
        if resolved:
            self.shop.owner.send(f"{self.complaint}/resolution")

    def stock(self, *, with_photo: bool = False) -> None:
        """Puts goods on the list."""
        name = f"Otak-otak {next(NUMBERS)}"
        self.shop.owner.send("/products", {"name": name, "price": "15000", "stock": "7"})
        self.product = product_called(self, name)
        if with_photo:
            self.shop.owner.send_photo(f"{self.product}/photo", FILE["buffer"])

    def stock_two(self) -> None:
        """Two goods, so that they have an order."""
        self.stock()
        self.stock()
        self.first = self.hers("/products").partition('id="p-')[2][:36]

    def take_order(self, paid: str = "") -> None:
        """Writes an order down."""
        order = {"other_name": "Gipang", "other_price": "100rb", "way": "pickup", "paid": paid}
        found = re.match(r"/orders/[\w-]{36}", self.shop.owner.send("/orders", order))
        assert found is not None
        self.order = found[0]

    def know(self, **fields: str) -> None:
        """Writes a customer down."""
        name = {"name": f"Bu Rina {next(NUMBERS)}"}
        self.person = self.shop.owner.send("/customers", name | fields)

    def know_two(self) -> None:
        """One customer, written down twice."""
        self.know(name="Bu Rina Warung")
        self.other = self.person
        self.know()

    def merge(self) -> None:
        """Two records that were made one."""
        self.know_two()
        self.shop.owner.send(f"{self.person}/merging/{self.other.rpartition('/')[2]}")

    def wish_for_a_number(self) -> None:
        """She asks by the link of her own data for another number."""
        self.know(phone=f"0812 9000 {next(NUMBERS):04}")
        shared = self.shop.owner.context.request.post(
            f"{self.shop.owner.url}{self.person}/links", headers={"Origin": self.shop.owner.url}
        )
        link = shared.text().partition("/data/")[2].partition("<")[0]
        self.customer.send(f"/data/{link}", {"version": "1", "name": "Bu Rina", "phone": "0812 9111 2222"})

    def rate(self) -> None:
        """Makes a rating that is held."""
        self.customer.send(f"{self.shop.path}/nilai", {"face": "1", "website": "x"})

    def hers(self, path: str) -> str:
        """A page as the owner gets it now."""
        return text(self.shop.owner, path)


@dataclass(frozen=True)
class Form:
    """One form: its address, the page it stands on, what is done with it, and how one sees that it has arrived."""

    action: str
    page: Callable[[World], str]
    do: Callable[[Page], None]
    has_arrived: Callable[[World], bool]
    prepare: Callable[[World], object] = field(default=lambda world: None)
    by_customer: bool = False


def press(name: str) -> Callable[[Page], None]:
    """Taps a button."""
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def fill(label: str, words: str, button: str) -> Callable[[Page], None]:
    """Types, and taps a button."""

    def do(page: Page) -> None:
        page.get_by_role("textbox", name=label).fill(words)
        press(button)(page)

    return do


def choose(button: str) -> Callable[[Page], None]:
    """Chooses a photo, and taps a button."""

    def do(page: Page) -> None:
        page.locator("input[type=file]").set_input_files(FILE)
        press(button)(page)

    return do


def complain(page: Page) -> None:
    page.get_by_text("Ada keluhan?").click()
    page.get_by_text("Terlambat", exact=True).click()
    page.get_by_label("Ceritanya").fill("Dua jam menunggu di jalan")
    page.get_by_label("Foto").set_input_files(FILE)
    press("Kirim keluhan")(page)


def rate_and_say(page: Page) -> None:
    press("Puas")(page)
    page.get_by_label("Mau cerita sedikit?").fill("Enak, tanpa sinyal pun")
    press("Tambahkan cerita")(page)


def add_product(page: Page) -> None:
    page.get_by_role("textbox", name="Nama barang").fill("Sate bandeng")
    page.get_by_role("textbox", name="Harga").fill("15rb")
    choose("Simpan")(page)


def change_order(page: Page) -> None:
    page.locator("[name=note]").fill("Tanpa sambal")
    press("Simpan")(page)


def order_something(page: Page) -> None:
    page.get_by_label("Nama pelanggan").fill("Bu Ani")
    page.get_by_role("button", name=re.compile("^Tambah Otak-otak")).first.click()
    page.get_by_role("button", name=re.compile("^Simpan pesanan")).click()


def make_batch(page: Page) -> None:
    page.get_by_label("Dijual di mana").fill("Warung Bu Eni")
    press("Catat produksi")(page)


def bring_a_list(page: Page) -> None:
    page.get_by_label("Nama dan nomor").fill("Bu Tuti 0812 9222 3333")
    press("Baca daftar")(page)


def product_called(world: World, name: str) -> str:
    """The address of a product on her list."""
    addresses: list[str] = re.findall(
        r"/products/[\w-]{36}", world.hers("/products").partition(f"<bdi>{name}</bdi>")[0]
    )
    return addresses[-1]


NOT_HERE = {
    # A toast takes back what was just done, at whatever address that has.
    "*",
    # The server has to read a pasted list first.
    "/orders/paste/orders",
    "/orders/paste/*/undone",
    # Orders that are held come by a door that is not built yet.
    "*/release",
}

FORMS = [
    Form(
        "/customers",
        lambda world: "/customers/new",
        fill("Nama", "Bu Neng Tanpa Sinyal", "Simpan"),
        lambda world: "Bu Neng Tanpa Sinyal" in world.hers("/customers"),
    ),
    Form(
        "/customers/*/edit",
        lambda world: f"{world.person}/edit",
        fill("Nama", "Bu Rina Kedua", "Simpan"),
        lambda world: "Bu Rina Kedua" in world.hers(world.person),
        World.know,
    ),
    Form(
        "/customers/*/consents",
        lambda world: world.person,
        press("Ia bilang boleh"),
        lambda world: "Ia tidak mau lagi" in world.hers(world.person),
        World.know,
    ),
    Form(
        "/customers/*/number",
        lambda world: world.person,
        press("Ganti nomornya"),
        lambda world: "0812-9111-2222" in world.hers(world.person) and "Ganti nomornya" not in world.hers(world.person),
        World.wish_for_a_number,
    ),
    Form(
        "/customers/*/links/*/revocation",
        lambda world: world.person,
        press("Cabut"),
        lambda world: ">Cabut<" not in world.hers(world.person),
        World.wish_for_a_number,
    ),
    Form(
        "/customers/*/erasure",
        lambda world: f"{world.person}/erasure",
        press("Hapus untuk selamanya"),
        lambda world: world.person not in world.hers("/customers"),
        World.know,
    ),
    Form(
        "/customers/import",
        lambda world: "/customers/import",
        bring_a_list,
        lambda world: (
            "Bu Tuti" in world.hers("/customers/import") or "/customers/import/" in world.hers("/customers/import")
        ),
    ),
    Form(
        "/customers/*/merging/*",
        lambda world: f"{world.person}/merging/{world.other.rpartition('/')[2]}",
        press("Gabungkan"),
        lambda world: world.other not in world.hers("/customers"),
        World.know_two,
    ),
    Form(
        "/customers/*/merging/*/undoing",
        lambda world: f"{world.person}/merging",
        press("Pisahkan"),
        lambda world: world.other in world.hers("/customers"),
        World.merge,
    ),
    Form(
        "/business/profile",
        lambda world: "/business/profile",
        fill("Patokan", "depan masjid", "Simpan"),
        lambda world: "depan masjid" in world.hers("/business/profile"),
    ),
    Form(
        "/staff/*/removal",
        lambda world: "/staff",
        press("Keluarkan"),
        lambda world: ">Keluarkan<" not in world.hers("/staff"),
        lambda world: join(world.helper, dede(), invite(world.shop.owner, "x")),
    ),
    Form(
        "/staff/invitations/*/revocation",
        lambda world: "/staff",
        press("Batalkan"),
        lambda world: "Untuk Asep" not in world.hers("/staff"),
        lambda world: invite(world.shop.owner, "Untuk Asep"),
    ),
    Form(
        "/businesses",
        lambda world: "/businesses",
        fill("Nama usaha", "Otak-otak", "Tambah usaha"),
        lambda world: "Otak-otak" in world.hers("/businesses"),
    ),
    Form(
        "/business/ending/cancellation",
        lambda world: "/business/ending",
        press("Batalkan penghapusan"),
        lambda world: "Batalkan penghapusan" not in world.hers("/business/ending"),
        lambda world: world.shop.owner.send("/business/ending", {"password": PASSWORD}),
    ),
    Form(
        "/business/pictures/*",
        lambda world: "/business/pictures/qris",
        choose("Simpan foto"),
        lambda world: "Hapus foto ini" in world.hers("/business/pictures/qris"),
    ),
    Form(
        "/business/pictures/*/removal",
        lambda world: "/business/pictures/logo",
        press("Hapus foto ini"),
        lambda world: "Hapus foto ini" not in world.hers("/business/pictures/logo"),
        lambda world: world.shop.owner.send_photo("/business/pictures/logo", FILE["buffer"]),
    ),
    Form(
        "/business/qr/printed",
        lambda world: "/business/qr",
        press("Sudah dicetak"),
        lambda world: "<span>Cetak QR<span" in world.hers("/"),
    ),
    Form(
        "/complaints/*/answers",
        lambda world: world.complaint,
        fill("Balas", "Besok kami ganti", "Kirim balasan"),
        lambda world: world.hers(world.complaint).count("Besok kami ganti") == 1,
        lambda world: world.complain(),
    ),
    Form(
        "/complaints/*/start",
        lambda world: world.complaint,
        press("Mulai proses"),
        lambda world: "Sedang diproses" in world.hers(world.complaint),
        lambda world: world.complain(),
    ),
    Form(
        "/complaints/*/resolution",
        lambda world: world.complaint,
        press("Tandai selesai"),
        lambda world: "Tandai selesai" not in world.hers(world.complaint),
        lambda world: world.complain(),
    ),
    Form(
        "/complaints/*/links/*/revocation",
        lambda world: world.complaint,
        press("Cabut"),
        lambda world: ">Cabut<" not in world.hers(world.complaint),
        lambda world: world.complain(),
    ),
    Form(
        "/complaints/*/release",
        lambda world: world.complaint,
        press("Masukkan ke daftar"),
        lambda world: "Masukkan ke daftar" not in world.hers(world.complaint),
        lambda world: world.complain(held=True),
    ),
    Form(
        "/ratings/*/release",
        lambda world: "/voice?show=held",
        press("Hitung"),
        lambda world: ">Hitung<" not in world.hers("/voice?show=held"),
        lambda world: world.rate(),
    ),
    Form(
        "/products",
        lambda world: "/products/new",
        add_product,
        lambda world: 'alt="Foto Sate bandeng"' in world.hers(product_called(world, "Sate bandeng")),
    ),
    Form(
        "/products/*",
        lambda world: f"{world.product}/edit",
        fill("Nama barang", "Otak-otak pedas", "Simpan"),
        lambda world: "Otak-otak pedas" in world.hers(world.product),
        lambda world: world.stock(),
    ),
    Form(
        "/products/*/batches",
        lambda world: f"{world.product}/batches",
        make_batch,
        lambda world: "Warung Bu Eni" in world.hers(f"{world.product}/batches"),
        lambda world: world.stock(),
    ),
    Form(
        "/products/*/availability",
        lambda world: world.product,
        lambda page: page.locator("form[action$='/availability'] button").click(),
        lambda world: "Ada lagi" in world.hers(world.product),
        lambda world: world.stock(),
    ),
    Form(
        "/products/*/visibility",
        lambda world: world.product,
        press("Sembunyikan"),
        lambda world: "Tampilkan" in world.hers(world.product),
        lambda world: world.stock(),
    ),
    Form(
        "/products/*/stock",
        lambda world: world.product,
        press("Kurangi satu"),
        lambda world: "<output>6</output>" in world.hers(world.product),
        lambda world: world.stock(),
    ),
    Form(
        "/products/*/position",
        lambda world: "/products?order=1",
        lambda page: page.locator("form[action$='/position'] button[value=down]").first.click(),
        lambda world: not world.hers("/products").partition('id="p-')[2].startswith(world.first),
        lambda world: world.stock_two(),
    ),
    Form(
        "/products/*/removal",
        lambda world: world.product,
        press("Hapus barang"),
        lambda world: f'id="p-{world.product[-36:]}"' not in world.hers("/products"),
        lambda world: world.stock(),
    ),
    Form(
        "/products/*/photo",
        lambda world: f"{world.product}/photo",
        choose("Simpan foto"),
        lambda world: "Hapus foto ini" in world.hers(f"{world.product}/photo"),
        lambda world: world.stock(),
    ),
    Form(
        "/products/*/photo/removal",
        lambda world: f"{world.product}/photo",
        press("Hapus foto ini"),
        lambda world: "Hapus foto ini" not in world.hers(f"{world.product}/photo"),
        lambda world: world.stock(with_photo=True),
    ),
    Form(
        "/business/listing",
        lambda world: "/business/profile",
        press("Setuju, tampilkan"),
        lambda world: "Jangan tampilkan lagi" in world.hers("/business/profile"),
    ),
    Form(
        "/orders",
        lambda world: "/orders/new",
        order_something,
        lambda world: "Bu Ani" in world.hers("/orders"),
        lambda world: world.stock(),
    ),
    Form(
        "*/edit",
        lambda world: f"{world.order}/edit",
        change_order,
        lambda world: "Tanpa sambal" in world.hers(world.order),
        lambda world: world.take_order(),
    ),
    Form(
        "*/steps",
        lambda world: world.order,
        press("Mulai proses"),
        lambda world: 'data-state="now"><b>Diproses' in world.hers(world.order),
        lambda world: world.take_order(),
    ),
    Form(
        "/orders/*/payments",
        lambda world: f"{world.order}/payments",
        fill("Jumlah uang", "40rb", "Simpan"),
        lambda world: "Rp60.000" in world.hers(world.order),
        lambda world: world.take_order(),
    ),
    Form(
        "*/payments/*/counter",
        lambda world: world.order,
        press("Batalkan"),
        lambda world: "Pembatalan" in world.hers(world.order),
        lambda world: world.take_order("cash"),
    ),
    Form(
        "/toko/*/nilai",
        lambda world: world.shop.path,
        press("Sangat puas"),
        lambda world: "Sangat puas" in world.hers("/voice?show=ratings"),
        by_customer=True,
    ),
    Form(
        "/toko/*/nilai/*",
        lambda world: world.shop.path,
        rate_and_say,
        lambda world: "Enak, tanpa sinyal pun" in world.hers("/voice?show=ratings"),
        by_customer=True,
    ),
    Form(
        "/toko/*/keluhan",
        lambda world: world.shop.path,
        complain,
        lambda world: "Keluhan: terlambat" in world.hers("/voice?show=waiting"),
        by_customer=True,
    ),
    Form(
        "/k/*/messages",
        lambda world: world.link,
        fill("Tambah pesan", "Sampai kapan?", "Kirim"),
        lambda world: world.hers(world.complaint).count("Sampai kapan?") == 1,
        lambda world: world.complain(),
        by_customer=True,
    ),
    Form(
        "/k/*/photos",
        lambda world: world.link,
        choose("Kirim foto"),
        lambda world: "Foto keluhan" in world.hers(world.complaint),
        lambda world: world.complain(),
        by_customer=True,
    ),
    Form(
        "/k/*/verdict",
        lambda world: world.link,
        press("Ya, sudah"),
        lambda world: "Pelanggan bilang sudah beres" in world.hers(world.complaint),
        lambda world: world.complain(resolved=True),
        by_customer=True,
    ),
]


@pytest.fixture(scope="module")
def world(browser: Browser, bench: Bench) -> Iterator[World]:
    """One shop for all forms; each makes what it is about."""
    phones = [Phone.of(browser, bench.url) for _ in range(3)]
    owner, customer, helper = phones
    # What is removed has no page any more.
    owner.expect(410)
    yield World(open_shop(owner), customer, helper)
    troubles = [trouble for phone in phones for trouble in phone.finish() if not WITHOUT_SIGNAL.search(trouble)]
    assert not troubles, "went wrong in the browser:\n" + "\n".join(troubles)


def test_no_form_is_forgotten() -> None:
    asked = set()
    for template in TEMPLATES.rglob("*.html"):
        for form in re.findall(r"<form [^>]*action=\"[^>]*data-outbox=", template.read_text()):
            action = form.partition('action="')[2].partition('"')[0]
            asked.add(re.sub(r"\{\{.*?\}\}", "*", action))
    # On public pages all forms take part.
    for method, path in TABLE:
        if method == "POST" and path.startswith(("/toko/", "/k/")):
            asked.add(re.sub(r"\{\w+\}", "*", path))
    assert asked - NOT_HERE == {form.action for form in FORMS}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.action)
def test_it_waits_and_arrives(world: World, net: BadNet, form: Form) -> None:
    form.prepare(world)
    phone = world.customer if form.by_customer else world.shop.owner
    phone.go(form.page(world))
    net.mode = "refuse"
    form.do(phone.page)
    if form.by_customer:
        expect(phone.page.get_by_text("Tersimpan di HP ini.").first).to_be_visible()
    else:
        expect(phone.page.locator("[data-pending]").first).to_be_visible()
        expect(phone.page.locator("[data-signal]")).to_contain_text("menunggu")
    assert labels(phone)
    urls = [record["url"].removeprefix(phone.url).partition("?")[0] for record in records(phone)]
    assert any(re.fullmatch(form.action.replace("*", ".+"), url) for url in urls), urls

    signal_returns(phone, net)
    all_sent(phone)
    assert form.has_arrived(world)
    if form.action == "/businesses":
        sign_in(world.shop.owner, world.shop.person)
