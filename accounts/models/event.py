from django.db import models
from django.utils import timezone

from accounts.enums import EventKind
from accounts.models.base import OwnedForeignKey, WorkspaceOwned
from accounts.models.membership import Membership
from accounts.tenancy import ScopedManager


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> "EventQuerySet":
        return self.filter(subject_kind=subject_kind(subject), subject_id=subject.pk)

    def audited(self) -> "EventQuerySet":
        """Keep what was done to the workspace: no pauses, and conversations number theirs."""
        pauses = [EventKind.MEMBERSHIP_PAUSED, EventKind.MEMBERSHIP_RESUMED]
        return self.filter(seq=None).exclude(kind__in=pauses)


EventManager = ScopedManager.from_queryset(EventQuerySet)


class Event(WorkspaceOwned):
    """Something that happened: hub of consequences, audit log and, for conversations, timeline."""

    kind = models.CharField(max_length=64)
    actor = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    # Counted per subject where order matters; taken under the subject's row lock.
    seq = models.PositiveIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    # Where the actor's request came from; visitors' addresses are never kept.
    address = models.GenericIPAddressField(null=True, blank=True)

    objects = EventManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "subject_kind", "subject_id", "seq"], name="event_in_sequence"
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "-id"], condition=models.Q(seq=None), name="event_audited"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class FollowUp(WorkspaceOwned):
    """Work owed because of an event; it is done when the row is gone."""

    event = OwnedForeignKey(Event, models.CASCADE, related_name="follow_ups")
    task = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    # Begun, and ended with an error: what began and neither ended nor erred, died.
    attempts = models.PositiveSmallIntegerField(default=0)
    # Whoever began may be at it until then; another bell meanwhile begins nothing.
    leased_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        indexes = [
            # The sweeper's, which asks across workspaces through a door.
            models.Index(
                fields=["due_at"],
                condition=models.Q(gave_up_at=None),
                name="follow_up_due",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.task}"


def subject_kind(subject: models.Model | type[models.Model]) -> str:
    return str(subject._meta.model_name)  # noqa: SLF001 (public in all but name)
