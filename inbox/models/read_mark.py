from django.db import models

from accounts.models import Membership, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.models.conversation import Conversation


class ReadMark(WorkspaceOwned):
    """How far a person has read a conversation, in public numbers; who has no mark never read it."""

    conversation = OwnedForeignKey(Conversation, models.CASCADE, related_name="read_marks")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "conversation", "membership"], name="one_read_mark_each"
            )
        ]
        indexes = [models.Index(fields=["workspace", "membership"], name="read_mark_of")]

    def __str__(self) -> str:
        return f"{self.membership_id} read {self.conversation_id} up to {self.seq}"

    @staticmethod
    def put(conversation: Conversation, membership: Membership, *, seq: int) -> None:
        ReadMark.objects.bulk_create(
            [ReadMark(conversation=conversation, membership=membership, seq=seq)],
            update_conflicts=True,
            unique_fields=["workspace", "conversation", "membership"],
            update_fields=["seq"],
        )
