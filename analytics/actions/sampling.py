"""Draw conversations for review by chance."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from typing import ClassVar

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import Permission, demand
from analytics.models import MOST_EACH, QualityReview, QualitySample, SampledConversation
from analytics.periods import Period
from analytics.sampling import Work, drawn
from inbox.enums import MessageKind, MessageState, Status
from inbox.models import Conversation, Message
from inbox.models.conversation_queries import ConversationQuerySet

SEEDS = 2**31


class NothingToReview(DomainError):
    code: ClassVar[str] = "nothing_to_review"
    status: ClassVar[int] = 422


@transaction.atomic
def draw_sample(
    period: Period, *, each: int, actor: Membership, seed: int | None = None
) -> QualitySample:
    """
    Draw closed conversations of a period: of every operator as many, none of the reviewer's own.

    :param seed: what decides; without one, chance does.
    :raises NothingToReview: where nobody answered what was closed then.
    """
    demand(actor, Permission.SEE_STATISTICS)
    each = min(max(each, 1), MOST_EACH)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    work = _work_of(period, actor)
    if not work:
        raise NothingToReview(
            _("Nobody but you answered a conversation that was closed in these days. Choose more.")
        )
    sample = QualitySample.objects.create(
        first=period.first,
        last=period.last,
        each=each,
        seed=seed,
        of=sum(len(found) for found in work.values()),
        drawn_by=actor,
        drawn_at=timezone.now(),
    )
    SampledConversation.objects.bulk_create(
        SampledConversation(
            sample=sample, operator_id=operator, conversation_id=conversation, place=place
        )
        for place, (operator, conversation) in enumerate(drawn(work, each=each, seed=seed), 1)
    )
    return sample


def _work_of(period: Period, reviewer: Membership) -> Work:
    """Return the conversations closed then, by whoever answered most in each."""
    closed = Conversation.objects.visible_to(reviewer).filter(
        status=Status.CLOSED,
        is_spam=False,
        merged_into=None,
        closed_at__gte=period.since,
        closed_at__lt=period.until,
    )
    own = Message.objects.filter(conversation__in=closed, author=reviewer)
    reviewed = QualityReview.objects.given().values("item__conversation")
    found = (
        closed.exclude(assignee=reviewer)
        .exclude(pk__in=own.values("conversation"))
        .exclude(pk__in=reviewed)
    )
    work: defaultdict[int, list[int]] = defaultdict(list)
    for conversation, operator in _answerers(found).items():
        work[operator].append(conversation)
    return work


def _answerers(conversations: ConversationQuerySet) -> Mapping[int, int]:
    """Return who wrote most replies in each; of equals, who wrote last."""
    replies = (
        Message.objects.filter(
            conversation__in=conversations.values("pk"),
            kind=MessageKind.OUTGOING,
            author__isnull=False,
        )
        .exclude(state=MessageState.WITHDRAWN)
        .values_list("conversation", "author")
        .annotate(count=Count("pk"), latest=Max("seq"))
        .order_by("count", "latest")
    )
    return {conversation: author for conversation, author, _count, _latest in replies}
