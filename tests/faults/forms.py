"""Reads a page's form as a browser does, so that the faults need not know its fields."""

from html.parser import HTMLParser


def read_form(page: str, action: str) -> dict[str, list[str]]:
    """What a browser would send of the form that goes to `action`, unchanged."""
    reader = _FormReader(action)
    reader.feed(page)
    if not reader.fields:
        raise RuntimeError(f"no form for {action} in:\n{page[-2000:]}")
    return reader.fields


class _FormReader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self._action = action
        self._inside = False
        self._select: str | None = None
        self._textarea: str | None = None
        self.fields: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name"), has.get("value") or ""
        if tag == "form":
            self._inside = (has.get("action") or self._action) == self._action and has.get("method") == "post"
        elif not self._inside:
            return
        elif tag == "option" and self._select:
            # Where none is selected, a browser shows and sends the first.
            if "selected" in has or self._select not in self.fields:
                self.fields[self._select] = [value]
        elif tag == "select":
            self._select = name
        elif tag == "textarea" and name:
            self._textarea = name
            self._add(name, "")
        elif tag == "input" and name and (has.get("type") not in {"checkbox", "radio"} or "checked" in has):
            self._add(name, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._textarea:
            # The line break behind the tag is the page's, not the field's.
            self.fields[self._textarea][-1] = self.fields[self._textarea][-1].removeprefix("\n")
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea][-1] += data

    def _add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)
