"""Days off of a period, as the calendar of a workspace or of a team has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.enums import Dimension
from analytics.reading import Tally
from routing.calendar import Calendar, holidays_of
from routing.hours import calendar_of

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DayOff:
    """A holiday, or another day on which nobody is at work, that is no day off every week."""

    day: date
    name: str
    opened: int

    @property
    def in_words(self) -> str:
        return date_format(self.day, "D j M")


@dataclass(frozen=True, slots=True)
class Rests:
    """Which weekdays are off every week, Monday first, and which days besides."""

    weekdays: list[bool]
    days: list[DayOff]

    @classmethod
    def of(cls, dimension: Dimension, key: int, by_day: dict[date, Tally]) -> Rests:
        calendar = calendar_of(key or None if dimension == Dimension.TEAM else None)
        weekdays = [not slots for slots in calendar.week]
        if not any(weekdays):  # nobody has said when they work
            weekdays = [day >= SATURDAY for day in range(7)]
        days = [
            DayOff(day, name, tally.counts["opened"])
            for day, tally in by_day.items()
            if (name := name_of(calendar, day)) and not weekdays[day.weekday()]
        ]
        return cls(weekdays, days)

    def is_marked(self, weekday: int) -> bool:
        """Tell whether a day off fell on this weekday."""
        return any(one.day.weekday() == weekday for one in self.days)


def name_of(calendar: Calendar, day: date) -> str:
    """Return what a day off is called, and nothing for a day of work."""
    if calendar.slots_of(day):
        return ""
    named = holidays_of(calendar.country, day.year).get(day) if calendar.country else None
    return named or _("Closed")
