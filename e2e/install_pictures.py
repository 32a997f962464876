"""Makes the pictures that a browser shows when it asks whether to install the app: `python -m e2e.install_pictures`.

They are of the demo village, and small: whoever installs pays for them.
"""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from e2e.conftest import CHROMIUM_FLAGS
from e2e.people import Person, sign_in
from e2e.phone import SCREEN, Phone
from e2e.server import Server
from ecrm_pwa.demo.people import PASSWORD, SITI
from tests.machine import find_chromium

FOLDER = Path(__file__).parent.parent / "static" / "screenshots"
NARROW = {"viewport": {"width": 360, "height": 640}, "device_scale_factor": 1.5}
WIDE = {"viewport": {"width": 1280, "height": 720}, "device_scale_factor": 1}
SHOWN = (("home", "/", NARROW), ("voice", "/voice", NARROW), ("wide", "/voice", WIDE))
COLOURS = 64


def _take(page: Page) -> bytes:
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    file = BytesIO()
    picture.quantize(COLOURS).save(file, "PNG", optimize=True)
    return file.getvalue()


def _main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        try:
            server.command("demo")
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
            for name, path, size in SHOWN:
                phone = Phone.of(browser, server.url, **(dict(SCREEN) | size), service_workers="block")
                sign_in(phone, Person(SITI.name, "", PASSWORD, SITI.number))
                phone.go(path)
                (FOLDER / f"{name}.png").write_bytes(_take(phone.page))
                phone.context.close()
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    _main()
