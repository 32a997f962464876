"""Every address, for everybody, with right and wrong ids: who gets in, what leaks, what changes.

A new address needs a line in `TABLE`; the sweep fails until it has one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any

import httpx
from litestar import Litestar
from litestar.routes import HTTPRoute

from ecrm_pwa.base.db import new_id
from tests.cast import BUDI_NUMBER_MARKS, CANARY, Village
from tests.shop import picture


class Who(StrEnum):
    """Who may come in."""

    ANYBODY = "anybody"
    PERSON = "whoever is signed in"
    MEMBER = "people of the open business"
    OWNER = "its owner"


@dataclass(frozen=True)
class Door:
    """What the sweep must know of one address."""

    who: Who
    fields: dict[str, str] = field(default_factory=dict)
    files: bool = False
    json: bool = False
    secret: str = ""
    """Which of Bu Siti's secrets stands in the address."""
    by_customers: bool = False
    """Writes for whoever comes by, into the business that is named: not tried on the neighbour's."""
    erases: bool = False
    """What other doors lead to is gone afterwards, so it is called after them."""
    ends_session: bool = False
    """The one who calls it is signed out afterwards, so it is called last and once."""


PROFILE = {
    "name": "Sate Bandeng Bu Siti",
    "kind": "food",
    "zone": "Asia/Jakarta",
    "greeting": "halo",
    "promise_hours": "24",
    "version": "1",
}

A, P, M, O = Who.ANYBODY, Who.PERSON, Who.MEMBER, Who.OWNER  # noqa: E741 (a table reads better with short names)

