"""Answer by mail: what stands above the words is decided once, before the first attempt."""

from __future__ import annotations

import re
import secrets

from django.utils import timezone

from inbox.actions.mail import reply_key
from inbox.connectors.mail.addresses import Address
from inbox.connectors.mail.composing import Head, references_to
from inbox.connectors.mail.threads import reply_address
from inbox.enums import MessageKind
from inbox.models import Conversation, Mail, Message
from inbox.models.message import with_files

MADE_HERE = "@desk.invalid"  # ids of mails that had none, which their writers do not know
ANSWERED = re.compile(r"\s*re\s*:", re.IGNORECASE)
LONGEST_QUOTED = 20_000


def prepare_reply(message: Message) -> tuple[Head, str]:
    """
    Return the head and the words of a reply, the same on every attempt; the caller has claimed it.

    The id is stored before anybody is given the mail, so that whatever comes of it is known.
    """
    conversation = message.conversation
    mail = Mail.objects.filter(message=message).first()
    if mail is None:
        mail = _written_down(message)
        message.is_mail = True
        message.save(update_fields=["is_mail"])
        with_files([message])
    *references, in_reply_to = mail.references or [""]
    person = mail.to[0] if mail.to else {"name": "", "address": ""}
    head = Head(
        sender=Address(mail.sender_name, mail.sender_address),
        to=Address(person["name"], person["address"]),
        subject=mail.subject,
        message_id=mail.mail_id,
        at=timezone.now(),
        reply_to=reply_address(mail.sender_address, conversation.public_id, reply_key()),
        in_reply_to=in_reply_to,
        references=(*references, in_reply_to) if in_reply_to else (),
    )
    return head, mail.whole_text or message.text


def _written_down(message: Message) -> Mail:
    conversation, address = message.conversation, message.channel.address
    last = _last_incoming(conversation)
    known = [*last.references, last.mail_id] if last else []
    references = references_to([one for one in known if not one.endswith(MADE_HERE)])
    subject = last.subject if last else conversation.subject
    return Mail.objects.create(
        message=message,
        channel=message.channel,
        mail_id=f"c.{secrets.token_hex(16)}@{address.rpartition('@')[2]}",
        references=list(references),
        subject=subject if ANSWERED.match(subject) else f"Re: {subject}".rstrip(),
        sender_name=message.author.user.name_for_customers if message.author else "",
        sender_address=address,
        people={"to": _to(conversation)},
        whole_text=_quoting(message, last),
    )


def _last_incoming(conversation: Conversation) -> Mail | None:
    theirs = Mail.objects.filter(
        message__conversation=conversation, message__kind=MessageKind.INCOMING, automatic=False
    )
    return theirs.select_related("message").order_by("-message__seq").first()


def _to(conversation: Conversation) -> list[dict[str, str]]:
    address = conversation.handle.value
    if "@" not in address:
        return []
    return [{"name": conversation.contact.name, "address": address}]


def _quoting(message: Message, last: Mail | None) -> str:
    """Return the words with what they answer below them."""
    if last is None or not last.message.text:
        return ""
    at = f"{last.message.created_at:%Y-%m-%d %H:%M} UTC"
    lines = last.message.text[:LONGEST_QUOTED].splitlines()
    quoted = "\n".join(f"> {line}".rstrip() for line in lines)
    return f"{message.text}\n\nOn {at}, {last.sender} wrote:\n{quoted}"
