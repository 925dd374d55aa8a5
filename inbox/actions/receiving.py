"""Take in what contacts write: whose it is, and which conversation it belongs to."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.follow_ups import none_owed
from accounts.prepared import Place, Prepared
from inbox import events
from inbox.actions.messaging import compose
from inbox.actions.uploads import attach, holder_of_visitor, take_uploads
from inbox.actions.withdrawing import hold_scheduled_messages
from inbox.connectors.base import IncomingMessage, Sender
from inbox.enums import ChannelKind, EventKind, MessageKind, Status
from inbox.models import Channel, Contact, ContactHandle, Conversation, ConversationCounter, Message


def _known(channel: Place, external_id: Place) -> QuerySet[Message, int]:
    rows = Message.objects.filter(channel=channel, external_id=external_id)
    return rows.values_list("pk", flat=True)


def _handles(kind: Place, values: Place) -> QuerySet[ContactHandle]:
    rows = ContactHandle.objects.filter(channel_kind=kind, value__any_of=values).order_by("pk")
    return rows.select_related("contact").select_for_update(of=("self", "contact"))


def _latest(channel: Place, handle: Place, **asked: Place) -> QuerySet[Conversation, int]:
    theirs = Conversation.objects.filter(channel=channel, handle=handle, **asked)
    return theirs.order_by("-pk").values_list("pk", flat=True)[:1]


KNOWN = Prepared(_known, "channel", "external_id")
HANDLES = Prepared(_handles, "kind", "values")
LATEST = Prepared(_latest, "channel", "handle")
MEANT = Prepared(
    lambda wanted, **whose: _latest(**whose, public_id=wanted), "channel", "handle", "wanted"
)


@transaction.atomic(savepoint=False)
def receive_message(channel: Channel, incoming: IncomingMessage) -> Message:
    """
    Store a message from outside, once, in its sender's conversation in this channel.

    Holding the handle's row makes a sender's messages queue up, so that two arriving
    together cannot open two conversations. A closed conversation reopens, a snoozed one
    wakes; the assignee is kept while still active.
    """
    handle = claim_handle(channel, incoming.sender)
    if known := KNOWN.first(channel=channel.pk, external_id=incoming.external_id):
        return Message.objects.select_related("conversation").get(pk=known)

    conversation = _conversation_of(channel, handle, incoming.conversation)
    is_new = conversation is None
    if conversation is None:
        conversation = _open_conversation(channel, handle, incoming)
    else:
        resume(conversation)

    conversation.public_seq += 1
    conversation.incoming_seq = conversation.public_seq
    conversation.readers = []
    if not conversation.is_spam:
        conversation.waiting_since = conversation.waiting_since or incoming.sent_at
    holder = holder_of_visitor(channel, incoming.sender.value)
    kind, given = MessageKind.INCOMING, incoming.attachments
    uploads = take_uploads(given, holder=holder, conversation=conversation, kind=kind)
    message = compose(
        conversation,
        kind,
        incoming.text,
        at=incoming.sent_at,
        uploads=uploads,
        public_seq=conversation.public_seq,
        external_id=incoming.external_id,
        client_id=incoming.client_id,
    )
    page = {"page_url": incoming.page_url, "page_title": incoming.page_title}
    said = {name: value for name, value in page.items() if value}
    with nothing_follows(conversation):
        entry = events.Entry(EventKind.MESSAGE_RECEIVED, conversation, message, said)
        events.record_entries([entry])
    attach(uploads, message)
    if not is_new:
        hold_scheduled_messages(conversation)
    return message


def claim_handle(channel: Channel, sender: Sender) -> ContactHandle:
    """Lock who wrote, or make them."""
    return claim_handles(channel, [(sender, True)])[0]


def claim_handles(channel: Channel, writers: Sequence[tuple[Sender, bool]]) -> list[ContactHandle]:
    """
    Lock who wrote, or make them.

    :param writers: each with whether they are who they say; otherwise nothing they say is learnt.
    """
    if not writers:
        return []
    values = [sender.value for sender, _ in writers]
    known = HANDLES(kind=channel.kind, values=values)
    found = {handle.value: handle for handle in known}
    for sender, is_believed in writers:
        if is_believed and sender.value in found:
            _learn(found[sender.value].contact, sender)
    new = {one[0].value: one for one in writers if one[0].value not in found}
    if new:
        try:
            with transaction.atomic():
                made = _make_handles(channel, [new[value] for value in sorted(new)])
        except IntegrityError:  # another worker met one of these senders first
            if not HANDLES(kind=channel.kind, values=list(new)):
                raise
            return claim_handles(channel, writers)
        found |= {handle.value: handle for handle in made}
    return [found[value] for value in values]


def _make_handles(
    channel: Channel, writers: Sequence[tuple[Sender, bool]]
) -> Sequence[ContactHandle]:
    vouched = _vouched_for(channel, [sender for sender, is_believed in writers if is_believed])
    contacts = [
        (is_believed and vouched.get(sender.email.lower()))
        or Contact(name=sender.name, email=sender.email, phone=sender.phone)
        for sender, is_believed in writers
    ]
    Contact.objects.bulk_create([contact for contact in contacts if contact.pk is None])
    return ContactHandle.objects.bulk_create(
        ContactHandle(
            contact=contact,
            channel_kind=channel.kind,
            value=sender.value,
            verified=sender.verified,
        )
        for contact, (sender, _) in zip(contacts, writers, strict=True)
    )


def _vouched_for(channel: Channel, senders: Sequence[Sender]) -> dict[str, Contact]:
    """Find whom a site has vouched for under the address that a mail comes from, by that address."""
    emails = {sender.email for sender in senders if sender.email}
    if channel.kind != ChannelKind.EMAIL or not emails:
        return {}
    spellings = emails | {email.lower() for email in emails}
    same = Contact.objects.filter(email__in=sorted(spellings), handles__verified=True)
    return {contact.email.lower(): contact for contact in same.order_by("-pk")}


def _learn(contact: Contact, sender: Sender) -> None:
    """Fill in what the contact had not told before; what a person typed here is kept."""
    news = {
        name: value
        for name in ("name", "email", "phone")
        if (value := getattr(sender, name)) and not getattr(contact, name)
    }
    if news:
        for name, value in news.items():
            setattr(contact, name, value)
        contact.save(update_fields=list(news))


def _conversation_of(
    channel: Channel, handle: ContactHandle, wanted: UUID | None
) -> Conversation | None:
    """Lock the sender's conversation: the one they mean, or else their latest."""
    whose = {"channel": channel.pk, "handle": handle.pk}
    pk = MEANT.first(**whose, wanted=wanted) if wanted else LATEST.first(**whose)
    if pk is None:
        return None
    conversation = Conversation.locked(pk)
    conversation.channel, conversation.handle = channel, handle
    conversation.contact = handle.contact
    return conversation


