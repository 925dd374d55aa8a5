"""Receive messages, write replies and notes."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from inbox import events
from inbox.actions.drafts import forget_draft
from inbox.connectors import CONNECTORS
from inbox.connectors.base import IncomingMessage, Sender
from inbox.enums import DraftKind, EventKind, MessageKind, MessageState, Status
from inbox.models import Channel, Contact, ContactHandle, Conversation, ConversationCounter, Message
from inbox.models.conversation import PREVIEW_LENGTH


class NothingToSay(DomainError):
    code: ClassVar[str] = "empty"
    status: ClassVar[int] = 422


class TooLong(DomainError):
    code: ClassVar[str] = "too_long"
    status: ClassVar[int] = 422


class SentBefore(DomainError):
    code: ClassVar[str] = "sent_before"


@transaction.atomic
def receive_message(channel: Channel, incoming: IncomingMessage) -> Message:
    """
    Store a message from outside, once, in its sender's conversation in this channel.

    Holding the handle's row makes a sender's messages queue up, so that two arriving
    together cannot open two conversations. A closed conversation reopens, a snoozed one
    wakes; the assignee is kept while still active.
    """
    handle = _claim_handle(channel, incoming.sender)
    known = Message.objects.filter(channel=channel, external_id=incoming.external_id)
    if known.exists():
        return known.select_related("conversation").get()

    conversation = _latest_conversation(channel, handle)
    if conversation is None:
        conversation = _open_conversation(channel, handle, at=incoming.sent_at)
    else:
        _resume(conversation)

    conversation.public_seq += 1
    conversation.incoming_seq = conversation.public_seq
    conversation.waiting_since = conversation.waiting_since or incoming.sent_at
    message = _write(
        conversation,
        MessageKind.INCOMING,
        incoming.text,
        at=incoming.sent_at,
        public_seq=conversation.public_seq,
        external_id=incoming.external_id,
        client_id=incoming.client_id,
    )
    page = {"page_url": incoming.page_url, "page_title": incoming.page_title}
    events.record(
        EventKind.MESSAGE_RECEIVED,
        conversation,
        actor=None,
        messages=[message],
        **{name: value for name, value in page.items() if value},
    )
    return message


@transaction.atomic
def send_message(
    conversation: Conversation,
    *,
    text: str,
    actor: Membership | None,
    client_id: UUID | None = None,
    send_at: datetime | None = None,
) -> Message:
    """
    Write a reply, to be carried to the contact as soon as ``send_at`` has come.

    The same ``client_id`` again returns the same message. The author's draft of it is no more.

    :raises NothingToSay: if the text is blank.
    :raises TooLong: if the channel cannot carry it.
    :raises SentBefore: if the same ``client_id`` brought another text.
    """
    longest = CONNECTORS[conversation.channel.kind].capabilities.longest_text
    text = _checked(text, longest)
    conversation = Conversation.objects.locked(conversation)
    forget_draft(conversation, kind=DraftKind.REPLY, actor=actor, client_id=client_id)
    if repeated := _written_before(conversation, client_id, text):
        return repeated

    now = timezone.now()
    message = _write(
        conversation,
        MessageKind.OUTGOING,
        text,
        at=now,
        author=actor,
        client_id=client_id,
        state=MessageState.QUEUED,
        send_at=send_at or now,
    )
    events.record(EventKind.MESSAGE_QUEUED, conversation, actor=actor, messages=[message])
    return message


@transaction.atomic
def add_note(
    conversation: Conversation,
    *,
    text: str,
    actor: Membership | None,
    client_id: UUID | None = None,
) -> Message:
    """
    Leave words for colleagues; they never reach the contact.

    :raises NothingToSay: if the text is blank.
    """
    text = _checked(text, LONGEST_NOTE)
    conversation = Conversation.objects.locked(conversation)
    forget_draft(conversation, kind=DraftKind.NOTE, actor=actor, client_id=client_id)
    if repeated := _written_before(conversation, client_id, text):
        return repeated

    message = _write(
        conversation,
        MessageKind.NOTE,
        text,
        at=timezone.now(),
        author=actor,
        client_id=client_id,
    )
    events.record(EventKind.NOTE_ADDED, conversation, actor=actor, messages=[message])
    return message


LONGEST_NOTE = 20_000


def _checked(text: str, longest: int) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise NothingToSay(_("Write something first."))
    if len(text) > longest:
        raise TooLong(
            _("That is %(length)d characters; here %(most)d fit. Shorten it or send it in parts.")
            % {"length": len(text), "most": longest}
        )
    return text


def _claim_handle(channel: Channel, sender: Sender) -> ContactHandle:
    handles = ContactHandle.objects.select_for_update(of=("self",)).select_related("contact")
    known = handles.filter(channel_kind=channel.kind, value=sender.value)
    if handle := known.first():
        _learn(handle.contact, sender)
        return handle
    try:
        with transaction.atomic():
            contact = Contact.objects.create(name=sender.name, email=sender.email)
            return ContactHandle.objects.create(
                contact=contact,
                channel_kind=channel.kind,
                value=sender.value,
                verified=sender.verified,
            )
    except IntegrityError:  # another worker met this sender first
        return known.get()


def _learn(contact: Contact, sender: Sender) -> None:
    """Fill in what the contact had not told before; what a person typed here is kept."""
    news = {
        name: value
        for name, value in (("name", sender.name), ("email", sender.email))
        if value and not getattr(contact, name)
    }
    if news:
        for name, value in news.items():
            setattr(contact, name, value)
        contact.save(update_fields=list(news))


def _latest_conversation(channel: Channel, handle: ContactHandle) -> Conversation | None:
    """Lock the sender's conversation; what is in our hands already is not read again."""
    theirs = Conversation.objects.filter(channel=channel, handle=handle).order_by("-pk")
    locked = theirs.select_related("assignee__user", "team").select_for_update(of=("self",))
    if conversation := locked.first():
        conversation.channel, conversation.handle = channel, handle
        conversation.contact = handle.contact
    return conversation


