import hashlib
from datetime import datetime

from django.db import models

from accounts.enums import Role
from accounts.models.base import OwnedForeignKey, WorkspaceOwned
from accounts.models.membership import Membership
from accounts.models.team import Team
from accounts.tenancy import ScopedManager


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def for_list(self) -> "InvitationQuerySet":
        people = self.select_related("invited_by__user").order_by("email", "pk")
        return people.prefetch_related("invited_teams__team")

    def alive(self, now: datetime) -> "InvitationQuerySet":
        return self.filter(expires_at__gt=now)


InvitationManager = ScopedManager.from_queryset(InvitationQuerySet)


class Invitation(WorkspaceOwned):
    """A place that waits for a person. The row goes when they take it, or when it is withdrawn."""

    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role, default=Role.OPERATOR)
    limited_to_teams = models.BooleanField(default=False)
    invited_by = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    # Of the token in the newest mail; none while no mail has gone, so that nothing matches it.
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InvitationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "email"], name="one_invitation_each"),
            models.CheckConstraint(
                name="only_invited_operators_are_limited",
                condition=models.Q(role=Role.OPERATOR) | models.Q(limited_to_teams=False),
            ),
            models.CheckConstraint(
                name="token_is_hashed",
                condition=models.Q(token_hash=None) | models.Q(token_hash__regex=r"^[0-9a-f]{64}$"),  # noqa: S106
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.email}"

    @property
    def team_names(self) -> list[str]:
        """Name the teams, which ``for_list`` has fetched."""
        return sorted(invited.team.name for invited in self.invited_teams.all())


class InvitationTeam(WorkspaceOwned):
    """A team that an invited person will work in."""

    invitation = OwnedForeignKey(Invitation, models.CASCADE, related_name="invited_teams")
    team = OwnedForeignKey(Team, models.CASCADE, related_name="+")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "invitation", "team"], name="invited_once_in_each_team"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.invitation_id} in {self.team_id}"


def hash_of(token: str) -> str:
    """Hash a token of 256 random bits; whatever else somebody sends hashes to nobody's."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
