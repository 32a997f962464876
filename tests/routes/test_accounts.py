"""Coming in, staying in, being put out: what people meet at the door, and what strangers cannot learn there."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from ecrm_pwa.accounts import Account, Consent, ConsentText, ResetLink
from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.base.passwords import Passwords
from ecrm_pwa.businesses import Business
from ecrm_pwa.cli import main
from tests.cast import sign_in
from tests.shop import PASSWORD, Shop, open_shop, phone_at

pytestmark = pytest.mark.anyio

NUMBER = "0812 3456 7890"
TYPED = (
    "081234567890",
    "+62 812-3456-7890",
    "6281234567890",
    "81234567890",
    "0812.3456.7890",
    "(0812) 3456 7890",
    "+62 0812 3456 7890",
    "0062 812 3456 7890",
)
NEWCOMER = {
    "name": "Neng",
    "phone": "0813 1111 2222",
    "password": PASSWORD,
    "business_name": "Warung Neng",
    "agreed": "1",
}


@pytest.fixture
async def strict_shop(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Shop]:
    """Bu Siti's shop with the limits as they are."""
    async with open_shop(database_url, tmp_path / "data", limit_factor=1) as opened:
        yield opened


async def try_sign_in(phone: httpx.AsyncClient, number: str, password: str) -> httpx.Response:
    return await phone.post("/sign-in", data={"phone": number, "password": password, "next": "/"})


@pytest.mark.parametrize("typed", TYPED)
async def test_a_number_typed_in_any_way_is_the_same_number(shop: Shop, typed: str) -> None:
    phone = await shop.phone()
    assert (await try_sign_in(phone, typed, PASSWORD)).headers["location"] == "/"
    assert "Sate Bandeng Bu Siti" in (await phone.get("/")).text


async def test_letters_in_a_number_are_refused_in_words(shop: Shop) -> None:
    answer = await try_sign_in(await shop.phone(), "nol delapan satu dua", PASSWORD)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "hanya berisi angka" in answer.text


async def test_ten_wrong_passwords_slow_the_eleventh_but_not_the_phone_that_is_known(strict_shop: Shop) -> None:
    stranger = await strict_shop.phone("10.0.0.66")
    for _try in range(10):
        assert (await try_sign_in(stranger, NUMBER, "tebak saja ya")).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    eleventh = await try_sign_in(stranger, NUMBER, PASSWORD)
    assert eleventh.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert re.search(r"Tunggu \d+ menit", eleventh.text)

    assert (await strict_shop.owner.get("/voice")).status_code == HTTPStatus.OK, "who is signed in stays so"
    await strict_shop.owner.post("/sign-out")
    assert (await try_sign_in(strict_shop.owner, NUMBER, PASSWORD)).headers["location"] == "/", (
        "her own phone lets her in"
    )


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """How often a password was hashed or checked meanwhile."""
    deeds: list[str] = []
    fits, make = Passwords._fits, Passwords.hash  # noqa: SLF001 (the costly step is counted, not replaced)

    def counting_fits(self: Passwords, kept: str, password: str) -> bool:
        deeds.append("check")
        return fits(self, kept, password)

    async def counting_hash(self: Passwords, password: str) -> str:
        deeds.append("hash")
        return await make(self, password)

    with monkeypatch.context() as patch:
        patch.setattr(Passwords, "_fits", counting_fits)
        patch.setattr(Passwords, "hash", counting_hash)
        yield deeds


def plain(answer: httpx.Response, typed: str) -> tuple[Any, ...]:
    """What a stranger sees, less what she typed herself."""
    return answer.status_code, answer.headers.get("location"), answer.text.replace(typed, "…")


