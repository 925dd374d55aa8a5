"""Write replies and notes."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from inbox import events
from inbox.actions.collisions import refuse_unseen_reply
from inbox.actions.drafts import forget_draft
from inbox.actions.mail_replies import address_mail
from inbox.actions.mentions import mentioned
from inbox.actions.recipients import BadRecipients, Recipients
from inbox.actions.uploads import attach, holder_of_member, take_uploads
from inbox.connectors import CONNECTORS
from inbox.enums import ChannelKind, EventKind, MessageKind, MessageState
from inbox.models import Attachment, Conversation, Message


class NothingToSay(DomainError):
    code: ClassVar[str] = "empty"
    status: ClassVar[int] = 422


class TooLong(DomainError):
    code: ClassVar[str] = "too_long"
    status: ClassVar[int] = 422


class SentBefore(DomainError):
    code: ClassVar[str] = "sent_before"


@transaction.atomic
def send_message(
    conversation: Conversation,
    *,
    text: str,
    actor: Membership | None,
    client_id: UUID | None = None,
    seen_seq: int | None = None,
    send_at: datetime | None = None,
    attachments: Sequence[UUID] = (),
    is_scheduled: bool = False,
    recipients: Recipients | None = None,
) -> Message:
    """
    Write a reply, to be carried to the contact as soon as ``send_at`` has come.

    The same ``client_id`` again returns the same message. The author's draft of it is no more.

    :param attachments: ids of the actor's uploads, which go with it.
    :param recipients: who gets the mail, if not those whom the conversation suggests.
    :raises NothingToSay: if the text is blank and nothing is attached.
    :raises TooLong: if the channel cannot carry it.
    :raises SentBefore: if the same ``client_id`` brought another text.
    :raises NewerReply: if a colleague's reply came after ``seen_seq``.
    """
    longest = CONNECTORS[conversation.channel.kind].capabilities.longest_text
    text = checked_text(text, longest, is_alone=not attachments)
    conversation = Conversation.objects.locked(conversation.pk)
    if repeated := _written_before(conversation, client_id, text):
        forget_draft(conversation, actor=actor, client_id=client_id)
        return repeated
    if seen_seq is not None:
        refuse_unseen_reply(conversation, actor=actor, seen_seq=seen_seq)
    forget_draft(conversation, actor=actor, client_id=client_id)

    now = timezone.now()
    message = write(
        conversation,
        MessageKind.OUTGOING,
        text,
        at=now,
        uploads=_taken(conversation, attachments, actor, MessageKind.OUTGOING),
        author=actor,
        client_id=client_id,
        state=MessageState.QUEUED,
        send_at=send_at or now,
        is_scheduled=is_scheduled,
    )
    if conversation.channel.kind == ChannelKind.EMAIL:
        address_mail(message, recipients)
        message.save(update_fields=["is_mail"])
    elif recipients:
        raise BadRecipients(_("Only mails have recipients. This goes to the contact alone."))
    events.record(EventKind.MESSAGE_QUEUED, conversation, actor=actor, messages=[message])
    return message


@transaction.atomic
def add_note(
    conversation: Conversation,
    *,
    text: str,
    actor: Membership | None,
    client_id: UUID | None = None,
    attachments: Sequence[UUID] = (),
) -> Message:
    """
    Leave words for colleagues; they never reach the contact.

    :raises NothingToSay: if the text is blank and nothing is attached.
    """
    text = checked_text(text, LONGEST_NOTE, is_alone=not attachments)
    conversation = Conversation.objects.locked(conversation.pk)
    forget_draft(conversation, actor=actor, client_id=client_id)
    if repeated := _written_before(conversation, client_id, text):
        return repeated

    message = write(
        conversation,
        MessageKind.NOTE,
        text,
        at=timezone.now(),
        uploads=_taken(conversation, attachments, actor, MessageKind.NOTE),
        author=actor,
        client_id=client_id,
    )
    called = {"mentions": ids} if (ids := mentioned(text)) else {}
    events.record(EventKind.NOTE_ADDED, conversation, actor=actor, messages=[message], **called)
    return message


LONGEST_NOTE = 20_000
SAID = {MessageKind.INCOMING, MessageKind.OUTGOING}


def checked_text(text: str, longest: int, *, is_alone: bool) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text and is_alone:
        raise NothingToSay(_("Write something first."))
    if len(text) > longest:
        raise TooLong(
            _("That is %(length)d characters; here %(most)d fit. Shorten it or send it in parts.")
            % {"length": len(text), "most": longest}
        )
    return text


def _written_before(
    conversation: Conversation, client_id: UUID | None, text: str
) -> Message | None:
    if client_id is None:
        return None
    message = conversation.messages.filter(client_id=client_id).for_timeline().first()
    if message and message.text != text:
        raise SentBefore(_("This was sent before you changed it. Look at the conversation first."))
    return message


def _taken(
    conversation: Conversation, ids: Sequence[UUID], actor: Membership | None, kind: MessageKind
) -> list[Attachment]:
    holder = holder_of_member(actor)
    return take_uploads(ids, holder=holder, conversation=conversation, kind=kind)


def write(
    conversation: Conversation,
    kind: MessageKind,
    text: str,
    *,
    at: datetime,
    uploads: Sequence[Attachment],
    **fields: object,
) -> Message:
    """Add a message as the conversation's next event."""
    if kind in SAID or conversation.preview_kind in {"", MessageKind.NOTE}:
        conversation.show(text, uploads)
        conversation.preview_kind = kind
    conversation.last_activity_at = max(conversation.last_activity_at, at)
    message = Message.objects.create(
        conversation=conversation,
        kind=kind,
        text=text,
        has_attachments=bool(uploads),
        seq=conversation.last_seq + 1,
        created_at=at,
        **{"channel_id": conversation.channel_id} | fields,
    )
    attach(uploads, message)
    return message
