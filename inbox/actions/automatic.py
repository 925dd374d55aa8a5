"""Answer without a person: once, never a program, and never so that two programs answer each other."""

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from django.db import transaction
from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import Event
from inbox.actions.assignment import Because
from inbox.actions.messaging import send_message
from inbox.actions.recipients import Recipients
from inbox.connectors.mail.addresses import Address
from inbox.connectors.mail.trust import Trust
from inbox.enums import ChannelKind, EventKind, MessageKind
from inbox.models import Conversation, Mail, Message

# What one contact is sent without a person, in all their conversations. Whoever nobody has proven to
# have written may never have heard of us: somebody else wrote in their name.
MOST, MOST_UNPROVEN, IN = 3, 1, timedelta(days=1)


class Why(StrEnum):
    """Why there is no automatic answer."""

    AGAIN = "again"
    AUTOMATIC = "automatic"
    DOUBTFUL = "doubtful"
    ENOUGH = "enough"


class NotAnswered(DomainError):
    code: ClassVar[str] = "not_answered"

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why.value


@transaction.atomic
def answer_automatically(
    conversation: Conversation, *, text: str, because: Because, again: bool = False
) -> Message:
    """
    Send the contact words that nobody wrote for them.

    :param because: why; ``by`` names the automaton, which answers once in a conversation.
    :param again: the caller has seen to it that they are not told the same twice.
    :raises NotAnswered: to what a program wrote, a second time, or to whom so much was sent before.
    """
    conversation = Conversation.locked(conversation.pk)
    by = (because or {}).get("by", "")
    if not again and _answered_by(conversation, by):
        raise NotAnswered(Why.AGAIN)
    last = conversation.messages.filter(kind=MessageKind.INCOMING).order_by("seq").last()
    mail = Mail.objects.filter(message=last).first() if last else None
    if last is None or (mail and mail.automatic):
        raise NotAnswered(Why.AUTOMATIC)
    if mail and (mail.trust == Trust.FAIL or not mail.sender_address):
        raise NotAnswered(Why.DOUBTFUL)
    is_proven = mail is None or mail.trust == Trust.PASS
    if _had_enough(conversation, most=MOST if is_proven else MOST_UNPROVEN):
        raise NotAnswered(Why.ENOUGH)
    is_mail = conversation.channel.kind == ChannelKind.EMAIL
    sender = Address(mail.sender_name if is_proven else "", mail.sender_address) if mail else None
    return send_message(
        conversation,
        text=text,
        actor=None,
        recipients=Recipients(to=(sender,)) if is_mail and sender else None,
        because=because,
    )


def _answered_by(conversation: Conversation, by: str) -> bool:
    before = Event.objects.about(conversation).filter(kind=EventKind.MESSAGE_QUEUED)
    return before.filter(data__because__by=by).exists()


def _had_enough(conversation: Conversation, *, most: int) -> bool:
    since = timezone.now() - IN
    theirs = Message.objects.filter(conversation__contact=conversation.contact_id)
    return theirs.filter(is_automatic=True, created_at__gt=since).count() >= most
