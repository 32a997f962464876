"""Lists and merges by HTTP: what a phone sends once or twice, what comes back beside its field, and who may do it."""

import re
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from ecrm_pwa.base.db import new_id
from tests.cast import invite
from tests.shop import PASSWORD, Shop, acknowledged, keyed, refused, sign_up

pytestmark = pytest.mark.anyio
LISTS = Path(__file__).parent.parent / "lists"


async def paste(phone: httpx.AsyncClient, lines: str) -> str:
    answer = await phone.post("/customers/import", data={"source": "paste", "text": lines})
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return answer.headers["location"]


async def page(phone: httpx.AsyncClient, way: str) -> str:
    answer = await phone.get(way)
    assert answer.status_code == HTTPStatus.OK, answer.text
    return answer.text


async def names(phone: httpx.AsyncClient) -> list[str]:
    return re.findall(r'href="/customers/[0-9a-f-]{36}".*?<b><bdi>(.*?)</bdi>', await page(phone, "/customers"))


async def test_a_list_goes_in_by_three_plain_forms(shop: Shop) -> None:
    draft = await paste(shop.owner, "Bu Ani 0812-1111-0001\nBu Tuti 0812-1111-0002\nBu Dewi")
    assert "1 orang perlu Anda lihat dulu" in await page(shop.owner, draft)
    added = await shop.owner.post(draft, data={"shown": "2", "chosen": "2", "room": "doubts", "act": "add"})
    assert added.status_code == HTTPStatus.SEE_OTHER
    assert "3 baru, 0 sudah ada" in await page(shop.owner, draft)
    assert await names(shop.owner) == ["Bu Ani", "Bu Dewi", "Bu Tuti"]
    undone = await shop.owner.post(f"{draft}/undoing")
    assert undone.status_code == HTTPStatus.SEE_OTHER
    assert "Tidak ada yang tertinggal" in await page(shop.owner, draft)
    assert await names(shop.owner) == []


async def test_a_list_that_is_sent_twice_is_one_draft(shop: Shop) -> None:
    key, fields = new_id(), {"id": str(new_id()), "source": "paste", "text": "Bu Ani 0812-1111-0001"}
    ways = [acknowledged(await keyed(shop.owner, "/customers/import", fields, key=key), key) for _time in range(2)]
    assert ways == [f"/customers/import/{fields['id']}"] * 2
    assert (await page(shop.owner, "/customers/import")).count("belum selesai") == 1


async def test_a_step_that_is_sent_twice_adds_nobody_twice(shop: Shop) -> None:
    draft = await paste(shop.owner, "\n".join(f"Orang{n} 0812-1111-{n:04}" for n in range(5)))
    key = new_id()
    for _time in range(2):
        assert acknowledged(await keyed(shop.owner, f"{draft}/steps", {"most": "2"}, key=key), key) == draft
    assert len(await names(shop.owner)) == 2
    assert "Terhenti di tengah: 2 sudah masuk, 3 belum." in await page(shop.owner, draft)
    key = new_id()
    assert acknowledged(await keyed(shop.owner, f"{draft}/steps", {"most": "0"}, key=key), key) == f"{draft}#done"
    assert len(await names(shop.owner)) == 5


async def test_a_file_is_read_whatever_it_is_called(shop: Shop) -> None:
    for name, count in (("excel.xlsx", 4), ("android-2.1.vcf", 4), ("excel-indonesia.csv", 4)):
        file = {"file": ("daftar.bin", (LISTS / name).read_bytes(), "application/octet-stream")}
        answer = await shop.owner.post("/customers/import", data={"source": "file"}, files=file)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        await shop.owner.post(f"{answer.headers['location']}/steps", data={"most": "0"})
        assert len(await names(shop.owner)) >= count


