"""Whatever is typed into whatever field: a clear sentence beside it or a record as it was typed; never an error of ours."""

import re
import unicodedata
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
import pytest
from sqlalchemy import select

from ecrm_pwa.base.inputs import Refused, Text
from ecrm_pwa.businesses import Business
from ecrm_pwa.routes import businesses, satisfaction, staff
from ecrm_pwa.routes.accounts import coming_in, own, reset
from ecrm_pwa.routes.complaints import customer, owner
from ecrm_pwa.routes.customers import imports, merges, own_data, people
from ecrm_pwa.routes.orders import owner as orders
from ecrm_pwa.routes.orders import paste, recording
from ecrm_pwa.routes.products import batches, goods
from ecrm_pwa.web import forms
from tests.cast import Village, open_village
from tests.hostile import RAW, STRINGS
from tests.shop import Page

pytestmark = pytest.mark.anyio

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

PROFILE = {
    "name": "Sate Bandeng Bu Siti",
    "kind": "food",
    "promise_hours": "24",
    "zone": "Asia/Jakarta",
    "greeting": "halo",
}
NEW_PERSON = {"name": "Neng", "phone": "0813 0000 0001", "password": "kata sandi panjang", "agreed": "1"}

# Person, address, form, and fields with which it would be taken. `{…}` is one of Bu Siti's own ids or secrets.
DOORS: list[tuple[str, str, Any, dict[str, str]]] = [
    ("owner", "/business/profile", businesses.Profile, PROFILE | {"version": "1"}),
    ("owner", "/business/listing", businesses.Listing, {"listed": "no"}),
    ("owner", "/businesses", businesses.NewBusiness, {"business_name": "Usaha kedua"}),
    ("owner", "/staff/invitations", staff.NewInvitation, {"label": "Dede"}),
    ("owner", "/account", own.Own, {"name": "Bu Siti", "phone": "0812 3456 7890", "language": "id"}),
    ("owner", "/products", goods.NewProduct, {"id": "", "name": "Sate bandeng", "price": "35rb"}),
    ("owner", "/products/{product_id}", goods.Change, {"name": "Sate bandeng", "price": "35rb", "version": "1"}),
    ("owner", "/products/{product_id}/availability", goods.Answer, {"to": "yes", "back": ""}),
    ("owner", "/products/{product_id}/visibility", goods.Answer, {"to": "yes", "back": ""}),
    ("owner", "/products/{product_id}/stock", goods.Stock, {"by": "", "stock": "5"}),
    ("owner", "/products/{product_id}/batches", batches.NewBatch, {"id": "", "made_on": "", "place": "Warung Bu Eni"}),
    ("owner", "/products/{product_id}/position", goods.Place, {"to": "up"}),
    (
        "owner",
        "/orders",
        recording.NewOrder,
        {"id": "", "other_name": "Gipang", "other_price": "15rb", "way": "pickup"},
    ),
    ("owner", "/orders/paste", paste.Pasted, {"text": "1. Bu Ani sate bandeng 2"}),
    ("owner", "/orders/{order_id}/edit", orders.Edit, {"way": "pickup", "version": "1"}),
    ("owner", "/orders/{order_id}/payments", orders.NewPayment, {"id": "", "kind": "cash", "amount": "5rb"}),
    ("owner", "/complaints/{complaint_id}/answers", owner.Answer, {"id": "", "words": "Mohon maaf"}),
    ("owner", "/customers", people.NewCustomer, {"id": "", "name": "Neng", "phone": "0813 5555 0001"}),
    ("owner", "/customers/{customer_id}/edit", people.Edit, {"version": "9", "name": "Rina"}),
    ("owner", "/customers/{customer_id}/consents", people.Consent, {"given": "yes"}),
    ("owner", "/customers/{customer_id}/number", people.Number, {"taken": "no"}),
    ("owner", "/customers/import", imports.NewImport, {"id": "", "source": "paste", "text": "Bu Ani 0813 5555 0002"}),
    ("owner", "/customers/import/{import_id}", imports.Choices, {"shown": "0", "room": "new", "act": "save"}),
    ("owner", "/customers/import/{import_id}/steps", imports.Step, {"most": "1"}),
    ("owner", "/customers/{customer_id}/merging/{other_id}", merges.Merging, {"id": "", "from_gone": "name"}),
    ("stranger", "/data/{data}", own_data.Correct, {"version": "9", "name": "Rina"}),
    ("stranger", "/data/{data}/consents", own_data.Consent, {"given": "yes"}),
    ("stranger", "/toko/{slug}/nilai", satisfaction.Rate, {"id": "", "face": "4", "website": ""}),
    ("stranger", "/toko/{slug}/nilai/{rating_id}", satisfaction.Words, {"words": "Enak"}),
    ("stranger", "/toko/{slug}/keluhan", customer.FileComplaint, {"category": "late", "words": "Lama"}),
    ("stranger", "/k/{k}/messages", customer.Say, {"id": "", "words": "Bagaimana?"}),
    ("stranger", "/k/{k}/verdict", customer.Verdict, {"well": "no"}),
    ("stranger", "/language", coming_in.Language, {"language": "id", "next": "/"}),
]
# A try costs a password's hash, so these meet fewer strings.
SLOW_DOORS: list[tuple[str, str, Any, dict[str, str]]] = [
    ("stranger", "/sign-up", coming_in.SignUp, NEW_PERSON | {"business_name": "Warung Neng"}),
    ("stranger", "/sign-in", coming_in.SignIn, {"phone": "0813 0000 0001", "password": "bukan ini", "next": "/"}),
    ("stranger", "/join/{join}", staff.Join, NEW_PERSON),
    ("owner", "/account/password", own.NewPassword, {"current": "bukan ini", "password": "kata sandi panjang"}),
    ("owner", "/business/ending", businesses.Ending, {"password": "bukan ini"}),
    # Last, for a link that is used signs its person out everywhere.
    ("stranger", "/reset/{reset}", reset.Reset, {"password": "kata sandi panjang"}),
]
FEW = ("", "a\x00b", "🐟" * 10_000, "' OR '1'='1", "<script>alert(1)</script>", "9" * 400, "\x01", "\u202e", "  ")


