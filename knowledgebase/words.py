"""
Words with gaps: ``Hello {{ contact.first_name | there }}``.

A gap names a variable; what stands behind the bar is said where the variable is empty.
A gap without a bar stays as it is then, and whatever still has such a gap is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# What a gap may name, as people read it.
VARIABLES: dict[str, str | Promise] = {
    "contact.first_name": gettext_lazy("Customer's first name"),
    "contact.name": gettext_lazy("Customer's name"),
    "contact.email": gettext_lazy("Customer's email"),
    "operator.first_name": gettext_lazy("Your first name"),
    "operator.name": gettext_lazy("Your name"),
    "workspace.name": gettext_lazy("Name of the workspace"),
    "conversation.number": gettext_lazy("Number of the conversation"),
}
GAP = re.compile(r"\{\{([^{}]*)\}\}")
LONGEST = 100  # characters of what is said instead


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a filled text: plain, from a variable, or a gap that nothing fills."""

    text: str
    variable: str = ""
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)

    @property
    def missing(self) -> list[str]:
        """Name the variables that are empty where nothing is said instead, each once."""
        return list(dict.fromkeys(part.variable for part in self.parts if part.is_missing))


def mistakes(text: str) -> list[str]:
    """Say what is wrong with the gaps of a text, in sentences."""
    found = []
    for gap in GAP.finditer(text):
        name, _bar, instead = _split(gap[1])
        if name not in VARIABLES:
            found.append(_("There is no variable “%s”. Choose one of the list.") % name[:40])
        elif len(instead) > LONGEST:
            found.append(_("What is said instead is at most %d characters long.") % LONGEST)
    rest = GAP.sub("", text)
    if "{{" in rest or "}}" in rest:
        found.append(_("A variable is not closed. It looks like {{ contact.first_name | there }}."))
    return found


def fill(text: str, facts: Mapping[str, str]) -> Filled:
    """Put facts into the gaps of a text; what is no gap of ours stays as it is."""
    parts, at = [], 0
    for gap in GAP.finditer(text):
        name, bar, instead = _split(gap[1])
        if name not in VARIABLES:
            continue
        parts.append(Part(text[at : gap.start()]))
        fact = facts.get(name, "").strip()
        if fact or bar:
            parts.append(Part(fact or instead, name))
        else:
            parts.append(Part(gap[0], name, is_missing=True))
        at = gap.end()
    parts.append(Part(text[at:]))
    return Filled(tuple(part for part in parts if part.text or part.variable))


def gaps_left(text: str) -> list[str]:
    """List the variables that a text still has gaps for, as they are written in it."""
    found = (gap[0] for gap in GAP.finditer(text) if _split(gap[1])[0] in VARIABLES)
    return list(dict.fromkeys(found))


def variable_words(name: str) -> str:
    return str(VARIABLES.get(name, name))


def _split(inside: str) -> tuple[str, bool, str]:
    name, bar, instead = inside.partition("|")
    return name.strip(), bool(bar), instead.strip()
