"""Every template keeps the rules of template_lint.py; and each rule refuses what it is there for."""

import pytest

from tests.template_lint import TEMPLATES, problems, problems_of

ACCEPTED = {
    "words through gettext": "<p>{{ _('Belum ada pelanggan.') }}</p>",
    "numbers and signs": "<p>{{ count }} · 99+ &rarr; {{ '▲' if up else '▼' }}</p>",
    "the name of the product": "<title>{{ self.title() }} · E-CRM UMKM</title>",
    "an address for people": "<small>/toko/{{ slug }}</small>",
    "a zone of time": "{{ ui.select(form, 'zone', [('Asia/Jakarta', _('WIB'))]) }}",
    "quoted values": """<input name="phone" value='{{ form.values.phone }}' required>""",
    "a condition in a tag": """<a{% if current %} aria-current="page"{% endif %} href="/orders">{{ label }}</a>""",
    "a condition in a value": """<a class="item{% if x %} x{% endif %}" href="/orders{% if q %}?q={{ q }}{% endif %}"></a>""",
    "an address of the app": """<a href="/customers/{{ id }}">{{ name }}</a>""",
    "an address that was checked": """<a href="{{ website|safe_url }}">{{ website }}</a>""",
    "one of two addresses": """<a href="{% if id %}/customers/{{ id }}{% else %}/customers{% endif %}"></a>""",
    "a static file": """<use href="{{ static('icons/sprite.svg') }}#{{ name }}"/>""",
    "a script of ours": """<script src="{{ static('js/app.js') }}" type="module"></script>""",
    "a hashed block": """{{ inline_style('poster') }}<script>{{ inline_script('theme') }}</script>""",
    "attributes from a dictionary": """<input{{ {'maxlength': 80, 'placeholder': _('Nama')}|xmlattr }}>""",
    "attributes from a macro": """{% macro note(id) %} aria-describedby="{{ id }}-help"{% endmacro %}<input{{ note('x') }}>""",
    "one of two elements": """<{{ 'a' if href else 'div' }} class="item"></{{ 'a' if href else 'div' }}>""",
    "values compared": "{% if status == 'Selesai' %}{{ _('Selesai') }}{% endif %}",
    "json in single quotes": """<div data-points='{{ points|tojson }}'></div>""",
    "a comment": "{# Hanya untuk pembuatnya <b onclick=x> #}",
}

