"""Close, reopen, snooze and wake conversations."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from inbox import events
from inbox.actions.assignment import Because, told
from inbox.enums import EventKind, Status
from inbox.models import Conversation, Message

# PostgreSQL keeps years that Python cannot read, and one such row would break every list.
LONGEST_SNOOZE = timedelta(days=3653)


class AlreadyClosed(DomainError):
    code = "already_closed"


class NotClosed(DomainError):
    code = "not_closed"


class NotSnoozed(DomainError):
    code = "not_snoozed"


class PastTime(DomainError):
    code = "past_time"
    status = 422


class TooFarAhead(DomainError):
    code = "too_far_ahead"
    status = 422


@transaction.atomic
def close_conversation(
    conversation: Conversation,
    *,
    actor: Membership | None,
    reply: Message | None = None,
    because: Because = None,
) -> Conversation:
    """
    Take the conversation out of work until its contact writes again.

    :param reply: the one that it was closed with.
    :raises AlreadyClosed: if someone else got there first.
    """
    conversation = Conversation.locked(conversation.pk)
    if conversation.is_closed:
        raise AlreadyClosed(_already_closed(conversation))

    before = as_it_is(conversation)
    conversation.move_to(Status.CLOSED, at=timezone.now())
    conversation.waiting_since = None
    data: dict[str, Any] = (
        {"before": before} | ({"reply": reply.pk} if reply else {}) | told(because)
    )
    events.record(EventKind.CONVERSATION_CLOSED, conversation, actor=actor, **data)
    return conversation


@transaction.atomic
def reopen_conversation(
    conversation: Conversation,
    *,
    actor: Membership | None,
    waiting_since: datetime | None = None,
    **data: Any,
) -> Conversation:
    """
    Take a closed conversation back into work.

    :param waiting_since: since when its contact waits, if they do.
    :param data: what the event says besides.
    :raises NotClosed: if it is in work already.
    """
    conversation = Conversation.locked(conversation.pk)
    if not conversation.is_closed:
        raise NotClosed(_("Conversation #%d is open already.") % conversation.number)

    conversation.move_to(Status.OPEN, at=timezone.now())
    conversation.waiting_since = waiting_since
    events.record(EventKind.CONVERSATION_REOPENED, conversation, actor=actor, **data)
    return conversation


@transaction.atomic
def snooze_conversation(
    conversation: Conversation, *, until: datetime, actor: Membership | None
) -> Conversation:
    """
    Put the conversation off until a time, or until its contact writes.

    :raises AlreadyClosed: if it is closed.
    :raises PastTime: if the time is not ahead.
    :raises TooFarAhead: if it is more than ten years ahead.
    """
    conversation = Conversation.locked(conversation.pk)
    if conversation.is_closed:
        raise AlreadyClosed(_already_closed(conversation))
    if until <= timezone.now():
        raise PastTime(_("That time has passed. Choose a later one."))
    if until > timezone.now() + LONGEST_SNOOZE:
        raise TooFarAhead(_("That is more than ten years ahead. Choose an earlier time."))

    before = as_it_is(conversation)
    conversation.move_to(Status.SNOOZED, at=timezone.now(), until=until)
    events.record(
        EventKind.CONVERSATION_SNOOZED,
        conversation,
        actor=actor,
        until=until.isoformat(),
        before=before,
    )
    return conversation


@transaction.atomic
def wake_conversation(conversation: Conversation, *, actor: Membership | None) -> Conversation:
    """
    Bring a snoozed conversation back.

    :raises NotSnoozed: if it has been woken or closed meanwhile.
    """
    conversation = Conversation.locked(conversation.pk)
    if not conversation.is_snoozed:
        raise NotSnoozed(_("Conversation #%d is not snoozed.") % conversation.number)

    conversation.move_to(Status.OPEN, at=timezone.now())
    events.record(EventKind.CONVERSATION_WOKEN, conversation, actor=actor)
    return conversation


def as_it_is(conversation: Conversation) -> dict[str, str | None]:
    """Keep in an event what it takes to undo it."""
    until, waiting = conversation.snoozed_until, conversation.waiting_since
    return {
        "status": conversation.status,
        "until": until.isoformat() if until else None,
        "waiting": waiting.isoformat() if waiting else None,
    }


def restore(conversation: Conversation, before: Mapping[str, str | None]) -> None:
    """Put back what `as_it_is` kept; what would have woken meanwhile is open. The caller holds the row."""
    now, until = timezone.now(), moment(before["until"])
    sleeps_on = until is not None and until > now
    status = Status(before["status"] or Status.OPEN)
    if status == Status.SNOOZED and not sleeps_on:
        status = Status.OPEN
    conversation.move_to(status, at=now, until=until if status == Status.SNOOZED else None)
    conversation.waiting_since = moment(before["waiting"])


def moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _already_closed(conversation: Conversation) -> str:
    return _("Conversation #%d is closed already.") % conversation.number
