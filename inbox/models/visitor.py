from django.db import models

from accounts.models import OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.models.channel import Channel


class VisitorSession(WorkspaceOwned):
    """A visitor's token that stands, for a while, for a customer signed in on the site."""

    channel = OwnedForeignKey(Channel, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64)
    handle_value = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    expires_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "channel", "token_hash"], name="visitor_session_once"
            )
        ]
        indexes = [models.Index(fields=["workspace", "expires_at"], name="visitor_session_expiry")]

    def __str__(self) -> str:
        return f"#{self.pk}"
