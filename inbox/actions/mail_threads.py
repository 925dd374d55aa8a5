"""Where a mail belongs, as far as our rows can tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.tenancy import current_workspace
from inbox.connectors.mail import reading
from inbox.connectors.mail.threads import Known, author_of, conversations_named, referred
from inbox.enums import ChannelKind, MessageKind, Status, Threading
from inbox.models import Channel, ContactHandle, Conversation, Mail, Message

MOST_LOOKED_AT = 50  # open conversations of one person
# What mail programs put before a subject, in the languages of most.
PREFIXES = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg|sv|vs|tr|rv|rif|antw|odp|отв|ответ|пер)\s*(?:\[\d+\])?\s*:\s*)+",
    re.IGNORECASE,
)
OURS = (MessageKind.OUTGOING, MessageKind.FORWARD)
OF_CONTACT = [
    "message__conversation",
    "message__conversation__channel__kind",
    "message__conversation__handle__value",
    "message__conversation__merged_into",
]


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


NamedMails = Mapping[str, Sequence[tuple[str, str, int, str, str, int | None]]]


def named_mails(channel: Channel, ids: Collection[str]) -> NamedMails:
    """Look up the mails of a channel that have these ids, the newest first."""
    found: dict[str, list[Any]] = defaultdict(list)
    if ids:
        rows = Mail.objects.filter(channel=channel, mail_id__in=ids).order_by("-pk")
        for row in rows.values_list("mail_id", "message__kind", *OF_CONTACT):
            found[row[0]].append(row)
    return found


class References:
    """The mails of a channel that a mail refers to, among those that were looked up."""

    def __init__(
        self, channel: Channel, mail: reading.Mail, named: NamedMails, *, is_archive: bool
    ) -> None:
        self.sender, self.ids = author_of(mail), referred(mail)
        self._own = {channel.address} if is_archive else set()
        self._mails: list[tuple[str, str, int]] = []
        self._contacts: dict[int, str] = {}
        self._whole: dict[int, int] = {}  # of what, by conversation, it is a part
        for one in self.ids:
            for mail_id, kind, pk, channel_kind, value, into in named.get(one, ()):
                self._mails.append((mail_id, kind, pk))
                self._whole[pk] = into or pk
                self._contacts[pk] = value if channel_kind == ChannelKind.EMAIL else ""

    def look_up(self, ids: Sequence[str]) -> Mapping[str, Iterable[Known]]:
        """Tell which conversations ids lead to, and whether whoever wrote takes part there."""
        known = participants_of(self._contacts, of=self.sender, own=self._own)
        found: dict[str, list[Known]] = defaultdict(list)
        for mail_id, _, pk in self._mails:
            found[mail_id].append(known[pk])
        return found

    def is_aside(self, conversation: Conversation) -> bool:
        """
        Tell whether the mail is for us alone: an answer to what was forwarded.

        Whoever got nothing but that may answer it, and is not heard by the contact.
        """
        here = [pk for pk, whole in self._whole.items() if whole == conversation.pk]
        kinds = {mail_id: kind for mail_id, kind, pk in self._mails if pk in here}
        nearest = next((kinds[one] for one in self.ids if one in kinds), None)
        if nearest == MessageKind.FORWARD:
            return True
        known = self._contacts.get(conversation.pk)
        contacts = contacts_of([conversation]) if known is None else {conversation.pk: known}
        talking = participants_of(contacts, of=self.sender, kinds=[MessageKind.OUTGOING])
        return self.sender not in talking[conversation.pk].participants


def by_token(
    channel: Channel, mail: reading.Mail, *, to: str, is_automatic: bool
) -> Iterable[Known]:
    """
    Find the conversations whose reply addresses a mail names.

    :param to: the recipient of its envelope.
    """
    addresses = [*(one.address for one in (*mail.to, *mail.cc)), to]
    ids = conversations_named(addresses, channel.address, reply_key())
    if not ids:
        return ()
    # A chat's visitor answers a mail with what they had not read there.
    # What a program wrote, such as a code to sign in with, is shown to nobody outside.
    here = Q(channel=channel)
    here |= Q(messages__channel=channel, messages__kind=MessageKind.FORWARD)
    if not is_automatic:
        here |= Q(channel__kind=ChannelKind.WEBCHAT)
    named = Conversation.objects.filter(here, public_id__in=ids)
    named = named.select_related("channel", "handle")
    return participants_of(contacts_of(named.distinct()), of=author_of(mail)).values()


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


def contacts_of(conversations: Iterable[Conversation]) -> dict[int, str]:
    """Return the address by which each conversation's contact writes, or '' where that is no mail."""
    return {
        one.pk: one.handle.value if one.channel.kind == ChannelKind.EMAIL else ""
        for one in conversations
    }


def participants_of(
    contacts: Mapping[int, str],
    *,
    of: str,
    own: Collection[str] = (),
    kinds: Collection[MessageKind] = OURS,
) -> dict[int, Known]:
    """
    Tell who takes part: the contact, whomever we wrote to, and in an archive ourselves.

    Whom a contact copied in does not, until we have answered them too. Who takes part in what was
    merged into a conversation takes part in that.

    :param contacts: by conversation the address by which its contact writes.
    :param of: whose part is asked about: where they are the contact, nobody else is looked for.
    """
    people = {pk: {contact, *own} - {""} for pk, contact in contacts.items()}
    unsure = [pk for pk, found in people.items() if of not in found]
    if unsure:
        parts = Conversation.objects.filter(merged_into__in=unsure).values_list("pk", "merged_into")
        whole = {pk: into or pk for pk, into in parts} | {pk: pk for pk in unsure}
        asked = list(whole)
        for pk, address in [*_addresses_of_contacts(asked), *_written_to(asked, kinds)]:
            people[whole[pk]].add(address.lower())
    return {pk: Known(pk, frozenset(found)) for pk, found in people.items()}


def _addresses_of_contacts(pks: Sequence[int]) -> Iterator[tuple[int, str]]:
    handles = ContactHandle.objects.filter(
        channel_kind=ChannelKind.EMAIL, contact__conversations__in=pks
    )
    pairs = handles.values_list("contact__conversations", "value")
    yield from (pair for pair in pairs if pair[0] in pks)
    mailed = Q(messages__mailed_at__isnull=False, channel__kind=ChannelKind.WEBCHAT)
    chats = Conversation.objects.filter(mailed, pk__in=pks).distinct()
    yield from chats.values_list("pk", "contact__email")


def _written_to(pks: Sequence[int], kinds: Collection[MessageKind]) -> Iterator[tuple[int, str]]:
    ours = Mail.objects.filter(message__conversation__in=pks, message__kind__in=kinds)
    for pk, said in ours.values_list("message__conversation", "people"):
        for header in ("to", "cc", "bcc"):
            yield from ((pk, one["address"]) for one in said.get(header, []))
