"""QR codes: an address that the camera of a phone reads, as picture for screens and for paper."""

from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from itertools import groupby
from urllib.parse import quote

import segno

QUIET = 4
"""Modules of white on each side; with less, cameras do not find the code."""
_PIXELS = 20
"""A side of a module in a PNG: on 9 cm of paper that is about 300 dots an inch."""


class Level(StrEnum):
    """How much of a code may be unreadable: 15% of it on a screen, 30% on paper, which gets stains, folds and sun.

    Where a tenth of the modules is damaged, level Q (25%) outlives one stain, and only this one outlives several small ones: a
    module at the edge of a stain costs eight.
    """

    SCREEN = "M"
    PAPER = "H"


def svg(address: str, level: Level) -> str:
    """One filled path: strokes or single squares leave seams between modules when they are scaled."""
    code = _make(address, level)
    side, _height = code.symbol_size(border=QUIET)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path d="M0 0h{side}v{side}H0z" fill="#fff"/><path d="{"".join(_runs(code))}"/></svg>'
    )


def data_uri(address: str, level: Level) -> str:
    """The same picture inside an address, so that a page which a phone keeps has it without signal too."""
    return "data:image/svg+xml," + quote(svg(address, level), safe=" /:=")


def png(address: str, level: Level) -> bytes:
    """Black and white pixels, about 1000 a side."""
    file = BytesIO()
    _make(address, level).save(file, kind="png", scale=_PIXELS, border=QUIET)
    return file.getvalue()


def _make(address: str, level: Level) -> segno.QRCode:
    # Few phones read a Micro QR. A better level that happens to fit is left: each level stands for what somebody measured.
    return segno.make(address, error=level, boost_error=False, micro=False)


def _runs(code: segno.QRCode) -> Iterator[str]:
    """Dark modules that lie side by side, as closed parts of a path."""
    for y, row in enumerate(code.matrix, QUIET):
        x = QUIET
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                yield f"M{x} {y}h{width}v1h-{width}z"
            x += width
