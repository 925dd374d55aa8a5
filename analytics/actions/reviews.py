"""Review conversations: keep what is marked as one goes, give it, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import DomainError
from accounts.models import Event, Membership
from accounts.permissions import Permission, demand
from analytics.enums import Criterion, EventKind, Mark
from analytics.models import QualityReview, SampledConversation
from analytics.scores import is_whole, score_of

Told = dict[str, Any]
LONGEST_REASON, LONGEST_NOTE = 500, 4000


class AlreadyGiven(DomainError):
    code: ClassVar[str] = "already_given"


class NotGiven(DomainError):
    code: ClassVar[str] = "not_given"


class Unfinished(DomainError):
    code: ClassVar[str] = "unfinished"
    status: ClassVar[int] = 422


class OwnWork(DomainError):
    code: ClassVar[str] = "own_work"
    status: ClassVar[int] = 403


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer says; whatever is no criterion and no mark is left out."""

    marks: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @classmethod
    def parse(cls, said: Mapping[str, str]) -> Verdict:
        marks = {one.value: said.get(one, "") for one in Criterion}
        why = {one.value: _clean(said.get(f"why-{one}", ""), LONGEST_REASON) for one in Criterion}
        return cls(
            {one: mark for one, mark in marks.items() if mark in Mark.values},
            {one: words for one, words in why.items() if words},
            _clean(said.get("note", ""), LONGEST_NOTE),
        )


@transaction.atomic
def save_review(item: SampledConversation, verdict: Verdict, *, actor: Membership) -> QualityReview:
    """
    Keep what is marked so far, of which nobody else hears.

    :raises AlreadyGiven: once it was given, since when it changes only by being revised.
    """
    review = _locked(item, actor)
    if review.is_given:
        raise AlreadyGiven(_("You have given this review. Revise it to change it."))
    _write(review, verdict)
    return review


@transaction.atomic
def give_review(item: SampledConversation, verdict: Verdict, *, actor: Membership) -> QualityReview:
    """
    Give a review, or revise the one that was given; what it said before stays in its history.

    :raises Unfinished: while a criterion has no mark.
    """
    review = _locked(item, actor)
    if not is_whole(verdict.marks):
        missing = [str(one.label) for one in Criterion if one not in verdict.marks]
        raise Unfinished(_("Not marked yet: %(names)s.") % {"names": ", ".join(missing)})
    was = _told(review) if review.is_given else None
    _write(review, verdict)
    review.given_at = review.given_at or timezone.now()
    review.score = score_of(review.marks)
    review.save(update_fields=["given_at", "score"])
    if was != _told(review):
        kind = EventKind.REVIEW_REVISED if was else EventKind.REVIEW_GIVEN
        _record(kind, review, actor, was=was, says=_told(review))
    return review


@transaction.atomic
def withdraw_review(item: SampledConversation, *, actor: Membership) -> QualityReview:
    """
    Take a given review back: it counts nowhere and is a draft again.

    :raises NotGiven: if there is nothing to take back.
    """
    review = _locked(item, actor)
    if not review.is_given:
        raise NotGiven(_("This review is not given yet, so that there is nothing to take back."))
    was = _told(review)
    review.given_at = review.score = None
    review.save(update_fields=["given_at", "score"])
    _record(EventKind.REVIEW_WITHDRAWN, review, actor, was=was)
    return review


def history_of(review: QualityReview) -> list[Event]:
    """Return how a review was given, revised and taken back, the newest first."""
    told = Event.objects.about(review).select_related("actor__user")
    return list(told.order_by("-pk"))


def _locked(item: SampledConversation, actor: Membership) -> QualityReview:
    demand(actor, Permission.SEE_STATISTICS)
    if not SampledConversation.objects.reviewable_by(actor).filter(pk=item.pk).exists():
        raise OwnWork(_("You took part in this conversation. Somebody else reviews it."))
    QualityReview.objects.get_or_create(item=item, reviewer=actor)
    return QualityReview.objects.select_for_update().get(item=item, reviewer=actor)


def _write(review: QualityReview, verdict: Verdict) -> None:
    review.marks, review.reasons = dict(verdict.marks), dict(verdict.reasons)
    review.note = verdict.note
    review.save(update_fields=["marks", "reasons", "note"])


def _told(review: QualityReview) -> Told:
    return {name: getattr(review, name) for name in ("marks", "reasons", "note", "score")}


def _record(
    kind: EventKind,
    review: QualityReview,
    actor: Membership,
    *,
    was: Told | None = None,
    says: Told | None = None,
) -> None:
    """Write its history. The audit log shows that there was a review, and not how: others may review yet."""
    number = review.item.conversation.number
    events.record(kind, review, actor=actor, name=f"#{number}", was=was, says=says)


def _clean(said: str, longest: int) -> str:
    return said.replace("\x00", "").strip()[:longest]
