"""Say what a conversation is about, and that it has been read."""

from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from inbox import events
from inbox.enums import EventKind
from inbox.models import Conversation, Tag


class BadTag(DomainError):
    code: ClassVar[str] = "bad_tag"
    status: ClassVar[int] = 422


@transaction.atomic
def tag_conversation(
    conversation: Conversation, *, name: str, actor: Membership | None
) -> Conversation:
    """
    Put a tag on the conversation, making the tag if it is new.

    :raises BadTag: if the name is blank or longer than 60 characters.
    """
    name = Tag.canonical(name)
    if not 0 < len(name) <= 60:  # noqa: PLR2004
        raise BadTag(_("A tag has between 1 and 60 characters."))
    tag, _made = Tag.objects.get_or_create(name=name)
    conversation = Conversation.objects.locked(conversation)
    _tagging, new = conversation.taggings.get_or_create(tag=tag)
    if new:
        events.record(
            EventKind.CONVERSATION_TAGGED, conversation, actor=actor, tag=tag.pk, name=tag.name
        )
    return conversation


@transaction.atomic
def untag_conversation(
    conversation: Conversation, *, tag: Tag, actor: Membership | None
) -> Conversation:
    conversation = Conversation.objects.locked(conversation)
    removed, _by_model = conversation.taggings.filter(tag=tag).delete()
    if removed:
        events.record(
            EventKind.CONVERSATION_UNTAGGED, conversation, actor=actor, tag=tag.pk, name=tag.name
        )
    return conversation


@transaction.atomic
def mark_read(conversation: Conversation, *, actor: Membership | None) -> Conversation:
    """Note that an operator has seen everything the contact wrote; the contact is told."""
    conversation = Conversation.objects.locked(conversation)
    if conversation.is_unread:
        conversation.read_seq = conversation.incoming_seq
        events.record(EventKind.CONVERSATION_READ, conversation, actor=actor)
    return conversation
