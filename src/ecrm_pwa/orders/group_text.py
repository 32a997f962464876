"""The list that is typed in a WhatsApp group, read: who wants what, how many, and what stands beside it. Nothing here raises.

People number their lines or not, put the name first or last, several goods on one line or beneath it, and greet, decorate and
discuss in between. What is not sure is marked, what was not understood is told: she looks at all of it before anything is kept.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ecrm_pwa.base import phones
from ecrm_pwa.orders import group_words
from ecrm_pwa.orders.group_words import Kind, Token, fold
from ecrm_pwa.orders.shelf import Known, Shelf

MOST_LINES = 500
MOST_COUNT = 9_999
LONGEST_NAME = 80
LONGEST_NOTE = 300
_LONGEST_LINE = 500
_MOST_NAME_WORDS = 6

_CHAT = re.compile(
    r"""^\s*\[?(?:\d{1,2}[.:]\d{2}(?:[.:]\d{2})?,?\s+\d{1,2}/\d{1,2}(?:/\d{2,4})?
         |\d{1,2}/\d{1,2}/\d{2,4},?\s+\d{1,2}[.:]\d{2}(?:[.:]\d{2})?)(?:\s*[ap]m)?\]?\s*-?\s*(?P<sender>[^:\n]{1,60}):\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_MARKER = re.compile(r"^\s*(?:no\.?\s*)?(?P<number>\d{1,3})\s*(?:[.)\]:](?!\d\d\d)|/(?!\d)|-(?=\s))\s*", re.IGNORECASE)
_DASH = re.compile(r"^\s*(?:[-–—•▪·*]+|>)\s*(?=\S)")  # noqa: RUF001 (people do paste the long dashes)
_BARE_NUMBER = re.compile(r"^\s*(?P<number>\d{1,3})\s+(?=[^\W\d_])")
_ON_BEHALF = re.compile(r"\b(?:a\.n\.?|a/n\.?|an\.|atas\s+nama)\s*:?", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+?62|0)\s?8[\d\s().-]{7,15}\d(?!\d)", re.ASCII)
_STRUCK = re.compile(r"^\s*(?:[-•]|\d{1,3}[.)])?\s*~.+~\s*$")
_NUMBERED = ("rt", "rw", "blok", "gang")


@dataclass(frozen=True)
class Wanted:
    """One kind of goods that somebody wants."""

    words: str
    """As it was typed."""
    count: int
    product: Known | None
    sure: bool


@dataclass(frozen=True)
class Entry:
    """What one person wants. `name` is "" where nobody can tell whose it is."""

    name: str
    phone: str
    wanted: tuple[Wanted, ...]
    note: str

    @property
    def is_sure(self) -> bool:
        """Whether there is nothing that she would have to look at."""
        takes_back = group_words.CANCELLED & set(fold(self.note).split())
        return bool(self.name and self.wanted and not takes_back) and all(one.sure for one in self.wanted)


@dataclass(frozen=True)
class Reading:
    """A whole list; `left` are the lines of which nothing was taken."""

    entries: tuple[Entry, ...]
    left: tuple[str, ...]


@dataclass
class _Line:
    """What stands in one line."""

    marker: int | None = None
    is_listed: bool = False
    name: str = ""
    phone: str = ""
    wanted: list[Wanted] = field(default_factory=list)
    goods_only: Wanted | None = None
    """Goods without a count: a heading, or one of it."""
    note: str = ""
    is_heading: bool = False
    has_price: bool = False


@dataclass
class _Person:
    name: str
    phone: str = ""
    wanted: list[Wanted] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    presumed: Known | None = None
    marker: int | None = None
    is_listed: bool = False
    raw: str = ""

    def entry(self) -> Entry:
        wanted = self.wanted
        if not wanted and self.is_listed:
            wanted = [Wanted("", 1, self.presumed, sure=False)]
        note = ", ".join(dict.fromkeys(self.notes))[:LONGEST_NOTE]
        return Entry(self.name, self.phone, tuple(wanted), note)


