"""Orders by HTTP: written down in one form, stepped, paid, undone; every mistake told at once; nothing of the neighbour's."""

import html
import re
from http import HTTPStatus
from io import BytesIO

import pytest
from PIL import Image

from ecrm_pwa.base.db import new_id
from tests.shop import Shop

pytestmark = pytest.mark.anyio


async def add_goods(shop: Shop, name: str = "Sate bandeng", price: str = "35.000", **more: str) -> str:
    product = str(new_id())
    answer = await shop.owner.post("/products", data={"id": product, "name": name, "price": price} | more)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return product


async def record(shop: Shop, fields: dict[str, str]) -> str:
    """Writes an order down; gives its address."""
    answer = await shop.owner.post("/orders", data={"way": "pickup", "paid": ""} | fields)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return answer.headers["location"]


async def shown(shop: Shop, address: str) -> str:
    answer = await shop.owner.get(address)
    assert answer.status_code == HTTPStatus.OK, answer.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])).split())


async def test_goods_and_a_name_make_an_order(shop: Shop) -> None:
    bandeng = await add_goods(shop)
    order = await record(shop, {f"q.{bandeng}.35000": "2", "customer_name": "Bu Ani"})
    page = await shown(shop, order)
    assert "Bu Ani" in page
    assert "2 × Sate bandeng" in page
    assert "Rp70.000" in page
    assert "Belum bayar" in page
    listed = await shown(shop, "/orders")
    assert "#1 " in listed
    assert "2 Sate bandeng" in listed


async def test_a_new_customer_is_kept_with_her_order(shop: Shop) -> None:
    fields = {"other_name": "Tumpeng", "other_price": "150rb", "customer_name": "Rina", "phone": "0812 9999 0000"}
    first, second = await record(shop, fields), await record(shop, fields)
    assert first != second
    page = await shown(shop, first)
    assert "0812-9999-0000" in page
    assert "Rina" in await shown(shop, "/orders/new")


async def test_what_is_paid_at_once_and_taken_along_is_done(shop: Shop) -> None:
    order = await record(
        shop,
        {"other_name": "Gipang", "other_price": "15000", "other_count": "3", "paid": "cash", "taken": "1"},
    )
    page = await shown(shop, order)
    assert "Lunas" in page
    assert "Selesai" in page
    assert "Tunai Rp45.000" in page


async def test_the_price_that_the_phone_showed_counts(shop: Shop) -> None:
    bandeng = await add_goods(shop, price="40000")
    order = await record(shop, {f"q.{bandeng}.35000": "1"})
    assert "Rp35.000" in await shown(shop, order)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Pilih barangnya dulu."),
        ({"other_name": "Gipang"}, "Isi harganya, 0 kalau gratis."),
        ({"other_price": "5000"}, "Isi nama barangnya."),
        ({"other_name": "x", "other_price": "1", "phone": "0812 9999 0000"}, "Isi nama pelanggan."),
        ({"other_name": "x", "other_price": "1", "customer_id": "bukan id"}, "Pilih pelanggan dari daftar"),
        ({"q.nope.1": "2"}, "Jumlah barang diisi dengan angka"),
        ({f"q.{new_id()}.1": "dua"}, "Jumlah barang diisi dengan angka"),
        ({f"q.{new_id()}.1": "2"}, "sudah tidak ada"),
        ({"way": "terbang", "other_name": "x", "other_price": "1"}, "Pilih salah satu."),
    ],
)
async def test_what_cannot_be_kept_is_told_and_what_was_typed_stays(
    shop: Shop, fields: dict[str, str], sentence: str
) -> None:
    answer = await shop.owner.post("/orders", data={"way": "pickup", "paid": "", "note": "tanpa sambal"} | fields)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in html.unescape(answer.text)
    assert "tanpa sambal" in answer.text
    assert "Belum ada pesanan" in await shown(shop, "/orders")


