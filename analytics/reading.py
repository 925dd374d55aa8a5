"""Read numbers of a period: from rollups, or from the facts where days do not begin with hours."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from analytics.actions.rollups import added_up
from analytics.enums import Dimension, FactKind
from analytics.models import DayRollup, Fact, Rollup
from analytics.periods import Period
from analytics.sketches import Sketch, add_to, quantile
from inbox.enums import Rating

TIMED = (FactKind.FIRST_RESPONSE, FactKind.RESOLUTION)
ALMOST_A_DAY = timedelta(1) - timedelta.resolution
QUARTER = 15  # minutes: every zone's midnight is at one


class Row(NamedTuple):
    """How often something happened to somebody in some time, and how long it took."""

    whose: int
    measure: str
    number: int
    times: Sketch  # by the clock that was asked for


@dataclass
class Tally:
    """Counts and times of some rows together."""

    counts: Counter[str] = field(default_factory=Counter)
    times: dict[str, Sketch] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        self.counts[row.measure] += row.number
        self.add_times(row.measure, row.times)

    def add_times(self, measure: str, times: Sketch) -> None:
        if times:
            add_to(self.times.setdefault(measure, {}), times)

    def quantile(self, measure: str, share: float) -> float | None:
        return quantile(self.times.get(measure, {}), share)

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
class Whose:
    """Whose numbers: the workspace's, or those of one channel, team or operator."""

    dimension: Dimension = Dimension.ALL
    key: int = 0

    @classmethod
    def parse(cls, said: str) -> Whose:
        dimension, _sep, key = said.partition("-")
        is_one = key.isascii() and key.isdecimal() and len(key) < 19  # noqa: PLR2004
        if dimension in Dimension.values and dimension != Dimension.ALL and is_one:
            return cls(Dimension(dimension), int(key))
        return cls()

    def __str__(self) -> str:
        return "" if self.dimension == Dimension.ALL else f"{self.dimension}-{self.key}"


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


def by_day(period: Period, whose: Whose, *, is_business: bool = False) -> dict[date, Tally]:
    """Tally every day of a period."""
    found = {day: Tally() for day in period.days}
    if not period.is_in_hours:
        for at, row in _from_facts(period, whose.dimension, whose.key, is_business=is_business):
            found[period.day_of(at)].add(row)
        return found
    narrow = {"dimension": whose.dimension, "key": whose.key}
    sums: list[tuple[QuerySet[Any], Any]] = [(_hours(period, **narrow), _day_in(period))]
    if period.is_in_days:
        days, rest = _summed(period, **narrow)
        sums = [(days, F("day")), (rest, _day_in(period))]
    clock = _clock(is_business)
    for rows, on in sums:
        days_of = rows.values_list(on, "measure")
        for day, measure, count in days_of.annotate(total=Sum("count")):
            found[day].counts[measure] += count
        for day, measure, times in _timed(rows, clock).values_list(on, "measure", clock):
            found[day].add_times(measure, times)
    return found


def totals(
    period: Period,
    dimension: Dimension,
    key: int | None = None,
    *,
    is_business: bool = False,
    is_timed: bool = True,
) -> defaultdict[int, Tally]:
    """
    Tally a whole period by key: a channel's id, for example; without a key, of all there are.

    :param is_timed: whether anybody asks how long it took.
    """
    found: defaultdict[int, Tally] = defaultdict(Tally)
    if not period.is_in_hours:
        for _, row in _from_facts(period, dimension, key, is_business=is_business):
            found[row.whose].add(row)
        return found
    narrow = {"dimension": dimension} | ({} if key is None else {"key": key})
    clock = _clock(is_business)
    for rows in _summed(period, **narrow):
        for whose, measure, count in rows.values_list("key", "measure").annotate(n=Sum("count")):
            found[whose].counts[measure] += count
        if is_timed:
            for whose, measure, times in _timed(rows, clock).values_list("key", "measure", clock):
                found[whose].add_times(measure, times)
    return found


def added(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for one in tallies:
        total.counts.update(one.counts)
        for measure, times in one.times.items():
            total.add_times(measure, times)
    return total


def heat(period: Period, whose: Whose, measure: str = FactKind.OPENED) -> list[list[int]]:
    """Count by weekday, Monday first, and hour of the zone."""
    table = [[0] * 24 for _ in range(7)]
    if period.is_in_hours:
        rows = _hours(period, dimension=whose.dimension, key=whose.key).filter(measure=measure)
        found = list(rows.values_list("hour", "count"))
    else:
        facts = _from_facts(period, whose.dimension, whose.key)
        found = [(at, row.number) for at, row in facts if row.measure == measure]
    for hour, count in found:
        at = hour.astimezone(period.zone)
        table[at.weekday()][at.hour] += count
    return table


def _hours(period: Period, **narrow: Any) -> QuerySet[Rollup]:
    return Rollup.objects.filter(hour__gte=period.since, hour__lt=period.until, **narrow)


def _day_in(period: Period) -> TruncDate:
    return TruncDate("hour", tzinfo=period.zone)


def _timed(rows: QuerySet[Any], clock: str) -> QuerySet[Any]:
    """Leave out what nobody asks the times of: reading them costs most."""
    return rows.filter(measure__in=TIMED).exclude(**{clock: {}})


def _summed(period: Period, **narrow: Any) -> tuple[QuerySet[DayRollup], QuerySet[Rollup]]:
    """Return days of UTC that are summed up, and the hours that lie before, between and after them."""
    first, last = period.since.astimezone(UTC), period.until.astimezone(UTC)
    whole = {"day__gte": (first + ALMOST_A_DAY).date(), "day__lt": last.date()}
    known = DayRollup.objects.filter(dimension=Dimension.ALL, **whole).values_list("day", flat=True)
    days = set(known.distinct())
    spans = [Q(hour__gte=since, hour__lt=until) for since, until in _rest(first, last, days)]
    rest = Rollup.objects.filter(reduce(or_, spans), **narrow) if spans else Rollup.objects.none()
    return DayRollup.objects.filter(**narrow, day__in=days), rest


def _rest(since: datetime, until: datetime, days: Set[date]) -> list[tuple[datetime, datetime]]:
    """List the spans of a time that whole days of UTC leave over."""
    spans: list[tuple[datetime, datetime]] = []
    begun = since
    for day in sorted(days):
        midnight = datetime.combine(day, time(), UTC)
        if begun < midnight:
            spans.append((begun, midnight))
        begun = midnight + timedelta(1)
    return [*spans, (begun, until)] if begun < until else spans


def _from_facts(
    period: Period, dimension: Dimension, key: int | None, *, is_business: bool = False
) -> Iterator[tuple[datetime, Row]]:
    """Add up the facts themselves, by quarters of an hour."""
    facts = list(Fact.objects.between(period.since, period.until))
    for fact in facts:
        fact.hour = _quarter_of(fact.at)
    for row in added_up(facts):
        if row.dimension == dimension and key in {None, row.key}:
            times = row.business if is_business else row.seconds
            yield row.hour, Row(row.key, row.measure, row.count, times)


def _clock(is_business: bool) -> str:
    return "business" if is_business else "seconds"


def _quarter_of(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % QUARTER, second=0, microsecond=0)
