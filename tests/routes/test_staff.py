"""Who works in Bu Siti's shop: let in by a link that works once, kept from what is the owner's, out with the next tap."""

import re
from datetime import timedelta
from http import HTTPStatus

import httpx
import pytest
from sqlalchemy import select, update

from ecrm_pwa.base.db import Database, utc_now
from ecrm_pwa.businesses.people import Invitation, Membership
from tests.cast import invite, sign_in
from tests.shop import PASSWORD, Page, Shop, complain, newest_complaint, sign_up

pytestmark = pytest.mark.anyio

DEDE = {"name": "Dede", "phone": "0811 1111 1111", "password": PASSWORD, "agreed": "on"}


async def join(shop: Shop, **fields: str) -> httpx.AsyncClient:
    """A new person of the staff, on a phone of her own."""
    phone = await shop.phone("10.0.0.9")
    answer = await phone.post(await invite(shop.owner, "Dede"), data=DEDE | fields)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return phone


async def removal_of(shop: Shop, name: str) -> str:
    """The address by which the owner takes this person out."""
    text = (await shop.owner.get("/staff")).text
    found = re.search(r"/staff/[0-9a-f-]{36}/removal", text[text.index(f"{name}<") :])
    assert found is not None
    return found[0]


async def test_who_is_invited_lands_in_the_shop_and_stands_in_the_owners_list(shop: Shop) -> None:
    phone = await shop.phone("10.0.0.9")
    way = await invite(shop.owner, "Dede")
    assert "Sate Bandeng Bu Siti" in (await phone.get(way)).text
    assert (await phone.post(way, data=DEDE)).headers["location"] == "/"
    assert "Sate Bandeng Bu Siti" in (await phone.get("/")).text
    staff = (await shop.owner.get("/staff")).text
    assert "Dede" in staff
    assert "0811-1111-1111" in staff


async def test_who_has_an_account_joins_by_one_tap_and_keeps_her_own_shop(shop: Shop) -> None:
    budi = await shop.phone("10.0.0.2")
    await sign_up(budi, "Pak Budi", "Emping Pak Budi", "0899 0000 0999")
    assert (await budi.post(await invite(shop.owner, "Budi"))).headers["location"] == "/"
    mine = (await budi.get("/businesses")).text
    assert "Emping Pak Budi" in mine
    assert "Sate Bandeng Bu Siti" in mine
    assert (await budi.get("/staff")).status_code == HTTPStatus.FORBIDDEN, "it is Bu Siti's that is open now"


