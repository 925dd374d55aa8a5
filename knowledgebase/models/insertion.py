from django.db import models
from django.utils import timezone

from accounts.models import Membership, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from knowledgebase.models.saved_reply import SavedReply


class Insertion(WorkspaceOwned):
    """Somebody put a saved reply into what they were writing."""

    reply = OwnedForeignKey(SavedReply, models.CASCADE, related_name="insertions")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "reply", "at"], name="insertion_of_reply")]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.reply_id}"