async def test_signing_in_does_not_tell_who_is_known(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for number in ("081234567890", "081399999999"):
        with counted(monkeypatch) as deeds:
            answer = await try_sign_in(await shop.phone(), number, "tebak saja ya")
        seen.append((*plain(answer, number), tuple(deeds)))
    assert seen[0] == seen[1]


async def test_signing_up_does_not_tell_who_is_known(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for number in ("081234567890", "081399999999"):
        with counted(monkeypatch) as deeds:
            answer = await (await shop.phone()).post(
                "/sign-up", data=NEWCOMER | {"phone": number, "password": "kata sandi lain"}
            )
        seen.append((*plain(answer, number), tuple(sorted(deeds))))
    assert seen[0] == seen[1]
    assert (await (await shop.phone()).get("/forgotten")).text.count("<input") == 0, "no number is asked for there"


async def test_signing_up_again_with_the_own_password_leads_home_and_makes_nothing_new(shop: Shop) -> None:
    phone = await shop.phone()
    await phone.post("/sign-up", data=NEWCOMER | {"phone": NUMBER})
    assert "Sate Bandeng Bu Siti" in (await phone.get("/")).text
    assert "Warung Neng" not in (await phone.get("/businesses")).text


async def test_five_taps_at_once_make_one_person_with_one_business(shop: Shop, database: Database) -> None:
    phones = [await shop.phone() for _tap in range(5)]
    answers = await asyncio.gather(*(phone.post("/sign-up", data=NEWCOMER) for phone in phones))
    assert {answer.status_code for answer in answers} == {HTTPStatus.SEE_OTHER}
    async with database.reading() as session:
        people = await session.scalar(select(func.count()).select_from(Account).where(Account.name == "Neng"))
        shops = await session.scalar(select(func.count()).select_from(Business).where(Business.name == "Warung Neng"))
    assert (people, shops) == (1, 1)


@pytest.mark.parametrize("password", ["pendek", "password", "bismillah", "081234567890", "6281234567890"])
async def test_a_password_that_is_tried_first_is_refused_in_words(shop: Shop, password: str) -> None:
    answer = await (await shop.phone()).post("/sign-up", data=NEWCOMER | {"phone": NUMBER, "password": password})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'id="f-password-error"' in answer.text


async def test_a_planted_cookie_opens_nothing_and_is_replaced_at_the_door(shop: Shop) -> None:
    phone = await shop.phone()
    phone.cookies.set("session", "planted", domain="localhost.local")
    assert (await phone.get("/voice")).headers["location"].startswith("/sign-in")
    await sign_in(phone, NUMBER)
    assert phone.cookies["session"] != "planted"


async def test_a_session_ends_by_signing_out_by_another_phone_and_by_a_new_password(shop: Shop) -> None:
    async def door(phone: httpx.AsyncClient) -> int:
        return (await phone.get("/voice")).status_code

    for put_out in ("itself", "owner", "all", "password"):
        phone = await shop.phone()
        await sign_in(phone, NUMBER)
        assert await door(phone) == HTTPStatus.OK
        kept = dict(phone.cookies)
        if put_out == "itself":
            await phone.post("/sign-out")
        elif put_out == "owner":
            found = re.search(
                r"/account/devices/[0-9a-f-]{36}/removal", (await shop.owner.get("/account/devices")).text
            )
            assert found is not None
            await shop.owner.post(found[0])
        elif put_out == "all":
            await shop.owner.post("/account/devices/removal")
        else:
            changed = await shop.owner.post(
                "/account/password", data={"current": PASSWORD, "password": "kata sandi baru"}
            )
            assert changed.headers["location"] == "/account"
        for name, value in kept.items():
            phone.cookies.set(name, value, domain="localhost.local")
        assert await door(phone) == HTTPStatus.SEE_OTHER, put_out
        assert await door(shop.owner) == HTTPStatus.OK


async def test_a_reset_link_works_once_within_a_day_and_puts_everybody_out(
    shop: Shop, database: Database, database_url: str, tmp_path: Path
) -> None:
    environment = {"ECRM_DATA": str(tmp_path / "data"), "ECRM_DATABASE_URL": database_url}

    def ask(*words: str) -> Any:
        return CliRunner().invoke(main, ["reset-link", *words], env=environment)

    async def link() -> str:
        made = await asyncio.to_thread(ask, NUMBER)
        assert made.exit_code == 0, made.output
        return str(re.search(r"/reset/[\w-]+", made.output)[0])  # type: ignore[index]  # it is there, or this fails

    late = await link()
    async with database.writing() as session:
        await session.execute(update(ResetLink).values(created_at=utc_now() - timedelta(hours=25)))
    phone = await shop.phone()
    assert (await phone.get(late)).status_code == HTTPStatus.NOT_FOUND

    way = await link()
    assert (await phone.get(way)).status_code == HTTPStatus.OK
    assert (await phone.post(way, data={"password": "pendek"})).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (await phone.post(way, data={"password": "sandi yang baru"})).headers["location"] == "/"
    assert "Sate Bandeng Bu Siti" in (await phone.get("/")).text
    assert (await shop.owner.get("/voice")).status_code == HTTPStatus.SEE_OTHER, "whoever knew the old one is out"
    assert (
        await (await shop.phone()).post(way, data={"password": "lagi dan lagi"})
    ).status_code == HTTPStatus.NOT_FOUND

    await (await shop.phone()).post("/sign-up", data=NEWCOMER | {"phone": NUMBER})
    several = await asyncio.to_thread(ask, NUMBER)
    assert several.exit_code == 1
    assert "Sate Bandeng Bu Siti" in several.output
    assert "Warung Neng" in several.output
    assert (await asyncio.to_thread(ask, NUMBER, "--account", "2")).exit_code == 0
    assert (await asyncio.to_thread(ask, "0899 9999 9999")).exit_code == 1


async def test_the_words_she_agreed_to_are_kept(shop: Shop, database: Database) -> None:
    async with database.reading() as session:
        row = (await session.execute(select(ConsentText.words, Consent.purpose, Consent.door).join(Consent))).one()
    shown = (await (await shop.phone()).get("/privacy")).text
    assert (row.purpose, row.door) == ("data-notice", "sign-up")
    assert row.words.strip().splitlines()[0] in shown


async def test_the_language_goes_with_the_phone_and_then_with_the_person(shop: Shop) -> None:
    phone = await shop.phone()
    assert (await phone.post("/language", data={"language": "en", "next": "/sign-in"})).headers[
        "location"
    ] == "/sign-in"
    assert "Forgot your password?" in (await phone.get("/sign-in")).text
    await phone.post("/sign-up", data=NEWCOMER)
    other = await shop.phone()
    await sign_in(other, NEWCOMER["phone"])
    assert "Sign out" in (await other.get("/more")).text


@pytest.mark.parametrize(
    "way", ["//example.org", "https://example.org", "/\\example.org", "javascript:alert(1)", "/a\nb"]
)
async def test_nobody_is_led_elsewhere_after_signing_in(shop: Shop, way: str) -> None:
    answer = await (await shop.phone()).post("/sign-in", data={"phone": NUMBER, "password": PASSWORD, "next": way})
    assert answer.headers["location"] == "/"


async def test_a_session_is_sent_back_over_https_only_where_people_come_by_https(
    database_url: str, tmp_path: Path, anyio_backend: str
) -> None:
    async with open_shop(database_url, tmp_path / "data", public_url="https://umkm.example.id") as opened:
        async with phone_at(opened.app) as phone:
            answer = await phone.post("/sign-up", data=NEWCOMER, headers={"Sec-Fetch-Site": "same-origin"})
        cookie = next(one for one in answer.headers.get_list("set-cookie") if "session" in one)
        assert cookie.startswith("__Host-session=")
        assert "Secure" in cookie
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
