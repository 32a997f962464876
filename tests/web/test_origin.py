"""Which writes are ours, by what the browser says of where they come from."""

import pytest

from ecrm_pwa.web.origin import may_write

HOST = "umkm.example.id"


@pytest.mark.parametrize(
    ("origin", "fetch_site", "may"),
    [
        (f"https://{HOST}", "same-origin", True),
        (None, "same-origin", True),
        # Typed or from a bookmark: nobody else's page had a hand in it.
        (None, "none", True),
        (f"https://{HOST}", "cross-site", False),
        (f"https://{HOST}", "same-site", False),
        ("https://evil.example", "cross-site", False),
        (f"https://shop.{HOST}", "same-site", False),
        (f"https://{HOST}", "", False),
        (f"https://{HOST}", "SAME-ORIGIN", False),
        # Browsers that are too old to say more than the origin.
        (f"https://{HOST}", None, True),
        (f"https://{HOST.upper()}", None, True),
        ("https://evil.example", None, False),
        (f"https://{HOST}.evil.example", None, False),
        (f"https://evil.example/{HOST}", None, False),
        (f"https://{HOST}@evil.example", None, False),
        (f"https://{HOST}:8443", None, False),
        (HOST, None, False),
        ("", None, False),
        ("null", None, False),
        # A browser always says; what does not is no browser.
        (None, None, False),
    ],
)
def test_a_write_is_taken_from_our_own_pages_only(origin: str | None, fetch_site: str | None, *, may: bool) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert may_write(method=method, host=HOST, origin=origin, fetch_site=fetch_site) is may
    for method in ("GET", "HEAD", "OPTIONS"):
        assert may_write(method=method, host=HOST, origin=origin, fetch_site=fetch_site), "reading harms nobody"


@pytest.mark.parametrize(
    ("host", "origin", "may"),
    [
        ("localhost:8000", "http://localhost:8000", True),
        ("localhost:8000", "http://localhost:8001", False),
        ("localhost:8000", "http://localhost", False),
        ("[::1]:8000", "http://[::1]:8000", True),
        ("", "null", False),
    ],
)
def test_another_port_is_another_site(host: str, origin: str, *, may: bool) -> None:
    assert may_write(method="POST", host=host, origin=origin, fetch_site=None) is may
