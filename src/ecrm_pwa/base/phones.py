"""Phone numbers as Indonesians type them, kept as `+62…`."""

import re
import unicodedata

import phonenumbers

_PUNCTUATION = re.compile(r"[\s().\-–—/_·]")  # noqa: RUF001 (people do type the long dashes)
_MOBILE = re.compile(r"\+628\d{8,11}")


class NotAPhoneNumber(Exception):
    """What was typed cannot be a phone number; the message tells nothing that could be shown to a person."""


def normalise(typed: str) -> str:
    """The number as `+<country><number>`, Indonesian unless another country was written out.

    `0812-3456-7890`, `812…`, `62 812…`, `+62 0812…`, `0062812…` are all the same. Raises `NotAPhoneNumber`.
    """
    text = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", typed.strip()))
    international = text.startswith("+")
    digits = text.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        raise NotAPhoneNumber(typed)
    if digits.startswith("00"):
        international, digits = True, digits[2:]
    if digits.startswith("620"):  # "+62 0812", a common slip
        digits = "62" + digits[3:]
    if not international:
        if digits.startswith("0"):
            digits = "62" + digits[1:]
        elif digits.startswith("8"):
            digits = "62" + digits
    number = "+" + digits
    if _MOBILE.fullmatch(number):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException as error:
        raise NotAPhoneNumber(typed) from error
    if not phonenumbers.is_valid_number(parsed):
        raise NotAPhoneNumber(typed)
    return number


def display(number: str) -> str:
    """As people read it: `0812-3456-7890`; a foreign one with its country."""
    if _MOBILE.fullmatch(number):
        local = "0" + number.removeprefix("+62")
        return "-".join(part for part in (local[:4], local[4:8], local[8:]) if part)
    parsed = phonenumbers.parse(number)
    home = parsed.country_code == 62  # noqa: PLR2004 (Indonesia)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def has_whatsapp(number: str) -> bool:
    """Whether a WhatsApp button makes sense: a landline has none."""
    return not number.startswith("+62") or _MOBILE.fullmatch(number) is not None
