"""A workspace's rules, ready to be tried: read and compiled once for each version of them."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.tenancy import current_workspace
from routing.conditions import BadPattern, Test, Unreadable, asked_in, compile_conditions
from routing.models import Rule, WorkspaceRouting

logger = logging.getLogger(__name__)

MOST = 500  # workspaces whose rules a process keeps


@dataclass(frozen=True, slots=True)
class Compiled:
    pk: int
    name: str
    triggers: frozenset[str]
    test: Test
    asks: frozenset[str]
    actions: tuple[Mapping[str, Any], ...]
    stops: bool


_books: OrderedDict[int, tuple[UUID | None, list[Compiled]]] = OrderedDict()


def current_rules() -> list[Compiled]:
    """Return the workspace's rules that are on, in their order, with one query unless they changed."""
    place = current_workspace().pk
    versions = WorkspaceRouting.objects.values_list("rules_version", flat=True)
    version = versions.first()
    if version is None:
        return []
    known = _books.get(place)
    if known is None or known[0] != version:
        rules = Rule.objects.filter(is_on=True).order_by("position", "pk")
        known = version, [made for one in rules if (made := compile_rule(one))]
        _books[place] = known
        if len(_books) > MOST:
            _books.popitem(last=False)
    return known[1]


def compile_rule(rule: Rule) -> Compiled | None:
    """Make a rule ready; one that nobody understands any more is left out."""
    try:
        test = compile_conditions(rule.conditions)
    except (BadPattern, Unreadable) as error:
        logger.warning("Rule %s cannot be read: %s", rule.pk, error)
        return None
    asks, actions = asked_in(rule.conditions), tuple(rule.actions)
    triggers = frozenset(rule.triggers)
    return Compiled(rule.pk, rule.name, triggers, test, asks, actions, rule.stops)
