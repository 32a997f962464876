"""The village's pictures, drawn: logos, goods, and the photos that customers sent with their complaints."""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO

from PIL import Image, ImageDraw

_OVERSIZED = 2
"""Drawn larger and then reduced: Pillow's own edges are jagged."""
_LOGO = (640, 640)
_PHOTO = (1024, 768)
_WARE = (640, 480)

Point = tuple[float, float]

_LEAF, _DARK_LEAF, _VEIN = "#2f7d4f", "#1c5c38", "#4f9a69"
_TABLE, _GRAIN = "#b98a5e", "#a97a4f"
_BAMBOO = "#e3c88f"
_STRAW, _GREEN_STRAW, _SHADE = "#e6cf8d", "#7fa65a", "#6f5a2b"


class _Sheet:
    """A picture whose height is 100, whatever its pixels; everything is drawn in that measure."""

    def __init__(self, size: tuple[int, int], ground: str) -> None:
        self._size = size
        self._image = Image.new("RGB", (size[0] * _OVERSIZED, size[1] * _OVERSIZED), ground)
        self._draw = ImageDraw.Draw(self._image)
        self._unit = size[1] * _OVERSIZED / 100
        self.width = 100 * size[0] / size[1]

    def png(self) -> bytes:
        """The file."""
        file = BytesIO()
        self._image.resize(self._size, Image.Resampling.LANCZOS).save(file, "PNG")
        return file.getvalue()

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self._draw.polygon([(x * self._unit, y * self._unit) for x, y in points], fill)

    def line(self, points: Sequence[Point], fill: str, width: float) -> None:
        """With round ends and corners."""
        scaled = [(x * self._unit, y * self._unit) for x, y in points]
        self._draw.line(scaled, fill, round(width * self._unit), joint="curve")
        for x, y in points:
            self.disc(x, y, width / 2, fill)

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        self.oval(x, y, radius, radius, fill)

    def oval(self, x: float, y: float, wide: float, high: float, fill: str) -> None:
        u = self._unit
        self._draw.ellipse(((x - wide) * u, (y - high) * u, (x + wide) * u, (y + high) * u), fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, radius: float = 0) -> None:
        u = self._unit
        self._draw.rounded_rectangle((left * u, top * u, right * u, bottom * u), radius * u, fill)


def draw(name: str) -> bytes:
    """The picture of that name as a PNG file."""
    return _PICTURES[name]().png()


def _sate_bandeng() -> _Sheet:
    sheet = _Sheet(_LOGO, _LEAF)
    _leaf_veins(sheet)
    for shift in (-5, 5):
        sheet.line([(14 + shift, 96 + shift), (90 + shift, 6 + shift)], _BAMBOO, 2.6)
    _fish(sheet, 52, 50, 1.3, "#b5652b")
    return sheet


def _emping() -> _Sheet:
    sheet = _Sheet(_LOGO, "#a8382c")
    dice = random.Random(3)  # noqa: S311 (a drawing, no secret)
    for x, y, size in ((30, 33, 21), (69, 30, 20), (22, 66, 19), (76, 66, 22), (48, 76, 20), (50, 48, 24)):
        _cracker(sheet, x, y, size, dice)
    return sheet


def _gipang() -> _Sheet:
    sheet = _Sheet(_LOGO, "#5f3420")
    dice = random.Random(5)  # noqa: S311 (a drawing, no secret)
    for x, y in ((20, 20), (53, 20), (20, 53), (53, 53)):
        _bar(sheet, x, y, 28, dice)
    return sheet


def _rabeg() -> _Sheet:
    sheet = _Sheet(_LOGO, "#7f2b1d")
    for x in (36, 50, 64):
        wave = [(x + 3 * math.sin(y / 4), float(y)) for y in range(14, 35)]
        sheet.line(wave, "#d9a79c", 2.4)
    sheet.oval(50, 52, 38, 12, "#f7f2e8")
    sheet.shape(_arc(50, 52, 38, 38, 0, 180), "#f7f2e8")
    sheet.shape([*_arc(50, 60, 36.5, 25, 0, 180), *reversed(_arc(50, 56, 37.5, 25, 0, 180))], "#2f5f8f")
    sheet.box(38, 86, 62, 92, "#d8cfbf", 2)
    sheet.oval(50, 52, 34, 9.5, "#8a4a1c")
    for x, y in ((34, 50), (46, 55), (58, 49), (67, 54)):
        sheet.oval(x, y, 6.5, 3.6, "#5b2c12")
        sheet.oval(x - 1, y - 0.8, 4, 1.8, "#7a4321")
    for x, y in ((41, 48), (52, 52), (62, 57)):
        sheet.oval(x, y, 1.8, 1, "#7fb35a")
    return sheet


