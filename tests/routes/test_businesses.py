"""A business says who it is, shows its pictures, and may end."""

import re
from http import HTTPStatus
from io import BytesIO

import httpx
import pytest
from PIL import Image

from tests.faults.forms import read_form
from tests.shop import PASSWORD, Page, Shop, picture

pytestmark = pytest.mark.anyio

WHOLE = {
    "kind": "food",
    "about": "Bandeng segar,\ndibakar tiap pagi",
    "street": "Jl. Raya Serang 5",
    "rt_rw": "003/002",
    "hamlet": "Kelapa Kurung",
    "landmark": "depan masjid",
    "village": "Kramatwatu",
    "district": "Kramatwatu",
    "regency": "Serang",
    "province": "Banten",
    "postcode": "42161",
    "open_days": ["1", "2", "6"],
    "opens_at": "07:00",
    "closes_at": "17:30",
    "nib": "1234567890123",
    "pirt": "206360",
    "halal": "ID123",
    "promise_hours": "12",
    "zone": "Asia/Jayapura",
    "greeting": "halo",
}


async def save(shop: Shop, **fields: object) -> httpx.Response:
    form = read_form((await shop.owner.get("/business/profile")).text, "/business/profile")
    return await shop.owner.post("/business/profile", data=form | dict(fields))


async def test_the_whole_profile_is_kept_and_shown_again_and_the_printed_address_stays(shop: Shop) -> None:
    assert (await save(shop, name="Sate Bandeng Asli", **WHOLE)).headers["location"] == "/business/profile"
    text = (await shop.owner.get("/business/profile")).text
    form = read_form(text, "/business/profile")
    for name, value in WHOLE.items():
        kept = form[name] if isinstance(value, list) else "".join(form[name])
        assert kept == value, name
    assert form["name"] == ["Sate Bandeng Asli"]
    assert shop.path in text
    assert "Profil usaha tersimpan." in text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("opens_at", "", "jam tutup"),
        ("promise_hours", "0", "dari 1 sampai 168"),
        ("promise_hours", "169", "dari 1 sampai 168"),
        ("promise_hours", "sehari", "dari 1 sampai 168"),
        ("whatsapp", "telepon saya", "hanya berisi angka"),
        ("name", " ", "perlu diisi"),
        ("kind", "mobil", "Pilih salah satu"),
        ("closes_at", "25.00", "seperti 08.00"),
    ],
)
async def test_what_cannot_be_is_told_beside_its_field(shop: Shop, field: str, value: str, words: str) -> None:
    answer = await save(shop, **(WHOLE | {field: value}))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.text
    assert f'id="f-{field}-error"' in answer.text
    assert "depan masjid" in answer.text, "what was typed elsewhere is still there"


async def test_two_phones_that_change_one_profile_are_told(shop: Shop) -> None:
    form = read_form((await shop.owner.get("/business/profile")).text, "/business/profile")
    await save(shop, landmark="depan masjid")
    clash = await shop.owner.post("/business/profile", data=form | {"landmark": "pagar hijau"})
    assert clash.status_code == HTTPStatus.CONFLICT
    assert "depan masjid" in clash.text
    assert "pagar hijau" in clash.text
    again = read_form(clash.text, "/business/profile")
    assert (await shop.owner.post("/business/profile", data=again)).headers["location"] == "/business/profile"
    assert "pagar hijau" in (await shop.owner.get("/business/profile")).text


async def send_logo(shop: Shop, content: bytes, name: str = "logo.jpg") -> httpx.Response:
    return await shop.owner.post("/business/pictures/logo", files={"photo": (name, content, "image/jpeg")})


async def test_a_picture_that_cannot_be_used_is_refused_beside_its_field(shop: Shop) -> None:
    bomb = BytesIO()
    Image.new("1", (13_000, 13_000)).save(bomb, "PNG")
    for content, words in (
        (b"x" * 30_000_000, "terlalu besar"),
        (b"bukan foto sama sekali", "bukan foto"),
        (bomb.getvalue(), "megapiksel"),
    ):
        answer = await send_logo(shop, content)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert words in answer.text
        assert Page(answer.text).all("input", name="photo")[0].get("aria-invalid")
    assert "Pilih foto dulu" in (await shop.owner.post("/business/pictures/logo", files={"photo": ("", b"", "")})).text


async def test_a_logo_is_shown_without_its_place_replaced_and_taken_away(shop: Shop) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera Rahasia"
    photo = BytesIO()
    Image.new("RGB", (800, 600), "teal").save(photo, "JPEG", exif=exif)
    first = await shown(shop, photo.getvalue())
    assert b"Kamera Rahasia" not in first
    second = await shown(shop, picture(colour="red"))
    assert first != second
    await shop.owner.post("/business/pictures/logo/removal")
    assert "/photos/" not in (await shop.owner.get("/business/profile")).text
    assert (await (await shop.phone()).get(f"{shop.path}/logo")).status_code == HTTPStatus.NOT_FOUND


async def shown(shop: Shop, content: bytes) -> bytes:
    assert (await send_logo(shop, content)).headers["location"] == "/business/profile"
    address = re.search(r"/photos/[0-9a-f-]{36}", (await shop.owner.get("/business/profile")).text)
    assert address is not None
    answer = await shop.owner.get(address[0])
    assert answer.headers["content-type"] == "image/webp"
    return answer.content


async def test_a_second_business_opens_and_the_first_is_one_tap_away(shop: Shop) -> None:
    await shop.owner.post("/businesses", data={"business_name": "Keripik Bu Siti"})
    assert "Keripik Bu Siti" in (await shop.owner.get("/")).text
    back = re.search(r"/businesses/[0-9a-f-]{36}/opening", (await shop.owner.get("/businesses")).text)
    assert back is not None
    await shop.owner.post(back[0])
    assert "Sate Bandeng Bu Siti" in (await shop.owner.get("/")).text


async def test_the_end_needs_the_password_tells_its_day_and_can_be_taken_back(shop: Shop) -> None:
    assert "Kata sandi ini salah" in (await shop.owner.post("/business/ending", data={"password": "bukan ini"})).text
    assert "akan dihapus pada" not in (await shop.owner.get("/")).text
    await shop.owner.post("/business/ending", data={"password": PASSWORD})
    assert "akan dihapus pada" in (await shop.owner.get("/")).text
    assert (await (await shop.phone()).get(shop.path)).status_code == HTTPStatus.OK, "customers can still come"
    await shop.owner.post("/business/ending/cancellation")
    assert "akan dihapus pada" not in (await shop.owner.get("/")).text
