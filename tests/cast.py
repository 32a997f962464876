"""Everybody at once: Bu Siti with her staff, Pak Budi next door, and who has no business here. His data is full of canaries."""

import base64
import re
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Table, Text, select, update

from ecrm_pwa.accounts import Account, Passkey, ResetLink
from ecrm_pwa.base.db import Base, Database, new_id, utc_now
from ecrm_pwa.base.tokens import new_token
from tests.shop import PASSWORD, Shop, newest_complaint, open_shop, picture, sign_up

CANARY = "kenari"
BUDI_NUMBER = "+628990000999"
BUDI_NUMBER_MARKS = ("8990000999", "0899-0000-0999")
ID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"

# Columns whose words the database or the app binds to a few values, or that name a file: no canary can sit there.
BOUND = {
    ("account", "language"),
    ("account", "phone"),
    ("account", "password_hash"),
    ("business", "slug"),
    ("business", "kind"),
    ("business", "zone"),
    ("business", "greeting"),
    ("business", "open_days"),
    ("business", "opens_at"),
    ("business", "closes_at"),
    ("business", "whatsapp"),
    ("business_picture", "role"),
    ("complaint", "category"),
    ("complaint", "code"),
    ("complaint", "phone"),
    ("complaint", "source"),
    ("complaint", "status"),
    ("complaint_step", "status"),
    ("membership", "role"),
    ("photo", "name"),
    ("photo", "sha256"),
    ("customer_order", "due_on"),
    ("customer_order", "source"),
    ("customer_order", "status"),
    ("customer_order", "way"),
    ("order_payment", "due_on"),
    ("order_payment", "kind"),
    ("order_step", "before"),
    ("order_step", "status"),
    ("batch", "code"),
    ("batch", "made_on"),
    ("product", "code"),
    ("rating", "day"),
    ("rating", "source"),
    ("consent", "purpose"),
    ("consent", "door"),
    ("customer", "phone"),
    ("customer_consent", "door"),
    ("customer_import", "source"),
    ("customer_import_row", "phone"),
    ("customer_import_row", "verdict"),
    ("customer_merge", "changes"),
    ("customer_number_wish", "phone"),
}


@dataclass
class Village:
    """The people, by the names that the sweep calls them, and the ids of what they have."""

    shop: Shop
    database: Database
    people: dict[str, httpx.AsyncClient]
    right: dict[str, str]
    """Bu Siti's ids, by the name of the part of the address."""
    foreign: dict[str, str]
    """Pak Budi's."""
    budi: uuid.UUID
    budis_business: uuid.UUID
    secrets: dict[str, str] = field(default_factory=dict)

    async def budis_rows(self) -> list[str]:
        """Every row that is Pak Budi's, to be compared with what it was."""
        rows = []
        async with self.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                for condition in _his(table, self.budi, self.budis_business):
                    rows += [
                        f"{table.name}: {row}" for row in (await session.execute(select(table).where(condition))).all()
                    ]
        return sorted(rows)


@asynccontextmanager
async def open_village(database_url: str, data: Path) -> AsyncIterator[Village]:
    """Everybody has signed up, worked, rated and complained; then the canaries are put into Pak Budi's rows."""
    async with open_shop(database_url, data) as shop:
        database = Database.open(database_url)
        try:
            yield await _settle(shop, database)
        finally:
            await database.close()


