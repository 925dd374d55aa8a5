"""The conversations behind a number: which facts it counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.db.models.lookups import Exact

from accounts.models import Membership
from analytics.enums import Dimension, FactKind
from analytics.models import Fact, FactQuerySet
from analytics.periods import Period
from analytics.reading import Whose
from inbox.enums import Rating
from inbox.models import Conversation

COLUMNS = {
    Dimension.CHANNEL: "channel_id",
    Dimension.TEAM: "team_id",
    Dimension.OPERATOR: "operator_id",
}
JOINED = ("conversation__contact", "conversation__channel")
SHOWN = (
    *("kind", "at", "channel_id", "team_id", "operator_id", "seconds", "business_seconds", "value"),
    *("conversation__number", "conversation__subject", "conversation__channel__kind"),
    *("conversation__contact__name", "conversation__contact__email"),
)
WEEK, HOURS = range(1, 8), range(24)


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a period a number counted; whatever makes no sense narrows nothing."""

    period: Period
    whose: Whose
    kind: str = ""
    value: str = ""
    weekday: int | None = None
    hour: int | None = None

    @classmethod
    def parse(cls, said: Mapping[str, str], *, period: Period, whose: Whose) -> Counted:
        kind, value = said.get("what", ""), said.get("value", "")
        return cls(
            period,
            whose,
            kind if kind in FactKind.values else "",
            value if value in Rating.values else "",
            _within(said.get("weekday", ""), WEEK),
            _within(said.get("hour", ""), HOURS),
        )

    def facts(self) -> FactQuerySet:
        found = Fact.objects.between(self.period.since, self.period.until)
        narrow: dict[str, Any] = {"kind": self.kind, "value": self.value}
        found = found.filter(**{name: said for name, said in narrow.items() if said})
        if column := COLUMNS.get(self.whose.dimension):
            found = found.filter(**{column: self.whose.key or None})
        if self.weekday is not None:
            weekday = ExtractIsoWeekDay("at", tzinfo=self.period.zone)
            found = found.filter(Exact(weekday, self.weekday))
        if self.hour is not None:
            found = found.filter(Exact(ExtractHour("at", tzinfo=self.period.zone), self.hour))
        return found.order_by("-at", "-pk")

    def page(self, membership: Membership, *, before: str, size: int) -> list[Fact]:
        """Return facts after the one named, of conversations that a person may open."""
        found = self.facts()
        if not membership.sees_everything:
            seen = Conversation.objects.visible_to(membership).values("pk")
            found = found.filter(conversation__in=seen)
        if before.isascii() and before.isdecimal() and len(before) < 19:  # noqa: PLR2004
            last = Fact.objects.filter(pk=int(before)).first()
            found = found.filter(at__lte=last.at) if last else found.none()
            if last:
                found = found.exclude(at=last.at, pk__gte=last.pk)
        return list(found.select_related(*JOINED).only(*SHOWN)[:size])


def _within(said: str, allowed: range) -> int | None:
    is_one = said.isascii() and said.isdecimal() and len(said) < 3 and int(said) in allowed  # noqa: PLR2004
    return int(said) if is_one else None
