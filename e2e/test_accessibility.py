"""Every screen: what axe finds in light and dark, targets for thumbs, narrow screens, large text, long names, less motion.

They do not depend on the database, so they run on one engine.
"""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from e2e.screens import LONG, SCREENS, UNBROKEN, Screen, Stage
from e2e.server import Server

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RULES_OF_COLOUR = ("color-contrast", "link-in-text-block")
PHONE: ViewportSize = {"width": 360, "height": 800}
SMALL_PHONE: ViewportSize = {"width": 320, "height": 640}

every_screen = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)

# A link inside a sentence may be as high as its line (WCAG 2.5.8), which must then be 24 px; everything else is for a thumb.
# What looks smaller may reach further than it looks, so a thumb is set down half of 48 px from the middle on every side.
SMALL_TARGETS = """() => {
    const inSentence = one => one.tagName === "A" && getComputedStyle(one).display === "inline" &&
        [...one.parentElement.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    const reaches = (target, box) => {
        const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        return [[0, -23.5], [0, 23.5], [-23.5, 0], [23.5, 0]].every(([right, down]) => {
            const hit = document.elementFromPoint(x + right, y + down);
            return hit && target.contains(hit);
        });
    };
    const small = [];
    for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
        if (!one.checkVisibility({ visibilityProperty: true }) || one.tabIndex < 0 || one.matches(".skip")) continue;
        const target = (one.matches("input") && one.closest("label, .affix, .search")) || one;
        let box = target.getBoundingClientRect();
        if (inSentence(one)) {
            if (parseFloat(getComputedStyle(one).lineHeight) >= 24) continue;
        } else {
            if (box.width >= 48 && box.height >= 48) continue;
            target.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
            box = target.getBoundingClientRect();
            if (reaches(target, box)) continue;
        }
        small.push(`${Math.round(box.width)} x ${Math.round(box.height)}: ${one.outerHTML.slice(0, 160)}`);
    }
    return small;
}"""

# What scrolls by itself (a row of filters, a wide table) may be wider than the screen.
WIDE = """() => {
    const root = document.scrollingElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const scrolls = one => one && one !== document.body && one !== root &&
        (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter(one =>
        one.getBoundingClientRect().right > root.clientWidth + 0.5 && !scrolls(one.parentElement));
    return [`${root.scrollWidth} in ${root.clientWidth}`, ...wide.slice(0, 5).map(one => one.outerHTML.slice(0, 200))];
}"""

CUT_OFF = """() => [...document.querySelectorAll("h1, h2, p, .btn span, .chip, dd, td, label, .error")].filter(one =>
    one.checkVisibility() && !one.closest(".visually-hidden") && getComputedStyle(one).overflow !== "visible" &&
    one.scrollWidth > one.clientWidth + 1).map(one => one.outerHTML.slice(0, 160))"""

MOVING = """() => [...document.querySelectorAll("*")].flatMap(one => ["", "::before", "::after"].map(part => {
    const style = getComputedStyle(one, part || undefined);
    const longest = text => Math.max(...text.split(",").map(time => parseFloat(time) * (time.trim().endsWith("ms") ? 1 : 1000)));
    const moves = (style.animationName !== "none" && longest(style.animationDuration) > 1) || longest(style.transitionDuration) > 1;
    return moves ? `${one.outerHTML.slice(0, 100)} ${part} ${style.animationName} ${style.transitionDuration}` : "";
})).filter(Boolean)"""


@pytest.fixture(scope="module", params=[LONG, UNBROKEN], ids=["long names", "names without blanks"])
def crowded_stage(request: pytest.FixtureRequest, browser: Browser, dev_server: Server) -> Iterator[Stage]:
    """The world of all screens with names that are hard to fit."""
    opened = Stage(browser, dev_server, request.param)
    yield opened
    opened.close()


def violations(page: Page, kind: str, rules: Sequence[str]) -> list[str]:
    """What axe finds, each with the elements that it concerns."""
    found: dict[str, Any] = page.evaluate(
        "([type, values]) => axe.run(document, { runOnly: { type, values }, resultTypes: ['violations'] })",
        [kind, rules],
    )
    return [
        f"{one['id']}: {one['help']}\n  "
        + "\n  ".join(f"{node['html'][:200]} {node['failureSummary']}" for node in one["nodes"][:5])
        for one in found["violations"]
    ]


@every_screen
def test_everybody_can_use_it_and_the_browser_has_nothing_to_say(screen: Screen, stage: Stage) -> None:
    page = screen.open(stage)
    page.emulate_media(color_scheme="light")
    page.evaluate(AXE)
    found = {"axe, light": violations(page, "tag", RULES)}
    page.emulate_media(color_scheme="dark")
    found["axe, dark"] = violations(page, "rule", RULES_OF_COLOUR)
    found["too small for a thumb"] = page.evaluate(SMALL_TARGETS)
    found["said by the browser"] = stage.troubles()
    assert {what: which for what, which in found.items() if which} == {}
    assert page.title().strip(" ·")


@every_screen
def test_nothing_is_wider_than_a_narrow_screen_or_large_text_allows(screen: Screen, crowded_stage: Stage) -> None:
    page = screen.open(crowded_stage)
    try:
        page.set_viewport_size(SMALL_PHONE)
        assert page.evaluate(WIDE) == [], "320 px"
        assert page.evaluate(CUT_OFF) == [], "320 px"
        page.evaluate("document.documentElement.style.fontSize = '32px'")
        assert page.evaluate(WIDE) == [], "320 px, text at 200 %"
        page.set_viewport_size(PHONE)
        assert page.evaluate(WIDE) == [], "360 px, text at 200 %"
    finally:
        page.set_viewport_size(PHONE)


def test_nothing_moves_for_who_asked_for_less_motion(browser: Browser, dev_server: Server) -> None:
    moving = {}
    for wish in ("no-preference", "reduce"):
        context = browser.new_context(base_url=dev_server.url, reduced_motion=wish)
        page = context.new_page()
        page.goto("/dev/components")
        moving[wish] = page.evaluate(MOVING)
        context.close()
    assert moving["reduce"] == []
    assert moving["no-preference"], "nothing moves at all, so this test shows nothing"
