"""Addresses that lead back to us and nowhere else, and what the outbox says of whose write it is."""

import uuid

import pytest

from ecrm_pwa.web.viewer import Owner, own_address, read_owner, sign_in_address

SITI = uuid.UUID("01a20d13-8777-749a-b396-a2ec0d5becd1")
SATE = uuid.UUID("01a20d13-8971-7399-8b66-65286ba92b2a")


@pytest.mark.parametrize("way", ["/", "/voice", "/voice?show=all&from=2", "/complaints/x#jawab", "/a//b", "/a:b@c"])
def test_an_address_of_ours_is_kept(way: str) -> None:
    assert own_address(way) == way


@pytest.mark.parametrize(
    "way",
    [
        None,
        "",
        "voice",
        "https://evil.example",
        "HTTPS://evil.example/voice",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/voice\\..\\..",
        "\\\\evil.example",
        "javascript:alert(1)",
        " /voice",
        "/\tevil",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\x00",
        "/\x7f",
        "/warung é",
        "/\u2028",
        "/\ud800",
        "/" + "a" * 400,
    ],
)
def test_every_other_address_is_home(way: str | None) -> None:
    assert own_address(way) == "/"


def test_the_way_to_signing_in_leads_back_whole() -> None:
    assert sign_in_address(None) == "/sign-in"
    assert sign_in_address("/") == "/sign-in"
    assert sign_in_address("/voice?show=all&from=2") == "/sign-in?next=/voice%3Fshow%3Dall%26from%3D2"


@pytest.mark.parametrize("owner", [Owner(SITI, SATE), Owner(SITI, None)])
def test_an_owner_is_read_as_it_was_written(owner: Owner) -> None:
    assert read_owner(str(owner)) == owner


def test_who_says_nothing_is_whoever_is_signed_in_and_who_says_garbage_is_nobody() -> None:
    assert read_owner(None) is None
    nobody = uuid.UUID(int=0)
    for garbage in ("", ":", "garbage", f"x{SITI}", f"{SITI.hex}:{SATE}", f" {SITI}:{SATE}", "\ud800:\x00"):
        read = read_owner(garbage)
        assert read is not None
        assert read.account_id == nobody, garbage
    for garbage in (f"{SITI}", f"{SITI}:", f"{SITI}:x", f"{SITI}:{SATE}:{SATE}"):
        assert read_owner(garbage) == Owner(SITI, None), "no business is named, so none is hers"
