from django.db import models

from accounts.models import Membership, OwnedForeignKey, Team, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.models import Conversation
from routing.enums import Strategy

CAPACITY = 20


class WorkspaceRouting(WorkspaceOwned):
    """What a workspace says of its routing; whoever assigns for it holds this row."""

    default_team = OwnedForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    capacity = models.PositiveSmallIntegerField(default=CAPACITY)
    # Another one with every change of the rules: who has compiled this one's need not look again.
    rules_version = models.UUIDField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_routing_each")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @classmethod
    def current(cls) -> "WorkspaceRouting":
        return cls.objects.first() or cls()

    @classmethod
    def locked(cls) -> "WorkspaceRouting":
        """Hold the row, so that nobody else assigns meanwhile; take it before any conversation's."""
        cls.objects.get_or_create()
        return cls.objects.select_for_update().get()


class TeamRouting(WorkspaceOwned):
    """How a team's conversations find somebody; a team without a row has them given by hand."""

    team = OwnedForeignKey(Team, models.CASCADE, related_name="+")
    strategy = models.CharField(max_length=12, choices=Strategy, default=Strategy.BY_HAND)
    # Unanswered ones go back to the team when their person goes away.
    hands_back = models.BooleanField(default=False)
    # Nobody else takes over or answers what is somebody's.
    keeps_owner = models.BooleanField(default=False)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "team"], name="one_routing_per_team")
        ]

    def __str__(self) -> str:
        return f"#{self.team_id} {self.strategy}"


class Capacity(WorkspaceOwned):
    """How many open conversations a person is given at most, where it is not the workspace's number."""

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    most = models.PositiveSmallIntegerField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "membership"], name="one_capacity_each")
        ]

    def __str__(self) -> str:
        return f"#{self.membership_id}: {self.most}"


class Turn(WorkspaceOwned):
    """When a team gave somebody a conversation last."""

    team = OwnedForeignKey(Team, models.CASCADE, related_name="+")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "team", "membership"], name="one_turn")
        ]

    def __str__(self) -> str:
        return f"#{self.membership_id} of {self.team_id}"


class QueuedConversation(WorkspaceOwned):
    """A conversation that waits for its team to give it to somebody."""

    conversation = OwnedForeignKey(Conversation, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "conversation"], name="queued_once")
        ]

    def __str__(self) -> str:
        return f"#{self.conversation_id}"
