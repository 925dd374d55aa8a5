from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Membership, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from analytics.scores import score_of
from inbox.models import Conversation, Message

MOST_EACH = 10


class QualitySample(WorkspaceOwned):
    """Closed conversations drawn by chance for review, once; days are those of the zone they were asked in."""

    first = models.DateField()
    last = models.DateField()
    # As many of each operator as there are, up to this.
    each = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_EACH)]
    )
    # With it the same conversations draw the same sample.
    seed = models.BigIntegerField()
    # Closed in these days, of which these are the ones drawn.
    of = models.PositiveIntegerField()
    drawn_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    drawn_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="sample_newest")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.first} {self.last}"


class SampledConversationQuerySet(models.QuerySet["SampledConversation"]):
    def reviewable_by(self, membership: Membership) -> SampledConversationQuerySet:
        """Return what a person may review: what they may open, and have no part in."""
        own = Message.objects.filter(conversation=models.OuterRef("conversation"))
        seen = Conversation.objects.visible_to(membership).exclude(assignee=membership)
        return (
            self.filter(conversation__in=seen.values("pk"))
            .exclude(operator=membership)
            .exclude(models.Exists(own.filter(author=membership)))
        )


SampledConversationManager = ScopedManager.from_queryset(SampledConversationQuerySet)


class SampledConversation(WorkspaceOwned):
    """A conversation of a sample, and whose work in it is reviewed."""

    sample = OwnedForeignKey(QualitySample, models.CASCADE, related_name="items")
    conversation = OwnedForeignKey(Conversation, models.CASCADE, related_name="+")
    operator = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()

    objects = SampledConversationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "sample", "conversation"], name="sampled_once"
            ),
            models.UniqueConstraint(fields=["workspace", "sample", "place"], name="sampled_place"),
        ]

    def __str__(self) -> str:
        return f"#{self.conversation_id} in #{self.sample_id}"


class QualityReviewQuerySet(models.QuerySet["QualityReview"]):
    def given(self) -> QualityReviewQuerySet:
        return self.filter(given_at__isnull=False)


QualityReviewManager = ScopedManager.from_queryset(QualityReviewQuerySet)


class QualityReview(WorkspaceOwned):
    """What one reviewer says to one sampled conversation: a draft until it is given."""

    item = OwnedForeignKey(SampledConversation, models.CASCADE, related_name="reviews")
    reviewer = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    # {criterion: mark}, and {criterion: why}.
    marks = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    # Out of 100; of a given one only, and none where nothing was asked.
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)

    objects = QualityReviewManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "item", "reviewer"], name="one_review_each"
            ),
            models.CheckConstraint(
                name="only_given_reviews_have_a_score",
                condition=Q(given_at__isnull=False) | Q(score=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "given_at"],
                condition=Q(given_at__isnull=False),
                name="review_given",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of #{self.item_id}"

    @property
    def is_given(self) -> bool:
        return self.given_at is not None

    @property
    def score_so_far(self) -> int | None:
        return score_of(self.marks)