TABLE: dict[tuple[str, str], Door] = {
    ("GET", "/"): Door(A),
    ("GET", "/health"): Door(A),
    ("GET", "/service-worker.js"): Door(A),
    ("GET", "/manifest.json"): Door(A),
    ("GET", "/offline"): Door(A),
    ("GET", "/install"): Door(A),
    ("GET", "/share"): Door(P),
    ("POST", "/share"): Door(P, {"text": "Pesan dua"}),
    ("GET", "/more"): Door(P),
    ("GET", "/outbox"): Door(P),
    ("GET", "/privacy"): Door(A),
    ("GET", "/sign-up"): Door(A),
    ("POST", "/sign-up"): Door(A, {"name": "X"}),
    ("GET", "/sign-in"): Door(A),
    ("POST", "/sign-in"): Door(A, {"phone": "0812 0000 0000", "password": "bukan ini", "next": "//example.org"}),
    ("POST", "/sign-out"): Door(P, ends_session=True),
    ("POST", "/language"): Door(A, {"language": "id", "next": "https://example.org/"}),
    ("GET", "/forgotten"): Door(A),
    ("GET", "/reset/{secret}"): Door(A),
    ("POST", "/reset/{secret}"): Door(A, {"password": "kata sandi baru"}),
    ("POST", "/sign-in/passkey/question"): Door(A, json=True),
    ("POST", "/sign-in/passkey"): Door(A, json=True),
    ("GET", "/account"): Door(P),
    ("POST", "/account"): Door(P, {"name": "Sama saja", "phone": "123", "language": "id"}),
    ("GET", "/account/password"): Door(P),
    ("POST", "/account/password"): Door(P, {"current": "bukan ini", "password": "kata sandi baru"}),
    ("GET", "/account/devices"): Door(P),
    ("POST", "/account/devices/{session_id}/removal"): Door(P),
    ("POST", "/account/devices/removal"): Door(P),
    ("GET", "/account/passkeys"): Door(P),
    ("POST", "/account/passkeys"): Door(P, json=True),
    ("POST", "/account/passkeys/question"): Door(P, json=True),
    ("POST", "/account/passkeys/{key}/removal"): Door(P),
    ("GET", "/business/profile"): Door(O),
    ("POST", "/business/profile"): Door(O, PROFILE),
    ("POST", "/business/listing"): Door(O, {"listed": "yes"}),
    ("GET", "/toko"): Door(A),
    ("GET", "/business/pictures/{role}"): Door(O),
    ("POST", "/business/pictures/{role}"): Door(O, files=True),
    ("POST", "/business/pictures/{role}/removal"): Door(O),
    ("GET", "/business/ending"): Door(O),
    ("POST", "/business/ending"): Door(O, {"password": "bukan ini"}),
    ("POST", "/business/ending/cancellation"): Door(O),
    ("GET", "/business/qr"): Door(M),
    ("GET", "/business/qr.svg"): Door(M),
    ("GET", "/business/qr.png"): Door(M),
    ("GET", "/business/qr/poster.pdf"): Door(M),
    ("POST", "/business/qr/printed"): Door(M),
    ("GET", "/products"): Door(M),
    ("GET", "/products/new"): Door(M),
    ("POST", "/products"): Door(M, {"name": "Otak-otak", "price": "15rb"}),
    ("GET", "/products/{product_id}"): Door(M),
    ("POST", "/products/{product_id}"): Door(M, {"name": "Otak-otak", "price": "15.000", "version": "1"}),
    ("GET", "/products/{product_id}/edit"): Door(M),
    ("GET", "/products/{product_id}/photo"): Door(M),
    ("POST", "/products/{product_id}/photo"): Door(M, files=True),
    ("POST", "/products/{product_id}/photo/removal"): Door(M),
    ("POST", "/products/{product_id}/availability"): Door(M, {"to": "no"}),
    ("POST", "/products/{product_id}/visibility"): Door(M, {"to": "yes"}),
    ("POST", "/products/{product_id}/stock"): Door(M, {"by": "1"}),
    ("POST", "/products/{product_id}/position"): Door(M, {"to": "up"}),
    ("GET", "/products/{product_id}/batches"): Door(M),
    ("POST", "/products/{product_id}/batches"): Door(M, {"place": "Warung Bu Eni"}),
    ("GET", "/products/{product_id}/batches/{batch_id}/labels.pdf"): Door(M),
    ("POST", "/products/{product_id}/removal"): Door(O),
    ("POST", "/products/{product_id}/restoration"): Door(O),
    ("GET", "/businesses"): Door(P),
    ("POST", "/businesses"): Door(P),
    ("POST", "/businesses/{business_id}/opening"): Door(P),
    ("GET", "/staff"): Door(O),
    ("POST", "/staff/invitations"): Door(O, {"label": "Seseorang"}),
    ("POST", "/staff/invitations/{invitation_id}/revocation"): Door(O),
    ("POST", "/staff/{account_id}/removal"): Door(O),
    ("GET", "/join/{secret}"): Door(A),
    ("POST", "/join/{secret}"): Door(A, {"name": "X"}),
    ("GET", "/photos/{photo_id}"): Door(M),
    ("GET", "/photos/{photo_id}/thumb"): Door(M),
    ("GET", "/toko/{slug}"): Door(A),
    ("GET", "/toko/{slug}/logo"): Door(A),
    ("GET", "/toko/{slug}/katalog"): Door(A),
    ("GET", "/toko/{slug}/b/{batch_code}"): Door(A),
    ("GET", "/toko/{slug}/barang/{product_code}"): Door(A),
    ("GET", "/toko/{slug}/barang/{product_code}/foto"): Door(A),
    ("GET", "/toko/{slug}/barang/{product_code}/foto/besar"): Door(A),
    ("GET", "/toko/{slug}/barang/{product_code}/kartu.jpg"): Door(A),
    ("GET", "/toko/{slug}/testimoni"): Door(A),
    ("GET", "/toko/{slug}/lacak"): Door(A),
    ("POST", "/toko/{slug}/nilai"): Door(A, {"face": "4"}, by_customers=True),
    ("GET", "/toko/{slug}/nilai/{rating_id}"): Door(A),
    ("POST", "/toko/{slug}/nilai/{rating_id}"): Door(A, {"words": "Bukan kata saya"}),
    ("POST", "/toko/{slug}/keluhan"): Door(A, {"category": "late", "words": "Lama"}, by_customers=True),
    ("GET", "/k/{secret}"): Door(A, secret="k"),
    ("POST", "/k/{secret}/messages"): Door(A, {"words": "Bagaimana?"}, secret="k"),
    ("POST", "/k/{secret}/photos"): Door(A, files=True, secret="k"),
    ("POST", "/k/{secret}/verdict"): Door(A, {"well": "no"}, secret="k"),
    ("GET", "/k/{secret}/photos/{photo_id}"): Door(A, secret="k"),
    ("POST", "/ratings/{rating_id}/release"): Door(M),
    ("GET", "/orders"): Door(M),
    ("GET", "/orders/new"): Door(M),
    ("POST", "/orders"): Door(M, {"other_name": "Gipang", "other_price": "15rb", "way": "pickup", "paid": ""}),
    ("GET", "/orders/paste"): Door(M),
    ("POST", "/orders/paste"): Door(M, {"text": "1. Bu Ani sate bandeng 2"}),
    ("POST", "/orders/paste/orders"): Door(M, {"text": "1. Bu Ani sate bandeng 2", "seen": "x"}),
    ("GET", "/orders/paste/{paste_id}"): Door(M),
    ("POST", "/orders/paste/{paste_id}/undone"): Door(M),
    ("GET", "/orders/debts"): Door(M),
    ("GET", "/orders/debts/{customer_id}"): Door(M),
    ("GET", "/orders/{order_id}"): Door(M),
    ("GET", "/orders/{order_id}/nota"): Door(M),
    ("GET", "/orders/{order_id}/nota.png"): Door(M),
    ("GET", "/orders/{order_id}/edit"): Door(M),
    ("POST", "/orders/{order_id}/edit"): Door(M, {"way": "pickup", "version": "1"}),
    ("GET", "/orders/{order_id}/payments"): Door(M),
    ("POST", "/orders/{order_id}/payments"): Door(M, {"kind": "cash", "amount": "5rb"}),
    ("POST", "/orders/{order_id}/payments/{payment_id}/counter"): Door(M),
    ("POST", "/orders/{order_id}/steps"): Door(M, {"status": "processing"}),
    ("POST", "/orders/{order_id}/steps/undone/{status}"): Door(M),
    ("POST", "/orders/{order_id}/release"): Door(M),
    ("GET", "/voice"): Door(M),
    ("GET", "/complaints/{complaint_id}"): Door(M),
    ("POST", "/complaints/{complaint_id}/answers"): Door(M, {"words": "Mohon maaf"}),
    ("POST", "/complaints/{complaint_id}/start"): Door(M),
    ("POST", "/complaints/{complaint_id}/resolution"): Door(M),
    ("POST", "/complaints/{complaint_id}/release"): Door(M),
    ("POST", "/complaints/{complaint_id}/links"): Door(M),
    ("POST", "/complaints/{complaint_id}/links/{link_id}/revocation"): Door(M),
    ("GET", "/customers"): Door(M),
    ("GET", "/customers/snapshot"): Door(M),
    ("GET", "/customers/new"): Door(M),
    ("POST", "/customers"): Door(M, {"name": "Neng", "phone": "0812 7777 0000", "consent": "1"}),
    ("GET", "/customers/import"): Door(M),
    ("POST", "/customers/import"): Door(M, {"source": "paste", "text": "Bu Tuti 0812 7777 0001"}),
    ("GET", "/customers/import/{import_id}"): Door(M),
    ("POST", "/customers/import/{import_id}"): Door(M, {"shown": "0", "room": "new", "act": "save"}),
    ("POST", "/customers/import/{import_id}/steps"): Door(M, {"most": "1"}),
    ("POST", "/customers/import/{import_id}/undoing"): Door(M),
    ("POST", "/customers/import/{import_id}/discarding"): Door(M),
    ("GET", "/customers/{customer_id}/merging"): Door(M),
    ("GET", "/customers/{customer_id}/merging/{other_id}"): Door(M),
    ("POST", "/customers/{customer_id}/merging/{other_id}"): Door(M, {"from_gone": "name"}),
    ("POST", "/customers/{customer_id}/merging/{merge_id}/undoing"): Door(M),
    ("GET", "/customers/{customer_id}"): Door(M),
    ("GET", "/customers/{customer_id}/edit"): Door(M),
    ("POST", "/customers/{customer_id}/edit"): Door(M, {"version": "1", "name": "Bukan dia"}),
    ("POST", "/customers/{customer_id}/consents"): Door(M, {"given": "yes"}),
    ("POST", "/customers/{customer_id}/number"): Door(M, {"taken": "no"}),
    ("POST", "/customers/{customer_id}/links"): Door(O),
    ("POST", "/customers/{customer_id}/links/{data_link_id}/revocation"): Door(O),
    ("GET", "/customers/{customer_id}/erasure"): Door(O),
    ("POST", "/customers/{customer_id}/erasure"): Door(O, erases=True),
    ("GET", "/data/selesai"): Door(A),
    ("GET", "/data/{secret}"): Door(A, secret="data"),
    ("POST", "/data/{secret}"): Door(A, {"version": "1", "name": "Rina"}, secret="data"),
    ("POST", "/data/{secret}/consents"): Door(A, {"given": "no"}, secret="data"),
    ("GET", "/data/{secret}/copy.json"): Door(A, secret="data"),
    ("GET", "/data/{secret}/copy.csv"): Door(A, secret="data"),
    ("GET", "/data/{secret}/erasure"): Door(A, secret="data"),
    ("POST", "/data/{secret}/erasure"): Door(A, secret="forget", erases=True),
}

