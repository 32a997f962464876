"""Pelanggan by HTTP: written down, found, changed, forgotten; and what the customer does herself by her link."""

import csv
import io
import json
import re
import uuid
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from ecrm_pwa.base.db import new_id
from tests.cast import invite
from tests.shop import PASSWORD, Page, Shop, acknowledged, complain, keyed, open_shop, refused, sign_up

pytestmark = pytest.mark.anyio

RINA = {"name": "Rina Marlina", "phone": "0812-9876-5432"}


@pytest.fixture
async def shop(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Shop]:
    async with open_shop(database_url, tmp_path / "data") as opened:
        yield opened


async def record(phone: httpx.AsyncClient, /, **fields: str) -> str:
    """Writes her down by the plain form; the address of her page."""
    answer = await phone.post("/customers", data=RINA | fields)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return answer.headers["location"]


async def version(phone: httpx.AsyncClient, way: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', (await phone.get(f"{way}/edit")).text)
    assert found is not None
    return found[1]


async def data_link(shop: Shop, way: str) -> str:
    """The address of her own data."""
    found = re.search(r"/data/[\w-]+", (await shop.owner.post(f"{way}/links")).text)
    assert found is not None
    return found[0]


async def dede(shop: Shop) -> httpx.AsyncClient:
    phone = await shop.phone()
    way = await invite(shop.owner, "Dede")
    await phone.post(way, data={"name": "Dede", "phone": "0811 2222 3333", "password": PASSWORD, "agreed": "1"})
    return phone


async def words(phone: httpx.AsyncClient, path: str) -> str:
    answer = await phone.get(path)
    assert answer.status_code == HTTPStatus.OK, f"{path}: {answer.status_code}"
    return Page(answer.text).words


# --- Written down


async def test_name_and_number_lead_to_her_page(shop: Shop) -> None:
    way = await record(shop.owner, hamlet="Kelapa Kurung", birth_day="17", birth_month="8", note="suka pedas")
    page = await words(shop.owner, way)
    for text in ("Rina Marlina", "0812-9876-5432", "Kelapa Kurung", "17 Agustus", "suka pedas"):
        assert text in page
    assert "wa.me/6281298765432" in (await shop.owner.get(way)).text


async def test_a_number_that_exists_opens_the_one_who_has_it_and_says_so(shop: Shop) -> None:
    first = await record(shop.owner)
    answer = await shop.owner.post("/customers", data={"name": "Rina warung", "phone": "+62 812 9876 5432"})
    assert answer.headers["location"] == first
    page = await words(shop.owner, first)
    assert "Nomor ini sudah ada, disatukan dengan Rina Marlina." in page
    assert "Rina warung" in page, "the other name is told on her page, to both phones"


async def test_two_phones_without_signal_add_one_number_and_what_waits_for_either_id_finds_her(shop: Shop) -> None:
    helper = await dede(shop)
    one, two, key_one, key_two = new_id(), new_id(), new_id(), new_id()
    first = await keyed(shop.owner, "/customers", RINA | {"id": str(one)}, key=key_one)
    second = await keyed(helper, "/customers", {"name": "Rina", "phone": RINA["phone"], "id": str(two)}, key=key_two)
    assert acknowledged(first, key_one) == acknowledged(second, key_two) == f"/customers/{one}"
    key = new_id()
    late = await keyed(helper, f"/customers/{two}/consents", {"given": "yes"}, key=key)
    assert acknowledged(late, key) == f"/customers/{one}"
    led = await helper.get(f"/customers/{two}")
    assert led.headers["location"] == f"/customers/{one}"
    assert len((await shop.owner.get("/customers/snapshot")).json()) == 1


async def test_sent_again_with_the_same_key_she_is_there_once(shop: Shop) -> None:
    key, fields = new_id(), RINA | {"id": str(new_id())}
    first = acknowledged(await keyed(shop.owner, "/customers", fields, key=key), key)
    assert acknowledged(await keyed(shop.owner, "/customers", fields, key=key), key) == first
    assert len((await shop.owner.get("/customers/snapshot")).json()) == 1


async def test_all_mistakes_are_told_at_once_and_what_was_typed_stays(shop: Shop) -> None:
    typed = {"name": "", "phone": "nol", "birth_day": "30", "birth_month": "13", "hamlet": "Cibeber", "note": "x" * 501}
    answer = await shop.owner.post("/customers", data=typed)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = Page(answer.text)
    invalid = {element.get("name") for _tag, element in page.elements if element.get("aria-invalid")}
    assert invalid == {"name", "phone", "birth_month", "note"}
    assert page.all("input", name="hamlet", value="Cibeber")
    assert page.all("details", open="") or 'class="fold" open' in answer.text, "an error is hidden in a fold"


@pytest.mark.parametrize(("day", "month"), [("30", "2"), ("31", "4"), ("5", ""), ("", "5")])
async def test_a_birthday_that_cannot_be_is_refused(shop: Shop, day: str, month: str) -> None:
    answer = await shop.owner.post("/customers", data=RINA | {"birth_day": day, "birth_month": month})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


async def test_a_leap_day_is_a_birthday(shop: Shop) -> None:
    assert "29 Februari" in await words(shop.owner, await record(shop.owner, birth_day="29", birth_month="2"))


async def test_first_steps_tick_themselves_off(shop: Shop) -> None:
    assert Page((await shop.owner.get("/")).text).all("a", href="/customers/new")
    await record(shop.owner)
    assert not Page((await shop.owner.get("/")).text).all("a", href="/customers/new")


# --- Found


async def test_the_search_works_without_script_and_goes_on_page_by_page(shop: Shop) -> None:
    for number in range(60):
        await record(shop.owner, name=f"Pembeli {number:02}", phone=f"0812 5555 {number:04}")
    await record(shop.owner)
    first = await shop.owner.get("/customers")
    assert "61 orang" in first.text
    more = Page(first.text).all("input", name="after")[0]["value"]
    rest = await words(shop.owner, f"/customers?after={more}")
    assert "Rina Marlina" in rest
    assert "Pembeli 00" not in rest
    assert "Rina Marlina" in await words(shop.owner, "/customers?q=rina")
    assert "Pembeli" not in await words(shop.owner, "/customers?q=marlina")


@pytest.mark.parametrize("query", ["q=%00", "q=%ed%a0%80", "q=" + "x" * 3000, "after=nope", "q=%25", "after=%00&q=_"])
async def test_a_search_for_anything_is_no_error_of_ours(shop: Shop, query: str) -> None:
    assert (await shop.owner.get(f"/customers?{query}")).status_code == HTTPStatus.OK


async def test_the_snapshot_is_compact_private_and_asked_for_by_its_tag(shop: Shop) -> None:
    way = await record(shop.owner, hamlet="Cibeber")
    answer = await shop.owner.get("/customers/snapshot")
    [[one, name, number, hamlet, search]] = answer.json()
    assert (f"/customers/{one}", name, number, hamlet) == (way, "Rina Marlina", "0812-9876-5432", "Cibeber")
    assert "6281298765432" in search
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert ":" in answer.headers["X-Page-Owner"]
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert (await shop.owner.get("/customers/snapshot", headers=tag)).status_code == HTTPStatus.NOT_MODIFIED
    await record(shop.owner, name="Neng", phone="")
    assert (await shop.owner.get("/customers/snapshot", headers=tag)).status_code == HTTPStatus.OK


# --- Changed


async def test_two_phones_that_change_one_customer_are_told_apart(shop: Shop) -> None:
    way = await record(shop.owner)
    seen = await version(shop.owner, way)
    fields = RINA | {"version": seen}
    await shop.owner.post(f"{way}/edit", data=fields | {"note": "suka pedas"})
    key = new_id()
    late = await keyed(shop.owner, f"{way}/edit", fields | {"note": "tidak pedas"}, key=key)
    refused(late, key, HTTPStatus.CONFLICT)
    assert "suka pedas" in late.text
    assert "tidak pedas" in late.text
    assert "X-Outbox-Theirs" in late.headers
    hers = await shop.owner.post(f"{way}/edit", data=fields | {"version": "2", "note": "tidak pedas"})
    assert hers.status_code == HTTPStatus.SEE_OTHER
    assert "tidak pedas" in await words(shop.owner, way)


async def test_a_number_that_somebody_else_has_is_refused_beside_its_field(shop: Shop) -> None:
    await record(shop.owner)
    neng = await record(shop.owner, name="Neng", phone="")
    answer = await shop.owner.post(f"{neng}/edit", data={"name": "Neng", "phone": RINA["phone"], "version": "1"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "atas nama Rina Marlina" in answer.text


async def test_consent_is_given_and_taken_back_with_one_tap_each_and_dated(shop: Shop) -> None:
    way = await record(shop.owner)
    assert "Belum ditanya" in await words(shop.owner, way)
    await shop.owner.post(f"{way}/consents", data={"given": "yes"})
    assert "Sejak" in await words(shop.owner, way)
    await shop.owner.post(f"{way}/consents", data={"given": "no"})
    page = await words(shop.owner, way)
    assert "Tidak mau" in page
    assert "Boleh dihubungi" in page, "what was agreed to before stays in the ledger"


async def test_what_she_complained_of_stands_in_her_history(shop: Shop) -> None:
    way = await record(shop.owner)
    await complain(await shop.phone(), shop, phone="62812 9876 5432", customer_name="Rina")
    await complain(await shop.phone(), shop, phone="0812 1111 1111", category="late")
    page = await words(shop.owner, way)
    assert "Keluhan: basi atau bau" in page
    assert "terlambat" not in page


# --- Who may


async def test_staff_do_daily_work_but_neither_share_nor_erase(shop: Shop) -> None:
    way, helper = await record(shop.owner), await dede(shop)
    await record(helper, name="Neng", phone="0812 3333 4444")
    fields = RINA | {"version": "1", "note": "dari Dede"}
    assert (await helper.post(f"{way}/edit", data=fields)).status_code == HTTPStatus.SEE_OTHER
    page = (await helper.get(way)).text
    assert f"{way}/erasure" not in page
    assert f"{way}/links" not in page
    for path in ("links", "erasure"):
        assert (await helper.post(f"{way}/{path}")).status_code == HTTPStatus.FORBIDDEN


async def test_the_neighbour_finds_nobody(shop: Shop) -> None:
    way = await record(shop.owner)
    budi = await shop.phone()
    await sign_up(budi, "Pak Budi", "Emping Pak Budi", "0812 7777 7777")
    for path in (way, f"{way}/edit", f"{way}/erasure"):
        assert (await budi.get(path)).status_code == HTTPStatus.NOT_FOUND
    assert (await budi.get("/customers/snapshot")).json() == []
    his = await record(budi)
    assert his != way, "the same number is another person's record in another business"


# --- Forgotten


async def test_who_is_forgotten_is_gone_for_every_phone(shop: Shop) -> None:
    one = new_id()
    await keyed(shop.owner, "/customers", RINA | {"id": str(one)})
    erased = await shop.owner.post(f"/customers/{one}/erasure")
    assert erased.headers["location"] == "/customers"
    assert "Rina" not in await words(shop.owner, "/customers?q=rina")
    assert (await shop.owner.get(f"/customers/{one}")).status_code == HTTPStatus.GONE
    key = new_id()
    late = await keyed(shop.owner, "/customers", RINA | {"id": str(one)}, key=key)
    refused(late, key, HTTPStatus.GONE)
    assert "sudah dihapus" in late.text


# --- Data saya


async def test_she_sees_everything_that_is_kept_of_her(shop: Shop) -> None:
    link = await data_link(shop, await record(shop.owner, hamlet="Cibeber", note="suka pedas", label="langganan"))
    answer = await (await shop.phone()).get(link)
    for text in ("Rina Marlina", "0812-9876-5432", "Cibeber", "suka pedas", "langganan", "Sate Bandeng Bu Siti"):
        assert text in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'content="noindex"' in answer.text


async def test_she_corrects_it_and_a_new_number_waits_for_the_seller(shop: Shop) -> None:
    way = await record(shop.owner)
    link, rina = await data_link(shop, way), await shop.phone()
    fields = {"version": "1", "name": "Rina M.", "hamlet": "Serang", "birth_day": "1", "birth_month": "2"}
    answer = await rina.post(link, data=fields | {"phone": "0813 0000 1111"})
    assert "disetujui penjual" in await words(rina, answer.headers["location"])
    page = await words(shop.owner, way)
    assert "Rina M." in page
    assert "1 Februari" in page
    assert "0812-9876-5432" in page, "her number is still the old one"
    assert "0813-0000-1111" in page
    assert "minta ganti nomor" in await words(shop.owner, "/")
    await shop.owner.post(f"{way}/number", data={"taken": "yes"})
    page = await words(shop.owner, way)
    assert "0813-0000-1111" in page
    assert "0812-9876-5432" not in page
    assert "minta ganti nomor" not in await words(shop.owner, "/")


async def test_a_number_that_is_not_granted_stays_as_it_was(shop: Shop) -> None:
    way = await record(shop.owner)
    link, rina = await data_link(shop, way), await shop.phone()
    await rina.post(link, data={"version": "1", "name": "Rina", "phone": "0813 0000 1111"})
    await shop.owner.post(f"{way}/number", data={"taken": "no"})
    assert "0813-0000-1111" not in await words(shop.owner, way)


async def test_what_she_saw_too_long_ago_is_told_not_overwritten(shop: Shop) -> None:
    way = await record(shop.owner)
    link, rina = await data_link(shop, way), await shop.phone()
    await shop.owner.post(f"{way}/edit", data=RINA | {"version": "1", "hamlet": "Cibeber"})
    answer = await rina.post(link, data={"version": "1", "name": "Rina", "hamlet": "Serang"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "diubah di tempat lain" in answer.text
    assert "Cibeber" in await words(shop.owner, way)


async def test_her_mistakes_are_told_beside_their_fields(shop: Shop) -> None:
    link, rina = await data_link(shop, await record(shop.owner)), await shop.phone()
    answer = await rina.post(link, data={"version": "1", "name": "", "phone": "nol", "birth_day": "3"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    invalid = {element.get("name") for _tag, element in Page(answer.text).elements if element.get("aria-invalid")}
    assert {"name", "phone"} <= invalid


async def test_she_stops_messages_at_once(shop: Shop) -> None:
    way = await record(shop.owner, consent="1")
    link, rina = await data_link(shop, way), await shop.phone()
    assert "Sekarang: boleh" in await words(rina, link)
    answer = await rina.post(f"{link}/consents", data={"given": "no"})
    assert "tidak akan dihubungi lagi" in await words(rina, answer.headers["location"])
    page = await words(shop.owner, way)
    assert "Jangan kirim promo" in page
    assert "lewat tautannya sendiri" in page


async def test_she_takes_a_copy_that_no_table_takes_for_a_formula(shop: Shop) -> None:
    link = await data_link(shop, await record(shop.owner, name='=HYPERLINK("x")', note="suka, pedas", consent="1"))
    rina = await shop.phone()
    told = json.loads((await rina.get(f"{link}/copy.json")).text)
    assert told["Nomor HP"] == "0812-9876-5432"
    assert told["Catatan"] == "suka, pedas"
    assert len(told["Izin dihubungi"]) == 1
    answer = await rina.get(f"{link}/copy.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = dict(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows["Nama"] == '\'=HYPERLINK("x")'
    assert rows["Catatan"] == "suka, pedas"


async def test_she_has_it_all_forgotten_and_her_link_opens_nothing_any_more(shop: Shop) -> None:
    way = await record(shop.owner)
    link, rina = await data_link(shop, way), await shop.phone()
    assert "tidak bisa dibatalkan" in await words(rina, f"{link}/erasure")
    key = new_id()
    erased = acknowledged(await keyed(rina, f"{link}/erasure", {}, key=key), key)
    assert "sudah dihapus" in await words(rina, erased)
    assert acknowledged(await keyed(rina, f"{link}/erasure", {}, key=key), key) == erased, "the answer was lost"
    for path in (link, f"{link}/copy.json", f"{link}/erasure"):
        assert (await rina.get(path)).status_code == HTTPStatus.NOT_FOUND
    assert (await shop.owner.get(way)).status_code == HTTPStatus.GONE


async def test_a_link_that_is_revoked_opens_nothing_and_the_others_still_do(shop: Shop) -> None:
    way = await record(shop.owner)
    one, two, rina = await data_link(shop, way), await data_link(shop, way), await shop.phone()
    revocation = re.findall(rf"{way}/links/[0-9a-f-]+/revocation", (await shop.owner.get(way)).text)
    assert len(revocation) == 2
    await shop.owner.post(revocation[0])
    assert (await rina.get(one)).status_code == HTTPStatus.NOT_FOUND
    assert (await rina.get(two)).status_code == HTTPStatus.OK
    assert (await rina.post(f"{one}/erasure")).status_code == HTTPStatus.NOT_FOUND
    assert (await rina.get(two)).status_code == HTTPStatus.OK, "a revoked link has erased her"


async def test_a_link_opens_one_persons_data_only(shop: Shop) -> None:
    await record(shop.owner)
    link = await data_link(shop, await record(shop.owner, name="Neng", phone=""))
    assert "Rina" not in await words(await shop.phone(), link)
    assert (await (await shop.phone()).get(f"/data/{uuid.uuid4()}")).status_code == HTTPStatus.NOT_FOUND
