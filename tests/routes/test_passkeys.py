"""Passkeys by HTTP, with a phone made of software: it keeps its key and signs what it is asked."""

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import cbor2
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.shop import URL, Shop, sign_up

pytestmark = pytest.mark.anyio

PRESENT, VERIFIED, NEW_KEY = 1, 4, 64


@dataclass
class Authenticator:
    """The part of a phone that keeps a key. It counts its signatures, as real ones do."""

    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0

    def make(self, question: dict[str, Any], *, origin: str = URL, flags: int = PRESENT | VERIFIED) -> dict[str, Any]:
        """The answer to a question for a new key."""
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        data = self._data(question["rp"]["id"], flags | NEW_KEY)
        data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = _client_data("webauthn.create", question, origin)
        return self._answer({"clientDataJSON": _text(told), "attestationObject": _text(attestation)})

    def sign(
        self, question: dict[str, Any], *, origin: str = URL, host: str = "", flags: int = PRESENT | VERIFIED
    ) -> dict[str, Any]:
        """The answer to a question for a signature."""
        self.count += 1
        data = self._data(host or question["rpId"], flags)
        told = _client_data("webauthn.get", question, origin)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {"clientDataJSON": _text(told), "authenticatorData": _text(data), "signature": _text(signature)}
        )

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = _text(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


@pytest.fixture
async def key(shop: Shop) -> Authenticator:
    """A key on Bu Siti's phone, known to the server."""
    made = Authenticator()
    added = await _add(shop.owner, made)
    assert added.status_code == HTTPStatus.OK, added.text
    return made


async def test_a_key_signs_its_owner_in_on_a_phone_that_was_never_here(shop: Shop, key: Authenticator) -> None:
    phone = await shop.phone("10.0.0.8")

    answer = await phone.post("/sign-in/passkey?next=/voice", json=key.sign(await _asked(phone)))

    assert answer.status_code == HTTPStatus.OK, answer.text
    assert answer.json() == {"next": "/voice"}
    assert "Sate Bandeng Bu Siti" in (await phone.get("/business/profile")).text


async def test_a_key_leads_to_no_other_site(shop: Shop, key: Authenticator) -> None:
    phone = await shop.phone("10.0.0.8")
    answer = await phone.post("/sign-in/passkey?next=//example.org", json=key.sign(await _asked(phone)))
    assert answer.json() == {"next": "/"}


async def test_an_answer_that_was_listened_to_opens_nothing(shop: Shop, key: Authenticator) -> None:
    phone, thief = await shop.phone("10.0.0.8"), await shop.phone("10.0.0.9")
    answer = key.sign(await _asked(phone))
    assert (await phone.post("/sign-in/passkey", json=answer)).status_code == HTTPStatus.OK

    assert (await thief.post("/sign-in/passkey", json=answer)).status_code == HTTPStatus.BAD_REQUEST
    assert "session" not in thief.cookies


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"origin": "https://example.org"}, id="asked by another site"),
        pytest.param({"host": "example.org"}, id="made for another site"),
        pytest.param({"flags": PRESENT}, id="without finger or face"),
    ],
)
async def test_an_answer_that_proves_too_little_is_refused(
    shop: Shop, key: Authenticator, wrong: dict[str, Any]
) -> None:
    phone = await shop.phone("10.0.0.8")
    answer = await phone.post("/sign-in/passkey", json=key.sign(await _asked(phone), **wrong))
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "session" not in phone.cookies


async def test_an_answer_that_was_refused_has_used_its_question_up(shop: Shop, key: Authenticator) -> None:
    phone = await shop.phone("10.0.0.8")
    question = await _asked(phone)
    for answer in (key.sign(question, origin="https://example.org"), key.sign(question)):
        assert (await phone.post("/sign-in/passkey", json=answer)).status_code == HTTPStatus.BAD_REQUEST
    assert "session" not in phone.cookies

    other = Authenticator()
    question = (await shop.owner.post("/account/passkeys/question")).json()
    for made in (other.make(question, origin="https://example.org"), other.make(question)):
        assert (await shop.owner.post("/account/passkeys", json=made)).status_code == HTTPStatus.BAD_REQUEST


async def test_another_key_by_the_same_name_opens_nothing(shop: Shop, key: Authenticator) -> None:
    phone = await shop.phone("10.0.0.8")
    answer = await phone.post("/sign-in/passkey", json=Authenticator(id=key.id).sign(await _asked(phone)))
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "session" not in phone.cookies


async def test_a_copied_key_is_noticed_by_its_count(shop: Shop, key: Authenticator) -> None:
    phone, thief = await shop.phone("10.0.0.8"), await shop.phone("10.0.0.9")
    copy = Authenticator(id=key.id, key=key.key)
    for _ in range(2):
        assert (await phone.post("/sign-in/passkey", json=key.sign(await _asked(phone)))).status_code == HTTPStatus.OK

    answer = await thief.post("/sign-in/passkey", json=copy.sign(await _asked(thief)))
    assert answer.status_code == HTTPStatus.BAD_REQUEST


async def test_a_removed_key_opens_nothing(shop: Shop, key: Authenticator) -> None:
    phone = await shop.phone("10.0.0.8")
    removed = await shop.owner.post(f"/account/passkeys/{_text(key.id)}/removal")
    assert removed.status_code == HTTPStatus.SEE_OTHER

    answer = await phone.post("/sign-in/passkey", json=key.sign(await _asked(phone)))
    assert answer.status_code == HTTPStatus.BAD_REQUEST


async def test_a_question_asked_for_one_person_adds_no_key_to_another(shop: Shop) -> None:
    budi = await shop.phone("10.0.0.2")
    await sign_up(budi, "Pak Budi", "Emping Pak Budi", "0899 0000 0999")
    hers = (await shop.owner.post("/account/passkeys/question")).json()

    answer = await budi.post("/account/passkeys", json=Authenticator().make(hers))
    assert answer.status_code == HTTPStatus.BAD_REQUEST


async def test_a_question_for_signing_in_adds_no_key(shop: Shop) -> None:
    asked = await _asked(shop.owner)
    answer = await shop.owner.post("/account/passkeys", json=Authenticator().make(asked | {"rp": {"id": "localhost"}}))
    assert answer.status_code == HTTPStatus.BAD_REQUEST


async def test_a_key_that_is_known_already_is_not_added_again(shop: Shop, key: Authenticator) -> None:
    budi = await shop.phone("10.0.0.2")
    await sign_up(budi, "Pak Budi", "Emping Pak Budi", "0899 0000 0999")
    assert (await _add(budi, key)).status_code == HTTPStatus.BAD_REQUEST


async def _asked(phone: httpx.AsyncClient) -> dict[str, Any]:
    asked: dict[str, Any] = (await phone.post("/sign-in/passkey/question")).json()
    return asked


async def _add(phone: httpx.AsyncClient, key: Authenticator) -> httpx.Response:
    question = (await phone.post("/account/passkeys/question")).json()
    return await phone.post("/account/passkeys", json=key.make(question))


def _client_data(kind: str, question: dict[str, Any], origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": question["challenge"], "origin": origin}).encode()


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
