"""Write down what a room above promises about time: lists are sorted by it, and timelines tell when it is broken."""

from datetime import datetime

from django.db import transaction

from inbox import events
from inbox.enums import EventKind
from inbox.models import Conversation


@transaction.atomic
def set_due(
    conversation: Conversation, *, due_at: datetime | None, due_from: datetime | None
) -> Conversation:
    """Say when the next promise is due, and since when it counts; None if nothing is promised."""
    conversation = Conversation.locked(conversation.pk)
    conversation.due_at, conversation.due_from = due_at, due_from
    events.record(EventKind.PROMISE_SET, conversation, actor=None)
    return conversation


@transaction.atomic
def tell_promise(
    kind: EventKind, conversation: Conversation, *, promise: str, due_at: datetime
) -> Conversation:
    """Record that a promise is about to be broken, or is."""
    conversation = Conversation.locked(conversation.pk)
    events.record(kind, conversation, actor=None, promise=promise, due_at=due_at.isoformat())
    return conversation
