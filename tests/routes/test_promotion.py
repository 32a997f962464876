"""The public page: one document that needs nothing else, the same for everybody, and silent about numbers and addresses."""

import base64
import hashlib
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from ecrm_pwa import satisfaction
from ecrm_pwa.base.db import Database, new_id, utc_now
from ecrm_pwa.businesses import Business
from ecrm_pwa.promotion import find_shop
from tests.faults.forms import read_form
from tests.shop import Page, Shop, complain, phone_at, picture, rate, sign_up

pytestmark = pytest.mark.anyio

ROOMS = ("katalog", "testimoni", "lacak")
PRIVATE = {
    "whatsapp": "0812-7777-8888",
    "street": "Jl. Raya Banten 12",
    "rt_rw": "003/002",
    "landmark": "pagar hijau",
    "postcode": "42191",
    "nib": "9120001234567",
}
FORMS_OF_THE_NUMBER = ("0812-7777-8888", "081277778888", "6281277778888", "7777")


async def tell(shop: Shop, **fields: str) -> None:
    """Writes into the profile of the business."""
    page = await shop.owner.get("/business/profile")
    answer = await shop.owner.post("/business/profile", data=read_form(page.text, "/business/profile") | fields)
    assert answer.status_code == 303, answer.text


async def test_it_says_who_the_shop_is_and_offers_faces_complaints_and_doors(
    shop: Shop, rina: httpx.AsyncClient
) -> None:
    await tell(shop, about="Bandeng segar, dibakar tiap pagi", hamlet="Kelapa Kurung", district="Kramatwatu")
    assert not Page((await rina.get(shop.path)).text).all("a", href=f"{shop.path}/katalog"), "nothing is in that room"
    await shop.owner.post("/products", data={"name": "Sate bandeng", "price": "35000"})
    answer = await rina.get(shop.path)
    page = Page(answer.text)
    assert answer.status_code == 200
    for words in (
        "Sate Bandeng Bu Siti",
        "Bandeng segar, dibakar tiap pagi",
        "Kelapa Kurung, Kramatwatu",
        "Ada keluhan?",
    ):
        assert words in page.words
    assert [face["value"] for face in page.all("button", name="face")] == ["1", "2", "3", "4", "5"]
    for word in ("Kecewa", "Kurang", "Biasa", "Puas", "Sangat puas"):
        assert word in page.words
    for room in ROOMS:
        assert page.all("a", href=f"{shop.path}/{room}")
    # Plain forms: without script they send by themselves.
    sent_to = {form["action"]: form for form in page.all("form")}
    assert {f"{shop.path}/nilai", f"{shop.path}/keluhan"} <= set(sent_to)
    assert all(form["method"] == "post" for form in sent_to.values())
    assert sent_to[f"{shop.path}/keluhan"]["enctype"] == "multipart/form-data"


async def test_it_tells_no_number_and_no_address(shop: Shop, rina: httpx.AsyncClient) -> None:
    await tell(shop, **PRIVATE)
    for path in (shop.path, *(f"{shop.path}/{room}" for room in ROOMS)):
        text = (await rina.get(path)).text
        for canary in (*PRIVATE.values(), *FORMS_OF_THE_NUMBER):
            assert canary not in text, canary


async def public_pages(shop: Shop, phone: httpx.AsyncClient) -> dict[str, httpx.Response]:
    """One of every page that a customer sees."""
    complaint = await complain(phone, shop)
    rated = await rate(phone, shop)
    pages = {
        "shop": await phone.get(shop.path),
        "shop in English": await phone.get(f"{shop.path}?lang=en"),
        "complaint": await phone.get(complaint),
        "rated": await phone.get(rated),
        "mistakes": await phone.post(f"{shop.path}/keluhan", data={"phone": "x"}),
        "empty message": await phone.post(f"{complaint}/messages", data={"words": ""}),
    }
    return pages | {room: await phone.get(f"{shop.path}/{room}") for room in ROOMS}


def sources(policy: str, directive: str) -> set[str]:
    (found,) = (part for part in policy.split("; ") if part.startswith(f"{directive} "))
    return set(found.split()[1:])


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


async def test_the_policy_allows_exactly_the_blocks_that_stand_in_the_page(shop: Shop, rina: httpx.AsyncClient) -> None:
    for name, answer in (await public_pages(shop, rina)).items():
        page, policy = Page(answer.text), answer.headers["Content-Security-Policy"]
        for tag, directive in (("style", "style-src"), ("script", "script-src")):
            blocks = {hashed(text) for kind, text in page.blocks if kind == tag and text.strip()}
            allowed = sources(policy, directive)
            assert {source for source in allowed if source.startswith("'sha")} == blocks, f"{name}: {directive}"
            assert len(blocks) == 1, name
        assert "unsafe" not in policy
        for tag, attributes in page.elements:
            assert "style" not in attributes, f"{name}: {tag}"
            assert not [attribute for attribute in attributes if attribute.startswith("on")], f"{name}: {tag}"


