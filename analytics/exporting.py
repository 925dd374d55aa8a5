"""Numbers as a table for spreadsheets, sent while it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async

from accounts.cells import defused
from accounts.models import Membership, Team, Workspace
from accounts.tenancy import scope
from analytics.counted import Counted
from analytics.models import Fact
from inbox.models import Channel

HEAD = [
    "at",
    "what",
    "conversation",
    "channel",
    "team",
    "operator",
    "seconds",
    "business_seconds",
    "rating",
]
BATCH = 1000


async def table(
    workspace: Workspace, membership: Membership, counted: Counted
) -> AsyncIterator[str]:
    """Write facts, newest first; it ends early for whoever is put out meanwhile."""
    read = sync_to_async(_batch, thread_sensitive=False)
    yield "\ufeff" + _written([HEAD])
    last: str | None = ""
    while last is not None:
        lines, last = await read(workspace, membership.pk, counted, last)
        yield _written(lines)


def _batch(
    workspace: Workspace, member: int, counted: Counted, before: str
) -> tuple[list[list[Any]], str | None]:
    with scope(workspace):
        membership = Membership.objects.active().filter(pk=member).first()
        if membership is None:
            return [], None
        facts = counted.page(membership, before=before, size=BATCH)
        names = _names(Channel), _names(Team), _people()
        lines = [_line(fact, *names) for fact in facts]
    return lines, str(facts[-1].pk) if len(facts) == BATCH else None


def _line(
    fact: Fact, channels: dict[int, str], teams: dict[int, str], people: dict[int, str]
) -> list[Any]:
    return [
        fact.at.isoformat(),
        fact.kind,
        fact.conversation.number,
        channels.get(fact.channel_id, ""),
        teams.get(fact.team_id or 0, ""),
        people.get(fact.operator_id or 0, ""),
        "" if fact.seconds is None else round(fact.seconds),
        "" if fact.business_seconds is None else round(fact.business_seconds),
        fact.value,
    ]


def _names(model: Any) -> dict[int, str]:
    return dict(model.objects.values_list("pk", "name"))


def _people() -> dict[int, str]:
    return {m.pk: m.user.display_name for m in Membership.objects.select_related("user")}


def _written(lines: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([defused(str(cell)) for cell in line] for line in lines)
    return text.getvalue()
