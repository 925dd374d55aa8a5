from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from accounts.models import Membership, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.enums import DraftKind


class DraftQuerySet(models.QuerySet["Draft"]):
    def shared(self) -> DraftQuerySet:
        """Return what colleagues may read, with who writes it."""
        shared = self.filter(membership__shares_drafts=True, membership__is_active=True)
        return shared.select_related("membership__user").order_by("-updated_at", "-pk")


DraftManager = ScopedManager.from_queryset(DraftQuerySet)


class Draft(WorkspaceOwned):
    """What a person has written into a conversation and not sent."""

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="drafts")
    conversation = OwnedForeignKey("Conversation", models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=5, choices=DraftKind)
    text = models.TextField()
    html = models.TextField(blank=True)  # the same words with their formats, where they have any
    # To, cc and bcc as they were typed; empty where the conversation's own are meant.
    recipients = models.JSONField(default=dict, blank=True)
    # The message it will become, so that sending it from two places sends it once.
    client_id = models.UUIDField(default=uuid.uuid4)
    # The conversation's number when the writing began.
    seen_seq = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = DraftManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "conversation", "membership", "kind"], name="one_draft_each"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
