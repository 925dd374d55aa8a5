"""Two people answer one contact: the second is told before anything goes out."""

from typing import ClassVar

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from inbox.enums import MessageKind, MessageState
from inbox.models import Conversation, Message

ON_ITS_WAY = [
    MessageState.QUEUED,
    MessageState.SENT,
    MessageState.DELIVERED,
    MessageState.READ,
    MessageState.UNKNOWN,
]


class NewerReply(DomainError):
    """A colleague has answered since the writer looked."""

    code: ClassVar[str] = "newer_reply"

    def __init__(self, reply: Message) -> None:
        super().__init__(_("Not sent: a colleague answered while you were writing. Look at it."))
        self.reply = reply


def refuse_unseen_reply(
    conversation: Conversation, *, actor: Membership | None, seen_seq: int
) -> None:
    """
    Hold a reply whose writer has not seen somebody else's; the caller holds the conversation.

    :raises NewerReply: with the newest one.
    """
    if conversation.last_seq <= seen_seq:
        return
    replies = conversation.messages.filter(kind=MessageKind.OUTGOING, state__in=ON_ITS_WAY)
    unseen = replies.filter(seq__gt=seen_seq, is_automatic=False).exclude(author=actor)
    if newest := unseen.for_timeline().last():
        raise NewerReply(newest)
