from __future__ import annotations

from datetime import datetime

from django.db import models

from accounts.models import OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.models.channel import Channel
from inbox.models.fields import EncryptedJSONField


class MailGrant(WorkspaceOwned):
    """
    What a mail service gave a channel when somebody signed in to it: the way to its mailbox.

    ``tokens`` holds ``access``, which opens the mailbox until ``expires_at``, and ``refresh``,
    which brings another. Which service it is stands in the channel's ``config["oauth"]``.
    """

    channel = OwnedForeignKey(Channel, models.CASCADE, related_name="grants")
    tokens = EncryptedJSONField(default=dict)
    expires_at = models.DateTimeField()
    renew_at = models.DateTimeField()  # early, so that nobody ever waits for it
    # Who asks the service now, and until when nobody else does.
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    error = models.TextField(blank=True)  # the service's words, '' when all is well
    # When the service said that it does not know us any more: only a person can help.
    ended_at = models.DateTimeField(null=True, blank=True)
    granted_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "channel"], name="one_mail_grant_each")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None

    def is_held(self, now: datetime) -> bool:
        return self.leased_until is not None and self.leased_until > now
