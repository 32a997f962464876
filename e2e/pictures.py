"""Photos as phones take them: many pixels, many bytes, and the place in them."""

import random
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

PLACE: dict[int, Any] = {
    ExifTags.GPS.GPSLatitudeRef: "S",
    ExifTags.GPS.GPSLatitude: (6.0, 1.0, 23.5),
    ExifTags.GPS.GPSLongitudeRef: "E",
    ExifTags.GPS.GPSLongitude: (106.0, 9.0, 41.2),
}
MAKER = "Warung Kamera"


def photo(width: int = 4000, height: int = 3000, *, quality: int = 90) -> bytes:
    """A JPEG of a scene with detail, taken at a known place."""
    rows = random.Random(7)
    # Large soft patches with grain over them: as hard to compress as a real photo.
    patches = Image.frombytes("RGB", (40, 30), rows.randbytes(40 * 30 * 3)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    tile = Image.frombytes("RGB", (500, 375), rows.randbytes(500 * 375 * 3)).resize((1000, 750))
    grain = Image.new("RGB", (width, height))
    for left in range(0, width, 1000):
        for top in range(0, height, 750):
            grain.paste(tile, (left, top))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = MAKER
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({int(tag): value for tag, value in PLACE.items()})
    written = BytesIO()
    Image.blend(patches, grain, 0.12).save(written, "JPEG", quality=quality, exif=exif)
    return written.getvalue()


def has_notes(picture: bytes) -> bool:
    """Whether a file still tells the place or the camera."""
    with Image.open(BytesIO(picture)) as image:
        return bool(image.getexif()) or MAKER.encode() in picture


def size(picture: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    with Image.open(BytesIO(picture)) as image:
        return image.size
