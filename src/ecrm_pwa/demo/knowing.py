"""Whom each business has written down: neighbours, shops that sell on, people who once complained. Nobody of them exists."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """One customer, written down `days` ago."""

    days: int
    name: str
    number: str = ""
    """The last four digits; the village's numbers begin with 0812-0000."""
    hamlet: str = ""
    landmark: str = ""
    birthday: tuple[int, int] | None = None
    label: str = ""
    note: str = ""
    may: int | None = None
    """How many days ago she agreed to be written to."""
    stopped: int | None = None
    """How many days ago she took that back."""
    again: str = ""
    """How the helper's phone named the same number, without signal."""


CUSTOMERS: Mapping[str, tuple[Known, ...]] = {
    "sate-bandeng-bu-siti": (
        Known(154, "Bu Een", "1001", "Kelapa Kurung", "sebelah posyandu", (12, 3), may=140),
        Known(153, "Kang Asep", "1002", "Kelapa Kurung", label="langganan", may=120),
        Known(150, "Ratu", "1003", "Pegadingan", "kontrakan hijau", (8, 11)),
        Known(149, "Bu Roh", "1004", "Margasana", note="Bayar tiap hari Jumat.", may=100),
        Known(147, "Bu Haji Nur", "1005", "Kramatwatu", "dekat masjid agung", (1, 1), "reseller", may=140),
        Known(140, "Mang Udin", "1006", "Kelapa Kurung", note="Suka yang tidak terlalu pedas."),
        Known(138, "Rina Marlina", "1007", "Kelapa Kurung", "RT 02/03, pagar putih", (17, 8), "langganan", may=130),
        Known(
            136, "Bu Sari warung", "2001", "Pejaten", "warung depan SD 2", label="reseller", may=120, again="Bu Sari"
        ),
        Known(133, "Pak RT Mahfud", "2002", "Kelapa Kurung", label="langganan"),
        Known(131, "Teh Nia katering", "2003", "Serang", "Jl. Ayip Usman", (25, 6), "reseller", "Pesan H-2.", may=131),
        Known(127, "Umi Kulsum", "2004", "Margasana", "belakang pesantren", may=90),
        Known(125, "Bu Guru Yanti", "2005", "Pegadingan", "SMP 1 Kramatwatu", (2, 5), may=125),
        Known(120, "Pak Dadang", "2006", "Wanayasa"),
        Known(118, "Neng Ayu", "2007", "Kelapa Kurung", birthday=(14, 2), may=60, stopped=12),
        Known(114, "Bu Bidan Lia", "2008", "Kramatwatu", "praktik bidan, samping apotek", may=100),
        Known(110, "Mas Tono", "2009", "Cilegon", "pabrik baja, gerbang 3", label="langganan"),
        Known(107, "Hj. Maryam", "2010", "Serang", note="Antar sebelum dzuhur.", may=107),
        Known(101, "Kang Deden", "2011", "Kelapa Kurung", "pangkalan ojek"),
        Known(98, "Bu Atikah", "2012", "Pejaten", birthday=(30, 9), may=80),
        Known(95, "Bu Kokom", "", "Kelapa Kurung", "rumah paling ujung"),
        Known(90, "Teh Dede salon", "2013", "Kramatwatu", "Salon Dede", may=88),
        Known(88, "Pak Haji Sobri", "2014", "Terate", label="langganan"),
        Known(84, "Bu Iyam", "2015", "Margasana", may=84),
        Known(79, "Oma Lie", "2016", "Serang", "pasar lama, toko emas", note="Tidak pakai santan."),
        Known(75, "Wati kantor desa", "2017", "Kramatwatu", "balai desa", (21, 4), may=70),
        Known(70, "Mak Uun", "", "Kelapa Kurung"),
        Known(66, "Pak Satpam Jaja", "2018", "Cilegon", "pos satpam perumahan"),
        Known(61, "Bu Neng Elis", "2019", "Pejaten", may=61, stopped=30),
        Known(55, "Agus bengkel", "2020", "Wanayasa", "bengkel motor", label="langganan"),
        Known(50, "Bu Ustadzah Hani", "2021", "Margasana", may=49, again="Umi Hani"),
        Known(46, "Kel. Pak Bambang", "2022", "Cilegon", note="Pesanan keluarga besar, 20 ekor lebih."),
        Known(41, "Ibu Sulastri", "2023", "Serang", birthday=(10, 12), may=40),
        Known(37, "Teh Rika", "2024", "Kelapa Kurung", "gang mushola", may=37),
        Known(32, "Bang Ucok", "2025", "Cilegon"),
        Known(28, "Bu Jamilah", "2026", "Terate", may=20),
        Known(23, "Nenek Sari", "", "Kelapa Kurung", "samping sumur bor"),
        Known(19, "Mbak Fitri", "2027", "Serang", "kos putri", (5, 7)),
        Known(13, "Pak Lurah Anwar", "2028", "Kramatwatu", label="langganan", may=13),
        Known(8, "Bu Heni", "2029", "Pegadingan"),
        Known(4, "Kak Salma", "2030", "Serang", may=4),
        Known(1, "Bu Yoyoh", "2031", "Pejaten", "depan lapangan voli"),
    ),
    "emping-melinjo-pak-budi": (
        Known(140, "Pak Jamsari", "1008", "Kelapa Kurung", label="langganan", may=120),
        Known(120, "Bu Neneng", "1009", "Pejaten", may=100),
        Known(111, "Toko Oleh-oleh Asih", "3001", "Serang", "terminal Pakupatan", label="reseller", may=111),
        Known(90, "Bu Lilis", "1010", "Margasana"),
        Known(64, "Dewi", "1011", "Cilegon", birthday=(9, 10), may=60),
        Known(20, "Pak Eman", "3002", "Kramatwatu", note="Emping tebal, bukan yang tipis."),
        Known(5, "Rina Marlina", "1007", "Kelapa Kurung"),
    ),
    "gipang-manis-pak-budi": (
        Known(70, "Bu Tati", "1012", "Kelapa Kurung", may=60),
        Known(40, "Warung Mak Enok", "3003", "Pejaten", label="reseller", may=40),
    ),
    "warung-rabeg-kambing-dan-nasi-sumsum-bakar-khas": (
        Known(130, "Ahmad", "1013", "Serang", may=100),
        Known(99, "Kang Rohman", "1014", "Kramatwatu", label="langganan"),
        Known(70, "Bu Mumun", "1015", "Terate", may=50, stopped=9),
        Known(33, "Kantor Kecamatan, Pak Iwan", "3004", "Kramatwatu", note="Pesan nasi kotak tiap rapat.", may=30),
    ),
    "pandan-craft-kelapa-kurung": (
        Known(121, "Indah", "1016", "Serang", may=110),
        Known(88, "Teh Mimin", "1017", "Kelapa Kurung", label="pengrajin"),
        Known(30, "Min-ji", "1018", "Jakarta", note="Minta warna alami.", may=30),
    ),
    "jahit-dan-permak-teh-nunung": (Known(3, "Bu Een", "1001", "Kelapa Kurung", note="Lingkar pinggang 92."),),
}
