"""Photos: good ones become small and tell nothing of their maker, hostile ones are refused in words, and all of them survive."""

import hashlib
import os
import random
import re
import resource
import signal
import stat
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import anyio
import pytest
from anyio.lowlevel import checkpoint
from PIL import Image

from ecrm_pwa.base import photo_worker
from ecrm_pwa.base.photos import PhotoNotFound, PhotoRefused, PhotosBusy, PhotoStore, PhotoWorker, PreparedPhoto

pytestmark = pytest.mark.anyio

EMPTY = "Berkas fotonya kosong. Pilih fotonya sekali lagi."
TOO_BIG = "Foto ini lebih dari 10 MB. Pilih foto yang lebih kecil."
NOT_A_PHOTO = "Berkas ini bukan foto. Kirim foto JPG, PNG, atau WebP."
TOO_MANY_PIXELS = "Foto ini terlalu besar: lebih dari 25 megapiksel. Kecilkan dulu, atau ambil foto baru."
DAMAGED = "Foto ini rusak dan tidak bisa dibuka. Pilih foto lain, atau ambil foto baru."
TOO_SLOW = "Foto ini terlalu lama dibuka. Pilih foto lain, atau ambil foto baru."

SECRET = b"-7.7956,110.3695 kampung Bu Siti"


# --- Pictures, good and bad, made here


