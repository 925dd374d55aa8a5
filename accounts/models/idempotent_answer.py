from datetime import timedelta

from django.db import models
from django.utils import timezone

from accounts.models.api_token import ApiToken
from accounts.models.base import OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager

KEPT_FOR = timedelta(hours=24)


class IdempotentAnswer(WorkspaceOwned):
    """What a repeated call of the API is answered with, instead of doing its work again."""

    token = OwnedForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    # Of the call's method, address and body.
    fingerprint = models.CharField(max_length=64)
    # Written with the row's effects; others that ask meanwhile wait for the transaction.
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "token", "key"], name="answered_once")
        ]
        indexes = [
            # The sweeper's, which asks across workspaces through a door.
            models.Index(fields=["created_at"], name="answer_to_forget")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
