"""What the six businesses sell, and the batches that Bu Siti left at other shops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Ware:
    """One kind of goods."""

    name: str
    price: int
    unit: str = ""
    category: str = ""
    description: str = ""
    picture: str = ""
    stock: int | None = None
    sold_out: bool = False
    hidden: bool = False
    batches: tuple[tuple[int, str], ...] = ()
    """How many days ago it was made, and where it was left."""


GOODS: Mapping[str, Sequence[Ware]] = {
    "sate-bandeng-bu-siti": (
        Ware(
            "Sate bandeng",
            35_000,
            "ekor",
            "Olahan ikan",
            "Tanpa duri, dibakar pakai arang batok. Tahan 2 hari di suhu ruang, seminggu di kulkas.",
            "sate_bandeng",
            stock=18,
            batches=(
                (16, "Pasar Kramat"),
                (9, "Warung Bu Eni"),
                (2, "Warung Bu Eni"),
                (1, "Oleh-oleh Terminal Pakupatan"),
            ),
        ),
        Ware(
            "Otak-otak bandeng",
            15_000,
            "bungkus",
            "Olahan ikan",
            "Isi 5, dibungkus daun pisang. Sambal kacang dipisah.",
            "otak_otak",
            stock=7,
            batches=((3, "Warung Bu Eni"),),
        ),
        Ware(
            "Bandeng presto",
            40_000,
            "ekor",
            "Olahan ikan",
            "Duri lunak. Pesan sehari sebelumnya.",
            "presto",
            sold_out=True,
        ),
        Ware("Sambal kecap pedas", 12_000, "botol", "Pelengkap", "Botol 150 ml.", "sambal", stock=24),
        Ware(
            "Paket hajatan 10 ekor",
            330_000,
            "paket",
            "Paket",
            "Sepuluh ekor sate bandeng, sambal, dan lalapan. Pesan paling lambat tiga hari sebelumnya.",
            "sate_bandeng",
        ),
        Ware("Abon bandeng", 25_000, "toples", "Olahan ikan", "Coba-coba, belum dijual.", hidden=True),
    ),
    "emping-melinjo-pak-budi": (
        Ware("Emping mentah", 60_000, "kg", "Mentah", "Tipis dan bulat, tinggal digoreng.", "raw_emping", stock=32),
        Ware("Emping matang asin", 25_000, "bungkus", "Matang", "250 gram.", "emping", stock=40),
        Ware("Emping pedas manis", 28_000, "bungkus", "Matang", "250 gram, cabai asli.", "emping", stock=12),
        Ware("Melinjo kupas", 18_000, "kg", "Mentah", sold_out=True),
    ),
    "gipang-manis-pak-budi": (
        Ware("Gipang ketan", 15_000, "bungkus", "Gipang", "Isi 10.", "gipang", stock=26),
        Ware("Gipang wijen", 17_000, "bungkus", "Gipang", "Isi 10.", "gipang", stock=14),
        Ware("Gipang kacang", 18_000, "bungkus", "Gipang", "Isi 10.", stock=0),
        Ware("Paket seserahan", 85_000, "kotak", "Paket", "Tiga macam gipang dalam kotak berpita.", "gift_box"),
    ),
    "warung-rabeg-kambing-dan-nasi-sumsum-bakar-khas": (
        Ware("Rabeg kambing", 30_000, "porsi", "Makanan", "Empuk, tanpa prengus.", "rabeg"),
        Ware("Nasi sumsum bakar", 20_000, "bungkus", "Makanan", "Dibakar dalam daun pisang.", "rice_in_leaf"),
        Ware(
            "Nasi kotak rapat",
            28_000,
            "kotak",
            "Pesanan",
            "Paling sedikit 10 kotak, pesan sehari sebelumnya.",
            "rice_box",
        ),
        Ware("Es teh manis", 4_000, "gelas", "Minuman"),
    ),
    "pandan-craft-kelapa-kurung": (
        Ware(
            "Pandan tote bag",
            120_000,
            "pcs",
            "Bags",
            "Hand-woven, cotton lining. Custom sizes welcome.",
            "pandan",
            stock=9,
        ),
        Ware("Tikar pandan 2×3 m", 150_000, "lembar", "Mats", "Anyaman rapat, tepi dijahit kain.", "mat", stock=4),
        Ware("Coaster set", 35_000, "set", "Souvenirs", "Six coasters in a small pouch.", "coaster", stock=30),
        Ware("Dompet anyam", 45_000, "pcs", "Souvenirs", "Resleting, muat HP.", "mat", sold_out=True),
    ),
    "jahit-dan-permak-teh-nunung": (
        Ware("Potong celana", 15_000, "potong"),
        Ware("Jahit kebaya", 250_000, "stel", description="Bahan dari pelanggan, selesai dua minggu."),
    ),
}
LISTED = frozenset(
    {
        "sate-bandeng-bu-siti",
        "emping-melinjo-pak-budi",
        "warung-rabeg-kambing-dan-nasi-sumsum-bakar-khas",
        "pandan-craft-kelapa-kurung",
    }
)
"""Who wished to stand in the directory of shops."""
