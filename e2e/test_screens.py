"""The list of screens is whole."""

from pathlib import Path

from e2e.screens import NOT_PAGES, SCREENS
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