REFUSED = {
    "a value without quotes": ("<input value={{ name }}>", "not quoted"),
    "a word without quotes": ("<input type=text>", "not quoted"),
    "a value bare in a tag": ("<input {{ name }}>", "bare in a tag"),
    "a value as a part of an attribute's name": ("""<input data-{{ name }}="x">""", "bare in a tag"),
    "an element named by a value": ("<{{ tag }}></{{ tag }}>", "name must be literal"),
    "a handler": ("""<button onclick="go('{{ name }}')">{{ _('Kirim') }}</button>""", "static/js"),
    "a handler in capitals": ("""<img alt="" src="/x.png" ONERROR="go()">""", "static/js"),
    "a handler in a dictionary": ("<a{{ {'onclick': 'go()'}|xmlattr }}></a>", "static/js"),
    "a handler that a macro is given": ("{{ ui.button(_('Kirim'), attrs={'onclick': 'go()'}) }}", "static/js"),
    "a style": ("""<p style="color: {{ colour }}"></p>""", "static/css"),
    "safe": ("<p>{{ note|safe }}</p>", "|safe"),
    "safe within": ("<p>{{ (note|trim|safe) ~ more }}</p>", "|safe"),
    "Markup": ("<p>{{ Markup(note) }}</p>", "Markup()"),
    "autoescape off": ("{% autoescape false %}{{ note }}{% endautoescape %}", "autoescape"),
    "a script": ("<script>go()</script>", "content of its own"),
    "a script with a value": ("<script>const name = '{{ name }}'</script>", "content of its own"),
    "a script that is only a value": ("<script>{{ code }}</script>", "content of its own"),
    "data in a script": ("""<script type="application/json">{{ points|tojson }}</script>""", "content of its own"),
    "a style sheet": ("<style>p { color: red }</style>", "content of its own"),
    "hx-on": ("""<p hx-on:click="go()"></p>""", "holds code"),
    "data-hx-on": ("""<p data-hx-on-click="go()"></p>""", "holds code"),
    "js: values": ("""<p hx-vals="js:{a: 1}"></p>""", "holds code"),
    "javascript: values": ("""<p hx-vals=' JavaScript:{a: 1}'></p>""", "holds code"),
    "a trigger with a filter": ("""<p hx-trigger="click[ctrlKey]"></p>""", "hx-trigger"),
    "a javascript: address": ("""<a href="javascript:go()"></a>""", "holds code"),
    "an address that a user typed": ("""<a href="{{ website }}">{{ website }}</a>""", "|safe_url"),
    "an address in one branch": ("""<a href="{% if website %}{{ website }}{% else %}/{% endif %}"></a>""", "|safe_url"),
    "an address by another filter": ("""<a href="{{ website|safe_url|replace('a', 'b') }}"></a>""", "|safe_url"),
    "an address in a dictionary": ("<a{{ {'href': website}|xmlattr }}></a>", "|safe_url"),
    "a form's address": ("""<form action="{{ address }}"></form>""", "|safe_url"),
    "an address for htmx": ("""<div hx-get="{{ address }}"></div>""", "|safe_url"),
    "a script from a value": ("""<script src="{{ address }}"></script>""", "|safe_url"),
    "a page in a page": ("""<iframe srcdoc="{{ page }}"></iframe>""", "srcdoc"),
    "json in double quotes": ("""<div data-points="{{ points|tojson }}"></div>""", "|tojson"),
    "words": ("<p>Belum ada pelanggan.</p>", "words outside _()"),
    "words beside a value": ("<p>{{ count }} pesanan</p>", "words outside _()"),
    "words in a condition": ("{% if x %}Ya{% endif %}", "words outside _()"),
    "words as an entity": ("<p>&Auml;h</p>", "words outside _()"),
    "words read aloud": ("""<nav aria-label="Menu utama"></nav>""", "words outside _()"),
    "words for a picture": ("""<img src="/x.png" alt="Logo {{ name }}">""", "words outside _()"),
    "words in a field": ("""<input placeholder='Nama'>""", "words outside _()"),
    "words in a dictionary": ("<input{{ {'placeholder': 'nama usaha'}|xmlattr }}>", "words outside _()"),
    "words for a macro": ("{{ ui.button('Simpan') }}", "words outside _()"),
    "words that are a default": ("{{ name|default('Tanpa nama') }}", "words outside _()"),
    "a value as words": ("{{ _(label) }}", "only literal words"),
    "words put together": ("{{ ngettext('%(num)s hari', word, n) }}", "only literal words"),
    "a tag out of order": ("""<p class="a"" id="b">""", "cannot be read"),
    "no template": ("{% if %}", "Jinja"),
}


@pytest.mark.parametrize("source", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_is_right_is_accepted(source: str) -> None:
    assert problems(source) == []


@pytest.mark.parametrize(("source", "rule"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_is_refused_for_its_reason(source: str, rule: str) -> None:
    found = [problem.rule for problem in problems(source)]
    assert any(rule in each for each in found), found


def test_a_problem_is_told_with_its_line() -> None:
    source = "{% macro row(name) -%}\n\n<p>\n{{ name }}</p>\n<p\n id=x>\n{%- endmacro %}\n\n{{ name|safe }}\n<p>\n\nIsi</p>\n"
    told = [(problem.line, problem.rule.split()[0]) for problem in problems(source)]
    assert told == [(6, "id"), (9, "|safe"), (12, "words")]


@pytest.mark.parametrize("name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")))
def test_every_template_keeps_the_rules(name: str) -> None:
    assert problems_of(TEMPLATES / name) == []
