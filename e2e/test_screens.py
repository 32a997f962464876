"""The list of screens is whole, and each of them opens without a word from the browser's console."""

from pathlib import Path

import pytest

from e2e.screens import NOT_PAGES, SCREENS, Screen, Stage
from ecrm_pwa.app import create_app
from ecrm_pwa.settings import Settings


def test_every_page_of_the_app_is_in_the_list(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path, dev=True))
    pages = {route.path_format for route in app.routes if "GET" in getattr(route, "methods", ())}
    listed = {screen.route for screen in SCREENS if screen.route}
    assert pages - NOT_PAGES - listed == set(), "add them to e2e/screens.py"
    assert listed | NOT_PAGES <= pages, "no longer an address of the app"


def test_each_screen_has_its_own_name() -> None:
    names = [screen.name for screen in SCREENS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_opens_without_complaints_of_the_browser(screen: Screen, stage: Stage) -> None:
    page = screen.open(stage)
    assert page.locator("h1").count() == 1
    assert page.title().strip(" ·")
    assert stage.troubles() == []