async def test_nothing_else_has_to_arrive(shop: Shop, rina: httpx.AsyncClient) -> None:
    for name, answer in (await public_pages(shop, rina)).items():
        page = Page(answer.text)
        assert not [script for script in page.all("script") if "src" in script], name
        assert not page.all("iframe"), name
        assert not page.all("use"), name
        links = [link for link in page.all("link") if link.get("rel") not in {"canonical", "alternate"}]
        assert [link["href"] for link in links] == ["data:,"], f"{name}: even a missing icon would be asked for"
        for _kind, text in page.blocks:
            assert "@import" not in text
            assert not re.search(r"url\((?!data:)", text), name


async def test_it_is_the_same_for_everybody_and_may_be_kept_by_anybody(shop: Shop, rina: httpx.AsyncClient) -> None:
    stranger = await rina.get(shop.path)
    rina.cookies.set("language", "en")
    await rate(rina, shop, 1)
    answers = [stranger, await rina.get(shop.path), await shop.owner.get(shop.path)]
    assert {answer.text for answer in answers} == {stranger.text}
    for answer in answers:
        assert answer.headers["Cache-Control"].startswith("public, max-age=300")
        assert "set-cookie" not in answer.headers
        assert "cookie" not in answer.headers.get("vary", "").lower()


async def test_no_public_page_sets_a_cookie_when_it_is_only_looked_at(shop: Shop, rina: httpx.AsyncClient) -> None:
    complaint, rated = await complain(rina, shop), await rate(rina, shop)
    new = await shop.phone()
    for path in (
        shop.path,
        f"{shop.path}?lang=en",
        *(f"{shop.path}/{room}" for room in ROOMS),
        complaint,
        "/toko/tiada",
    ):
        for phone in (new, rina, shop.owner):
            assert "set-cookie" not in (await phone.get(path)).headers, path
    assert "set-cookie" not in (await rina.get(rated)).headers


async def test_what_is_hers_alone_is_kept_by_nobody(shop: Shop, rina: httpx.AsyncClient) -> None:
    pages = await public_pages(shop, rina)
    for name in ("complaint", "rated", "mistakes", "empty message"):
        assert pages[name].headers["Cache-Control"] == "no-store", name
    assert Page(pages["complaint"].text).all("meta", name="robots", content="noindex")


async def test_the_language_is_the_addresss(shop: Shop, rina: httpx.AsyncClient) -> None:
    await shop.owner.post("/products", data={"name": "Sate bandeng", "price": "35000"})
    indonesian, english = await rina.get(shop.path), await rina.get(f"{shop.path}?lang=en")
    assert Page(indonesian.text).all("html", lang="id")
    page = Page(english.text)
    assert page.all("html", lang="en")
    assert "Any complaint?" in page.words or "complaint" in page.words.lower()
    assert "Ada keluhan?" not in page.words
    # Whoever goes on stays in her language, and finds the way to the other one.
    own = [str(element.get("href") or element.get("action")) for tag in ("a", "form") for element in page.all(tag)]
    inner = [address for address in own if address.startswith(f"{shop.path}/")]
    assert len(inner) >= 5
    assert all(address.endswith("?lang=en") for address in inner), inner
    assert page.all("a", lang="id", href=shop.path)
    assert Page(indonesian.text).all("a", lang="en", href=f"{shop.path}?lang=en")


async def test_a_language_that_nobody_speaks_here_is_indonesian(shop: Shop, rina: httpx.AsyncClient) -> None:
    for lang in ("xx", "EN", "../en", "%00"):
        assert Page((await rina.get(f"{shop.path}?lang={lang}")).text).all("html", lang="id"), lang


async def test_the_way_to_the_other_language_leads_to_a_page_also_after_a_mistake(
    shop: Shop, rina: httpx.AsyncClient
) -> None:
    complaint = await complain(rina, shop)
    wrong = [
        await rina.post(f"{shop.path}/keluhan", data={"words": "Bau"}),
        await rina.post(f"{complaint}/messages", data={"words": ""}),
        await rina.post(f"{complaint}/photos", files={"photo": ("x.jpg", b"no photo", "image/jpeg")}),
        await rina.post(await rate(rina, shop), data={"words": ""}),
    ]
    for answer in wrong:
        assert answer.status_code == 422, answer.text
        (other,) = Page(answer.text).all("a", lang="en")
        assert (await rina.get(str(other["href"]))).status_code == 200, other["href"]


