from django.db import models

from accounts.models.base import OwnedForeignKey, WorkspaceOwned
from accounts.models.membership import Membership
from accounts.tenancy import ScopedManager


class Team(WorkspaceOwned):
    """A group of operators that owns a queue."""

    name = models.CharField(max_length=80)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="team_once")]

    def __str__(self) -> str:
        return self.name


class TeamMembership(WorkspaceOwned):
    """Who works in which team, and who leads it."""

    team = OwnedForeignKey(Team, models.CASCADE, related_name="team_memberships")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="team_memberships")
    is_lead = models.BooleanField(default=False)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "team", "membership"], name="once_in_each_team"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.membership_id} in {self.team_id}"
