"""How given reviews come out: by operator and criterion, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from accounts import charts
from accounts.models import Membership
from analytics.enums import Criterion
from analytics.models import QualityReview
from analytics.scores import average, worth_of
from analytics.words import NONE

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One operator's reviews, or everybody's."""

    operator: Membership | None
    reviews: list[QualityReview]

    @property
    def score(self) -> float | None:
        return average(one.score for one in self.reviews)

    @property
    def marks(self) -> list[float | None]:
        """Return what each criterion came out at, in their order."""
        return [criterion_of(self.reviews, one) for one in Criterion]


@dataclass(frozen=True, slots=True)
class Trend:
    """Twelve weeks, the last of them this one; Monday begins them, in the zone of the reader."""

    weeks: list[date]
    zone: ZoneInfo
    criterion: str
    chosen: Membership | None
    total: Row
    rows: list[Row]

    @classmethod
    def read(
        cls, *, now: datetime, zone: ZoneInfo, criterion: str, operator: int | None = None
    ) -> Trend:
        today = now.astimezone(zone).date()
        monday = today - timedelta(today.weekday())
        weeks = [monday - timedelta(7 * n) for n in reversed(range(WEEKS))]
        since = datetime.combine(weeks[0], datetime.min.time(), zone)
        found = (
            QualityReview.objects.given()
            .filter(given_at__gte=since)
            .select_related("item__operator__user")
            .order_by("given_at", "pk")
        )
        if operator is not None:
            found = found.filter(item__operator=operator)
        reviews = list(found)
        rows = _rows(reviews)
        chosen = rows[0].operator if operator is not None and rows else None
        known = criterion if criterion in Criterion.values else ""
        return cls(weeks, zone, known, chosen, Row(None, reviews), rows)

    @property
    def by_week(self) -> list[list[QualityReview]]:
        found: defaultdict[date, list[QualityReview]] = defaultdict(list)
        for one in self.total.reviews:
            day = one.given_at.astimezone(self.zone).date()  # type: ignore[union-attr]
            found[day - timedelta(day.weekday())].append(one)
        return [found[week] for week in self.weeks]

    @property
    def series(self) -> list[float | None]:
        """Return what each week came out at: its score, or one criterion's."""
        if self.criterion:
            return [criterion_of(week, Criterion(self.criterion)) for week in self.by_week]
        return [average(one.score for one in week) for week in self.by_week]

    @property
    def value(self) -> float | None:
        """Return what all the weeks together came out at."""
        if self.criterion:
            return criterion_of(self.total.reviews, Criterion(self.criterion))
        return self.total.score

    @property
    def in_words(self) -> list[str]:
        return [date_format(week, "j M") for week in self.weeks]

    @property
    def plot(self) -> charts.Plot:
        return charts.shares(self.series, self.in_words)

    @property
    def table(self) -> list[list[str]]:
        weeks = zip(self.in_words, self.by_week, self.series, strict=True)
        return [[day, str(len(week)), in_points(value)] for day, week, value in weeks]


def criterion_of(reviews: Iterable[QualityReview], criterion: Criterion) -> float | None:
    return average(worth_of(one.marks.get(criterion, "")) for one in reviews)


def in_points(value: float | None) -> str:
    return NONE if value is None else f"{value:.0f}"


def _rows(reviews: list[QualityReview]) -> list[Row]:
    found: defaultdict[int, list[QualityReview]] = defaultdict(list)
    for one in reviews:
        found[one.item.operator_id].append(one)
    rows = [Row(group[0].item.operator, group) for group in found.values()]
    return sorted(rows, key=lambda row: (row.operator.user.display_name, row.operator.pk))  # type: ignore[union-attr]
