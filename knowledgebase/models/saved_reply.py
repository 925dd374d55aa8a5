from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Count, IntegerField, Q, Value, When

from accounts.models import Membership, OwnedForeignKey, Team, WorkspaceOwned
from accounts.permissions import Permission, may
from accounts.tenancy import ScopedManager


class SavedReplyQuerySet(models.QuerySet["SavedReply"]):
    def visible_to(self, membership: Membership) -> "SavedReplyQuerySet":
        """Return one's own, everybody's and those of one's teams; of all teams who may write them."""
        shared = Q(owner=None)
        if not may(membership, Permission.MANAGE_SAVED_REPLIES):
            mine = membership.team_memberships.values("team")
            shared &= Q(team=None) | Q(team__in=mine)
        return self.filter(Q(owner=membership) | shared)

    def writable_by(self, membership: Membership) -> "SavedReplyQuerySet":
        if may(membership, Permission.MANAGE_SAVED_REPLIES):
            return self.filter(Q(owner=membership) | Q(owner=None))
        return self.filter(owner=membership)

    def found_by(self, query: str) -> Any:
        """Keep those that say every word somewhere; ``near`` is least where the short word fits."""
        found, query = self, query.replace("\x00", "")
        for word in query.split()[:8]:
            text = word.removeprefix("/")
            says = Q(name__icontains=text) | Q(text__icontains=text)
            found = found.filter(says | Q(shortcut__istartswith=text))
        typed = query.strip().removeprefix("/").lower()
        near = Case(
            When(shortcut=typed, then=Value(0)),
            When(shortcut__startswith=typed, then=Value(1)),
            When(name__icontains=query.strip(), then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        )
        return found.annotate(near=near)

    def counted(self, since: datetime) -> Any:
        """Count in ``uses`` how often each was used since a moment."""
        recent = Q(insertions__at__gte=since)
        return self.annotate(uses=Count("insertions", filter=recent))

    def for_list(self) -> "SavedReplyQuerySet":
        return self.select_related("team").order_by("name", "pk")


SavedReplyManager = ScopedManager.from_queryset(SavedReplyQuerySet)


class SavedReply(WorkspaceOwned):
    """A ready text: of one person, of a team, or of everybody."""

    name = models.CharField(max_length=80)
    # Behind the slash: lower case, without it.
    shortcut = models.CharField(max_length=32)
    text = models.TextField(max_length=10_000)
    owner = OwnedForeignKey(Membership, models.CASCADE, null=True, blank=True, related_name="+")
    team = OwnedForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_by = OwnedForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    objects = SavedReplyManager()

    class Meta:
        constraints = [
            # The same short word means one thing to everybody, and may be one's own beside it.
            models.UniqueConstraint(
                fields=["workspace", "owner", "shortcut"],
                name="saved_reply_shortcut_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="own_reply_has_no_team", condition=Q(owner=None) | Q(team=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_own(self) -> bool:
        return self.owner_id is not None