def read(text: str, goods: Sequence[Known]) -> Reading:
    """The orders of a pasted list. `goods` are what the shop sells; only the first `MOST_LINES` lines are read."""
    shelf = Shelf(goods)
    people: list[_Person] = []
    left: list[str] = []
    presumed = shelf.only()
    after_gap = True
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text)):
        plain = _plain(raw)
        if number >= MOST_LINES and raw.strip():
            left.append(raw.strip()[:_LONGEST_LINE])
            continue
        if not any(c.isalnum() for c in plain):
            after_gap = True
            continue
        sender, line = _read_line(raw, plain, shelf)
        if line is None or line.is_heading:
            presumed = _heading_of(line, shelf) or presumed
            left.append(raw.strip()[:_LONGEST_LINE])
            after_gap = True
            continue
        if _is_heading_of_goods(line, raw, people, after_gap=after_gap):
            presumed = line.goods_only.product if line.goods_only else presumed
            left.append(raw.strip()[:_LONGEST_LINE])
            continue
        if not _take(people, line, sender, presumed, raw=raw.strip()[:_LONGEST_LINE]):
            left.append(raw.strip()[:_LONGEST_LINE])
        after_gap = False
    entries, nothing = _merged(people)
    return Reading(tuple(entries), (*left, *nothing))


def _plain(raw: str) -> str:
    """The line without emoji, bold and other decoration; what a keyboard cannot type becomes a blank."""
    text = unicodedata.normalize("NFKC", raw[:_LONGEST_LINE].replace("\u20e3", ". ")).replace("\u2044", "/")
    kept = []
    for c in text:
        category = unicodedata.category(c)
        if category in {"So", "Sk", "Cs", "Co", "Cn", "Cc"}:
            kept.append(" ")
        elif category not in {"Cf", "Mn", "Me"} or 0x300 <= ord(c) <= 0x36F:  # noqa: PLR2004 (accents)
            kept.append(c)
    return re.sub(r"(?<![^\s\d.)-])[*_]+(?=\S)|(?<=\S)[*_]+(?=\s|[:,]|$)", "", "".join(kept)).strip()


def _read_line(raw: str, plain: str, shelf: Shelf) -> tuple[str, _Line | None]:
    """Who sent it, where a chat says so, and what stands in it; None for a line that speaks of no order."""
    chat = _CHAT.match(plain)
    sender = ""
    if chat:
        sender = _tidy(chat["sender"])
        plain = plain[chat.end() :]
    if _STRUCK.match(raw):
        return "", None
    line = _Line()
    plain = _without_marker(plain, line, shelf)
    plain = _ON_BEHALF.sub(" = ", plain)
    if phone := _PHONE.search(plain):
        line.phone = _phone(phone[0])
        plain = f"{plain[: phone.start()]} ; {plain[phone.end() :]}"
    tokens = group_words.split(plain)
    if not tokens:
        return sender, None if not line.phone else line
    line.has_price = any(token.kind is Kind.PRICE for token in tokens)
    _fill(line, plain, tokens, shelf)
    return sender, line


def _without_marker(plain: str, line: _Line, shelf: Shelf) -> str:
    marker = _MARKER.match(plain)
    if marker and plain[marker.end() :].strip():
        line.marker, line.is_listed = int(marker["number"]), True
        plain = plain[marker.end() :]
    elif marker and not plain[marker.end() :].strip():
        return ""
    dash = _DASH.match(plain)
    if dash:
        line.is_listed = True
        plain = plain[dash.end() :]
    bare = _BARE_NUMBER.match(plain)
    if bare and not line.is_listed and _counts_twice(plain[bare.end() :], shelf):
        line.marker, line.is_listed = int(bare["number"]), True
        plain = plain[bare.end() :]
    return plain


def _counts_twice(rest: str, shelf: Shelf) -> bool:
    """Whether a number before these words would be the number of the line: a name follows, and a count after it."""
    tokens = group_words.split(rest)
    names = tokens[0].kind in {Kind.WORD, Kind.TITLE} and not shelf.knows(tokens[0].text)
    return names and any(token.kind is Kind.COUNT for token in tokens[1:])


def _phone(text: str) -> str:
    try:
        return phones.normalise(text)
    except phones.NotAPhoneNumber:
        return ""


def _fill(line: _Line, plain: str, tokens: list[Token], shelf: Shelf) -> None:
    tokens = [_as_size(token, shelf) for token in tokens]
    roles = _roles(tokens, shelf)
    pieces = [plain[tokens[a].start : tokens[b - 1].end] for a, b in _runs(roles, "note")]
    line.note = ", ".join(_tidy(piece) for piece in pieces)
    name, strange = _name(plain, tokens, roles)
    line.name = name
    line.wanted, loose = _wanted(plain, tokens, roles, shelf, strange)
    if not line.wanted and loose:
        line.goods_only = loose[0]
        line.wanted = loose if len(loose) > 1 or name else []
    counted = any(role == "count" for role in roles)
    line.is_heading = line.marker is None and ((plain.endswith("?") and not counted) or _is_heading(line, tokens))