@pytest.fixture
async def village(database_url: str, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Village]:
    async with open_village(database_url, tmp_path / "data") as opened:
        yield opened


# Shows what it made of what was typed, and records nothing yet.
LOOKED_AT = {"/orders/paste"}


def address(village: Village, path: str) -> str:
    return path.format(**village.right, **village.secrets)


def told(answer: httpx.Response, path: str, field: str, typed: object) -> str:
    return f"{path} {field}={str(typed)[:60]!r} -> {answer.status_code}\n{answer.text[:300]}"


def assert_taken_or_told(answer: httpx.Response, path: str, field: str, typed: object) -> None:
    """Either it led on, or the page says in words what is wrong, beside the field that it is about."""
    assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, told(answer, path, field, typed)
    if answer.status_code in {HTTPStatus.SEE_OTHER, HTTPStatus.CREATED}:
        return
    if path in LOOKED_AT and answer.status_code == HTTPStatus.OK:
        return
    assert answer.status_code in {
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
    }, told(answer, path, field, typed)
    page = Page(answer.text)
    described = {
        part
        for _tag, attributes in page.elements
        if attributes.get("aria-invalid") or "data-invalid" in attributes
        for part in (attributes.get("aria-describedby") or "").split()
    }
    ids = {attributes.get("id") for _tag, attributes in page.elements}
    assert described <= ids, f"{told(answer, path, field, typed)}: a field points at a sentence that is not there"


async def test_every_field_of_every_form_survives_every_string(village: Village) -> None:
    for who, path, schema, valid in DOORS:
        phone, rules = village.people[who], forms.rules_of(schema)
        for typed in STRINGS:
            answer = await phone.post(address(village, path), data=dict.fromkeys(rules, typed))
            assert_taken_or_told(answer, path, "*", typed)
        for field in rules:
            for typed in STRINGS[::4]:
                answer = await phone.post(address(village, path), data=valid | {field: typed})
                assert_taken_or_told(answer, path, field, typed)
    for who, path, schema, valid in SLOW_DOORS:
        for field in forms.rules_of(schema):
            for typed in FEW:
                answer = await village.people[who].post(address(village, path), data=valid | {field: typed})
                assert_taken_or_told(answer, path, field, typed)


async def test_bytes_that_are_no_text_are_refused_beside_their_field(village: Village) -> None:
    for who, path, schema, valid in DOORS + SLOW_DOORS:
        for field in forms.rules_of(schema):
            rest = urlencode({name: value for name, value in valid.items() if name != field}).encode()
            for raw in RAW if (who, path, schema, valid) in DOORS else RAW[:3]:
                body = rest + b"&" + field.encode() + b"=" + raw
                answer = await village.people[who].post(address(village, path), content=body, headers=FORM)
                assert_taken_or_told(answer, path, field, raw)
    answer = await village.people["owner"].post("/staff/invitations", content=b"label=" + RAW[0], headers=FORM)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "tidak bisa dibaca" in answer.text


