"""From the first page to a saved profile with Tab, Enter, Space and letters alone; what has the focus can always be seen."""

from playwright.sync_api import Locator, expect

from e2e.people import bu_siti
from e2e.phone import Phone

MOST_STOPS = 80

# What shows the focus is the element itself, what wraps it, or what stands beside it (the words of a tick).
FOCUS = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return "nothing has the focus";
    const shows = one => {
        const style = one && getComputedStyle(one);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    };
    const around = [element, element.nextElementSibling, element.parentElement, element.parentElement?.parentElement];
    const marked = around.find(shows);
    if (!marked) return `the focus on ${element.outerHTML.slice(0, 200)} cannot be seen`;
    const box = marked.getBoundingClientRect();
    if (box.width === 0 || box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth)
        return `the focus on ${element.outerHTML.slice(0, 200)} is outside the screen`;
    const top = document.elementFromPoint(
        Math.min(Math.max((box.left + box.right) / 2, 1), innerWidth - 1),
        Math.min(Math.max((box.top + box.bottom) / 2, 1), innerHeight - 1),
    );
    if (!marked.contains(top) && !top?.contains(element))
        return `the focus on ${element.outerHTML.slice(0, 200)} is hidden under ${top?.outerHTML.slice(0, 100)}`;
    return "";
}"""


def sees_focus(phone: Phone) -> None:
    """Fails when a person could not tell what the next key will touch."""
    assert phone.page.evaluate(FOCUS) == ""


def tab_to(phone: Phone, target: Locator) -> None:
    """Presses Tab until the target has the focus."""
    expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        phone.page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            sees_focus(phone)
            return
        # At the end of the page the browser itself has the focus for one stop.
        if phone.page.evaluate("document.activeElement !== document.body"):
            sees_focus(phone)
    raise AssertionError(f"Tab does not come to {target}")


def write(phone: Phone, label: str, words: str) -> None:
    """Comes to a field and types."""
    tab_to(phone, phone.page.get_by_label(label, exact=True))
    phone.page.keyboard.type(words)


def test_from_the_first_page_to_a_saved_profile(phone: Phone) -> None:
    phone.expect(422)
    siti = bu_siti()
    page = phone.page
    phone.go("/")
    tab_to(phone, page.get_by_role("link", name="Daftar"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Daftar")).to_be_visible()

    write(phone, "Nama Anda", siti.name)
    page.keyboard.press("Enter")
    # After an error the focus lies on the summary, and Tab goes on from there.
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    sees_focus(phone)
    tab_to(phone, page.get_by_role("link", name="Ke yang pertama"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nomor HP")).to_be_focused()
    page.keyboard.type(siti.number)
    write(phone, "Kata sandi", siti.password)
    tab_to(phone, page.get_by_role("button", name="Lihat"))
    page.keyboard.press("Space")
    expect(page.get_by_label("Kata sandi", exact=True)).to_have_attribute("type", "text")
    write(phone, "Nama usaha", siti.business)
    tab_to(phone, page.get_by_role("checkbox"))
    page.keyboard.press("Space")
    tab_to(phone, page.get_by_role("button", name="Daftar"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=siti.business)).to_be_visible()
    tab_to(phone, page.get_by_role("link", name="Isi profil usaha"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Profil usaha")).to_be_visible()
    tab_to(phone, page.get_by_label("Jenis usaha"))
    page.keyboard.type("Kerajinan")
    write(phone, "Kampung atau dusun boleh kosong", "Kelapa Kurung")
    tab_to(phone, page.get_by_label("Jumat"))
    page.keyboard.press("Space")
    tab_to(phone, page.get_by_role("button", name="Simpan"))
    page.keyboard.press("Space")
    expect(page.get_by_text("Profil usaha tersimpan.")).to_be_visible()
    expect(page.get_by_label("Jenis usaha")).to_have_value("craft")
    expect(page.get_by_label("Kampung atau dusun")).to_have_value("Kelapa Kurung")
    expect(page.get_by_label("Jumat")).to_be_checked()


def test_the_first_stop_of_a_page_leads_past_its_head(phone: Phone) -> None:
    phone.go("/sign-up")
    skip = phone.page.get_by_role("link", name="Langsung ke isi")
    phone.page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    phone.page.keyboard.press("Enter")
    phone.page.keyboard.press("Tab")
    expect(phone.page.get_by_label("Nama Anda")).to_be_focused()