def picture(width: int = 640, height: int = 480) -> Image.Image:
    """Something with edges and shades, so that it has a weight like a photo."""
    noise = Image.effect_noise((width // 16 or 1, height // 16 or 1), 60).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    shade = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (noise, shade, Image.blend(noise, shade, 0.5)))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(width: int = 640, height: int = 480) -> bytes:
    return encoded(picture(width, height), "JPEG")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(
    width: int, height: int, *, depth: int = 8, colour: int = 0, extra: bytes = b"", rows: int | None = None
) -> bytes:
    """A black PNG, written row by row: a bomb of 169 megapixels costs the test nothing."""
    packer = zlib.compressobj(9)
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = bytes(1 + (width * channels * depth + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height if rows is None else rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    palette = chunk(b"PLTE", bytes(768)) if colour == 3 else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + palette + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg_that_claims(width: int, height: int) -> bytes:
    data = bytearray(jpeg(64, 64))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_that_claims(width: int, height: int) -> bytes:
    data = bytearray(encoded(picture(64, 64), "WEBP", icc_profile=b"none"))
    extended = data.index(b"VP8X")
    data[extended + 12 : extended + 18] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(data)


def gif_and_html() -> bytes:
    return b"GIF89a/*\x01\x00" + encoded(picture(8, 8).convert("P"), "GIF")[10:] + b"*/=1;<script>alert(1)</script>"


def animated(kind: str, frames: int) -> bytes:
    first, *others = [Image.new("RGB", (64, 64), (n * 3, 0, 0)) for n in range(frames)]
    return encoded(first, kind, save_all=True, append_images=others)


def with_place(orientation: int = 1) -> bytes:
    """What a phone writes: which way it was held, where it was, who made it."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = SECRET.decode()
    notes.get_ifd(0x8825).update({1: "S", 2: (7.0, 47.0, 44.2), 3: "E", 4: (110.0, 22.0, 10.2)})
    # Red above, blue below.
    image = Image.new("RGB", (400, 200), "blue")
    image.paste("red", (0, 0, 400, 100))
    return encoded(image, "JPEG", quality=95, exif=notes, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", EMPTY),
    "30 MB": (lambda: jpeg() + bytes(30_000_000), TOO_BIG),
    "10 MB and a byte": (lambda: bytes(10_000_001), TOO_BIG),
    # No photo at all, whatever the name of the file said.
    "a text": (lambda: b"Sate Bandeng Bu Siti, 10 tusuk\n" * 20, NOT_A_PHOTO),
    "one byte": (lambda: b"x", NOT_A_PHOTO),
    "zeros": (lambda: bytes(5_000), NOT_A_PHOTO),
    "noise": (lambda: random.Random(1).randbytes(50_000), NOT_A_PHOTO),
    "a page": (lambda: b"<!doctype html><script>alert(document.cookie)</script>", NOT_A_PHOTO),
    "a drawing that runs": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', NOT_A_PHOTO),
    "a drawing that bites": (lambda: b'<!DOCTYPE svg [<!ENTITY a "aa">]><svg>&a;</svg>', NOT_A_PHOTO),
    "a GIF": (lambda: encoded(picture().convert("P"), "GIF"), NOT_A_PHOTO),
    "an animation of 60 frames": (lambda: animated("GIF", 60), NOT_A_PHOTO),
    "a GIF that is a script too": (gif_and_html, NOT_A_PHOTO),
    "a BMP": (lambda: encoded(picture(), "BMP"), NOT_A_PHOTO),
    "a TIFF": (lambda: encoded(picture(), "TIFF"), NOT_A_PHOTO),
    "an icon": (lambda: encoded(picture(64, 64), "ICO"), NOT_A_PHOTO),
    "a PPM": (lambda: encoded(picture(), "PPM"), NOT_A_PHOTO),
    "a Targa": (lambda: encoded(picture(), "TGA"), NOT_A_PHOTO),
    "PostScript": (lambda: encoded(picture(), "EPS"), NOT_A_PHOTO),
    "a PDF": (lambda: encoded(picture(), "PDF"), NOT_A_PHOTO),
    "an iPhone's HEIC": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500), NOT_A_PHOTO),
    "a film": (lambda: b"\0\0\0\x18ftypmp42" + bytes(5_000), NOT_A_PHOTO),
    "an archive": (lambda: b"PK\x03\x04" + bytes(500), NOT_A_PHOTO),
    "a program": (lambda: Path(sys.executable).read_bytes()[:100_000], NOT_A_PHOTO),
    "a program in PHP": (lambda: b"<?php system($_GET['c']); ?>", NOT_A_PHOTO),
    "only the first bytes of a JPEG": (lambda: b"\xff\xd8\xff", NOT_A_PHOTO),
    "a text that begins like a JPEG": (lambda: b"\xff\xd8\xff\xe0 halo, saya foto" * 9, DAMAGED),
    "only the first bytes of a PNG": (lambda: b"\x89PNG\r\n\x1a\n", NOT_A_PHOTO),
    "only the first bytes of a WebP": (lambda: b"RIFF\x24\0\0\0WEBP", NOT_A_PHOTO),
    "a sound": (lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(500), NOT_A_PHOTO),
    "a PNG without width": (lambda: png(0, 10), NOT_A_PHOTO),
    # Few bytes, many pixels.
    "a PNG of 169 megapixels": (lambda: png(13_000, 13_000), TOO_MANY_PIXELS),
    "a PNG of 81 megapixels": (lambda: png(9_000, 9_000, depth=1), TOO_MANY_PIXELS),
    "a PNG of 25 megapixels and a row": (lambda: png(5_000, 5_001, depth=1), TOO_MANY_PIXELS),
    "a PNG as long as a road": (lambda: png(8_001, 1), TOO_MANY_PIXELS),
    "a PNG as high as a tower": (lambda: png(1, 8_001), TOO_MANY_PIXELS),
    "a PNG that claims 2^31 a side": (lambda: png(2**31 - 1, 2**31 - 1, rows=0, depth=1), TOO_MANY_PIXELS),
    "a JPEG that claims 65,000 a side": (lambda: jpeg_that_claims(65_000, 65_000), TOO_MANY_PIXELS),
    "a JPEG that claims to be a line": (lambda: jpeg_that_claims(65_000, 1), TOO_MANY_PIXELS),
    "a WebP that claims 12,000 a side": (lambda: webp_that_claims(12_000, 12_000), TOO_MANY_PIXELS),
    "a WebP that claims 16,383 a side": (lambda: webp_that_claims(16_383, 16_383), TOO_MANY_PIXELS),
    # Broken on the way, or on purpose.
    "half a JPEG": (lambda: jpeg()[: len(jpeg()) // 2], DAMAGED),
    "half a PNG": (lambda: encoded(picture(), "PNG")[:200_000], DAMAGED),
    "half a WebP": (lambda: encoded(picture(), "WEBP")[:5_000], DAMAGED),
    "a PNG without pixels": (lambda: png(100, 100, rows=0), DAMAGED),
    "a PNG whose note unpacks to 50 MB": (
        lambda: png(9, 9, extra=chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(50_000_000)))),
        DAMAGED,
    ),
}


@pytest.fixture(scope="module")
def worker() -> PhotoWorker:
    return PhotoWorker()


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_file_that_is_no_good_photo_is_refused_in_words(worker: PhotoWorker, name: str) -> None:
    make, sentence = HOSTILE[name]
    with pytest.raises(PhotoRefused, match=f"^{re.escape(sentence)}$"):
        await worker.prepare(make())


GOOD: dict[str, Callable[[], bytes]] = {
    "from a phone of 12 megapixels": lambda: jpeg(4_000, 3_000),
    "exactly 25 megapixels": lambda: png(5_000, 5_000),
    "of one pixel": lambda: png(1, 1),
    "as long as is allowed": lambda: png(8_000, 1),
    "progressive": lambda: encoded(picture(), "JPEG", progressive=True),
    "grey": lambda: encoded(picture().convert("L"), "JPEG"),
    "in the colours of a printer": lambda: encoded(picture().convert("CMYK"), "JPEG"),
    "with 16 bits a pixel": lambda: png(300, 200, depth=16),
    "with 16 bits a colour": lambda: png(300, 200, depth=16, colour=2),
    "with 16 bits and transparency": lambda: png(300, 200, depth=16, colour=6),
    "grey with transparency": lambda: png(300, 200, colour=4),
    "black and white": lambda: png(300, 200, depth=1),
    "of few colours": lambda: encoded(picture().convert("P"), "PNG"),
    "of few colours, one transparent": lambda: encoded(picture().convert("P"), "PNG", transparency=0),
    "WebP": lambda: encoded(picture(), "WEBP"),
    "WebP without loss": lambda: encoded(picture().convert("RGBA"), "WEBP", lossless=True),
    "WebP that moves": lambda: animated("WEBP", 60),
    "PNG that moves": lambda: animated("PNG", 60),
    "with a page behind it": lambda: jpeg() + b"<html><script>alert(1)</script>",
    "with a program in its note": lambda: encoded(picture(), "JPEG", comment=b"<?php system($_GET['c']); ?>"),
    "with an archive behind it": lambda: encoded(picture(), "PNG") + b"PK\x03\x04" + bytes(500),
    "with another photo behind it": lambda: encoded(picture(), "MPO", save_all=True, append_images=[picture()]),
    "with a broken note about its rotation": lambda: encoded(picture(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"),
    "with 500 notes": lambda: png(9, 9, extra=chunk(b"tEXt", b"note\0" + SECRET) * 500),
    "with fewer pixels than it claims": lambda: jpeg_that_claims(4_000, 4_000),
    "with half its rows": lambda: png(100, 100, rows=50),
    "with a colour profile": lambda: encoded(picture(), "JPEG", icc_profile=bytes(128) + SECRET),
    "with its place": with_place,
}


@pytest.mark.parametrize("name", GOOD)
async def test_a_photo_becomes_two_small_pictures_and_nothing_else(worker: PhotoWorker, name: str) -> None:
    photo = await worker.prepare(GOOD[name]())
    assert 1 <= max(photo.width, photo.height) <= 1_280
    assert photo.sha256 == hashlib.sha256(photo.full).hexdigest()
    for data, side, most in ((photo.full, 1_280, 200_000), (photo.thumb, 320, 8_000)):
        assert parts(data) <= {"VP8 "}
        assert b"<script" not in data
        assert b"<?php" not in data
        assert SECRET[:20] not in data
        assert len(data) <= most
        with Image.open(BytesIO(data)) as kept:
            assert kept.format == "WEBP"
            assert max(kept.size) <= side
            assert not kept.getexif()
            kept.load()
    with Image.open(BytesIO(photo.full)) as kept:
        assert kept.size == (photo.width, photo.height)


def parts(webp: bytes) -> set[str]:
    """The kinds of parts in a WebP file; beside the pixels there could be notes, a profile, frames."""
    assert webp[:4] == b"RIFF"
    assert struct.unpack("<I", webp[4:8])[0] == len(webp) - 8
    found, at = set(), 12
    while at < len(webp):
        size = struct.unpack("<I", webp[at + 4 : at + 8])[0]
        found.add(webp[at : at + 4].decode())
        at += 8 + size + size % 2
    return found


@pytest.mark.parametrize(
    ("orientation", "red_side"),
    [(1, "top"), (2, "top"), (3, "bottom"), (4, "bottom"), (5, "left"), (6, "right"), (7, "right"), (8, "left")],
)
async def test_a_photo_stands_upright_however_the_phone_was_held(
    worker: PhotoWorker, orientation: int, red_side: str
) -> None:
    sent = with_place(orientation)
    assert SECRET in sent
    photo = await worker.prepare(sent)
    width, height = photo.width, photo.height
    assert (width, height) == ((200, 400) if red_side in {"left", "right"} else (400, 200))
    places = {
        "top": (width // 2, 10),
        "bottom": (width // 2, height - 10),
        "left": (10, height // 2),
        "right": (width - 10, height // 2),
    }
    with Image.open(BytesIO(photo.full)) as kept:
        for side, place in places.items():
            red, _green, blue = kept.convert("RGB").getpixel(place) or (0, 0, 0)  # type: ignore[misc]  # RGB has three
            if side == red_side:
                assert red > 200
            elif side == {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}[red_side]:
                assert blue > 200


def logo(mode: str) -> bytes:
    """Black on the left, nothing on the right."""
    image = Image.new("RGBA", (200, 100), (255, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 100, 100))
    if mode == "RGB":  # one of its colours means "nothing"
        return encoded(image.convert("RGB"), "PNG", transparency=(255, 0, 0))
    return encoded(image.convert(mode), "PNG")


@pytest.mark.parametrize("mode", ["RGBA", "LA", "RGB", "P"])
async def test_what_was_transparent_is_white(worker: PhotoWorker, mode: str) -> None:
    photo = await worker.prepare(logo(mode))
    with Image.open(BytesIO(photo.full)) as kept:
        shades = kept.convert("L")
        assert shades.getpixel((50, 50)) == pytest.approx(0, abs=20)
        assert shades.getpixel((150, 50)) == pytest.approx(255, abs=20)


async def test_16_bits_keep_their_shade(worker: PhotoWorker) -> None:
    photo = await worker.prepare(encoded(Image.new("I;16", (100, 100), 32_768), "PNG"))
    with Image.open(BytesIO(photo.full)) as kept:
        assert kept.convert("L").getpixel((50, 50)) == pytest.approx(128, abs=4)


async def test_the_shape_of_the_photo_is_kept(worker: PhotoWorker) -> None:
    photo = await worker.prepare(jpeg(3_000, 4_000))
    assert (photo.width, photo.height) == (960, 1_280)


async def test_a_small_photo_is_not_blown_up(worker: PhotoWorker) -> None:
    photo = await worker.prepare(jpeg(200, 100))
    assert (photo.width, photo.height) == (200, 100)


async def test_files_damaged_at_random_are_prepared_or_refused_and_nothing_else(worker: PhotoWorker) -> None:
    dice = random.Random(20261124)
    whole = [jpeg(200, 150), encoded(picture(200, 150), "PNG"), encoded(picture(200, 150), "WEBP"), with_place(6)]
    refused: list[str] = []
    prepared: list[set[str]] = []
    for turn in range(60):
        data = bytearray(dice.choice(whole))
        for _ in range(dice.choice((1, 3, 30))):
            # Most of what decoders believe stands at the beginning.
            at = dice.randrange(dice.choice((60, 600, len(data))))
            data[at] = dice.randrange(256)
        if turn % 5 == 0:
            del data[dice.randrange(len(data)) :]
        try:
            photo = await worker.prepare(bytes(data) or b"x")
        except PhotoRefused as refusal:
            refused.append(str(refusal))
        else:
            prepared.append(parts(photo.full))
    assert set(refused) <= {NOT_A_PHOTO, DAMAGED, TOO_MANY_PIXELS}
    assert all(kinds == {"VP8 "} for kinds in prepared)
    assert min(len(refused), len(prepared)) > 5
    assert (await worker.prepare(jpeg())).width == 640


# --- The worker


def workers() -> list[int]:
    """The processes that prepare photos for this one."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes()
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):  # no process, or one that just ended
            continue
        if parent == os.getpid() and b"photo_worker" in command:
            found.append(int(folder.name))
    return found


async def a_worker_starts() -> list[int]:
    while not (found := workers()):
        await checkpoint()
    return found


async def kill_next_worker() -> None:
    killed = await a_worker_starts()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    while set(killed) & set(workers()):
        await checkpoint()


async def test_a_worker_that_is_killed_costs_nothing(worker: PhotoWorker) -> None:
    big = jpeg(4_000, 3_000)
    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            group.start_soon(kill_next_worker)
            assert (await worker.prepare(big)).width == 1_280


async def test_a_photo_that_kills_the_worker_each_time_is_refused_and_the_next_one_works(worker: PhotoWorker) -> None:
    async def kill_two() -> None:
        await kill_next_worker()
        await kill_next_worker()

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            group.start_soon(kill_two)
            with pytest.raises(PhotoRefused, match=re.escape(DAMAGED)):
                await worker.prepare(jpeg(4_000, 3_000))
        assert (await worker.prepare(jpeg())).width == 640


async def test_a_photo_that_takes_too_long_is_refused_and_the_next_one_works(
    worker: PhotoWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(photo_worker, "SECONDS", 0.02)
        with pytest.raises(PhotoRefused, match=re.escape(TOO_SLOW)):
            await worker.prepare(jpeg(4_000, 3_000))
    assert workers() == []
    assert (await worker.prepare(jpeg())).width == 640


async def test_who_hangs_up_takes_the_worker_along(worker: PhotoWorker) -> None:
    big = jpeg(4_000, 3_000)
    for milliseconds in range(0, 60, 2):
        with anyio.move_on_after(milliseconds / 1_000):
            await worker.prepare(big)
        assert workers() == []
    assert (await worker.prepare(jpeg())).width == 640


async def test_the_worker_has_little_memory_and_leaves_no_copy_of_the_photo(worker: PhotoWorker) -> None:
    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            group.start_soon(worker.prepare, jpeg(4_000, 3_000))
            pid = (await a_worker_starts())[0]
            while resource.prlimit(pid, resource.RLIMIT_CORE) != (0, 0):
                await checkpoint()
            assert resource.prlimit(pid, resource.RLIMIT_AS) == (1_000_000_000, 1_000_000_000)


async def test_only_one_photo_is_prepared_at_a_time(worker: PhotoWorker) -> None:
    most, left = 0, 4

    async def prepare() -> None:
        nonlocal left
        await worker.prepare(jpeg(1_600, 1_200))
        left -= 1

    async with anyio.create_task_group() as group:
        for _ in range(left):
            group.start_soon(prepare)
        while left:
            most = max(most, len(workers()))
            await checkpoint()
    assert most == 1


async def test_the_server_answers_others_while_a_photo_is_prepared(worker: PhotoWorker) -> None:
    done = []

    async def prepare() -> None:
        await worker.prepare(jpeg(4_000, 3_000))
        done.append("photo")

    async with anyio.create_task_group() as group:
        group.start_soon(prepare)
        await a_worker_starts()
        for _ in range(20):
            await checkpoint()
        done.append("page")
    assert done == ["page", "photo"]


async def test_too_many_waiting_photos_are_sent_away_for_the_moment(worker: PhotoWorker) -> None:
    heavy = jpeg(64, 64) + bytes(9_000_000)
    ends: list[int | str] = []

    async def prepare() -> None:
        try:
            ends.append((await worker.prepare(heavy)).width)
        except PhotosBusy as busy:
            ends.append(str(busy))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(prepare)
    assert sorted(ends, key=str) == [64] * 7 + ["Banyak foto sedang diproses. Coba lagi sebentar lagi."]
    assert (await worker.prepare(heavy)).width == 64


def test_the_worst_photo_that_is_allowed_fits_into_little_memory() -> None:
    worst = [
        png(5_000, 5_000, colour=6),
        encoded(Image.new("RGBA", (5_000, 5_000), (1, 2, 3, 9)), "WEBP", lossless=True),
    ]
    # A small process in between: the system counts a child's memory from its parent's.
    measure = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-I', sys.argv[1]], check=True, stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    for data in worst:
        command = [sys.executable, "-c", measure, photo_worker.__file__]
        kilobytes = int(subprocess.run(command, input=data, check=True, stdout=subprocess.PIPE).stdout)
        # With the 150 MB of the server beside it that is less than 600.
        assert 50_000 < kilobytes < 450_000


def kilobytes_held() -> int:
    return int(re.findall(r"VmRSS:\s*(\d+)", Path("/proc/self/status").read_text())[0])


async def test_the_server_does_not_grow_with_the_bombs_it_is_sent(worker: PhotoWorker) -> None:
    bombs = [make() for make, _sentence in HOSTILE.values()]
    await worker.prepare(jpeg(4_000, 3_000))
    before = kilobytes_held()
    for bomb in bombs:
        with pytest.raises(PhotoRefused):
            await worker.prepare(bomb)
    assert kilobytes_held() - before < 20_000
    assert workers() == []


# --- The store


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    return PhotoStore(tmp_path / "photos")


def photo(text: bytes = b"photo") -> PreparedPhoto:
    return PreparedPhoto(full=text, thumb=b"small " + text, width=1, height=1, sha256="")


async def test_a_photo_is_kept_under_a_name_that_nobody_can_guess(store: PhotoStore, tmp_path: Path) -> None:
    name, other = await store.save(photo(b"one")), await store.save(photo(b"two"))
    assert re.fullmatch("[0-9a-f]{32}", name)
    assert name != other
    assert store.path(name, "full") == tmp_path / "photos" / name[:2] / name[2:4] / f"{name}.webp"
    assert (await store.read(name, "full"), await store.read(name, "thumb")) == (b"one", b"small one")


async def test_only_the_server_and_its_group_may_read_a_photo(store: PhotoStore) -> None:
    before = os.umask(0)
    try:
        name = await store.save(photo())
    finally:
        os.umask(before)
    path = store.path(name, "full")
    assert [stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(store.path(name, "thumb").stat().st_mode)] == [0o640, 0o640]
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o750


async def test_a_photo_is_on_disk_before_its_name_is_told(
    store: PhotoStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk: list[str] = []
    really_sync, really_rename = os.fsync, Path.rename

    def sync(handle: int) -> None:
        on_disk.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        really_sync(handle)

    def rename(self: Path, target: Path) -> Path:
        assert str(self) in on_disk, "renamed before its content was on disk"
        on_disk.append(str(target))
        return really_rename(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "rename", rename)
    full = store.path(await store.save(photo()), "full")
    # The folders come after everything that was put into them.
    assert on_disk[-4:] == [str(full.parent), str(full.parent.parent), str(tmp_path / "photos"), str(tmp_path)]
    assert str(full) in on_disk


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """No file of this process can grow beyond this many bytes: as on a full disk, in the middle of a write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_on_a_full_disk_nothing_half_is_left(store: PhotoStore, tmp_path: Path) -> None:
    too_much = PreparedPhoto(full=b"fits", thumb=bytes(200_000), width=1, height=1, sha256="")
    with files_end_at(100_000), pytest.raises(OSError, match="too large"):
        await store.save(too_much)
    assert [path for path in (tmp_path / "photos").rglob("*") if path.is_file()] == []
    assert await store.read(await store.save(too_much), "full") == b"fits"


@pytest.mark.parametrize(
    "name", ["", "a" * 31, "a" * 33, "A" * 32, "g" * 32, "../" + "a" * 29, "a" * 32 + "\n", "a" * 30 + "/.", "\0" * 32]
)
async def test_what_is_no_name_finds_nothing(store: PhotoStore, name: str) -> None:
    with pytest.raises(PhotoNotFound):
        store.path(name, "full")
    with pytest.raises(PhotoNotFound):
        await store.read(name, "thumb")
    with pytest.raises(PhotoNotFound):
        await store.remove(name)


async def test_a_removed_photo_is_gone_and_may_be_removed_again(store: PhotoStore) -> None:
    name, stays = await store.save(photo()), await store.save(photo())
    await store.remove(name)
    await store.remove(name)
    for size in ("full", "thumb"):
        with pytest.raises(PhotoNotFound):
            await store.read(name, size)
    assert await store.read(stays, "full") == b"photo"


def age(store: PhotoStore, name: str, by: timedelta) -> None:
    for path in (store.path(name, "full"), store.path(name, "thumb")):
        moment = path.stat().st_mtime - by.total_seconds()
        os.utime(path, (moment, moment))


async def test_the_sweep_takes_old_photos_that_no_record_names_and_only_those(
    store: PhotoStore, tmp_path: Path
) -> None:
    kept, orphan, young = [await store.save(photo()) for _ in range(3)]
    day = timedelta(days=1)
    age(store, kept, 2 * day)
    age(store, orphan, 2 * day)
    unfinished = store.path(orphan, "full").with_name(f"{'0' * 32}.webp.unfinished")
    foreign = store.path(orphan, "full").with_name("README.webp")
    for path in (unfinished, foreign):
        path.write_bytes(b"")
        os.utime(path, (0, 0))
    asked: list[str] = []

    async def known(names: Collection[str]) -> set[str]:
        asked.extend(names)
        return {kept}.intersection(names)

    assert await store.sweep(known, older_than=day) == 2
    assert young not in asked
    assert foreign.exists()
    left = {path.name for path in (tmp_path / "photos").rglob("*") if path.is_file()}
    assert left == {f"{name}{end}" for name in (kept, young) for end in (".webp", ".thumb.webp")} | {"README.webp"}
    assert await store.sweep(known, older_than=day) == 0


async def test_the_sweep_of_a_store_without_photos_finds_nothing(store: PhotoStore) -> None:
    async def known(names: Collection[str]) -> Collection[str]:
        return names

    assert await store.sweep(known, older_than=timedelta()) == 0
