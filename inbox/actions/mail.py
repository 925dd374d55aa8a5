"""Take in mails: whose they are, where they belong, and which of ours they say did not arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from inbox import events
from inbox.actions.blocking import is_blocked
from inbox.actions.mail_forwards import Handed, handed_on, note_words
from inbox.actions.mail_outcomes import record_bounce
from inbox.actions.mail_threads import References, bounced_message, by_rule, by_token
from inbox.actions.messaging import write
from inbox.actions.outgoing import record_receipt
from inbox.actions.receiving import claim_handle, nothing_follows, resume
from inbox.connectors.base import Sender
from inbox.connectors.mail import reading
from inbox.connectors.mail.addresses import Address
from inbox.connectors.mail.reading import Verdict
from inbox.connectors.mail.threads import Place, author_of, content_digest, place_of
from inbox.connectors.mail.trust import Judgement, Trust, judge
from inbox.enums import ChannelKind, EventKind, MessageKind, MessageState, Status
from inbox.models import (
    Attachment,
    Channel,
    ContactHandle,
    Conversation,
    ConversationCounter,
    Delivery,
    Mail,
    Message,
)

LONGEST_SHOWN = 100_000  # characters of a message; the mail keeps all


@transaction.atomic(savepoint=False)
def receive_mail(
    delivery: Delivery, mail: reading.Mail, *, files: Sequence[Attachment], at: datetime
) -> Message:
    """
    Store a mail, once, where it belongs.

    Somebody who takes part in a conversation goes on with it, and it comes back into work; what
    a program wrote is stored and moves nothing. What an archive brings was dealt with long ago.

    :param files: what it brings, stored; untouched if the mail is known.
    """
    return _Arrival(delivery, mail, files, at).store()


class _Arrival:
    def __init__(
        self, delivery: Delivery, mail: reading.Mail, files: Sequence[Attachment], at: datetime
    ) -> None:
        self.channel: Channel = delivery.channel
        self.delivery, self.mail, self.files, self.at = delivery, mail, files, at
        self.digest = content_digest(mail)
        self.problems = list(mail.problems)
        self.is_archived = delivery.is_archived
        # In an archive what came from our address was ours; otherwise anybody may claim it.
        from_us = author_of(mail) == self.channel.address
        self.is_ours = from_us and self.is_archived
        # The null sender (RFC 5321, 4.5.5) is a program's.
        nobody = delivery.envelope.get("from") == ""
        self.is_automatic = mail.automatic or from_us or nobody
        server = "" if self.is_archived else self.channel.config.get("authserv_id", "")
        self.judgement = judge(mail.authentication, server, author_of(mail))
        self.is_forged = self.judgement.trust == Trust.FAIL
        self.is_blocked = not self.is_archived and is_blocked(mail.sender.address)
        self.is_spam = mail.verdict == Verdict.SPAM or self.is_blocked
        self.is_aside = False
        self.handed: Handed | None = None
        self.is_quiet = self.is_archived or self.is_automatic

    def store(self) -> Message:
        if known := self._known():
            return known
        bounced = bounced_message(self.channel, self.mail)
        references = References(self.channel, self.mail, is_archive=self.is_archived)
        place = self._place(references)
        if not (bounced or place.conversation) and self._is_handed_on():
            references = References(self.channel, self.mail, is_archive=False)
            place = self._place(references)
        joins = bounced.conversation_id if bounced else place.conversation
        if joins:
            conversation = Conversation.objects.lock_whole(joins)
            if conversation.channel_id == self.channel.pk:
                conversation.channel = self.channel
            self.is_aside = self._stands_aside(conversation, references, bounced)
            if not self.is_quiet:
                self._go_on_with(conversation)
        else:
            handle = claim_handle(self.channel, self._contact(), is_believed=self._is_believed)
            conversation = self._by_rule(handle) or self._opened(handle)
        with nothing_follows(conversation):
            message = self._write(conversation, refers_to=place.refers_to)
            if self.handed:
                note_words(conversation, self.handed)
        if bounced:
            record_bounce(bounced, self.mail.bounce.recipients if self.mail.bounce else ())
        return message

    def _is_handed_on(self) -> bool:
        """Take what a colleague passes on for their customer's, of whom nothing is proven."""
        if self.is_quiet or self.is_spam:
            return False
        self.handed, problems = handed_on(self.mail, self.judgement.trust, now=self.at)
        self.problems += problems
        if self.handed:
            self.mail, self.judgement = self.handed.mail, Judgement()
            self.is_blocked = is_blocked(self.mail.sender.address)
            self.is_spam = self.is_blocked
        return self.handed is not None

    def _go_on_with(self, conversation: Conversation) -> None:
        """Whoever answers has read what stands there."""
        if conversation.channel.kind == ChannelKind.WEBCHAT and not self.is_aside:
            read, seq = MessageState.READ, conversation.public_seq
            record_receipt(conversation, state=read, up_to=seq, at=self.at)
            conversation.refresh_from_db(fields=["last_seq"])
        resume(conversation)

    def _by_rule(self, handle: ContactHandle) -> Conversation | None:
        """Go on with what the channel's rule names, if a person wrote it who is who they say."""
        if self.is_quiet or self.is_spam or self.is_forged:
            return None
        found = by_rule(self.channel, handle, self.mail.subject)
        if found is None:
            return None
        conversation = Conversation.objects.locked(found.pk)
        resume(conversation)
        return conversation

    def _opened(self, handle: ContactHandle) -> Conversation:
        conversation = self._new(handle)
        with nothing_follows(conversation):
            events.record_opening(conversation)
        return conversation

    def _place(self, references: References) -> Place:
        """
        Find where it belongs.

        Whoever is not who they say has no part in anything, and nobody reads who is blocked.
        """
        to = self.delivery.envelope.get("to", "")
        named = by_token(self.channel, self.mail, to=to, is_automatic=self.is_automatic)
        place = place_of(self.mail, references.look_up, named)
        if place.conversation and (self.is_forged or self.is_blocked):
            return Place(refers_to=place.conversation)
        return place

    def _stands_aside(
        self, conversation: Conversation, references: References, bounced: Message | None
    ) -> bool:
        if self.is_archived:
            return False
        return bounced.is_aside if bounced else references.is_aside(conversation)

    def _known(self) -> Message | None:
        """Find the mail as it came before; one that comes meanwhile breaks a constraint."""
        again = Mail.objects.filter(channel=self.channel, mail_id=self.mail.message_id)
        for digest, message_id in again.values_list("digest", "message_id"):
            if digest == self.digest or (digest == "" and self._is_our_copy()):
                return Message.objects.select_related("conversation").get(pk=message_id)
            if "duplicate_id" not in self.problems:
                self.problems.append("duplicate_id")
        return None

    @property
    def _is_believed(self) -> bool:
        return not self.is_forged and self.handed is None

    def _is_our_copy(self) -> bool:
        return self.mail.sender.address.lower() == self.channel.address

    def _new(self, handle: ContactHandle) -> Conversation:
        is_done = self.is_archived or self.is_spam or self.mail.verdict == Verdict.BOUNCE
        conversation = Conversation(
            public_id=uuid4(),
            channel=self.channel,
            contact=handle.contact,
            handle=handle,
            team_id=self.channel.team_id,
            subject=self.mail.subject[:255],
            status=Status.CLOSED if is_done else Status.OPEN,
            closed_at=self.at if is_done else None,
            # Who takes part in a conversation already is let on, whatever a filter thinks of them.
            is_spam=self.is_spam,
            opened_at=self.at,
            last_activity_at=self.at,
        )
        conversation.number = ConversationCounter.next_number()
        return conversation

    def _contact(self) -> Sender:
        """Return whose conversation it is; nobody's, if the mail does not say who wrote it."""
        person = next(iter(self.mail.to), Address()) if self.is_ours else self.mail.sender
        if not (person if self.is_ours else author_of(self.mail)):
            return Sender(f"unknown-{self.mail.sha256[:40]}", person.name or person.address)
        return Sender(person.address.lower(), person.name, person.address)

    def _write(self, conversation: Conversation, *, refers_to: int | None) -> Message:
        if self.is_aside:
            conversation.readers = []
            kind, channel = MessageKind.ASIDE, self.channel.pk
            return self._enter(conversation, kind, refers_to, channel_id=channel)
        conversation.public_seq += 1
        if not self.is_archived and not (self.is_automatic and conversation.incoming_seq):
            conversation.incoming_seq = conversation.public_seq
            conversation.readers = []
        if not (self.is_quiet or conversation.is_spam):
            conversation.waiting_since = conversation.waiting_since or self.at
        if conversation.is_closed and conversation.closed_at and self.is_archived:
            conversation.closed_at = max(conversation.closed_at, self.at)
        kind = MessageKind.OUTGOING if self.is_ours else MessageKind.INCOMING
        facts: dict[str, Any] = {"public_seq": conversation.public_seq}
        if conversation.channel.kind == ChannelKind.EMAIL:
            # Where it was merged into one of another address, it still came here.
            facts["channel_id"] = self.channel.pk
        return self._enter(conversation, kind, refers_to, **facts)

    def _enter(
        self,
        conversation: Conversation,
        kind: MessageKind,
        refers_to: int | None,
        **fields: object,
    ) -> Message:
        message = write(
            conversation,
            kind,
            (self.mail.new_text or self.mail.text)[:LONGEST_SHOWN],
            at=self.at,
            uploads=self.files,
            external_id=self.mail.sha256,
            is_mail=True,
            sent_at=self.at if self.is_ours else None,
            **fields,
        )
        self._keep_details(message, refers_to)
        flags = {"automatic": self.is_automatic, "archived": self.is_archived}
        written = EventKind.MESSAGE_QUEUED if self.is_ours else EventKind.MESSAGE_RECEIVED
        said = {name: True for name, value in flags.items() if value}
        events.record(written, conversation, actor=None, messages=[message], **said)
        return message

    def _keep_details(self, message: Message, refers_to: int | None) -> None:
        mail = self.mail
        if refers_to and not (self.is_forged or self.is_blocked):
            self.problems.append("stranger")
        reasons = {"spam": mail.verdict == Verdict.SPAM, "blocked": self.is_blocked}
        self.problems += [reason for reason, holds in reasons.items() if holds]
        written = Mail.objects.create(
            message=message,
            channel=self.channel,
            mail_id=mail.message_id,
            digest=self.digest,
            references=[*mail.references, *mail.in_reply_to],
            subject=mail.subject,
            sender_name=mail.sender.name,
            sender_address=mail.sender.address,
            people=people_of(mail)
            | ({"forwarded_by": [self.handed.person]} if self.handed else {}),
            date=mail.date,
            whole_text=mail.text if mail.text.strip() != message.text.strip() else "",
            html=mail.html,
            trust=self.judgement.trust,
            authentication=dict(self.judgement.results),
            automatic=self.is_automatic,
            problems=self.problems,
            refers_to_id=refers_to,
            raw_key=self.delivery.raw_key,
            raw_size=self.delivery.raw_size,
        )
        message.carry(mails=[written])


def people_of(mail: reading.Mail) -> dict[str, list[dict[str, str]]]:
    headers = {"to": mail.to, "cc": mail.cc, "reply_to": mail.reply_to}
    return {
        name: [{"name": one.name, "address": one.address} for one in found]
        for name, found in headers.items()
        if found
    }