async def _settle(shop: Shop, database: Database) -> Village:
    siti, budi = shop.owner, await shop.phone("10.0.0.2")
    await sign_up(budi, "Pak Budi", "Emping Pak Budi", BUDI_NUMBER)
    dede = await _staff(shop, siti, "Dede", "0811 1111 1111")
    await _staff(shop, siti, "Asep", "0811 1111 1112")
    await _staff(shop, budi, "Udin", "0811 1111 1113")
    lonely = await _staff(shop, siti, "Ujang", "0811 1111 1114")
    await siti.post(f"/staff/{_id((await siti.get('/staff')).text, 'staff', 'removal', -1)}/removal")
    signed_out = await shop.phone("10.0.0.3")
    await sign_in(signed_out, "0812 3456 7890")
    old_cookies = dict(signed_out.cookies)
    await signed_out.post("/sign-out")
    for name, value in old_cookies.items():
        signed_out.cookies.set(name, value, domain="localhost.local")

    right, secrets = await _fill(shop, siti, database)
    budis_shop = replace(shop, owner=budi, slug=_slug((await budi.get("/business/profile")).text))
    foreign, _secrets = await _fill(budis_shop, budi, database)
    async with database.reading() as session:
        found = await session.execute(select(Account.id).where(Account.phone == BUDI_NUMBER))
        budi_id = found.scalar_one()
    village = Village(
        shop=shop,
        database=database,
        people={
            "stranger": await shop.phone("10.0.0.4"),
            "signed out": signed_out,
            "owner": siti,
            "staff": dede,
            "neighbour": budi,
            "lonely": lonely,
        },
        right=right,
        foreign=foreign,
        budi=budi_id,
        budis_business=uuid.UUID(foreign["business_id"]),
        secrets=secrets,
    )
    await _put_canaries(village)
    return village


async def sign_in(phone: httpx.AsyncClient, number: str) -> None:
    """Signs a phone in."""
    answer = await phone.post("/sign-in", data={"phone": number, "password": PASSWORD, "next": "/"})
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text


async def _staff(shop: Shop, owner: httpx.AsyncClient, name: str, number: str) -> httpx.AsyncClient:
    phone = await shop.phone("10.0.0.9")
    way = await invite(owner, name)
    answer = await phone.post(way, data={"name": name, "phone": number, "password": PASSWORD, "agreed": "on"})
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return phone


async def invite(owner: httpx.AsyncClient, name: str) -> str:
    """The address of a new invitation."""
    found = re.search(r"/join/[\w-]+", (await owner.post("/staff/invitations", data={"label": name})).text)
    assert found is not None
    return found[0]


async def _fill(shop: Shop, owner: httpx.AsyncClient, database: Database) -> tuple[dict[str, str], dict[str, str]]:
    """Works in a business until it has one of everything; gives the ids and the secrets."""
    rina = await shop.phone("10.0.0.7")
    saved = await owner.post("/business/pictures/logo", files={"photo": ("logo.png", picture(), "image/png")})
    assert saved.status_code == HTTPStatus.SEE_OTHER, saved.text
    goods = await _stock(owner)
    rated = await rina.post(f"{shop.path}/nilai", data={"face": "5", "batch": goods["batch_code"]})
    rating = rated.headers["location"].rsplit("/", 1)[1]
    filed = await rina.post(
        f"{shop.path}/keluhan",
        data={
            "category": "packaging",
            "words": "Bungkusnya bocor",
            "customer_name": "Rina",
            "phone": "0812 9999 0000",
            "batch": goods["batch_code"],
        },
    )
    complaint_page = filed.headers["location"]
    await rina.post(f"{complaint_page}/photos", files={"photo": ("p.png", picture(colour="red"), "image/png")})
    complaint = (await newest_complaint(shop)).rsplit("/", 1)[1]
    await owner.post(f"/complaints/{complaint}/answers", data={"words": "Mohon maaf"})
    await owner.post(f"/complaints/{complaint}/links")

    customer, data = await _know_a_customer(owner)
    neng = (await owner.post("/customers", data={"name": "Neng", "phone": "0812 9999 0002"})).headers["location"]
    forget = _first(r"/data/([\w-]+)", (await owner.post(f"{neng}/links")).text)
    invitation = await invite(owner, "Belum datang")
    complaint_text = (await owner.get(f"/complaints/{complaint}")).text
    staff_text = (await owner.get("/staff")).text
    async with database.writing() as session:
        business_id = (
            await session.execute(
                select(Base.metadata.tables["business"].c.id).where(
                    Base.metadata.tables["business"].c.slug == shop.slug
                )
            )
        ).scalar_one()
        membership = Base.metadata.tables["membership"]
        account_id = (
            await session.execute(
                select(membership.c.account_id).where(
                    membership.c.business_id == business_id, membership.c.role == "owner"
                )
            )
        ).scalar_one()
        passkey = new_id().bytes
        session.add(
            Passkey(
                account_id=account_id,
                id=passkey,
                public_key=b"key",
                sign_count=0,
                device="Chrome",
                created_at=utc_now(),
                used_at=None,
            )
        )
        reset, reset_hash = new_token()
        session.add(ResetLink(token_hash=reset_hash, account_id=account_id, created_at=utc_now(), used_at=None))
    second_phone = await shop.phone("10.0.0.8")
    number = "0812 3456 7890" if shop.slug.startswith("sate") else BUDI_NUMBER
    await sign_in(second_phone, number)
    devices_text = (await owner.get("/account/devices")).text
    ids = (
        goods
        | customer
        | await _take_order(owner, goods["product_id"])
        | {
            "slug": shop.slug,
            "business_id": str(business_id),
            "complaint_id": complaint,
            "rating_id": rating,
            "photo_id": _first(rf"/photos/({ID})", complaint_text),
            "link_id": _id(complaint_text, "links", "revocation", 0),
            "invitation_id": _id(staff_text, "invitations", "revocation", 0),
            "account_id": _id(staff_text, "staff", "removal", -1),
            "session_id": _id(devices_text, "devices", "removal", 0),
            "key": _urlsafe(passkey),
            "role": "logo",
        }
    )
    ids |= customer | await _bring_a_list(owner)
    secrets = {
        "data": data,
        "forget": forget,
        "k": complaint_page.rsplit("/", 1)[1],
        "join": invitation.rsplit("/", 1)[1],
        "reset": reset,
    }
    return ids, secrets


