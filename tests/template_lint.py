"""Rules that neither Jinja nor a browser would enforce on templates: nothing that lets words of a user become code, nothing inline
that the content security policy would stop, no words that cannot be translated.

Autoescaping does not help in an attribute without quotes, in a handler such as onclick, or in an address that begins with a value
(javascript:…). `python -m tests.template_lint` reads every template of the app.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "src" / "ecrm_pwa" / "templates"

# Seen by developers only; its words are examples.
NOT_TRANSLATED = TEMPLATES / "dev"

# The same in every language: names, and addresses of pages such as /toko/.
NAMES = ("E-CRM UMKM",)

GETTEXT = {"_": 1, "gettext": 1, "ngettext": 2}
INLINE_BLOCKS = {"inline_script", "inline_style"}
"""Functions that write blocks whose hashes stand in the content security policy."""
OWN_ADDRESSES = {"static"}
"""Functions that return addresses of our own, never a user's."""

SHOWN_ATTRIBUTES = {
    "alt",
    "aria-description",
    "aria-label",
    "aria-placeholder",
    "aria-roledescription",
    "aria-valuetext",
    "label",
    "placeholder",
    "title",
}
ADDRESS_ATTRIBUTES = {
    "action",
    "formaction",
    "href",
    "hx-delete",
    "hx-get",
    "hx-patch",
    "hx-post",
    "hx-put",
    "ping",
    "xlink:href",
}
LOADING_ELEMENTS = {"embed", "iframe", "object", "script"}

# A template becomes HTML that the parser understands: each {{ expression }} a numbered mark, each {% statement %} another.
_EXPRESSION = "\ue000{}\ue002"
_STATEMENT = "\ue001"
_BORDER = "\ue003"  # statements that begin or end a piece of markup of its own
_BORDERS = {"macro", "endmacro", "block", "endblock", "call", "endcall", "set", "endset"}

_A_MARK = re.compile("\ue000(\\d+)\ue002")
_A_STATEMENT = re.compile("[\ue001\ue003]")
_A_WORD = re.compile(r"[^\W\d_]{2,}")
_AN_ADDRESS = re.compile(r"(?<!\S)/\S*")
_A_SENTENCE = re.compile(r"[A-Z][a-z]")
_A_ZONE = re.compile(r"[A-Z]\w+/\w+")
_AN_ATTRIBUTE = re.compile(
    r"""[\s/\ue001\ue003]*(?:\ue000(?P<mark>\d+)\ue002
    |(?P<name>[^\s"'<>/=\ue000-\ue003]+)(?:\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s>]*))?
    |(?P<other>["'=]))""",
    re.VERBOSE,
)
_ONLY_ATTRIBUTES = re.compile(r"""\s*(?:[a-z][\w:-]*=(?:"[^"]*"|'[^']*')\s*)+""")


@dataclass(frozen=True)
class Problem:
    """A line of a template that breaks a rule."""

    line: int
    rule: str
    is_of_words: bool = False

    def __str__(self) -> str:
        return f"{self.line}: {self.rule}"


def problems(source: str) -> list[Problem]:
    """What is wrong with the template whose text is `source`, from top to bottom."""
    environment = Environment(autoescape=True)
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        return [Problem(error.lineno, f"Jinja does not understand it: {error.message}")]
    markup, expressions = _as_html(environment, source)
    reader = _Reader(expressions, {macro.name for macro in tree.find_all(nodes.Macro)})
    for element in re.finditer("</?\ue000", markup):
        line = markup.count("\n", 0, element.start()) + 1
        reader.found.append(Problem(line, "an element's name must be literal: this one may be anything"))
    reader.feed(markup)
    reader.close()
    return sorted({*_jinja_problems(tree), *reader.found}, key=lambda problem: (problem.line, problem.rule))


def _as_html(environment: Environment, source: str) -> tuple[str, list[nodes.Expr]]:
    html: list[str] = []
    expressions: list[nodes.Expr] = []
    inside: list[str] = []
    line = 1
    for number, kind, text in environment.lex(source):
        if kind == "data":
            # Whitespace control ({%- … -%}) has taken line breaks away; they are put back, so that lines can be told.
            html.append("\n" * (number - line) + text)
            line = max(line, number) + text.count("\n")
        elif kind in ("variable_begin", "block_begin"):
            inside.clear()
        elif kind == "variable_end":
            output = environment.parse("{{" + "".join(inside) + "}}").body[0]
            assert isinstance(output, nodes.Output)
            element = _one_literal(output.nodes[0]) if html and html[-1].endswith(("<", "</")) else ""
            html.append(element or _EXPRESSION.format(len(expressions)))
            expressions.append(output.nodes[0])
        elif kind == "block_end":
            html.append(_BORDER if "".join(inside).split()[0] in _BORDERS else _STATEMENT)
        else:
            inside.append(text)
    return "".join(html), expressions


