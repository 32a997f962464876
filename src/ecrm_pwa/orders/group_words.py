"""Words of a list that is typed in a WhatsApp group: what counts, what measures, what only greets, what is a note.

Indonesian as it is typed in Banten: shortened, with Sundanese and Javanese numbers between.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction


class Kind(Enum):
    """What a word is in a line."""

    COUNT = auto()
    UNIT = auto()
    SIZE = auto()
    PRICE = auto()
    DATE = auto()
    TITLE = auto()
    NOTE = auto()
    FILLER = auto()
    EACH = auto()
    WORD = auto()
    COMMA = auto()
    COLON = auto()
    OPEN = auto()
    CLOSE = auto()


@dataclass(frozen=True)
class Token:
    """One word or mark; `text` is folded, `start` and `end` say where it stands in the line."""

    kind: Kind
    text: str
    start: int
    end: int
    number: Fraction = Fraction(0)


_DIGITS = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
    "atu": 1, "lapan": 8, "hiji": 1, "tilu": 3, "opat": 4, "genep": 6, "dalapan": 8, "salapan": 9,
    "siji": 1, "loro": 2, "telu": 3, "papat": 4, "dwa": 2, "tujuj": 7,
}  # fmt: skip
_NUMBERS = {name: Fraction(number) for name, number in _DIGITS.items()} | {
    "sepuluh": Fraction(10),
    "sapuluh": Fraction(10),
    "sebelas": Fraction(11),
    "setengah": Fraction(1, 2),
    "stgh": Fraction(1, 2),
    "stengah": Fraction(1, 2),
    "separuh": Fraction(1, 2),
    "seperempat": Fraction(1, 4),
    "selusin": Fraction(12),
    "sekodi": Fraction(20),
    "sepasang": Fraction(2),
}
_DOZENS = {"lusin": 12, "losin": 12, "lsn": 12, "kodi": 20, "gros": 144, "pasang": 2, "psg": 2}
_UNITS = {
    *"bks bgks bgkus bungkus bngks bngkus bungkusan pcs pc pieces biji bj bh buah ekor ekr kg kilo kilogram porsi prs".split(),
    *"ktk kotak kotk box bok boks dus dos pack pck bal toples tples tpls botol btl ikat iket potong ptg ptong".split(),
    *"loyang lyg tusuk tsk sachet renteng paket pkt pax tray karung kantong ktg kntg plastik plstk mika cup gelas gls".split(),
    *"mangkok mgkk lembar lbr set keranjang besek rantang liter ltr butir btr helai batang btg slop jar pouch".split(),
}
_TITLES = {
    *"bu ibu b ibuk pak bapak bpk bp pa p mas mbak mba mb kak ka kakak kk teh teteh tete kang aa a ceu neng nong nyi".split(),
    *"uwa wa bi bibi mang mamang ustadz ustad ust ustaz ustadzah haji hj hajah hjh h kh dr bidan bdn guru mama mamah".split(),
    *"mami mam umi ummi umma abi abah bunda bun tante tan om nenek nek kakek mbah mbok bude bulik budhe pakde paklik".split(),
    *"de dek adik ade kel keluarga wali mah".split(),
}
_NOTES = {
    *"lunas tf trf tfr transfer bayar byr dibayar cash tunai cod dp qris sudah sdh udah udh dah belum blm blom ambil".split(),
    *"diambil antar anter diantar dianter kirim dikirim jam pukul pagi siang sore malam besok bsk besuk lusa nanti ntar".split(),
    *"senin selasa rabu kamis jumat jum'at sabtu minggu ahad pedas pedes matang mentah buat untuk utk kalau klo kalo".split(),
    *"jangan jgn tanpa tnpa pakai pake alamat rumah rmh depan dekat deket blok rt rw gang titip batal cancel hutang".split(),
    *"utang ngutang kasbon bon kurang sisa kembali kembalian bsok yg yang extra ekstra".split(),
}
CANCELLED = {"batal", "cancel"}
_TAKING = {"ambil", "kirim", "antar", "anter", "titip", "buat", "untuk", "utk"}
_FILLERS = {
    *"mau mw pesan pesen psn psen pesn order ordr odr minta mnta mnt tolong tlg ya yaa yah iya y dong donk aja saja aj".split(),
    *"deh please pls plis ditambah tambah tmbh juga jg ikut ikutan nya nih ni sih lah saya sy aku ane gue aq kami halo".split(),
    *"hallo hai hi assalamualaikum assalamu'alaikum assalamualaikm aslm askum punten permisi misi waalaikumsalam x kali".split(),
    *"dengan dgn wr wb beli tambahan lagi lg mksh makasih trims nuhun ok oke siap sip list no nomor insyaallah dll".split(),
    *"masih ada adakah apa apakah berapa brp kapan bisa boleh siap ditunggu habis hbs ready".split(),
}
_JOINING = {"dan", "sama", "sm", "plus", "terus", "trus", "serta"}
_EACH = {"masing", "masing-masing", "msg", "msing"}
_GREETINGS = {"pagi", "siang", "sore", "malam"}
ALONE = {
    *"mama mamah mami umi ummi umma abi abah bunda bun tante om nenek kakek mbah mbok bude budhe bulik teteh teh".split(),
    *"mamang bibi uwa ustadz ustad ustadzah".split(),
}
"""Titles by which somebody is called without a name."""
SALUTES = {"assalamualaikum", "assalamu'alaikum", "selamat"}
HEADERS = SALUTES | {
    *"list daftar rekap rekapan open po pre total jumlah jml harga terima".split(),
    *"terimakasih makasih trims close closed tutup ditutup silakan silahkan slhkn monggo mangga ready update ket".split(),
    *"keterangan catatan info pengumuman bismillah bismillahirrahmanirrahim jangan jgn mohon dear yth pengambilan".split(),
    *"pengiriman nb note yang yg ayo yuk hari menu batas besok sisa stok stock alhamdulillah rek rekening norek".split(),
}
"""A line that begins with one of these speaks to all, unless it is numbered."""

_TOKEN = re.compile(
    r"""(?P<price>(?:rp\.?\s*|@\s*(?=\d{4}|\d[\d.,]*\s*(?:rb|ribu|k)\b))\d[\d.,]*(?:\s*(?:rb|ribu|k|jt)\b)?
          |\d[\d.,]*\s*(?:rb|ribu|k|jt)\b|\d{1,3}(?:\.\d{3})+(?!\d)|\d{4,}(?!\d))
      |(?P<fraction>\d\s+1/2\b|\d/[2-8](?=\s*(?:kg|kilo|lusin|lsn|losin|kodi|ons|liter|ltr)\b))
      |(?P<date>\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}[.:]\d{2}(?!\d))
      |(?P<size>\d+(?:[.,]\d+)?\s*(?:gram|gr|grm|g|ml|cc|ons)\b)
      |(?P<number>\d+(?:[.,]\d+)?)
      |(?P<word>[^\W\d_]+(?:['’`-][^\W\d_]+)*)
      |(?P<each>@(?=\s*\d))
      |(?P<comma>[,;+&|/])
      |(?P<colon>[:=–—\-→>]+)
      |(?P<open>[(\[{])|(?P<close>[)\]}])
    """,  # noqa: RUF001 (people do type the long dashes and quotes)
    re.VERBOSE | re.IGNORECASE,
)
_SIZES = {"gram": "g", "gr": "g", "grm": "g"}
_ACCENTS = re.compile("[\u0300-\u036f]")
_QUOTES = str.maketrans("’`", "''")
_TEEN, _TENS = "belas", "puluh"


def fold(text: str) -> str:
    """Small letters without accents."""
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_QUOTES)


def split(line: str) -> list[Token]:
    """The words and marks of a line; what is neither is left out."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(line):
        kind = str(match.lastgroup)
        token = _made(kind, match)
        previous = tokens[-1] if tokens else None
        if previous is not None and (joined := _joined(previous, token)) is not None:
            tokens[-1] = joined
        else:
            tokens.append(token)
    return tokens


def _made(kind: str, match: re.Match[str]) -> Token:
    text, start, end = fold(match[0]), match.start(), match.end()
    if kind == "word":
        return _word(text, start, end)
    if kind == "number":
        return Token(Kind.COUNT, text, start, end, Fraction(text.replace(",", ".")))
    if kind == "fraction":
        whole, _space, part = text.rpartition(" ")
        return Token(Kind.COUNT, text, start, end, Fraction(part) + Fraction(whole.strip() or 0))
    if kind == "size":
        return Token(Kind.SIZE, _size(text), start, end)
    return Token(Kind[kind.upper()], text, start, end)


def _size(text: str) -> str:
    number = re.match(r"[\d.,]+", text)
    digits = number[0] if number else ""
    unit = text[len(digits) :].strip()
    return digits + _SIZES.get(unit, unit)


def _word(text: str, start: int, end: int) -> Token:
    def of(kind: Kind, number: Fraction = Fraction(0)) -> Token:
        return Token(kind, text, start, end, number)

    if text in _NUMBERS:
        return of(Kind.COUNT, _NUMBERS[text])
    if text in _DOZENS or text in _UNITS:
        return of(Kind.UNIT)
    # "sebungkus", "sekilo": one of it.
    if text.startswith("se") and text[2:] in _UNITS and len(text[2:]) > 2:  # noqa: PLR2004 (a real word)
        return of(Kind.COUNT, Fraction(1))
    for kind, words in (
        (Kind.EACH, _EACH),
        (Kind.COMMA, _JOINING),
        (Kind.TITLE, _TITLES),
        (Kind.NOTE, _NOTES),
        (Kind.FILLER, _FILLERS),
    ):
        if text in words:
            return of(kind)
    return of(Kind.WORD)


def _joined(before: Token, token: Token) -> Token | None:
    """Two words that are one number: `dua belas`, `dua puluh`, `dua puluh lima`, `setengah lusin`, `masing2`."""
    if before.text in _EACH and token.kind is Kind.COUNT and token.start == before.end:
        return Token(Kind.EACH, before.text, before.start, token.end)
    if before.kind is not Kind.COUNT:
        return None
    number = None
    if token.text == _TEEN and before.number < 10:  # noqa: PLR2004 (twelve, not twenty-two)
        number = before.number + 10
    elif token.text == _TENS and before.number < 10:  # noqa: PLR2004 (tens)
        number = before.number * 10
    elif before.text.endswith(_TENS) and token.text in _DIGITS:
        number = before.number + _DIGITS[token.text]
    elif token.kind is Kind.UNIT and token.text in _DOZENS:
        number = before.number * _DOZENS[token.text]
    if number is None:
        return None
    return Token(Kind.COUNT, f"{before.text} {token.text}", before.start, token.end, number)


def is_taking(token: Token) -> bool:
    """Whether the word, before a number, only says that she takes so many."""
    return token.text in _TAKING


def is_greeting(token: Token) -> bool:
    """Whether the word greets where a line begins with it."""
    return token.text in _GREETINGS
