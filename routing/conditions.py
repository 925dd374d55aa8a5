"""
What rules may ask of a conversation, and how it is answered: pure, so that every case can be tried.

A condition is ``{"ask": "text", "is": True, "values": ["refund"]}``, a group of them
``{"join": "any", "of": [...]}``. Patterns are matched in linear time (RE2), whoever wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import re2

Spec = Mapping[str, Any]
Reason = dict[str, Any]  # what was asked, whether it had to be so, and what was found
Test = Callable[["Facts"], list[Reason] | None]

NOBODY = 0
DEEPEST = 3
LONGEST_PATTERN = 300
MOST_MEMORY = 1 << 20  # bytes that RE2 may use for one pattern


@dataclass(slots=True)
class Facts:
    """A conversation at a moment, as far as rules may ask."""

    channel: int = 0
    team: int = NOBODY
    assignee: int = NOBODY
    status: str = ""
    priority: int = 1
    language: str = ""
    is_vip: bool = False
    subject: str = ""
    text: str = ""
    tags: frozenset[str] = frozenset()
    is_automatic: bool = False
    is_open_now: bool = True
    waited: int = 0  # minutes
    rating: str = ""
    folded: dict[str, str] = field(default_factory=dict)

    def fold(self, name: str) -> str:
        """Return subject or text for comparing, folded once however many rules ask."""
        if name not in self.folded:
            self.folded[name] = getattr(self, name).casefold()
        return self.folded[name]


class BadPattern(ValueError):
    """A pattern that RE2 does not read; its words say why."""


class Unreadable(ValueError):
    """A condition that nobody here understands any more."""


def compile_conditions(spec: Spec) -> Test:
    """
    Make a test of what an admin said; it tells why it holds, or None if it does not.

    :raises BadPattern: if a pattern cannot be read.
    :raises Unreadable: if it asks what is unknown, or too deep.
    """
    return _group(spec, DEEPEST)


def asked_in(spec: Spec) -> frozenset[str]:
    """Name what conditions ask, so that nothing else need be found out."""
    if "of" in spec:
        return frozenset().union(*map(asked_in, spec["of"]))
    return frozenset([str(spec.get("ask", ""))])


def compile_pattern(pattern: str) -> Any:
    """
    Read a pattern that is matched whatever its letters' case.

    :raises BadPattern: if it is too long, or RE2 does not read it.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern("too long")
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, MOST_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        raise BadPattern(said.decode() if isinstance(said, bytes) else str(said)) from error


def _group(spec: Spec, depth: int) -> Test:
    if depth == 0:
        raise Unreadable("nested too deep")
    tests = [
        _group(one, depth - 1) if "of" in one else _condition(one) for one in spec.get("of", ())
    ]
    is_any = spec.get("join") == "any"

    def test(facts: Facts) -> list[Reason] | None:
        found: list[Reason] = []
        for one in tests:
            why = one(facts)
            if is_any and why is not None:
                return why
            if not is_any and why is None:
                return None
            found += why or []
        return None if is_any and tests else found

    return test


def _condition(spec: Spec) -> Test:
    ask, wanted = spec.get("ask", ""), bool(spec.get("is", True))
    make = ASKED.get(ask)
    if make is None:
        raise Unreadable(str(ask))
    find = make(spec.get("values") or [])

    def test(facts: Facts) -> list[Reason] | None:
        found = find(facts)
        if (found is not None) != wanted:
            return None
        return [{"ask": ask, "is": wanted, "found": found}]

    return test


Find = Callable[[Facts], Any]  # what was found, or None


def _one_of(name: str) -> Callable[[Iterable[Any]], Find]:
    def make(values: Iterable[Any]) -> Find:
        listed = frozenset(values)

        def find(facts: Facts) -> Any:
            value = getattr(facts, name)
            return value if value in listed else None

        return find

    return make


def _so(name: str) -> Callable[[Iterable[Any]], Find]:
    def make(_values: Iterable[Any]) -> Find:
        return lambda facts: True if getattr(facts, name) else None

    return make


def _words(*names: str) -> Callable[[Iterable[str]], Find]:
    def make(values: Iterable[str]) -> Find:
        words = [(one.casefold(), one) for one in values if one.strip()]

        def find(facts: Facts) -> str | None:
            places = [facts.fold(name) for name in names]
            return next((said for word, said in words if any(word in one for one in places)), None)

        return find

    return make


def _pattern(values: Iterable[str]) -> Find:
    patterns = [compile_pattern(one) for one in values]

    def find(facts: Facts) -> str | None:
        for one in patterns:
            for said in (facts.subject, facts.text):
                if match := one.search(said):
                    return str(match.group(0))[:80]
        return None

    return find


def _language(values: Iterable[str]) -> Find:
    """``pt`` is also ``pt-BR``, but ``pt-br`` is no other Portuguese."""
    listed = [one.strip().lower().replace("_", "-") for one in values]

    def find(facts: Facts) -> str | None:
        said = facts.language.lower().replace("_", "-")
        is_one = any(said == one or said.startswith(f"{one}-") for one in listed if one)
        return facts.language if is_one else None

    return find


def _tags(values: Iterable[str]) -> Find:
    listed = list(values)
    return lambda facts: next((one for one in listed if one in facts.tags), None)


def _waited(values: Iterable[int]) -> Find:
    least = min(values, default=0)
    return lambda facts: facts.waited if facts.waited >= least else None


ASKED: dict[str, Callable[[Any], Find]] = {
    "channel": _one_of("channel"),
    "team": _one_of("team"),
    "assigned": _so("assignee"),
    "status": _one_of("status"),
    "priority": _one_of("priority"),
    "rating": _one_of("rating"),
    "language": _language,
    "vip": _so("is_vip"),
    "tag": _tags,
    "words": _words("subject", "text"),
    "subject": _words("subject"),
    "text": _words("text"),
    "pattern": _pattern,
    "automatic": _so("is_automatic"),
    "hours": _so("is_open_now"),
    "waiting": _waited,
}
