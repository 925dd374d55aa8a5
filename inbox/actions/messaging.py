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
from accounts.prepared import Prepared
from inbox import events
from inbox.actions.assignment import Because, told
from inbox.actions.collisions import refuse_unseen_reply
from inbox.actions.drafts import forget_draft
from inbox.actions.mail_replies import address_mail
from inbox.actions.mentions import mentioned
from inbox.actions.recipients import BadRecipients, Recipients
from inbox.actions.taking_over import refuse_answering
from inbox.actions.uploads import attach, holder_of_member, take_uploads
from inbox.connectors import CONNECTORS
from inbox.connectors.mail.rich import LONGEST, Words, read_words
from inbox.enums import ChannelKind, EventKind, MessageKind, MessageState
from inbox.models import Attachment, Channel, Conversation, Message

WRITTEN = Prepared(Message.objects.filter, "conversation", "client_id")


class NothingToSay(DomainError):
    code: ClassVar[str] = "empty"
    status: ClassVar[int] = 422


class TooLong(DomainError):
    code: ClassVar[str] = "too_long"
    status: ClassVar[int] = 422


class NoFormats(DomainError):
    code: ClassVar[str] = "no_formats"
    status: ClassVar[int] = 422


class SentBefore(DomainError):
    code: ClassVar[str] = "sent_before"


class MergedAway(DomainError):
    code: ClassVar[str] = "merged_away"


@transaction.atomic
def send_message(
    conversation: Conversation,
    *,
    text: str,
    html: str = "",
    actor: Membership | None,
    client_id: UUID | None = None,
    seen_seq: int | None = None,
    send_at: datetime | None = None,
    attachments: Sequence[UUID] = (),
    is_scheduled: bool = False,
    recipients: Recipients | None = None,
    because: Because = None,
) -> Message:
    """
    Write a reply, to be carried to the contact as soon as ``send_at`` has come.

    The same ``client_id`` again returns the same message. The author's draft of it is no more.

    :param html: the words with their formats, which then say what the text is.
    :param attachments: ids of the actor's uploads, which go with it.
    :param recipients: who gets the mail, if not those whom the conversation suggests.
    :param because: why an automaton sends it.
    :raises NothingToSay: if the text is blank and nothing is attached.
    :raises TooLong: if the channel cannot carry it.
    :raises NoFormats: if the channel carries text alone.
    :raises SentBefore: if the same ``client_id`` brought another text.
    :raises MergedAway: if the conversation is a part of another one.
    :raises KeptByOwner: if it is somebody else's who keeps it.
    :raises NewerReply: if a colleague's reply came after ``seen_seq``.
    """
    conversation = Conversation.locked(conversation.pk)
    words = checked_words(text, html, conversation.channel, is_alone=not attachments)
    if repeated := _written_before(conversation, client_id, words):
        forget_draft(conversation, actor=actor, client_id=client_id)
        return repeated
    if conversation.merged_into:
        numbers = {"this": conversation.number, "into": conversation.merged_into.number}
        raise MergedAway(_("#%(this)d was merged into #%(into)d. Answer there.") % numbers)
    if not because:
        refuse_answering(conversation, actor=actor)
    if seen_seq is not None:
        refuse_unseen_reply(conversation, actor=actor, seen_seq=seen_seq)
    forget_draft(conversation, actor=actor, client_id=client_id)

    now = timezone.now()
    message = write(
        conversation,
        MessageKind.OUTGOING,
        words.text,
        at=now,
        html=words.html,
        uploads=taken(conversation, attachments, actor, MessageKind.OUTGOING, words.pictures),
        author=actor,
        client_id=client_id,
        state=MessageState.QUEUED,
        send_at=send_at or now,
        is_scheduled=is_scheduled,
        is_automatic=bool(because),
    )
    if conversation.channel.kind == ChannelKind.EMAIL:
        address_mail(message, recipients)
        message.save(update_fields=["is_mail"])
    elif recipients:
        raise BadRecipients(_("Only mails have recipients. This goes to the contact alone."))
    events.record(
        EventKind.MESSAGE_QUEUED, conversation, actor=actor, messages=[message], **told(because)
    )
    return message


