"""What went wrong, told and answered: each complaint from the first word to where it stands now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from ecrm_pwa.demo.people import BUDI, DEDE, LALA, MAESAROH, SITI, Person
from ecrm_pwa.demo.rating import waking

RINAS_SECRET = "contoh-keluhan-rina-di-sate-bandeng"  # noqa: S105 (no secret: it is printed wherever the demo is)


class Deed(Enum):
    """What somebody does about a complaint."""

    ANSWER = auto()
    WRITE = auto()
    START = auto()
    RESOLVE = auto()
    CONFIRM = auto()
    REOPEN = auto()


@dataclass(frozen=True)
class Turn:
    """One deed, `after` so many hours since the complaint; `by` is None for the customer."""

    after: float
    deed: Deed
    by: Person | None = None
    words: str = ""


@dataclass(frozen=True)
class Told:
    """One complaint. Made `hours` ago, or `days` ago at an hour of the day."""

    category: str
    words: str
    turns: tuple[Turn, ...] = ()
    name: str = ""
    number: str = ""
    days: int = 0
    at: time = time()
    hours: float = 0
    photo: str = ""
    secret: str = ""
    """Printed where it is a known one."""
    held: bool = False

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When it was sent."""
        if self.hours:
            return waking(now - timedelta(hours=self.hours), zone)
        day = now.astimezone(zone).date() - timedelta(days=self.days)
        return datetime.combine(day, self.at, zone).astimezone(UTC)


def _says(after: float, by: Person, words: str) -> Turn:
    return Turn(after, Deed.ANSWER, by, words)


def _adds(after: float, words: str) -> Turn:
    return Turn(after, Deed.WRITE, words=words)


def _starts(after: float, by: Person) -> Turn:
    return Turn(after, Deed.START, by)


def _done(after: float, by: Person) -> Turn:
    return Turn(after, Deed.RESOLVE, by)


def _well(after: float) -> Turn:
    return Turn(after, Deed.CONFIRM)


def _not_well(after: float) -> Turn:
    return Turn(after, Deed.REOPEN)