def _pandan() -> _Sheet:
    sheet = _Sheet(_LOGO, "#fbf3dc")
    for left, right in ((31, 69), (37, 63)):
        sheet.line(_arc((left + right) / 2, 42, (right - left) / 2, 30, 180, 360), _SHADE, 3)
    _weave(sheet, 18, 42, 82, 88)
    sheet.box(16, 39, 84, 45, _GREEN_STRAW, 3)
    return sheet


def _torn_leaf() -> _Sheet:
    sheet = _table()
    sheet.oval(67, 52, 56, 36, "#f3efe6")
    sheet.oval(67, 52, 47, 29, "#e4ded1")
    sheet.shape([(24, 50), (38, 33), (96, 30), (110, 48), (99, 66), (40, 68)], _DARK_LEAF)
    for start in range(34, 106, 8):
        sheet.line([(start, 34 + abs(67 - start) / 18), (start + 3, 65)], _VEIN, 0.5)
    # Torn in the middle, and what was inside runs out.
    sheet.shape(
        [(60, 31), (64, 40), (59, 47), (66, 55), (60, 68), (82, 68), (86, 57), (79, 48), (86, 39), (81, 30)], "#a34a1f"
    )
    sheet.shape(_blob(72, 72, 20, 9, 7), "#8f3d18")
    sheet.shape(_blob(96, 80, 9, 4, 2), "#8f3d18")
    sheet.oval(70, 49, 8, 5, "#c7742f")
    return sheet


def _mouldy_fish() -> _Sheet:
    sheet = _table()
    sheet.oval(67, 52, 58, 40, "#eef2f4")
    sheet.oval(67, 52, 48, 32, "#dde4e8")
    _fish(sheet, 67, 52, 1.05, "#9a5a2c", level=True)
    for x, y, size in ((50, 48, 6), (63, 58, 4.5), (76, 48, 5.5), (84, 56, 3.5)):
        sheet.shape(_blob(x, y, size, size * 0.8, size), "#c9d3c0")
        sheet.shape(_blob(x, y, size * 0.55, size * 0.45, size + 1), "#8fa088")
    return sheet


def _broken_crackers() -> _Sheet:
    sheet = _table()
    dice = random.Random(11)  # noqa: S311 (a drawing, no secret)
    sheet.box(30, 12, 104, 84, "#dfe6ea", 5)
    sheet.box(33, 15, 101, 81, "#cfd9df", 4)
    for _piece in range(60):
        x, y = dice.uniform(38, 96), dice.uniform(24, 76)
        _crumb(sheet, x, y, dice.uniform(3, 8), dice)
    # The bag is open at its corner, and pieces lie beside it.
    sheet.shape([(101, 62), (112, 70), (104, 86), (90, 84)], _TABLE)
    for _piece in range(14):
        _crumb(sheet, dice.uniform(94, 128), dice.uniform(70, 96), dice.uniform(2, 5), dice)
    return sheet


def _ants() -> _Sheet:
    sheet = _table()
    dice = random.Random(13)  # noqa: S311 (a drawing, no secret)
    sheet.oval(67, 54, 56, 38, "#f3efe6")
    for x, y in ((34, 30), (64, 28), (40, 56), (70, 54)):
        _bar(sheet, x, y, 24, dice)
    for _ant in range(26):
        _insect(sheet, dice.uniform(24, 114), dice.uniform(24, 88), dice.uniform(0, 2 * math.pi))
    return sheet


def _spilled_soup() -> _Sheet:
    sheet = _table()
    sheet.shape(_blob(70, 70, 56, 22, 4), "#8a4a1c")
    sheet.shape(_blob(66, 68, 46, 15, 6), "#9d5a26")
    bag = [(40, 26), (52, 34), (80, 34), (93, 24), (98, 62), (86, 78), (48, 78), (36, 60)]
    sheet.shape(bag, "#e8eef1")
    sheet.shape([(39, 56), (68, 53), (97, 57), (97, 62), (86, 77), (48, 77), (37, 60)], "#c79a74")
    sheet.line([(52, 34), (62, 40), (72, 39), (80, 34)], "#b9c6cd", 1.2)
    sheet.line([(54, 34), (46, 16)], "#cfd9df", 4)
    sheet.line([(79, 34), (88, 14)], "#cfd9df", 4)
    for x, y in ((56, 60), (70, 64), (82, 58), (64, 70)):
        sheet.oval(x, y, 7, 4.5, "#5b2c12")
    return sheet


