"""English is complete: whoever chooses it meets no Indonesian word on any screen, and finds her language again on another phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.conftest import PhoneMaker
from e2e.people import Person, bu_siti, sign_in, sign_up
from e2e.phone import Phone
from e2e.screens import ENGLISH, SCREENS, Screen, Stage
from e2e.server import Server

# Words that hardly any Indonesian sentence does without, and those of buttons.
INDONESIAN = re.compile(
    r"\b(yang|dan|di|ke|dari|untuk|dengan|tidak|belum|sudah|bisa|ini|itu|ada|atau|akan|hanya|juga|supaya|sesudah|semua|satu"
    r"|anda|kami|usaha|pelanggan|keluhan|pesanan|karyawan|pemilik|nomor|nama|kata|sandi|sidik|jari|foto|hari|jam|boleh|kosong"
    r"|masuk|keluar|daftar|simpan|hapus|batalkan|kirim|buat|buka|tutup|ganti|lihat|salin|tambah|pilih|isi|kembali|lainnya"
    r"|beranda|suara|selesai|menunggu|diproses)\b",
    re.IGNORECASE,
)

# What people see or hear; what they typed themselves, and the names of languages and of Indonesian things, stay as they are.
WORDS = """() => {
    const root = document.body.cloneNode(true);
    for (const one of root.querySelectorAll("template")) one.replaceWith(one.content.cloneNode(true));
    for (const one of root.querySelectorAll("script, style, [lang], bdi, code, textarea, input[type=radio][value=id]")) {
        const label = one.closest("label");
        (one.matches("[value=id]") && label ? label : one).remove();
    }
    const attributes = [...root.querySelectorAll("*")].flatMap(one => ["placeholder", "aria-label", "alt", "title", "data-outbox",
        "data-done"].map(name => one.getAttribute(name) ?? ""));
    return [document.title, root.textContent, ...attributes].join(" \\n ");
}"""


def indonesian(page: Page) -> list[str]:
    """Words that have not been translated, with what stands around them."""
    text = page.evaluate(WORDS)
    return [
        " ".join(text[max(0, found.start() - 40) : found.end() + 40].split()) for found in INDONESIAN.finditer(text)
    ]


@pytest.fixture(scope="module")
def english_stage(browser: Browser, dev_server: Server) -> Iterator[Stage]:
    opened = Stage(browser, dev_server, ENGLISH)
    yield opened
    opened.close()


# The components show examples, for developers; to a write from another site no browser adds the cookie with the language.
TRANSLATED = [screen for screen in SCREENS if screen.name not in {"components", "a write from another site"}]


@pytest.mark.parametrize("screen", TRANSLATED, ids=lambda screen: screen.name)
def test_a_screen_is_english_from_top_to_bottom(screen: Screen, english_stage: Stage) -> None:
    page = screen.open(english_stage)
    assert page.locator("html").get_attribute("lang") == "en"
    assert indonesian(page) == []


def test_the_same_look_finds_indonesian_where_it_is(stage: Stage) -> None:
    """Without it, the test above would show nothing."""
    for screen in SCREENS:
        if screen.name in {"welcome", "sign up", "shop", "profile"}:
            assert len(indonesian(screen.open(stage))) > 3


def test_who_signs_up_in_english_finds_english_on_another_phone(phone: Phone, new_phone: PhoneMaker) -> None:
    siti = bu_siti()
    phone.go("/sign-up")
    phone.page.get_by_role("button", name="English").click()
    expect(phone.page.get_by_role("heading", name="Sign up")).to_be_visible()
    for label, words in (("Your name", siti.name), ("Phone number", siti.number), ("Password", siti.password)):
        phone.page.get_by_label(label, exact=True).fill(words)
    phone.page.get_by_label("Business name").fill(siti.business)
    phone.page.get_by_role("checkbox").check()
    phone.page.get_by_role("button", name="Sign up").click()
    expect(phone.page.get_by_role("heading", name="First steps")).to_be_visible()

    other = new_phone()
    sign_in(other, siti)
    other.go("/more")
    expect(other.page.get_by_role("button", name="Sign out")).to_be_visible()
    other.page.get_by_role("button", name="Sign out").click()
    expect(other.page.get_by_role("link", name="Sign up")).to_be_visible()


def test_the_language_is_changed_in_the_account_at_once(phone: Phone) -> None:
    sign_up(phone, Person("Bu Siti", "Sate Bandeng Bu Siti"))
    phone.go("/account")
    phone.page.get_by_label("English").check()
    phone.page.get_by_role("button", name="Simpan").click()
    expect(phone.page.get_by_text("Saved.")).to_be_visible()
    expect(phone.page.get_by_role("heading", name="Account")).to_be_visible()
