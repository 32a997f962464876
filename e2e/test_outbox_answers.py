"""What becomes of a write, by what it is answered: refused, unheard, answered by somebody else, in conflict."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from e2e.conftest import PhoneMaker
from e2e.outbox import KEPT, Shop, all_sent, answer, labels, open_shop, records, signal_returns, text, until
from e2e.people import sign_in
from tests.network.badnet import ANSWER, BadNet


@pytest.fixture
def shop(new_far_phone: PhoneMaker, net: BadNet) -> Shop:
    """Bu Siti's phone, signed in."""
    return open_shop(new_far_phone())


def refused_cards(page: Page) -> Locator:
    """What needs mending, on the screen of all that waits."""
    return page.locator('[data-list="refused"] [data-key]')


# --- Refused in the middle


def test_a_refusal_in_the_middle_holds_up_nothing_but_what_needs_it(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.expect(422)
    complaint, _link = shop.complaint(new_far_phone())
    phone.go(complaint)
    net.mode = "refuse"
    answer(phone.page, "Pertama")
    # Only spaces: the phone keeps it, and the server says what it thinks of it.
    answer(phone.page, "   ")
    answer(phone.page, "Ketiga")
    (_first, empty, _third) = records(phone)
    # As a later form would that builds on the record which is refused.
    page.evaluate(
        """async ({ record, needs }) => {
            const { seq, key, ...rest } = record;
            const fields = [["id", Outbox.newId()], ["words", "Yang ini butuh yang kedua"]];
            const form = { fields, files: [], entity: fields[0][1], deps: [needs], url: record.url + "?" };
            await Outbox.put({ ...rest, ...form, label: "Keempat" });
        }""",
        {"record": empty, "needs": empty["entity"]},
    )
    signal_returns(phone, net)
    until(page, "async () => (await Outbox.list()).length === 2")

    conversation = text(phone, complaint)
    assert conversation.index("Pertama") < conversation.index("Ketiga")
    assert "Yang ini butuh" not in conversation
    assert [record["state"] for record in records(phone)] == ["refused", "waiting"]
    expect(page.locator("[data-signal]")).to_contain_text("1 perlu diperbaiki")

    # She mends it, and what needed it follows.
    phone.go("/outbox")
    expect(refused_cards(page)).to_have_count(1)
    expect(refused_cards(page)).to_contain_text("Bagian ini perlu diisi.")
    refused_cards(page).get_by_role("link", name="Perbaiki").click()
    expect(page.get_by_label("Balas", exact=True)).to_have_value("   ")
    # Still wrong: beside the field she is told why, and what needs it goes on waiting.
    page.get_by_role("button", name="Kirim balasan").click()
    expect(page.locator("#f-words-error")).to_be_visible()
    assert labels(phone) == ["Keempat"]
    page.get_by_label("Balas", exact=True).fill("Kedua")
    page.get_by_role("button", name="Kirim balasan").click()
    expect(page.locator(".msg").filter(has_text="Kedua").first).to_be_visible()
    all_sent(phone)
    conversation = text(phone, complaint)
    assert all(conversation.count(words) == 1 for words in ("Pertama", "Kedua", "Ketiga", "Yang ini butuh"))


def test_what_was_thrown_away_comes_back_when_she_changes_her_mind(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone, page = shop.owner, shop.owner.page
    complaint, _link = shop.complaint(new_far_phone())
    phone.go(complaint)
    outbox = phone.context.new_page()
    outbox.goto(phone.url + "/outbox")
    net.mode = "refuse"
    answer(phone.page, "Jangan hilang")
    item = outbox.locator('[data-list="waiting"] [data-key]')
    expect(item).to_contain_text("Balasan")
    item.get_by_role("button", name="Buang").click()
    expect(item).to_have_count(0)
    outbox.get_by_role("button", name="Urungkan").click()
    expect(item).to_have_count(1)
    net.mode = "pass"
    outbox.get_by_role("button", name="Kirim sekarang").click()
    expect(outbox.get_by_text("Semua sudah terkirim ke server.")).to_be_visible()
    expect(page.locator(".msg").filter(has_text="Jangan hilang")).to_be_visible()
    assert text(phone, complaint).count("Jangan hilang") == 1


def test_an_old_form_is_refused_in_words_and_sent_again_from_the_new_page(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.expect(422)
    complaint, _link = shop.complaint(new_far_phone())
    phone.go(complaint)
    net.mode = "refuse"
    # As a page says that was kept since before the form was changed.
    page.locator("form[action$='/answers']").evaluate("form => form.dataset.version = '0'")
    answer(phone.page, "Dari halaman lama")
    signal_returns(phone, net)
    until(page, "async () => (await Outbox.list())[0].state === 'refused'")
    phone.go("/outbox")
    expect(refused_cards(page)).to_contain_text("Formulir ini dari versi aplikasi yang lain.")
    refused_cards(page).get_by_role("link", name="Perbaiki").click()
    expect(page.get_by_label("Balas", exact=True)).to_have_value("Dari halaman lama")
    page.get_by_role("button", name="Kirim balasan").click()
    expect(page.locator(".msg").filter(has_text="Dari halaman lama")).to_be_visible()
    all_sent(phone)


# --- Answered by somebody else, or by nobody


def test_a_captive_portal_that_says_yes_to_everything_has_delivered_nothing(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone = shop.owner
    customer = new_far_phone()
    complaint, link = shop.complaint(customer)
    phone.go(complaint)
    customer.go(link)
    net.mode = "portal"
    answer(phone.page, "Lewat WiFi desa")
    customer.page.get_by_label("Tambah pesan").fill("Saya juga")
    customer.page.get_by_role("button", name="Kirim", exact=True).click()
    expect(customer.page.get_by_text("Tersimpan di HP ini.")).to_be_visible()
    assert [seen.fate for seen in net.requests("POST /") if seen.key][-2:] == ["portal", "portal"]
    assert (len(records(phone)), len(records(customer))) == (1, 1)
    for one in (phone, customer):
        signal_returns(one, net)
        all_sent(one)
    conversation = text(phone, complaint)
    assert all(conversation.count(words) == 1 for words in ("Lewat WiFi desa", "Saya juga"))


def test_an_answer_that_got_lost_after_the_commit_is_asked_for_again(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone = shop.owner
    complaint, _link = shop.complaint(new_far_phone())
    phone.go(complaint)
    net.cut(ANSWER, after=0, of=b"/answers", times=4)
    answer(phone.page, "Sekali saja")
    all_sent(phone)
    assert len([seen for seen in net.requests("/answers") if seen.key]) >= 2
    assert text(phone, complaint).count("Sekali saja") == 1


def test_a_server_that_never_answers_lets_her_go_on_after_eight_seconds(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone, page = shop.owner, shop.owner.page
    complaint, _link = shop.complaint(new_far_phone())
    phone.go(complaint)
    net.mode = "swallow"
    page.get_by_label("Balas", exact=True).fill("Ke dalam sumur")
    page.get_by_role("button", name="Kirim balasan").click()
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=10_000)
    expect(page.locator("[data-pending]")).to_contain_text("Ke dalam sumur")
    signal_returns(phone, net)
    all_sent(phone)
    assert text(phone, complaint).count("Ke dalam sumur") == 1


# --- Two who change the same


def abort_posts(route: Route) -> None:
    """What is sent does not leave the phone."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def profile(page: Page, about: str) -> None:
    """Says something of the business and saves it."""
    page.get_by_label("Tentang usaha").fill(about)
    page.get_by_role("button", name="Simpan").click()


@pytest.mark.parametrize(
    ("choice", "kept"), [("Pakai punya saya", "Dari HP saya"), ("Pakai yang di server", "Dari HP lain")]
)
def test_of_two_versions_she_chooses(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet, choice: str, kept: str
) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.expect(409)
    other = new_far_phone()
    sign_in(other, shop.person)
    phone.go("/business/profile")
    outbox = phone.context.new_page()
    outbox.goto(phone.url + "/outbox")
    # Her phone alone has no signal.
    phone.context.route("**/business/profile", abort_posts)
    profile(page, "Dari HP saya")
    expect(page.get_by_text(KEPT)).to_be_visible()
    other.go("/business/profile")
    profile(other.page, "Dari HP lain")
    expect(other.page.get_by_text("Profil usaha tersimpan.")).to_be_visible()

    phone.context.unroute("**/business/profile", abort_posts)
    outbox.get_by_role("button", name="Kirim sekarang").click()
    card = refused_cards(outbox)
    expect(card).to_have_count(1)
    for words in ("Tentang usaha", "Dari HP saya", "Dari HP lain"):
        expect(card.locator("table")).to_contain_text(words)
    card.get_by_role("button", name=choice).click()
    expect(outbox.get_by_text("Semua sudah terkirim ke server.")).to_be_visible()
    other.go("/business/profile")
    expect(other.page.get_by_label("Tentang usaha")).to_have_value(kept)


def test_her_own_earlier_edit_is_no_conflict_with_the_next_one(shop: Shop, net: BadNet) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.go("/business/profile")
    net.mode = "refuse"
    profile(page, "Yang pertama")
    expect(page.get_by_text(KEPT)).to_be_visible()
    # While she types the next one, the first arrives.
    page.get_by_label("Patokan").fill("depan masjid")
    signal_returns(phone, net)
    all_sent(phone)
    expect(page.get_by_label("Patokan")).to_have_value("depan masjid")
    profile(page, "Yang kedua")
    expect(page.get_by_text("Profil usaha tersimpan.")).to_be_visible()
    assert not labels(phone, "refused")
    saved = text(phone, "/business/profile")
    assert "Yang kedua" in saved
    assert "depan masjid" in saved


def test_an_edit_that_follows_one_whose_answer_was_lost_is_no_conflict_either(shop: Shop, net: BadNet) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.go("/business/profile")
    held: list[Route] = []

    def lose(route: Route) -> None:
        # The server does it, and the phone never hears of it.
        if held:
            route.continue_()
            return
        held.append(route)
        route.fetch()
        route.abort()

    page.route("**/business/profile", lose)
    profile(page, "Yang pertama")
    expect(page.get_by_text(KEPT)).to_be_visible()
    assert "Yang pertama" in text(phone, "/business/profile")
    # It takes the place of the one that waits, which the server has by now.
    profile(page, "Yang kedua")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    all_sent(phone)
    assert "Yang kedua" in text(phone, "/business/profile")


def test_what_somebody_else_saved_in_between_is_a_conflict_all_the_same(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.expect(409)
    other = new_far_phone()
    sign_in(other, shop.person)
    phone.go("/business/profile")
    net.mode = "refuse"
    profile(page, "Yang pertama")
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.get_by_label("Tentang usaha").fill("Yang kedua")
    signal_returns(phone, net)
    all_sent(phone)
    other.go("/business/profile")
    profile(other.page, "Dari HP lain")
    expect(other.page.get_by_text("Profil usaha tersimpan.")).to_be_visible()
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Profil ini sudah diubah di HP lain.")).to_be_visible()
    assert "Dari HP lain" in text(phone, "/business/profile")
    page.get_by_role("button", name="Pakai punya saya").click()
    expect(page.get_by_text("Profil usaha tersimpan.")).to_be_visible()
    assert "Yang kedua" in text(phone, "/business/profile")


def test_the_other_tab_shows_what_waits_and_builds_on_it(shop: Shop, net: BadNet) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.go("/business/profile")
    other = phone.context.new_page()
    other.goto(phone.url + "/business/profile")
    net.mode = "refuse"
    profile(page, "Dari tab pertama")
    expect(other.get_by_label("Tentang usaha")).to_have_value("Dari tab pertama")
    other.get_by_label("Patokan").fill("depan masjid")
    other.get_by_role("button", name="Simpan").click()
    expect(other.get_by_text(KEPT)).to_be_visible()
    assert len(records(phone)) == 1
    signal_returns(phone, net)
    all_sent(phone)
    saved = text(phone, "/business/profile")
    assert "Dari tab pertama" in saved
    assert "depan masjid" in saved