async def test_what_cannot_be_read_is_told_beside_its_field(shop: Shop) -> None:
    for data, words in (
        (b"%PDF-1.7\n" + bytes(range(32)) * 40, "Berkas ini bukan daftar kontak"),
        (b"x" * 10_000_001, "Berkas ini lebih dari 10 MB"),
    ):
        file = {"file": ("daftar.vcf", data, "text/vcard")}
        key = new_id()
        answer = await keyed(shop.owner, "/customers/import", {"source": "file"}, key=key, files=file)
        refused(answer, key)
        assert words in answer.text
    answer = await shop.owner.post("/customers/import", data={"source": "file"})
    assert "Pilih berkasnya dulu." in answer.text
    answer = await shop.owner.post("/customers/import", data={"source": "paste", "text": "\n \n"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Tempel dulu daftarnya" in answer.text


async def test_a_long_list_is_shown_page_by_page_and_ticks_are_kept(shop: Shop) -> None:
    draft = await paste(shop.owner, "\n".join(f"Orang{n} 0812-1111-{n:04}" for n in range(120)))
    first = await page(shop.owner, draft)
    assert first.count('name="chosen"') == 50
    shown = ",".join(map(str, range(50)))
    saved = await shop.owner.post(draft, data={"shown": shown, "chosen": ["0", "1"], "room": "new", "act": "save"})
    assert saved.headers["location"] == f"{draft}?show=new&after=49"
    assert (await page(shop.owner, saved.headers["location"])).count(" checked>") == 50
    assert (await page(shop.owner, draft)).count(" checked>") == 2
    assert "72 orang akan ditambahkan." in await page(shop.owner, draft)


async def test_adding_twice_by_plain_forms_shows_what_became_of_it(shop: Shop) -> None:
    draft = await paste(shop.owner, "Bu Ani 0812-1111-0001")
    form = {"shown": "0", "chosen": "0", "room": "new", "act": "add"}
    for _tap in range(2):
        assert (await shop.owner.post(draft, data=form)).status_code == HTTPStatus.SEE_OTHER
    assert "1 baru, 0 sudah ada" in await page(shop.owner, draft)
    assert (await shop.owner.post(f"{draft}/discarding")).status_code == HTTPStatus.GONE


async def test_a_draft_can_be_thrown_away(shop: Shop) -> None:
    draft = await paste(shop.owner, "Bu Ani 0812-1111-0001")
    assert (await shop.owner.post(f"{draft}/discarding")).status_code == HTTPStatus.SEE_OTHER
    assert (await shop.owner.get(draft)).status_code == HTTPStatus.NOT_FOUND


async def test_garbage_in_the_choices_is_refused(shop: Shop) -> None:
    draft = await paste(shop.owner, "Bu Ani 0812-1111-0001")
    for form in ({"shown": "x"}, {"shown": "0", "chosen": "-1"}, {"shown": "99999999"}):
        answer = await shop.owner.post(draft, data={"room": "new", "act": "save"} | form)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


async def test_staff_may_bring_lists_and_merge_and_a_neighbour_may_not(shop: Shop) -> None:
    dede, budi = await shop.phone("10.0.0.2"), await shop.phone("10.0.0.3")
    joined = {"name": "Dede", "phone": "0811 1111 1111", "password": PASSWORD, "agreed": "on"}
    await dede.post(await invite(shop.owner, "Dede"), data=joined)
    await sign_up(budi, "Pak Budi", "Emping Pak Budi", "0899 0000 0999")
    draft = await paste(dede, "Bu Ani 0812-1111-0001\nAni warung 0812-1111-0002")
    for way in (draft, f"{draft}/steps", f"{draft}/undoing", f"{draft}/discarding"):
        assert (await budi.post(way, data={"most": "0", "shown": "0", "room": "new", "act": "save"})).status_code == 404
    assert (await budi.get(draft)).status_code == HTTPStatus.NOT_FOUND
    await dede.post(f"{draft}/steps", data={"most": "0"})
    ways = re.findall(r"/customers/[0-9a-f-]{36}", await page(dede, "/customers"))
    pair = f"{ways[0]}/merging/{ways[1].rsplit('/', 1)[1]}"
    assert (await budi.get(pair)).status_code == HTTPStatus.NOT_FOUND
    assert (await budi.post(pair, data={"id": ""})).status_code == HTTPStatus.NOT_FOUND
    assert (await dede.post(pair, data={"id": ""})).status_code == HTTPStatus.SEE_OTHER


async def test_a_merge_that_is_sent_twice_or_by_two_phones_is_one(shop: Shop) -> None:
    first, second = [
        (await shop.owner.post("/customers", data={"name": name, "phone": number})).headers["location"]
        for name, number in (("Bu Ani", "0812-1111-0001"), ("Ani", "0812-1111-0002"))
    ]
    other = second.rsplit("/", 1)[1]
    for _phone in range(2):
        merged = await shop.owner.post(f"{first}/merging/{other}", data={"id": str(new_id())})
        assert merged.headers["location"] == first
    assert (await shop.owner.get(second)).headers["location"] == first
    assert (await page(shop.owner, f"{first}/merging")).count("/undoing") == 1


async def test_what_waited_for_the_merged_one_arrives_at_the_kept_one(shop: Shop) -> None:
    first, second = [
        (await shop.owner.post("/customers", data={"name": name, "phone": number})).headers["location"]
        for name, number in (("Bu Ani", "0812-1111-0001"), ("Ani", "0812-1111-0002"))
    ]
    await shop.owner.post(f"{first}/merging/{second.rsplit('/', 1)[1]}", data={"id": ""})
    key = new_id()
    assert acknowledged(await keyed(shop.owner, f"{second}/consents", {"given": "yes"}, key=key), key) == first
    assert "Boleh dihubungi" in await page(shop.owner, first)
    (undoing,) = re.findall(r'action="(/customers/[^"]+/undoing)"', await page(shop.owner, f"{first}/merging"))
    await shop.owner.post(undoing)
    assert "Belum ditanya" in await page(shop.owner, first)
    assert "Belum ditanya" not in await page(shop.owner, second), "it was said of her"
