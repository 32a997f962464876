"""What people write beside a face, as they type it: hurried Indonesian, some Serang Javanese and Sundanese, some English."""

from collections.abc import Mapping
from dataclasses import dataclass

FOOD_SHORT = (
    "enak",
    "Enak 👍",
    "mantap",
    "Mantap 👍👍",
    "Puas",
    "sip 👌",
    "👍👍👍",
    "Alhamdulillah enak",
    "joss",
    "enak pisan",
    "Top",
    "Langganan ini mah",
    "Makasih 🙏",
    "😋😋",
    "enak bgt",
    "Laris manis ya",
)
GOODS_SHORT = ("Bagus", "bagus 👍", "rapi", "Puas", "Mantap Teh", "cakep", "Nice!", "sesuai foto", "Makasih 🙏", "❤️")
SO_SO_SHORT = ("biasa aja", "lumayan", "standar", "cukup", "B aja", "so so")
LOW_SHORT = ("kurang", "kecewa", "😞", "kurang puas")


@dataclass(frozen=True)
class Voices:
    """Sentences by what they go with; each is said once."""

    happy: tuple[str, ...]
    content: tuple[str, ...]
    """Satisfied, with a wish."""
    so_so: tuple[str, ...]
    low: tuple[str, ...]
    bad: tuple[str, ...] = ()
    """In the week that went badly."""
    better: tuple[str, ...] = ()
    """In the weeks after it."""
    short: tuple[str, ...] = FOOD_SHORT


@dataclass(frozen=True)
class Said:
    """A rating of the last days, each of another person."""

    hours_ago: int
    face: int
    words: str = ""