async def _take_order(owner: httpx.AsyncClient, product: str) -> dict[str, str]:
    """An order of a customer who owes it; their ids."""
    fields = {
        f"q.{product}.35000": "2",
        "customer_name": "Bu Ani",
        "phone": "0812 9999 0001",
        "way": "delivery",
        "address": "Kp. Baru",
        "note": "Jangan pedas",
        "paid": "credit",
    }
    order = (await owner.post("/orders", data=fields)).headers["location"]
    await owner.post(f"{order}/steps", data={"status": "processing"})
    text = "1. Bu Ani sate bandeng 2"
    seen = _first(r'name="seen" value="(\w+)"', (await owner.post("/orders/paste", data={"text": text})).text)
    paste = str(new_id())
    customer = _first(rf"/orders/debts/({ID})", (await owner.get("/orders/debts")).text)
    await owner.post("/orders/paste/orders", data={"id": paste, "text": text, "seen": seen, "who.0": customer})
    return {
        "paste_id": paste,
        "order_id": order.rsplit("/", 1)[1],
        "payment_id": _id((await owner.get(order)).text, "payments", "counter", 0),
        "customer_id": customer,
    }


async def _stock(owner: httpx.AsyncClient) -> dict[str, str]:
    """A product with a picture and a batch; their ids and codes."""
    product, batch = str(new_id()), str(new_id())
    fields = {"id": product, "name": "Sate bandeng", "price": "35rb", "category": "Olahan ikan"}
    await owner.post("/products", data=fields)
    await owner.post(f"/products/{product}/photo", files={"photo": ("s.png", picture(colour="brown"), "image/png")})
    await owner.post(f"/products/{product}/batches", data={"id": batch, "place": "Warung Bu Eni"})
    return {
        "product_id": product,
        "product_code": _first(r"/barang/([0-9A-Z]{4})", (await owner.get(f"/products/{product}")).text),
        "batch_id": batch,
        "batch_code": _first(r">([0-9A-Z]{4})</small>", (await owner.get(f"/products/{product}/batches")).text),
    }


