"""Whose it is: what waits on a phone is sent for the person who wrote it, and shown to nobody else."""

import pytest
from playwright.sync_api import expect

from e2e.conftest import PhoneMaker
from e2e.outbox import KEPT, Shop, all_sent, answer, labels, open_shop, records, signal_returns, text, until
from e2e.people import pak_budi, sign_in, sign_up
from e2e.phone import Phone
from e2e.pictures import photo
from tests.network.badnet import BadNet

SECRET = "Rahasia dapur 7391"

# Everything in every database of the browser, as text; pieces of bytes too.
EVERYTHING = """async () => {
    const seen = [];
    const tell = (value) => {
        if (value instanceof ArrayBuffer) value = new Uint8Array(value);
        if (ArrayBuffer.isView(value)) seen.push(new TextDecoder("latin1").decode(value));
        else if (value && typeof value === "object") Object.entries(value).flat().forEach(tell);
        else seen.push(String(value));
    };
    for (const { name } of await indexedDB.databases()) {
        const db = await new Promise((done) => (indexedDB.open(name).onsuccess = ({ target }) => done(target.result)));
        for (const store of db.objectStoreNames) {
            const asked = db.transaction(store).objectStore(store).getAll();
            await new Promise((done) => (asked.onsuccess = done));
            tell(asked.result);
        }
        db.close();
    }
    for (const [name, value] of Object.entries(localStorage)) seen.push(name, value);
    for (const name of await caches.keys()) {
        if (name.startsWith("shell-")) continue;
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const answer = await cache.match(request, { ignoreVary: true });
            seen.push(request.url, await answer.text());
        }
    }
    return seen.join("\\n");
}"""


@pytest.fixture
def shop(new_far_phone: PhoneMaker) -> Shop:
    """Bu Siti's phone, signed in."""
    return open_shop(new_far_phone())


def write_without_signal(shop: Shop, customer: Phone, net: BadNet, words: str = SECRET) -> str:
    """Bu Siti answers a complaint and loses the signal; the address of the complaint."""
    complaint, _link = shop.complaint(customer)
    shop.owner.go(complaint)
    net.mode = "refuse"
    answer(shop.owner.page, words)
    expect(shop.owner.page.get_by_text(KEPT)).to_be_visible()
    return complaint


