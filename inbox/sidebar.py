"""
The sidebar's views: what each shows, who may watch it, and where a conversation appears.

Every view is split by audience: ``all`` for those who see everything, and one per team for
those limited to their teams. So one broadcast per group never reaches anybody it should not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Expression, QuerySet

from accounts.models import Membership, Team
from accounts.tenancy import current_workspace
from inbox.enums import Status
from inbox.models import Channel, Conversation, ConversationTag, Tag
from inbox.models.conversation_queries import ConversationQuerySet

PLAIN = ("mine", "unassigned", "open", "snoozed", "closed", "spam")
UNCOUNTED = ("closed", "spam")  # nobody has to work these off
NUMBERED = ("team", "channel", "tag")
COUNTED = (*(name for name in PLAIN if name not in UNCOUNTED), *NUMBERED)
EVERYONE = "all"
CAP = 1000  # counters beyond are shown as 999+
COUNT = "(SELECT count(*) FROM ({}) AS capped)"
# Views of one kind are written and planned once, however many there are.
COUNT_EACH = (
    "(SELECT jsonb_object_agg(asked.id, (SELECT count(*) FROM ({}) AS capped)) FROM ({}) AS asked)"
)


class UnknownView(ValueError):
    """No such view in the sidebar."""


@dataclass(frozen=True, slots=True)
class View:
    """One line of the sidebar, such as ``unassigned`` or ``team-5``."""

    name: str
    argument: int | Any = None

    @classmethod
    def parse(cls, key: str) -> View:
        name, dash, argument = key.partition("-")
        if name in PLAIN and not dash:
            return cls(name)
        if name in NUMBERED and argument.isascii() and argument.isdecimal() and len(argument) < 19:  # noqa: PLR2004
            return cls(name, int(argument))
        raise UnknownView(key)

    @property
    def key(self) -> str:
        return self.name if self.argument is None else f"{self.name}-{self.argument}"

    @property
    def status(self) -> Status:
        if self.name == "spam":
            return Status.CLOSED
        return Status(self.name) if self.name in {"snoozed", "closed"} else Status.OPEN

    def conversations(self, membership: Membership) -> ConversationQuerySet:
        """Return what the view lists for a person."""
        listed = Conversation.objects.filter(status=self.status)
        if self.status == Status.CLOSED:  # nothing else is spam, and indexes do not know of it
            listed = listed.filter(is_spam=self.name == "spam")
        if self.name == "mine":
            return listed.filter(assignee=membership)
        if not membership.sees_everything:
            listed = listed.filter(team__in=membership.team_memberships.values("team"))
        match self.name:
            case "unassigned":
                return listed.filter(assignee=None)
            case "team" | "channel":
                return listed.filter(**{f"{self.name}_id": self.argument})
            case "tag":
                return listed.filter(taggings__tag=self.argument)
        return listed

    def groups_for(self, membership: Membership) -> set[str]:
        """Name the groups that together show this view to a person; none is a refusal."""
        if self.name == "mine":
            return {group(_own(membership.pk), self.key)}
        audiences = set(audiences_of(membership))
        if self.name == "team" and not membership.sees_everything:
            audiences &= {_team(self.argument)}
        return {group(audience, self.key) for audience in audiences}


def audiences_of(membership: Membership) -> Iterator[str]:
    if membership.sees_everything:
        yield EVERYONE
    else:
        for team_id in membership.team_memberships.values_list("team_id", flat=True):
            yield _team(team_id)


def count_groups_for(membership: Membership) -> set[str]:
    """Name the groups that tell a person how their counters change."""
    audiences = {*audiences_of(membership), _own(membership.pk)}
    return {group(audience, "counts") for audience in audiences}


def placement_of(conversation: Conversation) -> set[str]:
    """List ``audience.view`` for every view whose screens show this conversation's row."""
    audiences = [EVERYONE]
    if conversation.team_id:
        audiences.append(_team(conversation.team_id))
    views = list(_views_of(conversation))
    placed = {f"{audience}.{view.key}" for audience in audiences for view in views}
    if conversation.is_open and conversation.assignee_id:
        placed.add(f"{_own(conversation.assignee_id)}.mine")
    return placed


def count_changes(before: Iterable[str], now: Iterable[str]) -> dict[str, dict[str, int]]:
    """Tell, by audience, which counters grow or shrink when a conversation moves."""
    changes: dict[str, Counter[str]] = {}
    for places, step in ((set(now) - set(before), 1), (set(before) - set(now), -1)):
        for place in places:
            audience, _, view = place.partition(".")
            changes.setdefault(audience, Counter())[view] += step
    return {audience: dict(counter) for audience, counter in changes.items()}


def group(audience: str, name: str) -> str:
    return f"w{current_workspace().pk}.{audience}.{name}"


class Asked(Expression):
    """The id of COUNT_EACH that a view is counted for."""

    output_field = BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return "asked.id", ()


def count(membership: Membership) -> dict[str, int]:
    """Count what each view that has a counter lists, at most CAP of each, in one statement."""
    sql, parameters = _counting(current_workspace().pk, membership, membership.sees_everything)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
    counted: dict[str, int] = {}
    for name, found in zip(COUNTED, row, strict=True):
        ones = json.loads(found or "{}") if name in NUMBERED else {None: found}
        counted |= {View(name, pk).key: number for pk, number in ones.items()}
    return counted


@lru_cache(1000)
def _counting(
    workspace_id: int, membership: Membership, sees_everything: bool
) -> tuple[str, tuple[Any, ...]]:
    """Write the statement: of these three alone, so that it is written once for each person."""
    asked: dict[str, QuerySet[Any]] = {
        "team": Team.objects.values("id"),
        "channel": Channel.objects.values("id"),
        "tag": Tag.objects.values("id"),
    }
    selects: list[str] = []
    parameters: list[Any] = []

    def select(form: str, *querysets: QuerySet[Any]) -> None:
        written = [one.query.sql_with_params() for one in querysets]
        selects.append(form.format(*(sql for sql, _bound in written)))
        parameters.extend(value for _sql, bound in written for value in bound)

    for name in COUNTED:
        listed = _tagged(membership) if name == "tag" else _listed(name, membership)
        capped = listed.values("pk")[:CAP]
        if name in NUMBERED:
            select(COUNT_EACH, capped, asked[name])
        else:
            select(COUNT, capped)
    return f"SELECT {', '.join(selects)}", tuple(parameters)


def _listed(name: str, membership: Membership) -> QuerySet[Any]:
    return View(name, Asked() if name in NUMBERED else None).conversations(membership)


def _tagged(membership: Membership) -> QuerySet[Any]:
    """Return what a view of a tag lists, as the taggings know it: one index has it all."""
    tagged = ConversationTag.objects.filter(is_open=True, tag=Asked())
    if membership.sees_everything:
        return tagged
    return tagged.filter(open_in_team__in=membership.team_memberships.values("team"))


def _views_of(conversation: Conversation) -> Iterator[View]:
    if not conversation.is_open:
        yield View("spam" if conversation.is_spam else conversation.status)
        return
    yield View("open")
    yield View("channel", conversation.channel_id)
    if conversation.assignee_id is None:
        yield View("unassigned")
    if conversation.team_id:
        yield View("team", conversation.team_id)
    for tag in conversation.tags.all() if conversation.pk else ():
        yield View("tag", tag.pk)


def _team(team_id: int | None) -> str:
    return f"t{team_id}"


def _own(membership_id: int) -> str:
    return f"m{membership_id}"
