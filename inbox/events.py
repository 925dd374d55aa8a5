"""Record what happened to a conversation; once committed, screens show it and follow-ups start."""

from collections.abc import Sequence

from accounts import events as log
from accounts.models import Event, Membership
from inbox import live
from inbox.enums import EventKind
from inbox.models import Conversation, Message

# Everything an action may have changed on the locked row is written at once, with its number.
RECORDED = [
    "subject",
    "status",
    "is_spam",
    "merged_into",
    "priority",
    "rating",
    "snoozed_until",
    "closed_at",
    "team",
    "assignee",
    "last_activity_at",
    "waiting_since",
    "first_response_at",
    "due_at",
    "due_from",
    "mail_due_at",
    "preview",
    "preview_kind",
    "preview_photos",
    "last_seq",
    "public_seq",
    "incoming_seq",
    "read_seq",
    "readers",
    "placement",
]


def record(
    kind: EventKind,
    conversation: Conversation,
    *,
    actor: Membership | None,
    messages: Sequence[Message] = (),
    **data: object,
) -> Event:
    """
    Add to the timeline and save the conversation, whose row the caller holds locked.

    :param messages: those that the event wrote or changed; screens draw them anew.
    """
    conversation.last_seq += 1
    live.place(conversation)
    conversation.save(update_fields=RECORDED)
    return _write(kind, conversation, actor=actor, messages=messages, **data)


def record_opening(conversation: Conversation) -> Event:
    """Write a new conversation together with its first event."""
    conversation.last_seq = 1
    conversation.save(force_insert=True)
    conversation.know_untagged()
    opened, team = EventKind.CONVERSATION_OPENED, conversation.team_id
    return _write(opened, conversation, actor=None, messages=(), team=team)


def _write(
    kind: EventKind,
    conversation: Conversation,
    *,
    actor: Membership | None,
    messages: Sequence[Message],
    **data: object,
) -> Event:
    if messages:
        data["messages"] = [message.pk for message in messages]
    event = log.record(kind, conversation, actor=actor, seq=conversation.last_seq, **data)
    live.show(conversation, event, messages)
    return event
