"""Answers by mail in tests: written, carried, and looked at as they stand then."""

from datetime import timedelta
from email import message_from_bytes, policy

from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions.messaging import send_message
from inbox.actions.recipients import read_recipients
from inbox.models import Conversation, Message
from inbox.tasks import deliver


def answer(conversation, actor, text="It is red.", *, html="", **said):
    """Reply to a mail; ``to``, ``cc`` and ``bcc`` are as they would be typed."""
    with scope(conversation.workspace):
        conversation = Conversation.objects.with_people().get(pk=conversation.pk)
        recipients = read_recipients(said) if said else None
        return send_message(conversation, text=text, html=html, actor=actor, recipients=recipients)


def carry(message):
    """Try to send it, as the clock would when the time has come; return how it stands then."""
    workspace, past = message.workspace, timezone.now() - timedelta(seconds=1)
    with scope(workspace):
        queued = Message.objects.filter(pk=message.pk, state="queued")
        queued.update(send_at=past, leased_until=None)
    deliver(workspace, message.pk)
    with scope(workspace):
        message = Message.objects.select_related("conversation", "author").get(pk=message.pk)
        assert message.mail is None or message.mail.pk
        return message


def outcomes(message):
    """Say what became of a mail to each of its readers."""
    with scope(message.workspace):
        found = Message.objects.get(pk=message.pk).recipients
    return {one["address"]: (one["state"], one["said"]) for one in found}


def read(raw):
    return message_from_bytes(raw, policy=policy.default)
