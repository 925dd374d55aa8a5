from django.db import models

from accounts.models import OwnedForeignKey, WorkspaceOwned
from accounts.prepared import Prepared
from accounts.tenancy import ScopedManager


class Tag(WorkspaceOwned):
    """A word that groups conversations."""

    name = models.CharField(max_length=60)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def canonical(name: str) -> str:
        """Return the one way in which a tag is written."""
        return " ".join(name.replace("\x00", "").split()).lower()


class ConversationTag(WorkspaceOwned):
    """One tag on one conversation."""

    conversation = OwnedForeignKey("Conversation", models.CASCADE, related_name="taggings")
    tag = OwnedForeignKey(Tag, models.CASCADE, related_name="taggings")
    # Of an open conversation, so that counting needs no other table: told by triggers alone.
    is_open = models.BooleanField(default=False, db_default=False, editable=False)
    open_in_team = models.BigIntegerField(null=True, editable=False)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "conversation", "tag"], name="tagged_once")
        ]
        indexes = [
            models.Index(
                fields=["workspace", "tag", "open_in_team"],
                condition=models.Q(is_open=True),
                name="tagged_and_open",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


TAGGINGS = Prepared(
    lambda pk: ConversationTag.objects.filter(conversation=pk).select_related("tag"), "pk"
)


def tags_of(conversation_id: int) -> list[Tag]:
    return [tagging.tag for tagging in TAGGINGS(pk=conversation_id)]
