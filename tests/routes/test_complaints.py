"""A complaint by HTTP, from both sides: filed with or without script, answered, closed by its customer, shared without a number."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import delete, func, select, update

from ecrm_pwa.accounts import Session
from ecrm_pwa.base.db import Database, new_id, utc_now
from ecrm_pwa.complaints import Complaint, ComplaintPhoto, Link, Message, Step
from ecrm_pwa.photos import Photo
from tests.engines import everything_kept
from tests.faults.forms import read_form
from tests.shop import (
    PASSWORD,
    URL,
    Page,
    Shop,
    acknowledged,
    complain,
    keyed,
    newest_complaint,
    phone_at,
    picture,
    refused,
    sign_up,
)

pytestmark = pytest.mark.anyio

HOUR_MS = 3_600_000
NUMBER = "0812-9876-5432"
FORMS_OF_THE_NUMBER = ("0812-9876-5432", "0812 9876 5432", "081298765432", "6281298765432", "98765432", "9876-5432")
SECRET = "a" * 32 + "0123456789"


async def kept(database: Database) -> Sequence[Complaint]:
    """Every complaint, the oldest first."""
    async with database.reading() as session:
        return (await session.scalars(select(Complaint).order_by(Complaint.made_at, Complaint.id))).all()


async def said(database: Database) -> list[tuple[bool, str]]:
    """What was said in all conversations, in order; True for a customer's words."""
    async with database.reading() as session:
        rows = await session.execute(select(Message.by_customer, Message.words).order_by(Message.made_at, Message.id))
        return [(by_customer, words) for by_customer, words in rows]


async def count(database: Database, table: type[Link | Step | Photo | ComplaintPhoto]) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def step(shop: Shop, path: str, name: str, **fields: str) -> httpx.Response:
    """The owner does this with the complaint at `path`."""
    answer = await shop.owner.post(f"{path}/{name}", data=fields)
    assert answer.status_code == 303, answer.text
    return answer


def status(page: str) -> str:
    """Which of the three steps a customer's page marks."""
    found = re.search(r'aria-current="step"[^>]*>([^<]+)<', page)
    assert found is not None
    return found[1]


# --- Filed by the plain form


