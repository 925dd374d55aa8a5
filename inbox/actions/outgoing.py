"""
The one way out: a queued message is claimed, sent without a transaction, and recorded.

A sender that dies between sending and recording leaves a lease that runs out, and the message
is sent again with the same idempotency key: at least once, never silently lost.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Event, Membership
from inbox import events
from inbox.actions.lifecycle import reopen_conversation
from inbox.connectors.mail.bounces import Recipient
from inbox.enums import ChannelKind, EventKind, MessageKind, MessageState
from inbox.models import Conversation, Message
from inbox.models.message import with_files

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 56  # about two days
MAIL_LEASE = timedelta(minutes=11)  # beyond a task's time limit: a slow mail server is no dead one


class NotFailed(DomainError):
    code = "not_failed"


@transaction.atomic
def claim_message(message_id: int) -> Message | None:
    """Take a due message for a while, or None when it is not due or somebody else has it."""
    now = timezone.now()
    due = Message.objects.due(now).filter(pk=message_id)
    # Not locked: its conversation must be locked before it.
    if spent := due.filter(attempts__gte=MOST_ATTEMPTS).first():  # each ended without a word
        record_failure(spent, reason=_("Sending broke off %d times.") % MOST_ATTEMPTS)
        return None
    related = ("channel", "conversation__handle")
    locked = due.select_related(*related).select_for_update(skip_locked=True, of=("self",))
    message = locked.first()
    if message is None:
        return None
    message.attempts += 1
    is_mail = message.channel.kind == ChannelKind.EMAIL
    message.leased_until = now + (MAIL_LEASE if is_mail else settings.DELIVERY_PATIENCE)
    message.save(update_fields=["attempts", "leased_until"])
    with_files([message])
    return message


@transaction.atomic
def record_sent(message: Message, *, external_id: str) -> None:
    """
    Note that the platform has the message; the contact may see it from now on.

    That holds whoever says it: a slow sender whose lease ran out, too, and also after another
    one was refused.
    """
    conversation, message = _locked(message)
    if message.state not in {MessageState.QUEUED, MessageState.FAILED}:  # recorded before
        return
    now = timezone.now()
    conversation.public_seq += 1
    if conversation.first_response_at is None and conversation.incoming_seq:
        conversation.first_response_at = now
    if not _has_unanswered(conversation, message):
        conversation.waiting_since = None
    message.state, message.sent_at, message.leased_until = MessageState.SENT, now, None
    message.external_id, message.public_seq, message.error = (
        external_id,
        conversation.public_seq,
        "",
    )
    message.save(
        update_fields=["state", "sent_at", "leased_until", "external_id", "public_seq", "error"]
    )
    events.record(EventKind.MESSAGE_SENT, conversation, actor=message.author, messages=[message])


@transaction.atomic
def postpone_message(message: Message, *, reason: str) -> None:
    """Try again later, further apart each time, and give up in the end; unless another has it now."""
    if message.attempts >= MOST_ATTEMPTS:
        record_failure(message, reason=reason)
        return
    wait = min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT)
    mine = Message.objects.filter(pk=message.pk, leased_until=message.leased_until)
    mine.filter(state=MessageState.QUEUED).update(
        send_at=timezone.now() + wait, leased_until=None, error=reason
    )


@transaction.atomic
def record_failure(message: Message, *, reason: str) -> None:
    """Show on the message, in the platform's words, why it could not be sent."""
    lease = message.leased_until
    conversation, message = _locked(message)
    # The word of whoever's lease ran out is old: another may be sending it at this moment.
    if message.state != MessageState.QUEUED or message.leased_until != lease:
        return
    message.state, message.leased_until, message.error = MessageState.FAILED, None, reason
    message.save(update_fields=["state", "leased_until", "error"])
    events.record(
        EventKind.MESSAGE_FAILED, conversation, actor=None, messages=[message], reason=reason
    )
    _reopen_if_closed_with(conversation, message)


@transaction.atomic
def record_bounce(message: Message, recipients: Sequence[Recipient]) -> None:
    """
    Note that what a mail server had taken did not arrive after all, in that server's words.

    A delay is no failure; a notice about somebody to whom we never wrote changes nothing.
    """
    conversation, message = _locked(message)
    written_to = {
        one["address"].lower() for mail in message.mails.all() for one in mail.to + mail.cc
    }
    refused = [one for one in recipients if one.is_final and one.address.lower() in written_to]
    if not refused or message.state not in {MessageState.SENT, MessageState.DELIVERED}:
        return
    said = "; ".join(f"{one.address}: {one.said or one.status or one.action}" for one in refused)
    message.state, message.error = MessageState.FAILED, said[:1_000]
    message.save(update_fields=["state", "error"])
    with_files([message])
    events.record(
        EventKind.MESSAGE_FAILED, conversation, actor=None, messages=[message], reason=message.error
    )
    _reopen_if_closed_with(conversation, message)


@transaction.atomic
def retry_message(message: Message, *, actor: Membership) -> Message:
    """
    Put a failed message back into the queue.

    :raises NotFailed: if it is on its way or has arrived.
    """
    conversation, message = _locked(message)
    if not message.is_failed:
        raise NotFailed(_("This message has not failed."))
    message.state, message.send_at, message.attempts = MessageState.QUEUED, timezone.now(), 0
    message.save(update_fields=["state", "send_at", "attempts"])
    events.record(EventKind.MESSAGE_RETRIED, conversation, actor=actor, messages=[message])
    return message


@transaction.atomic
def record_receipt(
    conversation: Conversation, *, state: MessageState, up_to: int, at: datetime
) -> None:
    """
    Note that the contact has got, or has read, what was sent up to a public number.

    A late "delivered" never overwrites "read".
    """
    conversation = Conversation.objects.locked(conversation)
    earlier = [MessageState.SENT]
    if state == MessageState.READ:
        earlier.append(MessageState.DELIVERED)
    reached = conversation.messages.filter(
        kind=MessageKind.OUTGOING, state__in=earlier, public_seq__lte=up_to
    )
    messages = list(reached.for_timeline())
    if not messages:
        return
    reached.update(state=state)
    for message in messages:
        message.state = state
    read = state == MessageState.READ
    kind = EventKind.MESSAGES_READ if read else EventKind.MESSAGES_DELIVERED
    events.record(kind, conversation, actor=None, messages=messages, at=at.isoformat())


def _reopen_if_closed_with(conversation: Conversation, reply: Message) -> None:
    """Whoever sent and closed believed it answered; a closing of its own stands."""
    if not conversation.is_closed:
        return
    closings = Event.objects.about(conversation).filter(kind=EventKind.CONVERSATION_CLOSED)
    closing = closings.order_by("seq").last()
    if closing is None or closing.data.get("reply") != reply.pk:
        return
    waiting = closing.data["before"]["waiting"]
    reopen_conversation(
        conversation,
        actor=None,
        waiting_since=datetime.fromisoformat(waiting) if waiting else None,
        unsent=reply.pk,
    )


def _locked(message: Message) -> tuple[Conversation, Message]:
    """Lock the conversation, then read the message as it stands now."""
    conversation = Conversation.objects.for_update().get(pk=message.conversation_id)
    return conversation, Message.objects.select_related("author__user").get(pk=message.pk)


def _has_unanswered(conversation: Conversation, reply: Message) -> bool:
    """Tell whether the contact wrote again after the operator wrote this reply."""
    later = conversation.messages.filter(kind=MessageKind.INCOMING, seq__gt=reply.seq)
    return later.exists()
