"""What waits on a phone, and a network that comes and goes."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error, Page, expect

from e2e.people import Person, bu_siti, sign_up
from e2e.phone import PATIENCE_MILLISECONDS, Phone
from tests.network.badnet import BadNet

# What a browser says of a request that finds no network.
WITHOUT_SIGNAL = re.compile(r"net::ERR_|Transition was aborted|error occurred when fetching the script")
KEPT = "Disimpan di HP."


def until(page: Page, condition: str) -> None:
    """Waits until an asynchronous function of the page says yes: Playwright's own waiting takes its promise for a yes."""
    page.evaluate(
        f"""async (patience) => {{
        const condition = {condition};
        const end = Date.now() + patience;
        // The page's own scripts may not be there yet.
        const isEarly = (error) => error instanceof ReferenceError ? false : Promise.reject(error);
        const holds = () => (async () => condition())().catch(isEarly);
        while (!(await holds())) {{
            if (Date.now() > end) throw new Error("waited in vain for " + condition);
            await new Promise((next) => setTimeout(next, 50));
        }}
    }}""",
        PATIENCE_MILLISECONDS,
    )


def records(phone: Phone) -> list[dict[str, Any]]:
    """What waits on her phone, oldest first, the bytes of files aside."""
    found: list[dict[str, Any]] = phone.page.evaluate(
        "async () => (await Outbox.list()).map(({ files, sealed, ...record }) =>"
        " ({ ...record, files: files?.length ?? 0, sealed: Boolean(sealed) }))"
    )
    return found


def labels(phone: Phone, state: str = "waiting") -> list[str]:
    """What waits, or what was refused, by its names for people."""
    return [record.get("label", "") for record in records(phone) if record["state"] == state]


def signal_returns(phone: Phone, net: BadNet) -> None:
    """The network passes everything on again, and the browser notices."""
    net.mode = "pass"
    phone.page.evaluate("() => dispatchEvent(new Event('online'))")


def all_sent(phone: Phone) -> None:
    """Waits until nothing is left on her phone."""
    wait_here(phone, "async () => !(await Outbox.list()).length")


def wait_here(phone: Phone, condition: str) -> None:
    """Waits as `until` does, also where the page is exchanged for another meanwhile."""
    try:
        until(phone.page, condition)
    except Error as error:
        if "navigation" not in error.message:
            raise
        phone.page.wait_for_load_state()
        wait_here(phone, condition)


@dataclass
class Shop:
    """An owner's phone, and what the others need to find her."""

    owner: Phone
    person: Person
    path: str

    def complaint(self, customer: Phone, *, held: bool = False, **fields: str | list[str]) -> tuple[str, str]:
        """Somebody complains; the owner's address of it, and the customer's. A field that people do not see has it held."""
        before = self._complaints(held)
        typed = {"category": "stale", "words": "Bau"} | fields | ({"website": "x"} if held else {})
        way = customer.send(f"{self.path}/keluhan", typed).partition("?")[0]
        (new,) = self._complaints(held) - before
        return new, way

    def _complaints(self, held: bool) -> set[str]:
        page = text(self.owner, "/voice?show=held" if held else "/voice?show=all")
        return set(re.findall(r"/complaints/[\w-]{36}", page))


def open_shop(owner: Phone, person: Person | None = None) -> Shop:
    """Signs up on this phone."""
    siti = person or bu_siti()
    sign_up(owner, siti)
    found = re.search(r"/toko/[a-z0-9-]+", text(owner, "/business/profile"))
    assert found is not None
    return Shop(owner, siti, found[0])


def text(phone: Phone, path: str) -> str:
    """A page as the server makes it now, with her cookies, past all that the phone keeps."""
    return phone.context.request.get(phone.url + path).text()


def answer(page: Page, words: str) -> None:
    """Writes an answer on the page of a complaint; done when it is kept or has arrived."""
    page.get_by_label("Balas", exact=True).fill(words)
    page.get_by_role("button", name="Kirim balasan").click()
    expect(page.get_by_label("Balas", exact=True)).to_have_value("")
