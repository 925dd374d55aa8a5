"""Say what a conversation is about, and that it has been read."""

from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from inbox import events
from inbox.actions.assignment import Because, told
from inbox.enums import EventKind, Priority
from inbox.models import Conversation, ReadMark, Tag


class BadTag(DomainError):
    code: ClassVar[str] = "bad_tag"
    status: ClassVar[int] = 422


@transaction.atomic
def tag_conversation(
    conversation: Conversation, *, name: str, actor: Membership | None, because: Because = None
) -> Conversation:
    """
    Put a tag on the conversation, making the tag if it is new.

    :raises BadTag: if the name is blank or longer than 60 characters.
    """
    name = Tag.canonical(name)
    if not 0 < len(name) <= 60:  # noqa: PLR2004
        raise BadTag(_("A tag has between 1 and 60 characters."))
    tag, _made = Tag.objects.get_or_create(name=name)
    conversation = Conversation.locked(conversation.pk)
    # Nobody else tags what is locked, so that none of these two need be ready to fail.
    if not conversation.taggings.filter(tag=tag).exists():
        conversation.taggings.create(tag=tag)
        events.record(
            EventKind.CONVERSATION_TAGGED,
            conversation,
            actor=actor,
            tag=tag.pk,
            name=tag.name,
            **told(because),
        )
    return conversation


@transaction.atomic
def untag_conversation(
    conversation: Conversation, *, tag: Tag, actor: Membership | None
) -> Conversation:
    conversation = Conversation.locked(conversation.pk)
    removed, _by_model = conversation.taggings.filter(tag=tag).delete()
    if removed:
        events.record(
            EventKind.CONVERSATION_UNTAGGED, conversation, actor=actor, tag=tag.pk, name=tag.name
        )
    return conversation


@transaction.atomic
def prioritize_conversation(
    conversation: Conversation,
    *,
    to: Priority,
    actor: Membership | None,
    because: Because = None,
) -> Conversation:
    """Say how urgent it is; saying what is so already changes nothing."""
    conversation = Conversation.locked(conversation.pk)
    if conversation.priority == to:
        return conversation

    before, conversation.priority = conversation.priority, to
    events.record(
        EventKind.CONVERSATION_PRIORITIZED,
        conversation,
        actor=actor,
        before=before,
        priority=to.value,
        **told(because),
    )
    return conversation


class NothingToRead(DomainError):
    code: ClassVar[str] = "nothing_to_read"


@transaction.atomic
def mark_read(conversation: Conversation, *, actor: Membership | None) -> Conversation:
    """Note that somebody has seen everything the contact wrote; the first makes the contact know."""
    conversation = Conversation.locked(conversation.pk)
    is_first = conversation.is_unread
    if not is_first and not (actor and conversation.is_unread_by(actor.pk)):
        return conversation

    conversation.read_seq = conversation.incoming_seq
    if actor:
        conversation.readers = sorted({*conversation.readers, actor.pk})
        ReadMark.put(conversation, actor, seq=conversation.incoming_seq)
    events.record(EventKind.CONVERSATION_READ, conversation, actor=actor, first=is_first)
    return conversation


@transaction.atomic
def mark_unread(conversation: Conversation, *, actor: Membership) -> Conversation:
    """
    Put the contact's last message before one's own eyes again; the contact hears nothing of it.

    :raises NothingToRead: if the contact has not written.
    """
    conversation = Conversation.locked(conversation.pk)
    if not conversation.incoming_seq:
        raise NothingToRead(_("There is nothing to read here: the customer has not written yet."))
    if conversation.is_unread_by(actor.pk):
        return conversation

    conversation.readers = [one for one in conversation.readers if one != actor.pk]
    ReadMark.put(conversation, actor, seq=conversation.incoming_seq - 1)
    events.record(EventKind.CONVERSATION_UNREAD, conversation, actor=actor)
    return conversation
