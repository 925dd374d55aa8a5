from django.db import models

from accounts.enums import AfterClosing, Role, Taking
from accounts.models.base import WorkspaceOwned
from accounts.models.user import User
from accounts.tenancy import ScopedManager


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(is_active=True, user__is_active=True)

    def for_list(self) -> "MembershipQuerySet":
        return self.active().select_related("user").order_by("user__name", "pk")


MembershipManager = ScopedManager.from_queryset(MembershipQuerySet)


class Membership(WorkspaceOwned):
    """A person's place in a workspace."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role, default=Role.OPERATOR)
    is_active = models.BooleanField(default=True)
    # Sees the conversations of its teams and its own, instead of all.
    limited_to_teams = models.BooleanField(default=False)
    # Under the mails they send from here; plain text.
    signature = models.TextField(max_length=2000, blank=True)
    # Signed in or not, they take no new work since then.
    away_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # How this person likes to write.
    shares_drafts = models.BooleanField(default=True)
    undo_seconds = models.PositiveSmallIntegerField(default=5)
    after_closing = models.CharField(max_length=4, choices=AfterClosing, default=AfterClosing.NEXT)
    goes_on_after_sending = models.BooleanField(default=False)
    takes_on_reply = models.CharField(max_length=6, choices=Taking, default=Taking.ASK)

    objects = MembershipManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_each"),
            models.CheckConstraint(
                name="only_operators_are_limited",
                condition=models.Q(role=Role.OPERATOR) | models.Q(limited_to_teams=False),
            ),
            models.CheckConstraint(
                name="undo_within_half_a_minute", condition=models.Q(undo_seconds__lte=30)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.user_id}@{self.workspace_id}"

    @property
    def is_admin(self) -> bool:
        return self.role in {Role.ADMIN, Role.SUPER_ADMIN}

    @property
    def is_away(self) -> bool:
        return self.away_since is not None

    @property
    def sees_everything(self) -> bool:
        return not self.limited_to_teams