async def test_a_bad_form_keeps_what_was_typed_and_does_not_use_the_link_up(shop: Shop) -> None:
    phone = await shop.phone("10.0.0.9")
    way = await invite(shop.owner, "Dede")
    refused = await phone.post(way, data=DEDE | {"phone": "nol delapan"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "hanya berisi angka" in refused.text
    assert 'value="Dede"' in refused.text
    assert (await phone.post(way, data=DEDE)).headers["location"] == "/"


async def test_an_invitation_lets_in_one_person_once(shop: Shop) -> None:
    way = await invite(shop.owner, "Dede")
    assert (await (await shop.phone("10.0.0.9")).post(way, data=DEDE)).headers["location"] == "/"
    second = await shop.phone("10.0.0.10")
    assert (await second.get(way)).status_code == HTTPStatus.NOT_FOUND
    asep = DEDE | {"name": "Asep", "phone": "0811 1111 1112"}
    assert (await second.post(way, data=asep)).status_code == HTTPStatus.NOT_FOUND
    assert "Asep" not in (await shop.owner.get("/staff")).text
    assert (await second.get("/voice")).status_code == HTTPStatus.SEE_OTHER, "and nobody was signed in"


async def test_a_revoked_invitation_opens_nothing(shop: Shop) -> None:
    way = await invite(shop.owner, "Dede")
    revocation = re.search(r"/staff/invitations/[0-9a-f-]{36}/revocation", (await shop.owner.get("/staff")).text)
    assert revocation is not None
    assert (await shop.owner.post(revocation[0])).headers["location"] == "/staff"
    phone = await shop.phone("10.0.0.9")
    assert (await phone.get(way)).status_code == HTTPStatus.NOT_FOUND
    assert (await phone.post(way, data=DEDE)).status_code == HTTPStatus.NOT_FOUND
    assert revocation[0] not in (await shop.owner.get("/staff")).text


async def test_an_invitation_is_good_for_seven_days(shop: Shop, database: Database) -> None:
    way = await invite(shop.owner, "Dede")
    phone = await shop.phone("10.0.0.9")

    async def made(ago: timedelta) -> None:
        async with database.writing() as session:
            await session.execute(update(Invitation).values(created_at=utc_now() - ago))

    await made(timedelta(days=6, hours=23))
    assert (await phone.get(way)).status_code == HTTPStatus.OK
    await made(timedelta(days=7))
    assert (await phone.get(way)).status_code == HTTPStatus.NOT_FOUND
    assert (await phone.post(way, data=DEDE)).status_code == HTTPStatus.NOT_FOUND


async def test_an_invitation_to_a_shop_that_ends_opens_nothing(shop: Shop) -> None:
    way = await invite(shop.owner, "Dede")
    await shop.owner.post("/business/ending", data={"password": PASSWORD})
    assert (await (await shop.phone("10.0.0.9")).get(way)).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "path", ["/business/profile", "/business/pictures/logo", "/business/pictures/qris", "/business/ending", "/staff"]
)
async def test_what_is_the_owners_is_refused_to_staff_in_words(shop: Shop, path: str) -> None:
    dede = await join(shop)
    for answer in (await dede.get(path), await dede.post(path if path != "/staff" else "/staff/invitations")):
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "Hanya pemilik usaha" in answer.text


async def test_staff_answer_a_complaint(shop: Shop, rina: httpx.AsyncClient) -> None:
    dede = await join(shop)
    page = await complain(rina, shop)
    complaint = await newest_complaint(shop)
    assert "Bandengnya bau" in (await dede.get(complaint)).text
    answered = await dede.post(f"{complaint}/answers", data={"words": "Mohon maaf, kami ganti"})
    assert answered.status_code == HTTPStatus.SEE_OTHER
    assert "Mohon maaf, kami ganti" in (await rina.get(page)).text


async def test_who_is_taken_out_is_out_with_the_next_tap_on_all_her_phones(shop: Shop, rina: httpx.AsyncClient) -> None:
    dede = await join(shop)
    second = await shop.phone("10.0.0.10")
    await sign_in(second, DEDE["phone"])
    await complain(rina, shop)
    complaint = await newest_complaint(shop)
    for phone in (dede, second):
        assert (await phone.get(complaint)).status_code == HTTPStatus.OK
    assert (await shop.owner.post(await removal_of(shop, "Dede"))).headers["location"] == "/staff"
    for phone in (dede, second):
        assert (await phone.get(complaint)).headers["location"] == "/businesses"
        assert (await phone.post(f"{complaint}/answers", data={"words": "Masih di sini"})).headers[
            "location"
        ] == "/businesses"
        assert "Sate Bandeng" not in (await phone.get("/businesses")).text
    assert "Masih di sini" not in (await shop.owner.get(complaint)).text
    assert "0811-1111-1111" not in (await shop.owner.get("/staff")).text


async def test_an_owner_cannot_be_taken_out(shop: Shop, database: Database) -> None:
    async with database.reading() as session:
        siti = await session.scalar(select(Membership.account_id))
    assert (await shop.owner.post(f"/staff/{siti}/removal")).status_code == HTTPStatus.NOT_FOUND
    assert (await shop.owner.get("/staff")).status_code == HTTPStatus.OK


@pytest.mark.parametrize("way", ["/", "/voice", "/more", "/businesses", "/account"])
async def test_every_link_that_staff_see_opens(shop: Shop, way: str) -> None:
    dede = await join(shop)
    links = {str(link["href"]) for link in Page((await dede.get(way)).text).all("a") if link.get("href")}
    ours = sorted(link for link in links if link.startswith("/"))
    assert ours
    for link in ours:
        assert (await dede.get(link)).status_code == HTTPStatus.OK, link