async def test_all_errors_are_told_at_once_and_what_was_typed_is_kept_but_for_the_password(village: Village) -> None:
    stranger = village.people["stranger"]
    answer = await stranger.post(
        "/sign-up",
        data={"name": "x" * 81, "phone": "nomor saya", "password": "pendek", "business_name": "   ", "agreed": ""},
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = Page(answer.text)
    wrong = {attributes.get("name") for attributes in page.all("input") if attributes.get("aria-invalid")}
    assert wrong == {"name", "phone", "password", "business_name", "agreed"}
    values = {attributes.get("name"): attributes.get("value") for attributes in page.all("input")}
    assert (values["name"], values["phone"]) == ("x" * 81, "nomor saya")
    assert "pendek" not in answer.text
    assert "hanya berisi angka" in answer.text


async def test_what_is_taken_is_kept_as_it_was_typed(village: Village) -> None:
    owner_phone, rule = village.people["owner"], Text(300, optional=True, lines=True)
    version = 1
    for typed in STRINGS:
        try:
            expected = rule.read([typed])
        except Refused:
            continue
        await owner_phone.post("/business/profile", data=PROFILE | {"about": typed, "version": str(version)})
        async with village.database.reading() as session:
            known = (
                await session.execute(
                    select(Business.about, Business.version).where(Business.slug == village.right["slug"])
                )
            ).one()
        version = known.version
        assert known.about == expected, f"{typed!r} became {known.about!r}"
        assert unicodedata.is_normalized("NFC", known.about)
        assert not []


async def test_bodies_that_are_no_forms_are_refused_kindly(village: Village) -> None:
    phone = village.people["owner"]
    boundary = "multipart/form-data; boundary=x"
    bodies: list[tuple[str, bytes]] = [
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"label": "x"}'),
        ("text/plain", b"label=x"),
        ("", b"label=x"),
        ("application/x-www-form-urlencoded; charset=hex", b"label=x"),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(300))),
        ("application/x-www-form-urlencoded", b"label=" + b"x" * 1_000_000),
        ("application/x-www-form-urlencoded", b"label=" + b"x" * 5_000_000),
        ("application/x-www-form-urlencoded", b"label=satu&label=dua&label=" + b"x" * 90),
        ("application/x-www-form-urlencoded", b"&&&==&=x&label"),
        ("multipart/form-data", b"--x\r\n"),
        (boundary, b""),
        (boundary, b"--x\r\n\r\nno name\r\n--x--\r\n"),
        (boundary, b'--x\r\nContent-Disposition: form-data; name="label"\r\n\r\nnever ends'),
        (
            boundary,
            b'--x\r\nContent-Disposition: form-data; name="label"\r\nContent-Type: text/plain; charset=nope\r\n\r\nx\r\n--x--\r\n',
        ),
        (
            boundary,
            b'--x\r\nContent-Disposition: form-data; name="label"\r\nContent-Type: text/plain; charset=hex\r\n\r\nx\r\n--x--\r\n',
        ),
        (boundary, b'--x\r\nContent-Disposition: form-data; name="label"\r\n\r\n\xff\xfe\r\n--x--\r\n'),
        (boundary, b'--x\r\nContent-Disposition: form-data; name="label"; filename="../../x"\r\n\r\nx\r\n--x--\r\n'),
        (boundary, b"--x\r\n" + b"X-Long: " + b"y" * 200_000 + b"\r\n\r\nx\r\n--x--\r\n"),
        (boundary, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 300 + b"--x--\r\n"),
    ]
    for kind, body in bodies:
        for path in ("/staff/invitations", "/business/pictures/logo"):
            headers = {"Content-Type": kind} if kind else {}
            answer = await phone.post(path, content=body, headers=headers)
            assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, f"{kind} {body[:60]!r}: {answer.status_code}"
            assert re.search(r"<h1>|<main", answer.text) or answer.status_code in {
                HTTPStatus.SEE_OTHER,
                HTTPStatus.CREATED,
            }, f"{kind} {body[:60]!r}: no page of ours"


async def test_passkey_doors_refuse_anything_that_is_no_answer_of_a_phone(village: Village) -> None:
    bodies: list[bytes] = [
        b"",
        b"null",
        b"[]",
        b"1",
        b'"x"',
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b"{" * 30_000,
    ]
    bodies += [
        b'{"rawId": 1, "response": {}}',
        b'{"response": {"clientDataJSON": "' + quote_plus("x" * 900).encode() + b'"}}',
    ]
    bodies += [
        b'{"id":"x","rawId":"x","response":{"clientDataJSON":"bnVsbA"}}',
        b'{"response":{"clientDataJSON":"W10"}}',
    ]
    for who, path in (("stranger", "/sign-in/passkey"), ("owner", "/account/passkeys")):
        for body in bodies:
            answer = await village.people[who].post(path, content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == HTTPStatus.BAD_REQUEST, f"{path} {body[:40]!r} -> {answer.status_code}"
