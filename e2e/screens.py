"""Every screen of the app, once: what an area shows is added to SCREENS, and the sweeps look at it in every way they know.

A screen says which route it shows and how to come there. `Stage` is a small world in which all of them exist: an owner who has
everything, a newcomer who has nothing, staff, a business that ends, somebody without a business, a stranger.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Browser, Page, expect

from e2e.people import PASSWORD, Person, invite, join, link_in, new_number, sign_in, sign_up
from e2e.phone import Phone
from e2e.pictures import photo
from e2e.reader import Finger
from e2e.server import Server
from tests.faults.forms import read_form

NOT_PAGES = {
    "/health",
    "/service-worker.js",
    "/manifest.json",
    "/static/{path}",
    "/photos/{photo_id}",
    "/photos/{photo_id}/thumb",
    "/business/qr.svg",
    "/business/qr.png",
    "/business/qr/poster.pdf",
    "/orders/{order_id}/nota.png",
    "/toko/{slug}/logo",
    "/k/{secret}/photos/{photo_id}",
    "/toko/{slug}/barang/{product_code}/foto",
    "/toko/{slug}/barang/{product_code}/foto/besar",
    "/toko/{slug}/barang/{product_code}/kartu.jpg",
    "/products/{product_id}/batches/{batch_id}/labels.pdf",
    "/customers/snapshot",
    "/data/{secret}/copy.json",
    "/data/{secret}/copy.csv",
}
"""Addresses that answer something else than a page."""

FAILURES = (400, 401, 403, 404, 409, 410, 422, 429)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1"


@dataclass(frozen=True)
class Names:
    """What the people and things on the stage are called, and which language it speaks."""

    owner: str
    business: str
    helper: str
    words: str
    language: str = "id"


USUAL = Names("Bu Siti", "Sate Bandeng Bu Siti", "Dede", "Bandengnya sudah bau waktu dibuka.")
ENGLISH = Names("Bu Siti", "Sate Bandeng Bu Siti", "Dede", "The fish smelled when we opened it.", "en")
LONG = Names(
    "Ibu Hajah Siti Rohmatul Ummah binti Haji Abdul Karim Amrullah dari Kelapa Kurung",
    "Keripik Singkong Pedas Manis Bu Hj. Siti Rohmatul Ummah",
    "Muhammad Dede Suherman Kurniawan bin Haji Asep",
    "Keripiknya melempem semua padahal baru dibeli kemarin sore di pasar Kasemen dekat masjid agung. " * 4,
)
UNBROKEN = Names("S" * 80, "K" * 80, "D" * 60, "https://" + "a" * 150)


class Stage:
    """The small world: its people's phones, and the secrets that the screens need."""

    def __init__(self, browser: Browser, server: Server, names: Names) -> None:
        self.names = names
        self._browser = browser
        self._server = server
        self._phones: list[Phone] = []
        self.stranger = self._phone()
        self.customer = self._phone()
        self._speak(self.stranger)
        self.newcomer = self._owner()
        self.owner = self._owner()
        self.leaving = self._owner()
        self.helper = self._phone()
        self.alone = self._phone()
        self._furnish()

    def troubles(self) -> list[str]:
        """What went wrong in a browser since the last time, the refusals that screens ask for aside."""
        found = [trouble for phone in self._phones for trouble in phone.troubles]
        for phone in self._phones:
            phone.troubles.clear()
        return found

    def close(self) -> None:
        """Closes all phones."""
        for phone in self._phones:
            phone.finish()

    def public(self, path: str) -> str:
        """The address of a public page in the language of the stage."""
        return path if self.names.language == "id" else f"{path}?lang={self.names.language}"

    def _phone(self, user_agent: str | None = None) -> Phone:
        agent = {"user_agent": user_agent} if user_agent else {}
        phone = Phone.of(self._browser, self._server.url, reduced_motion="reduce", **agent)
        phone.expect(*FAILURES)
        self._phones.append(phone)
        return phone

    def _speak(self, phone: Phone) -> None:
        phone.send("/language", {"language": self.names.language, "next": "/"})

    def _owner(self) -> Phone:
        phone = self._phone()
        self._speak(phone)
        sign_up(phone, Person(self.names.owner, self.names.business))
        return phone

    def _furnish(self) -> None:
        owner, names = self.owner, self.names
        self._speak(self.customer)
        for role in ("logo", "qris"):
            owner.send_photo(f"/business/pictures/{role}", photo(640, 480))
        self._fill_profile()
        self._stock_goods()
        owner.send("/business/listing", {"listed": "yes"})
        owner.send("/businesses", {"business_name": names.business})
        sign_in(owner, self._sign_in_of(owner))
        sign_in(self._phone(IPHONE), self._sign_in_of(owner))
        self._add_passkey(owner)

        for phone in (self.alone, self.helper):
            self._speak(phone)
            join(phone, Person(names.helper, ""), invite(owner, names.helper))
            if phone is self.alone:
                owner.send(_find(r"/staff/[\w-]+/removal", _html(owner, "/staff")))
        self.used_link = invite(owner, names.helper)
        join(self._phone(), Person(names.helper, ""), self.used_link)
        self.open_link = invite(owner, names.helper)
        self.reset_link = self._reset_link(owner)
        self.leaving.send("/business/ending", {"password": PASSWORD})
        self._let_customers_speak()
        self._take_orders()
        self._know_customers()
        self._bring_lists()

    def _sign_in_of(self, phone: Phone) -> Person:
        number = read_form(_html(phone, "/account"), "/account")["phone"][0]
        return Person(self.names.owner, self.names.business, number=number)

    def _reset_link(self, phone: Phone) -> str:
        return self._server.command("reset-link", self._sign_in_of(phone).number).removeprefix(self._server.url)

    def _fill_profile(self) -> None:
        form: dict[str, str | list[str]] = dict(read_form(_html(self.owner, "/business/profile"), "/business/profile"))
        others: dict[str, str | list[str]] = {
            "about": self.names.words[:300],
            "hamlet": self.names.business[:60],
            "landmark": self.names.words[:120],
            "district": "Kasemen",
            "open_days": ["1", "2", "6"],
            "opens_at": "06:30",
            "closes_at": "17:00",
        }
        self.owner.send("/business/profile", form | others)

    def _add_passkey(self, phone: Phone) -> None:
        Finger(phone)
        phone.go("/account/passkeys")
        phone.page.locator("[data-passkey=add]").click()
        expect(phone.page.locator(".item")).to_have_count(1)

    def _stock_goods(self) -> None:
        names, owner = self.names, self.owner
        goods = {"name": names.business[:80], "price": "35.000", "unit": names.business[:20], "stock": "12"}
        more = {"category": names.business[:40], "description": names.words[:500]}
        for number in range(3):
            owner.send("/products", goods | (more if number else {}))
        self.product = _find(r"/products/[0-9a-f-]{36}", _html(owner, "/products"))
        owner.send(f"{self.product}/availability", {"to": "no", "back": ""})
        owner.send(f"{self.product}/visibility", {"to": "no", "back": ""})
        owner.send_photo(f"{self.product}/photo", photo(640, 480))
        batch = {"made_on": date.today().isoformat(), "place": names.business[:60]}  # noqa: DTZ011 (any day near now)
        owner.send(f"{self.product}/batches", batch)
        self.seen_product = re.findall(r"/products/[0-9a-f-]{36}", _html(owner, "/products"))[-1].partition("/av")[0]

    def _take_orders(self) -> None:
        names, owner = self.names, self.owner
        order = {
            "customer_name": names.owner,
            "other_name": names.business[:80],
            "other_price": "125rb",
            "way": "delivery",
        }
        more = {"phone": new_number(), "address": names.words[:200], "note": names.words[:500], "shipping": "12rb"}
        for paid in ("", "cash", "credit"):
            self.order = owner.send("/orders", order | more | {"paid": paid})
        owner.send(f"{self.order}/steps", {"status": "sent"})
        self.debt = _find(r"/orders/debts/[0-9a-f-]{36}", _html(owner, "/orders/debts"))
        self._paste_a_list()
        self.unpaid = owner.send("/orders", order | {"paid": ""})

    def _paste_a_list(self) -> None:
        self.pasted_text = f"1. {self.names.owner[:60]} 2 donat\n2. Rina gipang 3\nselamat pagi"
        page = self.owner.context.request.post(
            f"{self.owner.url}/orders/paste", form={"text": "1. Bu Ani 2"}, headers={"Origin": self.owner.url}
        ).text()
        goods = _find(r"[0-9a-f-]{36}", page.partition('name="goods.0.0"')[2])
        seen = _find(r"[0-9a-f]{64}", page)
        form = {"text": "1. Bu Ani 2", "seen": seen, "goods.0.0": goods}
        self.pasted = self.owner.send("/orders/paste/orders", form)

    def _let_customers_speak(self) -> None:
        customer, names = self.customer, self.names
        self.shop = _find(r"/toko/[\w-]+", _html(self.owner, "/business/profile"))
        code = re.findall(r">([0-9A-Z]{4})</small>", _html(self.owner, f"{self.product}/batches"))[0]
        self.label = f"{self.shop}/b/{code}"
        self.public_product = _find(r"/toko/[\w-]+/barang/\w+", _html(self.owner, self.seen_product))
        newcomers = _find(r"/toko/[\w-]+", _html(self.newcomer, "/business/profile"))
        self.bare_shop = newcomers
        complaint = {
            "batch": code,
            "category": "stale",
            "words": names.words,
            "customer_name": names.owner,
            "phone": new_number(),
        }
        way = customer.send(f"{self.shop}/keluhan", complaint)
        self.complaint_link = way.partition("?")[0]
        customer.send_photo(f"{self.complaint_link}/photos", photo(640, 480))
        customer.send(f"{self.complaint_link}/messages", {"words": names.words})
        self.rating = customer.send(f"{self.shop}/nilai", {"face": "2", "batch": code}).partition("?")[0]
        customer.send(self.rating, {"words": names.words[:1000]})
        self.complaint = _find(r"/complaints/[\w-]+", _html(self.owner, "/voice"))
        self.owner.send(f"{self.complaint}/answers", {"words": names.words})
        self.resolved_link = customer.send(f"{self.shop}/keluhan", complaint | {"category": "late"}).partition("?")[0]
        resolved = _find(r"/complaints/[\w-]+", _html(self.owner, "/voice"))
        self.owner.send(f"{resolved}/resolution")

    def _know_customers(self) -> None:
        owner, names = self.owner, self.names
        number = new_number()
        rina = {
            "name": names.helper,
            "phone": number,
            "hamlet": names.business[:60],
            "landmark": names.words[:120],
            "birth_day": "17",
            "birth_month": "8",
            "label": names.business[:30],
            "note": names.words[:500],
            "consent": "1",
        }
        self.known = owner.send("/customers", rina)
        owner.send("/customers", rina | {"name": names.owner})
        owner.send("/customers", {"name": names.owner})
        owner.send(f"{self.known}/consents", {"given": "no"})
        self.customer.send(f"{self.shop}/keluhan", {"category": "late", "customer_name": names.helper, "phone": number})
        self.own_data = link_in(owner.send(f"{self.known}/links")).removeprefix(owner.url)
        fields = dict(read_form(_html(owner, f"{self.known}/edit"), f"{self.known}/edit"))
        wish = {"name": names.helper, "hamlet": names.business[:60], "phone": new_number()}
        self.customer.send(self.own_data, wish | {"version": fields["version"][0]})

    def _bring_lists(self) -> None:
        owner, names = self.owner, self.names

        def brought(*lines: str) -> str:
            return owner.send("/customers/import", {"source": "paste", "text": "\n".join(lines)}).partition("#")[0]

        known = new_number()
        twin = owner.send("/customers", {"name": names.helper, "phone": known, "hamlet": names.business[:60]})
        doubtful = (
            f"{names.owner} {known}",
            f"{names.helper} {new_number()}",
            f"{names.business[:70]}x",
            f"{names.owner} 081234",
        )
        self.draft = brought(*doubtful, f"{names.helper} {known}", f"{names.owner}y {new_number()}", "--")
        self.stopped = brought(f"{names.owner}z {new_number()}", f"{names.helper}z {new_number()}")
        owner.send(f"{self.stopped}/steps", {"most": "1"})
        self.finished = brought(f"{names.owner}q {new_number()}", "--")
        owner.send(f"{self.finished}/steps", {"most": "0"})
        used = new_number()
        self.undone, self.undone_in_part = brought(f"{names.owner}r {new_number()}"), brought(f"{names.owner}s {used}")
        for one in (self.undone, self.undone_in_part):
            owner.send(f"{one}/steps", {"most": "0"})
        # Written down again by hand, so she stays.
        owner.send("/customers", {"name": names.owner, "phone": used})
        for one in (self.undone, self.undone_in_part):
            owner.send(f"{one}/undoing")
        other = owner.send("/customers", {"name": names.helper, "phone": new_number(), "note": names.words[:300]})
        self.pair = f"{self.known}/merging/{twin.rpartition('/')[2]}"
        owner.send(f"{self.known}/merging/{other.rpartition('/')[2]}")


