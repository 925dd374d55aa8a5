"""The catalogues of our words: gathered from the code, and compiled to where gettext looks."""

import hashlib
import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

SOURCES = settings.BASE_DIR / "locale"
COMPILED = settings.DATA_DIR / "locale"
# Lines of a catalogue's head that say nothing, or change with every run.
IDLE = re.compile(
    r'^"(?:Report-Msgid|POT-Creation|PO-Revision|Last-Tr|Language-Team|Generated)[^\n]*\n',
    re.MULTILINE,
)
NAME = "LC_MESSAGES/django"
METHODS = [
    ("**/migrations/**", "ignore"),
    *[(f"{app}/**.py", "python") for app in ("helpdesk", *settings.OUR_APPS)],
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
PAGES = {
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "newstyle_gettext": "true",
    "silent": "false",
}
LAZY = {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def source_of(language: str) -> Path:
    return Path(SOURCES / language / f"{NAME}.po")


def compiled_of(language: str) -> Path:
    return Path(COMPILED / language / f"{NAME}.mo")


def languages() -> list[str]:
    """Name the languages that need a catalogue: all but the one the code is written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def read(language: str) -> Catalog:
    with source_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def gather() -> Catalog:
    """Collect every marked string of the code and the templates."""
    found = Catalog(charset="utf-8", fuzzy=False)
    options: dict[str, dict[str, Any]] = {
        pattern: PAGES for pattern, method in METHODS if method == "jinja2"
    }
    for _file, _line, message, comments, context in extract_from_dir(
        settings.BASE_DIR,
        method_map=METHODS,
        options_map=options,
        keywords=DEFAULT_KEYWORDS | LAZY,
        directory_filter=lambda folder: Path(folder).name[0] != "." and Path(folder).name != "var",
    ):
        found.add(message, auto_comments=comments, context=context)
    return found


def update(language: str) -> Catalog:
    """Write what the code says now into a catalogue; what is new has no translation yet."""
    catalogue = read(language)
    catalogue.update(gather(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    text = BytesIO()
    write_po(text, catalogue, width=0, no_location=True, sort_output=True)
    source_of(language).write_text(IDLE.sub("", text.getvalue().decode()))
    return catalogue


def untranslated(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(strings):
            yield str(message.id)


def compile_all() -> None:
    """Compile every catalogue that is not compiled from the very same text."""
    for language in languages():
        source, target = source_of(language), compiled_of(language)
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        mark = target.with_suffix(".digest")
        if target.exists() and mark.exists() and mark.read_text() == digest:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as file:
            write_mo(file, read(language))
        fresh.replace(target)  # at once, so that nobody reads half of it
        mark.write_text(digest)
