"""Add facts up by the hour: always anew from the facts, so that nothing counts twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from analytics.actions.facts import count_conversation, mark_dirty
from analytics.enums import Dimension, FactKind
from analytics.models import DirtyHour, Fact, Rollup
from analytics.sketches import sketch_of
from inbox.models import Conversation

MOST = 200  # hours at once


@transaction.atomic
def roll_up(most: int = MOST) -> int:
    """Roll up hours whose facts have changed, the newest first; return how many."""
    dirty = DirtyHour.objects.select_for_update(skip_locked=True).order_by("-hour")[:most]
    rows = list(dirty.values_list("pk", "hour"))
    # Facts are read after the rows are held: whoever marks one of them waits for its end.
    hours = [hour for _, hour in rows]
    Rollup.objects.filter(hour__in=hours).delete()
    Rollup.objects.bulk_create(added_up(Fact.objects.filter(hour__in=hours)), batch_size=1000)
    DirtyHour.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
    return len(rows)


def recount(after: int = 0, most: int = MOST) -> int:
    """Tell the next conversations' histories again; return the last one's id, or 0 at the end."""
    rows = Conversation.objects.filter(pk__gt=after).order_by("pk")
    found = list(rows.values_list("pk", flat=True)[:most])
    for pk in found:
        count_conversation(pk)
    return found[-1] if found else 0


def distrust_all() -> None:
    """Have every hour rolled up again that has, or should have, a number."""
    for model in (Fact, Rollup):
        mark_dirty(model.objects.values("hour").annotate(Min("pk")).values_list("hour", flat=True))


def added_up(facts: Iterable[Fact]) -> Iterator[Rollup]:
    """Make the rows of facts: each counts once for everything and once for each of its own."""
    found: defaultdict[tuple[datetime, Dimension, int, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        for dimension, key in dimensions_of(fact):
            found[fact.hour, dimension, key, measure_of(fact)].append(fact)
    for (hour, dimension, key, measure), group in found.items():
        yield Rollup(
            hour=hour,
            dimension=dimension,
            key=key,
            measure=measure,
            count=len(group),
            seconds=sketch_of(one.seconds for one in group if one.seconds is not None),
            business=sketch_of(
                one.business_seconds for one in group if one.business_seconds is not None
            ),
        )


def dimensions_of(fact: Fact) -> list[tuple[Dimension, int]]:
    return [
        (Dimension.ALL, 0),
        (Dimension.CHANNEL, fact.channel_id),
        (Dimension.TEAM, fact.team_id or 0),
        (Dimension.OPERATOR, fact.operator_id or 0),
    ]


def measure_of(fact: Fact) -> str:
    return f"rated_{fact.value}" if fact.kind == FactKind.RATED else str(fact.kind)