async def test_an_unknown_shop_is_told_kindly(shop: Shop, rina: httpx.AsyncClient) -> None:
    paths = ["/toko/tiada", "/toko/tiada?lang=en", "/toko/%2e%2e", "/toko/%00", "/toko/" + "a" * 3000]
    paths += [f"{shop.path.upper()}", *(f"/toko/tiada/{room}" for room in ROOMS), "/toko/tiada/logo"]
    for path in paths:
        answer = await rina.get(path)
        assert answer.status_code == 404, path
        words = Page(answer.text).words
        assert "Tidak ditemukan" in words or "Not found" in words, path
    for path in ("/toko/tiada/nilai", "/toko/tiada/keluhan"):
        assert (await rina.post(path, data={"face": "5", "category": "late"})).status_code == 404


@pytest.mark.parametrize("room", ROOMS)
async def test_each_door_leads_to_a_page_of_its_own_and_back(shop: Shop, rina: httpx.AsyncClient, room: str) -> None:
    answer = await rina.get(f"{shop.path}/{room}?lang=en")
    page = Page(answer.text)
    assert answer.status_code == 200
    assert "Sate Bandeng Bu Siti" in page.words
    assert page.all("a", href=f"{shop.path}?lang=en")


# --- Figures


async def satisfied(database: Database, slug: str, faces: list[int]) -> None:
    """These faces, each of another phone, since yesterday."""
    async with database.writing() as session:
        found = await find_shop(session, slug)
        for number, face in enumerate(faces):
            await satisfaction.rate(
                session,
                found.id,
                rating_id=new_id(),
                rater=number.to_bytes(32, "big"),
                face=face,
                source="counter",
                zone=found.zone,
                made_at=utc_now() - timedelta(days=1),
                now=utc_now(),
                held=False,
            )


@pytest.mark.parametrize(
    ("faces", "told", "untold"),
    [
        ([5] * 4, (), ("dari", "%", "puas.")),
        ([5] * 4 + [1], ("4 dari 5 puas",), ("%",)),
        ([4] * 20 + [3] * 9, ("20 dari 29 puas",), ("%",)),
        ([5] * 20 + [1] * 10, ("67% puas", "20 dari 30 orang"), ()),
    ],
)
async def test_small_numbers_are_told_as_what_they_are(
    shop: Shop,
    rina: httpx.AsyncClient,
    database: Database,
    faces: list[int],
    told: tuple[str, ...],
    untold: tuple[str, ...],
) -> None:
    await satisfied(database, shop.slug, faces)
    head = Page((await rina.get(shop.path)).text.partition("<header>")[2].partition("</header>")[0]).words
    for words in told:
        assert words in head
    for words in untold:
        assert words not in head


# --- The logo


async def test_the_logo_is_shown_to_everybody_once_there_is_one(shop: Shop, rina: httpx.AsyncClient) -> None:
    assert (await rina.get(f"{shop.path}/logo")).status_code == 404
    assert not Page((await rina.get(shop.path)).text).all("img")
    hung = await shop.owner.post("/business/pictures/logo", files={"photo": ("logo.png", picture(), "image/png")})
    assert hung.status_code == 303
    (shown,) = Page((await rina.get(shop.path)).text).all("img")
    assert (shown["width"], shown["height"]) == ("84", "84"), "the page would jump when it arrives"
    logo = await rina.get(str(shown["src"]))
    assert logo.headers["Content-Type"] == "image/webp"
    assert logo.headers["Cache-Control"].startswith("public")
    assert "set-cookie" not in logo.headers
    assert "sandbox" in logo.headers["Content-Security-Policy"]


async def test_the_qris_and_other_photos_are_not_shown_there(shop: Shop, rina: httpx.AsyncClient) -> None:
    await shop.owner.post("/business/pictures/qris", files={"photo": ("qris.png", picture(), "image/png")})
    assert (await rina.get(f"{shop.path}/logo")).status_code == 404
    assert (await rina.get(f"{shop.path}/qris")).status_code == 404


async def test_a_shop_that_is_about_to_end_still_hears_its_customers(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    async with database.writing() as session:
        await session.execute(update(Business).values(ending_at=utc_now()))
    assert (await rina.get(shop.path)).status_code == 200
    assert await complain(rina, shop)


async def test_two_shops_of_one_name_have_two_pages(shop: Shop) -> None:
    async with phone_at(shop.app) as other:
        slug = await sign_up(other, "Bu Siti Lain", "Sate Bandeng Bu Siti", "0813 1111 2222")
        assert slug == "sate-bandeng-bu-siti-2"
        await tell(shop, about="Yang asli")
        assert "Yang asli" not in (await other.get(f"/toko/{slug}")).text
