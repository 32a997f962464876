"""English is complete: every word that a screen can show stands in the catalogue, and nothing that none shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from ecrm_pwa.base import i18n

SOURCE = Path("src/ecrm_pwa")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def words_on_screens() -> Iterator[tuple[str, ...]]:
    methods = [("**.py", "python"), ("templates/dev/**.html", "ignore"), ("templates/**.html", "jinja2")]
    found = extract_from_dir(
        SOURCE,
        method_map=methods,
        options_map={"templates/**.html": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    for _file, _line, message, _comments, _context in found:
        yield message if isinstance(message, tuple) else (message,)


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (SOURCE / "locale/en/LC_MESSAGES/messages.po").open("rb") as handle:
        return read_po(handle, locale="en")


def strings(message: Message) -> tuple[str, ...]:
    text = message.string
    return tuple(text) if isinstance(text, (tuple, list)) else (text or "",)


def test_every_word_on_a_screen_has_its_english(english: Catalog) -> None:
    missing = sorted(
        {
            words[0]
            for words in words_on_screens()
            if words[0] not in english or english[words[0]].fuzzy or not all(strings(english[words[0]]))
        }
    )
    assert not missing, "no English yet (run bin/messages, then fill in):\n" + "\n".join(missing)


def test_no_english_is_left_of_words_that_no_screen_shows(english: Catalog) -> None:
    shown = {words[0] for words in words_on_screens()}
    left = [str(message.id) for message in english if message.id and ids(message)[0] not in shown]
    assert not left, "shown nowhere any more:\n" + "\n".join(left)


def ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def test_a_translation_names_the_same_values_as_its_source(english: Catalog) -> None:
    for message in english:
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(ids(message)[0]))
        for text in strings(message):
            assert set(PLACEHOLDER.findall(text)) == wanted, f"{ids(message)[0]!r} and {text!r} name different values"


def test_the_language_of_a_request_decides_and_an_unknown_one_means_indonesian() -> None:
    i18n.use("en")
    assert i18n.gettext("Simpan") == "Save"
    assert i18n.ngettext("%(n)s hari yang lalu", "%(n)s hari yang lalu", 1) == "%(n)s day ago"
    assert i18n.ngettext("%(n)s hari yang lalu", "%(n)s hari yang lalu", 2) == "%(n)s days ago"
    i18n.use("nl")
    assert i18n.gettext("Simpan") == "Simpan"