async def test_a_complaint_gets_a_code_and_a_page_of_its_own(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    way = await complain(rina, shop, category="missing", words="Kurang dua tusuk", customer_name="Rina", phone=NUMBER)
    assert re.fullmatch(r"/k/[\w-]{43}", way)
    page = await rina.get(way)
    (complaint,) = await kept(database)
    assert page.status_code == 200
    for words in (f"Keluhan {complaint.code}", "Kurang atau salah", "Kurang dua tusuk", "Sate Bandeng Bu Siti"):
        assert words in Page(page.text).words
    assert status(page.text) == "Menunggu"
    assert (complaint.customer_name, complaint.phone, complaint.held) == ("Rina", "+6281298765432", False)


async def test_a_category_alone_is_a_complaint(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    for category in ("stale", "ill", "packaging", "missing", "late", "service"):
        way = await complain(rina, shop, category=category, words="")
        assert (await rina.get(way)).status_code == 200
    assert len({complaint.code for complaint in await kept(database)}) == 6


async def test_something_else_needs_a_few_words(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    answer = await rina.post(f"{shop.path}/keluhan", data={"category": "other", "customer_name": "Rina"})
    assert answer.status_code == 422
    assert "Ceritakan sedikit apa yang terjadi." in answer.text
    assert await kept(database) == []
    await complain(rina, shop, category="other", words="Warungnya tutup terus")
    assert len(await kept(database)) == 1


async def test_every_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    typed = {"category": "late", "words": "Dua jam\n<b>menunggu</b>", "customer_name": "R" * 81, "phone": "nol delapan"}
    answer = await rina.post(f"{shop.path}/keluhan", data=typed)
    page = Page(answer.text)
    assert answer.status_code == 422
    again = read_form(answer.text, f"{shop.path}/keluhan")
    assert {name: again[name][-1] for name in typed} == typed
    for name in ("customer_name", "phone"):
        assert page.all("input", name=name, **{"aria-invalid": "true", "aria-describedby": f"{name}-error"})
        assert page.all("p", id=f"{name}-error")
    (details,) = page.all("details", id="keluhan")
    assert "open" in details, "the mistakes would be hidden"
    assert page.all("p", role="alert")
    assert "set-cookie" not in answer.headers
    assert await kept(database) == []


async def test_without_a_category_the_question_itself_says_so(shop: Shop, rina: httpx.AsyncClient) -> None:
    answer = await rina.post(f"{shop.path}/keluhan", data={"words": "Bau"})
    assert answer.status_code == 422
    assert Page(answer.text).all("fieldset", **{"aria-invalid": "true", "aria-describedby": "category-error"})


async def test_the_language_stays_on_the_way(shop: Shop, rina: httpx.AsyncClient) -> None:
    filed = await rina.post(f"{shop.path}/keluhan?lang=en", data={"category": "late"})
    way = filed.headers["location"]
    assert way.endswith("?lang=en")
    page = Page((await rina.get(way)).text)
    assert page.all("html", lang="en")
    assert all(str(form["action"]).endswith("?lang=en") for form in page.all("form"))
    path = way.partition("?")[0]
    for room, fields in (("messages", {"words": "Hello"}), ("verdict", {"well": "yes"})):
        answer = await rina.post(f"{path}/{room}?lang=en", data=fields)
        assert answer.headers["location"] == way


async def test_a_site_elsewhere_cannot_complain_with_her_phone(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    answer = await rina.post(
        f"{shop.path}/keluhan", data={"category": "late"}, headers={"Origin": "https://lain.example"}
    )
    assert answer.status_code == 403
    assert await kept(database) == []


# --- Photos


async def test_a_photo_is_seen_by_both_sides_and_by_nobody_else(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    filed = await rina.post(
        f"{shop.path}/keluhan",
        data={"category": "stale"},
        files={"photo": ("foto.jpg", picture("JPEG"), "image/jpeg")},
    )
    way = filed.headers["location"]
    (shown,) = Page((await rina.get(way)).text).all("img")
    source = str(shown["src"])
    assert shown["alt"] == "Foto keluhan"
    answer = await rina.get(source)
    assert answer.headers["Content-Type"] == "image/webp"
    assert "private" in answer.headers["Cache-Control"]

    page = Page((await shop.owner.get(await newest_complaint(shop))).text)
    (thumb,) = (image for image in page.all("img") if "/thumb" in str(image["src"]))
    assert (await shop.owner.get(str(thumb["src"]))).status_code == 200

    other = await complain(rina, shop)
    photo = source.rsplit("/", 1)[1]
    async with phone_at(shop.app) as budi:
        await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222")
        for phone, path in (
            (rina, f"{other}/photos/{photo}"),
            (rina, f"{way}/photos/{new_id()}"),
            (rina, f"{way}/photos/x"),
            (rina, f"{shop.path}/photos/{photo}"),
            (budi, f"/photos/{photo}"),
            (budi, f"/photos/{photo}/thumb"),
        ):
            assert (await phone.get(path)).status_code == 404, path
    assert await count(database, Photo) == 1


@pytest.mark.parametrize(
    "photo",
    [
        b"ini bukan foto",
        b"",
        b"\xff\xd8\xff" + b"\0" * 500,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"x" * 10_000_001,
    ],
    ids=["words", "empty", "broken", "svg", "too large"],
)
async def test_a_photo_that_cannot_be_used_never_costs_the_words(
    shop: Shop, rina: httpx.AsyncClient, database: Database, photo: bytes
) -> None:
    filed = await rina.post(
        f"{shop.path}/keluhan",
        data={"category": "stale", "words": "Bandengnya bau"},
        files={"photo": ("foto.jpg", photo, "image/jpeg")},
    )
    assert filed.status_code == 303, filed.text
    assert [complaint.words for complaint in await kept(database)] == ["Bandengnya bau"]
    page = await rina.get(filed.headers["location"])
    assert ("fotonya belum" in page.text) == bool(photo)
    assert await count(database, Photo) == 0


async def test_a_photo_can_be_added_later_and_a_bad_one_is_refused_in_words(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    way = await complain(rina, shop)
    for photo, words in (
        (b"ini bukan foto", "Berkas ini bukan foto"),
        (b"x" * 10_000_001, "terlalu besar"),
        (None, "Pilih foto dulu."),
    ):
        files = {"photo": ("foto.jpg", photo or b"", "image/jpeg")}
        answer = await rina.post(f"{way}/photos", files=files)
        assert answer.status_code == 422
        assert words in answer.text
        assert Page(answer.text).all("input", **{"aria-invalid": "true", "aria-describedby": "photo-error"})
    assert await count(database, Photo) == 0
    added = await rina.post(f"{way}/photos", files={"photo": ("foto.png", picture(), "image/png")})
    assert added.headers["location"] == way
    assert len(Page((await rina.get(way)).text).all("img")) == 1


# --- The conversation, by plain forms


async def test_the_whole_story_by_plain_forms(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    way = await complain(rina, shop, words="Bandengnya bau", customer_name="Rina")
    path = await newest_complaint(shop, "waiting")
    assert "Rina" in Page((await shop.owner.get(path)).text).words

    await step(shop, path, "start")
    assert status((await rina.get(way)).text) == "Sedang diproses"
    await step(shop, path, "answers", words="Mohon maaf, kami ganti\nhari ini")
    page = (await rina.get(way)).text
    assert "Mohon maaf, kami ganti\nhari ini" in page
    assert "Sudah beres?" not in page

    await rina.post(f"{way}/messages", data={"words": "Terima kasih, saya tunggu"})
    assert "Terima kasih, saya tunggu" in Page((await shop.owner.get(path)).text).words

    await step(shop, path, "resolution")
    page = (await rina.get(way)).text
    assert status(page) == "Selesai"
    assert "Sudah beres?" in page
    assert (await rina.post(f"{way}/verdict", data={"well": "no"})).headers["location"] == way
    assert status((await rina.get(way)).text) == "Sedang diproses"

    await step(shop, path, "answers", words="Maaf, gantinya sudah diantar")
    await step(shop, path, "resolution")
    await rina.post(f"{way}/verdict", data={"well": "yes"})
    page = (await rina.get(way)).text
    assert "Sudah beres. Terima kasih sudah memberi tahu." in page
    assert "Sudah beres?" not in page
    assert "Pelanggan bilang sudah beres" in Page((await shop.owner.get(path)).text).words
    assert await said(database) == [
        (False, "Mohon maaf, kami ganti\nhari ini"),
        (True, "Terima kasih, saya tunggu"),
        (False, "Maaf, gantinya sudah diantar"),
    ]


async def test_nothing_that_was_said_can_be_changed_or_taken_back(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    way = await complain(rina, shop)
    path, message = await newest_complaint(shop), str(new_id())
    await step(shop, path, "answers", id=message, words="Maaf")
    for again in (
        await shop.owner.post(f"{path}/answers", data={"id": message, "words": "Tidak mau"}),
        await rina.post(f"{way}/messages", data={"id": message, "words": "Tidak mau"}),
    ):
        assert again.status_code == 422
    assert await said(database) == [(False, "Maaf")]
    for method in ("PUT", "PATCH", "DELETE"):
        for address in (path, f"{path}/answers", f"{path}/answers/{message}", way, f"{way}/messages/{message}"):
            assert (await shop.owner.request(method, address)).status_code in {404, 405}


async def test_an_empty_or_endless_answer_is_refused_beside_the_field(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    way = await complain(rina, shop)
    path = await newest_complaint(shop)
    for phone, address in ((shop.owner, f"{path}/answers"), (rina, f"{way}/messages")):
        for words in ("", " \n ", "maaf " * 500):
            answer = await phone.post(address, data={"words": words})
            assert answer.status_code == 422
            assert Page(answer.text).all("textarea", **{"aria-invalid": "true"})
            assert words.strip()[:50] in answer.text
    assert await said(database) == []


async def test_a_verdict_is_yes_or_no(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    way = await complain(rina, shop)
    for fields in ({}, {"well": ""}, {"well": "mungkin"}):
        assert (await rina.post(f"{way}/verdict", data=fields or {"x": "1"})).status_code == 422
    assert await count(database, Step) == 0
    for _twice in range(2):
        await rina.post(f"{way}/verdict", data={"well": "yes"})
    assert await count(database, Step) == 1


async def test_the_promise_of_the_shop_is_kept_in_view(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    await complain(rina, shop)
    path = await newest_complaint(shop)
    assert "Lewat janji" not in (await shop.owner.get(path)).text
    async with database.writing() as session:
        await session.execute(update(Complaint).values(made_at=utc_now() - timedelta(hours=24, minutes=1)))
    assert "Lewat janji 24 jam" in Page((await shop.owner.get(path)).text).words
    await step(shop, path, "answers", words="Maaf")
    page = Page((await shop.owner.get(path)).text).words
    assert "Lewat janji" not in page
    assert "Dibalas dalam 24 jam" in page


async def test_ready_answers_fit_the_complaint(shop: Shop, rina: httpx.AsyncClient) -> None:
    seen = set()
    for category in ("stale", "ill", "packaging", "missing", "late", "service", "other"):
        await complain(rina, shop, category=category)
        page = Page((await shop.owner.get(await newest_complaint(shop))).text)
        ready = [str(button["data-words"]) for button in page.all("button", **{"data-fill": "f-words"})]
        assert len(ready) >= 2
        assert all(button.get("type") == "button" for button in page.all("button", **{"data-fill": "f-words"}))
        seen.add(ready[0])
    assert len(seen) == 7


# --- Only her own


async def test_staff_answer_and_neighbours_find_nothing(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    await complain(rina, shop, customer_name="Rina")
    path = await newest_complaint(shop)
    link = Page((await shop.owner.post("/staff/invitations", data={"label": "Dede"})).text)
    invitation = re.search(r"/join/[\w-]+", link.words)
    assert invitation is not None
    async with phone_at(shop.app) as dede, phone_at(shop.app) as budi:
        joined = await dede.post(
            invitation[0], data={"name": "Dede", "phone": "0813 3333 4444", "password": PASSWORD, "agreed": "on"}
        )
        assert joined.status_code == 303, joined.text
        assert (await dede.post(f"{path}/answers", data={"words": "Maaf dari Dede"})).status_code == 303
        await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222")
        page = await budi.get(path)
        assert page.status_code == 404
        assert "Rina" not in page.text
        for room in ("answers", "start", "resolution", "release", "links", f"links/{new_id()}/revocation"):
            assert (await budi.post(f"{path}/{room}", data={"words": "Saya Pak Budi"})).status_code == 404, room
    assert await said(database) == [(False, "Maaf dari Dede")]


async def test_strangers_are_asked_to_sign_in(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    await complain(rina, shop)
    path = await newest_complaint(shop)
    page = await rina.get(path)
    assert page.status_code == 303
    assert page.headers["location"] == f"/sign-in?next={path}"
    for room in ("answers", "start", "resolution", "links"):
        assert (await rina.post(f"{path}/{room}", data={"words": "Maaf"})).status_code == 401
    assert await said(database) == []


@pytest.mark.parametrize("wrong", ["x", "%00", "00000000-0000-0000-0000-000000000000", "é" * 36])
async def test_an_unknown_complaint_is_told_kindly(shop: Shop, wrong: str) -> None:
    for answer in (
        await shop.owner.get(f"/complaints/{wrong}"),
        await shop.owner.post(f"/complaints/{wrong}/answers", data={"words": "Maaf"}),
        await shop.owner.post(f"/complaints/{wrong}/links"),
    ):
        assert answer.status_code == 404
        assert "Tidak ditemukan" in answer.text


# --- Links


async def shared(shop: Shop, path: str) -> str:
    """A new link that the owner makes, without the host."""
    answer = await shop.owner.post(f"{path}/links")
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(rf"<code>{URL}(/k/[\w-]{{43}})</code>", answer.text)
    assert found is not None
    return found[1]


async def test_a_shared_link_opens_the_complaint_and_can_be_revoked_alone(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    hers = await complain(rina, shop)
    path = await newest_complaint(shop)
    first, second = await shared(shop, path), await shared(shop, path)
    anybody = await shop.phone("10.0.0.99")
    for way in (hers, first, second):
        assert (await anybody.get(way)).status_code == 200
    assert (await anybody.post(f"{first}/messages", data={"words": "Dari HP suami"})).status_code == 303

    page = Page((await shop.owner.get(path)).text)
    revocations = [str(form["action"]) for form in page.all("form") if str(form.get("action")).endswith("/revocation")]
    assert len(revocations) == 3
    assert first not in page.words, "a link is shown once"
    # Hers is the oldest.
    await shop.owner.post(revocations[1])
    assert [(await anybody.get(way)).status_code for way in (hers, first, second)] == [200, 404, 200]
    assert (await shop.owner.post(revocations[1])).status_code == 404
    assert await count(database, Link) == 3, "what was done stays known"


async def test_a_link_shows_no_number_and_no_address(shop: Shop, rina: httpx.AsyncClient) -> None:
    profile = read_form((await shop.owner.get("/business/profile")).text, "/business/profile")
    address = {"street": "Jl. Kenari 77", "rt_rw": "009/004", "landmark": "pagar hijau", "whatsapp": "0812-7777-8888"}
    assert (await shop.owner.post("/business/profile", data=profile | address)).status_code == 303
    hers = await complain(rina, shop, customer_name="Rina Kenari", phone=NUMBER, words="Bau")
    path = await newest_complaint(shop)
    assert "0812-9876-5432" in Page((await shop.owner.get(path)).text).words, "to its owner the number is shown"
    await step(shop, path, "answers", words="Maaf")
    way = await shared(shop, path)
    anybody = await shop.phone("10.0.0.99")
    pages = [
        await anybody.get(way),
        await anybody.get(f"{way}?lang=en"),
        await anybody.post(f"{way}/messages", data={"words": ""}),
        await anybody.post(f"{way}/photos", files={"photo": ("x.jpg", b"x", "image/jpeg")}),
        await rina.get(hers),
    ]
    for answer in pages:
        assert "Bau" in answer.text
        for canary in (*FORMS_OF_THE_NUMBER, *address.values(), "77778888", "7777-8888", "Rina Kenari"):
            assert canary not in answer.text, canary


@pytest.mark.parametrize("wrong", ["x", "%00", "%ff", "a" * 43, "a" * 5000, "'OR'1'='1"])
async def test_a_link_that_opens_nothing_is_told_kindly(
    shop: Shop, rina: httpx.AsyncClient, database: Database, wrong: str
) -> None:
    await complain(rina, shop)
    for answer in (
        await rina.get(f"/k/{wrong}"),
        await rina.post(f"/k/{wrong}/messages", data={"words": "Halo"}),
        await rina.post(f"/k/{wrong}/photos", files={"photo": ("foto.png", picture(), "image/png")}),
        await rina.post(f"/k/{wrong}/verdict", data={"well": "yes"}),
        await rina.get(f"/k/{wrong}/photos/{new_id()}"),
    ):
        assert answer.status_code == 404
        assert "tautannya sudah tidak berlaku" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    assert await said(database) == []
    assert await count(database, Photo) == 0


async def test_a_revoked_link_takes_nothing_any_more(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    way = await complain(rina, shop)
    async with database.writing() as session:
        await session.execute(update(Link).values(revoked_at=utc_now()))
    for room, fields in (("messages", {"words": "Halo"}), ("messages", {"words": ""}), ("verdict", {"well": "yes"})):
        assert (await rina.post(f"{way}/{room}", data=fields)).status_code == 404
        key = new_id()
        refused(await keyed(rina, f"{way}/{room}", fields, key=key), key, 404)
    assert await said(database) == []
    assert [complaint.status for complaint in await kept(database)] == ["waiting"]


async def test_whoever_holds_the_link_learns_nothing_of_the_owners_side(shop: Shop, rina: httpx.AsyncClient) -> None:
    way = await complain(rina, shop)
    path = await newest_complaint(shop)
    await step(shop, path, "answers", words="Maaf")
    page = (await rina.get(way)).text
    assert path.rsplit("/", 1)[1] not in page, "the id is the owner's address"
    assert "Bu Siti</" not in page.replace("Sate Bandeng Bu Siti", "")
    assert Page(page).all("meta", name="robots", content="noindex")


async def test_no_secret_of_a_customer_is_found_in_the_database(
    shop: Shop, rina: httpx.AsyncClient, database_url: str
) -> None:
    sent = {"secret": SECRET, "category": "stale", "words": "Bandengnya bau"}
    acknowledged(await keyed(rina, f"{shop.path}/keluhan", sent, key=(key := new_id())), key)
    for room, fields in (("messages", {"words": "Halo"}), ("verdict", {"well": "yes"})):
        key = new_id()
        for _again in range(2):
            assert acknowledged(await keyed(rina, f"/k/{SECRET}/{room}", fields, key=key), key) == f"/k/{SECRET}"
    plain = (await complain(rina, shop)).removeprefix("/k/")
    owners = (await shared(shop, await newest_complaint(shop))).removeprefix("/k/")
    secrets = {SECRET, plain, owners, rina.cookies["visitor"]}
    for kept in await everything_kept(database_url, sign="Bandengnya bau"):
        for secret in secrets:
            assert secret.encode() not in kept
            assert secret.encode().hex().encode() not in kept


# --- WhatsApp


def whatsapp(page: str) -> tuple[str, str] | None:
    """Number and text that WhatsApp would open with; None where no page leads there."""
    links = [str(link["href"]) for link in Page(page).all("a") if str(link.get("href")).startswith("https://wa.me/")]
    if not links:
        return None
    assert len(set(links)) == 1
    address = urlsplit(links[0])
    (text,) = parse_qs(address.query, strict_parsing=True)["text"]
    return address.path.removeprefix("/"), text


async def test_whatsapp_opens_with_the_answer_ready(shop: Shop, rina: httpx.AsyncClient) -> None:
    await complain(rina, shop, customer_name="Rina & Co", phone=NUMBER, category="late")
    path = await newest_complaint(shop)
    code = re.search(r"K-\w{4}", (await shop.owner.get(path)).text)
    assert code is not None
    await step(shop, path, "answers", words="Maaf, +2 tusuk & gratis ongkir 100%\nSampai jam 5?")
    text = (
        f"Assalamu’alaikum Rina & Co, ini dari Sate Bandeng Bu Siti tentang keluhan {code[0]}.\n\n"
        "Maaf, +2 tusuk & gratis ongkir 100%\nSampai jam 5?"
    )
    assert whatsapp((await shop.owner.get(path)).text) == ("6281298765432", text)


async def test_whatsapp_greets_as_the_business_does_and_names_the_link(shop: Shop, rina: httpx.AsyncClient) -> None:
    profile = read_form((await shop.owner.get("/business/profile")).text, "/business/profile")
    await shop.owner.post("/business/profile", data=profile | {"greeting": "halo"})
    await complain(rina, shop, phone=NUMBER)
    path = await newest_complaint(shop)
    answer = await shop.owner.post(f"{path}/links")
    found = whatsapp(answer.text)
    assert found is not None
    number, text = found
    link = re.search(rf"{URL}/k/[\w-]{{43}}", answer.text)
    assert link is not None
    assert number == "6281298765432"
    assert text.startswith("Halo, ini dari Sate Bandeng Bu Siti tentang keluhan K-")
    assert text.endswith(f"Ini halaman keluhan Anda: {link[0]}")


@pytest.mark.parametrize("number", ["", "0254-123456"])
async def test_without_a_mobile_number_no_whatsapp_is_offered(shop: Shop, rina: httpx.AsyncClient, number: str) -> None:
    await complain(rina, shop, phone=number)
    path = await newest_complaint(shop)
    await step(shop, path, "answers", words="Maaf")
    page = (await shop.owner.get(path)).text
    assert whatsapp(page) is None
    assert ("tel:+62254123456" in page) == bool(number)


# --- By an outbox


async def test_a_keyed_complaint_is_acknowledged_and_recorded_once_with_the_link_that_the_phone_made(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    key = new_id()
    sent = {"id": str(new_id()), "secret": SECRET, "category": "stale", "words": "Bau"}
    answers = [await keyed(rina, f"{shop.path}/keluhan", sent, key=key) for _again in range(3)]
    assert {acknowledged(answer, key) for answer in answers} == {f"/k/{SECRET}"}
    assert [str(complaint.id) for complaint in await kept(database)] == [sent["id"]]
    assert await count(database, Link) == 1
    assert (await rina.get(f"/k/{SECRET}")).status_code == 200


async def test_two_phones_or_two_tabs_at_the_same_moment_record_it_once(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    key = new_id()
    sent = {"id": str(new_id()), "secret": SECRET, "category": "stale", "words": "Bau"}
    answers = await asyncio.gather(*(keyed(rina, f"{shop.path}/keluhan", sent, key=key) for _tab in range(4)))
    assert {acknowledged(answer, key) for answer in answers} == {f"/k/{SECRET}"}
    assert len(await kept(database)) == 1


async def test_how_a_browser_wraps_the_form_does_not_matter_but_what_it_holds_does(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    key, photo = new_id(), picture()
    sent = {"id": str(new_id()), "secret": SECRET, "category": "stale", "words": "Bau"}
    for _boundary in range(3):
        answer = await keyed(rina, f"{shop.path}/keluhan", sent, key=key, files={"photo": ("foto", photo, "image/png")})
        assert acknowledged(answer, key) == f"/k/{SECRET}"
    another = {"photo": ("foto", picture(colour="red"), "image/png")}
    refused(await keyed(rina, f"{shop.path}/keluhan", sent, key=key, files=another), key)
    refused(await keyed(rina, f"{shop.path}/keluhan", sent | {"words": "Basi"}, key=key), key)
    assert [complaint.words for complaint in await kept(database)] == ["Bau"]
    assert await count(database, ComplaintPhoto) == 1


async def test_what_was_refused_stores_nothing_and_may_be_mended_under_the_same_key(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    key, sent = new_id(), {"id": str(new_id()), "secret": SECRET, "category": "late", "phone": "nol"}
    answer = await keyed(rina, f"{shop.path}/keluhan", sent, key=key)
    refused(answer, key)
    assert "Nomor HP hanya berisi angka" in answer.text
    assert await kept(database) == []
    assert (await rina.get(f"/k/{SECRET}")).status_code == 404
    mended = sent | {"phone": NUMBER}
    assert acknowledged(await keyed(rina, f"{shop.path}/keluhan", mended, key=key), key) == f"/k/{SECRET}"

    key = new_id()
    refused(await keyed(rina, f"/k/{SECRET}/messages", {"words": ""}, key=key), key)
    acknowledged(await keyed(rina, f"/k/{SECRET}/messages", {"words": "Halo"}, key=key), key)
    assert await said(database) == [(True, "Halo")]


async def test_messages_photos_and_the_verdict_are_keyed_too(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    way = await complain(rina, shop)
    photo = {"photo": ("foto", picture(), "image/png")}
    for room, fields, files in (
        ("messages", {"id": str(new_id()), "words": "Halo"}, None),
        ("photos", {}, photo),
        ("verdict", {"well": "yes"}, None),
    ):
        key = new_id()
        for _again in range(2):
            assert acknowledged(await keyed(rina, f"{way}/{room}", fields, key=key, files=files), key) == way
    assert await said(database) == [(True, "Halo")]
    assert await count(database, ComplaintPhoto) == 1
    assert await count(database, Step) == 1


async def test_a_complaint_that_waited_is_told_when_it_was_made(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    key = new_id()
    answer = await keyed(
        rina, f"{shop.path}/keluhan", {"category": "late"}, key=key, headers={"X-Age-Ms": str(30 * HOUR_MS)}
    )
    acknowledged(answer, key)
    (complaint,) = await kept(database)
    assert timedelta(hours=30) <= utc_now() - complaint.made_at < timedelta(hours=30, minutes=5)
    assert utc_now() - complaint.received_at < timedelta(minutes=5)
    assert "Lewat janji" in (await shop.owner.get(await newest_complaint(shop))).text


@pytest.mark.parametrize("secret", ["x", "a" * 21, "a" * 65, "../" * 10, "a" * 30 + " ", "é" * 30])
async def test_a_secret_that_could_be_no_link_is_refused(
    shop: Shop, rina: httpx.AsyncClient, database: Database, secret: str
) -> None:
    key = new_id()
    refused(await keyed(rina, f"{shop.path}/keluhan", {"category": "late", "secret": secret}, key=key), key)
    assert await kept(database) == []


async def test_a_secret_or_an_id_that_is_taken_opens_and_changes_nothing_of_the_others(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    sent = {"id": str(new_id()), "secret": SECRET, "category": "stale", "words": "Punya Rina"}
    acknowledged(await keyed(rina, f"{shop.path}/keluhan", sent, key=(key := new_id())), key)
    other = await shop.phone("10.0.0.8")
    for taken in ({"secret": SECRET}, {"id": sent["id"]}):
        key = new_id()
        refused(await keyed(other, f"{shop.path}/keluhan", {"category": "late", "words": "x"} | taken, key=key), key)
    assert [complaint.words for complaint in await kept(database)] == ["Punya Rina"]


async def test_an_owners_keyed_answer_is_recorded_once(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    await complain(rina, shop)
    path, key, sent = await newest_complaint(shop), new_id(), {"id": str(new_id()), "words": "Maaf"}
    for _again in range(3):
        assert acknowledged(await keyed(shop.owner, f"{path}/answers", sent, key=key), key) == path
    refused(await keyed(shop.owner, f"{path}/answers", sent | {"words": "Tidak"}, key=key), key)
    for room in ("start", "resolution"):
        key = new_id()
        for _again in range(2):
            assert acknowledged(await keyed(shop.owner, f"{path}/{room}", {}, key=key), key) == path
    assert await said(database) == [(False, "Maaf")]
    assert await count(database, Step) == 2


async def test_an_answer_to_a_complaint_that_is_not_hers_is_refused_for_good(
    shop: Shop, rina: httpx.AsyncClient
) -> None:
    await complain(rina, shop)
    path, key = await newest_complaint(shop), new_id()
    async with phone_at(shop.app) as budi:
        await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222")
        refused(await keyed(budi, f"{path}/answers", {"words": "Maaf"}, key=key), key, 404)


async def test_a_write_waits_for_its_own_person_and_is_still_done_once(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    await complain(rina, shop)
    path, key, sent = await newest_complaint(shop), new_id(), {"id": str(new_id()), "words": "Maaf"}
    owner = (await shop.owner.get("/")).headers["X-Page-Owner"]
    named = {"X-Outbox-Owner": owner}
    acknowledged(await keyed(shop.owner, f"{path}/answers", sent, key=key, headers=named), key)

    # Her session ends before she hears it: kept, not refused, not done again.
    async with database.writing() as session:
        await session.execute(delete(Session))
    waiting = await keyed(shop.owner, f"{path}/answers", sent, key=key, headers=named)
    assert waiting.status_code == 401
    assert "X-Outbox-Ack" not in waiting.headers
    async with phone_at(shop.app) as budi:
        await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222")
        assert (await keyed(budi, f"{path}/answers", sent, key=key, headers=named)).status_code == 401

    back = await shop.owner.post("/sign-in", data={"phone": "0812 3456 7890", "password": PASSWORD, "next": "/"})
    assert back.status_code == 303
    assert acknowledged(await keyed(shop.owner, f"{path}/answers", sent, key=key, headers=named), key) == path
    assert await said(database) == [(False, "Maaf")]


async def test_an_answer_lands_in_the_business_it_was_made_for(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    await complain(rina, shop)
    path, key = await newest_complaint(shop), new_id()
    owner = (await shop.owner.get("/")).headers["X-Page-Owner"]
    # She opens another business of hers before her phone finds signal.
    assert (await shop.owner.post("/businesses", data={"business_name": "Otak-otak Bu Siti"})).status_code == 303
    sent = {"words": "Maaf"}
    refused(await keyed(shop.owner, f"{path}/answers", sent, key=key), key, 404)
    acknowledged(await keyed(shop.owner, f"{path}/answers", sent, key=key, headers={"X-Outbox-Owner": owner}), key)
    assert await said(database) == [(False, "Maaf")]


# --- The trap


async def test_who_fills_in_the_hidden_field_is_held_and_not_lost(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    way = await complain(rina, shop, website="https://casino.example")
    assert (await rina.get(way)).status_code == 200
    assert [complaint.held for complaint in await kept(database)] == [True]
    assert "/complaints/" not in (await shop.owner.get("/voice")).text
    path = await newest_complaint(shop, "held")
    assert "ditahan dulu" in (await shop.owner.get(path)).text
    await step(shop, path, "release")
    assert await newest_complaint(shop, "waiting") == path
    assert (await shop.owner.post(f"{path}/release")).status_code == 404
