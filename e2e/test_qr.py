"""The QR on her screen: it stays on while a customer scans, and she says herself when it is printed."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from e2e.conftest import PhoneMaker
from e2e.people import bu_siti, sign_up
from e2e.phone import Phone

LOCK = "navigator.wakeLock.request = kind => { window.asked = kind; return Promise.resolve({}); };"
SHARE = "navigator.share = shared => { window.shared = shared; return Promise.resolve(); };"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_customers_camera_reads_the_screen_in_every_scheme(scheme: str, new_phone: PhoneMaker) -> None:
    phone = new_phone(color_scheme=scheme)
    sign_up(phone, bu_siti())
    phone.go("/business/qr")
    address = phone.page.locator("[data-copy]").get_attribute("data-copy")
    screen = Image.open(BytesIO(phone.page.screenshot())).convert("L")
    assert [found.text for found in zxingcpp.read_barcodes(screen)] == [address]
    assert address is not None
    assert address.startswith(f"{phone.url}/toko/")


def test_the_screen_is_asked_to_stay_on_while_the_code_is_shown(phone: Phone) -> None:
    phone.context.add_init_script(LOCK)
    sign_up(phone, bu_siti())
    phone.go("/business/qr")
    expect(phone.page.get_by_role("img", name="Kode QR halaman toko")).to_be_visible()
    phone.page.wait_for_function("window.asked === 'screen'")
    # The phone lets go of it while another app is in front.
    phone.page.evaluate("window.asked = undefined; document.dispatchEvent(new Event('visibilitychange'))")
    phone.page.wait_for_function("window.asked === 'screen'")


@pytest.mark.parametrize(
    "lack",
    [
        "delete Navigator.prototype.wakeLock",
        "navigator.wakeLock.request = () => Promise.reject(new DOMException('low battery', 'NotAllowedError'))",
    ],
    ids=["unknown to the browser", "low battery"],
)
def test_where_the_screen_cannot_stay_on_the_code_is_shown_all_the_same(lack: str, phone: Phone) -> None:
    phone.context.add_init_script(lack)
    sign_up(phone, bu_siti())
    phone.go("/business/qr")
    expect(phone.page.get_by_role("img", name="Kode QR halaman toko")).to_be_visible()


def test_the_link_is_shared_under_the_name_of_the_shop(phone: Phone) -> None:
    phone.context.add_init_script(SHARE)
    siti = bu_siti()
    sign_up(phone, siti)
    phone.go("/business/qr")
    phone.page.get_by_role("button", name="Bagikan tautan").click()
    shared = phone.page.evaluate("window.shared")
    assert shared["title"] == siti.business
    assert shared["url"] == phone.page.locator("[data-copy]").get_attribute("data-copy")


def test_the_poster_and_the_picture_are_saved_under_names_of_the_shop(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/business/qr")
    for button, ending in (("Cetak poster (PDF)", ".pdf"), ("Unduh gambar (PNG)", ".png")):
        with phone.page.expect_download() as saved:
            phone.page.get_by_role("link", name=button).click()
        assert saved.value.suggested_filename.endswith(ending)
