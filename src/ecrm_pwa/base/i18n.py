"""Words in two languages: Indonesian stands in the code and templates themselves, English in locale/en.

The language belongs to the request that is being answered, so it is a context variable; `use` is called once by web/viewer.py.
"""

import gettext as _stdlib
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

SOURCE = "id"
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}

_language: ContextVar[str | None] = ContextVar("language", default=None)


def use(language: str) -> None:
    """Answers this request in `language`; one that we do not speak means Indonesian."""
    _language.set(language if language in LANGUAGES else SOURCE)


def language() -> str:
    """The language of this request."""
    return _language.get() or SOURCE


def is_chosen() -> bool:
    """Whether anybody has said yet which language this request is answered in."""
    return _language.get() is not None


def gettext(message: str) -> str:
    """`message`, written in Indonesian, in the language of this request."""
    return _catalogue(language()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Like `gettext`, by number; Indonesian has one form, English two."""
    return _catalogue(language()).ngettext(singular, plural, n)


class _Catalogue(_stdlib.NullTranslations):
    def __init__(self, messages: dict[str, tuple[str, ...]]) -> None:
        super().__init__()
        self._messages = messages

    def gettext(self, message: str) -> str:
        return self._messages.get(message, (message,))[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        found = self._messages.get(msgid1)
        if found is None:
            return msgid1 if n == 1 else msgid2
        return found[0] if n == 1 else found[-1]


@cache
def _catalogue(language: str) -> _Catalogue:
    if language == SOURCE:
        return _Catalogue({})
    # The .po itself is read, once a process: no compiled file that could be stale.
    source = files("ecrm_pwa").joinpath("locale", language, "LC_MESSAGES", "messages.po")
    with source.open("rb") as handle:
        catalogue = read_po(handle, locale=language)
    messages: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if all(strings):
            messages[str(key)] = tuple(str(s) for s in strings)
    return _Catalogue(messages)
