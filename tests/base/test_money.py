"""Money as people type it, and as they read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrm_pwa.base import money
from ecrm_pwa.base.inputs import Refused
from ecrm_pwa.base.money import MOST, Money

AMOUNTS = st.integers(1, MOST)


def read(typed: str) -> int | None:
    return Money().read([typed])


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("15000", 15_000),
        ("15.000", 15_000),
        ("15,000", 15_000),
        ("15 000", 15_000),
        ("15.000,00", 15_000),
        ("15000,00", 15_000),
        ("15,000.00", 15_000),
        ("15000.00", 15_000),
        ("Rp15.000,-", 15_000),
        ("Rp 15.000", 15_000),
        ("rp. 15.000,--", 15_000),
        ("IDR 15.000", 15_000),
        ("15.000 rupiah", 15_000),
        ("15rb", 15_000),
        ("15 rb", 15_000),
        ("15 ribu", 15_000),
        ("15 RIBU rupiah", 15_000),
        ("Rp15rb", 15_000),
        ("15k", 15_000),
        ("2,5rb", 2_500),
        ("2.5k", 2_500),
        ("1,5jt", 1_500_000),
        ("1.25 juta", 1_250_000),
        ("0,5jt", 500_000),
        ("1.500.000", 1_500_000),
        ("500", 500),
        ("  15.000  ", 15_000),
        ("007", 7),
        ("999.999.999", MOST),
    ],
)
def test_an_amount_is_understood_as_people_type_it(typed: str, amount: int) -> None:
    assert read(typed) == amount


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "misalnya 15.000"),
        ("-15.000", "minus"),
        ("\u22125", "minus"),
        ("Rp-15.000", "minus"),
        ("(15.000)", "minus"),
        ("0", "Paling sedikit Rp1."),
        ("1.000.000.000", "Paling banyak Rp999.999.999"),
        ("9" * 30, "Paling banyak"),
        ("9" * 400, "belum jelas"),
        ("15,5", "bulat"),
        ("15.500,50", "bulat"),
        ("15,000.75", "bulat"),
        ("15.00", "belum jelas"),
        ("15.0000", "belum jelas"),
        ("1.50.000", "belum jelas"),
        ("15.000.00.000", "belum jelas"),
        ("15.000,000.000", "belum jelas"),
        ("15.000rb", "belum jelas"),
        ("1,250jt", "belum jelas"),
        ("lima belas ribu", "belum jelas"),
        ("15rb/kg", "belum jelas"),
        ("15 rb 500", "belum jelas"),
        ("1e9", "belum jelas"),
        ("0x10", "belum jelas"),
        ("\u0661\u0665\u0660", "belum jelas"),
        ("rp", "belum jelas"),
        ("NaN", "belum jelas"),
        ("=15000", "belum jelas"),
        ("\x00", "tidak bisa disimpan"),
    ],
)
def test_what_is_no_amount_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(Refused, match=words.replace(".", r"\.")):
        read(typed)


def test_nothing_typed_is_none_where_it_may_be() -> None:
    assert Money(optional=True).read([""]) is None
    assert Money(least=0).read(["0"]) == 0


@given(AMOUNTS)
def test_what_is_shown_is_read_as_the_same_amount(amount: int) -> None:
    assert read(money.display(amount)) == amount


@given(
    AMOUNTS,
    st.sampled_from(["", "Rp", "Rp ", "rp. ", "RP"]),
    st.sampled_from([".", ",", " ", ""]),
    st.sampled_from(["", ",-", ".-", " rupiah", ",--"]),
)
def test_however_an_amount_is_dressed_it_stays_the_same(amount: int, before: str, mark: str, after: str) -> None:
    assert read(before + f"{amount:,}".replace(",", mark) + after) == amount


@given(st.integers(1, 9_999), st.sampled_from([("rb", 1_000), (" ribu", 1_000), ("k", 1_000), ("jt", 1_000_000)]))
def test_thousands_and_millions_are_words(count: int, unit: tuple[str, int]) -> None:
    word, times = unit
    if count * times <= MOST:
        assert read(f"{count}{word}") == count * times
    tenths = f"{count // 10},{count % 10}{word}"
    if 0 < count * times // 10 <= MOST:
        assert read(tenths) == count * times // 10


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_amount_within_bounds_or_refused(typed: str) -> None:
    try:
        amount = read(typed)
    except Refused:
        return
    assert amount is not None
    assert 1 <= amount <= MOST
