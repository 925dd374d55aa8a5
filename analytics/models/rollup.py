from django.db import models

from accounts.models import WorkspaceOwned
from accounts.tenancy import ScopedManager
from analytics.enums import Dimension


class Sum(WorkspaceOwned):
    """How often something happened in a time to one channel, team or operator, and how long it took."""

    dimension = models.CharField(max_length=8, choices=Dimension)
    # Whose: an id, or 0 for nobody's and for everything.
    key = models.BigIntegerField(default=0)
    # A kind of fact; ratings are told apart by what was said.
    measure = models.CharField(max_length=24)
    count = models.PositiveIntegerField()
    # Sketches: see sketches.py.
    seconds = models.JSONField(default=dict)
    business = models.JSONField(default=dict)

    objects = ScopedManager()

    class Meta:
        abstract = True


class Rollup(Sum):
    """The sum of one hour."""

    hour = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "dimension", "hour", "key", "measure"],
                name="rollup_once_each_hour",
            )
        ]
        indexes = [models.Index(fields=["workspace", "hour"], name="rollup_in_hour")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.dimension} {self.key} {self.measure}"


class DayRollup(Sum):
    """The sum of a day of UTC that is over: what long periods are read from, but for their ends."""

    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "dimension", "day", "key", "measure"],
                name="rollup_once_each_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.dimension} {self.key} {self.measure}"


class DirtyHour(WorkspaceOwned):
    """An hour whose facts have changed since it was rolled up."""

    hour = models.DateTimeField()
    marked_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "hour"], name="dirty_hour_once")
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}"
