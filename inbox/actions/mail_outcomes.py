"""What became of a mail of ours, for each of its readers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from inbox import events
from inbox.actions.outgoing import (
    MOST_ATTEMPTS,
    SENT_FIELDS,
    locked_message,
    next_attempt,
    note_sent,
    show_failure,
)
from inbox.connectors.base import Refusal
from inbox.connectors.mail.bounces import Recipient
from inbox.enums import EventKind, MessageState, RecipientState
from inbox.models import Conversation, Mail, MailName, Message
from inbox.models.mail import LOST, state_of
from inbox.models.message import LATE_AFTER, with_files

MOST_SAID = 1_000
TROUBLED = {MessageState.FAILED, MessageState.UNKNOWN}
SHOWN_BESIDE = {RecipientState.DELAYED, RecipientState.COMPLAINED}
SETTLED = {MessageState.SENT, MessageState.DELIVERED, *TROUBLED}


@transaction.atomic
def record_outcome(
    message: Message,
    envelope: Sequence[str],
    *,
    refused: Mapping[str, Refusal] | None = None,
    unknown: str = "",
    names: Mapping[str, str] | None = None,
) -> None:
    """
    Note for whom the mail server took a mail, and what it said about the others.

    Those whom it refused for now are tried again, and nobody else gets it twice.

    :param unknown: why nobody can know whether it took the mail, for all who were not refused.
    :param names: what a mail service calls the mail, by reader.
    """
    lease, refused = message.leased_until, refused or {}
    conversation, message = locked_message(message)
    mail = mail_of(message)
    if mail is None:
        return
    _keep_names(mail, set((names or {}).values()))
    rest = [one for one in envelope if one not in refused]
    taken = [] if unknown else rest
    rest = mail.unreported(rest)  # whose fate the service has told before we could note this
    mail.mark([] if unknown else rest, RecipientState.TAKEN)
    # The word of whoever's lease ran out is old, unless it is that the mail has arrived.
    if message.state == MessageState.QUEUED and message.leased_until == lease:
        mail.mark(rest if unknown else [], RecipientState.UNKNOWN, unknown)
        _mark_refused(mail, refused, is_last=message.attempts >= MOST_ATTEMPTS)
    elif not taken or message.state not in {*TROUBLED, MessageState.QUEUED}:
        return
    mail.save(update_fields=["people"])
    settle(conversation, message, mail, is_sent=bool(taken) and message.sent_at is None)


def _keep_names(mail: Mail, names: Collection[str]) -> None:
    rows = [MailName(mail=mail, channel=mail.channel, name=one) for one in sorted(names)]
    if rows:
        MailName.objects.bulk_create(rows, ignore_conflicts=True)


def _mark_refused(mail: Mail, refused: Mapping[str, Refusal], *, is_last: bool) -> None:
    for address, refusal in refused.items():
        is_lost = refusal.is_final or is_last
        state = RecipientState.REFUSED if is_lost else RecipientState.WAITING
        mail.mark([address], state, refusal.said)


def settle(conversation: Conversation, message: Message, mail: Mail, *, is_sent: bool) -> None:
    """Tell what follows for the message from what became of it to its readers."""
    message.leased_until, message.error = None, _summary(mail)
    if is_sent:
        note_sent(conversation, message, external_id=mail.mail_id)
    if mail.waiting:
        message.state, message.send_at = MessageState.QUEUED, next_attempt(message)
    elif not mail.lost:
        message.state = MessageState.DELIVERED if mail.has_arrived else MessageState.SENT
    message.save(update_fields=[*SENT_FIELDS, "state", "send_at", "leased_until", "error"])
    if is_sent:
        author = message.author
        events.record(EventKind.MESSAGE_SENT, conversation, actor=author, messages=[message])
    if mail.lost and not mail.waiting:
        states = {state_of(one) for one in mail.lost}
        is_unsure = states == {RecipientState.UNKNOWN}
        state = MessageState.UNKNOWN if is_unsure else MessageState.FAILED
        show_failure(conversation, message, state=state, reason=message.error)
    elif not is_sent and (mail.lost or message.attempts == LATE_AFTER or not mail.waiting):
        events.record(EventKind.MESSAGE_REPORTED, conversation, actor=None, messages=[message])


@transaction.atomic
def record_bounce(message: Message, recipients: Sequence[Recipient]) -> None:
    """
    Note that what a mail server had taken did not arrive after all, in that server's words.

    A delay is shown and is no failure; a notice about somebody to whom we never wrote changes nothing.
    """
    conversation, message = locked_message(message)
    mail = mail_of(message)
    if mail is None:
        return
    came_back = [one for one in recipients if _mark_bounce(mail, one)]
    if not came_back:
        return
    mail.save(update_fields=["people"])
    is_final = any(one.is_final for one in came_back)
    if is_final and message.state in SETTLED:
        show_loss(conversation, message, mail)
    else:
        events.record(EventKind.MESSAGE_REPORTED, conversation, actor=None, messages=[message])


def show_loss(conversation: Conversation, message: Message, mail: Mail) -> None:
    """Show that a mail did not get to somebody after all."""
    reason = _summary(mail)
    show_failure(conversation, message, state=MessageState.FAILED, reason=reason)


def _mark_bounce(mail: Mail, notice: Recipient) -> bool:
    """Tell whether a notice is news of one of the mail's readers."""
    before = {one["address"].lower(): state_of(one) for one in mail.recipients}
    state = before.get(notice.address.lower())
    settled = {RecipientState.REFUSED, RecipientState.BOUNCED}
    if not notice.is_final:
        settled |= {*LOST, RecipientState.DELAYED}
    if state is None or state in settled:
        return False
    new = RecipientState.BOUNCED if notice.is_final else RecipientState.DELAYED
    said = notice.said or notice.status or notice.action
    return bool(mail.mark([notice.address], new, said))


def mail_of(message: Message) -> Mail | None:
    """Return the mail that screens are shown with the message, too."""
    with_files([message])
    return message.mail


def _summary(mail: Mail) -> str:
    """Say what servers said, once where there is only one reader."""
    said = [one for one in mail.troubled if state_of(one) not in SHOWN_BESIDE]
    if len(mail.recipients) == 1:
        return "".join(one["said"] for one in said)[:MOST_SAID]
    return "; ".join(f"{one['address']}: {one['said']}" for one in said)[:MOST_SAID]
