"""Which of the shop's goods somebody means who types in a hurry: a piece of the name, its consonants, a slip of the finger."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecrm_pwa.orders.group_words import Kind, fold, split

_SHORTEST_PIECE = 3
_SHORTEST_SLIP = 5
_VOWELS = frozenset("aeiou")
_SAME, _SHORTENED, _SLIP = 3, 2, 1


@dataclass(frozen=True)
class Known:
    """One of the shop's goods."""

    id: uuid.UUID
    name: str


@dataclass(frozen=True)
class Match:
    """What is meant, as far as anybody can tell; not `sure` means that she has to look."""

    product: Known | None
    sure: bool


class Shelf:
    """The goods of a shop, to be found by words of them."""

    def __init__(self, goods: Iterable[Known]) -> None:
        self._goods = [(one, _words(one.name)) for one in goods]
        self._words = {word for _one, words in self._goods for word in words}

    def only(self) -> Known | None:
        """The one thing that the shop sells, if it is one."""
        return self._goods[0][0] if len(self._goods) == 1 else None

    def knows(self, word: str) -> bool:
        """Whether the word is one of the goods' words, or `otak-otak` made of such."""
        return all(any(_likeness(part, one) for one in self._words) for part in word.split("-"))

    def names(self, word: str) -> bool:
        """Whether the word stands so in the name of goods."""
        return fold(word) in self._words

    def apart(self, words: Sequence[str]) -> list[int]:
        """Where other goods begin in words that follow each other: `sate bandeng gipang` are two things."""
        starts, together = [0], set[int]()
        for place, word in enumerate(words):
            meant = {
                index
                for index, (_product, known) in enumerate(self._goods)
                if any(_likeness(part, one) for part in word.split("-") for one in known)
            }
            if place and together and meant and not together & meant:
                starts.append(place)
                together = meant
            else:
                together = together & meant or meant or together
        return starts

    def match(self, words: Sequence[str]) -> Match:
        """The goods for which these words speak most."""
        found: list[tuple[int, int, int, Known]] = []
        words = list(dict.fromkeys(words))
        slips = False
        for product, known in self._goods:
            likeness = [max((_likeness(word, one) for one in known), default=0) for word in words]
            hits = sum(1 for one in likeness if one)
            slips = slips or _SLIP in likeness
            if hits:
                found.append((hits, sum(likeness), len(known), product))
        if not found:
            return Match(None, sure=False)
        best = max(one[:2] for one in found)
        leading = sorted((one for one in found if one[:2] == best), key=lambda one: one[2])
        hits, score, length, product = leading[0]
        is_alone = len(leading) == 1
        is_whole = hits == length and score == _SAME * length and (is_alone or leading[1][2] > length)
        return Match(product, sure=(is_alone or is_whole) and hits == len(words) and not slips)


def _words(name: str) -> frozenset[str]:
    """The words by which a product may be called: sizes as one word, no measures, nothing too short to tell anything."""
    kinds = {Kind.WORD, Kind.SIZE, Kind.TITLE, Kind.NOTE, Kind.FILLER}
    found = [
        part
        for token in split(name)
        if token.kind in kinds
        for part in (token.text.split("-") if token.kind is Kind.WORD else [token.text])
    ]
    return frozenset(word for word in found if len(word) >= _SHORTEST_PIECE or word[:1].isdigit())


def _likeness(typed: str, word: str) -> int:
    typed = fold(typed)
    if typed in {word, f"{word}nya"}:
        return _SAME
    if len(typed) < _SHORTEST_PIECE or typed[0] != word[0] or typed[0].isdigit():
        return 0
    if word.startswith(typed) or (not _VOWELS & set(typed) and _is_within(typed, word)):
        return _SHORTENED
    return _SLIP if min(len(typed), len(word)) >= _SHORTEST_SLIP and _is_one_slip(typed, word) else 0


def _is_within(letters: str, word: str) -> bool:
    """Whether all letters stand in the word in this order."""
    rest = iter(word)
    return all(letter in rest for letter in letters)


def _is_one_slip(typed: str, word: str) -> bool:
    """One letter too many, too few, another one, or two that changed places."""
    same = 0
    while same < min(len(typed), len(word)) and typed[same] == word[same]:
        same += 1
    left, right = typed[same:], word[same:]
    swapped = len(left) > 1 and left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
