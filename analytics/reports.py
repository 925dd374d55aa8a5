"""What the page of reports shows: numbers in words, their charts, and the table behind each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import charts
from analytics.enums import Dimension, FactKind
from analytics.periods import Period
from analytics.reading import TIMED, Tally, Whose, added, by_day, heat, totals
from analytics.rests import Rests
from analytics.words import ABOUT, NONE, parts_of
from inbox.enums import Status
from inbox.models import Conversation

# Live Chat Benchmark Report 2020: seconds to the first response, and satisfaction in per cent.
BENCHMARKS = {
    "business": (gettext_lazy("Business services"), 84, 89.47),
    "ecommerce": (gettext_lazy("E-commerce"), 113, 86.06),
    "technology": (gettext_lazy("Technology"), 96, 90.13),
}
FEW = 3  # labels under a narrow chart
SHARES = (0.5, 0.9)
FIRST, RESOLUTION = FactKind.FIRST_RESPONSE, FactKind.RESOLUTION


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the large numbers."""

    label: str
    parts: list[tuple[str, str]]  # numbers and their units
    note: str
    tone: str
    spark: str
    about: str  # what it is
    leads_to: str  # what counts, for the list of its conversations


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is open: now, and at the end of each day."""

    now: int
    ends: list[int | None]


@dataclass(frozen=True)
class Report:
    """All that a page shows of a period."""

    period: Period
    whose: Whose
    is_business: bool
    benchmark: str
    now: Tally
    before: Tally
    by_day: dict[date, Tally]
    heat: list[list[int]]
    backlog: Backlog | None
    rests: Rests

    @classmethod
    def read(
        cls, period: Period, whose: Whose, *, is_business: bool, benchmark: str, today: date
    ) -> Report:
        found = by_day(period, whose, is_business=is_business)
        before = totals(period.before, whose.dimension, whose.key, is_business=is_business)
        return cls(
            period,
            whose,
            is_business,
            benchmark if benchmark in BENCHMARKS else "ecommerce",
            added(found.values()),
            before[whose.key],
            found,
            heat(period, whose),
            backlog_of(period, whose, found, today),
            Rests.of(whose.dimension, whose.key, found),
        )

    @cached_property
    def days(self) -> list[str]:
        return [date_format(day, "j M") for day in self.period.days]

    def series(self, measure: str, share: float) -> list[float | None]:
        return self._series[measure, share]

    @cached_property
    def _series(self) -> dict[tuple[str, float], list[float | None]]:
        return {
            (measure, share): [tally.quantile(measure, share) for tally in self.by_day.values()]
            for measure in TIMED
            for share in SHARES
        }

    def counts(self, measure: str) -> list[int]:
        return [tally.counts[measure] for tally in self.by_day.values()]

    def time(self, measure: str, share: float) -> float | None:
        return self.now.quantile(measure, share)

    @property
    def figures(self) -> list[Figure]:
        return [
            self._duration(_("First response, median"), FIRST, 0.5, ABOUT["first"]),
            self._duration(_("First response, p90"), FIRST, 0.9, ABOUT["p90"]),
            self._duration(_("Resolution, median"), RESOLUTION, 0.5, ABOUT["resolution"]),
            self._satisfaction(),
            self._opened(),
        ]

    def _duration(self, label: str, measure: str, share: float, about: Any) -> Figure:
        value, was = self.time(measure, share), self.before.quantile(measure, share)
        note, tone = _unchanged(value, was), ""
        if value is not None and was is not None and round(value) != round(was):
            shift = " ".join(f"{n}{unit}" for n, unit in parts_of(abs(value - was)))
            faster = value < was
            note = _("%s faster") % shift if faster else _("%s slower") % shift
            tone = "good" if faster else "bad"
        line = charts.spark(self.series(measure, share))
        return Figure(label, parts_of(value), note, tone, line, str(about), measure)

    def _satisfaction(self) -> Figure:
        value, was = self.now.ratings.satisfaction, self.before.ratings.satisfaction
        note, tone = _unchanged(value, was), ""
        if value is not None and was is not None and round(value) != round(was):
            note = _("%+d points") % (round(value) - round(was))
            tone = "good" if value > was else "bad"
        line = charts.spark([tally.ratings.satisfaction for tally in self.by_day.values()])
        parts = [(NONE, "")] if value is None else [(f"{value:.0f}", "%")]
        return Figure(
            _("Satisfaction"), parts, note, tone, line, str(ABOUT["satisfaction"]), "rated"
        )

    def _opened(self) -> Figure:
        value, was = self.now.counts["opened"], self.before.counts["opened"]
        note = _("%d in the period before") % was
        line = charts.spark(self.counts("opened"))
        about = str(ABOUT["opened"])
        return Figure(_("New conversations"), [(str(value), "")], note, "", line, about, "opened")

    @property
    def benchmark_seconds(self) -> int:
        return BENCHMARKS[self.benchmark][1]

    @property
    def response_plot(self) -> charts.Plot:
        median, p90 = self.series(FIRST, 0.5), self.series(FIRST, 0.9)
        return charts.durations(median, p90, self.days, self.benchmark_seconds)

    @property
    def resolution_plot(self) -> charts.Plot:
        median, p90 = self.series(RESOLUTION, 0.5), self.series(RESOLUTION, 0.9)
        return charts.durations(median, p90, self.days, None, labels=FEW)

    @property
    def backlog_plot(self) -> charts.Plot | None:
        return charts.amounts(self.backlog.ends, self.days, labels=FEW) if self.backlog else None

    @property
    def peak(self) -> int:
        return max(map(max, self.heat))


def backlog_of(
    period: Period, whose: Whose, by_day: dict[date, Tally], today: date
) -> Backlog | None:
    """
    Count what is open now, and backwards from that at the end of each day.

    Teams and people hand conversations on, which no count of comings and goings tells.
    """
    if whose.dimension not in {Dimension.ALL, Dimension.CHANNEL}:
        return None
    # By what they are: what they are not is found in no index.
    alive = Conversation.objects.filter(status__in=[Status.OPEN, Status.SNOOZED])
    if whose.dimension == Dimension.CHANNEL:
        alive = alive.filter(channel=whose.key)
    left = now = alive.count()
    if period.last < today:
        later = Period(period.last + timedelta(1), today, period.zone)
        left -= totals(later, whose.dimension, whose.key, is_timed=False)[whose.key].flow
    ends: list[int | None] = []
    for day, tally in reversed(by_day.items()):
        ends.append(None if day > today else max(left, 0))
        left -= tally.flow
    return Backlog(now, ends[::-1])


def _unchanged(value: float | None, was: float | None) -> str:
    if value is None:
        return _("nothing to count")
    return _("as before") if was is not None else _("nothing to compare with")
