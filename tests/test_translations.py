"""Everything that people read is marked, gathered, translated and compiled."""

import ast
import re
from collections import Counter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from django.conf import settings
from django.utils import translation

from helpdesk import translations
from helpdesk.env import BASE_DIR
from tests.support.unmarked import literals_in_page, literals_in_script, literals_raised

LANGUAGES = translations.languages()
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|</?\w+>")


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request):
    return translations.read(request.param)


@pytest.fixture(scope="module")
def gathered():
    return translations.gather()


def names(catalogue):
    return {(message.context, message.id) for message in catalogue if message.id}


def key_of(message):
    return tuple(message.id) if isinstance(message.id, list | tuple) else message.id


def context_of(message):
    return message.context.decode() if isinstance(message.context, bytes) else message.context


def table(catalogue):
    """Return what gettext would find: what is not translated is not in it."""
    return {
        (context_of(message), key_of(message)): list(strings(message))
        for message in catalogue
        if message.id and all(strings(message))
    }


def strings(message):
    return message.string if isinstance(message.string, list | tuple) else (message.string,)


def test_catalogues_hold_what_the_code_says(catalogue, gathered):
    """Run ``make messages``, then translate what is new."""
    assert sorted(map(str, names(gathered) ^ names(catalogue))) == []


def test_everything_is_translated(catalogue):
    empty = [message.id for message in catalogue if message.id and not all(strings(message))]
    fuzzy = [message.id for message in catalogue if message.id and message.fuzzy]

    assert (empty, fuzzy) == ([], [])


def test_translations_have_the_placeholders_of_what_they_translate(catalogue):
    wrong = []
    for message in catalogue:
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        # A singular may leave its number out.
        least, most = (Counter(PLACEHOLDER.findall(one)) for one in (originals[0], originals[-1]))
        found = [(string, Counter(PLACEHOLDER.findall(string))) for string in strings(message)]
        wrong += [string for string, held in found if string and not least <= held <= most]

    assert wrong == []


def test_every_plural_has_all_its_forms(catalogue):
    plurals = [message for message in catalogue if message.pluralizable]

    assert {len(message.string) for message in plurals} == {catalogue.num_plurals}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_do_not_shout(language):
    loud = [
        one for message in translations.read(language) for one in strings(message) if "!" in one
    ]

    assert [text for text in loud if "Project-Id-Version" not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    with translations.compiled_of(language).open("rb") as file:
        compiled = table(read_mo(file))

    assert compiled == table(translations.read(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stale_catalogue_is_compiled_again(language, tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "COMPILED", tmp_path)
    translations.compile_all()
    target = translations.compiled_of(language)
    fresh = target.read_bytes()

    target.write_bytes(b"")
    translations.compile_all()
    assert target.read_bytes() == b""  # from the very same text: not looked at again
    target.with_suffix(".digest").write_text("of another text")
    translations.compile_all()
    assert target.read_bytes() == fresh


def test_plurals_come_out_right():
    with translation.override("ru"):
        people = [
            translation.ngettext("%(num)s person", "%(num)s people", n) for n in (1, 3, 5, 21)
        ]

    assert [text.partition(" ")[2] for text in people] == [
        "человек",
        "человека",
        "человек",
        "человек",
    ]


def test_words_are_looked_up_by_their_context():
    with translation.override("ru"):
        assert translation.pgettext("view", "Closed") != translation.gettext("Closed")


def test_pages_say_nothing_unmarked():
    found = {
        str(path.relative_to(BASE_DIR)): texts
        for path in sorted((BASE_DIR / "templates").rglob("*.html"))
        if (texts := literals_in_page(path.read_text()))
    }

    assert {path: texts for path, texts in found.items() if not path.startswith(NOT_OURS)} == {}


# Drawings of other sites, and a page for programmers: neither is the product's own voice.
NOT_OURS = ("templates/demo/", "templates/api/")


def test_scripts_take_their_words_from_pages():
    scripts = [
        *(BASE_DIR / "static" / "js").rglob("*.js"),
        *(BASE_DIR / "static" / "widget").rglob("*.js"),
    ]
    found = {
        str(path.relative_to(BASE_DIR)): texts
        for path in sorted(scripts)
        if (texts := literals_in_script(path.read_text()))
    }

    assert found == {}


def test_refusals_are_marked():
    found = {}
    for app in ("helpdesk", *settings.OUR_APPS):
        for path in sorted((BASE_DIR / app).rglob("*.py")):
            spoken = not {"migrations", "management"} & set(path.parts)
            if spoken and (texts := literals_raised(ast.parse(path.read_text()))):
                found[str(path.relative_to(BASE_DIR))] = texts

    assert found == {}


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{{ _("Hello") }}</p>', []),
        ("<p>{% if a %}Hello{% endif %} {{ b }}</p>", ["Hello"]),
        ('<i title="Hello"></i>', ["Hello"]),
        ('<i title="{{ _("Hello") }}"></i>', []),
        ('<i title="{{ a }} by {{ b }}"></i>', ["by"]),
        ('<i class="Hello" href="/hello/"></i>', []),
        ('<input placeholder="Name" aria-label="Name">', ["Name", "Name"]),
        ("<style>p{color:red}</style><code>GET /me/</code>", []),
        ("{# Hello #}<p>1 · 2 &nbsp;→</p>", []),
        ("{% set a = {'x': 'Hello'} %}{% macro b(c) %}d{% endmacro %}", ["d"]),
    ],
)
def test_the_checker_of_pages_sees_what_people_read(page, texts):
    assert literals_in_page(page) == texts


def test_an_unknown_string_would_be_noticed(catalogue, gathered):
    more = Catalog()
    more.add("Something nobody has translated")

    assert names(more) - names(catalogue) != set()
