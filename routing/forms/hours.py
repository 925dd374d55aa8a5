"""Hours as people type them."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

import holidays
from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import zones
from routing.actions.hours import say
from routing.calendar import CLOSED, MIDNIGHT, Slots
from routing.models import WorkingHours

MOST_SLOTS, MOST_EXCEPTIONS = 8, 200
SLOT = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*[-\u2013\u2014]\s*(\d{1,2})(?:[:.](\d\d))?")
WEEKDAYS = [
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
]
OFFICE: list[list[list[int]]] = [[[540, 1020]]] * 5 + [[], []]


class HoursForm(forms.Form):
    """A text of slots for each day of the week, and a line for each day that is different."""

    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    country = forms.ChoiceField(label=gettext_lazy("Public holidays"), required=False)
    exceptions = forms.CharField(
        label=gettext_lazy("Days that are different"),
        required=False,
        max_length=8000,
        widget=forms.Textarea,
    )

    def __init__(self, data: Any = None, *, hours: WorkingHours | None, zone: str) -> None:
        """
        :param hours: those that stand now; without any the form begins with an office's.
        :param zone: the one to begin with then.
        """
        hours = hours or WorkingHours(zone=zone, week=OFFICE)
        super().__init__(data, initial=_typed(hours))
        self.fields["zone"].choices = zone_choices(hours.zone)  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", _("None")), *country_choices()]  # type: ignore[attr-defined]
        for n, name in enumerate(WEEKDAYS):
            self.fields[f"day-{n}"] = forms.CharField(required=False, max_length=120, label=name)

    def days(self) -> list[Any]:
        return [self[f"day-{n}"] for n in range(7)]

    def clean(self) -> None:
        super().clean()
        for n in range(7):
            self._read(f"day-{n}", parse_slots)
        self._read("exceptions", parse_exceptions)

    def said(self) -> dict[str, Any]:
        typed = self.cleaned_data
        week = [typed[f"day-{n}"] for n in range(7)]
        return {name: typed[name] for name in ("zone", "country", "exceptions")} | {"week": week}

    def _read(self, name: str, parse: Any) -> None:
        try:
            self.cleaned_data[name] = parse(self.cleaned_data.get(name, ""))
        except ValidationError as error:
            self.add_error(name, error)


def parse_slots(text: str) -> Slots:
    """
    Read ``9:00-12:30, 13:30-18:00``; nothing is a closed day.

    :raises ValidationError: with what is wrong in it.
    """
    found = sorted(_slot(part.strip()) for part in re.split(r"[,;]", text) if part.strip())
    if len(found) > MOST_SLOTS:
        raise ValidationError(_("At most %d slots a day.") % MOST_SLOTS)
    for (_start, end), (start, _end) in pairwise(found):
        if start < end:
            raise ValidationError(_("Two of these slots overlap."))
    return tuple(found)


def _slot(text: str) -> tuple[int, int]:
    match = SLOT.fullmatch(text)
    if not match:
        raise ValidationError(_("“%s” is no time. Write 9:00-17:30.") % text[:40])
    hours, more, until, rest = (int(part or 0) for part in match.groups())
    start, end = hours * 60 + more, until * 60 + rest
    if max(more, rest) > 59 or end > MIDNIGHT:  # noqa: PLR2004
        raise ValidationError(_("“%s” is no time of a day.") % text[:40])
    if start >= end:
        words = _("“%s” ends before it begins. Split it at midnight: until 24:00, from 0:00.")
        raise ValidationError(words % text[:40])
    return start, end


def parse_exceptions(text: str) -> dict[date, Slots]:
    """Read lines such as ``2026-12-24 9:00-12:00``; a day alone is closed."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_EXCEPTIONS:
        raise ValidationError(_("At most %d days.") % MOST_EXCEPTIONS)
    found: dict[date, Slots] = {}
    for line in lines:
        said, _space, slots = line.partition(" ")
        try:
            day = date.fromisoformat(said)
        except ValueError as error:
            words = _("“%s” is no day. Write 2026-12-24, or 2026-12-24 9:00-12:00.")
            raise ValidationError(words % line[:40]) from error
        found[day] = parse_slots(slots) if slots else CLOSED
    return found


def zone_choices(current: str) -> list[tuple[str, str]]:
    listed = [(zone.name, zone.label) for zone in zones.choices()]
    kept = zones.zone_of(current)
    is_listed = any(name == current for name, _label in listed)
    return listed if is_listed or not kept else [*listed, (kept.name, kept.label)]


def country_choices() -> list[tuple[str, str]]:
    """List the countries whose holidays are known, in the page's language."""
    names = Locale.parse(translation.get_language() or "en", sep="-").territories
    codes = [
        code for code in holidays.list_supported_countries(include_aliases=False) if code in names
    ]
    return sorted(((code, names[code]) for code in codes), key=lambda one: one[1])


def _typed(hours: WorkingHours) -> dict[str, str]:
    calendar = hours.calendar
    days = {f"day-{n}": say(slots) for n, slots in enumerate(calendar.week)}
    lines = [f"{day} {say(slots)}".strip() for day, slots in sorted(calendar.exceptions.items())]
    return days | {
        "zone": hours.zone,
        "country": hours.country,
        "exceptions": "\n".join(lines),
    }
