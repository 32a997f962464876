"""What may come in through a field, and the sentence for what may not."""

import uuid
from typing import Any

import pytest

from ecrm_pwa.base.inputs import (
    Choice,
    Identifier,
    NewId,
    Phone,
    Refused,
    Rule,
    Secret,
    Several,
    Text,
    Tick,
    TimeOfDay,
    Token,
    Whole,
    read_id,
)

ID = "01a20d13-8777-749a-b396-a2ec0d5becd1"
NAME, STORY = Text(80), Text(300, optional=True, lines=True)


@pytest.mark.parametrize(
    ("rule", "typed", "kept"),
    [
        (NAME, "  Bu   Siti\t ", "Bu Siti"),
        (NAME, "Bu\nSiti", "Bu Siti"),
        (NAME, "Bu\u00a0Siti", "Bu Siti"),
        (NAME, "Cafe\u0301", "Café"),
        (NAME, "🐟" * 80, "🐟" * 80),
        (NAME, "سلام", "سلام"),
        (NAME, "Siti\u202etxt\u2066", "Sititxt"),
        (NAME, "<script>alert(1)</script>", "<script>alert(1)</script>"),
        (NAME, "👩🏽\u200d🌾", "👩🏽\u200d🌾"),
        (STORY, "  satu  \r\ndua\rtiga\n\n", "satu\ndua\ntiga"),
        (STORY, " \n ", ""),
        (Phone(), "0812-3456-7890", "+6281234567890"),
        (Phone(optional=True), " ", ""),
        (Secret(), "  sandi dengan spasi  ", "  sandi dengan spasi  "),
        (Whole(1, 168), " 24 ", 24),
        (Whole(0, 2_000_000), "1.500.000", 1_500_000),
        (Whole(-5, 5), "-5", -5),
        (Choice(("a", "b")), "b", "b"),
        (Tick(), "", False),
        (Tick(), "on", True),
        (Tick(), "0", False),
        (TimeOfDay(), "", ""),
        (TimeOfDay(), "8", "08:00"),
        (TimeOfDay(), "8.30", "08:30"),
        (TimeOfDay(), "23:59", "23:59"),
        (Identifier(), ID, uuid.UUID(ID)),
        (NewId(), ID, uuid.UUID(ID)),
        (Token(), "a1" * 32, "a1" * 32),
    ],
)
def test_what_people_type_is_kept_as_they_mean_it(rule: Rule, typed: str, kept: Any) -> None:
    assert rule.read([typed]) == kept
    assert rule.read(["garbage", typed]) == kept, "the last one that is sent counts"


@pytest.mark.parametrize(
    ("rule", "typed", "words"),
    [
        (NAME, "", "perlu diisi"),
        (NAME, " \t\u00a0\n", "perlu diisi"),
        (NAME, "\u202e\u2066", "perlu diisi"),
        (NAME, "a" * 81, r"81 huruf. Paling banyak 80 huruf"),
        (NAME, "a" * 10_000, r"10\.000 huruf"),
        (NAME, "a\x00b", "tidak bisa disimpan"),
        (NAME, "a\x1bb", "tidak bisa disimpan"),
        (NAME, "a\x85b", "tidak bisa disimpan"),
        (NAME, "a\ud800b", "tidak bisa dibaca"),
        (NAME, b"\xff\xfe".decode("utf-8", "surrogateescape"), "tidak bisa dibaca"),
        (Phone(), "", "Isi nomor HP"),
        (Phone(), "0812 tiga", "hanya berisi angka"),
        (Phone(), "0812", "belum benar"),
        (Phone(), "9" * 10_000, "belum benar"),
        (Phone(optional=True), "0812 tiga", "hanya berisi angka"),
        (Secret(), "", "Isi kata sandi"),
        (Secret(), "a" * 129, "paling banyak 128"),
        (Secret(), "sandi\x00sandi", "tidak bisa dibaca"),
        (Secret(), "sandi\ud800", "tidak bisa dibaca"),
        (Whole(1, 168), "", "dari 1 sampai 168"),
        (Whole(1, 168), "0", "dari 1 sampai 168"),
        (Whole(1, 168), "169", "dari 1 sampai 168"),
        (Whole(1, 168), "-1", "dari 1 sampai 168"),
        (Whole(1, 168), "dua", "dari 1 sampai 168"),
        (Whole(1, 168), "1,5", "dari 1 sampai 168"),
        (Whole(1, 168), "1e2", "dari 1 sampai 168"),
        (Whole(1, 168), "--1", "dari 1 sampai 168"),
        (Whole(1, 168), "²", "dari 1 sampai 168"),
        (Whole(1, 168), "٣", "dari 1 sampai 168"),
        (Whole(1, 2**62), "9223372036854775808", "Isi dengan angka"),
        (Whole(1, 2**62), "9" * 5_000, "Isi dengan angka"),
        (Choice(("a", "b")), "", "Pilih salah satu"),
        (Choice(("a", "b")), "c", "Pilih salah satu"),
        (Several(("1", "2")), "3", "dari daftar ini"),
        (Tick(needed=True), "", "kalau Anda setuju"),
        (Tick(needed=True), "false", "kalau Anda setuju"),
        (TimeOfDay(), "24.00", "seperti 08.00"),
        (TimeOfDay(), "8.60", "seperti 08.00"),
        (TimeOfDay(), "pagi", "seperti 08.00"),
        (TimeOfDay(), "٨", "seperti 08.00"),
        (Identifier(), "", "Pilih salah satu"),
        (Identifier(), "1 OR 1=1", "Pilih salah satu"),
        (NewId(), "garbage", "Muat ulang"),
        (Token(), "pendek", "Muat ulang"),
        (Token(), "a" * 65, "Muat ulang"),
        (Token(), "../" * 10, "Muat ulang"),
        (Token(), "a" * 32 + "\n", "Muat ulang"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason(rule: Rule, typed: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        rule.read([typed])


@pytest.mark.parametrize(
    "rule", [NAME, Phone(), Secret(), Whole(1, 9), Choice(("a",)), Tick(needed=True), Identifier()]
)
def test_a_field_that_was_not_sent_is_refused_like_an_empty_one(rule: Rule) -> None:
    with pytest.raises(Refused) as empty:
        rule.read([""])
    with pytest.raises(Refused) as missing:
        rule.read([])
    assert str(missing.value) == str(empty.value)


def test_several_stand_in_their_own_order_once() -> None:
    assert Several(("1", "2", "3")).read(["3", "1", "3"]) == ("1", "3")
    assert Several(("1",)).read([]) == ()


def test_what_no_script_made_is_made_here_and_each_time_anew() -> None:
    assert len({NewId().read([]) for _form in range(20)}) == 20
    assert len({Token().read([""]) for _form in range(20)}) == 20


@pytest.mark.parametrize(
    "garbage", ["", "1", ID[:-1], ID + "0", ID.replace("-", ""), f"{{{ID[2:]}}}", "z" * 36, "\x00" * 36]
)
def test_garbage_is_no_id(garbage: str) -> None:
    assert read_id(garbage) is None
