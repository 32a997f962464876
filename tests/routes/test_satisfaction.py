"""Rating by HTTP: one tap is saved, by a plain form and by an outbox; a phone is known again, and by nobody else."""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from ecrm_pwa.base.db import Database, new_id, utc_now
from ecrm_pwa.satisfaction import Rating
from tests.shop import URL, Page, Shop, acknowledged, keyed, open_shop, phone_at, rate, refused, sign_up

pytestmark = pytest.mark.anyio

HOUR_MS = 3_600_000
DAY = timedelta(days=1)


async def kept(database: Database) -> Sequence[Rating]:
    """Every rating, the oldest tap first."""
    async with database.reading() as session:
        return (await session.scalars(select(Rating).order_by(Rating.made_at))).all()


def visitor(phone: httpx.AsyncClient) -> str | None:
    """The secret by which this phone is known."""
    return phone.cookies.get("visitor") or phone.cookies.get("__Host-visitor")


# --- By plain forms


async def test_one_tap_is_saved_and_words_join_it(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    tapped = await rina.post(f"{shop.path}/nilai", data={"face": "2"})
    assert tapped.status_code == 303
    page = Page((await rina.get(tapped.headers["location"])).text)
    assert "Sudah tersimpan. Terima kasih!" in page.words
    assert [face["value"] for face in page.all("button", name="face") if face.get("aria-pressed") == "true"] == ["2"]
    (form,) = (form for form in page.all("form") if form.get("action") == tapped.headers["location"])
    assert form["method"] == "post"

    said = await rina.post(tapped.headers["location"], data={"words": "Bandengnya asin\nsekali"})
    assert said.status_code == 303
    assert "Bandengnya asin\nsekali" in (await rina.get(said.headers["location"])).text
    (rating,) = await kept(database)
    assert (rating.face, rating.words, rating.held) == (2, "Bandengnya asin\nsekali", False)


async def test_a_second_tap_by_the_same_phone_replaces_the_first(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    first = await rate(rina, shop, 1)
    assert await rate(rina, shop, 5) == first
    assert [rating.face for rating in await kept(database)] == [5]


async def test_words_need_no_second_tap_and_no_waiting(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    for face in (1, 2, 3, 4, 5):
        assert await rate(rina, shop, face)
    assert [rating.face for rating in await kept(database)] == [5]


async def test_another_phone_neither_opens_the_rating_nor_adds_words(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    rated = await rate(rina, shop, 2)
    other = await shop.phone("10.0.0.8")
    await rate(other, shop, 4)
    for phone in (await shop.phone("10.0.0.9"), other, shop.owner):
        assert (await phone.get(rated)).status_code == 404
        await phone.post(rated, data={"words": "Jangan beli di sini"})
    assert "Jangan beli di sini" not in {rating.words for rating in await kept(database) if rating.face == 2}


@pytest.mark.parametrize("face", ["0", "6", "-1", "4.5", "puas", "", "\uff14"])
async def test_what_is_no_face_is_refused_in_words(
    shop: Shop, rina: httpx.AsyncClient, database: Database, face: str
) -> None:
    answer = await rina.post(f"{shop.path}/nilai", data={"face": face})
    assert answer.status_code == 422
    assert "Pilih salah satu." in answer.text
    assert await kept(database) == []


async def test_empty_and_endless_words_are_refused_beside_the_field_with_everything_kept(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    rated = await rate(rina, shop, 2)
    await rina.post(rated, data={"words": "Bandengnya asin"})
    empty = await rina.post(rated, data={"words": "  \n "})
    assert empty.status_code == 422
    assert "Bagian ini perlu diisi." in empty.text
    long = await rina.post(rated, data={"words": "asin " * 300})
    assert long.status_code == 422
    assert "asin " * 100 in long.text
    assert Page(long.text).all("textarea", **{"aria-invalid": "true", "aria-describedby": "story-error"})
    assert [rating.words for rating in await kept(database)] == ["Bandengnya asin"]


async def test_an_unknown_rating_is_told_kindly(shop: Shop, rina: httpx.AsyncClient) -> None:
    for rated in (new_id(), "x", "%00", "00000000-0000-0000-0000-000000000000"):
        path = f"{shop.path}/nilai/{rated}"
        for answer in (await rina.get(path), await rina.post(path, data={"words": "Enak"})):
            assert answer.status_code == 404, path
            assert "Tidak ditemukan" in answer.text


async def test_the_language_stays_on_the_way(shop: Shop, rina: httpx.AsyncClient) -> None:
    tapped = await rina.post(f"{shop.path}/nilai?lang=en", data={"face": "4"})
    assert tapped.headers["location"].endswith("?lang=en")
    said = await rina.post(tapped.headers["location"], data={"words": "Tasty"})
    assert said.headers["location"] == tapped.headers["location"]
    assert Page((await rina.get(said.headers["location"])).text).all("html", lang="en")


async def test_a_site_elsewhere_cannot_rate_with_her_phone(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    for headers in ({"Origin": "https://lain.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await rina.post(f"{shop.path}/nilai", data={"face": "1"}, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    assert await kept(database) == []


# --- How a phone is known


async def test_the_phone_is_known_by_a_cookie_that_no_script_reads(shop: Shop, rina: httpx.AsyncClient) -> None:
    tapped = await rina.post(f"{shop.path}/nilai", data={"face": "5"})
    cookie = tapped.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert len(visitor(rina) or "") >= 43, "256 bits"


async def test_with_https_the_browser_itself_guards_the_cookie(database_url: str, tmp_path: Path) -> None:
    async with open_shop(database_url, tmp_path / "data", public_url="https://umkm.example.id") as shop:
        tapped = await (await shop.phone()).post(f"{shop.path}/nilai", data={"face": "5"})
        cookie = tapped.headers["set-cookie"]
        assert cookie.startswith("__Host-visitor=")
        assert "secure" in cookie.lower()
        assert "path=/;" in cookie.lower() + ";"


async def test_nobody_can_follow_a_phone_from_shop_to_shop(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    async with phone_at(shop.app) as budi:
        keripik = await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222")
    await rate(rina, shop, 5)
    token = visitor(rina)
    assert token is not None
    await rina.post(f"/toko/{keripik}/nilai", data={"face": "3"})
    assert visitor(rina) == token
    hers, his = await kept(database)
    assert hers.business_id != his.business_id
    assert hers.rater != his.rater
    for rating in (hers, his):
        assert token.encode() not in rating.rater
        assert rating.rater != hashlib.sha256(token.encode()).digest()


@pytest.mark.parametrize("cookie", ["", "x", "a" * 5000, "semua;orang", '"', "é"])
async def test_a_strange_cookie_still_rates_once(
    shop: Shop, rina: httpx.AsyncClient, database: Database, cookie: str
) -> None:
    for face in ("1", "5"):
        answer = await rina.post(
            f"{shop.path}/nilai",
            data={"face": face},
            headers=[(b"Origin", URL.encode()), (b"Cookie", f"visitor={cookie}".encode())],
        )
        assert answer.status_code == 303
        # As a browser would from now on.
        cookie = cookie or answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert [rating.face for rating in await kept(database)] == [5]


# --- By an outbox


async def test_a_keyed_tap_is_acknowledged_and_counts_once_however_often_it_comes(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    key, sent = new_id(), {"id": str(new_id()), "face": "4"}
    first = await keyed(rina, f"{shop.path}/nilai", sent, key=key)
    way = acknowledged(first, key)
    assert way == f"{shop.path}/nilai/{sent['id']}"
    assert first.headers["Cache-Control"] == "no-store"
    for _again in range(3):
        assert acknowledged(await keyed(rina, f"{shop.path}/nilai", sent, key=key), key) == way
    assert len(await kept(database)) == 1
    assert (await rina.get(way)).status_code == 200


async def test_one_key_for_another_content_is_refused_for_good(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    key, rating = new_id(), str(new_id())
    acknowledged(await keyed(rina, f"{shop.path}/nilai", {"id": rating, "face": "4"}, key=key), key)
    refused(await keyed(rina, f"{shop.path}/nilai", {"id": rating, "face": "1"}, key=key), key)
    refused(await keyed(rina, f"{shop.path}/nilai/{rating}", {"words": "Enak"}, key=key), key)
    assert [(one.face, one.words) for one in await kept(database)] == [(4, "")]


async def test_what_was_refused_stores_nothing_and_may_be_mended_under_the_same_key(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    key = new_id()
    refused(await keyed(rina, f"{shop.path}/nilai", {"face": "9"}, key=key), key)
    assert await kept(database) == []
    acknowledged(await keyed(rina, f"{shop.path}/nilai", {"face": "5"}, key=key), key)

    rated, key = await rate(rina, shop, 5), new_id()
    refused(await keyed(rina, rated, {"words": ""}, key=key), key)
    acknowledged(await keyed(rina, rated, {"words": "Enak"}, key=key), key)
    assert [(one.face, one.words) for one in await kept(database)] == [(5, "Enak")]


async def test_an_unknown_shop_or_rating_is_refused_for_good(shop: Shop, rina: httpx.AsyncClient) -> None:
    key = new_id()
    refused(await keyed(rina, "/toko/tiada/nilai", {"face": "5"}, key=key), key, 404)
    refused(await keyed(rina, f"{shop.path}/nilai/x", {"words": "Enak"}, key=key), key, 404)


@pytest.mark.parametrize("key", ["", "x", "1", "0" * 36, "é"])
async def test_a_key_that_is_none_is_told_and_stores_nothing(
    shop: Shop, rina: httpx.AsyncClient, database: Database, key: str
) -> None:
    answer = await rina.post(
        f"{shop.path}/nilai",
        data={"face": "5"},
        headers=[(b"Origin", URL.encode()), (b"Idempotency-Key", key.encode())],
    )
    assert answer.status_code == 400
    assert "X-Outbox-Ack" not in answer.headers
    assert await kept(database) == []


async def test_the_same_key_twice_at_the_same_moment_counts_once(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    await rate(rina, shop, 1)
    key, sent = new_id(), {"id": str(new_id()), "face": "4"}
    answers = await asyncio.gather(*(keyed(rina, f"{shop.path}/nilai", sent, key=key) for _tap in range(4)))
    assert {acknowledged(answer, key) for answer in answers} == {answers[0].headers["X-Outbox-Location"]}
    assert [rating.face for rating in await kept(database)] == [4]


async def test_words_find_their_rating_although_the_answer_to_the_first_tap_ever_was_lost(
    shop: Shop, database: Database
) -> None:
    key, sent = new_id(), {"id": str(new_id()), "face": "2"}
    lost = await shop.phone()
    acknowledged(await keyed(lost, f"{shop.path}/nilai", sent, key=key), key)
    # The phone never heard it, nor got its cookie, and sends the same again.
    rina = await shop.phone()
    way = acknowledged(await keyed(rina, f"{shop.path}/nilai", sent, key=key), key)
    said = await rina.post(way, data={"words": "Bandengnya asin"})
    assert said.status_code == 303, said.text
    await rate(rina, shop, 5)
    assert [(rating.face, rating.words) for rating in await kept(database)] == [(5, "Bandengnya asin")]


async def test_words_that_name_a_tap_which_replaced_an_earlier_one_join_that_day(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    await rate(rina, shop, 1)
    tap = str(new_id())
    key = new_id()
    acknowledged(await keyed(rina, f"{shop.path}/nilai", {"id": tap, "face": "2"}, key=key), key)
    key = new_id()
    way = acknowledged(await keyed(rina, f"{shop.path}/nilai/{tap}", {"words": "Bandengnya asin"}, key=key), key)
    assert "Bandengnya asin" in (await rina.get(way)).text, "it must lead to a page that is there"
    assert [(rating.face, rating.words) for rating in await kept(database)] == [(2, "Bandengnya asin")]


async def test_a_tap_that_waited_is_told_when_it_was_made(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    before = utc_now()
    for age in (0, 26 * HOUR_MS):
        key = new_id()
        acknowledged(
            await keyed(rina, f"{shop.path}/nilai", {"face": "4"}, key=key, headers={"X-Age-Ms": str(age)}), key
        )
    old, new = await kept(database)
    assert old.day < new.day
    assert before - timedelta(hours=26) <= old.made_at <= utc_now() - timedelta(hours=26)
    assert before <= old.received_at <= utc_now()


async def test_two_taps_that_waited_count_by_their_age_not_by_their_arrival(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    await rate(rina, shop, 3)
    at_noon = utc_now().replace(hour=5, minute=0) - 2 * DAY
    age = (utc_now() - at_noon) // timedelta(milliseconds=1)
    for face, later in (("5", HOUR_MS), ("1", 0)):
        key = new_id()
        headers = {"X-Age-Ms": str(age - later)}
        acknowledged(await keyed(rina, f"{shop.path}/nilai", {"face": face}, key=key, headers=headers), key)
    assert [rating.face for rating in await kept(database)] == [5, 3]


@pytest.mark.parametrize("age", ["-5", "x", "1e9", "9" * 30, "", "٣"])
async def test_a_strange_age_is_now_and_nothing_is_older_than_sixty_days(
    shop: Shop, rina: httpx.AsyncClient, database: Database, age: str
) -> None:
    for wanted in (age, "99999999999"):
        key = new_id()
        answer = await rina.post(
            f"{shop.path}/nilai",
            data={"face": "4"},
            headers=[
                (b"Origin", URL.encode()),
                (b"Idempotency-Key", str(key).encode()),
                (b"X-Age-Ms", wanted.encode()),
            ],
        )
        acknowledged(answer, key)
    oldest, newest = await kept(database)
    assert utc_now() - oldest.made_at < timedelta(days=60, minutes=5)
    assert utc_now() - newest.made_at < timedelta(minutes=5)


async def test_an_id_that_is_taken_by_another_phone_changes_nothing(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    rating = str(new_id())
    await rina.post(f"{shop.path}/nilai", data={"id": rating, "face": "5"})
    other = await shop.phone()
    assert (await other.post(f"{shop.path}/nilai", data={"id": rating, "face": "1"})).status_code == 422
    assert [one.face for one in await kept(database)] == [5]


@pytest.mark.parametrize("rating", ["x", "1" * 36, "01a20ce1-d05f-71b0-8851-037e2664cb5"])
async def test_an_id_that_is_none_is_told(shop: Shop, rina: httpx.AsyncClient, database: Database, rating: str) -> None:
    answer = await rina.post(f"{shop.path}/nilai", data={"id": rating, "face": "5"})
    assert answer.status_code == 422
    assert "Muat ulang" in answer.text
    assert await kept(database) == []


# --- The trap, and letting through


async def test_who_fills_in_the_hidden_field_is_held_and_not_lost(
    shop: Shop, rina: httpx.AsyncClient, database: Database
) -> None:
    await rina.post(f"{shop.path}/nilai", data={"face": "1", "website": "https://casino.example"})
    (rating,) = await kept(database)
    assert rating.held
    assert "Kecewa" not in Page((await shop.owner.get("/voice")).text).words.partition("Kurang puas")[2]

    held = await shop.owner.get("/voice?show=held")
    (form,) = (form for form in Page(held.text).all("form") if str(form.get("action")).startswith("/ratings/"))
    released = await shop.owner.post(str(form["action"]))
    assert released.status_code == 303
    assert [one.held for one in await kept(database)] == [False]
    assert "Tidak ada di sini." in (await shop.owner.get(released.headers["location"])).text


async def test_an_owner_finds_held_ratings_from_suara(shop: Shop, rina: httpx.AsyncClient) -> None:
    await rina.post(f"{shop.path}/nilai", data={"face": "1", "website": "x"})
    assert Page((await shop.owner.get("/voice")).text).all("a", href="/voice?show=held")


async def test_nobody_else_lets_a_rating_through(shop: Shop, rina: httpx.AsyncClient, database: Database) -> None:
    await rina.post(f"{shop.path}/nilai", data={"face": "1", "website": "x"})
    (rating,) = await kept(database)
    async with phone_at(shop.app) as budi:
        await sign_up(budi, "Pak Budi", "Keripik Pak Budi", "0813 1111 2222")
        assert (await budi.post(f"/ratings/{rating.id}/release")).status_code == 404
    assert (await rina.post(f"/ratings/{rating.id}/release")).status_code == 401
    for path in ("/ratings/x/release", f"/ratings/{new_id()}/release"):
        assert (await shop.owner.post(path)).status_code == 404
    assert [one.held for one in await kept(database)] == [True]


async def test_the_trap_is_seen_by_no_person(shop: Shop, rina: httpx.AsyncClient) -> None:
    text = (await rina.get(shop.path)).text
    traps = re.findall(r'<label class="trap"[^>]*aria-hidden="true"[^>]*>[^<]*<input[^>]*>', text)
    assert len(traps) == 2
    assert all('tabindex="-1"' in trap and 'autocomplete="off"' in trap for trap in traps)
