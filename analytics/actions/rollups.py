"""Add facts up by the hour and by the day: always anew from the facts, so that nothing counts twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from accounts.tenancy import current_workspace
from analytics.actions.facts import count_conversation, mark_dirty
from analytics.enums import Dimension, FactKind
from analytics.models import DayRollup, DirtyHour, Fact, Rollup
from analytics.sketches import add_to, sketch_of
from inbox.models import Conversation

MOST = 200  # hours at once
SUMMING = 0x5043  # names the lock of whoever sums up a workspace's days
RECENT = 7  # days among which to look for one that is over and not summed up


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
    if rows:
        _sum_up({hour.astimezone(UTC).date() for hour in hours}, timezone.now().date())
    return len(rows)


def _sum_up(changed: set[date], today: date) -> None:
    """Sum up days that are over: those that have changed, and those that ended since the last time."""
    with connection.cursor() as cursor:  # one at a time: two would each write the sums of one day
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SUMMING, current_workspace().pk])
    recent = {today - timedelta(n) for n in range(1, RECENT + 1)}
    known = DayRollup.objects.filter(dimension=Dimension.ALL, day__in=recent)
    days = {day for day in changed if day < today} | recent - set(
        known.values_list("day", flat=True)
    )
    DayRollup.objects.filter(day__in=days).delete()
    hours = [datetime.combine(day, time(hour), UTC) for day in days for hour in range(24)]
    found: dict[tuple[object, ...], DayRollup] = {}
    for row in Rollup.objects.filter(hour__in=hours):
        whose = {"dimension": row.dimension, "key": row.key, "measure": row.measure}
        day = row.hour.astimezone(UTC).date()
        total = found.setdefault((day, *whose.values()), DayRollup(day=day, count=0, **whose))
        total.count += row.count
        add_to(total.seconds, row.seconds)
        add_to(total.business, row.business)
    DayRollup.objects.bulk_create(found.values(), batch_size=1000)


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
