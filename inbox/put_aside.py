"""What of a workspace nobody tries again, until somebody looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet

from accounts import stumbling
from accounts.enums import LetterState
from accounts.models import Letter
from inbox.enums import DeliveryState, MessageState, Status
from inbox.models import Delivery, Message

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Heap:
    what: str
    count: int
    oldest: datetime


def put_aside(now: datetime) -> list[Heap]:
    """Say of each kind how much there is, and how old the oldest of it is."""
    mails = Delivery.objects.filter(state=DeliveryState.UNREADABLE)
    failed = Message.objects.filter(state__in=[MessageState.FAILED, MessageState.UNKNOWN])
    replies = failed.filter(send_at__gte=now - LATELY)
    letters = Letter.objects.filter(state=LetterState.FAILED, created_at__gte=now - LATELY)
    found = [
        _heap("deliveries", mails, "received_at"),
        _heap("messages", replies.exclude(conversation__status=Status.CLOSED), "send_at"),
        _heap("letters", letters, "created_at"),
        *given_up(),
    ]
    return [heap for heap in found if heap.count]


def given_up() -> list[Heap]:
    """Return the follow-ups among it, which no other page shows."""
    heap = _heap("follow-ups", stumbling.put_aside(), "gave_up_at")
    return [heap] if heap.count else []


def _heap(what: str, rows: QuerySet[Any], at: str) -> Heap:
    found = rows.aggregate(count=Count("pk"), oldest=Min(at))
    return Heap(what, found["count"], found["oldest"])