def _open_conversation(
    channel: Channel, handle: ContactHandle, incoming: IncomingMessage
) -> Conversation:
    """Make a conversation under the name that its sender chose for it, if they chose one."""
    at = incoming.sent_at
    conversation = Conversation(
        public_id=incoming.conversation or uuid4(),
        channel=channel,
        contact=handle.contact,
        handle=handle,
        team_id=channel.team_id,
        answers=list(incoming.answers),
        opened_at=at,
        last_activity_at=at,
        last_seq=1,
    )
    # Last, because every other new conversation of the workspace waits for it.
    conversation.number = ConversationCounter.next_number()
    return conversation


@contextmanager
def nothing_follows(conversation: Conversation) -> Iterator[None]:
    """Owe nothing for what comes as spam."""
    with none_owed() if conversation.is_spam else nullcontext():
        yield


def resume(conversation: Conversation) -> None:
    if conversation.is_open or conversation.is_spam:
        return
    kind = (
        EventKind.CONVERSATION_REOPENED if conversation.is_closed else EventKind.CONVERSATION_WOKEN
    )
    conversation.move_to(Status.OPEN, at=timezone.now())
    if (assignee := conversation.assignee) and not (assignee.is_active and assignee.user.is_active):
        conversation.assignee = None
    events.record(kind, conversation, actor=None)
