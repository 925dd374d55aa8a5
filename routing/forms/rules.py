"""A rule as people build it: a draft that buttons lengthen and shorten, and what of it can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from inbox.models import Tag
from routing.actions.doings import DOINGS
from routing.asking import ASKS, Choices
from routing.conditions import LONGEST_PATTERN, BadPattern, compile_pattern
from routing.enums import Trigger
from routing.forms.policies import parse_length, say_length
from routing.models import Rule

MOST_PARTS, MOST_ACTIONS, MOST_WORDS = 20, 10, 50
LONGEST_WORDS = 5000
NUMBERS = {"channel", "team_or_none", "priority", "team", "person", "policy"}


@dataclass
class Line:
    """One condition or action of a draft, as it was typed."""

    path: str  # what its fields' names begin with
    what: str
    values: list[str] = field(default_factory=list)
    holds: bool = True
    error: str = ""

    @property
    def takes(self) -> str:
        if self.path.startswith("a"):
            return DOINGS[self.what].takes if self.what in DOINGS else ""
        return ASKS[self.what].takes if self.what in ASKS else ""

    @property
    def typed(self) -> str:
        return self.values[0] if self.values else ""


@dataclass
class Group:
    """Conditions of which all have to hold, or any."""

    path: str
    join: str = "all"
    parts: list[Line | Group] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        for one in self.parts:
            yield from one.lines() if isinstance(one, Group) else (one,)


class RuleDraft:
    """A rule that is being written; ``check`` says whether it can be kept."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.name, self.is_on, self.stops = "", True, False
        self.triggers: list[str] = [Trigger.OPENED.value]
        self.conditions = Group("c")
        self.actions: list[Line] = [Line("a0", "team")]
        self.errors: dict[str, str] = {}

    @classmethod
    def of(cls, rule: Rule | None, choices: Choices) -> RuleDraft:
        draft = cls(choices)
        if rule:
            draft.name, draft.is_on, draft.stops = rule.name, rule.is_on, rule.stops
            draft.triggers = list(rule.triggers)
            draft.conditions = _group_of(rule.conditions, "c")
            draft.actions = [
                Line(f"a{n}", one["do"], [str(one["with"])] if one.get("with") is not None else [])
                for n, one in enumerate(rule.actions)
            ]
            draft._find_gone()
        return draft

    @classmethod
    def read(cls, said: QueryDict, choices: Choices) -> RuleDraft:
        """Read what was typed; what is beyond all bounds is not there."""
        draft = cls(choices)
        draft.name = said.get("name", "").replace("\x00", "").strip()
        draft.is_on, draft.stops = "is_on" in said, "stops" in said
        draft.triggers = [one for one in Trigger.values if one in said.getlist("triggers")]
        draft.conditions = _read_group(said, "c")
        draft.actions = [
            Line(f"a{n}", said.get(f"a{n}.what", ""), said.getlist(f"a{n}.values"))
            for n in range(MOST_ACTIONS)
            if f"a{n}.what" in said
        ]
        return draft

    def edit(self, button: str) -> None:
        """Do what a button of the builder says: ``add:c``, ``group:c``, ``action``, ``drop:c0``."""
        what, _colon, path = button.partition(":")
        if what == "action" and len(self.actions) < MOST_ACTIONS:
            self.actions.append(Line("", "tag"))
        elif what == "drop":
            self.actions = [one for one in self.actions if one.path != path]
            for group in self._groups():
                group.parts = [one for one in group.parts if one.path != path]
        for group in self._groups():
            if group.path == path and len(group.parts) < MOST_PARTS:
                if what == "add":
                    group.parts.append(Line("", "text"))
                elif what == "group" and group is self.conditions:
                    group.parts.append(Group("", "any", [Line("", "text")]))
        self._number()

    def check(self) -> dict[str, Any] | None:
        """Return what ``keep_rule`` takes, or None with ``errors`` and each line's own."""
        self.errors = {}
        if not 0 < len(self.name) <= 80:  # noqa: PLR2004
            self.errors["name"] = _("Give the rule a name of at most 80 characters.")
        if not self.triggers:
            self.errors["triggers"] = _("Choose when the rule is tried.")
        if not self.actions:
            self.errors["actions"] = _("Choose what the rule does.")
        conditions = self._clean_group(self.conditions)
        actions = [self._clean_action(one) for one in self.actions]
        lines = [*self.conditions.lines(), *self.actions]
        if self.errors or any(one.error for one in lines):
            return None
        return {
            "name": self.name,
            "is_on": self.is_on,
            "stops": self.stops,
            "triggers": self.triggers,
            "conditions": conditions,
            "actions": actions,
        }

    def _groups(self) -> list[Group]:
        inner = [one for one in self.conditions.parts if isinstance(one, Group)]
        return [self.conditions, *inner]

    def _number(self) -> None:
        for group in self._groups():
            for n, one in enumerate(group.parts):
                one.path = f"{group.path}{n}" if group is self.conditions else f"{group.path}.{n}"
        for n, action in enumerate(self.actions):
            action.path = f"a{n}"

    def _find_gone(self) -> None:
        for one in [*self.conditions.lines(), *self.actions]:
            one.error = self._gone(one)

    def _gone(self, one: Line) -> str:
        listed = one.takes in NUMBERS
        if listed and any(self.choices.name(one.takes, value) is None for value in one.values):
            return _("What was chosen here is gone. Choose again.")
        return ""

    def _clean_group(self, group: Group) -> dict[str, Any]:
        parts = [
            self._clean_group(one) if isinstance(one, Group) else self._clean_condition(one)
            for one in group.parts
        ]
        return {"join": "any" if group.join == "any" else "all", "of": parts}

    def _clean_condition(self, one: Line) -> dict[str, Any]:
        values: list[Any] = []
        if one.what not in ASKS:
            one.error = _("Choose what is asked.")
        elif one.takes:
            values = self._clean(one, _clean_words)
        return {"ask": one.what, "is": one.holds, "values": values}

    def _clean_action(self, one: Line) -> dict[str, Any]:
        if one.what not in DOINGS:
            one.error = _("Choose what is done.")
            return {}
        if not one.takes:
            return {"do": one.what}
        values = self._clean(one, _clean_text)
        named = self.choices.name(one.takes, one.typed) or one.typed[:60]
        return {"do": one.what, "with": values[0] if values else None, "named": named}

    def _clean(self, one: Line, words: Callable[[str], list[str]]) -> list[Any]:
        """Return a line's values as they are kept; what is wrong stands beside it."""
        special: dict[str, Callable[[str], list[Any]]] = {
            "words": words,
            "tag": _clean_tag,
            "pattern": _clean_pattern,
            "length": _clean_length,
        }
        try:
            if one.takes in special:
                return special[one.takes](one.typed)
        except ValidationError as error:
            one.error = error.messages[0]
            return []
        one.error = self._gone(one)
        known = [value for value in one.values if self.choices.name(one.takes, value)]
        if not known and not one.error:
            one.error = _("Choose one at least.")
        return [int(value) for value in known] if one.takes in NUMBERS else list(known)


