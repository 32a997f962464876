"""Lists as WhatsApp groups write them, by hand in their manner: who wants what comes out, and what nobody could tell is marked.

`lists/groups.txt` holds them: the list as it was pasted, then a line for each person (`=> name | goods | note | number`; `?` where
it is not sure, `[words]` for goods that the shop does not have), then how many lines were left aside.
"""

import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrm_pwa.orders.group_text import LONGEST_NAME, MOST_COUNT, MOST_LINES, Entry, Wanted, read
from ecrm_pwa.orders.shelf import Known, Shelf

GOODS = tuple(
    Known(uuid.UUID(int=number), name)
    for number, name in enumerate(
        ("Sate bandeng", "Emping 250 g", "Emping 500 g", "Gipang", "Otak-otak bandeng", "Keripik singkong pedas")
    )
)
ONE_THING = "goods: one"


@dataclass(frozen=True)
class Pasted:
    """One list of the corpus, and what must come out of it."""

    title: str
    goods: tuple[Known, ...]
    text: str
    people: tuple[str, ...]
    left: int


def corpus() -> list[Pasted]:
    blocks = (Path(__file__).parent / "lists" / "groups.txt").read_text(encoding="utf-8").split("=== ")[1:]
    return [_pasted(block) for block in blocks]


def _pasted(block: str) -> Pasted:
    title, *lines = block.splitlines()
    goods = GOODS[:1] if lines[0] == ONE_THING else GOODS
    typed = [line for line in lines if line != ONE_THING and not line.startswith(("=> ", "left: "))]
    people = tuple(line.removeprefix("=> ") for line in lines if line.startswith("=> "))
    return Pasted(title, goods, "\n".join(typed), people, int(lines[-1].removeprefix("left: ")))


def told(entry: Entry) -> str:
    """As the corpus writes it."""
    parts = [entry.name, ", ".join(_told(one) for one in entry.wanted)]
    if entry.note or entry.phone:
        parts.append(entry.note)
    if entry.phone:
        parts.append(entry.phone)
    return " | ".join(parts).strip()


def _told(one: Wanted) -> str:
    name = one.product.name if one.product else f"[{one.words}]"
    return f"{one.count} {name}{'' if one.sure else '?'}"


CORPUS = corpus()


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(CORPUS) >= 60
    assert len({pasted.title for pasted in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("pasted", CORPUS, ids=[pasted.title for pasted in CORPUS])
def test_a_list_of_a_group_is_read(pasted: Pasted) -> None:
    reading = read(pasted.text, pasted.goods)
    assert tuple(told(entry) for entry in reading.entries) == pasted.people
    assert len(reading.left) == pasted.left


def test_windows_line_ends_change_nothing() -> None:
    for pasted in CORPUS:
        assert read(pasted.text.replace("\n", "\r\n"), pasted.goods) == read(pasted.text, pasted.goods)


def test_an_entry_is_sure_only_when_nothing_is_left_to_ask() -> None:
    entries = read("1. Bu Ani sate bandeng 2\n2. Rina donat 2\n3. Umi gipang 3 batal\n2 gipang", GOODS).entries
    assert [entry.is_sure for entry in entries] == [True, False, False]


def test_a_shop_without_goods_reads_names_and_counts() -> None:
    (entry,) = read("1. Bu Ani 2", ()).entries
    assert (entry.name, entry.wanted) == ("Bu Ani", (Wanted("", 2, None, sure=False),))


def test_lines_beyond_the_most_are_left_and_told() -> None:
    text = "\n".join(f"{number}. Ibu Warga{'abcdefghij'[number % 10]} gipang 1" for number in range(MOST_LINES + 5))
    assert len(read(text, GOODS).left) == 5


@pytest.mark.parametrize(
    ("words", "name", "sure"),
    [
        ("sate bandeng", "Sate bandeng", True),
        ("bandeng", "Sate bandeng", False),
        ("bdg sate", "Sate bandeng", True),
        ("emping", "Emping 250 g", False),
        ("emping 250g", "Emping 250 g", True),
        ("gpng", "Gipang", True),
        ("gipanng", "Gipang", False),
        ("otak otak", "Otak-otak bandeng", True),
        ("sate ayam", "Sate bandeng", False),
    ],
)
def test_goods_are_found_by_what_people_make_of_their_names(words: str, name: str, *, sure: bool) -> None:
    match = Shelf(GOODS).match(words.split())
    assert match.product is not None
    assert (match.product.name, match.sure) == (name, sure)


WORDS = st.sampled_from(
    "1. 2) - * • Bu Ani pak Rina sate bandeng gipang emping 250 g 2 bks x2 @3 dua belas puluh setengah lusin lunas tf ( ) : = , "
    "+ / \n \n\n rt 02 masing2 1/2 kg 35rb 0812 a/n ~ 🙏 1️⃣ ½ 24/11 [10.05, 24/11/2026] nama: total list ² ٣ ①".split(
        " "
    )
)


@settings(max_examples=400)
@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    for goods in (GOODS, GOODS[:1], ()):
        reading = read(text, goods)
        for entry in reading.entries:
            assert entry.wanted or entry.phone or entry.note
            assert len(entry.name) <= LONGEST_NAME
            assert all(1 <= one.count <= MOST_COUNT for one in entry.wanted)
            assert all(one.product is None or one.product in goods for one in entry.wanted)
