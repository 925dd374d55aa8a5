"""Which days, in which zone, and the days before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts import zones
from accounts.errors import DomainError
from analytics.words import days_in_words

USUAL = 28
MOST_DAYS = 366
COUNTED = {"7", "28", "90"}  # days that an address may ask for, which end today
EARLIEST = date(2000, 1, 1)
HOUR = timedelta(hours=1)


class BadPeriod(DomainError):
    code: ClassVar[str] = "bad_period"
    status: ClassVar[int] = 422


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, the last included, from midnight to midnight in a zone."""

    first: date
    last: date
    zone: ZoneInfo

    @classmethod
    def parse(cls, said: Mapping[str, str], *, zone: str, now: datetime) -> Period:
        """
        Read what somebody asks for; without dates, the last 28 days.

        :raises BadPeriod: if there are no such days, or too many.
        """
        asked = zones.zone_of(said.get("zone", "")) or zones.zone_of(zone)
        place = ZoneInfo(asked.name if asked else zones.UTC)
        today = now.astimezone(place).date()
        days = said.get("days", "")
        count = int(days) if days in COUNTED else USUAL
        if not (said.get("from") or said.get("to")):
            return cls(today - timedelta(count - 1), today, place)
        first, last = _day(said.get("from", "")), _day(said.get("to", ""))
        _check(first, last)
        return cls(first, last, place)

    @property
    def since(self) -> datetime:
        return self._midnight(self.first)

    @property
    def until(self) -> datetime:
        return self._midnight(self.last + timedelta(1))

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(n) for n in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> Period:
        """As many days, which end where this begins."""
        length = timedelta(len(self.days))
        return Period(self.first - length, self.last - length, self.zone)

    @property
    def in_words(self) -> str:
        return days_in_words(self.first, self.last)

    @property
    def is_in_hours(self) -> bool:
        """Whether its days begin when hours of UTC do; in Delhi they do not."""
        ends = (self.before.since, self.since, self.until)
        return all(not at.utcoffset() % HOUR for at in ends)  # type: ignore[operator]

    @property
    def is_in_days(self) -> bool:
        """Whether its days are those of UTC."""
        ends = (self._midnight(day) for day in (*self.days, self.last + timedelta(1)))
        return not any(at.utcoffset() for at in ends)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def presets(today: date) -> list[tuple[str, date, date]]:
    """Name the days that people ask for most."""
    month = today.replace(day=1)
    last_month = (month - timedelta(1)).replace(day=1)
    quarter = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    return [
        (_("Today"), today, today),
        (_("Yesterday"), today - timedelta(1), today - timedelta(1)),
        (_("Last 7 days"), today - timedelta(6), today),
        (_("Last 28 days"), today - timedelta(27), today),
        (_("Last 90 days"), today - timedelta(89), today),
        (_("This month"), month, today),
        (_("Last month"), last_month, month - timedelta(1)),
        (_("This quarter"), quarter, today),
        (_("Year to date"), today.replace(month=1, day=1), today),
    ]


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadPeriod(_("Give both days of the range, such as 2026-03-01.")) from None


def _check(first: date, last: date) -> None:
    if last < first:
        raise BadPeriod(_("The range ends before it begins. Swap its days."))
    if (last - first).days >= MOST_DAYS:
        raise BadPeriod(_("That is more than a year. Choose at most 366 days."))
    if first < EARLIEST or last.year > date.max.year - 2:
        raise BadPeriod(_("There is nothing that far away. Choose other days."))
