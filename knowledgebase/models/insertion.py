from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from knowledgebase.models.article import Article
from knowledgebase.models.saved_reply import SavedReply


class Insertion(WorkspaceOwned):
    """Somebody put a saved reply, or an article, into what they were writing."""

    reply = OwnedForeignKey(
        SavedReply, models.CASCADE, null=True, blank=True, related_name="insertions"
    )
    article = OwnedForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="insertions"
    )
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="insertion_of_one_thing",
                condition=Q(reply=None, article__isnull=False)
                | Q(reply__isnull=False, article=None),
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "reply", "at"], name="insertion_of_reply"),
            models.Index(fields=["workspace", "article", "at"], name="insertion_of_article"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.reply_id or self.article_id}"