def _html(phone: Phone, path: str) -> str:
    return phone.context.request.get(phone.url + path).text()


def _find(pattern: str, page: str) -> str:
    """The first address on the page that looks like this."""
    found = re.search(pattern, page)
    assert found is not None, f"no {pattern} in:\n{page}"
    return found[0]


@dataclass(frozen=True)
class Screen:
    """A screen: its name for people, the route that it shows (None for what stands on no page of its own), the way there."""

    name: str
    route: str | None
    open: Callable[[Stage], Page]


def _at(who: str, path: str | Callable[[Stage], str]) -> Callable[[Stage], Page]:
    def go(stage: Stage) -> Page:
        phone: Phone = getattr(stage, who)
        phone.go(path if isinstance(path, str) else path(stage))
        return phone.page

    return go


def _sent(who: str, path: str | Callable[[Stage], str], form: str, **typed: str) -> Callable[[Stage], Page]:
    """After the form that goes to an address with `form` in it was sent with these fields changed."""

    def go(stage: Stage) -> Page:
        page = _at(who, path)(stage)
        sent = page.locator(f"form[method=post][action*='{form}']").last
        sent.evaluate("form => form.closest('details')?.setAttribute('open', '')")
        for name, words in typed.items():
            sent.locator(f"[name={name}]").fill(words)
        sent.locator("button[type=submit], button:not([type])").last.click()
        return page

    return go


