"""The mails of the world whose doors are tried."""

from io import BytesIO
from typing import Any

from accounts.tenancy import scope
from inbox import storage
from inbox.actions.assignment import move_conversation
from inbox.actions.merging import merge_conversations
from inbox.models import Channel, Conversation, Mail, PictureSender
from tests import factories


def make_mailed(channel: Channel, team: Any, mark: str) -> dict[str, Conversation]:
    """Make conversations of people who write mails: two on their own, and a part of the first."""
    made = {name: _mailed(channel, team, mark) for name in ("mailed", "twin", "part")}
    with scope(channel.workspace):
        merge_conversations(made["part"], into=made["mailed"], actor=None, is_confirmed=True)
    return made


def _mailed(channel: Channel, team: Any, mark: str) -> Conversation:
    sender = f"{mark.lower()}-{next(factories.serial)}@far.test"
    made = factories.make_conversation(channel, sender, f"{mark} wrote.")
    with scope(channel.workspace):
        return move_conversation(made, to=team, actor=None)


def make_mail(conversation: Conversation, mark: str, *, is_pictured: bool = False) -> int:
    """
    Make what the contact said first a mail.

    :param is_pictured: whether its sender's pictures are loaded always.
    """
    workspace = conversation.workspace
    key = f"{workspace.pk}/access/{mark}-{conversation.pk}"
    storage.save(key, BytesIO(mark.encode()))
    address = f"{mark.lower()}-{conversation.pk}@far.test"
    with scope(workspace):
        message = conversation.messages.earliest("seq")
        conversation.messages.filter(pk=message.pk).update(is_mail=True)
        facts = {"html": f"<p>{mark}</p>", "raw_key": key, "raw_size": len(mark)}
        facts |= {"sender_address": address, "mail_id": f"{mark}-{conversation.pk}"}
        Mail.objects.create(message=message, channel=conversation.channel, **facts)
        if is_pictured:
            PictureSender.objects.create(value=address)
    return message.pk
