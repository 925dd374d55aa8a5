"""Write first: a new conversation by mail, and what is passed on to somebody outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from inbox import events
from inbox.actions.assignment import assign_conversation
from inbox.actions.mail_replies import Forward, address_mail
from inbox.actions.mail_words import Below
from inbox.actions.messaging import checked_words, send_message, taken, write
from inbox.actions.receiving import claim_handle
from inbox.actions.recipients import Recipients
from inbox.actions.uploads import holder_of_member
from inbox.connectors.base import Sender
from inbox.connectors.mail.words import tidy
from inbox.enums import ChannelKind, EventKind, MessageKind, MessageState
from inbox.models import Attachment, Channel, Conversation, ConversationCounter, Message
from inbox.models.message import with_files

LONGEST_SUBJECT = 255
FIRST_MESSAGES = UUID("5d0d4a3c-6a4b-4a63-9a0e-5a9a6fd25c11")
MOST_PASSED_ON = 50
LONGEST_PASSED_ON = 100_000


class NotByMail(DomainError):
    code: ClassVar[str] = "not_by_mail"
    status: ClassVar[int] = 422


class NoSubject(DomainError):
    code: ClassVar[str] = "no_subject"
    status: ClassVar[int] = 422


class NothingToForward(DomainError):
    code: ClassVar[str] = "nothing_to_forward"
    status: ClassVar[int] = 422


@transaction.atomic
def begin_conversation(
    channel: Channel,
    *,
    recipients: Recipients,
    subject: str,
    text: str,
    html: str = "",
    attachments: Sequence[UUID] = (),
    actor: Membership | None,
    client_id: UUID,
    wait: timedelta = timedelta(0),
) -> Conversation:
    """
    Write to somebody first. They become the contact of a conversation that the writer has.

    The same ``client_id`` again returns the same conversation.

    :param attachments: ids of the actor's uploads, which go with it.
    :param wait: for so long the writer may take it back.

    :raises NotByMail: if the channel is no mail channel in use.
    :raises NoSubject: if it does not say what it is about.
    """
    subject = _checked(channel, subject)
    checked_words(text, html, channel, is_alone=not attachments)
    first = next(iter(recipients))
    handle = claim_handle(channel, Sender(first.address.lower(), first.name, first.address))
    public_id = uuid5(FIRST_MESSAGES, f"{actor and actor.pk}-{client_id}")
    if before := Conversation.objects.with_people().filter(public_id=public_id).first():
        return before
    now = timezone.now()
    conversation = Conversation(
        public_id=public_id,
        channel=channel,
        contact=handle.contact,
        handle=handle,
        team_id=channel.team_id,
        subject=subject,
        opened_at=now,
        last_activity_at=now,
    )
    conversation.number = ConversationCounter.next_number()
    events.record_opening(conversation)
    if actor:
        conversation = assign_conversation(conversation, to=actor, actor=actor)
    send_message(
        conversation,
        text=text,
        html=html,
        actor=actor,
        client_id=client_id,
        attachments=attachments,
        recipients=recipients,
        send_at=now + wait,
    )
    return conversation


@transaction.atomic
def forward_messages(
    conversation: Conversation,
    *,
    channel: Channel,
    recipients: Recipients,
    subject: str,
    text: str,
    html: str = "",
    messages: Sequence[int],
    attachments: Sequence[UUID],
    actor: Membership,
    client_id: UUID,
) -> Message:
    """
    Pass on what was said, and files, to somebody who is not the contact; notes never go along.

    :param messages: which of the conversation's, by their ids.
    :param attachments: files of the conversation, or uploads of the actor's for a forward.
    :raises NotByMail: if the channel is no mail channel in use.
    :raises NothingToForward: if there is nothing to pass on, or some of it is not there.
    """
    subject = _checked(channel, subject)
    words = checked_words(text, html, channel, is_alone=False)
    conversation = Conversation.locked(conversation.pk)
    if before := conversation.messages.filter(client_id=client_id).for_timeline().first():
        return before
    passed_on, own = _passed_on(conversation, messages), _own(conversation, attachments, actor)
    copies = _copies(conversation, [one for one in attachments if one not in own])
    if not (passed_on or copies or own):
        raise NothingToForward(_("Choose what goes along."))
    uploads = taken(conversation, own, actor, MessageKind.FORWARD, words.pictures)
    now = timezone.now()
    message = write(
        conversation,
        MessageKind.FORWARD,
        words.text,
        at=now,
        html=words.html,
        uploads=[*copies, *uploads],
        channel_id=channel.pk,
        author=actor,
        client_id=client_id,
        state=MessageState.QUEUED,
        send_at=now,
    )
    address_mail(
        message, recipients, forward=Forward(subject, Below(_told(conversation, passed_on)))
    )
    message.save(update_fields=["is_mail"])
    events.record(EventKind.MESSAGE_QUEUED, conversation, actor=actor, messages=[message])
    return message


def _checked(channel: Channel, subject: str) -> str:
    if channel.kind != ChannelKind.EMAIL or not channel.enabled:
        raise NotByMail(_("Choose a mail channel that is in use."))
    subject = tidy(subject)[:LONGEST_SUBJECT]
    if not subject:
        raise NoSubject(_("Say in the subject what it is about."))
    return subject


def _passed_on(conversation: Conversation, ids: Sequence[int]) -> list[Message]:
    wanted = set(ids)
    said = conversation.messages.filter(kind__in=FORWARDED).exclude(state=MessageState.WITHDRAWN)
    found = list(said.filter(pk__in=wanted).for_timeline()[: MOST_PASSED_ON + 1])
    if len(found) != len(wanted):
        raise NothingToForward(_("Some of what you chose is not in this conversation any more."))
    if len(found) > MOST_PASSED_ON:
        raise NothingToForward(_("Forward %d messages at most.") % MOST_PASSED_ON)
    return found


FORWARDED = [MessageKind.INCOMING, MessageKind.OUTGOING]


def _own(conversation: Conversation, ids: Sequence[UUID], actor: Membership) -> list[UUID]:
    """Return which of the files the actor has brought for a forward of this conversation."""
    unsent = Attachment.objects.unsent(holder_of_member(actor)).filter(public_id__in=ids)
    mine = unsent.filter(conversation=conversation, meant_for=MessageKind.FORWARD)
    known = set(mine.values_list("public_id", flat=True))
    return [one for one in ids if one in known]


def _copies(conversation: Conversation, ids: Sequence[UUID]) -> list[Attachment]:
    """Give the message files of its own that share the stored bytes."""
    wanted = set(ids)
    theirs = Attachment.objects.stored().filter(
        message__conversation=conversation, message__kind__in=FORWARDED, public_id__in=wanted
    )
    found = list(theirs.order_by("message__seq", "position"))
    if len(found) != len(wanted):
        raise NothingToForward(_("Some of what you chose is not in this conversation any more."))
    same = ("name", "size", "content_type", "sha256", "width", "height", "key", "thumbnail_key")
    facts = [{field: getattr(one, field) for field in same} for one in found]
    now = timezone.now()
    rows = [Attachment(stored_at=now, **one) for one in facts]
    return Attachment.objects.bulk_create(rows)


def _told(conversation: Conversation, messages: Sequence[Message]) -> str:
    """Write what was said as text, with who said it and when."""
    told = [f"---------- {_('Forwarded')} ----------"] if messages else []
    for message in with_files(messages):
        who = message.mail.sender if message.mail else conversation.contact.display_name
        if not message.is_incoming:
            who = message.author.user.name_for_customers if message.author else ""
        who = who or conversation.channel.name
        told.append(f"{who}, {message.created_at:%Y-%m-%d %H:%M} UTC:\n{message.text}")
    return "\n\n".join(told)[:LONGEST_PASSED_ON]