@transaction.atomic
def add_note(
    conversation: Conversation,
    *,
    text: str,
    actor: Membership | None,
    client_id: UUID | None = None,
    attachments: Sequence[UUID] = (),
    because: Because = None,
) -> Message:
    """
    Leave words for colleagues; they never reach the contact.

    :raises NothingToSay: if the text is blank and nothing is attached.
    """
    text = checked_text(text, LONGEST_NOTE, is_alone=not attachments)
    conversation = Conversation.locked(conversation.pk)
    forget_draft(conversation, actor=actor, client_id=client_id)
    if repeated := _written_before(conversation, client_id, Words("", text)):
        return repeated

    message = write(
        conversation,
        MessageKind.NOTE,
        text,
        at=timezone.now(),
        uploads=taken(conversation, attachments, actor, MessageKind.NOTE),
        author=actor,
        client_id=client_id,
        is_automatic=bool(because),
    )
    called = told(because) | ({"mentions": ids} if (ids := mentioned(text)) else {})
    events.record(EventKind.NOTE_ADDED, conversation, actor=actor, messages=[message], **called)
    return message


LONGEST_NOTE = 20_000
SAID = {MessageKind.INCOMING, MessageKind.OUTGOING}


def checked_words(text: str, html: str, channel: Channel, *, is_alone: bool) -> Words:
    """Clean what somebody wrote; HTML without words leaves the text."""
    can = CONNECTORS[channel.kind].capabilities
    if html and not can.formats:
        raise NoFormats(_("Only mails carry formats. Send the text alone."))
    if len(html) > LONGEST:
        raise TooLong(_("That is too much at once. Shorten it or attach it as a file."))
    words = read_words(html)
    words = words if words.text else Words("", text)
    said = checked_text(words.text, can.longest_text, is_alone=is_alone)
    return Words(words.html, said, words.pictures)


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
    conversation: Conversation, client_id: UUID | None, words: Words
) -> Message | None:
    if client_id is None:
        return None
    message = WRITTEN.first(conversation=conversation.pk, client_id=client_id)
    if message and (message.text, message.html) != (words.text, words.html):
        raise SentBefore(_("This was sent before you changed it. Look at the conversation first."))
    return message


def taken(
    conversation: Conversation,
    ids: Sequence[UUID],
    actor: Membership | None,
    kind: MessageKind,
    pictures: Sequence[UUID] = (),
) -> list[Attachment]:
    """Lock the actor's uploads that a message is about to carry, and those that its words show."""
    wanted = [*ids, *(one for one in pictures if one not in ids)]
    holder = holder_of_member(actor)
    found = take_uploads(wanted, holder=holder, conversation=conversation, kind=kind)
    for upload in found:
        upload.is_inline = upload.is_picture and upload.public_id in pictures
        upload.content_id = str(upload.public_id) if upload.is_inline else ""
    return found


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
    message = compose(conversation, kind, text, at=at, uploads=uploads, **fields)
    message.save(force_insert=True)
    attach(uploads, message)
    return message


def compose(
    conversation: Conversation,
    kind: MessageKind,
    text: str,
    *,
    at: datetime,
    uploads: Sequence[Attachment],
    **fields: object,
) -> Message:
    """Make a message that somebody else writes, and let the conversation's row say what it says."""
    if kind in SAID or conversation.preview_kind in {"", MessageKind.NOTE}:
        conversation.show(text, uploads)
        conversation.preview_kind = kind
    conversation.last_activity_at = max(conversation.last_activity_at, at)
    return Message(
        conversation=conversation,
        kind=kind,
        text=text,
        has_attachments=bool(uploads),
        seq=conversation.last_seq + 1,
        created_at=at,
        **{"channel_id": conversation.channel_id} | fields,
    )
