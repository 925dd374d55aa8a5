from datetime import datetime

from django.db import models
from django.db.models import Q

from accounts.models import OwnedForeignKey, Team, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.enums import Priority
from inbox.models import Conversation
from routing.enums import Promise


class SlaPolicy(WorkspaceOwned):
    """What is promised to the customers of a team, or of all, at one priority, or at any."""

    name = models.CharField(max_length=80)
    team = OwnedForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    priority = models.PositiveSmallIntegerField(choices=Priority, null=True, blank=True)
    # Minutes of working time; nothing is promised where there is none.
    first_response = models.PositiveIntegerField(null=True, blank=True)
    next_response = models.PositiveIntegerField(null=True, blank=True)
    resolution = models.PositiveIntegerField(null=True, blank=True)
    # What happened before was promised nothing.
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="policy_once"),
            models.UniqueConstraint(
                fields=["workspace", "team", "priority"],
                name="one_policy_for_each",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def minutes(self, promise: Promise) -> int | None:
        found: int | None = getattr(self, promise.value)
        return found

    @property
    def precision(self) -> tuple[bool, bool]:
        """Tell how exactly it says whom it is for: the most exact one counts."""
        return self.team_id is not None, self.priority is not None


class SlaClock(WorkspaceOwned):
    """One promise in one conversation; it runs until what was promised is done, or needs doing no more."""

    conversation = OwnedForeignKey(Conversation, models.CASCADE, related_name="sla_clocks")
    policy = OwnedForeignKey(SlaPolicy, models.SET_NULL, null=True, blank=True, related_name="+")
    promise = models.CharField(max_length=14, choices=Promise)
    minutes = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # When it is next to be told that time runs out, or has run out.
    tell_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Whether it ended because the promise was kept, and in time; not, if it was dropped.
    kept = models.BooleanField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "conversation", "promise"],
                condition=Q(ended_at=None),
                name="one_clock_for_each",
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "conversation", "-id"], name="clocks_of_conversation"
            ),
            # The sweeper's, which asks across workspaces through a door.
            models.Index(
                fields=["tell_at"], condition=Q(tell_at__isnull=False), name="clock_to_tell"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.promise}"

    def end(self, at: datetime, *, is_done: bool) -> None:
        self.ended_at, self.tell_at = at, None
        self.kept = at <= self.due_at if is_done else None
        self.save(update_fields=["ended_at", "tell_at", "kept"])
