"""
Working hours: when a calendar is open, and how much of a time it is. Pure.

A moment is open if the clock on the wall shows an open minute then, so that a night that loses an
hour has less of it, and one that has an hour twice has it twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MIDNIGHT = 24 * 60
# How far ahead anything is looked for; a calendar that does not open until then never does.
HORIZON = timedelta(days=800)

Slots = tuple[tuple[int, int], ...]  # minutes since midnight: from, and up to but not including
CLOSED: Slots = ()
ALL_DAY: Slots = ((0, MIDNIGHT),)


@dataclass(frozen=True)
class Calendar:
    """Which hours of which days are open, by the clocks of one zone."""

    zone: ZoneInfo
    week: tuple[Slots, ...]  # seven, Monday first
    exceptions: Mapping[date, Slots] = field(default_factory=dict)  # they beat holidays
    country: str = ""  # whose holidays are closed

    @property
    def never_opens(self) -> bool:
        return not any(self.week) and not any(self.exceptions.values())

    def slots_of(self, day: date) -> Slots:
        if day in self.exceptions:
            return self.exceptions[day]
        if self.country and day in holidays_of(self.country, day.year):
            return CLOSED
        return self.week[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.slots_of(local.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first open moment from then on, which may be that one."""
        if self.never_opens:
            return None
        return next((start for start, _ in self._spans(at, at + HORIZON)), None)

    def closes_at(self, at: datetime) -> datetime | None:
        """Return when the hours end in which this moment lies; None if they do not, or it is closed."""
        until = at
        for start, end in self._spans(at, at + timedelta(days=8)):
            if start > until:
                break
            until = end
        return until if at < until < at + timedelta(days=8) else None

    def add_business_time(self, at: datetime, duration: timedelta) -> datetime | None:
        """Return when so much open time has passed; None if there never is so much."""
        if self.never_opens:
            return None
        for start, end in self._spans(at, at + HORIZON):
            if end - start >= duration:
                return start + duration
            duration -= end - start
        return None

    def business_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much open time lies between two moments; none if they are the wrong way round."""
        return sum((until - since for since, until in self._spans(start, end)), timedelta())

    def _spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """List the open times between two moments, in order."""
        at, end = start.astimezone(UTC), end.astimezone(UTC)
        while at < end:
            until = min(at + DAY, end)
            ahead = self._ahead(at)
            if self._ahead(until) != ahead:
                until = self._change(at, until)
            yield from self._spans_while(ahead, at, until)
            at = until

    def _spans_while(
        self, ahead: timedelta, start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, datetime]]:
        """List the open times while the zone is so far ahead of UTC."""
        day, last = (start + ahead).date(), (end + ahead).date()
        while day <= last:
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - ahead
            for first, beyond in self.slots_of(day):
                since = max(start, midnight + timedelta(minutes=first))
                until = min(end, midnight + timedelta(minutes=beyond))
                if since < until:
                    yield since, until
            day += DAY

    def _ahead(self, at: datetime) -> timedelta:
        return at.astimezone(self.zone).utcoffset() or timedelta()

    def _change(self, before: datetime, after: datetime) -> datetime:
        """Find the first second at which the zone is as far ahead as ``after``."""
        ahead = self._ahead(before)
        low, high = 0, int((after - before) / SECOND) + 1
        while high - low > 1:
            middle = (low + high) // 2
            is_still = self._ahead(before + middle * SECOND) == ahead
            low, high = (middle, high) if is_still else (low, middle)
        return min((before + high * SECOND).replace(microsecond=0), after)


def always(zone: str = "UTC") -> Calendar:
    """Return a calendar without closing time."""
    return Calendar(ZoneInfo(zone), (ALL_DAY,) * 7)


@lru_cache(maxsize=512)
def holidays_of(country: str, year: int) -> Mapping[date, str]:
    """Name a country's public holidays of one year."""
    return dict(holidays.country_holidays(country, years=year))
