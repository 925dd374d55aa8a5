"""Put conversations aside as spam, and take back what is none."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from inbox import events
from inbox.actions.lifecycle import as_it_is
from inbox.actions.withdrawing import hold_scheduled_messages
from inbox.enums import EventKind, MessageKind, Status
from inbox.models import Conversation


@transaction.atomic
def mark_spam(
    conversation: Conversation, *, actor: Membership | None, blocked: str = ""
) -> Conversation:
    """
    Close the conversation and keep it, and whatever else its contact writes there, out of sight.

    :param blocked: the address that was blocked with it, which may be told of spam, too.
    """
    conversation = Conversation.locked(conversation.pk)
    if conversation.is_spam and not blocked:
        return conversation

    # First, so that what is taken back with an undo is the last that happened.
    hold_scheduled_messages(conversation)
    data: dict[str, Any] = {"before": as_it_is(conversation)}
    if blocked:
        data |= {"blocked": blocked, "was_spam": conversation.is_spam}
    if not conversation.is_closed:
        conversation.move_to(Status.CLOSED, at=timezone.now())
    conversation.is_spam, conversation.waiting_since = True, None
    events.record(EventKind.CONVERSATION_SPAM_MARKED, conversation, actor=actor, **data)
    return conversation


@transaction.atomic
def clear_spam(
    conversation: Conversation,
    *,
    actor: Membership | None,
    waiting_since: datetime | None = None,
    stays_closed: bool = False,
) -> Conversation:
    """
    Take the conversation back into work; its contact waits since they wrote last.

    :param waiting_since: since when they wait, if that is known better.
    :param stays_closed: for what was closed before somebody took it for spam.
    """
    conversation = Conversation.locked(conversation.pk)
    if not conversation.is_spam:
        return conversation

    conversation.is_spam = False
    if not stays_closed:
        conversation.move_to(Status.OPEN, at=timezone.now())
        conversation.waiting_since = waiting_since or _unanswered_since(conversation)
    events.record(EventKind.CONVERSATION_SPAM_CLEARED, conversation, actor=actor)
    return conversation


def _unanswered_since(conversation: Conversation) -> datetime | None:
    last = conversation.messages.public().last()
    return last.created_at if last and last.kind == MessageKind.INCOMING else None
