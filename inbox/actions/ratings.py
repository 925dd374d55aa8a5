"""What contacts think of the help they got."""

from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from inbox import events
from inbox.actions.lifecycle import NotClosed
from inbox.enums import EventKind, Rating
from inbox.models import Conversation


class AlreadyRated(DomainError):
    code: ClassVar[str] = "already_rated"
    status: ClassVar[int] = 409


@transaction.atomic
def rate_conversation(
    conversation: Conversation, *, value: Rating, comment: str = ""
) -> Conversation:
    """
    Keep the contact's word on a closed conversation, once; nobody else has a say in it.

    :raises NotClosed: while it is in work.
    :raises AlreadyRated: if they have said before.
    """
    conversation = Conversation.locked(conversation.pk)
    if conversation.rating:
        raise AlreadyRated(_("This conversation is rated already."))
    if not conversation.is_closed:
        raise NotClosed(_("This conversation is still open. It can be rated once it is closed."))

    conversation.rating = value
    events.record(
        EventKind.CONVERSATION_RATED,
        conversation,
        actor=None,
        value=value.value,
        comment=comment,
        assignee=conversation.assignee_id,
        team=conversation.team_id,
        channel=conversation.channel_id,
        contact=conversation.contact_id,
    )
    return conversation
