"""What a reviewer has before them: a sample, how far they are with it, and one conversation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _

from accounts.models import Event, Membership
from analytics.enums import FactKind
from analytics.models import Fact, QualityReview, QualitySample, SampledConversation
from analytics.scores import average
from inbox.enums import EventKind, MessageKind, MessageState
from inbox.models import Conversation, Message
from inbox.models.message import with_files

SAMPLES = 24  # that can be chosen from
LONGEST = 300  # messages of one conversation that are shown
SAID = (MessageKind.INCOMING, MessageKind.OUTGOING, MessageKind.NOTE)
LETTER = r"[^\W\d_]"


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation of a sample as its reviewer sees it."""

    item: SampledConversation
    review: QualityReview | None

    @property
    def is_given(self) -> bool:
        return self.review is not None and self.review.is_given

    @property
    def is_begun(self) -> bool:
        return self.review is not None and bool(self.review.marks)

    @property
    def score(self) -> int | None:
        return self.review.score if self.review else None


@dataclass(frozen=True, slots=True)
class Bench:
    sample: QualitySample
    lines: list[Line]

    @classmethod
    def of(cls, sample: QualitySample, reviewer: Membership) -> Bench:
        own = Prefetch(
            "reviews", QualityReview.objects.filter(reviewer=reviewer), to_attr="own_reviews"
        )
        said = Count("conversation__messages", filter=Q(conversation__messages__kind__in=SAID[:2]))
        items = (
            sample.items.reviewable_by(reviewer)
            .select_related("conversation__contact", "conversation__channel")
            .prefetch_related(own)
            .annotate(said=said)
            .order_by("place")
        )
        return cls(sample, [Line(one, next(iter(_own_of(one)), None)) for one in items])

    @property
    def done(self) -> int:
        return sum(line.is_given for line in self.lines)

    @property
    def average(self) -> float | None:
        return average(line.score for line in self.lines)

    @property
    def next_line(self) -> Line | None:
        """Return the first that is not given yet."""
        return next((line for line in self.lines if not line.is_given), None)

    def after(self, item: SampledConversation) -> Line | None:
        """Return the next that is not given yet, from the beginning once the end is reached."""
        later = [line for line in self.lines if line.item.place > item.place]
        left = [line for line in (*later, *self.lines) if not line.is_given]
        return next((line for line in left if line.item.pk != item.pk), None)

    def beside(self, item: SampledConversation) -> tuple[Line | None, Line | None]:
        places = [line.item.pk for line in self.lines]
        at = places.index(item.pk)
        earlier = self.lines[at - 1] if at else None
        return earlier, self.lines[at + 1] if at + 1 < len(self.lines) else None


def _own_of(item: SampledConversation) -> list[QualityReview]:
    return item.own_reviews  # type: ignore[attr-defined,no-any-return]


def samples() -> list[QualitySample]:
    return list(QualitySample.objects.order_by("-pk")[:SAMPLES])


@dataclass(frozen=True, slots=True)
class Said:
    """A message, or what happened, without anybody's name where names are hidden."""

    at: datetime
    who: str  # "contact", "operator", "colleague" or "event"
    text: str
    message: Message | None = None
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as it is reviewed."""

    conversation: Conversation
    said: list[Said]
    has_more: bool
    first_response: float | None
    resolution: float | None

    @classmethod
    def of(cls, item: SampledConversation, *, is_blind: bool) -> Talk:
        conversation = item.conversation
        found = with_files(
            conversation.messages.filter(kind__in=SAID)
            .exclude(state=MessageState.WITHDRAWN)
            .for_timeline()[: LONGEST + 1]
        )
        names = _names() if is_blind else []
        times = dict(
            Fact.objects.filter(
                conversation=conversation,
                kind__in=(FactKind.FIRST_RESPONSE, FactKind.RESOLUTION),
            )
            .order_by("at")
            .values_list("kind", "seconds")
        )
        said = [_told(one, item.operator_id, names) for one in found[:LONGEST]]
        return cls(
            conversation,
            sorted([*said, *_closings(conversation)], key=lambda one: one.at),
            len(found) > LONGEST,
            times.get(FactKind.FIRST_RESPONSE),
            times.get(FactKind.RESOLUTION),
        )


def _told(message: Message, operator: int, names: list[str]) -> Said:
    who = "operator" if message.author_id == operator else "colleague"
    return Said(
        message.created_at,
        "contact" if message.is_incoming else who,
        nameless(message.text, names),
        message,
        message.is_note,
    )


def _closings(conversation: Conversation) -> Iterable[Said]:
    words: Mapping[str, str] = {
        EventKind.CONVERSATION_CLOSED: _("Closed"),
        EventKind.CONVERSATION_REOPENED: _("Reopened"),
    }
    told = Event.objects.about(conversation).filter(kind__in=words)
    return [Said(one.at, "event", words[one.kind]) for one in told.order_by("seq")]


def _names() -> list[str]:
    """Return what those who work here, or did, are called, the longest first."""
    people = Membership.objects.select_related("user")
    names = {name for one in people for name in (one.user.display_name, one.user.first_name)}
    return sorted(filter(None, names), key=len, reverse=True)


def nameless(text: str, names: Iterable[str]) -> str:
    """Put an ellipsis where a colleague's name stands, as a word of its own."""
    found = "|".join(map(re.escape, names))
    if not found:
        return text
    return re.sub(rf"(?<!{LETTER})(?:{found})(?!{LETTER})", "…", text, flags=re.IGNORECASE)