def _as_size(token: Token, shelf: Shelf) -> Token:
    """`emping 250` where the shop has emping of 250 g."""
    is_size = (
        token.kind is Kind.COUNT and token.text.isdigit() and len(token.text) > 1 and shelf.knows(f"{token.text}g")
    )
    return replace(token, kind=Kind.SIZE, text=f"{token.text}g") if is_size else token


def _is_heading(line: _Line, tokens: list[Token]) -> bool:
    words = [token for token in tokens if token.kind not in {Kind.COMMA, Kind.COLON, Kind.OPEN, Kind.CLOSE}]
    first = words[0].text if words else ""
    return first in group_words.HEADERS and not (first in group_words.SALUTES and line.name and line.wanted)


def _roles(tokens: list[Token], shelf: Shelf) -> list[str]:  # noqa: C901, PLR0912 (a table of what may follow what)
    """For each word: goods, count, unit, name, note, mark, or nothing."""
    roles: list[str] = []
    in_note = in_brackets = False
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        before = roles[-1] if roles else ""
        titled = before == "title"
        role = {
            Kind.COUNT: "count", Kind.UNIT: "unit", Kind.EACH: "each", Kind.COMMA: "comma", Kind.COLON: "colon",
            Kind.PRICE: "price", Kind.DATE: "note", Kind.FILLER: "", Kind.OPEN: "mark", Kind.CLOSE: "mark",
        }.get(token.kind, "")  # fmt: skip
        if token.kind in {Kind.OPEN, Kind.CLOSE}:
            in_brackets = token.kind is Kind.OPEN
            in_note = False
        elif token.kind is Kind.COMMA:
            in_note = False
        elif token.kind is Kind.COUNT and before == "name" and _numbers_a_place(tokens, place):
            role = "name"
        elif token.kind is Kind.COUNT and in_note and not _measures(after, shelf):
            role = "note"
        elif token.kind is Kind.COUNT:
            in_note = False
        elif token.kind in {Kind.PRICE, Kind.DATE} and in_note:
            role = "note"
        elif token.kind is Kind.SIZE:
            role, in_note = "goods", False
        elif token.text == "pak" and before == "count" and not _is_called(after, shelf):
            role = "unit"
        elif token.kind is Kind.TITLE and _is_title(token, after, shelf):
            role = "note" if in_note else "title"
        elif token.kind in {Kind.WORD, Kind.NOTE, Kind.TITLE} and _is_goods(tokens, place, shelf, titled=titled):
            role, in_note = "goods", False
        elif token.kind is Kind.NOTE and not titled:
            role, in_note = _noted(token, place, after, in_note=in_note)
        elif token.kind in {Kind.WORD, Kind.NOTE, Kind.TITLE}:
            role = "note" if in_note or (in_brackets and not titled) else "name"
        elif in_note and role in {"", "unit"}:
            role = "note"
        roles.append(role)
    return ["name" if role == "title" else role for role in roles]


def _numbers_a_place(tokens: list[Token], place: int) -> bool:
    """`Bu RT 02`, or `Pak RT 5` where the count comes later."""
    later = any(token.kind is Kind.COUNT for token in tokens[place + 1 :])
    return tokens[place - 1].text in _NUMBERED and (later or tokens[place].text.startswith("0"))


def _measures(after: Token | None, shelf: Shelf) -> bool:
    return after is not None and (after.kind is Kind.UNIT or shelf.knows(after.text))


def _is_goods(tokens: list[Token], place: int, shelf: Shelf, *, titled: bool) -> bool:
    """Whether the word speaks of goods. Behind a title it may be a name, unless nothing else in the line is goods."""
    token = tokens[place]
    if not titled:
        return shelf.knows(token.text)
    others = any(shelf.names(one.text) for one in tokens[:place] + tokens[place + 1 :])
    return shelf.names(token.text) and (tokens[place - 1].text in group_words.ALONE or not others)


def _is_called(after: Token | None, shelf: Shelf) -> bool:
    """Whether somebody's name follows."""
    return after is not None and after.kind is Kind.WORD and not shelf.knows(after.text)


def _is_title(token: Token, after: Token | None, shelf: Shelf) -> bool:
    return not shelf.knows(token.text) or (
        after is not None and after.kind is Kind.WORD and not shelf.knows(after.text)
    )