def _frayed_strap() -> _Sheet:
    sheet = _table()
    sheet.line(_arc(67, 40, 30, 32, 180, 268), _SHADE, 3.4)
    sheet.line([(97, 40), (99, 26), (107, 20)], _SHADE, 3.4)
    for x, y in ((60, 4), (66, 9), (72, 6), (68, 14)):
        sheet.line([(66, 8), (x, y)], _SHADE, 0.8)
    for x, y in ((112, 12), (115, 18), (114, 25)):
        sheet.line([(107, 20), (x, y)], _SHADE, 0.8)
    _weave(sheet, 24, 40, 110, 92)
    sheet.box(22, 37, 112, 43, _GREEN_STRAW, 3)
    return sheet


def _otak_otak() -> _Sheet:
    sheet = _Sheet(_WARE, "#d8c3a0")
    for y in (22, 38, 54, 70):
        sheet.box(18, y, 112, y + 13, _DARK_LEAF, 6)
        sheet.box(20, y + 1, 110, y + 11, "#3f8a52", 5)
        for x in range(26, 106, 9):
            sheet.line([(x, y + 2), (x + 4, y + 10)], _VEIN, 0.6)
        for x in (20, 108):
            sheet.line([(x, y - 1), (x + 3, y + 13)], _BAMBOO, 1.6)
    return sheet


def _presto() -> _Sheet:
    sheet = _Sheet(_WARE, "#e9e2d2")
    sheet.oval(67, 52, 58, 38, "#f7f5ef")
    sheet.oval(67, 52, 49, 31, "#e6e1d6")
    _fish(sheet, 66, 52, 1.1, "#c08a52", level=True)
    for x, y in ((104, 34), (110, 42), (102, 44)):
        sheet.disc(x, y, 4, "#c8412f")
    return sheet


def _sambal() -> _Sheet:
    sheet = _Sheet(_WARE, "#f3d9b8")
    sheet.box(54, 8, 80, 22, "#2b2320", 3)
    sheet.box(50, 20, 84, 94, "#6b1c12", 8)
    sheet.box(50, 20, 84, 32, "#8c2a1b", 8)
    sheet.box(52, 44, 82, 76, "#fbf3dc", 2)
    sheet.line([(60, 68), (66, 54), (74, 52)], "#c8412f", 5)
    sheet.line([(74, 52), (78, 48)], "#2f7d4f", 2)
    return sheet


def _raw_emping() -> _Sheet:
    sheet = _Sheet(_WARE, "#7d5a37")
    dice = random.Random(17)  # noqa: S311 (a drawing, no secret)
    sheet.oval(67, 52, 62, 44, "#a27a4d")
    sheet.oval(67, 52, 57, 39, "#8c683f")
    for _disc in range(60):
        x, y = 67 + dice.uniform(-46, 46), 52 + dice.uniform(-29, 29)
        sheet.shape(_blob(x + 0.8, y + 1, 9, 8, dice.randrange(99)), "#cbb27a")
        sheet.shape(_blob(x, y, 9, 8, dice.randrange(99)), "#efe2b8")
    return sheet


def _gift_box() -> _Sheet:
    sheet = _Sheet(_WARE, "#f6e7d6")
    dice = random.Random(19)  # noqa: S311 (a drawing, no secret)
    sheet.box(22, 18, 112, 90, "#8b2f3a", 4)
    sheet.box(26, 22, 108, 86, "#fbf3dc", 3)
    for x, y in ((30, 26), (56, 26), (82, 26), (30, 56), (56, 56), (82, 56)):
        _bar(sheet, x, y, 22, dice)
    sheet.line([(67, 14), (67, 94)], "#d9a441", 4)
    for side in (-1, 1):
        sheet.shape(_blob(67 + side * 9, 12, 9, 6, side + 3), "#d9a441")
    return sheet


def _rice_in_leaf() -> _Sheet:
    sheet = _table()
    for left, top in ((16, 20), (66, 34)):
        sheet.shape([(left, top + 20), (left + 26, top), (left + 52, top + 20), (left + 26, top + 44)], _DARK_LEAF)
        sheet.shape([(left + 6, top + 20), (left + 26, top + 5), (left + 46, top + 20), (left + 26, top + 37)], _LEAF)
        sheet.shape(_blob(left + 26, top + 21, 13, 9, left), "#f7f2e4")
        sheet.shape(_blob(left + 28, top + 19, 7, 4, top), "#8a4a1c")
        sheet.line([(left + 2, top + 21), (left + 50, top + 19)], _BAMBOO, 1.4)
    return sheet


