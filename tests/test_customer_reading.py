"""Lists of people as Android, Google, Excel and thumbs make them: who is read, and the sentence for what is not."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecrm_pwa.customers.reading import Contact, ContactReader, Reading, ReadingRefused, workbook_worker
from ecrm_pwa.customers.reading.files import decode, read_text
from ecrm_pwa.customers.reading.numbers import birthday, in_cell
from tests.workbooks import row, workbook

pytestmark = pytest.mark.anyio
LISTS = Path(__file__).parent / "lists"

TOO_MANY = "Daftar ini lebih dari 20.000 baris. Bagi menjadi beberapa berkas, lalu kirim satu per satu."
NOT_A_LIST = "Berkas ini bukan daftar kontak. Kirim berkas vCard (.vcf), Excel (.xlsx), atau CSV."
NOBODY = "Tidak ada nama atau nomor di daftar ini. Periksa isinya, lalu kirim lagi."


async def read_file(name: str) -> Reading:
    return await ContactReader().read_file((LISTS / name).read_bytes())


def by_name(reading: Reading) -> dict[str, Contact]:
    return {one.name: one for one in reading.contacts}


def people(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.name, one.phones) for one in read_text(text).contacts]


# --- Real files


async def test_an_old_androids_export_is_read_with_accents_emoji_and_soft_breaks() -> None:
    reading = await read_file("android-2.1.vcf")
    known = by_name(reading)
    assert list(known) == ["Bu Ani", "Bu Éntin", "Teh Nunung 🧵", "Kang Asep Supriatna", ""]
    assert known["Bu Ani"].phones == ("+6281234567890", "+62254381234")
    assert known["Bu Éntin"].note == "Suka rasa pedas pesan tiap Jumat"
    assert (known["Teh Nunung 🧵"].hamlet, known["Teh Nunung 🧵"].birth_day) == ("Kp. Kelapa Kurung RT 02", 12)
    assert known["Kang Asep Supriatna"].unreadable == ("*123#",)
    assert known[""].phones == ("+6287855556666",), "a card without a name keeps its number"
    assert reading.unread == []


async def test_folded_lines_several_numbers_and_photos_of_a_newer_android_are_read() -> None:
    reading = await read_file("android-3.0.vcf")
    long, teacher, kitchen, rina = reading.contacts
    assert long.name.startswith("Hj. Maesaroh Binti Haji Abdul Somad Kampung Kelapa Kurung Pelanggan Tetap Sate")
    assert len(long.name) <= 80
    assert long.name.endswith("…")
    assert long.phones == ("+6281270000001", "+6281270000002")
    assert long.hamlet == "Kp. Baru RT 03/02, dekat musala, Kramatwatu, Banten"
    assert long.note == "Pesan lewat Dede; bayar akhir bulan Jangan siang"
    assert (teacher.name, teacher.phones[0]) == ("Pak Ujang Rohman S.Pd", "+6289612345678"), "N without FN, fax last"
    assert (kitchen.name, kitchen.phones, kitchen.unreadable) == ("Katering Melati", (), ("12345",))
    assert (rina.name, rina.phones) == ("Rina", ("+6281299990000",))
    assert [(one.line, one.words) for one in reading.unread] == [(4, "Kontak ini tidak punya nama dan nomor.")]


async def test_a_card_of_version_4_gives_number_and_birthday() -> None:
    (lala,) = (await read_file("iphone-4.0.vcf")).contacts
    assert lala == Contact(line=1, name="Ibu Lala 🌸", phones=("+6281244440001",), birth_day=3, birth_month=2)


async def test_googles_columns_are_known_with_two_numbers_in_one_cell() -> None:
    known = by_name(await read_file("google.csv"))
    assert list(known) == ["Bu Ani", "Siti Khodijah", "Warung Berkah", "Tanpa Nomor"]
    siti = known["Siti Khodijah"]
    assert siti.phones == ("+6281222223333", "+6285722223333")
    assert (siti.birth_day, siti.birth_month) == (31, 12)
    assert siti.note == 'Titip di warung "Berkah", ambil sore'
    assert siti.hamlet == "Kp. Masigit Kramatwatu"


async def test_what_an_indonesian_excel_saves_as_csv_is_read() -> None:
    """Windows-1252, semicolons, a title above the header, two columns of one name, numbers that Excel has spoilt."""
    known = by_name(await read_file("excel-indonesia.csv"))
    assert list(known) == ["Bu Ani", "Bu Éntin’s Cafè", "Pak Ujang", "Teh Yuyun", "", "Mang Udin"]
    assert known["Bu Éntin’s Cafè"].phones == ("+628571111222", "+62254381234"), "the lost 0 is found again"
    assert known["Bu Éntin’s Cafè"].note == "suka pedas; tanpa kecap"
    assert (known["Pak Ujang"].phones, known["Pak Ujang"].unreadable) == ((), ("8,12E+10",))
    assert known["Teh Yuyun"].phones == ("+6281277770001",), "shortened, but with every digit"
    assert (known["Mang Udin"].phones, known["Mang Udin"].unreadable) == ((), ())


async def test_an_excel_file_gives_the_values_that_excel_had_computed() -> None:
    known = by_name(await read_file("excel.xlsx"))
    assert known["Bu Ani"] == Contact(
        line=2,
        name="Bu Ani",
        phones=("+6281234567890",),
        hamlet="Kp. Baru",
        birth_day=12,
        birth_month=4,
        note="langganan",
    )
    assert known["Bu Tuti"].phones == ("+628577777000",), "a formula's value, a number shown as 6.29E+11"
    assert known["Bu Salah Nomor"].phones == (), "#N/A is no number"
    assert '=HYPERLINK("http://contoh.invalid","klik")' in known, "a formula as text stays text"
    assert not any("Tersembunyi" in name for name in known), "a hidden sheet stays hidden"


# --- Lines


def test_pasted_lines_are_read_however_they_are_typed() -> None:
    contacts = read_text(
        """Bu Ani 0812-3456-7890
