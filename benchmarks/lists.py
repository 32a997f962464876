"""How long 2,000 contacts take, from the file that arrives to the last customer: read and drafted, in steps, and in one request."""

import re
import time
import urllib.parse
import urllib.request
import uuid

CONTACTS = 2_000
NAMES = ("Ani", "Eni", "Tuti", "Neng", "Yanti", "Rohmah", "Siti", "Iyah", "Wati", "Nunung")
STEP = 100
_STATUS_MOVED = 303


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def measure(port: int, cookie: str) -> dict[str, float]:
    """Seconds of each."""
    took: dict[str, float] = {}
    for name, most in (("in steps of 100", STEP), ("in one request", 0)):
        block = uuid.uuid4().int % 9_000 + 1_000
        cards = "".join(
            f"BEGIN:VCARD\nVERSION:3.0\nFN:Orang{n}\nTEL;TYPE=CELL:08{block}{n:07}\nEND:VCARD\n"
            for n in range(CONTACTS)
        )
        begin = time.perf_counter()
        draft = _post(port, cookie, "/customers/import", {"source": "contacts", "text": cards})
        took["read and drafted"] = time.perf_counter() - begin
        begin, way = time.perf_counter(), draft
        while "#done" not in way:
            way = _post(port, cookie, f"{draft}/steps", {"most": str(most)})
        took[name] = time.perf_counter() - begin
        begin = time.perf_counter()
        _post(port, cookie, f"{draft}/undoing", {"id": ""})
        took["undone"] = time.perf_counter() - begin
    return took


def fill(port: int, cookie: str, people: int) -> None:
    """Brings so many customers in."""
    lines = "\n".join(f"Bu {NAMES[n % len(NAMES)]} {n} 0813{n:08}" for n in range(people))
    draft = _post(port, cookie, "/customers/import", {"source": "paste", "text": lines})
    _post(port, cookie, f"{draft}/steps", {"most": "0"})


def _post(port: int, cookie: str, path: str, fields: dict[str, str]) -> str:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=urllib.parse.urlencode(fields).encode(),
        headers={"Sec-Fetch-Site": "same-origin", "Cookie": cookie},
    )
    try:
        urllib.request.build_opener(_Stay).open(asked)
    except urllib.error.HTTPError as answer:
        if answer.status == _STATUS_MOVED:
            return re.sub(r"^https?://[^/]+", "", answer.headers["Location"])
        raise
    raise RuntimeError(f"{path} was not answered with a way on")
