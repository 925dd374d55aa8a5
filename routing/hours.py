"""Whose hours count, and when somebody will be at work again."""

from datetime import datetime

from inbox.models import Channel
from routing.calendar import Calendar, always
from routing.models import WorkingHours


def calendar_of(team_id: int | None) -> Calendar:
    """Return a team's calendar: its own, or the workspace's; without either it is always open."""
    return next(iter(calendars([team_id]).values()))


def calendars(team_ids: list[int | None]) -> dict[int | None, Calendar]:
    """Return the calendar of each of several teams, with one query."""
    if not team_ids:
        return {}
    known = {one.team_id: one.calendar for one in WorkingHours.objects.all()}
    everywhere = known.get(None) or always()
    return {pk: known.get(pk) or everywhere for pk in team_ids}


def back_at(channel: Channel, at: datetime) -> datetime | None:
    """Tell when the channel's hours begin again; None while they last, or if they never do."""
    opening = calendar_of(channel.team_id).next_opening(at)
    return opening if opening and opening > at else None
