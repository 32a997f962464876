"""A form is read whole: every error at once, what was typed kept, files beside the fields, old forms brought up to date."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, ClassVar

import httpx
import pytest
from litestar import Litestar, Request, Response, post

from ecrm_pwa.base.errors import FieldsRefused
from ecrm_pwa.base.inputs import Refused, Several, Text, Whole
from ecrm_pwa.base.limits import LimitReached
from ecrm_pwa.web import forms

pytestmark = pytest.mark.anyio


@dataclass
class Order:
    """A form as it is today."""

    name: Annotated[str, Text(10)]
    pieces: Annotated[int, Whole(1, 9)]
    days: Annotated[tuple[str, ...], Several(("1", "2", "3"))]


def _rename(several: dict[str, list[str]]) -> None:
    several["nama"] = several.pop("title", [])


def _default(several: dict[str, list[str]]) -> None:
    several.setdefault("city", ["Serang"])


@dataclass
class Changed:
    """A form that was changed twice since phones first kept it; what is older than version 2 is forgotten."""

    VERSION: ClassVar[int] = 4
    ADAPTERS: ClassVar[dict[int, Callable[[dict[str, list[str]]], None]]] = {2: _rename, 3: _default}

    nama: Annotated[str, Text(10)]
    city: Annotated[str, Text(20)]


def told(form: forms.Form[Any]) -> dict[str, Any]:
    """What a handler knows after reading."""
    data = None if form.errors else vars(form.data)
    files = {name: [upload.size, upload.content and len(upload.content)] for name, upload in form.files.items()}
    return {"data": data, "values": form.values, "errors": form.errors, "files": files}


@post("/order", status_code=HTTPStatus.OK, request_max_body_size=forms.UPLOAD_LIMIT)
async def order(request: Request[Any, Any, Any]) -> Response[Any]:
    return Response(told(await forms.read(request, Order)))


@post("/changed", status_code=HTTPStatus.OK)
async def changed(request: Request[Any, Any, Any]) -> Response[Any]:
    return Response(told(await forms.read(request, Changed)))


async def send(path: str, **kinds: Any) -> httpx.Response:
    transport = httpx.ASGITransport(Litestar([order, changed], openapi_config=None))  # type: ignore[arg-type]  # the same protocol, spelled more narrowly
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.post(path, **kinds)


GOOD = {"name": "Bu Siti", "pieces": "3", "days": ["3", "1"]}


async def test_a_good_form_is_understood_whichever_way_it_was_sent() -> None:
    plain = (await send("/order", data=GOOD)).json()
    assert plain["data"] == {"name": "Bu Siti", "pieces": 3, "days": ["1", "3"]}
    assert plain["errors"] == {}
    in_parts = (await send("/order", data=GOOD, files={"photo": ("a.jpg", b"12345")})).json()
    assert in_parts["data"] == plain["data"]
    assert in_parts["files"] == {"photo": [5, 5]}


async def test_every_error_is_told_at_once_and_what_was_typed_is_kept() -> None:
    answer = (await send("/order", data={"name": "a" * 11, "pieces": "dua", "days": ["9"]})).json()
    assert answer["data"] is None
    assert set(answer["errors"]) == {"name", "pieces", "days"}
    assert answer["values"] == {"name": "a" * 11, "pieces": "dua", "days": "9"}


async def test_letters_that_are_none_can_still_be_shown_again() -> None:
    body = b"name=a%FF%00%ED%A0%80b&pieces=3"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = (await send("/order", content=body, headers=kind)).json()
    assert "name" in answer["errors"]
    assert answer["values"]["name"].startswith("a")
    assert answer["values"]["name"].endswith("b")
    assert "\x00" not in answer["values"]["name"]


async def test_a_field_that_nobody_asked_for_changes_nothing() -> None:
    answer = (await send("/order", data=GOOD | {"is_owner": "1", "VERSION": "9", "__class__": "x"})).json()
    assert answer["data"] == {"name": "Bu Siti", "pieces": 3, "days": ["1", "3"]}


async def test_of_a_file_that_is_too_long_only_its_length_is_known() -> None:
    longest = b"x" * forms.FILE_LIMIT
    answer = (await send("/order", data=GOOD, files={"a": ("a", longest), "b": ("b", longest + b"x")})).json()
    assert answer["files"] == {
        "a": [forms.FILE_LIMIT, forms.FILE_LIMIT],
        "b": [forms.FILE_LIMIT + 1, None],
    }
    assert answer["data"]["name"] == "Bu Siti", "the fields beside it are understood"
    assert "10 MB" in forms.too_large()


async def test_a_file_input_that_was_left_empty_sends_no_file() -> None:
    assert (await send("/order", data=GOOD, files={"photo": ("", b"")})).json()["files"] == {}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"name": "Bu Siti"}'),
        ("text/plain", b"name=Bu+Siti"),
        ("", b"name=Bu+Siti"),
        ("multipart/form-data", b"name=Bu+Siti"),
        ("multipart/form-data; boundary=x", b"no boundary at all"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nBu'),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nBu\r\n--x--\r\n"),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 501)),
    ],
)
async def test_what_is_no_form_is_refused_and_is_no_fault_of_ours(kind: str, body: bytes) -> None:
    answer = await send("/order", content=body, headers={"Content-Type": kind})
    assert answer.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    ("version", "sent"),
    [
        ("2", {"title": "Siti"}),
        ("3", {"nama": "Siti"}),
        ("4", {"nama": "Siti", "city": "Serang"}),
        # A page that no outbox sends is today's.
        (None, {"nama": "Siti", "city": "Serang"}),
    ],
)
async def test_a_form_that_waited_on_a_phone_is_read_as_it_was_meant(version: str | None, sent: dict[str, str]) -> None:
    headers = {} if version is None else {"X-Form-Version": version}
    answer = (await send("/changed", data=sent, headers=headers)).json()
    assert answer["data"] == {"nama": "Siti", "city": "Serang"}


@pytest.mark.parametrize("version", ["1", "5", "0", "-1", "dua", "²", "", "9" * 5_000])
async def test_a_form_of_an_unknown_version_is_refused_in_words_with_what_was_typed(version: str) -> None:
    sent = {"nama": "Siti", "city": "Serang"}
    answer = (await send("/changed", data=sent, headers={"X-Form-Version": version.encode()})).json()
    assert answer["data"] is None
    assert "versi aplikasi yang lain" in answer["errors"][""]
    assert answer["values"] == sent


def test_what_a_verb_refuses_stands_beside_its_field() -> None:
    form: forms.Form[None] = forms.Form(errors={"phone": "lama"})
    with form.checking():
        raise FieldsRefused(password="Kata sandi ini salah.")
    assert form.errors == {"phone": "lama", "password": "Kata sandi ini salah."}
    assert form.status == HTTPStatus.UNPROCESSABLE_ENTITY


def test_what_is_refused_as_a_whole_stands_above_the_form_and_a_limit_says_so_to_machines() -> None:
    form: forms.Form[None] = forms.Form()
    with form.checking():
        raise Refused("Tidak bisa.")
    assert (form.errors, form.status) == ({"": "Tidak bisa."}, HTTPStatus.UNPROCESSABLE_ENTITY)
    with form.checking():
        raise LimitReached("Tunggu 3 menit.")
    assert (form.errors, form.status) == ({"": "Tunggu 3 menit."}, HTTPStatus.TOO_MANY_REQUESTS)


def test_what_is_nobodys_refusal_is_not_swallowed() -> None:
    form: forms.Form[None] = forms.Form()
    with pytest.raises(ValueError, match="broken"), form.checking():
        raise ValueError("broken")


def test_a_blank_form_shows_what_is_known() -> None:
    form = forms.blank({"name": "Bu Siti", "pieces": 3, "about": None, "days": ("1", "2")})
    assert form.values == {"name": "Bu Siti", "pieces": "3", "about": ""}
    assert form.several == {"days": ["1", "2"]}
    assert form.errors == {}


def test_the_values_of_a_refused_form_cannot_be_used_by_mistake() -> None:
    form: forms.Form[None] = forms.Form(errors={"phone": "Isi nomor HP."})
    with pytest.raises(FieldsRefused) as refused:
        _ = form.data
    assert refused.value.errors == {"phone": "Isi nomor HP."}