VOICES: Mapping[str, Voices] = {
    "sate-bandeng-bu-siti": Voices(
        happy=(
            "Bandengnya gurih, durinya udah ga ada. Anak saya habis dua tusuk.",
            "Udah langganan dari dulu, rasanya ga berubah ❤️",
            "buat oleh2 ke Bekasi, sodara pada nanya belinya dimana",
            "Raos pisan, bumbuna karasa. Hatur nuhun Bu",
            "enak pisan kuh, kite demen pisan 😋",
            "Bandenge empuk, ore bau amis. Wareg!",
            "Bumbunya meresap sampe dalem, santennya pas",
            "Beli 5 buat arisan, langsung ludes. Besok pesen lagi ya bu",
            "Masih anget pas diambil, bungkus daun pisangnya rapi",
            "Ramah, disuruh nyicip dulu. Jadi beli 3 deh hehe",
            "Paling enak se-Kramatwatu menurut saya mah",
            "Suami saya yg ga doyan ikan aja nambah",
            "mantap bu siti, bandengnya gede2",
            "Pesen lewat WA, pas dateng udah siap. Ga pake nunggu",
            "Ngeunah euy, teu aya cucukna",
            "Tahan sampe malem di jalan ke Bandung, ga basi",
            "kiriman ke Tangerang nyampe masih bagus, makasih bu",
            "Sambelnya nagih 🌶️🌶️",
            "Alhamdulillah cocok, buat hajatan adik saya pesen 40 tusuk aman semua",
            "Bakarannya pas ga gosong, wangi",
            "Anak2 suka soalnya ga ada durinya",
            "Harga segitu dapet segini, ga rugi",
            "Kulitnya garing dalemnya lembut. top",
            "Baru pertama nyoba, kayaknya bakal balik lagi",
            "Nitip sama tetangga yg lewat, kembaliannya pas dikasih nota juga. Jujur",
            "Kite tuku ning kene bae, ore pindah-pindah 👍",
            "enak bgt buat makan siang bareng temen kantor",
            "Dibawa ke Lampung naik kapal, besoknya masih enak",
            "Ga amis sama sekali, padahal saya paling ga kuat bau ikan",
            "Ukurannya konsisten, ga kayak tempat lain tambah lama tambah kecil 😂",
            "The best sate bandeng! My in-laws from Jakarta loved it.",
            "Bought two for the road to Merak, finished before the toll gate 😄",
            "masya Allah enaknya, semoga laris terus bu",
            "Dikasih bonus sambel, makasih ya Bu 🙏",
            "Dari Cilegon sengaja kesini, ga nyesel",
        ),
        content=(
            "Enak, cuma parkirnya sempit",
            "Enak. Kalo bisa sambelnya dipisah",
            "rasanya oke, antrinya lumayan kalo hari minggu",
            "Gurih, tp agak manis buat lidah saya",
            "bagus, tapi jangan cepet abis dong. Jam 4 udah ga kebagian",
            "Mantap, coba ada yg pedes",
            "Cepet, 10 menit udah jadi",
            "Enak tp plastiknya tipis, bumbunya netes di motor",
            "Bandengnya enak. WA-nya kadang lama dibales",
            "Bagus buat oleh2, ada kardusnya ga bu biar rapi",
            "Good taste, a bit too sweet for me",
            "Oke, cuma waktu saya beli belum bisa QRIS",
        ),
        so_so=(
            "biasa aja sih, mungkin saya dateng kesorean",
            "Rasanya kurang nendang hari ini",
            "Udah agak dingin pas saya ambil",
            "Ukurannya lebih kecil dari biasanya",
            "Nunggu 25 menit padahal udah pesen",
        ),
        low=(
            "Masih nemu duri 2, hati2 buat anak kecil",
            "Kembalian kurang 5 ribu, baru sadar di rumah",
            "dateng jauh2 dari Anyer malah tutup, ga ada kabar",
            "Agak gosong sebelah, pait",
            "Pesen 10 yg jadi cuma 8",
        ),
        bad=(
            "Rame bgt, nunggu sejam. Pas dapet masih mentah tengahnya",
            "kemaren durinya banyak, ga kayak biasanya",
            "Asin pisan bu, kenapa ya?",
            "Pesenan saya ketuker sama orang",
            "Libur panjang emang rame, tp jangan asal jadi dong",
            "Bawa buat mertua malah keasinan 😞",
            "bandenge kurang mateng, kite balekaken bae",
            "Orderan WA ga dibales seharian",
        ),
        better=(
            "Sekarang udah enak lagi kayak dulu. Makasih udah dengerin",
            "Kemaren sempet keasinan, sekarang udah pas lagi 👍",
            "Ada Dede jadi ga nunggu lama lagi",
            "Saya yg komplen duri kemaren, diganti baru. Salut bu",
            "antrinya udah pake nomor, enak",
            "Udah balik ke rasa semula. Lanjutkan!",
        ),
    ),
    "warung-rabeg-kambing-dan-nasi-sumsum-bakar-khas": Voices(
        happy=(
            "Rabegnya empuk, ga prengus sama sekali",
            "rabege enak temen, kuahe seger. wareg pisan",
            "Sumsumnya juara!! nasi nambah 2x",
            "Tiap jumat abis jumatan pasti kesini",
            "Kuahnya anget, rempahnya kerasa, kayak buatan emak",
            "Bu Haji ramah, suka nanya kabar",
            "Sarapan disini sebelum narik angkot, kuat sampe siang 💪",
            "Rabeg paling enak daerah Serang, udah nyoba semua saya mah",
            "Dagingnya banyak, ga pelit",
            "Raos pisan Bu Haji, barokah",
            "Bawa tamu kantor dari Jakarta, pada ketagihan",
            "Porsinya pas, harganya pas buat kuli kayak saya",
            "Bersih, ada tempat cuci tangan + sabun",
            "Nasi sumsumnya wangi daun pisang",
            "mantep kuh, sambele pedes nendang",
            "Pesan 30 kotak buat rapat desa, dateng tepat waktu",
            "Lembut, bapak saya yg giginya udah ompong aja bisa makan",
            "Best goat stew I have had in Banten. Ask for extra sambal.",
            "Came with colleagues from the factory, everybody was happy",
            "Gercep, 5 menit udah di meja",
            "Kuahnya boleh nambah gratis",
            "Teh tawarnya gratis, hal kecil tapi bikin seneng",
            "Saya orang Surabaya, cocok juga. Wenak!",
            "Dagingnya ga alot. Top Bu Hajah",
            "Makan berempat 100 rb masih kembali",
        ),
        content=(
            "Enak, tapi kipas anginnya kurang satu",
            "rasanya mantap cuma kalo siang duduknya penuh terus",
            "Enak. Lebih enak lagi kalo empingnya dibanyakin 😁",
            "agak berlemak buat saya yg kolesterol hehe tp enak",
            "Sedep, cuma toiletnya dibenerin dong",
            "Kalo bisa buka sampe malem",
            "enak, parkir mobil susah",
            "Rasanya oke, nasi agak lembek",
        ),
        so_so=(
            "kuahnya kurang panas",
            "Porsi dikit sekarang",
            "Nunggu lama pas jam makan siang",
            "Rempahnya kurang kerasa hari ini",
            "sumsumnya abis padahal baru jam 11",
        ),
        low=(
            "Dagingnya alot, mungkin kambing tua",
            "Salah hitung, ditagih 2 porsi padahal makan 1. Udah dibalikin sih",
            "Meja lengket ga dilap",
            "Tolong yg melayani jangan ketus kalo lagi rame",
        ),
        bad=(
            "Porsinya ngecil, dagingnya cuma 4 iris",
            "Harga naik tp daging dikit, kecewa",
            "tulang semua isinya 😑",
            "Kambing lagi mahal ya? jangan dikurangin dong isinya",
            "Rabege kuah doang",
        ),
        better=(
            "Porsinya udah balik banyak lagi, makasih Bu Haji",
            "naik 2 rb gapapa yg penting dagingnya segini",
            "Sekarang ada setengah porsi, cocok buat anak",
            "Mangkoknya udah penuh daging lagi",
        ),
    ),
    "emping-melinjo-pak-budi": Voices(
        happy=(
            "Empingnya renyah, ga pait",
            "Tipis dan lebar, digoreng ngembang bagus",
            "kriuk pisan, buat temen rabeg mantap",
            "Dari dulu beli disini, melinjonya asli ga dicampur",
            "Beli 2 kilo buat hajatan, bagus semua ga ada yg remuk",
            "Pak Budi jujur, timbangannya malah dilebihin",
            "empinge gurih, kriuk temen",
            "Renyah euy, teu pait",
            "Yg pedes manis juara, anak kos rebutan",
            "dikirim ke Bogor, sampe masih utuh. Bungkusnya dobel",
            "Lebih murah dari di pasar",
            "Cocok buat oleh2, tahan lama",
            "Nyari emping yg ga pait susah, disini pas",
            "Diajarin cara gorengnya biar ngembang, makasih pak",
            "Pesen WA malem, besok pagi udah bisa diambil",
            "Crunchy and not bitter. My husband eats it like chips.",
            "Nitip lewat Bu RT tiap bulan, selalu bagus",
            "Asin manisnya pas 👌",
        ),
        content=(
            "Bagus, cuma ada remuk dikit di bawah",
            "Enak, coba ada kemasan kecil 100 gram",
            "oke, agak mahal tp emang emping lagi naik",
            "Renyah. Tulisan kadaluarsanya tolong dibesarin",
            "enak tp jangan pake plastik kiloan dong pak",
            "Bagus, cuma rumahnya susah dicari, ga ada papan",
        ),
        so_so=("ada yg agak pait", "kurang garing", "Banyak yg remuk", "Ketebelan menurut saya"),
        low=(
            "Melempem pas dibuka, kayaknya plastiknya bocor",
            "pait, ga kayak biasanya",
            "Pesen yg mentah dikasih yg udah digoreng",
        ),
        bad=(
            "Musim ujan jadi lembek ya pak? kurang kering",
            "melempem semua 1 kg, sayang",
            "Kurang jemur ini mah",
            "Ada bau apek dikit",
        ),
        better=(
            "Udah kering lagi empingnya, renyah",
            "Sekarang dibungkus dobel, ga melempem lagi 👍",
            "Kemaren melempem diganti sekilo. Makasih Pak Budi",
        ),
    ),
    "gipang-manis-pak-budi": Voices(
        happy=(
            "Manis legit, ga lengket di gigi",
            "jajanan jaman kecil, akhirnya nemu lagi 😍",
            "Ketannya kerasa, kacangnya banyak",
            "Anak2 suka, buat bekel sekolah",
            "gipang wijen paling enak",
            "Manise pas, ore seret",
            "Dibawa ke pengajian, piringnya langsung kosong",
            "Kriuk tapi ga keras",
            "buat seserahan rapi bungkusnya, cantik",
            "Amisna pas, raos",
            "Nenek saya terharu katanya rasanya kayak dulu 🥹",
            "Like a crispy rice bar, but better!",
            "Ibu2 arisan minta nomor WA nya",
        ),
        content=(
            "Enak, dikurangin dikit manisnya",
            "enak tp 1 bungkus cuma 8 biji",
            "Bagus, coba ada rasa coklat buat anak2",
            "agak lengket kalo panas, rasanya oke",
            "enak pak, yg kacang sering abis",
        ),
        so_so=("Kemanisan buat saya", "agak keras"),
        low=("Keras, gigi saya sampe linu", "kacangnya udah tengik"),
    ),
    "pandan-craft-kelapa-kurung": Voices(
        happy=(
            "Anyamannya rapi, tasnya kuat buat belanja",
            "Tiker pandannya adem, tidur siang jadi enak",
            "Beautiful weaving, you can tell it is made by hand.",
            "Ordered 20 coasters for our office, all neat and even.",
            "Bisa pesen ukuran sendiri, mantap Teh",
            "Bahannya wangi pandan, halus",
            "Dikirim ke Surabaya aman",
            "Tas pandannya lucu, temen2 kampus pada pesen",
            "Love the natural colours. Lala answered every question, so helpful!",
            "Rapih pisan, hatur nuhun Teh Lala",
            "Buat suvenir nikahan 100 pcs, selesai sebelum hari H 🥰",
            "Kuat, udah 2 bulan dipake ke pasar ga rusak",
            "Great gift to take home to Busan.",
            "Seneng liatnya, bikinnya sambil ngajarin anak2",
            "Kotak tisunya cakep",
        ),
        content=(
            "Bagus, nunggunya 2 minggu tp sepadan",
            "Nice bag, the strap could be a little longer",
            "Bagus, warnanya agak beda dari foto",
            "Rapi, cuma ada serat yg nyangkut dikit di baju",
            "Well made. Please add more sizes.",
        ),
        so_so=("Finishing dalemnya kurang rapi", "Warnanya kurang rata"),
        low=("Talinya copot padahal baru 3x pake", "Smelled damp when it arrived"),
        bad=(
            "Janjinya seminggu, ini udah 3 minggu",
            "Late by ten days and no message from the shop",
            "Pesenan saya ga ada kabar",
        ),
        better=(
            "Sekarang dikabarin tiap tahap, jadi tenang",
            "On time this time, thank you for the updates!",
        ),
        short=GOODS_SHORT,
    ),
}

