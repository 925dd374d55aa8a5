from django.db import models

from accounts.models import Membership, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager


class BlockedSender(WorkspaceOwned):
    """A mail address, or a domain with all below it, whose mails are spam whatever they say."""

    value = models.CharField(max_length=254)
    blocked_by = OwnedForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "value"], name="sender_blocked_once")
        ]

    def __str__(self) -> str:
        return self.value