def _rice_box() -> _Sheet:
    sheet = _table()
    sheet.box(20, 14, 116, 90, "#f4efe4", 3)
    sheet.box(24, 18, 112, 86, "#ded5c3", 3)
    sheet.shape(_blob(48, 42, 20, 18, 3), "#fbf8ef")
    sheet.shape(_blob(86, 38, 18, 14, 5), "#7a3d1c")
    sheet.shape(_blob(48, 74, 18, 8, 8), "#4f9a55")
    for x, colour in ((74, "#e6c35a"), (86, "#c8412f"), (98, "#e6c35a")):
        sheet.disc(x, 70, 6, colour)
    return sheet


def _mat() -> _Sheet:
    sheet = _Sheet(_WARE, "#c9b58a")
    _weave(sheet, 8, 8, 126, 92)
    return sheet


def _coaster() -> _Sheet:
    sheet = _Sheet(_WARE, "#efe6d0")
    for x, y in ((42, 38), (90, 34), (66, 68)):
        for radius, colour in ((26, _SHADE), (25, _STRAW), (18, _GREEN_STRAW), (12, _STRAW), (6, _SHADE)):
            sheet.disc(x, y, radius, colour)
        for turn in range(0, 360, 15):
            step = (math.cos(math.radians(turn)), math.sin(math.radians(turn)))
            sheet.line([(x + 6 * step[0], y + 6 * step[1]), (x + 24 * step[0], y + 24 * step[1])], "#cdb26c", 0.5)
    return sheet


_PICTURES: Mapping[str, Callable[[], _Sheet]] = {
    "sate_bandeng": _sate_bandeng,
    "emping": _emping,
    "gipang": _gipang,
    "rabeg": _rabeg,
    "pandan": _pandan,
    "torn_leaf": _torn_leaf,
    "mouldy_fish": _mouldy_fish,
    "broken_crackers": _broken_crackers,
    "ants": _ants,
    "spilled_soup": _spilled_soup,
    "frayed_strap": _frayed_strap,
    "otak_otak": _otak_otak,
    "presto": _presto,
    "sambal": _sambal,
    "raw_emping": _raw_emping,
    "gift_box": _gift_box,
    "rice_in_leaf": _rice_in_leaf,
    "rice_box": _rice_box,
    "mat": _mat,
    "coaster": _coaster,
}


def _table() -> _Sheet:
    sheet = _Sheet(_PHOTO, _TABLE)
    for y in range(4, 100, 9):
        sheet.line([(0, float(y)), (60, y + 1.5), (sheet.width, float(y))], _GRAIN, 0.7)
    return sheet


def _leaf_veins(sheet: _Sheet) -> None:
    for start in range(-100, 120, 9):
        sheet.line([(float(start), 100), (start + 55, 0)], _DARK_LEAF, 1)
    sheet.line([(0, 30), (100, 78)], _VEIN, 2)


def _fish(sheet: _Sheet, x: float, y: float, size: float, skin: str, *, level: bool = False) -> None:
    """A grilled one, its tail to the lower left (or left, when `level`)."""
    turn = 0 if level else math.radians(-50)

    def at(along: float, across: float) -> Point:
        along, across = along * size, across * size
        return x + along * math.cos(turn) - across * math.sin(turn), y + along * math.sin(turn) + across * math.cos(
            turn
        )

    def body(scale: float) -> Iterator[Point]:
        for step in range(61):
            part = step / 60
            yield at(-30 + 62 * part, -scale * 13 * math.sin(math.pi * part**0.75))
        for step in range(61):
            part = 1 - step / 60
            yield at(-30 + 62 * part, scale * 13 * math.sin(math.pi * part**0.75))

    sheet.shape([at(-25, 0), at(-42, -13), at(-37, 0), at(-42, 13)], "#7a3f1a")
    sheet.shape([at(-6, -11), at(6, -20), at(12, -12)], "#7a3f1a")
    sheet.shape(list(body(1.0)), "#7a3f1a")
    sheet.shape(list(body(0.88)), skin)
    sheet.shape(
        [at(-20, 4), *(at(-20 + 2 * step, 4 + 4.5 * math.sin(math.pi * step / 22)) for step in range(23))], "#d08a46"
    )
    for mark in (-14, -5, 4, 13):
        sheet.line([at(mark, -7.5), at(mark + 4, 6.5)], "#5a2b10", 1.8 * size)
    sheet.line([at(19.5, -6), at(18, 0), at(19.5, 6)], "#7a3f1a", 1.1 * size)
    for radius, colour in ((2.2, "#fff7e6"), (1.1, "#20130a")):
        sheet.disc(*at(25.5, -2.2), radius * size, colour)


