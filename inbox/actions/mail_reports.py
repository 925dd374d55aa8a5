"""What mail services report of the mails that they took from us."""

from __future__ import annotations

from django.db import transaction

from inbox import events
from inbox.actions.mail_outcomes import SETTLED, mail_of, settle, show_loss
from inbox.actions.outgoing import locked_message
from inbox.connectors.mail.reports import Fate, Report
from inbox.enums import EventKind, MessageKind, MessageState, RecipientState
from inbox.models import Channel, Mail, Message
from inbox.models.mail import state_of

OURS = (MessageKind.OUTGOING, MessageKind.FORWARD)
LOST = {RecipientState.BOUNCED, RecipientState.REFUSED}
WENT = {RecipientState.TAKEN, RecipientState.UNKNOWN}
# What a report is news to; it may come late, twice, or before we have noted that the service took the mail.
NEWS_TO = {
    Fate.DELAYED: WENT,
    Fate.REFUSED: WENT | {RecipientState.DELAYED},
    Fate.DELIVERED: WENT | {RecipientState.DELAYED},
    Fate.BOUNCED: WENT | {RecipientState.DELAYED, RecipientState.DELIVERED},
    Fate.COMPLAINED: WENT | {RecipientState.DELAYED, RecipientState.DELIVERED},
}


@transaction.atomic
def record_report(channel: Channel, report: Report) -> bool:
    """
    Note what became of a mail to one of its readers, if it is news; return whether it is our mail.

    A complaint shows, and is no failure: the mail was there.
    """
    found = _mail_named(channel, report)
    if found is None:
        return False
    conversation, message = locked_message(found.message)
    mail = mail_of(message)
    if mail is None or not _is_news(message, mail, report):
        return True
    was_troubled = bool(mail.troubled)
    state = RecipientState(report.fate.value)
    mail.mark([report.address], state, _words(report))
    mail.save(update_fields=["people"])
    if state in LOST and message.state in SETTLED:
        show_loss(conversation, message, mail)
    elif message.state == MessageState.QUEUED and mail.waiting:
        events.record(EventKind.MESSAGE_REPORTED, conversation, actor=None, messages=[message])
    elif message.state != MessageState.SENT or mail.has_arrived or mail.troubled or was_troubled:
        settle(conversation, message, mail, is_sent=message.sent_at is None)
    return True


def _is_news(message: Message, mail: Mail, report: Report) -> bool:
    states = {one["address"].lower(): state_of(one) for one in mail.recipients}
    state = states[report.address.lower()]
    # To be sent again: what is told now is of the time before.
    is_under_way = message.leased_until is not None
    return state in NEWS_TO[report.fate] or (state == RecipientState.WAITING and is_under_way)


def _mail_named(channel: Channel, report: Report) -> Mail | None:
    """Find the mail by our id or by the service's, if the address is among its readers."""
    mails = Mail.objects.filter(channel=channel, message__kind__in=OURS).select_related("message")
    mail_id = report.note.strip("<> ")
    if mail_id and "@" not in mail_id:
        mail_id = f"{mail_id}@{channel.address.rpartition('@')[2]}"
    found = mails.filter(mail_id=mail_id).first() if mail_id else None
    if found is None and (name := report.name.strip("<> ")):
        found = mails.filter(names__channel=channel, names__name=name).first()
    if found is None:
        return None
    readers = {one["address"].lower() for one in found.recipients}
    return found if report.address.lower() in readers else None


def _words(report: Report) -> str:
    if report.fate == Fate.DELIVERED:
        return ""
    return report.said or report.fate.value
