"""Read numbers of a period: from rollups, or from the facts where days do not begin with hours."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from analytics.actions.rollups import added_up
from analytics.enums import Dimension, FactKind
from analytics.models import Fact, Rollup
from analytics.periods import Period
from analytics.sketches import Sketch, merged, quantile
from inbox.enums import Rating

K = TypeVar("K", bound=Hashable)
QUARTER = 15  # minutes: every zone's midnight is at one


@dataclass
class Tally:
    """Counts and times of some rows together."""

    counts: Counter[str] = field(default_factory=Counter)
    times: dict[tuple[str, bool], Sketch] = field(default_factory=dict)

    def add(self, row: Rollup) -> None:
        self.counts[row.measure] += row.count
        for sketch, is_business in ((row.seconds, False), (row.business, True)):
            if sketch:
                known = self.times.get((row.measure, is_business), {})
                self.times[row.measure, is_business] = merged([known, sketch])

    def quantile(self, measure: str, share: float, *, is_business: bool = False) -> float | None:
        return quantile(self.times.get((measure, is_business), {}), share)

    @property
    def ratings(self) -> Ratings:
        return Ratings(
            bad=self.counts[f"rated_{Rating.BAD}"],
            good=self.counts[f"rated_{Rating.GOOD}"],
            excellent=self.counts[f"rated_{Rating.EXCELLENT}"],
            closed=self.counts["resolution"],
        )

    @property
    def flow(self) -> int:
        """By how many open conversations became more."""
        return self.counts["opened"] + self.counts["reopened"] - self.counts["resolution"]


@dataclass(frozen=True, slots=True)
class Ratings:
    """What contacts said, of how many closed conversations."""

    bad: int
    good: int
    excellent: int
    closed: int

    @property
    def total(self) -> int:
        return self.bad + self.good + self.excellent

    @property
    def satisfaction(self) -> float | None:
        return 100 * (self.good + self.excellent) / self.total if self.total else None

    @property
    def response_rate(self) -> float | None:
        """A rating may come days after its closing, and so be more than the closings."""
        return min(100 * self.total / self.closed, 100) if self.closed else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which the satisfaction of all is, 19 times in 20 (Wilson's score interval, 1927)."""
        if not self.total:
            return None
        n, share, z = self.total, (self.good + self.excellent) / self.total, 1.96
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return 100 * max(middle - half, 0), 100 * min(middle + half, 1)

    def share(self, value: str) -> float:
        return 100 * getattr(self, value) / self.total if self.total else 0


def rows_of(
    period: Period, dimension: Dimension, key: int | None = None, *, with_before: bool = False
) -> list[Rollup]:
    """Return the rows of a period; without a key, of every one there is."""
    since = period.before.since if with_before else period.since
    if period.is_in_hours:
        found = Rollup.objects.filter(dimension=dimension, hour__gte=since, hour__lt=period.until)
        return list(found if key is None else found.filter(key=key))
    facts = list(Fact.objects.between(since, period.until))
    for fact in facts:
        fact.hour = _quarter_of(fact.at)
    rows = [row for row in added_up(facts) if row.dimension == dimension]
    return [row for row in rows if key is None or row.key == key]


def tallied(rows: Iterable[Rollup]) -> Tally:
    total = Tally()
    for row in rows:
        total.add(row)
    return total


def tallied_by(rows: Iterable[tuple[K, Rollup]]) -> defaultdict[K, Tally]:
    found: defaultdict[K, Tally] = defaultdict(Tally)
    for key, row in rows:
        found[key].add(row)
    return found


def heat(rows: Iterable[Rollup], period: Period, measure: str = FactKind.OPENED) -> list[list[int]]:
    """Count by weekday, Monday first, and hour of the zone."""
    table = [[0] * 24 for _ in range(7)]
    for row in rows:
        if row.measure == measure:
            at = row.hour.astimezone(period.zone)
            table[at.weekday()][at.hour] += row.count
    return table


def _quarter_of(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % QUARTER, second=0, microsecond=0)