COMPLAINTS: Mapping[str, tuple[Told, ...]] = {
    "sate-bandeng-bu-siti": (
        Told(
            "packaging",
            "Plastiknya bocor bu, bumbunya abis di motor semua",
            name="Bu Een",
            number="0812-0000-1001",
            days=148,
            at=time(9, 20),
            turns=(
                _says(5.2, SITI, "Aduh maaf ya Bu Een. Nanti sore saya antar bumbunya, ga usah bayar."),
                _adds(5.9, "Iya bu gapapa, makasih"),
                _done(8.5, SITI),
                _well(10.1),
            ),
        ),
        Told(
            "missing",
            "Pesen 10 di kresek cuma ada 9",
            name="Pak Jaya",
            days=121,
            at=time(16, 45),
            turns=(
                _says(20.1, SITI, "Mohon maaf Pak Jaya, keselip satu. Silakan diambil, atau saya titip di musala?"),
                _adds(21.5, "titip musala aja, saya lewat situ"),
                _done(25.2, SITI),
            ),
        ),
        Told(
            "service",
            "Nanya harga jawabnya ketus. Pembeli bukan cuma satu bu",
            days=97,
            at=time(11, 5),
            turns=(
                _says(
                    26.3,
                    SITI,
                    "Mohon maaf, waktu itu sedang ramai dan saya sendirian. Itu bukan alasan, lain kali saya lebih sabar.",
                ),
                _done(26.4, SITI),
            ),
        ),
        Told(
            "other",
            "Bu bisa ga jual yg setengah mateng buat distok di kulkas? anak saya pulangnya malem",
            name="Teh Iis",
            days=74,
            at=time(19, 10),
            turns=(
                _says(13.2, SITI, "Bisa Teh, yang dibakar setengah tahan 3 hari di kulkas. Bilang saja waktu pesan."),
                _adds(13.8, "siap bu makasih 🙏"),
                _done(14, SITI),
                _well(15.5),
            ),
        ),
        Told(
            "late",
            "Janjinya jam 10 udah jadi. Jam 12 saya dateng masih disuruh nunggu, keburu tamu pulang",
            name="Kang Asep",
            number="0812-0000-1002",
            days=47,
            at=time(12, 30),
            turns=(
                _says(
                    30.2, SITI, "Maaf sekali Kang, kemarin pesanan 200 tusuk barengan. Uangnya saya kembalikan separo."
                ),
                _adds(31, "ya udah bu, lain kali kabarin aja kalo ga sanggup"),
                _done(49, SITI),
                _well(52),
            ),
        ),
        Told(
            "other",
            "Asin banget sama tengahnya masih mentah. Biasanya ga gini",
            name="Mbak Wulan",
            days=46,
            at=time(13, 15),
            turns=(
                _says(
                    28,
                    SITI,
                    "Terima kasih sudah bilang, Mbak. Bumbu hari itu memang salah takar. Saya ganti 3 tusuk ya.",
                ),
                _done(50, SITI),
            ),
        ),
        Told(
            "missing",
            "Pesanan ketuker, saya pesen 6 sambel pisah dapet 4 sambel campur",
            name="Ratu",
            number="0812-0000-1003",
            days=45,
            at=time(10, 40),
            turns=(
                _says(7.5, SITI, "Maaf Neng, ketukar sama pesanan lain. Besok pagi saya antar 2 tusuk lagi."),
                _done(26, SITI),
                _not_well(29),
                _adds(29.1, "yg dianter sambelnya masih campur bu"),
                _says(31, SITI, "Ya Allah, maaf. Ini saya bungkus sendiri sambelnya, sore Dede yang antar."),
                _done(34, SITI),
                _well(35),
            ),
        ),
        Told(
            "stale",
            "Sampe rumah bau asem, padahal belinya siang",
            name="Bu Roh",
            number="0812-0000-1004",
            days=44,
            at=time(17, 25),
            turns=(
                _says(
                    2.1, SITI, "Mohon maaf Bu, jangan dimakan ya. Uangnya saya kembalikan sekarang, saya ke rumah Ibu."
                ),
                _adds(3.4, "Udah diterima bu, makasih cepet"),
                _done(3.5, SITI),
                _well(4),
            ),
        ),
        Told(
            "packaging",
            "daun pisangnya sobek, kardus oleh2nya jadi basah",
            name="Bu Haji Nur",
            number="0812-0000-1005",
            days=29,
            at=time(8, 50),
            turns=(
                _says(
                    0.8,
                    DEDE,
                    "Mohon maaf Bu Haji, hari ini saya antar kardus dan bungkus baru. Ibu di rumah jam berapa?",
                ),
                _adds(1.2, "abis dzuhur ada"),
                _done(5.5, DEDE),
                _well(6.2),
            ),
        ),
        Told(
            "late",
            "pesen lewat WA ga dibales2, akhirnya beli di tempat lain",
            days=17,
            at=time(15, 10),
            turns=(
                _says(
                    0.7,
                    DEDE,
                    "Mohon maaf Kak, HP-nya lagi dicas waktu itu. Sekarang WA saya yang pegang, dibalas cepat.",
                ),
                _done(0.8, DEDE),
            ),
        ),
        Told(
            "missing",
            "Sambelnya ga dikasih Bu, padahal udah bayar 3 rb",
            name="Fitri",
            days=9,
            at=time(11, 35),
            turns=(
                _says(
                    0.4, DEDE, "Aduh maaf Kak Fitri. Sambalnya saya antar sekarang, uangnya sekalian saya kembalikan."
                ),
                _done(1.5, DEDE),
                _adds(2, "sambelnya malah dilebihin, makasih 😄"),
                _well(2),
            ),
        ),
        Told(
            "missing",
            "Pesen 25 box, yg dateng 23. Tamunya kurang kebagian",
            name="Mang Udin",
            number="0812-0000-1006",
            days=4,
            at=time(10, 15),
            turns=(
                _says(
                    1.1, DEDE, "Maaf sekali Mang, kami hitung lagi memang kurang 2. Gantinya 4 box, diantar hari ini."
                ),
                _done(6, DEDE),
                _not_well(28),
                _adds(28.1, "Belum sampe juga, ditunggu2 dari kemaren"),
                _says(29, SITI, "Saya cek ya Mang, kurirnya salah rumah. Besok saya antar sendiri sambil minta maaf."),
            ),
        ),
        Told(
            "packaging",
            "Bungkusnya robek pas nyampe rumah, bumbunya tumpah ke tas 😢",
            name="Rina",
            number="0812-0000-1007",
            days=2,
            at=time(16, 20),
            photo="torn_leaf",
            secret=RINAS_SECRET,
            turns=(
                _says(
                    0.6,
                    DEDE,
                    "Waduh, mohon maaf Kak Rina 🙏 Besok pagi saya antar yang baru, gratis. Alamatnya masih sama?",
                ),
                _adds(1.1, "masih, yg pager biru. Boleh minta dibungkus dobel?"),
                _says(1.3, DEDE, "Siap Kak, dobel daun dan plastik."),
                _done(17.5, DEDE),
            ),
        ),
        Told(
            "other",
            "Bu tolong QRIS-nya ditempel di depan, saya ga bawa uang kes malah muter nyari ATM",
            name="Yuda",
            days=1,
            at=time(8, 10),
            turns=(_says(1.4, SITI, "Iya Mas Yuda, betul juga. Minggu ini saya cetak dan tempel."),),
        ),
        Told(
            "late",
            "Pesenan buat pengajian belum ada kabar sampe sekarang",
            name="Pak Jamsari",
            number="0812-0000-1008",
            hours=31,
        ),
        Told("packaging", "Plastiknya tipis, hampir putus di jalan", hours=5),
        Told(
            "stale",
            "Bu ini kok bau ya, ada putih2nya. Beli tadi pagi buat anak, untung belum dimakan",
            name="Bu Neneng",
            number="0812-0000-1009",
            hours=1.2,
            photo="mouldy_fish",
        ),
    ),
    "emping-melinjo-pak-budi": (
        Told(
            "packaging",
            "Kresek nya jebol, empingnya berantakan di jalan",
            name="Pak Sanim",
            days=131,
            at=time(14, 5),
            turns=(
                _says(18, BUDI, "Waduh, maaf Pak Sanim. Ambil lagi setengah kilo, gratis."),
                _done(42, BUDI),
                _well(44),
            ),
        ),
        Told(
            "other",
            "melempem pak, udah digoreng tetep ga ngembang",
            name="Bu Lilis",
            number="0812-0000-1010",
            days=80,
            at=time(9, 40),
            turns=(
                _says(6.5, BUDI, "Maaf Bu Lilis, musim hujan jemurnya kurang. Saya ganti sekilo yang sudah kering."),
                _adds(7.2, "iya pak ditunggu"),
                _done(30, BUDI),
                _well(33),
            ),
        ),
        Told(
            "stale",
            "Baunya apek, kayak kelamaan disimpen",
            days=78,
            at=time(16, 30),
            turns=(
                _says(
                    17, BUDI, "Terima kasih sudah bilang. Kiloan minggu itu saya tarik semua. Silakan tukar yang baru."
                ),
                _done(17.2, BUDI),
            ),
        ),
        Told(
            "packaging",
            "ini pak empingnya remuk, plastiknya sobek dari sananya",
            name="Dewi",
            number="0812-0000-1011",
            days=22,
            at=time(10, 25),
            photo="broken_crackers",
            turns=(
                _says(3.1, BUDI, "Maaf Neng Dewi, ketindih kayaknya. Besok saya kirim lagi pakai kardus."),
                _done(25, BUDI),
                _well(49),
            ),
        ),
        Told(
            "late",
            "Pesen dari senin kamis baru dikirim",
            name="Bu Yayah",
            days=6,
            at=time(13, 0),
            turns=(
                _says(4, BUDI, "Mohon maaf Bu Yayah, melinjonya telat datang. Ongkirnya saya yang tanggung."),
                _done(22, BUDI),
            ),
        ),
        Told(
            "missing",
            "Timbangannya kurang 1 ons pak, saya timbang ulang di rumah",
            name="Bu Tati",
            number="0812-0000-1012",
            hours=6,
        ),
    ),
    "gipang-manis-pak-budi": (
        Told(
            "packaging",
            "Ada semutnya pak, plastiknya ga rapet",
            name="Teh Yuli",
            days=58,
            at=time(15, 20),
            photo="ants",
            turns=(
                _says(2.3, BUDI, "Maaf Teh, ini saya ganti. Sekarang plastiknya dipress panas biar rapat."),
                _done(20, BUDI),
                _adds(21, "mantap pak, udah rapet"),
                _well(21.1),
            ),
        ),
        Told(
            "stale",
            "Kacangnya tengik",
            days=33,
            at=time(11, 45),
            turns=(
                _starts(1, BUDI),
                _says(4.6, BUDI, "Mohon maaf. Yang kacang minggu itu sudah tidak saya jual. Silakan ambil gantinya."),
                _done(5, BUDI),
            ),
        ),
        Told(
            "missing",
            "buat seserahan pesennya yg wijen, dikasih kacang semua",
            name="Ahmad",
            number="0812-0000-1013",
            days=12,
            at=time(9, 30),
            turns=(
                _says(1.5, BUDI, "Maaf Mas Ahmad, salah ambil. Acaranya kapan? Hari ini juga saya antar yang wijen."),
                _adds(1.7, "Sabtu pak, masih bisa"),
                _done(8, BUDI),
                _well(30),
            ),
        ),
    ),
    "warung-rabeg-kambing-dan-nasi-sumsum-bakar-khas": (
        Told(
            "service",
            "Mejanya lengket terus. Tolong dilap tiap ganti orang",
            days=137,
            at=time(12, 50),
            turns=(
                _says(7, MAESAROH, "Terima kasih, sekarang lap dan sabun ada di tiap meja. Maaf ya."),
                _done(7.1, MAESAROH),
            ),
        ),
        Told(
            "other",
            "dagingnya makin dikit Bu Haji, cuma 4 iris",
            name="Kang Rohman",
            number="0812-0000-1014",
            days=71,
            at=time(8, 15),
            turns=(
                _says(
                    9.5,
                    MAESAROH,
                    "Betul Kang, kambing lagi naik. Mulai minggu depan isinya balik, harganya naik 2 ribu. Maaf ya.",
                ),
                _adds(10, "nah gitu aja bu, yg penting jujur"),
                _done(60, MAESAROH),
                _well(70),
            ),
        ),
        Told(
            "ill",
            "Anak saya mules abis makan sumsumnya tadi malem",
            name="Bu Mumun",
            number="0812-0000-1015",
            days=52,
            at=time(7, 30),
            turns=(
                _says(
                    0.4,
                    MAESAROH,
                    "Astagfirullah. Bagaimana keadaannya sekarang Bu? Kalau perlu ke puskesmas saya antar, saya yang bayar.",
                ),
                _adds(1.2, "Udah mendingan, udah minum oralit. Makasih udah cepet nanya"),
                _says(1.5, MAESAROH, "Alhamdulillah. Sumsum hari itu sudah saya buang semua dan dapurnya dibersihkan."),
                _done(26, MAESAROH),
                _well(50),
            ),
        ),
        Told(
            "packaging",
            "kuah rabegnya tumpah di kresek, tinggal dagingnya",
            name="Pak Sapri",
            days=36,
            at=time(11, 10),
            photo="spilled_soup",
            turns=(
                _says(
                    1.6, MAESAROH, "Maaf Pak Sapri. Mulai besok kuahnya pakai gelas tutup. Ini saya siapkan gantinya."
                ),
                _done(5, MAESAROH),
                _well(8),
            ),
        ),
        Told(
            "missing",
            "Pesen 30 kotak, 3 ga ada sendoknya",
            name="Tb. Hasan",
            days=19,
            at=time(12, 20),
            turns=(
                _says(2.2, MAESAROH, "Maaf Pak, kurang teliti kami. Lain kali sendok dihitung di depan yang ambil."),
                _done(2.4, MAESAROH),
            ),
        ),
        Told(
            "late",
            "Nunggu setengah jam padahal cuma bungkus 1",
            days=3,
            at=time(12, 40),
            turns=(
                _starts(1.9, MAESAROH),
                _says(2, MAESAROH, "Maaf, jam itu yang masak cuma satu. Mulai lusa anak saya bantu di bagian bungkus."),
            ),
        ),
        Told("other", "JANGAN MAKAN DISINI MAHAL!!! mending warung sebelah", hours=48.9, held=True),
    ),
    "pandan-craft-kelapa-kurung": (
        Told(
            "late",
            "Pesan 50 suvenir, janji seminggu ini udah mau 3 minggu. Nikahannya tinggal 5 hari",
            name="Indah",
            number="0812-0000-1016",
            days=66,
            at=time(10, 5),
            turns=(
                _says(
                    30, LALA, "Maaf sekali Kak Indah. Malam ini semua ibu lembur, hari Jumat sudah saya antar sendiri."
                ),
                _adds(31, "Tolong banget ya Teh"),
                _done(79, LALA),
                _well(81),
            ),
        ),
        Told(
            "late",
            "My order is ten days late and nobody writes. Is it still coming?",
            name="Grace",
            days=62,
            at=time(15, 40),
            turns=(
                _says(
                    20,
                    LALA,
                    "I am very sorry, Grace. It will leave tomorrow morning, and I will send you the receipt number.",
                ),
                _adds(22, "Thank you. Next time a short message would help a lot."),
                _says(22.5, LALA, "You are right. From now on you will hear from us at every step."),
                _done(48, LALA),
                _well(120),
            ),
        ),
        Told(
            "other",
            "Talinya copot, baru dipake 3x",
            name="Teh Mimin",
            number="0812-0000-1017",
            days=26,
            at=time(18, 15),
            photo="frayed_strap",
            turns=(
                _says(15.2, LALA, "Maaf Teh Mimin. Saya jahit ulang pakai benang nilon, ditunggu juga bisa."),
                _done(64, LALA),
                _well(70),
            ),
        ),
        Told(
            "other",
            "The bag smells damp, and there is a stain inside.",
            name="Min-ji",
            number="0812-0000-1018",
            days=3,
            at=time(13, 30),
            turns=(
                _says(
                    2.7,
                    LALA,
                    "So sorry, Min-ji! It must have been the rain. I can bring you a new one on Thursday, is that all right?",
                ),
                _adds(4.5, "Thursday after 5 pm is fine."),
            ),
        ),
    ),
}