def _one_literal(expression: nodes.Node) -> str:
    """The first of the literals that `expression` chooses from ('a' if href else 'div'), nothing if it may be anything else."""
    match expression:
        case nodes.Const(value=str(text)):
            return text
        case nodes.CondExpr(expr1=first, expr2=nodes.Node() as second) if _one_literal(second):
            return _one_literal(first)
    return ""


def _jinja_problems(tree: nodes.Template) -> Iterator[Problem]:
    for name in tree.find_all(nodes.Filter):
        if name.name == "safe":
            yield Problem(name.lineno, "|safe lets words of a user become markup")
    for variable in tree.find_all(nodes.Name):
        if variable.name == "Markup":
            yield Problem(variable.lineno, "Markup() lets words of a user become markup")
    for switch in tree.find_all(nodes.ScopedEvalContextModifier):
        yield Problem(switch.lineno, "{% autoescape %} lets words of a user become markup")
    for call in tree.find_all(nodes.Call):
        literals = GETTEXT.get(_called(call), 0)
        if not all(isinstance(argument, nodes.Const) for argument in call.args[:literals]):
            yield Problem(call.lineno, f"{_called(call)}() of a value: only literal words reach the catalogue")
    for pair in tree.find_all(nodes.Pair):
        if isinstance(pair.key, nodes.Const):
            yield from _pair_problems(str(pair.key.value).lower(), pair.value, pair.lineno)
    yield from _untranslated(tree)


def _pair_problems(name: str, value: nodes.Expr, line: int) -> Iterator[Problem]:
    """A dictionary in a template is a set of attributes (for |xmlattr): the rules for attributes hold for it."""
    yield from _name_problems(name, line)
    if name in ADDRESS_ATTRIBUTES and not _is_safe_address(value):
        yield Problem(line, f"{name} begins with a value: a user's must pass |safe_url")
    if name in SHOWN_ATTRIBUTES and isinstance(value, nodes.Const) and isinstance(value.value, str):
        yield from _word_problems(value.value, line)


def _untranslated(node: nodes.Node) -> Iterator[Problem]:
    """Words handed on as literals (`ui.button('Simpan')`), told from names of things by their capital letter."""
    if isinstance(node, nodes.Call) and _called(node) in GETTEXT:
        return
    # What is compared, looked up or loaded is not shown.
    if isinstance(node, nodes.Compare | nodes.Test | nodes.Getitem):
        return
    if isinstance(node, nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport):
        return
    match node:
        case nodes.Const(value=str(text)) if _A_SENTENCE.match(text) and not _A_ZONE.fullmatch(text):
            yield from _word_problems(text, node.lineno)
    for child in node.iter_child_nodes():
        yield from _untranslated(child)