# Asked of the web server rather than the app: static files have tests of their own.
ELSEWHERE = {"/static/{path}"}

PUBLIC_WORDS = (
    "business-name",
    "business-about",
    "business-hamlet",
    "business-district",
    "product-name",
    "product-unit",
    "product-category",
    "product-description",
    "batch-place",
)
"""What a shop itself shows to everybody on its page."""

NEEDED_HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
)
GARBAGE = ("nope", "%00", "..%2F..%2Fetc", "9" * 400, "<script>", "00000000-0000-0000-0000-000000000000")


def doors_of(app: Litestar) -> Iterator[tuple[str, str]]:
    """Every method and address of the app; fails for one that the table does not know."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or route.path_format in ELSEWHERE:
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                door = (method, route.path_format)
                assert door in TABLE, f"{door} is new: say in TABLE of tests/sweep.py who may come in"
                yield door


@dataclass
class Sweep:
    """One walk through all doors; `problems` are sentences."""

    village: Village
    problems: list[str] = field(default_factory=list)
    requests: int = 0

    async def everybody(self) -> None:
        """Each person tries each door with each kind of id."""
        for name in ("stranger", "signed out", "lonely", "staff", "owner"):
            await self.walk(name)

    async def walk(
        self, name: str, kinds: tuple[str, ...] = ("right", "foreign", "random", "garbage", "mixed")
    ) -> None:
        """One person, all doors; afterwards nothing of Pak Budi's may be different."""
        before = await self.village.budis_rows()
        doors = sorted(
            doors_of(self.village.shop.app),
            key=lambda door: (TABLE[door].ends_session, TABLE[door].erases, door[1], door[0]),
        )
        for method, path in doors:
            door = TABLE[method, path]
            if door.by_customers:
                tried = tuple(kind for kind in kinds if kind != "foreign")
            else:
                tried = kinds if "{" in path else ("right",)
            for kind in tried:
                for address in self.addresses(path, door, kind):
                    await self.knock(name, method, path, address, door, kind)
        after = await self.village.budis_rows()
        if before != after:
            changed = set(before) ^ set(after)
            self.problems.append(f"{name} changed rows of Pak Budi's: {sorted(changed)[:4]}")

    def addresses(self, path: str, door: Door, kind: str) -> Iterator[str]:
        """The address with its parts filled in."""
        names = re.findall(r"\{(\w+)\}", path)
        if kind == "mixed" and len(set(names) - {"status"}) < 2:
            return
        if kind == "garbage":
            for garbage in GARBAGE:
                yield path.format(**dict.fromkeys(names, garbage))
            return
        values = {}
        for place, name in enumerate(names):
            if name == "secret":
                own = kind in {"right", "mixed"} and door.secret
                values[name] = self.village.secrets[door.secret] if own else "a" * 43
            elif name == "role":
                values[name] = "logo"
            elif name == "status":
                values[name] = "new"
            elif kind == "random":
                values[name] = str(new_id())
            else:
                whose = (
                    self.village.right if kind == "right" or (kind == "mixed" and place == 0) else self.village.foreign
                )
                values[name] = whose[name]
        yield path.format(**values)

    async def knock(self, name: str, method: str, path: str, address: str, door: Door, kind: str) -> None:
        """One request, and everything that can be wrong with its answer."""
        self.requests += 1
        phone = self.village.people[name]
        answer = await _send(phone, method, address, door)
        told = f"{name}: {method} {address[:90]} ({kind}) -> {answer.status_code}"
        status = answer.status_code
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.problems.append(f"{told}: an error of ours")
        unknown = kind == "garbage" and status == HTTPStatus.NOT_FOUND  # a slash in a name makes another address
        if not unknown and (wrong := _unwelcome(name, door, answer)) is not None:
            self.problems.append(f"{told}: {wrong}")
        elif (
            status != HTTPStatus.NOT_FOUND
            and kind in {"foreign", "random", "mixed"}
            and _is_tenants(path)
            and _comes_in(name, door)
        ):
            self.problems.append(f"{told}: should not be found")
        self.problems += [f"{told}: {problem}" for problem in _leaks(answer, path)]
        self.problems += [f"{told}: {problem}" for problem in _bad_manners(answer)]


