"""Answer as a person likes to: with a moment to think again, taken over, closed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Taking
from accounts.errors import DomainError
from accounts.models import Membership
from inbox.actions.assignment import assign_conversation
from inbox.actions.lifecycle import PastTime, TooFarAhead, close_conversation
from inbox.actions.messaging import send_message
from inbox.actions.recipients import Recipients
from inbox.models import Conversation, Message
from knowledgebase.words import gaps_left

FARTHEST = timedelta(days=365)


class GapLeft(DomainError):
    code = "gap_left"
    status = 422


@transaction.atomic
def answer_conversation(
    conversation: Conversation,
    *,
    text: str,
    html: str = "",
    actor: Membership,
    client_id: UUID | None = None,
    seen_seq: int | None = None,
    send_at: datetime | None = None,
    closes: bool = False,
    attachments: Sequence[UUID] = (),
    recipients: Recipients | None = None,
) -> Message:
    """
    Reply, and do what belongs to it, all or nothing.

    :param send_at: a later hour; without one the reply waits as long as the person wants to be
        able to take it back.
    :raises GapLeft: if a saved reply left a gap that nobody has filled.
    :raises PastTime: if that hour is over.
    :raises TooFarAhead: if it is more than a year ahead.
    """
    if gaps := gaps_left(text):
        raise GapLeft(_("Not sent: %s is empty. Write something in its place.") % ", ".join(gaps))
    message = send_message(
        conversation,
        text=text,
        html=html,
        actor=actor,
        client_id=client_id,
        seen_seq=seen_seq,
        send_at=_checked(send_at) or timezone.now() + timedelta(seconds=actor.undo_seconds),
        is_scheduled=send_at is not None,
        attachments=attachments,
        recipients=recipients,
    )
    conversation = message.conversation  # as it was locked
    if conversation.assignee_id is None and actor.takes_on_reply == Taking.ALWAYS:
        conversation = assign_conversation(conversation, to=actor, actor=actor)
        message.conversation = conversation
    if closes and not conversation.is_closed:
        close_conversation(conversation, actor=actor, reply=message)
    return message


def _checked(send_at: datetime | None) -> datetime | None:
    if send_at is None:
        return None
    if send_at <= timezone.now():
        raise PastTime(_("That time has passed. Choose a later one."))
    if send_at > timezone.now() + FARTHEST:
        raise TooFarAhead(_("That is more than a year ahead. Choose an earlier time."))
    return send_at