def _cracker(sheet: _Sheet, x: float, y: float, size: float, dice: random.Random) -> None:
    seed = dice.randrange(1000)
    sheet.shape(_blob(x + 1.2, y + 1.6, size, size * 0.94, seed), "#7d2a20")
    sheet.shape(_blob(x, y, size, size * 0.94, seed), "#d9b45a")
    sheet.shape(_blob(x, y, size * 0.9, size * 0.84, seed), "#f2d98c")
    for ring in (0.62, 0.36):
        sheet.shape(_blob(x, y, size * ring, size * ring * 0.9, seed + 1), "#e5c46f")
        sheet.shape(_blob(x, y, size * (ring - 0.08), size * (ring - 0.08) * 0.9, seed + 1), "#f6e3a6")


def _crumb(sheet: _Sheet, x: float, y: float, size: float, dice: random.Random) -> None:
    turns = sorted(dice.uniform(0, 2 * math.pi) for _corner in range(5))
    points = [(x + size * math.cos(turn), y + size * math.sin(turn)) for turn in turns]
    sheet.shape([(px + 0.5, py + 0.7) for px, py in points], "#b38f42")
    sheet.shape(points, dice.choice(("#f2d98c", "#ead07d", "#f6e3a6")))


def _bar(sheet: _Sheet, left: float, top: float, size: float, dice: random.Random) -> None:
    sheet.box(left + 1, top + 1.6, left + size + 1, top + size + 1.6, "#3d1f12", 5)
    sheet.box(left, top, left + size, top + size, "#d79a3f", 5)
    sheet.box(left + 1.5, top + 1.5, left + size - 1.5, top + size - 1.5, "#e6b35a", 4)
    for _grain in range(38):
        x, y = dice.uniform(left + 4, left + size - 4), dice.uniform(top + 4, top + size - 4)
        sheet.oval(x, y, 1.5, 0.9, dice.choice(("#fdf3d6", "#f7e3b0", "#8a5223")))


def _weave(sheet: _Sheet, left: float, top: float, right: float, bottom: float) -> None:
    sheet.box(left, top, right, bottom, _SHADE, 5)
    columns, rows = round((right - left) / 8), round((bottom - top) / 7)
    wide, high = (right - left - 2) / columns, (bottom - top - 2) / rows
    for row in range(rows):
        for column in range(columns):
            x, y = left + 1 + column * wide, top + 1 + row * high
            over = (row + column) % 2 == 0
            sheet.box(x + 0.3, y + 0.3, x + wide - 0.3, y + high - 0.3, _STRAW if over else _GREEN_STRAW, 1.4)
            for third in (1, 2):
                shade = "#cdb26c" if over else "#6a8f48"
                if over:
                    sheet.line([(x + 1, y + third * high / 3), (x + wide - 1, y + third * high / 3)], shade, 0.4)
                else:
                    sheet.line([(x + third * wide / 3, y + 1), (x + third * wide / 3, y + high - 1)], shade, 0.4)


def _insect(sheet: _Sheet, x: float, y: float, turn: float) -> None:
    along = (math.cos(turn), math.sin(turn))
    for side in (-1, 1):
        for step in (-0.8, 0, 0.8):
            foot = (x + step * along[0] - 1.5 * side * along[1], y + step * along[1] + 1.5 * side * along[0])
            sheet.line([(x + step * along[0], y + step * along[1]), foot], "#2a1710", 0.25)
    for step, radius in ((-1.3, 0.85), (0, 0.55), (1.1, 0.65)):
        sheet.disc(x + step * along[0], y + step * along[1], radius, "#2a1710")


def _arc(x: float, y: float, wide: float, high: float, begin: int, end: int) -> list[Point]:
    """Points of an oval, in degrees clockwise from the right."""
    turns = [math.radians(degree) for degree in range(begin, end + 1, 3)]
    return [(x + wide * math.cos(turn), y + high * math.sin(turn)) for turn in turns]


def _blob(x: float, y: float, wide: float, high: float, seed: float) -> list[Point]:
    """An oval with an uneven edge."""
    dice = random.Random(seed)  # noqa: S311 (a drawing, no secret)
    waves = [(number, dice.uniform(0, 2 * math.pi), dice.uniform(0.01, 0.05)) for number in (2, 3, 5, 7)]
    points = []
    for step in range(120):
        turn = 2 * math.pi * step / 120
        stretch = 1 + sum(part * math.sin(number * turn + phase) for number, phase, part in waves)
        points.append((x + wide * stretch * math.cos(turn), y + high * stretch * math.sin(turn)))
    return points
