"""Replies that a chat's visitor has not read: owed by mail, and what became of that."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.actions.letters import owe_letter
from accounts.enums import LetterState
from accounts.models import Letter
from inbox import events
from inbox.actions.outgoing import UNREAD_FOR
from inbox.enums import EventKind
from inbox.models import Conversation, Message

KIND = "unread_replies"


@transaction.atomic
def owe_unread_replies(conversation_id: int) -> Letter | None:
    """
    Owe the visitor one mail with all that they have not read, if they left an address.

    What was written meanwhile goes into the mail that waits; while one is being sent nobody
    knows what it holds, so that it is looked again later.
    """
    now = timezone.now()
    due = Conversation.objects.filter(mail_due_at__lte=now)
    conversation = due.lock([conversation_id]).first()
    if conversation is None:
        return None
    email = conversation.contact.email
    unread = conversation.messages.all().unread_by_visitor().exists()
    is_wanted = bool(email) and unread and not conversation.is_spam
    waiting = Letter.objects.filter(
        kind=KIND, subject_id=conversation.pk, state=LetterState.QUEUED
    ).exists()
    conversation.mail_due_at = now + UNREAD_FOR if is_wanted and waiting else None
    conversation.save(update_fields=["mail_due_at"])
    if not is_wanted or waiting:
        return None
    return owe_letter(KIND, about=conversation.pk, email=email)


@transaction.atomic
def record_mailed(conversation: Conversation, messages: Sequence[Message], *, error: str) -> None:
    """Note on replies that a mail server has them, or why it will never take them."""
    conversation = Conversation.locked(conversation.pk)
    at = None if error else timezone.now()
    rows = conversation.messages.filter(pk__in=[one.pk for one in messages], mailed_at=None)
    mailed = list(rows.for_timeline())
    rows.update(mailed_at=at, mail_error=error)
    for message in mailed:
        message.mailed_at, message.mail_error = at, error
    if mailed:
        events.record(EventKind.MESSAGES_MAILED, conversation, actor=None, messages=mailed)