def _open_conversation(channel: Channel, handle: ContactHandle, *, at: datetime) -> Conversation:
    conversation = Conversation(
        channel=channel,
        contact=handle.contact,
        handle=handle,
        team_id=channel.team_id,
        opened_at=at,
        last_activity_at=at,
    )
    # Last, because every other new conversation of the workspace waits for it.
    conversation.number = ConversationCounter.next_number()
    events.record_opening(conversation)
    return conversation


def _resume(conversation: Conversation) -> None:
    if conversation.is_open:
        return
    kind = (
        EventKind.CONVERSATION_REOPENED if conversation.is_closed else EventKind.CONVERSATION_WOKEN
    )
    conversation.move_to(Status.OPEN, at=timezone.now())
    if (assignee := conversation.assignee) and not (assignee.is_active and assignee.user.is_active):
        conversation.assignee = None
    events.record(kind, conversation, actor=None)


def _written_before(
    conversation: Conversation, client_id: UUID | None, text: str
) -> Message | None:
    if client_id is None:
        return None
    message = conversation.messages.filter(client_id=client_id).for_timeline().first()
    if message and message.text != text:
        raise SentBefore(_("This was sent before you changed it. Look at the conversation first."))
    return message


def _write(
    conversation: Conversation, kind: MessageKind, text: str, *, at: datetime, **fields: object
) -> Message:
    """Add a message as the conversation's next event."""
    if kind != MessageKind.NOTE or conversation.preview_kind in {"", MessageKind.NOTE}:
        conversation.preview = " ".join(text[: 2 * PREVIEW_LENGTH].split())[:PREVIEW_LENGTH]
        conversation.preview_kind = kind
    conversation.last_activity_at = max(conversation.last_activity_at, at)
    return Message.objects.create(
        conversation=conversation,
        channel_id=conversation.channel_id,
        kind=kind,
        text=text,
        seq=conversation.last_seq + 1,
        created_at=at,
        **fields,
    )
