"""The colours of static/css/1-tokens.css, measured: text 4.5:1, what is read in the sun 7:1, marks and edges 3:1."""

import math
import re
from pathlib import Path

import pytest

CSS = Path(__file__).parent.parent / "static" / "css"
TOKENS = dict(re.findall(r"--([\w-]+):\s*([^;]+);", (CSS / "1-tokens.css").read_text().partition("@supports")[0]))

TEXT = [
    *((text, ground) for text in ("ink-2", "brand") for ground in ("canvas", "surface", "surface-2", "brand-soft")),
    ("ink-2", "warn-soft"),
    ("on-brand", "brand"),
    ("on-alert", "alert"),
    ("on-wa", "wa"),
    ("toast-brand", "toast"),
]
# Prices, states, what went wrong, the answer to a complaint; also on a row that waits for signal.
IN_THE_SUN = [
    *(("ink", ground) for ground in ("canvas", "surface", "surface-2", "brand-soft", "warn-soft")),
    *((tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "info")),
    *((tone, ground) for tone in ("good", "bad") for ground in ("canvas", "surface")),
    ("on-toast", "toast"),
]
MARKS = [
    *((mark, ground) for mark in ("edge", "star", "brand", "bad") for ground in ("canvas", "surface")),
    ("brand", "surface-2"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ahead", "ground", "least"),
    [(*pair, 4.5) for pair in TEXT] + [(*pair, 7) for pair in IN_THE_SUN] + [(*pair, 3) for pair in MARKS],
)
def test_what_stands_on_a_ground_can_be_read(ahead: str, ground: str, least: float, scheme: str) -> None:
    high, low = sorted((luminance(ahead, scheme), luminance(ground, scheme)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least


def test_colours_stand_in_the_tokens_alone() -> None:
    strays = {
        (path.name, colour)
        for path in CSS.glob("*.css")
        if path.name != "1-tokens.css"
        for colour in re.findall(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab)\(", path.read_text())
    }
    # A poster is paper: black on white in every scheme.
    assert strays <= {("component-poster.css", "#fff"), ("component-poster.css", "#000")}


def test_the_address_bar_has_the_colour_of_the_page() -> None:
    layout = (CSS.parent.parent / "src" / "ecrm_pwa" / "templates" / "layout.html").read_text()
    for scheme in ("light", "dark"):
        stated = re.search(rf'theme-color" media="\(prefers-color-scheme: {scheme}\)" content="(#\w+)"', layout)
        assert stated is not None
        assert stated[1] == as_hex(linear(value("canvas", scheme)))


def luminance(token: str, scheme: str) -> float:
    """Relative luminance as WCAG 2 defines it, 0 to 1."""
    red, green, blue = linear(value(token, scheme))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def value(token: str, scheme: str) -> str:
    both = re.fullmatch(r"light-dark\((.+?\)|#\w+), (.+)\)", TOKENS[token])
    chosen = TOKENS[token] if both is None else both["light dark".split().index(scheme) + 1]
    return chosen.replace("var(--hue)", TOKENS["hue"])


def linear(colour: str) -> tuple[float, float, float]:
    """Linear sRGB of `#rgb` or `oklch(L% C H)`; what lies outside sRGB is clipped, as a cheap screen does."""
    if colour.startswith("#"):
        digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
        return expand(red), expand(green), expand(blue)
    parts = re.fullmatch(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", colour)
    assert parts is not None, colour
    lightness, chroma, hue = float(parts[1]) / 100, float(parts[2]), math.radians(float(parts[3]))
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    # https://bottosson.github.io/posts/oklab/
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        clip(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def clip(share: float) -> float:
    return min(1.0, max(0.0, share))


def expand(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def as_hex(colour: tuple[float, float, float]) -> str:
    shares = (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in colour)
    return "#" + "".join(f"{round(share * 255):02x}" for share in shares)
