"""Reads a form whole, gives every error at once, and keeps what was typed.

A form is a class whose fields are annotated with rules of base/inputs.py:

    @dataclass
    class SignIn:
        phone: Annotated[str, Phone()]
        password: Annotated[str, Secret()]

A handler reads it, works inside `form.checking()`, and shows the same page again when it comes out on the other side:

    form = await forms.read(request, SignIn)
    with form.checking():
        ... form.data.phone ...
        return see_other("/")
    return page(request, "accounts/sign_in.html", status=form.status, form=form)
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, cast, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from litestar import Request
from litestar.exceptions import ClientException, InternalServerException
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from ecrm_pwa.base import outbox
from ecrm_pwa.base.errors import FieldsRefused
from ecrm_pwa.base.i18n import gettext as _
from ecrm_pwa.base.inputs import Refused, Rule
from ecrm_pwa.base.limits import LimitReached

TEXT_LIMIT = 4_000_000
"""Bytes of a body without files: every field may be far too long and still be refused in words."""
FILE_LIMIT = 10_000_000
"""Bytes of one file that are kept; of a longer one only its length is counted."""
UPLOAD_LIMIT = 48_000_000
"""Bytes of a body with files that are read at all."""
VERSION_HEADER = "x-form-version"
_MOST_FIELDS = 500

S = TypeVar("S")


@dataclass(frozen=True)
class Upload:
    """A chosen file. `content` is None when it was longer than `FILE_LIMIT`."""

    size: int
    content: bytes | None


@dataclass
class Form(Generic[S]):
    """What was sent, what was understood, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    """The last value of each name, fit to be shown again."""
    several: dict[str, list[str]] = field(default_factory=dict)
    """All values of each name."""
    errors: dict[str, str] = field(default_factory=dict)
    """A sentence for each field that was refused; under "" one about the form as a whole."""
    files: dict[str, Upload] = field(default_factory=dict)
    status: int = 422
    """What the page that shows the errors is answered with."""
    _data: S | None = None

    @property
    def data(self) -> S:
        """The understood values; raises `FieldsRefused` where there are errors."""
        if self._data is None or self.errors:
            raise FieldsRefused(**self.errors)
        return self._data

    @contextmanager
    def checking(self) -> Iterator[None]:
        """Catches what a verb refuses and keeps it beside its field; leave the block by return, or show the form again."""
        try:
            yield
        except FieldsRefused as refusal:
            self.errors.update(refusal.errors)
        except Refused as refusal:
            self.errors[""] = str(refusal)
            if isinstance(refusal, LimitReached):
                self.status = 429


def blank(values: Mapping[str, Any] | None = None) -> Form[None]:
    """A form that nobody has sent yet, filled with what is known."""
    form: Form[None] = Form()
    for name, value in (values or {}).items():
        if isinstance(value, (list, tuple)):
            form.several[name] = [str(v) for v in value]
        else:
            form.values[name] = "" if value is None else str(value)
    return form


async def read(request: Request[Any, Any, Any], schema: type[S]) -> Form[S]:
    """Reads the body to its end and checks every field. Raises only for a body that is no form at all (400)."""
    try:
        form = await _receive(request)
    except InternalServerException as error:
        # Nobody is there any more to hear an answer; on a weak network that is no fault of ours to log.
        raise ClientException("cut off on the way") from error
    _bring_up_to_date(form, schema, request.headers.get(VERSION_HEADER))
    understood: dict[str, Any] = {}
    for name, rule in rules_of(cast(Any, schema)).items():
        try:
            understood[name] = rule.read(form.several.get(name, ()))
        except Refused as refusal:
            form.errors[name] = str(refusal)
    checked: Form[S] = Form(_showable(form.values), form.several, form.errors, form.files)
    if not form.errors:
        checked._data = schema(**understood)  # noqa: SLF001 (our own, made three lines above)
    return checked


@cache
def rules_of(schema: Any) -> dict[str, Rule]:
    """The rules of a form's class, by the names that it reads."""
    rules: dict[str, Rule] = {}
    for name, hint in get_type_hints(schema, include_extras=True).items():
        if get_origin(hint) is Annotated:
            rules[name] = get_args(hint)[1]
    return rules


def _bring_up_to_date(form: Form[Any], schema: Any, sent: str | None) -> None:
    """A form may wait on a phone for months. A class that has changed says its `VERSION` and how to read the ones before it."""
    present: int = getattr(schema, "VERSION", 1)
    if sent is None:
        return
    version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 6 else 0  # noqa: PLR2004 (a small number)
    adapters: dict[int, Callable[[dict[str, list[str]]], None]] = getattr(schema, "ADAPTERS", {})
    while version < present and version in adapters:
        adapters[version](form.several)
        version += 1
    if version != present:
        form.errors[""] = _(
            "Formulir ini dari versi aplikasi yang lain. Periksa isinya, lalu kirim lagi dari halaman baru."
        )
    form.values = {name: values[-1] for name, values in form.several.items() if values}


def _showable(values: dict[str, str]) -> dict[str, str]:
    return {name: value.encode("utf-8", "replace").decode().replace("\x00", "") for name, value in values.items()}


async def _receive(request: Request[Any, Any, Any]) -> Form[Any]:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind == "multipart/form-data":
        return await _receive_multipart(request, options.get("boundary", ""))
    if kind != "application/x-www-form-urlencoded":
        raise ClientException("a form was expected")
    body = await request.body()
    content = outbox.Fingerprint(request.scope["path"])
    content.add(body)
    request.scope["state"]["body_fingerprint"] = content.digest()
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "surrogateescape"),
            keep_blank_values=True,
            errors="surrogateescape",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise ClientException("too many fields") from error
    form: Form[Any] = Form()
    for name, value in pairs:
        _keep(form, name, value)
    return form


async def _receive_multipart(request: Request[Any, Any, Any], boundary: str) -> Form[Any]:
    form: Form[Any] = Form()
    content = outbox.Fingerprint(request.scope["path"])
    part: MultipartSegment | None = None
    kept, size = bytearray(), 0
    try:
        with PushMultipartParser(boundary, max_segment_count=_MOST_FIELDS) as parser:
            async for chunk in request.stream():
                if not chunk:
                    continue
                for event in parser.parse(chunk):
                    if isinstance(event, MultipartSegment):
                        part, kept, size = event, bytearray(), 0
                        content.add(f"\n{event.name}\n{event.filename}\n".encode("utf-8", "replace"))
                    elif event:
                        size += len(event)
                        content.add(event)
                        if size <= (FILE_LIMIT if part is not None and part.filename else TEXT_LIMIT):
                            kept += event
                    elif part is not None:
                        _finish(form, part, bytes(kept), size)
    except (MultipartError, LookupError, UnicodeError) as error:
        raise ClientException("a broken form") from error
    request.scope["state"]["body_fingerprint"] = content.digest()
    return form


def _finish(form: Form[Any], part: MultipartSegment, content: bytes, size: int) -> None:
    # A file input that was left empty sends a nameless file without a byte.
    if part.filename is None:
        _keep(form, part.name or "", content.decode("utf-8", "surrogateescape"))
    elif size:
        form.files[part.name or ""] = Upload(size, content if len(content) == size else None)


def _keep(form: Form[Any], name: str, value: str) -> None:
    form.values[name] = value
    form.several.setdefault(name, []).append(value)


def too_large(longest: int = FILE_LIMIT) -> str:
    """The sentence for a file that was not kept."""
    return _("Foto ini terlalu besar. Paling besar %(mb)s MB.") % {"mb": longest // 1_000_000}
