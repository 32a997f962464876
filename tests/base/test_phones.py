"""Numbers as Indonesians type them."""

import pytest

from ecrm_pwa.base import phones


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("081234567890", "+6281234567890"),
        ("+62 812-3456-7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("0812.3456.7890", "+6281234567890"),
        ("(0812) 3456 7890", "+6281234567890"),
        ("+62 0812 3456 7890", "+6281234567890"),
        ("006281234567890", "+6281234567890"),
        ("０８１２３４５６７８９０", "+6281234567890"),  # noqa: RUF001 (full-width digits are the point)
        ("0895423030255", "+62895423030255"),
        ("0254123456", "+62254123456"),
        ("+60 12-345 6789", "+60123456789"),
    ],
)
def test_each_way_of_typing_gives_one_number(typed: str, kept: str) -> None:
    assert phones.normalise(typed) == kept
    assert phones.normalise(phones.display(kept)) == kept, "what is shown can be typed"


@pytest.mark.parametrize(
    "typed", ["", "0812", "nol delapan", "0812-3456-789O", "1" * 40, "+999 123", "0812345678901234567"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(phones.NotAPhoneNumber):
        phones.normalise(typed)


def test_a_number_is_shown_as_people_read_it_and_a_landline_has_no_whatsapp() -> None:
    assert phones.display("+6281234567890") == "0812-3456-7890"
    assert phones.has_whatsapp("+6281234567890")
    assert not phones.has_whatsapp("+62254123456")
