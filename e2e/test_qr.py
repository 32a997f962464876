"""The QR on her screen: it stays on while a customer scans, and she says herself when it is printed."""

from playwright.sync_api import expect

from e2e.people import bu_siti, sign_up
from e2e.phone import Phone

LOCK = "navigator.wakeLock.request = kind => { window.asked = kind; return Promise.resolve({}); };"


def test_the_screen_is_asked_to_stay_on_while_the_code_is_shown(phone: Phone) -> None:
    phone.context.add_init_script(LOCK)
    sign_up(phone, bu_siti())
    phone.go("/business/qr")
    expect(phone.page.get_by_role("img", name="Kode QR halaman toko")).to_be_visible()
    phone.page.wait_for_function("window.asked === 'screen'")


def test_the_poster_and_the_picture_are_saved_under_names_of_the_shop(phone: Phone) -> None:
    sign_up(phone, bu_siti())
    phone.go("/business/qr")
    for button, ending in (("Cetak poster (PDF)", ".pdf"), ("Unduh gambar (PNG)", ".png")):
        with phone.page.expect_download() as saved:
            phone.page.get_by_role("link", name=button).click()
        assert saved.value.suggested_filename.endswith(ending)
