"""Photos: made small on the phone, taken whole without a script, refused in words when they are none."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Request, expect

from e2e.conftest import PhoneMaker
from e2e.people import bu_siti, sign_up
from e2e.phone import Phone
from e2e.pictures import has_notes, photo, size


@pytest.fixture(scope="session")
def camera_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve megapixels with the place in them, as they lie on the phone."""
    path = tmp_path_factory.mktemp("camera") / "IMG_0001.jpg"
    path.write_bytes(photo(4000, 3000))
    assert 2_000_000 < path.stat().st_size < 10_000_000
    assert has_notes(path.read_bytes())
    return path


def choose(phone: Phone, role: str, path: Path) -> None:
    """Chooses the file on the page of the picture."""
    phone.go(f"/business/pictures/{role}")
    phone.page.locator("input[type=file]").set_input_files(path)


def save(phone: Phone) -> Request:
    """Sends the chosen file; the request that left the phone."""
    with phone.page.expect_request(lambda request: request.method == "POST") as sent:
        phone.page.get_by_role("button", name="Simpan foto").click()
    return sent.value


def length(request: Request) -> int:
    """Bytes of the request's body."""
    # Only after the answer does Chromium tell the headers as they went.
    request.response()
    return int(request.all_headers()["content-length"])


def kept(phone: Phone, role: str) -> bytes:
    """The picture that the profile shows, at its full size."""
    thumb = phone.page.locator(f"a[href='/business/pictures/{role}'] img")
    expect(thumb).to_be_visible()
    assert thumb.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    address = (thumb.get_attribute("src") or "").removesuffix("/thumb")
    return phone.context.request.get(phone.url + address).body()


def test_a_large_photo_leaves_the_phone_small(phone: Phone, camera_photo: Path) -> None:
    sign_up(phone, bu_siti())
    choose(phone, "logo", camera_photo)
    # At once, while the phone is still at work on it.
    request = save(phone)
    expect(phone.page.get_by_text("Foto tersimpan.")).to_be_visible()
    assert length(request) < 200_000
    picture = kept(phone, "logo")
    assert size(picture) == (1280, 960)
    assert not has_notes(picture)


def test_the_place_where_it_was_taken_does_not_leave_the_phone(phone: Phone, camera_photo: Path) -> None:
    sign_up(phone, bu_siti())
    choose(phone, "qris", camera_photo)
    coded = phone.page.locator("input[type=file]").evaluate(
        """async input => {
            const end = performance.now() + 15000;
            while (input.files[0].type !== "image/webp" && performance.now() < end) await new Promise(requestAnimationFrame);
            const bytes = new Uint8Array(await input.files[0].arrayBuffer());
            return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
        }"""
    )
    small = base64.b64decode(coded)
    assert size(small) == (1280, 960)
    assert not has_notes(small)


def test_without_a_script_the_original_is_taken(new_phone: PhoneMaker, camera_photo: Path) -> None:
    phone = new_phone(java_script_enabled=False)
    sign_up(phone, bu_siti())
    choose(phone, "logo", camera_photo)
    request = save(phone)
    expect(phone.page.get_by_text("Foto tersimpan.")).to_be_visible()
    assert length(request) > camera_photo.stat().st_size
    picture = kept(phone, "logo")
    assert size(picture) == (1280, 960)
    assert not has_notes(picture)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_text_called_jpg_is_refused_beside_the_field(new_phone: PhoneMaker, tmp_path: Path, scripts: bool) -> None:
    phone = new_phone(java_script_enabled=scripts)
    phone.expect(422)
    text = tmp_path / "daftar harga.jpg"
    text.write_text("bandeng 25.000\n" * 50)
    sign_up(phone, bu_siti())
    choose(phone, "logo", text)
    save(phone)
    expect(phone.page.locator("#f-photo-error")).to_contain_text("bukan foto")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_file_of_thirty_megabytes_is_refused_beside_the_field(
    new_phone: PhoneMaker, tmp_path: Path, scripts: bool
) -> None:
    phone = new_phone(java_script_enabled=scripts)
    phone.expect(422)
    huge = tmp_path / "besar.jpg"
    huge.write_bytes(b"\xff\xd8" + bytes(30_000_000))
    sign_up(phone, bu_siti())
    choose(phone, "logo", huge)
    save(phone)
    expect(phone.page.locator("#f-photo-error")).to_contain_text("terlalu besar")


def test_no_photo_at_all_is_told_beside_the_field(phone: Phone) -> None:
    phone.expect(422)
    sign_up(phone, bu_siti())
    phone.go("/business/pictures/logo")
    save(phone)
    expect(phone.page.locator("#f-photo-error")).to_contain_text("Pilih foto dulu.")


def test_what_was_chosen_is_shown_before_it_is_sent(phone: Phone, camera_photo: Path) -> None:
    sign_up(phone, bu_siti())
    choose(phone, "logo", camera_photo)
    expect(phone.page.locator(".photo .preview img")).to_be_visible()
    expect(phone.page.get_by_text("IMG_0001.jpg")).to_be_visible()


def test_a_picture_can_be_replaced_and_taken_away(phone: Phone, tmp_path: Path) -> None:
    sign_up(phone, bu_siti())
    for width, height in ((600, 400), (400, 600)):
        path = tmp_path / "logo.jpg"
        path.write_bytes(photo(width, height))
        choose(phone, "logo", path)
        save(phone)
        expect(phone.page.get_by_text("Foto tersimpan.")).to_be_visible()
        assert size(kept(phone, "logo")) == (width, height)
    phone.go("/business/pictures/logo")
    phone.page.get_by_role("button", name="Hapus foto ini").click()
    expect(phone.page.get_by_text("Foto dihapus.")).to_be_visible()
    expect(phone.page.locator("a[href='/business/pictures/logo'] img")).to_have_count(0)