async def test_an_order_goes_its_way_and_back(shop: Shop) -> None:
    order = await record(shop, {"other_name": "Gipang", "other_price": "15000"})
    answer = await shop.owner.post(f"{order}/steps", data={"status": "processing"})
    assert answer.headers["location"] == order
    page = (await shop.owner.get(order)).text
    undo = re.search(r'action="(/orders/[^"]+/steps/undone/new)"', page)
    assert undo is not None, "the toast leads back"
    await shop.owner.post(undo[1])
    assert "Diurungkan" in await shown(shop, order)
    await shop.owner.post(f"{order}/steps", data={"status": "cancelled"})
    refused = await shop.owner.post(f"{order}/steps", data={"status": "completed"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Pesanan ini sudah dibatalkan." in refused.text


async def test_dp_kasbon_and_a_slip_are_kept_in_the_ledger(shop: Shop) -> None:
    order = await record(shop, {"other_name": "Tumpeng", "other_price": "100000"})
    assert "100.000" in (await shop.owner.get(f"{order}/payments")).text
    await shop.owner.post(f"{order}/payments", data={"kind": "transfer", "amount": "30rb"})
    assert "DP, kurang Rp70.000" in await shown(shop, order)
    await shop.owner.post(f"{order}/payments", data={"kind": "cash", "amount": "700.000"})
    page = await shown(shop, order)
    assert "Lebih bayar Rp630.000" in page
    slip = re.findall(r'action="(/orders/[^"]+/counter)"', (await shop.owner.get(order)).text)[-1]
    await shop.owner.post(slip)
    await shop.owner.post(f"{order}/payments", data={"kind": "credit", "amount": "70rb"})
    assert "Kasbon Rp70.000" in await shown(shop, order)
    await shop.owner.post(f"{order}/payments", data={"kind": "forgiven", "amount": "70rb"})
    assert "Lunas" in await shown(shop, order)


async def test_a_payment_without_an_amount_is_asked_for(shop: Shop) -> None:
    order = await record(shop, {"other_name": "Tumpeng", "other_price": "100000"})
    answer = await shop.owner.post(f"{order}/payments", data={"kind": "", "amount": "banyak"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Jumlah uang ini belum jelas" in answer.text


async def test_who_owes_is_listed_with_a_gentle_word(shop: Shop) -> None:
    fields = {"other_name": "Tumpeng", "other_price": "150rb", "customer_name": "Rina", "phone": "0812 9999 0000"}
    await record(shop, fields | {"paid": "credit"})
    assert "Rp150.000" in await shown(shop, "/orders/debts")
    row = re.search(r"/orders/debts/[\w-]+", (await shop.owner.get("/orders/debts")).text)
    assert row is not None
    page = (await shop.owner.get(row[0])).text
    assert "masih ada kasbon Rp150.000" in page
    assert "https://wa.me/6281299990000?text=" in page


async def test_two_phones_that_edit_one_order_see_both_sides(shop: Shop) -> None:
    order = await record(shop, {"other_name": "Tumpeng", "other_price": "150rb"})
    edit = {"way": "delivery", "address": "Kp. Baru", "version": "1"}
    assert (await shop.owner.post(f"{order}/edit", data=edit | {"shipping": "5rb"})).status_code == HTTPStatus.SEE_OTHER
    answer = await shop.owner.post(f"{order}/edit", data=edit | {"shipping": "9rb"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Rp5.000" in answer.text
    assert "Rp9.000" in answer.text


async def test_a_key_that_comes_twice_makes_one_order(shop: Shop) -> None:
    headers = {"Idempotency-Key": str(new_id()), "X-Age-Ms": "60000"}
    fields = {"id": str(new_id()), "other_name": "Gipang", "other_price": "1", "way": "pickup", "paid": ""}
    for _time in range(2):
        answer = await shop.owner.post("/orders", data=fields, headers=headers)
        assert answer.headers["X-Outbox-Ack"] == headers["Idempotency-Key"]
        assert answer.headers["X-Outbox-Location"] == f"/orders/{fields['id']}"
    listed = await shown(shop, "/orders")
    assert "#1 " in listed
    assert "#2 " not in listed


async def test_the_list_goes_on_where_it_ended(shop: Shop) -> None:
    for number in range(52):
        await record(shop, {"other_name": f"Barang {number}", "other_price": "1"})
    first = (await shop.owner.get("/orders")).text
    assert "Barang 51" in first
    assert "Barang 1," not in first
    more = re.search(r'href="(/orders\?[^"]*before=[^"]+)"', first)
    assert more is not None
    rest = (await shop.owner.get(html.unescape(more[1]))).text
    assert "1 Barang 0" in rest
    assert "1 Barang 51" not in rest
    assert "1 Barang 7" in await shown(shop, "/orders?q=barang+7")


async def test_beranda_tells_of_orders_that_nobody_has_begun(shop: Shop) -> None:
    order = await record(shop, {"other_name": "Gipang", "other_price": "15000"})
    assert "1 pesanan baru" in await shown(shop, "/")
    await shop.owner.post(f"{order}/steps", data={"status": "processing"})
    assert "pesanan baru" not in await shown(shop, "/")


async def test_the_nota_is_a_page_a_picture_and_a_text(shop: Shop) -> None:
    order = await record(
        shop,
        {
            "other_name": "Keripik Singkong Pedas Manis Bu Hj. Siti Rohmatul Ummah 🐟",
            "other_price": "25rb",
            "other_count": "3",
            "shipping": "12rb",
            "discount": "2rb",
            "paid": "transfer",
            "customer_name": "Rina " + "Panjang" * 10,
        },
    )
    page = await shown(shop, f"{order}/nota")
    assert "Rp85.000" in page
    assert "wa.me/?text=%2ANota%20%231%2A" in (await shop.owner.get(f"{order}/nota")).text
    answer = await shop.owner.get(f"{order}/nota.png")
    assert answer.headers["content-type"] == "image/png"
    with Image.open(BytesIO(answer.content)) as picture:
        assert picture.width == 720
        assert picture.height > picture.width / 2
        assert len(picture.getcolors(1 << 20) or ()) > 10, "something is written on it"