def _noted(token: Token, place: int, after: Token | None, *, in_note: bool) -> tuple[str, bool]:
    """A word of a note begins one, unless it only greets or says that she takes so many."""
    if place == 0 and group_words.is_greeting(token):
        return "", False
    if group_words.is_taking(token) and after is not None and after.kind is Kind.COUNT and not in_note:
        return "", False
    return "note", True


def _runs(roles: Sequence[str], wanted: str) -> Iterator[tuple[int, int]]:
    """From where to where the same role stands, words that mean nothing between included."""
    start = None
    end = 0
    for place, role in enumerate([*roles, "end"]):
        if role == wanted:
            start = place if start is None else start
            end = place + 1
        elif start is not None and role != "":
            yield start, end
            start = None


def _name(plain: str, tokens: list[Token], roles: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Whose line it is, and the other words that nobody knows: they may be goods."""
    found = list(_runs(roles, "name"))
    named = [run for run in found if not _only_titles(tokens, run)]
    if not named:
        first = [run for run in found if run[0] == 0 and tokens[0].text in group_words.ALONE]
        named, found = first, first
    if not named:
        return "", []
    titled = [run for run in named if tokens[run[0]].kind is Kind.TITLE]
    start, end = chosen = (titled or named)[0]
    # What follows a number is what is counted, where another run can be the name.
    if not titled and len(named) > 1 and start > 0 and roles[start - 1] in {"count", "unit"}:
        start, end = chosen = named[1]
    end = min(end, start + _MOST_NAME_WORDS)
    name = _as_a_name(_tidy(plain[tokens[start].start : tokens[end - 1].end]))
    return name[:LONGEST_NAME], [run for run in named if run != chosen]


def _as_a_name(text: str) -> str:
    """`bu ani` and `BU ANI` as one writes a name."""
    if text not in {text.lower(), text.upper()}:
        return text
    words = [
        word.upper() if word.lower() in _NUMBERED else word[:1].upper() + word[1:].lower() for word in text.split()
    ]
    return " ".join(words)


def _only_titles(tokens: list[Token], run: tuple[int, int]) -> bool:
    return all(token.kind is Kind.TITLE for token in tokens[run[0] : run[1]])


@dataclass
class _Goods:
    words: list[str]
    typed: str
    count: Token | None = None
    is_strange: bool = False
    presumes: bool = False


def _wanted(
    plain: str, tokens: list[Token], roles: list[str], shelf: Shelf, strange: Sequence[tuple[int, int]]
) -> tuple[list[Wanted], list[Wanted]]:
    """The goods with their counts; and, apart, goods that nobody has counted where there is no count at all."""
    groups: list[list[_Goods | Token]] = [[]]
    place = 0
    starts = {start: end for start, end in strange if _stands_by_a_count(roles, start, end)}
    runs = dict(_goods_runs(tokens, roles, shelf))
    each: list[Token] = []
    while place < len(tokens):
        token, role = tokens[place], roles[place]
        end = runs.get(place) or starts.get(place)
        if end:
            inside = tokens[place:end]
            words = [part for one in inside if one.text for part in one.text.split("-")]
            typed = _tidy(plain[inside[0].start : inside[-1].end])
            groups[-1].append(_Goods(words, typed, is_strange=place in starts))
            place = end
            continue
        if role == "comma":
            groups.append([])
        elif role == "count" and place and roles[place - 1] == "each":
            each.append(token)
        elif role == "count":
            groups[-1].append(token)
        place += 1
    if all(len({type(one) for one in group}) <= 1 for group in groups):
        groups = [[one for group in groups for one in group]]
    paired = [goods for group in groups for goods in _paired(group)]
    if each:
        paired = [replace(goods, count=goods.count or each[0]) for goods in paired]
    if any(goods.count for goods in paired):
        return [_settled(goods, shelf) for goods in paired], []
    return [], [_settled(goods, shelf) for goods in paired]


def _goods_runs(tokens: list[Token], roles: list[str], shelf: Shelf) -> Iterator[tuple[int, int]]:
    for start, end in _runs(roles, "goods"):
        starts = [start + place for place in shelf.apart([token.text for token in tokens[start:end]])]
        yield from zip(starts, [*starts[1:], end], strict=True)


def _stands_by_a_count(roles: Sequence[str], start: int, end: int) -> bool:
    before = roles[start - 1] if start else ""
    after = roles[end] if end < len(roles) else ""
    return before in {"count", "unit"} or after == "count"


def _paired(group: list["_Goods | Token"]) -> list[_Goods]:
    """Counts with goods, in the order in which the line begins."""
    counts_first = bool(group) and isinstance(group[0], Token)
    paired: list[_Goods] = []
    waiting: Token | None = None
    for one in group:
        if isinstance(one, Token):
            if not counts_first and paired and paired[-1].count is None:
                paired[-1].count = one
            elif waiting is None:
                waiting = one
        else:
            if counts_first:
                one.count, waiting = waiting, None
            paired.append(one)
    if waiting is not None:
        if paired and paired[-1].count is None:
            paired[-1].count = waiting
        elif not paired:
            paired.append(_Goods([], "", count=waiting, presumes=True))
    return paired


def _settled(goods: _Goods, shelf: Shelf) -> Wanted:
    match = shelf.match(goods.words)
    number = goods.count.number if goods.count is not None else Fraction(1)
    whole = number.denominator == 1 and 1 <= number <= MOST_COUNT
    count = int(number) if whole else 1
    words = goods.typed if whole else f"{goods.typed} {goods.count.text if goods.count else ''}".strip()
    sure = whole and goods.count is not None and match.sure and not goods.is_strange
    if goods.presumes:
        return Wanted(words, count, None, sure=whole)
    return Wanted(words, count, match.product, sure)


def _heading_of(line: _Line | None, shelf: Shelf) -> Known | None:
    """What the lines beneath a heading are about, where it names one thing."""
    if line is None:
        return None
    goods = [one for one in (line.goods_only, *line.wanted) if one is not None and one.product is not None]
    return goods[0].product if len({one.product for one in goods}) == 1 else None


def _is_heading_of_goods(line: _Line, raw: str, people: list[_Person], *, after_gap: bool) -> bool:
    """Goods alone, without a name or a count: they speak of the lines beneath, unless somebody waits for her goods."""
    if line.name or line.phone or line.wanted or line.goods_only is None:
        return False
    if line.has_price:
        return True
    if people and not people[-1].wanted:
        return False
    stripped = raw.strip()
    return not people or after_gap or stripped.endswith(":") or stripped.startswith("*")


def _take(people: list[_Person], line: _Line, sender: str, presumed: Known | None, *, raw: str) -> bool:
    """Puts the line with whom it belongs to; says whether anything of it was taken."""
    wanted = [_presuming(one, presumed) for one in line.wanted]
    if line.goods_only is not None and not wanted:
        wanted = [line.goods_only]
    name = line.name or ("" if people and people[-1].name == sender and not line.is_listed else sender)
    if line.has_price and not wanted and not line.is_listed:
        return False
    if not name and not line.phone:
        if not people and not wanted:
            return False
        if people and (line.marker is None or not wanted):
            people[-1].wanted += wanted
            people[-1].notes += [line.note] if line.note else []
            return bool(wanted or line.note)
    elif not wanted and not line.is_listed and not line.phone and not _calls_somebody(line, sender):
        return False
    person = _Person(name, line.phone, wanted, [], presumed, line.marker, line.is_listed, raw)
    person.notes += [line.note] if line.note else []
    people.append(person)
    return True


def _presuming(one: Wanted, presumed: Known | None) -> Wanted:
    """A count without goods means the only thing that is spoken of."""
    if one.product is not None or one.words:
        return one
    return replace(one, product=presumed, sure=one.sure and presumed is not None)


def _calls_somebody(line: _Line, sender: str) -> bool:
    """Whether a line with nothing but a name begins the goods of that person."""
    first = fold(line.name).split()[:1]
    words = group_words.split(line.name)
    return not sender and bool(first) and (words[0].kind is Kind.TITLE or len(words) <= 2)  # noqa: PLR2004 (a name)


def _merged(people: list[_Person]) -> tuple[list[Entry], list[str]]:
    """One entry a person, and the lines that came to nothing.

    A list that was posted again does not order again; more lines of one person add up.
    """
    order: list[_Person] = []
    by_name: dict[str, _Person] = {}
    for person in people:
        known = by_name.get(fold(person.name))
        if known is None:
            order.append(person)
            if person.name:
                by_name[fold(person.name)] = person
            continue
        if person.marker is None or person.marker != known.marker or not _same(person, known):
            known.wanted += person.wanted
        known.notes += person.notes
        known.phone = known.phone or person.phone
    entries = [(person, person.entry()) for person in order]
    return (
        [entry for _person, entry in entries if entry.wanted or entry.phone or entry.note],
        [person.raw for person, entry in entries if not (entry.wanted or entry.phone or entry.note)],
    )


def _same(one: _Person, other: _Person) -> bool:
    return one.wanted == other.wanted[: len(one.wanted)]


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ,.:;-=~*_()[]")
