from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.enums import DeliveryState
from inbox.models.channel import Channel
from inbox.models.message import Message


class Delivery(WorkspaceOwned):
    """What a platform brought, as it came: kept before it is understood, never dropped."""

    channel = OwnedForeignKey(Channel, models.CASCADE, related_name="deliveries")
    external_id = models.CharField(max_length=255)
    raw = models.BinaryField()
    # Of a mail, which may be large: its file, and ``raw`` is empty.
    raw_key = models.CharField(max_length=64, blank=True)
    raw_size = models.PositiveBigIntegerField(default=0)
    # Brought in from an archive: nobody is told of it and nothing follows from it.
    is_archived = models.BooleanField(default=False)
    # From whom and to whom a mail server brought it, where that is known: {"from": …, "to": …}.
    envelope = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    error = models.TextField(blank=True)
    # Of what cannot be read, as far as it can be told.
    sender = models.CharField(max_length=255, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(default=timezone.now)
    kept_at = models.DateTimeField(default=timezone.now, null=True)  # when it was here
    due_at = models.DateTimeField(default=timezone.now)
    message = OwnedForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "channel", "external_id"], name="delivered_once"
            )
        ]
        indexes = [
            # The sweeper's, which asks across workspaces through a door.
            models.Index(
                fields=["due_at"], condition=Q(state="waiting"), name="delivery_to_ingest"
            ),
            models.Index(fields=["workspace", "channel", "-kept_at"], name="delivery_kept"),
            models.Index(
                fields=["workspace", "channel", "-id"],
                condition=Q(state="unreadable"),
                name="delivery_unreadable",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.external_id}"
