from datetime import date
from zoneinfo import ZoneInfo

from django.db import models

from accounts.models import OwnedForeignKey, Team, WorkspaceOwned
from accounts.tenancy import ScopedManager
from routing.calendar import Calendar, Slots


class WorkingHours(WorkspaceOwned):
    """When a workspace, or one of its teams, is at work; without a row it always is."""

    team = OwnedForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    zone = models.CharField(max_length=64)
    country = models.CharField(max_length=2, blank=True)
    # Minutes since midnight: seven lists of [from, until], Monday first.
    week = models.JSONField()
    # Days that are different: {"2026-12-24": [[540, 720]], …}; an empty list is a closed day.
    exceptions = models.JSONField(default=dict, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "team"], name="hours_per_team"),
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(team=None), name="hours_of_workspace"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.zone}"

    @property
    def calendar(self) -> Calendar:
        return Calendar(
            ZoneInfo(self.zone),
            tuple(slots_of(day) for day in self.week),
            {date.fromisoformat(day): slots_of(said) for day, said in self.exceptions.items()},
            self.country,
        )


def slots_of(said: list[list[int]]) -> Slots:
    return tuple((start, end) for start, end in said)
