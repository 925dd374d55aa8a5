"""Write by mail: what stands above and below the words is decided once, before the first attempt."""

from __future__ import annotations

import re
import secrets

from django.utils import timezone

from accounts.tenancy import current_workspace
from inbox.actions.mail_threads import reply_key
from inbox.actions.recipients import Recipients, suggest_recipients
from inbox.connectors.mail.addresses import Address
from inbox.connectors.mail.composing import Head, references_to
from inbox.connectors.mail.threads import reply_address
from inbox.enums import FromStyle, MessageKind
from inbox.models import Conversation, Mail, Message
from inbox.models.message import with_files

MADE_HERE = "@desk.invalid"  # ids of mails that had none, which their writers do not know
ANSWERED = re.compile(r"\s*re\s*:", re.IGNORECASE)
LONGEST_QUOTED = 20_000


def prepare_mail(message: Message) -> tuple[Head, str]:
    """
    Return the head and the words of a mail, the same on every attempt; the caller has claimed it.

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
    )
    return head, mail.whole_text or message.text


def address_mail(message: Message, recipients: Recipients | None = None) -> Mail:
    """
    Write down what a message is to be as a mail.

    Its id is stored before anybody is given the mail, so that whatever comes of it is known.
    """
    conversation, address = message.conversation, message.channel.address
    recipients = recipients or suggest_recipients(conversation).recipients
    last = _last_from(conversation, recipients)
    known = [*last.references, last.mail_id] if last else _own_ids(conversation)
    references = references_to([one for one in known if not one.endswith(MADE_HERE)])
    subject = last.subject if last else conversation.subject
    message.is_mail = True
    mail = Mail.objects.create(
        message=message,
        channel=message.channel,
        mail_id=f"c.{secrets.token_hex(16)}@{address.rpartition('@')[2]}",
        references=list(references),
        subject=subject if ANSWERED.match(subject) else f"Re: {subject}".rstrip(),
        sender_name=_from_name(message),
        sender_address=address,
        people=recipients.people(),
        whole_text=_quoting(message, last),
    )
    with_files([message])
    return mail


def _from_name(message: Message) -> str:
    """Say whose name the mail bears, as the channel has it."""
    said = message.channel.setting("from", {})
    style, company = said.get("style", FromStyle.ALONE), said.get("name", "")
    company = company or current_workspace().name
    person = message.author.user.name_for_customers if message.author else ""
    if style == FromStyle.ALONE:
        return person
    is_both = style == FromStyle.PERSON and person
    return f"{person} ({company})" if is_both else company


def _last_from(conversation: Conversation, recipients: Recipients) -> Mail | None:
    """Find the mail that is answered: the newest of those whose writer gets the answer, since it is quoted."""
    readers = {one.address.lower() for one in recipients}
    theirs = Mail.objects.filter(
        message__conversation=conversation, message__kind=MessageKind.INCOMING, automatic=False
    )
    newest = theirs.select_related("message").order_by("-message__seq")
    return next((one for one in newest[:20] if one.sender_address.lower() in readers), None)


def _own_ids(conversation: Conversation) -> list[str]:
    ours = Mail.objects.filter(message__conversation=conversation)
    ours = ours.filter(message__kind=MessageKind.OUTGOING)
    return list(ours.order_by("message__seq").values_list("mail_id", flat=True))


def _written(people: list[dict[str, str]]) -> tuple[Address, ...]:
    return tuple(Address(one["name"], one["address"]) for one in people)


def _quoting(message: Message, last: Mail | None) -> str:
    """Return the words with what they answer below them."""
    if last is None or not last.message.text:
        return ""
    at = f"{last.message.created_at:%Y-%m-%d %H:%M} UTC"
    lines = last.message.text[:LONGEST_QUOTED].splitlines()
    quoted = "\n".join(f"> {line}".rstrip() for line in lines)
    return f"{message.text}\n\nOn {at}, {last.sender} wrote:\n{quoted}"
