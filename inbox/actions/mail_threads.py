"""Where a mail belongs, as far as our rows can tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.tenancy import current_workspace
from inbox.connectors.mail import reading
from inbox.connectors.mail.threads import Known, Lookup
from inbox.enums import ChannelKind, MessageKind, Status, Threading
from inbox.models import Channel, ContactHandle, Conversation, Mail, Message

MOST_LOOKED_AT = 50  # open conversations of one person
# What mail programs put before a subject, in the languages of most.
PREFIXES = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg|sv|vs|tr|rv|rif|antw|odp|отв|ответ|пер)\s*(?:\[\d+\])?\s*:\s*)+",
    re.IGNORECASE,
)
OURS = (MessageKind.OUTGOING, MessageKind.FORWARD)


def reply_key() -> bytes:
    """Return what signs this workspace's reply addresses."""
    told = f"{settings.SECRET_KEY}-{current_workspace().pk}"
    return salted_hmac("inbox.reply_address", "", secret=told, algorithm="sha256").digest()


def bounced_message(channel: Channel, mail: reading.Mail) -> Message | None:
    """Return the message of ours that a notice says did not arrive."""
    if mail.bounce is None or not mail.bounce.message_id:
        return None
    ours = Message.objects.filter(kind__in=OURS, channel=channel)
    found = ours.filter(mails__channel=channel, mails__mail_id=mail.bounce.message_id)
    return found.order_by("pk").first()


def lookup_in(channel: Channel, *, is_archive: bool) -> Lookup:
    """Return what tells which of a channel's conversations the ids of mails lead to."""

    def look_up(ids: Sequence[str]) -> Mapping[str, Iterable[Known]]:
        rows = Mail.objects.filter(channel=channel, mail_id__in=ids)
        rows = rows.select_related("message__conversation__channel").order_by("-pk")
        pairs = [(row.mail_id, row.message.conversation) for row in rows]
        known = participants_of([one for _, one in pairs], is_archive=is_archive)
        found: dict[str, list[Known]] = defaultdict(list)
        for mail_id, conversation in pairs:
            found[mail_id].append(known[conversation.pk])
        return found

    return look_up


def by_rule(channel: Channel, handle: ContactHandle, subject: str) -> Conversation | None:
    """Find the conversation that the channel's rule has a new mail of a known person go on with."""
    rule = channel.setting("threading", Threading.THREAD)
    if rule == Threading.THREAD:
        return None
    theirs = Conversation.objects.filter(
        channel=channel, handle=handle, status__in=[Status.OPEN, Status.SNOOZED], is_spam=False
    )
    newest = theirs.order_by("-last_activity_at", "-pk")[:MOST_LOOKED_AT]
    wanted = _bare(subject)
    return next(
        (one for one in newest if rule == Threading.CONTACT or _bare(one.subject) == wanted), None
    )


def _bare(subject: str) -> str:
    """Return a subject without what answering and forwarding put before it."""
    return " ".join(PREFIXES.sub("", subject).split()).casefold()


def is_aside(conversation: Conversation, channel: Channel, sender: str, ids: Sequence[str]) -> bool:
    """
    Tell whether a mail is for us alone: an answer to what was forwarded.

    Whoever got nothing but that may answer it, and is not heard by the contact.
    """
    about = Mail.objects.filter(
        channel=channel, mail_id__in=ids, message__conversation=conversation
    )
    kinds = dict(about.values_list("mail_id", "message__kind"))
    nearest = next((kinds[one] for one in ids if one in kinds), None)
    if nearest == MessageKind.FORWARD:
        return True
    talking = participants_of([conversation], is_archive=False, kinds=[MessageKind.OUTGOING])
    return sender not in talking[conversation.pk].participants


def participants_of(
    conversations: Sequence[Conversation],
    *,
    is_archive: bool,
    kinds: Collection[MessageKind] = OURS,
) -> dict[int, Known]:
    """
    Tell who takes part: the contact, whomever we wrote to, and in an archive ourselves.

    Whom a contact copied in does not, until we have answered them too.
    """
    people: dict[int, set[str]] = {one.pk: set() for one in conversations}
    handles = ContactHandle.objects.filter(
        channel_kind=ChannelKind.EMAIL, contact__conversations__in=list(people)
    )
    for pk, value in handles.values_list("contact__conversations", "value"):
        if pk in people:
            people[pk].add(value)
    mailed = Q(messages__mailed_at__isnull=False, channel__kind=ChannelKind.WEBCHAT)
    chats = Conversation.objects.filter(mailed, pk__in=list(people)).distinct()
    for pk, email in chats.values_list("pk", "contact__email"):
        people[pk].add(email.lower())
    ours = Mail.objects.filter(message__conversation__in=list(people), message__kind__in=kinds)
    for pk, said in ours.values_list("message__conversation", "people"):
        written_to = [*said.get("to", []), *said.get("cc", []), *said.get("bcc", [])]
        people[pk].update(one["address"].lower() for one in written_to)
    own = {conversation.channel.address for conversation in conversations if is_archive}
    return {pk: Known(pk, frozenset(found | own)) for pk, found in people.items()}
