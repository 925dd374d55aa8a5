"""Record what happened to a conversation; once committed, screens show it and follow-ups start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that is about to be written, and the event that brings it."""

    kind: EventKind
    conversation: Conversation
    message: Message
    data: Mapping[str, object] = field(default_factory=dict)


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
    conversation.know_tags(())
    opened, team = EventKind.CONVERSATION_OPENED, conversation.team_id
    return _write(opened, conversation, actor=None, messages=(), team=team)


def record_entries(entries: Sequence[Entry]) -> None:
    """
    Write messages, each in a conversation of its own, in as few statements as can be.

    A conversation is a new one, whose opening is its first event, or its row is held.
    """
    if not entries:
        return
    new = [one.conversation for one in entries if one.conversation.pk is None]
    for entry in entries:
        conversation = entry.conversation
        conversation.last_seq = entry.message.seq
        if conversation.pk is None:
            live.place_new(conversation)
        else:
            live.place(conversation)
            conversation.save(update_fields=RECORDED)
    Conversation.objects.bulk_create(new)
    Message.objects.bulk_create([entry.message for entry in entries])
    openings = [_opening_of(conversation) for conversation in new]
    brought = [_event_of(entry) for entry in entries]
    log.record_all([*openings, *brought])
    for conversation, event in zip(new, openings, strict=True):
        conversation.know_tags(())
        live.begin(conversation)
        live.show(conversation, event, ())
    for entry, event in zip(entries, brought, strict=True):
        live.show(entry.conversation, event, [entry.message])


def _opening_of(conversation: Conversation) -> Event:
    opened, team = EventKind.CONVERSATION_OPENED, conversation.team_id
    return log.draft(opened, conversation, actor=None, seq=1, team=team)


def _event_of(entry: Entry) -> Event:
    said = {**entry.data, "messages": [entry.message.pk]}
    return log.draft(
        entry.kind, entry.conversation, actor=None, seq=entry.conversation.last_seq, **said
    )


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