LATELY: Mapping[str, tuple[Said, ...]] = {
    "sate-bandeng-bu-siti": (
        Said(1, 5, "Baru diambil, masih anget. Mantap bu 😍"),
        Said(4, 5),
        Said(7, 4, "enak, cuma tadi antri lumayan"),
        Said(9, 2, "Bumbunya kurang, kayak buru2 bikinnya"),
        Said(25, 5, "Buat tamu dari Rangkasbitung, pada nambah"),
        Said(28, 1, "nunggu dari jam 10 sampe jam 12, akhirnya pulang"),
        Said(30, 5, "👍"),
    ),
    "emping-melinjo-pak-budi": (Said(6, 5, "Renyah pak, besok mau 3 kilo"), Said(29, 4)),
    "warung-rabeg-kambing-dan-nasi-sumsum-bakar-khas": (
        Said(3, 5, "Kenyang barokah 🤲"),
        Said(8, 4, "enak, siang tadi rame pisan"),
        Said(27, 5),
    ),
    "pandan-craft-kelapa-kurung": (Said(11, 5, "The mat arrived today. Exactly the size we asked for!"),),
    "jahit-dan-permak-teh-nunung": (
        Said(5, 5, "Permak celana sejam jadi, jahitannya rapi. Sukses ya Teh!"),
        Said(29, 5),
        Said(52, 4, "Rapi, murah. Semoga rame"),
    ),
}