async def _know_a_customer(owner: httpx.AsyncClient) -> tuple[dict[str, str], str]:
    """Rina, twice written down, who may be written to and asks for another number; the ids, and the secret of her data."""
    typed = {
        "name": "Rina",
        "phone": "0812 9999 0000",
        "hamlet": "Kelapa Kurung",
        "label": "langganan",
        "note": "pedas",
    }
    way = (await owner.post("/customers", data=typed)).headers["location"]
    await owner.post("/customers", data=typed | {"name": "Rina Marlina"})
    await owner.post(f"{way}/consents", data={"given": "yes"})
    shared = (await owner.post(f"{way}/links")).text
    data = _first(r"/data/([\w-]+)", shared)
    version = _first(r'name="version" value="(\d+)"', (await owner.get(f"{way}/edit")).text)
    wish = {"version": version, "name": "Rina", "phone": "0812 9999 0010", "hamlet": "Kelapa Kurung"}
    answer = await owner.post(f"/data/{data}", data=wish)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    ids = {"customer_id": way.rsplit("/", 1)[1]}
    return ids | {"data_link_id": _id((await owner.get(way)).text, "links", "revocation", 0)}, data


async def _bring_a_list(owner: httpx.AsyncClient) -> dict[str, str]:
    """A list that waits to be looked through, two records that were merged, and one that could be."""
    pasted = {"source": "paste", "text": "Bu Tuti 0812 9999 0021\nBu Dewi"}
    draft = (await owner.post("/customers/import", data=pasted)).headers["location"]
    ways = [
        (await owner.post("/customers", data={"name": name, "phone": number})).headers["location"]
        for name, number in (
            ("Ujang", "0812 9999 0022"),
            ("Ujang warung", "0812 9999 0023"),
            ("Iyah", "0812 9999 0024"),
        )
    ]
    kept, gone, other = (way.rsplit("/", 1)[1] for way in ways)
    merged = await owner.post(f"/customers/{kept}/merging/{gone}", data={"from_gone": "name"})
    assert merged.status_code == HTTPStatus.SEE_OTHER, merged.text
    merge = _id((await owner.get(f"/customers/{kept}/merging")).text, "merging", "undoing", 0)
    return {"import_id": draft.rsplit("/", 1)[1], "other_id": other, "merge_id": merge}


async def _put_canaries(village: Village) -> None:
    async with village.database.writing() as session:
        for table in Base.metadata.sorted_tables:
            words: dict[str, Any] = {
                column.name: f"{CANARY}-{table.name}-{column.name}"
                for column in table.columns
                if isinstance(column.type, Text) and (table.name, column.name) not in BOUND
            }
            for condition in _his(table, village.budi, village.budis_business) if words else ():
                await session.execute(update(table).where(condition).values(words))
        complaint = Base.metadata.tables["complaint"]
        await session.execute(
            update(complaint).where(complaint.c.business_id == village.budis_business).values(phone=BUDI_NUMBER)
        )
        for name in ("customer", "customer_number_wish"):
            table = Base.metadata.tables[name]
            await session.execute(
                update(table)
                .where(table.c.business_id == village.budis_business, table.c.phone.like("%0"))
                .values(phone=BUDI_NUMBER)
            )


def _his(table: Table, account_id: uuid.UUID, business_id: uuid.UUID) -> Sequence[Any]:
    conditions: list[Any] = []
    if "business_id" in table.columns:
        conditions.append(table.c.business_id == business_id)
    elif "account_id" in table.columns:
        conditions.append(table.c.account_id == account_id)
    elif table.name == "business":
        conditions.append(table.c.id == business_id)
    elif table.name == "account":
        conditions.append(table.c.id == account_id)
    return conditions


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, pattern
    return found[1]


def _id(text: str, before: str, after: str, place: int) -> str:
    return str(re.findall(rf"/{before}/({ID})/{after}", text)[place])


def _slug(text: str) -> str:
    return _first(r"/toko/([a-z0-9-]+)", text)


def _urlsafe(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode().rstrip("=")
