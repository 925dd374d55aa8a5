"""Try a rule on what happened lately: nothing is changed by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from accounts.models import Event, Membership
from inbox.enums import Status
from inbox.models import Conversation
from inbox.models.conversation_queries import ConversationQuerySet
from routing.conditions import Facts, Reason, Test
from routing.enums import Trigger
from routing.facts import TRIGGERS, facts_of, is_first_message

AT_ONCE = 200  # conversations
DAYS = (1, 7, 30, 90)


@dataclass
class Trial:
    """What came of a part of the conversations; ``before`` is where the next part begins."""

    of: int
    seen: int = 0
    before: int | None = None
    matched: list[tuple[Conversation, list[Reason]]] = field(default_factory=list)


def try_rule(
    test: Test, triggers: list[str], *, days: int, before: int | None, reader: Membership
) -> Trial:
    """Look at the conversations of the last days, the newest first, a part at a time."""
    lately = _lately(days, reader)
    page = lately if before is None else lately.filter(pk__lt=before)
    found = list(page.with_people().prefetch_related("tags").order_by("-pk")[: AT_ONCE + 1])
    talks = {one.pk: one for one in found[:AT_ONCE]}
    trial = Trial(of=lately.count() if before is None else 0, seen=len(talks))
    trial.before = min(talks) if len(found) > AT_ONCE else None
    happened = _happened(talks, triggers, days)
    why: dict[int, list[Reason]] = {}
    for (_event, talk), facts in zip(happened, facts_of(happened), strict=True):
        if talk.pk not in why and (reasons := _match(test, facts)) is not None:
            why[talk.pk] = reasons
    trial.matched = [(talks[pk], reasons) for pk, reasons in sorted(why.items(), reverse=True)]
    return trial


def _match(test: Test, facts: Facts) -> list[Reason] | None:
    return test(facts)


def _lately(days: int, reader: Membership) -> ConversationQuerySet:
    since = timezone.now() - timedelta(days=days)
    talks = Conversation.objects.filter(
        status__in=Status.values, last_activity_at__gte=since, is_spam=False, merged_into=None
    )
    return talks.visible_to(reader)


def _happened(
    talks: dict[int, Conversation], triggers: list[str], days: int
) -> list[tuple[Event, Conversation]]:
    kinds = [kind for kind, trigger in TRIGGERS.items() if trigger in triggers]
    since = timezone.now() - timedelta(days=days)
    told = Event.objects.filter(
        subject_kind="conversation", subject_id__in=talks, kind__in=kinds, at__gte=since
    )
    read_before = Trigger.OPENED in triggers
    return [
        (one, talks[one.subject_id])
        for one in told.order_by("pk")
        if not (read_before and is_first_message(one))
    ]