class _Reader(HTMLParser):
    def __init__(self, expressions: list[nodes.Expr], macros: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._expressions = expressions
        self._macros = macros
        self._inline = ""
        self.found: list[Problem] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        whole = self.get_starttag_text() or ""
        written = re.match(r"<[a-zA-Z][\w:-]*", whole)
        assert written is not None
        element = written.group().removeprefix("<").lower()
        self._attributes(element, whole[written.end() :].removesuffix(">"))
        self._inline = element if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:
        self._inline = ""

    def handle_data(self, data: str) -> None:
        line = self.getpos()[0]
        if self._inline:
            if not self._is_hashed_block(data):
                self._say(line, f"<{self._inline}> with content of its own: only inline_{self._inline}() may write it")
            return
        for part in data.split(_BORDER):
            attributes = _A_STATEMENT.sub("", part)
            # A macro may write attributes for a tag that stands elsewhere.
            if _ONLY_ATTRIBUTES.fullmatch(attributes):
                self._attributes("", part)
                continue
            # The line of the words, not of the white space before them.
            first = line + part.count("\n", 0, len(part) - len(part.lstrip()))
            self.found.extend(_word_problems(attributes, first))
            line += part.count("\n")

    def _is_hashed_block(self, content: str) -> bool:
        rest = _A_STATEMENT.sub("", content).strip()
        mark = _A_MARK.fullmatch(rest)
        return not rest or (mark is not None and _called(self._expressions[int(mark[1])]) in INLINE_BLOCKS)

    def _attributes(self, element: str, text: str) -> None:
        line = self.getpos()[0]
        for attribute in _AN_ATTRIBUTE.finditer(text):
            where = line + text.count("\n", 0, attribute.end())
            if mark := attribute["mark"]:
                if not self._writes_attributes(self._expressions[int(mark)]):
                    self._say(where, "a value stands bare in a tag: quote it as an attribute's value or use |xmlattr")
            elif attribute["other"]:
                self._say(where, "a tag that cannot be read: quotes or = out of place")
            else:
                self._attribute(element, attribute["name"].lower(), attribute["value"] or '""', where)

    def _writes_attributes(self, expression: nodes.Expr) -> bool:
        while isinstance(expression, nodes.Filter):
            if expression.name == "xmlattr":
                return True
            if expression.node is None:
                return False
            expression = expression.node
        return _called(expression) in self._macros

    def _attribute(self, element: str, name: str, written: str, line: int) -> None:
        self.found.extend(_name_problems(name, line))
        if written[0] not in "\"'":
            self._say(line, f"{name} is not quoted: a space in its value would begin another attribute")
            return
        value = written[1:-1]
        plain = _A_STATEMENT.sub("", value)
        if re.match(r"\s*(js|javascript):", plain, re.IGNORECASE):
            self._say(line, f"{name} holds code")
        if name.removeprefix("data-") == "hx-trigger" and "[" in plain:
            self._say(line, "a filter in hx-trigger is code")
        if written[0] == '"' and any(self._is_json(mark) for mark in _A_MARK.findall(plain)):
            self._say(line, f'{name}: |tojson writes " and needs single quotes around it')
        is_address = name.removeprefix("data-") in ADDRESS_ATTRIBUTES or (
            name in ("src", "data") and element in LOADING_ELEMENTS
        )
        if is_address and not self._begins_safely(value):
            self._say(line, f"{name} begins with a value: a user's must pass |safe_url")
        if name in SHOWN_ATTRIBUTES:
            self.found.extend(_word_problems(plain, line))

    def _begins_safely(self, value: str) -> bool:
        beginnings = [value]
        if _A_STATEMENT.match(value):  # {% if … %}: each branch may be the beginning
            beginnings = _A_STATEMENT.split(value)
        marks = [mark for beginning in beginnings if (mark := _A_MARK.match(beginning.lstrip()))]
        return all(_is_safe_address(self._expressions[int(mark[1])]) for mark in marks)

    def _is_json(self, mark: str) -> bool:
        expression = self._expressions[int(mark)]
        filters = [expression, *expression.find_all(nodes.Filter)]
        return any(isinstance(each, nodes.Filter) and each.name == "tojson" for each in filters)

    def _say(self, line: int, rule: str) -> None:
        self.found.append(Problem(line, rule))


def _name_problems(name: str, line: int) -> Iterator[Problem]:
    if name.startswith("on"):
        yield Problem(line, f"{name}: handlers belong in static/js")
    if name == "style":
        yield Problem(line, "style: looks belong in static/css")
    if name.removeprefix("data-").startswith("hx-on"):
        yield Problem(line, f"{name} holds code")
    if name == "srcdoc":
        yield Problem(line, "srcdoc is a page without our rules")


def _is_safe_address(expression: nodes.Node) -> bool:
    match expression:
        case nodes.Const():
            return True
        case nodes.Filter(name="safe_url"):
            return True
        case nodes.CondExpr(expr1=first, expr2=second):
            return _is_safe_address(first) and (second is None or _is_safe_address(second))
        case nodes.Or(left=first, right=second):
            return _is_safe_address(first) and _is_safe_address(second)
        case nodes.Add(left=beginning) | nodes.Concat(nodes=[beginning, *_]):
            return _is_safe_address(beginning)
    return _called(expression) in OWN_ADDRESSES


def _called(expression: nodes.Node) -> str:
    """The name of the function that `expression` calls, or nothing."""
    if isinstance(expression, nodes.Call) and isinstance(expression.node, nodes.Name):
        return expression.node.name
    return ""


def _word_problems(text: str, line: int) -> Iterator[Problem]:
    shown = _AN_ADDRESS.sub(" ", _A_MARK.sub(" ", text))
    for name in NAMES:
        shown = shown.replace(name, " ")
    if _A_WORD.search(shown):
        yield Problem(line, f"words outside _(): {' '.join(shown.split())[:60]!r}", is_of_words=True)


def problems_of(template: Path) -> list[Problem]:
    """What is wrong with the template at this path."""
    found = problems(template.read_text(encoding="utf-8"))
    return [problem for problem in found if not (problem.is_of_words and template.is_relative_to(NOT_TRANSLATED))]


def _main() -> int:
    found = [(path, problem) for path in sorted(TEMPLATES.rglob("*.html")) for problem in problems_of(path)]
    for path, problem in found:
        print(f"{path.relative_to(ROOT)}:{problem}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(_main())
