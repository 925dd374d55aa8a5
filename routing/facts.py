"""What rules are told of conversations: as they are when something happened there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects

from accounts.models import Event
from inbox.enums import EventKind, MessageKind, Status
from inbox.models import Conversation, Message
from routing.calendar import Calendar, always
from routing.conditions import NOBODY, Facts
from routing.enums import Trigger
from routing.hours import calendars

TRIGGERS: dict[str, Trigger] = {
    EventKind.CONVERSATION_OPENED: Trigger.OPENED,
    EventKind.MESSAGE_RECEIVED: Trigger.RECEIVED,
    EventKind.CONVERSATION_CLOSED: Trigger.STATUS,
    EventKind.CONVERSATION_REOPENED: Trigger.STATUS,
    EventKind.CONVERSATION_SNOOZED: Trigger.STATUS,
    EventKind.CONVERSATION_WOKEN: Trigger.STATUS,
    EventKind.CONVERSATION_MOVED: Trigger.MOVED,
    EventKind.CONVERSATION_RATED: Trigger.RATED,
}
LONGEST = 20_000  # characters of a message that rules look at


def facts_of(
    happened: Sequence[tuple[Event, Conversation]], *, with_hours: bool = True
) -> list[Facts]:
    """
    Return the facts of each, with as many queries for hundreds as for one.

    What was said and the hours are those of the moment; the rest is as it is now.

    :param with_hours: whether anybody asks if it is open; few rules do.
    """
    teams = {conversation.team_id for _, conversation in happened}
    hours = calendars(list(teams)) if with_hours else dict.fromkeys(teams, always())
    said = _said(happened)
    return [
        _facts(event, conversation, said, hours[conversation.team_id])
        for event, conversation in happened
    ]


def is_first_message(event: Event) -> bool:
    """Tell whether it came with the opening, whose rules have read it."""
    return event.kind == EventKind.MESSAGE_RECEIVED and event.seq == 2  # noqa: PLR2004


def _facts(
    event: Event, conversation: Conversation, said: dict[int, Message], calendar: Calendar
) -> Facts:
    message = said.get(event.pk)
    contact = conversation.contact
    mail = message.mail if message else None
    return Facts(
        channel=conversation.channel_id,
        team=conversation.team_id or NOBODY,
        assignee=conversation.assignee_id or NOBODY,
        status=_status(event, conversation),
        priority=conversation.priority,
        language=str(contact.visit.get("language") or ""),
        is_vip=contact.is_vip,
        subject=conversation.subject,
        text=message.text[:LONGEST] if message else "",
        tags=frozenset(tag.name for tag in conversation.tags.all()),
        is_automatic=bool(mail and mail.automatic),
        is_open_now=calendar.is_open(event.at),
        waited=_minutes(conversation.waiting_since, event.at),
        rating=str(event.data.get("value", "") or conversation.rating),
    )


BECAME: dict[str, Status] = {
    EventKind.CONVERSATION_CLOSED: Status.CLOSED,
    EventKind.CONVERSATION_SNOOZED: Status.SNOOZED,
    EventKind.CONVERSATION_OPENED: Status.OPEN,
    EventKind.CONVERSATION_REOPENED: Status.OPEN,
    EventKind.CONVERSATION_WOKEN: Status.OPEN,
}


def _status(event: Event, conversation: Conversation) -> str:
    """Say what it became by the event, whatever became of it since."""
    return BECAME.get(event.kind, Status(conversation.status)).value


def _minutes(since: datetime | None, at: datetime) -> int:
    return max(0, int((at - since).total_seconds() // 60)) if since else 0


def _said(happened: Iterable[tuple[Event, Conversation]]) -> dict[int, Message]:
    """Find the words that came with each event: its own message, or else what the contact wrote last."""
    listed = list(happened)
    own = {event.pk: pks[0] for event, _ in listed if (pks := event.data.get("messages"))}
    by_pk = Message.objects.in_bulk(set(own.values())) if own else {}
    found = {event: by_pk[pk] for event, pk in own.items() if pk in by_pk}
    for order, kinds in (("seq", {EventKind.CONVERSATION_OPENED}), ("-seq", None)):
        silent = {
            event.pk: talk.pk
            for event, talk in listed
            if event.pk not in found and (kinds is None or event.kind in kinds)
        }
        if not silent:
            continue
        theirs = Message.objects.filter(conversation__in=set(silent.values()))
        theirs = theirs.filter(kind=MessageKind.INCOMING)
        nearest = theirs.order_by("conversation", order).distinct("conversation")
        by_talk = {one.conversation_id: one for one in nearest}
        found |= {event: by_talk[pk] for event, pk in silent.items() if pk in by_talk}
    prefetch_related_objects([one for one in found.values() if one.is_mail], "mails")
    return found
