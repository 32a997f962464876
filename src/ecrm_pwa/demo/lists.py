"""Lists that the village's people brought in: what a phone book looks like, with numbers twice, missing and shared."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Brought:
    """One list, `days` ago."""

    days: int
    source: str
    lines: str
    kept: str = ""
    gone: str = ""
    """Two of the list who turned out to be one person."""


LISTS: dict[str, tuple[Brought, ...]] = {
    "sate-bandeng-bu-siti": (
        Brought(
            days=19,
            source="contacts",
            lines="""\
Bu Yayah (Kp. Masigit) 0812-0001-0001
Yayah warung 0857-0001-0001
Bu Nengsih (Kp. Kelapa Kurung) 0812-0001-0002
Teh Imas arisan 0812-0001-0003
H. Mulyadi (Kp. Pamengkang) 0812-0001-0004
Bu Guru Ratna, Perum Kramat Indah, 0812-0001-0005
Mang Sarip ojek 0812-0001-0006
0812-0001-0007
Umi Latifah (pengajian Jumat) 0812-0001-0008
Anaknya Bu Nengsih 0812-0001-0002
Katering Barokah 0254-381777
Pak RT
Bu Nengsih 0812-0001-0002""",
            kept="Bu Yayah",
            gone="Yayah warung",
        ),
    ),
}
