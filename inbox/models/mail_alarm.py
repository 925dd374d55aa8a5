from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.enums import Direction
from inbox.models.channel import Channel


class MailAlarm(WorkspaceOwned):
    """A time in which a channel's mail was not fetched, or not sent; its admins were told once."""

    channel = OwnedForeignKey(Channel, models.CASCADE, related_name="alarms")
    direction = models.CharField(max_length=8, choices=Direction)
    words = models.TextField(blank=True)  # the server's, or '' if nobody asked it
    since = models.DateTimeField()
    raised_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "channel", "direction"],
                condition=Q(ended_at=None),
                name="one_mail_alarm_each",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.direction}"