async def _send(phone: httpx.AsyncClient, method: str, address: str, door: Door) -> httpx.Response:
    if method == "GET":
        return await phone.get(address)
    if door.json:
        return await phone.post(address, json={"id": "x", "rawId": "x", "response": {"clientDataJSON": "e30"}})
    if door.files:
        return await phone.post(address, files={"photo": ("p.png", picture(), "image/png")})
    return await phone.post(address, data=door.fields)


def _comes_in(name: str, door: Door) -> bool:
    return {
        Who.ANYBODY: True,
        Who.PERSON: name in {"lonely", "staff", "owner", "neighbour"},
        Who.MEMBER: name in {"staff", "owner", "neighbour"},
        Who.OWNER: name in {"owner", "neighbour"},
    }[door.who]


def _is_tenants(path: str) -> bool:
    """Whether an id in the address names a record of one business or person."""
    return re.search(r"\{(?!slug|secret|role|status)\w+\}", path) is not None and not path.startswith(
        ("/k/", "/data/", "/toko/")
    )


def _unwelcome(name: str, door: Door, answer: httpx.Response) -> str | None:
    """What is wrong when somebody who may not come in is not sent away, or not in the right way."""
    if _comes_in(name, door):
        if answer.headers.get("location", "").startswith("/sign-in") or answer.status_code == HTTPStatus.UNAUTHORIZED:
            return "should have come in"
        return None
    if name in {"stranger", "signed out"}:
        sent = answer.status_code == HTTPStatus.SEE_OTHER and answer.headers["location"].startswith("/sign-in")
        return None if sent or answer.status_code == HTTPStatus.UNAUTHORIZED else "should have been asked to sign in"
    if name == "lonely":
        return (
            None
            if answer.headers.get("location") == "/businesses"
            else "has no business, so should be led to /businesses"
        )
    return None if answer.status_code == HTTPStatus.FORBIDDEN else "should be forbidden"


def _leaks(answer: httpx.Response, path: str) -> Iterator[str]:
    text = answer.text + str(answer.headers)
    for mark in BUDI_NUMBER_MARKS:
        if mark in text:
            yield "tells Pak Budi's number"
    for found in set(re.findall(rf"{CANARY}-([a-z_-]+)", text)):
        if not (path.startswith("/toko/") and found in PUBLIC_WORDS):
            yield f"tells Pak Budi's {found}"


def _bad_manners(answer: httpx.Response) -> Iterator[str]:
    for header in NEEDED_HEADERS:
        if header not in answer.headers:
            yield f"lacks {header}"
    location = answer.headers.get("location", "/")
    if not location.startswith("/") or location.startswith("//"):
        yield f"leads elsewhere: {location}"
    for cookie in answer.headers.get_list("set-cookie"):
        lowered: Any = cookie.lower()
        if "samesite=lax" not in lowered or "httponly" not in lowered or "path=/" not in lowered:
            yield f"sets a careless cookie: {cookie.split('=')[0]}"
    keeping = answer.headers["cache-control"]
    if "x-page-owner" in answer.headers and "no-store" not in keeping and "private" not in keeping:
        yield "may be kept by a shared cache"
