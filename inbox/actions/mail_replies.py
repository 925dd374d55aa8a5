"""Write by mail: what stands above and below the words is decided once, before the first attempt."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.tenancy import current_workspace
from inbox.actions.mail_threads import reply_key
from inbox.actions.mail_words import Below, sender_name, whole_html, whole_text
from inbox.actions.recipients import Recipients, suggest_recipients
from inbox.connectors.mail.addresses import Address
from inbox.connectors.mail.composing import Head, references_to
from inbox.connectors.mail.threads import reply_address
from inbox.connectors.mail.trust import Trust
from inbox.enums import MessageKind
from inbox.models import Conversation, Mail, Message
from inbox.models.message import with_files

MADE_HERE = "@desk.invalid"  # ids of mails that had none, which their writers do not know
ANSWERED = re.compile(r"\s*re\s*:", re.IGNORECASE)
LONGEST_QUOTED = 20_000


@dataclass(frozen=True, slots=True)
class Forward:
    """What a mail says that answers nobody: its own subject, and what it passes on."""

    subject: str
    copied: Below


def prepare_mail(message: Message) -> tuple[Head, str, str]:
    """
    Return the head of a mail and its words, as text and as HTML if they have formats.

    They are the same on every attempt; the caller has claimed it.

    Only who still waits for it is in the envelope.
    """
    mail = Mail.objects.filter(message=message).first()
    if mail is None:  # from an archive, or written when mails were addressed here
        mail = address_mail(message)
        message.save(update_fields=["is_mail"])
    *references, in_reply_to = mail.references or [""]
    head = Head(
        sender=Address(mail.sender_name, mail.sender_address),
        to=_written(mail.to),
        cc=_written(mail.cc),
        envelope=tuple(one["address"] for one in mail.waiting),
        subject=mail.subject,
        message_id=mail.mail_id,
        at=timezone.now(),
        reply_to=reply_address(mail.sender_address, message.conversation.public_id, reply_key()),
        in_reply_to=in_reply_to,
        references=(*references, in_reply_to) if in_reply_to else (),
        is_automatic=message.is_automatic,
    )
    return head, mail.whole_text or message.text, mail.html


def address_mail(
    message: Message, recipients: Recipients | None = None, *, forward: Forward | None = None
) -> Mail:
    """
    Write down what a message is to be as a mail.

    Its id is stored before anybody is given the mail, so that whatever comes of it is known.
    """
    conversation, address = message.conversation, message.channel.address
    recipients = recipients or suggest_recipients(conversation).recipients
    last = None if forward else _last_from(conversation, recipients)
    known = [*last.references, last.mail_id] if last else [] if forward else _own(conversation)
    references = references_to([one for one in known if not one.endswith(MADE_HERE)])
    subject = last.subject if last else conversation.subject
    if known and not ANSWERED.match(subject):
        subject = f"Re: {subject}".rstrip()
    message.is_mail = True
    below = forward.copied if forward else _quoted(last)
    if message.is_automatic and not (last and last.trust == Trust.PASS):
        subject, below = _own_subject(), Below()
    mail = Mail.objects.create(
        message=message,
        channel=message.channel,
        mail_id=f"c.{secrets.token_hex(16)}@{address.rpartition('@')[2]}",
        references=list(references),
        subject=forward.subject if forward else subject,
        sender_name=sender_name(message),
        sender_address=address,
        people=recipients.people(),
        whole_text=whole_text(message, below),
        html=whole_html(message, below),
    )
    with_files([message])
    return mail


def _last_from(conversation: Conversation, recipients: Recipients) -> Mail | None:
    """Find the mail that is answered: the newest of those whose writer gets the answer, since it is quoted."""
    readers = {one.address.lower() for one in recipients}
    theirs = Mail.objects.filter(
        message__conversation=conversation, message__kind=MessageKind.INCOMING, automatic=False
    )
    newest = theirs.select_related("message").order_by("-message__seq")
    return next((one for one in newest[:20] if one.sender_address.lower() in readers), None)


def _own_subject() -> str:
    """
    Say what an automatic answer is about where nobody has proven who wrote.

    Whoever wrote in another's name would otherwise have us carry their words there.
    """
    with override(settings.LANGUAGE_CODE):
        return _("Your message to %(name)s") % {"name": current_workspace().name}


def _own(conversation: Conversation) -> list[str]:
    ours = Mail.objects.filter(message__conversation=conversation)
    ours = ours.filter(message__kind=MessageKind.OUTGOING)
    return list(ours.order_by("message__seq").values_list("mail_id", flat=True))


def _written(people: list[dict[str, str]]) -> tuple[Address, ...]:
    return tuple(Address(one["name"], one["address"]) for one in people)


def _quoted(last: Mail | None) -> Below:
    """Return what is answered, as it stands below the words."""
    if last is None or not last.message.text:
        return Below()
    at = f"{last.message.created_at:%Y-%m-%d %H:%M} UTC"
    return Below(last.message.text[:LONGEST_QUOTED], f"On {at}, {last.sender} wrote:")
