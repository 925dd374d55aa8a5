from __future__ import annotations

from datetime import datetime

from django.db import models

from accounts.models import Event, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from analytics.enums import FactKind
from inbox.models import Conversation


class FactQuerySet(models.QuerySet["Fact"]):
    def between(self, since: datetime, until: datetime) -> FactQuerySet:
        return self.filter(at__gte=since, at__lt=until)


FactManager = ScopedManager.from_queryset(FactQuerySet)


class Fact(WorkspaceOwned):
    """Something that counts, told from a conversation's events; it can always be told again."""

    event = OwnedForeignKey(Event, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=FactKind)
    at = models.DateTimeField()
    # The beginning of the UTC hour that it counts in.
    hour = models.DateTimeField()
    conversation = OwnedForeignKey(Conversation, models.CASCADE, related_name="+")
    # As it was then; whom they name may be gone.
    channel_id = models.BigIntegerField()
    team_id = models.BigIntegerField(null=True, blank=True)
    operator_id = models.BigIntegerField(null=True, blank=True)
    # Since when somebody waited: by the calendar, and in working hours alone.
    since = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    business_seconds = models.FloatField(null=True, blank=True)
    # Of a rating: what the contact said.
    value = models.CharField(max_length=9, blank=True)

    objects = FactManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "event", "kind"], name="fact_once_each_event"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "at"], name="fact_of_kind"),
            models.Index(fields=["workspace", "hour"], name="fact_in_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.event_id}"