0812-3456-7891 - Ani

1. Bu Ani (Kp. Baru) +62 812 3456 7892
2) Hj. Siti, Kp Masigit RT 02, 081234567893
081234567894
Bu Tuti
- Pak Ujang: 0812 3456 7895 / 0857 1111 2222
Nama: Bu Entin, HP: 0812345
15. 0812-3456-7899
Ani-Catering 081234567896 (pesan 2 bks)
[ ] Mak Iyah 081234567897 081234567898
Blok C 7 0812-3456-7800"""
    ).contacts
    assert [(one.name, one.phones, one.hamlet) for one in contacts] == [
        ("Bu Ani", ("+6281234567890",), ""),
        ("Ani", ("+6281234567891",), ""),
        ("Bu Ani", ("+6281234567892",), "Kp. Baru"),
        ("Hj. Siti", ("+6281234567893",), "Kp Masigit RT 02"),
        ("", ("+6281234567894",), ""),
        ("Bu Tuti", (), ""),
        ("Pak Ujang", ("+6281234567895", "+6285711112222"), ""),
        ("Bu Entin", (), ""),
        ("", ("+6281234567899",), ""),
        ("Ani-Catering", ("+6281234567896",), ""),
        ("Mak Iyah", ("+6281234567897", "+6281234567898"), ""),
        ("Blok C 7", ("+6281234567800",), ""),
    ]
    assert contacts[7].unreadable == ("0812345",)
    assert contacts[9].note == "pesan 2 bks"


def test_a_line_with_nobody_in_it_is_told_with_its_place() -> None:
    reading = read_text("Bu Ani 0812-3456-7890\n-----\n***")
    assert [(one.line, one.words) for one in reading.unread] == [
        (2, "Tidak ada nama atau nomor di baris ini."),
        (3, "Tidak ada nama atau nomor di baris ini."),
    ]


def test_cells_pasted_from_excel_are_a_table() -> None:
    assert people("No\tNama\tNo WA\n1\tBu Ani\t81234567890\n2\tBu Tuti\t81234567891\n") == [
        ("Bu Ani", ("+6281234567890",)),
        ("Bu Tuti", ("+6281234567891",)),
    ]


# --- Tables that nobody planned for


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(delimiter: str) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(
        [
            ["Nama", "Alamat", "Telepon"],
            ["Bu Ani", "Kp. Baru, RT 02; pojok", "0812-3456-7890"],
            ["Tuti", "", "0857 1111 2222"],
        ]
    )
    ani, tuti = read_text(file.getvalue()).contacts
    assert (ani.name, ani.phones, ani.hamlet) == ("Bu Ani", ("+6281234567890",), "Kp. Baru, RT 02; pojok")
    assert tuti.phones == ("+6285711112222",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
async def test_every_usual_encoding_is_found(encoding: str) -> None:
    text = "Nama;No HP\r\nBu Éntin’s Cafè;0812-3456-7890\r\n"
    (entin,) = (await ContactReader().read_file(text.encode(encoding))).contacts
    assert (entin.name, entin.phones) == ("Bu Éntin’s Cafè", ("+6281234567890",))


def test_without_a_header_the_columns_are_told_by_what_stands_in_them() -> None:
    (ani, tuti) = read_text(
        "1,Bu Ani,0812-3456-7890,Kp. Baru,pedas\n2,Bu Tuti,0857-1111-2222,Kp. Masigit,manis"
    ).contacts
    assert (ani.name, ani.phones, ani.hamlet, ani.note) == ("Bu Ani", ("+6281234567890",), "Kp. Baru", "pedas")
    assert tuti.name == "Bu Tuti"


def test_columns_of_one_name_are_all_looked_at() -> None:
    (ani,) = read_text("Nama,HP,HP,Nama\nBu Ani,0812-3456-7890,0857-1111-2222,Bu Ani").contacts
    assert (ani.name, ani.phones) == ("Bu Ani", ("+6281234567890", "+6285711112222"))


def test_numbers_alone_are_people_without_a_name() -> None:
    assert people("081234567890\n081234567891\n") == [("", ("+6281234567890",)), ("", ("+6281234567891",))]
    assert people("Nomor;Nama\n081234567890;\n;081234567891\n") == [
        ("", ("+6281234567890",)),
        ("", ("+6281234567891",)),
    ]


def test_a_heading_that_says_too_little_is_told_by_what_stands_under_it() -> None:
    assert people("No,Kontak,Nama\n1,081234567890,Bu Ani\n2,081234567891,Bu Tuti\n") == [
        ("Bu Ani", ("+6281234567890",)),
        ("Bu Tuti", ("+6281234567891",)),
    ]
    assert people("Nama,\nBu Ani,081234567890\nBu Tuti,081234567891") == [
        ("Bu Ani", ("+6281234567890",)),
        ("Bu Tuti", ("+6281234567891",)),
    ]


def test_a_quotation_mark_that_is_never_closed_swallows_nobody() -> None:
    rows = "".join(f"Orang {n},08123456{n:04}\n" for n in range(1000))
    assert len(read_text('Nama,HP\n"Bu Ani,081234567890\n' + rows).contacts) >= 1000


@pytest.mark.parametrize(
    ("typed", "numbers", "spoilt"),
    [
        ("81234567890", ["+6281234567890"], []),
        ("81234567890.0", ["+6281234567890"], []),
        ("'081234567890", ["+6281234567890"], []),
        ('="081234567890"', ["+6281234567890"], []),
        ("8.1234567890E+10", ["+6281234567890"], []),
        ("6,281234567890E+12", ["+6281234567890"], []),
        ("8.12E+10", [], ["8.12E+10"]),
        ("8,12346E+11", [], ["8,12346E+11"]),
        ("0812 3456 7890 atau 0857-1111-2222", ["+6281234567890", "+6285711112222"], []),
        ("+60 12-345 6789", ["+60123456789"], []),
        ("12345", [], ["12345"]),
        ("-", [], []),
        ("belum ada", [], []),
        ("9" * 5000, [], ["9" * 200]),
    ],
)
def test_a_cell_of_numbers_is_read_or_shown_as_it_was_written(
    typed: str, numbers: list[str], spoilt: list[str]
) -> None:
    assert in_cell(typed) == (numbers, spoilt)


@pytest.mark.parametrize(
    ("written", "day_and_month"),
    [
        ("1985-04-12", (12, 4)),
        ("19850412", (12, 4)),
        ("--0412", (12, 4)),
        ("--04-12", (12, 4)),
        ("1985-04-12T00:00:00Z", (12, 4)),
        ("12/04/1985", (12, 4)),
        ("12-4", (12, 4)),
        ("4/25/1985", (25, 4)),
        ("12 April 1985", (12, 4)),
        ("17 Agustus", (17, 8)),
        ("3 Mei", (3, 5)),
        ("31 Februari", None),
        ("kapan-kapan", None),
        ("99/99", None),
        ("", None),
    ],
)
def test_a_birthday_is_a_day_and_a_month(written: str, day_and_month: tuple[int, int] | None) -> None:
    assert birthday(written) == day_and_month


# --- What cannot be read is refused in words


async def refusal(data: bytes) -> str:
    with pytest.raises(ReadingRefused) as caught:
        await ContactReader().read_file(data)
    return str(caught.value)


async def test_more_than_20_000_people_are_refused_and_20_000_are_not() -> None:
    rows = [f"Orang {n},08{n:010}" for n in range(20_000)]
    assert len((await ContactReader().read_file("\n".join(["Nama,HP", *rows]).encode())).contacts) == 20_000
    assert await refusal("\n".join(["Nama,HP", *rows, "Satu lagi,081234567890"]).encode()) == TOO_MANY
    cards = "".join(f"BEGIN:VCARD\nFN:Orang {n}\nEND:VCARD\n" for n in range(20_001))
    assert await refusal(cards.encode()) == TOO_MANY
    assert await refusal(workbook("".join(row(n, ["a", "b"]) for n in range(1, 20_200)))) == TOO_MANY


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Berkas ini kosong. Pilih berkas lain."),
        (b"\xef\xbb\xbf\r\n", NOBODY),
        (b"\0" * 1000, "Berkas ini kosong. Pilih berkas lain."),
        (b"x" * 10_000_001, "Berkas ini lebih dari 10 MB. Hapus foto atau bagi menjadi beberapa berkas."),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, NOT_A_LIST),
        (b"%PDF-1.7\n" + bytes(range(32)) * 40, NOT_A_LIST),
        (b"PK\x03\x04" + b"x" * 1000, NOT_A_LIST),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 1000,
            "Ini berkas Excel lama (.xls) atau terkunci kata sandi. Simpan sebagai .xlsx atau CSV, lalu kirim lagi.",
        ),
        (b"-----\n*****\n", NOBODY),
        (b"Nama,HP\n", NOBODY),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", NOBODY),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else "",
)
async def test_what_is_no_list_is_refused_in_words(data: bytes, words: str) -> None:
    assert await refusal(data) == words


async def test_a_zip_bomb_costs_its_own_process_only() -> None:
    assert await refusal(workbook("", parts={"xl/sharedStrings.xml": b"0" * 250_000_000})) == TOO_MANY


async def test_a_sheet_that_claims_to_be_huge_is_read_as_it_is() -> None:
    far = row(1, ["Bu Ani", "0812-3456-7890"]) + row(1_048_576, ["Bu Tuti", "0857-1111-2222"])
    reading = await ContactReader().read_file(workbook(far, dimension="A1:XFD1048576"))
    assert [one.name for one in reading.contacts] == ["Bu Ani", "Bu Tuti"]


async def test_xml_that_multiplies_itself_is_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "haha">{entities}]><sst><si><t>&e9;</t></si></sst>'
    sheet = workbook('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', parts={"xl/sharedStrings.xml": bomb.encode()})
    words = await refusal(sheet)
    assert words in {NOBODY, "Berkas Excel ini rusak dan tidak bisa dibuka. Simpan lagi sebagai .xlsx atau CSV."}


async def test_a_formula_is_never_computed() -> None:
    cells = '<c r="A1" t="str"><f>"Bu "&amp;"Ani"</f></c><c r="B1"><f>81234567890+0</f><v>81234567890</v></c>'
    (only,) = (await ContactReader().read_file(workbook(f'<row r="1">{cells}</row>'))).contacts
    assert (only.name, only.phones) == ("", ("+6281234567890",)), "what Excel left there, and nothing else"


async def test_a_workbook_cut_off_on_the_way_is_refused_in_words() -> None:
    whole = (LISTS / "excel.xlsx").read_bytes()
    for length in (4, 100, 1000, len(whole) - 30):
        assert await refusal(whole[:length]) in {
            NOT_A_LIST,
            "Berkas Excel ini rusak dan tidak bisa dibuka. Simpan lagi sebagai .xlsx atau CSV.",
        }


# --- What nobody thought of


def is_kept_well(contact: Contact) -> bool:
    texts = (contact.name, contact.hamlet, contact.landmark, contact.note)
    return (
        len(contact.name) <= 80
        and len(contact.hamlet) <= 60
        and len(contact.landmark) <= 120
        and len(contact.note) <= 500
        and not any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for text in texts for c in text)
        and bool(contact.name or contact.phones or contact.unreadable)
    )


SAMPLES = [path.read_bytes() for path in sorted(LISTS.iterdir()) if path.suffix != ".xlsx"]


@given(st.one_of(st.binary(max_size=400), st.sampled_from(SAMPLES)), st.integers(0, 4000), st.binary(max_size=20))
@example(b"BEGIN:VCARD\nTEL;ENCODING=QUOTED-PRINTABLE;CHARSET=hex:=zz=\n", 0, b"")
@example(b"sep=\x00", 0, b"")
def test_whatever_bytes_come_people_or_one_refusal_come_out(data: bytes, at: int, other: bytes) -> None:
    try:
        reading = read_text(decode(data[:at] + other + data[at:]))
    except ReadingRefused:
        return
    assert all(map(is_kept_well, reading.contacts))


@given(st.text(max_size=300))
@example("\ud800 0812-3456-7890\x00\x85")
@example('"')
def test_whatever_is_pasted_people_or_one_refusal_come_out(text: str) -> None:
    try:
        reading = read_text(text)
    except ReadingRefused:
        return
    assert all(map(is_kept_well, reading.contacts))


WORKBOOK = (LISTS / "excel.xlsx").read_bytes()
LINES_OF_CELLS = st.lists(st.lists(st.text(max_size=20), max_size=6), max_size=8)


@given(LINES_OF_CELLS)
@settings(max_examples=50)
def test_a_table_of_whatever_cells_is_read(rows: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["Nama", "No HP", "Alamat"], *rows])
    try:
        assert all(map(is_kept_well, read_text(file.getvalue()).contacts))
    except ReadingRefused as refused:
        pytest.fail(f"a table was refused: {refused}")


@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=100)
def test_a_damaged_workbook_gives_rows_or_an_error_that_the_program_answers(at: int, other: bytes) -> None:
    damaged = WORKBOOK[:at] + other + WORKBOOK[at + len(other) :]
    try:
        sheets = list(workbook_worker.read_sheets(damaged))
    except Exception:  # noqa: BLE001 (whatever the library raises is what the program answers with "damaged")
        return
    assert all(isinstance(cell, str) for sheet in sheets for cells in sheet for cell in cells)


async def test_a_second_list_waits_for_the_first_and_very_many_are_refused() -> None:
    reader = ContactReader()
    reader._waiting = 39_999_990  # noqa: SLF001 (as if others were being read)
    with pytest.raises(ReadingRefused, match="Coba lagi sebentar lagi"):
        await reader.read_text("Bu Ani 0812-3456-7890")
