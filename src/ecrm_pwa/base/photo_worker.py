"""A program: one uploaded file comes in, two small WebP pictures go out. Started by photos.py, once for each file.

Decoders of pictures have had memory errors and will have more. So this runs outside the server, with little memory and
time, knows nothing of the rest of the house, and ends with the one file that it was started for.
"""

import os
import resource
import sys
import warnings
from io import BytesIO
from typing import NoReturn

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 25_000_000
MAX_SIDE = 8_000
MEMORY = 1_000_000_000
SECONDS = 10


def main() -> None:
    """Answers with a line (`photo <width> <height> <bytes of the first picture>`) and both pictures, or with a refusal."""
    _confine()
    try:
        with Image.open(BytesIO(sys.stdin.buffer.read()), formats=("JPEG", "PNG", "WEBP")) as picture:
            # Known from the head of the file, like the number of pixels, before any memory is taken for them.
            if max(picture.size) > MAX_SIDE:
                _refuse("too many pixels")
            full = _on_white(_upright(_small(picture, 1280)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse("too many pixels")
    except UnidentifiedImageError:
        _refuse("not a photo")
    except Exception:  # noqa: BLE001  # decoders raise a dozen kinds, of which none says more than "damaged"
        _refuse("damaged")
    thumb = full.copy()
    thumb.thumbnail((320, 320))
    first, second = _webp(full, 200_000, (80, 70, 60, 50)), _webp(thumb, 8_000, (75, 60, 45, 30, 15))
    _answer(b"photo %d %d %d\n" % (full.width, full.height, len(first)) + first + second)


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # The server ends this process in time; the limit is for one whose server has died.
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # A core dump would be a copy of somebody's photo.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Pages go first on the processor.
    os.setpriority(os.PRIO_PROCESS, 0, 5)
    # A stranger's file must not write into the server's log.
    warnings.simplefilter("ignore")
    # Beyond this Pillow warns, beyond twice as much it raises; for us both are the end.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def _answer(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _refuse(reason: str) -> NoReturn:
    _answer(f"{reason}\n".encode())
    sys.exit()


def _small(picture: Image.Image, side: int) -> Image.Image:
    # A JPEG can be decoded at a half, a quarter or an eighth of its size: less memory and time.
    picture.draft("RGB", (side, side))
    picture.load()
    if picture.mode.startswith("I"):
        # 16 bits a pixel; a plain conversion would cut everything above 255 to white.
        picture = picture.point(lambda value: value / 256).convert("L")
    elif picture.mode in {"P", "PA", "1"} or "transparency" in picture.info:
        # Only whole colours can be mixed into smaller pictures.
        picture = picture.convert("RGBA")
    picture.thumbnail((side, side))
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001  # whatever a damaged note about the rotation raises, the picture itself is good
        return picture


def _on_white(picture: Image.Image) -> Image.Image:
    """The pixels alone, in a picture that never had a note, a place or a colour profile."""
    clean = Image.new("RGB", picture.size, "white")
    if picture.mode in {"RGBA", "LA"}:
        clean.paste(picture, mask=picture.getchannel("A"))
    else:
        clean.paste(picture.convert("RGB"))
    return clean


def _webp(picture: Image.Image, most_bytes: int, qualities: tuple[int, ...]) -> bytes:
    """The best quality that fits, or else the last."""
    data = b""
    for quality in qualities:
        file = BytesIO()
        picture.save(file, "WEBP", quality=quality)
        data = file.getvalue()
        if len(data) <= most_bytes:
            break
    return data


if __name__ == "__main__":
    main()
