"""Say when somebody is at work."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from accounts import events
from accounts.models import Membership, Team
from accounts.permissions import Permission, demand
from routing.calendar import Slots
from routing.enums import EventKind
from routing.models import WorkingHours, WorkspaceRouting

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@transaction.atomic
def change_hours(
    team: Team | None,
    *,
    zone: str,
    country: str,
    week: Sequence[Slots],
    exceptions: Mapping[date, Slots],
    actor: Membership | None,
) -> WorkingHours:
    """Give the workspace, or one of its teams, hours of its own."""
    _check(actor)
    before = _as_it_is(team)
    said = {
        "zone": zone,
        "country": country,
        "week": [list(map(list, day)) for day in week],
        "exceptions": {
            day.isoformat(): list(map(list, slots)) for day, slots in exceptions.items()
        },
    }
    hours, _made = WorkingHours.objects.update_or_create(team=team, defaults=said)
    _record(team, before, actor)
    return hours


@transaction.atomic
def forget_hours(team: Team | None, *, actor: Membership | None) -> None:
    """Let a team keep the workspace's hours again, or the workspace be always open."""
    _check(actor)
    before = _as_it_is(team)
    WorkingHours.objects.filter(team=team).delete()
    _record(team, before, actor)


def say(slots: Slots) -> str:
    """Write hours as they are typed: ``9:00-12:00, 13:00-17:00``."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in slots)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _check(actor: Membership | None) -> None:
    if actor:
        demand(actor, Permission.MANAGE_TEAMS)


def _record(team: Team | None, before: dict[str, Any], actor: Membership | None) -> None:
    after = _as_it_is(team)
    changed = [key for key in before | after if before.get(key) != after.get(key)]
    if changed:
        events.record(
            EventKind.HOURS_CHANGED,
            WorkspaceRouting.locked(),
            actor=actor,
            name=team.name if team else "",
            before={key: before.get(key) for key in changed},
            after={key: after.get(key) for key in changed},
        )


def _as_it_is(team: Team | None) -> dict[str, Any]:
    """Tell it in words, for the audit log."""
    hours = WorkingHours.objects.filter(team=team).first()
    if hours is None:
        return {}
    calendar = hours.calendar
    return {
        "zone": hours.zone,
        "country": hours.country,
        "week": {day: say(slots) for day, slots in zip(DAYS, calendar.week, strict=True)},
        "exceptions": {str(day): say(slots) for day, slots in calendar.exceptions.items()},
    }
