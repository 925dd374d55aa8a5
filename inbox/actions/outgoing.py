"""
The one way out: a queued message is claimed, sent without a transaction, and recorded.

A sender that dies between sending and recording leaves a lease that runs out, and the message
is sent again with the same idempotency key: at least once, never silently lost.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Event, Membership
from inbox import events
from inbox.actions.lifecycle import reopen_conversation
from inbox.enums import ChannelKind, EventKind, MessageKind, MessageState, RecipientState
from inbox.models import Conversation, Message
from inbox.models.message import LATE_AFTER, with_files

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
UNREAD_FOR = timedelta(minutes=5)  # until a chat's visitor is taken to have gone
MOST_ATTEMPTS = 56  # about two days
MOST_DEATHS = 3  # of workers that sent it and were never heard of again
SENT_FIELDS = ["sent_at", "external_id", "public_seq"]
MAIL_LEASE = timedelta(minutes=11)  # beyond a task's time limit: a slow mail server is no dead one


class NotFailed(DomainError):
    code = "not_failed"


@transaction.atomic
def claim_message(message_id: int) -> Message | None:
    """Take a due message for a while, or None when it is not due or somebody else has it."""
    now = timezone.now()
    due = Message.objects.due(now).filter(pk=message_id)
    # Not locked: its conversation must be locked before it.
    died = due.exclude(leased_until=None)
    if fatal := died.filter(deaths__gte=MOST_DEATHS - 1).first():
        record_failure(fatal, reason=_("Sending broke off %d times.") % MOST_DEATHS)
        return None
    related = ("channel", "conversation__handle")
    locked = due.select_related(*related).select_for_update(skip_locked=True, of=("self",))
    message = locked.first()
    if message is None:
        return None
    message.attempts += 1
    message.deaths += message.leased_until is not None
    is_mail = message.channel.kind == ChannelKind.EMAIL
    message.leased_until = now + (MAIL_LEASE if is_mail else settings.DELIVERY_PATIENCE)
    message.save(update_fields=["attempts", "deaths", "leased_until"])
    with_files([message])
    return message


@transaction.atomic
def record_sent(message: Message, *, external_id: str) -> None:
    """
    Note that the platform has the message; the contact may see it from now on.

    That holds whoever says it: a slow sender whose lease ran out, too, and also after another
    one was refused.
    """
    conversation, message = locked_message(message)
    if message.state not in {MessageState.QUEUED, MessageState.FAILED}:  # recorded before
        return
    note_sent(conversation, message, external_id=external_id)
    message.state, message.leased_until, message.error = MessageState.SENT, None, ""
    message.save(update_fields=[*SENT_FIELDS, "state", "leased_until", "error"])
    events.record(EventKind.MESSAGE_SENT, conversation, actor=message.author, messages=[message])


def note_sent(conversation: Conversation, message: Message, *, external_id: str) -> None:
    """Give a message its public number, and say that the contact has been answered; nothing is saved."""
    now = timezone.now()
    message.sent_at, message.external_id = now, external_id
    if message.kind != MessageKind.OUTGOING:  # the contact knows nothing of it
        return
    conversation.public_seq += 1
    message.public_seq = conversation.public_seq
    # No answer yet, and not mailed by itself: the address may be somebody's who never wrote.
    if message.is_automatic:
        return
    if conversation.first_response_at is None and conversation.incoming_seq:
        conversation.first_response_at = now
    if not _has_unanswered(conversation, message):
        conversation.waiting_since = None
    if conversation.channel.kind == ChannelKind.WEBCHAT and not conversation.mail_due_at:
        conversation.mail_due_at = now + UNREAD_FOR


@transaction.atomic
def postpone_message(message: Message, *, reason: str) -> None:
    """Try again later, further apart each time, and give up in the end; unless another has it now."""
    if message.attempts >= MOST_ATTEMPTS:
        record_failure(message, reason=reason)
        return
    is_late = message.attempts == LATE_AFTER
    conversation = locked_message(message)[0] if is_late else None
    mine = Message.objects.filter(pk=message.pk, leased_until=message.leased_until)
    waits = mine.filter(state=MessageState.QUEUED).update(
        send_at=next_attempt(message), leased_until=None, error=reason
    )
    if waits and conversation:
        late = with_files(Message.objects.for_timeline().filter(pk=message.pk))
        events.record(EventKind.MESSAGE_REPORTED, conversation, actor=None, messages=late)


def next_attempt(message: Message) -> datetime:
    wait: timedelta = min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT)
    return timezone.now() + wait


@transaction.atomic
def record_failure(message: Message, *, reason: str) -> None:
    """Show on the message, in the platform's words, why it could not be sent."""
    lease = message.leased_until
    conversation, message = locked_message(message)
    # The word of whoever's lease ran out is old: another may be sending it at this moment.
    if message.state != MessageState.QUEUED or message.leased_until != lease:
        return
    with_files([message])
    if mail := message.mail:
        mail.mark(None, RecipientState.REFUSED, reason)
        mail.save(update_fields=["people"])
    message.leased_until = None
    show_failure(conversation, message, state=MessageState.FAILED, reason=reason)


def show_failure(
    conversation: Conversation, message: Message, *, state: MessageState, reason: str
) -> None:
    """Somebody has to look: a conversation that was closed with it is open again."""
    message.state, message.error = state, reason
    message.save(update_fields=["state", "leased_until", "error"])
    events.record(
        EventKind.MESSAGE_FAILED, conversation, actor=None, messages=[message], reason=reason
    )
    _reopen_if_closed_with(conversation, message)


@transaction.atomic
def retry_message(message: Message, *, actor: Membership, address: str = "") -> Message:
    """
    Put a failed message back into the queue; a mail for those who did not get it, or one of them.

    :raises NotFailed: if it is on its way or has arrived.
    """
    conversation, message = locked_message(message)
    with_files([message])
    lost = [one["address"] for one in message.mail.lost] if message.mail else []
    if not message.is_failed or (address and address not in lost):
        raise NotFailed(_("This message has not failed."))
    if message.mail:
        message.mail.mark([address] if address else lost, RecipientState.WAITING)
        message.mail.save(update_fields=["people"])
    message.state, message.send_at = MessageState.QUEUED, timezone.now()
    message.attempts = message.deaths = 0
    message.save(update_fields=["state", "send_at", "attempts", "deaths"])
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
    conversation = Conversation.locked(conversation.pk)
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
    if not conversation.is_closed or conversation.merged_into_id:
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


def locked_message(message: Message) -> tuple[Conversation, Message]:
    """Lock the conversation, then read the message as it stands now."""
    conversation = Conversation.locked(message.conversation_id)
    return conversation, Message.objects.select_related("author__user").get(pk=message.pk)


def _has_unanswered(conversation: Conversation, reply: Message) -> bool:
    """Tell whether the contact wrote again after the operator wrote this reply."""
    later = conversation.messages.filter(kind=MessageKind.INCOMING, seq__gt=reply.seq)
    return later.exists()