def test_when_her_sign_in_has_expired_it_waits_until_she_has_signed_in(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.expect(401)
    complaint = write_without_signal(shop, new_far_phone(), net)
    phone.context.clear_cookies()
    signal_returns(phone, net)
    expect(page.locator("[data-signal]")).to_contain_text("Perlu masuk lagi")
    assert len(records(phone)) == 1
    sign_in(phone, shop.person)
    phone.go("/")
    all_sent(phone)
    assert text(phone, complaint).count(SECRET) == 1


def test_the_next_person_on_this_phone_neither_sees_nor_sends_it(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.expect(401)
    complaint = write_without_signal(shop, new_far_phone(), net)
    # She was signed out from elsewhere; Pak Budi borrows the phone.
    phone.context.clear_cookies()
    net.mode = "pass"
    budi = pak_budi()
    sign_up(phone, budi)
    phone.go("/")
    expect(page.get_by_role("heading", name=budi.business)).to_be_visible()
    tried = len(net.requests("/answers"))
    phone.go("/outbox")
    expect(page.get_by_text("Semua sudah terkirim ke server.")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Balasan")
    until(page, "async () => !(await Outbox.drain({ owner: document.body.dataset.owner, force: true })).left")
    assert len(records(phone)) == 1
    assert len(net.requests("/answers")) == tried

    phone.context.clear_cookies()
    sign_in(phone, shop.person)
    phone.go("/")
    all_sent(phone)
    assert text(phone, complaint).count(SECRET) == 1


def test_a_tab_that_was_left_open_by_the_first_person_sends_nothing_as_the_second(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.expect(401)
    complaint, _link = shop.complaint(new_far_phone())
    phone.go(complaint)
    phone.context.clear_cookies()
    sign_up(phone, pak_budi())
    answer(phone.page, SECRET)
    expect(page.get_by_text("Perlu masuk lagi").first).to_be_visible()
    assert len(records(phone)) == 1
    phone.context.clear_cookies()
    sign_in(phone, shop.person)
    phone.go(complaint)
    all_sent(phone)
    assert text(phone, complaint).count(SECRET) == 1


# --- Signing out


def leave(phone: Phone, choice: str) -> None:
    """Signs out and chooses what becomes of what waits; stands on Lainnya, which was opened with signal."""
    phone.page.get_by_role("button", name="Keluar", exact=True).click()
    expect(phone.page.get_by_role("dialog")).to_contain_text("menunggu")
    phone.page.get_by_role("button", name=choice).click()


def open_more(phone: Phone, net: BadNet) -> None:
    """Lainnya, with what was written before still waiting."""
    net.mode = "pass"
    phone.page.route("**/answers", lambda route: route.abort())
    phone.go("/more")


@pytest.mark.parametrize("signal", [True, False], ids=["with signal", "without signal"])
def test_what_she_locks_away_nobody_can_read_or_send_until_she_is_back(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet, signal: bool
) -> None:
    phone, page = shop.owner, shop.owner.page
    complaint = write_without_signal(shop, new_far_phone(), net)
    open_more(phone, net)
    # A picture waits as well, and what another app has shared.
    page.evaluate(
        """async (bytes) => {
            const owner = document.body.dataset.owner;
            const file = { field: "photo", name: "foto-rahasia.jpg", type: "image/jpeg", bytes: new Uint8Array(bytes).buffer };
            const url = location.origin + "/business/pictures/logo";
            await Outbox.put({ owner, url, files: [file], label: "Foto rahasia", retryAt: Date.now() + 1e6 });
            await Outbox.meta("shared", { at: Date.now(), owner, words: ["Rahasia dapur 7391"], files: [] });
        }""",
        list(photo(320, 240)),
    )
    assert SECRET in page.evaluate(EVERYTHING)
    before = len(net.requests("POST /sign-out"))
    if not signal:
        net.mode = "refuse"
    leave(phone, "Keluar, kunci untuk saya")
    if signal:
        expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()
    else:
        page.wait_for_url("**/offline")
    stored = page.evaluate(EVERYTHING)
    for words in (SECRET, "rahasia", "Rahasia", "Balasan", "/answers", "JFIF", "Warung Kamera", shop.person.business):
        assert words not in stored, f"{words} can be read on the phone"
    assert [record["sealed"] for record in records(phone) if record.get("kind") != "sign-out"] == [True, True]

    net.mode = "pass"
    page.unroute("**/answers")
    budi = pak_budi()
    phone.go("/sign-in")
    expect(page.get_by_role("heading", name="Masuk", exact=True)).to_be_visible()
    assert len(net.requests("POST /sign-out")) > before
    sign_up(phone, budi)
    phone.go("/outbox")
    expect(page.get_by_text("Semua sudah terkirim ke server.")).to_be_visible()
    until(page, "async () => !(await Outbox.drain({ owner: document.body.dataset.owner, force: true })).left")
    assert labels(phone) == ["", ""]

    phone.send("/sign-out")
    sign_in(phone, shop.person)
    phone.go("/")
    until(page, "async () => !(await Outbox.list()).some(({ sealed }) => sealed)")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    all_sent(phone)
    assert text(phone, complaint).count(SECRET) == 1
    assert "Hapus foto ini" in text(phone, "/business/pictures/logo")


def test_what_she_throws_away_at_leaving_is_gone(shop: Shop, new_far_phone: PhoneMaker, net: BadNet) -> None:
    phone, page = shop.owner, shop.owner.page
    complaint = write_without_signal(shop, new_far_phone(), net)
    open_more(phone, net)
    leave(phone, "Keluar dan buang")
    expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()
    assert records(phone) == []
    sign_in(phone, shop.person)
    assert SECRET not in text(phone, complaint)


def test_what_she_sends_before_leaving_has_arrived(shop: Shop, new_far_phone: PhoneMaker, net: BadNet) -> None:
    phone, page = shop.owner, shop.owner.page
    complaint = write_without_signal(shop, new_far_phone(), net)
    open_more(phone, net)
    page.unroute("**/answers")
    net.mode = "refuse"
    # Without signal she stays, and is told that it is kept.
    leave(phone, "Kirim dulu")
    expect(page.get_by_text(KEPT)).to_be_visible()
    net.mode = "pass"
    leave(phone, "Kirim dulu")
    expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()
    sign_in(phone, shop.person)
    assert text(phone, complaint).count(SECRET) == 1


def test_a_phone_that_dies_while_she_leaves_has_left_or_not_but_never_half(
    shop: Shop, new_far_phone: PhoneMaker, net: BadNet
) -> None:
    phone, page = shop.owner, shop.owner.page
    phone.go("/more")
    net.mode = "refuse"
    # As if the phone had died between the write and its mark.
    page.evaluate(
        """async () => {
            const { meta } = Outbox;
            const never = new Promise(() => {});
            Outbox.meta = (name, ...value) => (name === "signing-out" && value.length ? never : meta(name, ...value));
        }"""
    )
    page.get_by_role("button", name="Keluar", exact=True).click()
    until(page, "async () => (await Outbox.list()).some(({ kind }) => kind === 'sign-out')")
    net.mode = "pass"
    page.goto(phone.url + "/")
    until(page, "async () => !(await Outbox.list()).length")
    phone.go("/")
    expect(page.get_by_text(shop.person.business)).to_have_count(0)