def _clean_words(typed: str) -> list[str]:
    words = [one.strip() for one in typed.replace("\x00", "").split(",")]
    words = [one for one in dict.fromkeys(words) if one]
    if not words:
        raise ValidationError(_("Write a word, or several with commas between them."))
    if len(words) > MOST_WORDS or len(typed) > LONGEST_WORDS:
        raise ValidationError(_("Those are too many words. 50 fit."))
    return words


def _clean_text(typed: str) -> list[str]:
    text = typed.replace("\x00", "").replace("\r\n", "\n").strip()
    if not 0 < len(text) <= LONGEST_WORDS:
        raise ValidationError(_("Write between 1 and 5000 characters."))
    return [text]


def _clean_tag(typed: str) -> list[str]:
    name = Tag.canonical(typed)
    if not 0 < len(name) <= 60:  # noqa: PLR2004
        raise ValidationError(_("A tag has between 1 and 60 characters."))
    return [name]


def _clean_pattern(typed: str) -> list[str]:
    pattern = typed.replace("\x00", "")
    if not pattern.strip():
        raise ValidationError(_("Write a pattern, such as HC-[0-9]{5}."))
    if len(pattern) > LONGEST_PATTERN:
        raise ValidationError(_("A pattern has at most 300 characters."))
    try:
        compile_pattern(pattern)
    except BadPattern as error:
        raise ValidationError(_("This is no pattern that can be read: %s") % error) from error
    return [pattern]


def _clean_length(typed: str) -> list[int]:
    minutes = parse_length(typed)
    if minutes is None:
        raise ValidationError(_("Write a length of time, such as 30m or 4h."))
    return [minutes]


def _group_of(spec: Any, path: str) -> Group:
    group = Group(path, spec.get("join", "all"))
    for n, one in enumerate(spec.get("of", ())):
        at = f"{path}{n}" if path == "c" else f"{path}.{n}"
        group.parts.append(_group_of(one, at) if "of" in one else _line_of(one, at))
    return group


def _line_of(spec: Any, path: str) -> Line:
    line = Line(path, spec["ask"], holds=spec["is"])
    values = spec.get("values") or []
    if line.takes == "length":
        line.values = [say_length(one) for one in values]
    else:
        said = [str(one) for one in values]
        line.values = [", ".join(said)] if line.takes in {"words", "tag"} else said
    return line


def _read_group(said: QueryDict, path: str) -> Group:
    group = Group(path, said.get(f"{path}.join", "all"))
    for n in range(MOST_PARTS):
        at = f"{path}{n}" if path == "c" else f"{path}.{n}"
        if f"{at}.join" in said and path == "c":
            group.parts.append(_read_group(said, at))
        elif f"{at}.what" in said:
            values = said.getlist(f"{at}.values")
            group.parts.append(
                Line(at, said.get(f"{at}.what", ""), values, said.get(f"{at}.is") != "0")
            )
    return group
