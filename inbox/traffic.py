"""How much has come in by each channel lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.db.models import Count
from django.db.models.functions import TruncDate

from inbox.enums import Status
from inbox.models import Conversation

DAYS = 7
WIDTH, HEIGHT, EDGE = 66, 22, 3  # of the drawn line, in its own units


@dataclass(frozen=True, slots=True)
class Traffic:
    """New conversations of the last days, the oldest first; the last day is today."""

    days: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.days)

    @property
    def points(self) -> list[tuple[float, float]]:
        """Return the corners of the line that shows it."""
        highest = max(self.days) or 1
        step = (WIDTH - 2 * EDGE) / (len(self.days) - 1)
        room = HEIGHT - 2 * EDGE
        return [
            (round(EDGE + place * step, 1), round(HEIGHT - EDGE - room * many / highest, 1))
            for place, many in enumerate(self.days)
        ]


def traffic_by_channel(now: datetime, zone: tzinfo) -> dict[int, Traffic]:
    """Count each channel's new conversations by the reader's days, in one query."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    since = now - timedelta(days=DAYS)
    # Whatever was opened lately has stirred lately: the list's index finds it.
    lately = Conversation.objects.filter(status__in=Status.values, last_activity_at__gte=since)
    opened = lately.filter(opened_at__gte=since).annotate(day=TruncDate("opened_at", tzinfo=zone))
    counted: dict[int, dict[object, int]] = {}
    for channel, day, many in opened.values_list("channel", "day").annotate(n=Count("pk")):
        counted.setdefault(channel, {})[day] = many
    return {
        channel: Traffic(tuple(of.get(day, 0) for day in days)) for channel, of in counted.items()
    }


NONE = Traffic((0,) * DAYS)