def _refused(who: str, path: str | Callable[[Stage], str], form: str, **typed: str) -> Callable[[Stage], Page]:
    """After the form was sent and came back with sentences beside its fields."""

    def go(stage: Stage) -> Page:
        page = _sent(who, path, form, **typed)(stage)
        expect(page.locator("[role=alert]:visible, [aria-invalid=true]").first).to_be_visible()
        return page

    return go


def _shown_once(who: str, path: str | Callable[[Stage], str], form: str, **typed: str) -> Callable[[Stage], Page]:
    """After the form was sent and answered with a link that is shown this once."""

    def go(stage: Stage) -> Page:
        page = _sent(who, path, form, **typed)(stage)
        expect(page.locator("code")).to_be_visible()
        return page

    return go


def _open_complaint(stage: Stage) -> Page:
    page = _at("stranger", lambda stage: stage.public(stage.shop))(stage)
    page.locator("details#keluhan summary").click()
    return page


def _refused_complaint(stage: Stage) -> Page:
    page = _open_complaint(stage)
    page.locator("form[action*=keluhan] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def _saved_account(stage: Stage) -> Page:
    page = _sent("owner", "/account", "/account")(stage)
    expect(page.locator(".toast")).to_be_visible()
    return page


def _unfolded(who: str, path: str | Callable[[Stage], str]) -> Callable[[Stage], Page]:
    """With everything open that is folded away at first."""

    def go(stage: Stage) -> Page:
        page = _at(who, path)(stage)
        for summary in page.locator("details > summary").all():
            summary.click()
        return page

    return go


def _searched(stage: Stage) -> Page:
    page = _at("owner", "/customers")(stage)
    page.locator(".search input").fill(stage.names.helper[:3])
    expect(page.locator("[data-found] .item").first).to_be_visible()
    return page


def _edited_twice(stage: Stage) -> Page:
    """After somebody else has changed what stands in the form."""
    page = _at("owner", lambda stage: stage.known + "/edit")(stage)
    version = page.locator("[name=version]").input_value()
    changed = {"version": version, "name": stage.names.helper, "landmark": stage.names.business[:100]}
    stage.owner.send(stage.known + "/edit", changed)
    page.locator("[name=landmark]").fill(stage.names.words[:100])
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main table")).to_be_visible()
    return page


def _offline(stage: Stage) -> Page:
    return _at("stranger", f"/offline?lang={stage.names.language}")(stage)


def _written_elsewhere(stage: Stage) -> Page:
    page = stage.stranger.page
    page.goto("about:blank")
    page.set_content(f'<form method="post" action="{stage.stranger.url}/sign-in"><button>x</button></form>')
    page.get_by_role("button").click()
    expect(page.locator(".empty")).to_be_visible()
    return page


def _written_without_signing_in(stage: Stage) -> Page:
    page = _at("stranger", "/sign-in")(stage)
    page.locator("form").first.evaluate("form => { form.action = '/account'; form.submit() }")
    expect(page.locator(".empty")).to_be_visible()
    return page


def _looked_at(stage: Stage) -> Page:
    page = _sent("owner", "/orders/paste", "/orders/paste", text=stage.pasted_text)(stage)
    expect(page.locator("form[action='/orders/paste/orders']")).to_be_visible()
    return page


SCREENS = (
    # Nobody is signed in.
    Screen("welcome", "/", _at("stranger", "/")),
    Screen("sign up", "/sign-up", _at("stranger", "/sign-up")),
    Screen("sign up, refused", None, _refused("stranger", "/sign-up", "/sign-up", phone="nol delapan")),
    Screen("sign in", "/sign-in", _at("stranger", "/sign-in")),
    Screen(
        "sign in, wrong password",
        None,
        _refused("stranger", "/sign-in", "/sign-in", phone="0812-1111-2222", password="bukan ini"),
    ),
    Screen("sign in, refused", None, _refused("stranger", "/sign-in", "/sign-in", phone="nol delapan")),
    Screen("forgotten password", "/forgotten", _at("stranger", "/forgotten")),
    Screen("data notice", "/privacy", _at("stranger", "/privacy")),
    Screen("reset", "/reset/{secret}", _at("stranger", lambda stage: stage.reset_link)),
    Screen("reset, refused", None, _refused("stranger", lambda stage: stage.reset_link, "/reset", password="x")),
    Screen("reset by a dead link", None, _at("stranger", "/reset/" + "a" * 43)),
    Screen("invitation", "/join/{secret}", _at("stranger", lambda stage: stage.open_link)),
    Screen("invitation, refused", None, _refused("stranger", lambda stage: stage.open_link, "/join", phone="nol")),
    Screen("invitation that is used up", None, _at("stranger", lambda stage: stage.used_link)),
    Screen("no such page", None, _at("stranger", "/tidak/ada")),
    Screen("a write from another site", None, _written_elsewhere),
    Screen("a write that needs signing in", None, _written_without_signing_in),
    # Customers.
    Screen("shop", "/toko/{slug}", _at("stranger", lambda stage: stage.public(stage.shop))),
    Screen("shop, complaint open", None, _open_complaint),
    Screen("shop, complaint refused", None, _refused_complaint),
    Screen("catalogue", "/toko/{slug}/katalog", _at("stranger", lambda stage: stage.public(stage.shop + "/katalog"))),
    Screen("catalogue, empty", None, _at("stranger", lambda stage: stage.public(stage.bare_shop + "/katalog"))),
    Screen(
        "product for everybody",
        "/toko/{slug}/barang/{product_code}",
        _at("stranger", lambda stage: stage.public(stage.public_product)),
    ),
    Screen("directory", "/toko", _at("stranger", lambda stage: stage.public("/toko"))),
    Screen(
        "directory, nothing found",
        None,
        _at("stranger", lambda stage: stage.public("/toko?q=rendang").replace("?lang", "&lang")),
    ),
    Screen("label", "/toko/{slug}/b/{batch_code}", _at("stranger", lambda stage: stage.public(stage.label))),
    Screen(
        "testimonials", "/toko/{slug}/testimoni", _at("stranger", lambda stage: stage.public(stage.shop + "/testimoni"))
    ),
    Screen("tracking", "/toko/{slug}/lacak", _at("stranger", lambda stage: stage.public(stage.shop + "/lacak"))),
    Screen("no such shop", None, _at("stranger", lambda stage: stage.public("/toko/tidak-ada"))),
    Screen("rated", "/toko/{slug}/nilai/{rating_id}", _at("customer", lambda stage: stage.public(stage.rating))),
    Screen("own complaint", "/k/{secret}", _at("customer", lambda stage: stage.public(stage.complaint_link))),
    Screen(
        "own complaint, refused",
        None,
        _refused("customer", lambda stage: stage.public(stage.complaint_link), "/messages"),
    ),
    Screen("own complaint, is it well?", None, _at("customer", lambda stage: stage.public(stage.resolved_link))),
    Screen("own data", "/data/{secret}", _at("customer", lambda stage: stage.public(stage.own_data))),
    Screen("own data, open", None, _unfolded("customer", lambda stage: stage.public(stage.own_data))),
    Screen(
        "own data, refused",
        None,
        _refused("customer", lambda stage: stage.public(stage.own_data), "/data/", name="", phone="nol"),
    ),
    Screen(
        "own data, erase?",
        "/data/{secret}/erasure",
        _at("customer", lambda stage: stage.public(stage.own_data + "/erasure")),
    ),
    Screen("own data, erased", "/data/selesai", _at("customer", lambda stage: stage.public("/data/selesai"))),
    # A newcomer: nothing is there yet.
    Screen("home, first steps", None, _at("newcomer", "/")),
    Screen("profile, new", None, _at("newcomer", "/business/profile")),
    Screen("logo, none", None, _at("newcomer", "/business/pictures/logo")),
    Screen("logo, refused", None, _refused("newcomer", "/business/pictures/logo", "/business/pictures/logo")),
    Screen("staff, none", None, _at("newcomer", "/staff")),
    Screen("phones, one", None, _at("newcomer", "/account/devices")),
    Screen("passkeys, none", None, _at("newcomer", "/account/passkeys")),
    Screen("voices, none", None, _at("newcomer", "/voice")),
    Screen("customers, none", None, _at("newcomer", "/customers")),
    Screen("lists, none", None, _at("newcomer", "/customers/import")),
    # An owner with everything.
    Screen("lists", "/customers/import", _at("owner", "/customers/import")),
    Screen("lists, refused", None, _refused("owner", "/customers/import", "/customers/import", text=" ")),
    Screen("list, doubts", "/customers/import/{import_id}", _at("owner", lambda stage: stage.draft)),
    Screen("list, new", None, _at("owner", lambda stage: stage.draft + "?show=new")),
    Screen("list, known", None, _at("owner", lambda stage: stage.draft + "?show=known")),
    Screen("list, unreadable", None, _at("owner", lambda stage: stage.draft + "?show=unread")),
    Screen("list, stopped half-way", None, _at("owner", lambda stage: stage.stopped)),
    Screen("list, finished", None, _at("owner", lambda stage: stage.finished)),
    Screen("list, undone", None, _at("owner", lambda stage: stage.undone)),
    Screen("list, undone save one", None, _at("owner", lambda stage: stage.undone_in_part)),
    Screen("merging", "/customers/{customer_id}/merging", _at("owner", lambda stage: f"{stage.known}/merging")),
    Screen("merging, nobody found", None, _at("owner", lambda stage: f"{stage.known}/merging?q=tidakada")),
    Screen("merging, a pair", "/customers/{customer_id}/merging/{other_id}", _at("owner", lambda stage: stage.pair)),
    Screen("home", None, _at("owner", "/")),
    Screen("more", "/more", _at("owner", "/more")),
    Screen("outbox, empty", "/outbox", _at("owner", "/outbox")),
    Screen("account", "/account", _at("owner", "/account")),
    Screen("account, refused", None, _refused("owner", "/account", "/account", name="", phone="0812-3333-4444")),
    Screen("account, password asked", None, _refused("owner", "/account", "/account", phone="0812-3333-4444")),
    Screen("account, saved", None, _saved_account),
    Screen("how to install", "/install", _at("owner", "/install")),
    Screen("how to install, not signed in", None, _at("stranger", "/install")),
    Screen("what was shared", "/share", _at("owner", "/share")),
    Screen("without signal", "/offline", _offline),
    Screen("password", "/account/password", _at("owner", "/account/password")),
    Screen("password, refused", None, _refused("owner", "/account/password", "/account/password", password="x")),
    Screen("phones", "/account/devices", _at("owner", "/account/devices")),
    Screen("passkeys", "/account/passkeys", _at("owner", "/account/passkeys")),
    Screen("data notice, signed in", None, _at("owner", "/privacy")),
    Screen("profile", "/business/profile", _at("owner", "/business/profile")),
    Screen(
        "profile, refused",
        None,
        _refused(
            "owner",
            "/business/profile",
            "/business/profile",
            name="",
            whatsapp="nol",
            promise_hours="999",
            closes_at="",
        ),
    ),
    Screen("logo", "/business/pictures/{role}", _at("owner", "/business/pictures/logo")),
    Screen("QRIS", None, _at("owner", "/business/pictures/qris")),
    Screen("QR", "/business/qr", _at("owner", "/business/qr")),
    Screen("businesses", "/businesses", _at("owner", "/businesses")),
    Screen("businesses, refused", None, _refused("owner", "/businesses", "/businesses")),
    Screen("ending", "/business/ending", _at("owner", "/business/ending")),
    Screen("ending, refused", None, _refused("owner", "/business/ending", "/business/ending", password="bukan ini")),
    Screen("goods", "/products", _at("owner", "/products")),
    Screen("goods, nothing found", None, _at("owner", "/products?q=rendang")),
    Screen("goods, to be arranged", None, _at("owner", "/products?order=1")),
    Screen("goods, none", None, _at("newcomer", "/products")),
    Screen("new product", "/products/new", _at("owner", "/products/new")),
    Screen("new product, refused", None, _refused("owner", "/products/new", "/products", name="", price="-5")),
    Screen("product", "/products/{product_id}", _at("owner", lambda stage: stage.product)),
    Screen("product, as it was added", None, _at("owner", lambda stage: stage.seen_product)),
    Screen("product of staff", None, _at("helper", lambda stage: stage.product)),
    Screen("product, changed", "/products/{product_id}/edit", _at("owner", lambda stage: stage.product + "/edit")),
    Screen(
        "product, changed, refused",
        None,
        _refused("owner", lambda stage: stage.product + "/edit", "/products/", name="", price="mahal"),
    ),
    Screen("product photo", "/products/{product_id}/photo", _at("owner", lambda stage: stage.product + "/photo")),
    Screen("batches", "/products/{product_id}/batches", _at("owner", lambda stage: stage.product + "/batches")),
    Screen("batches, none", None, _at("owner", lambda stage: stage.seen_product + "/batches")),
    Screen(
        "batches, refused",
        None,
        _refused("owner", lambda stage: stage.product + "/batches", "/batches", made_on="2020-01-01"),
    ),
    Screen("staff", "/staff", _at("owner", "/staff")),
    Screen("staff, refused", None, _refused("owner", "/staff", "/staff/invitations")),
    Screen("staff, invited", None, _shown_once("owner", "/staff", "/staff/invitations", label="Asep")),
    Screen("voices", "/voice", _at("owner", "/voice")),
    Screen("voices, low ratings", None, _at("owner", "/voice?show=low")),
    Screen("voices, held", None, _at("owner", "/voice?show=held")),
    Screen("complaint", "/complaints/{complaint_id}", _at("owner", lambda stage: stage.complaint)),
    Screen("complaint, refused", None, _refused("owner", lambda stage: stage.complaint, "/answers")),
    Screen("complaint, link shared", None, _shown_once("owner", lambda stage: stage.complaint, "/links")),
    Screen("orders", "/orders", _at("owner", "/orders?show=all")),
    Screen("orders, none", None, _at("newcomer", "/orders")),
    Screen("orders, nothing found", None, _at("owner", "/orders?q=zzz")),
    Screen("order, new", "/orders/new", _at("owner", "/orders/new")),
    Screen("order, new, without goods", None, _at("newcomer", "/orders/new")),
    Screen("order, refused", None, _refused("owner", "/orders/new", "/orders", phone="nol")),
    Screen("order", "/orders/{order_id}", _at("owner", lambda stage: stage.order)),
    Screen("nota", "/orders/{order_id}/nota", _at("owner", lambda stage: f"{stage.order}/nota")),
    Screen("order, to change", "/orders/{order_id}/edit", _at("owner", lambda stage: f"{stage.order}/edit")),
    Screen("payment", "/orders/{order_id}/payments", _at("owner", lambda stage: f"{stage.unpaid}/payments")),
    Screen(
        "payment, refused",
        None,
        _refused("owner", lambda stage: f"{stage.unpaid}/payments", "/payments", amount="banyak"),
    ),
    Screen("paste", "/orders/paste", _at("owner", "/orders/paste")),
    Screen("paste, refused", None, _refused("owner", "/orders/paste", "/orders/paste", text="selamat pagi")),
    Screen("paste, looked at", None, _looked_at),
    Screen("paste, recorded", "/orders/paste/{paste_id}", _at("owner", lambda stage: stage.pasted)),
    Screen("debts", "/orders/debts", _at("owner", "/orders/debts")),
    Screen("debts, none", None, _at("newcomer", "/orders/debts")),
    Screen("debt", "/orders/debts/{customer_id}", _at("owner", lambda stage: stage.debt)),
    Screen("customers", "/customers", _at("owner", "/customers")),
    Screen("customers, searched", None, _searched),
    Screen("customers, nobody found", None, _at("owner", "/customers?q=zzzzzz")),
    Screen("new customer", "/customers/new", _at("owner", "/customers/new")),
    Screen("new customer, open", None, _unfolded("owner", "/customers/new")),
    Screen("new customer, refused", None, _refused("owner", "/customers/new", "/customers", name="", phone="nol")),
    Screen("customer", "/customers/{customer_id}", _at("owner", lambda stage: stage.known)),
    Screen("customer, edited", "/customers/{customer_id}/edit", _at("owner", lambda stage: stage.known + "/edit")),
    Screen(
        "customer, refused",
        None,
        _refused("owner", lambda stage: stage.known + "/edit", "/edit", name="", phone="nol"),
    ),
    Screen("customer, two phones", None, _edited_twice),
    Screen("customer, link shared", None, _shown_once("owner", lambda stage: stage.known, "/links")),
    Screen(
        "customer, erase?", "/customers/{customer_id}/erasure", _at("owner", lambda stage: stage.known + "/erasure")
    ),
    # The others.
    Screen("home of a business that ends", None, _at("leaving", "/")),
    Screen("ending, asked for", None, _at("leaving", "/business/ending")),
    Screen("invitation, signed in", None, _at("leaving", lambda stage: stage.open_link)),
    Screen("home of staff", None, _at("helper", "/")),
    Screen("more of staff", None, _at("helper", "/more")),
    Screen("for owners only", None, _at("helper", "/business/profile")),
    Screen("no business", None, _at("alone", "/businesses")),
    Screen("more without a business", None, _at("alone", "/more")),
    # Developers.
    Screen("components", "/dev/components", _at("stranger", "/dev/components")),
)
