"""A mail on its way in: what is known of it, and where it belongs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from inbox.actions.blocking import blocked_among
from inbox.actions.mail_forwards import Handed, handed_on
from inbox.actions.mail_threads import (
    NamedMails,
    References,
    bounced_message,
    by_rule,
    by_token,
    named_mails,
)
from inbox.actions.messaging import compose
from inbox.actions.outgoing import record_receipt
from inbox.actions.receiving import resume
from inbox.connectors.base import Sender
from inbox.connectors.mail import reading
from inbox.connectors.mail.addresses import Address
from inbox.connectors.mail.reading import Verdict
from inbox.connectors.mail.threads import Place, author_of, content_digest, place_of, referred
from inbox.connectors.mail.trust import Judgement, Trust, judge
from inbox.enums import ChannelKind, EventKind, MessageKind, MessageState, Status
from inbox.events import Entry
from inbox.models import (
    Attachment,
    Channel,
    ContactHandle,
    Conversation,
    Delivery,
    Mail,
    Message,
)

LONGEST_SHOWN = 100_000  # characters of a message; the mail keeps all


class Arrival:
    """
    A mail on its way in. It is looked up, joins a conversation or opens one, and makes the message.

    :param files: what it brings, stored; untouched if the mail is known.
    """

    message: Message  # that it is in the end

    def __init__(
        self,
        delivery: Delivery,
        mail: reading.Mail,
        *,
        files: Sequence[Attachment],
        at: datetime,
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
        self.is_quiet = self.is_archived or self.is_automatic
        server = "" if self.is_archived else self.channel.config.get("authserv_id", "")
        self.judgement = judge(mail.authentication, server, author_of(mail))
        self.is_forged = self.judgement.trust == Trust.FAIL
        self.is_known = self.is_blocked = self.is_spam = self.is_aside = self.is_by_rule = False
        self.handed: Handed | None = None
        self.bounced: Message | None = None
        self.joins: int | None = None
        self.refers_to: int | None = None

    def look_up(
        self,
        same_id: Sequence[tuple[str, int]],
        blocked: Collection[str],
        named: NamedMails,
    ) -> None:
        """
        Find out whether it is here already, and if not, where it belongs.

        :param same_id: digest and message of the mails that have its id.
        """
        if self._find_known(same_id):
            return
        self._note_blocked(self.mail.sender.address in blocked)
        self.bounced = bounced_message(self.channel, self.mail)
        self.references = References(self.channel, self.mail, named, is_archive=self.is_archived)
        place = self._place()
        if not (self.bounced or place.conversation) and self._is_handed_on():
            named = named_mails(self.channel, referred(self.mail))
            self.references = References(self.channel, self.mail, named, is_archive=False)
            place = self._place()
        self.refers_to = place.refers_to
        self.joins = self.bounced.conversation_id if self.bounced else place.conversation

    def _find_known(self, same_id: Sequence[tuple[str, int]]) -> bool:
        """Find the mail as it came before; one that comes meanwhile breaks a constraint."""
        for digest, message_id in same_id:
            if digest == self.digest or (digest == "" and self._is_our_copy()):
                self.message = Message.objects.select_related("conversation").get(pk=message_id)
                self.is_known = True
                return True
            if "duplicate_id" not in self.problems:
                self.problems.append("duplicate_id")
        return False

    def _is_our_copy(self) -> bool:
        return self.mail.sender.address.lower() == self.channel.address

    def _note_blocked(self, is_blocked: bool) -> None:
        self.is_blocked = is_blocked and not self.is_archived
        self.is_spam = self.mail.verdict == Verdict.SPAM or self.is_blocked

    def _is_handed_on(self) -> bool:
        """Take what a colleague passes on for their customer's, of whom nothing is proven."""
        if self.is_quiet or self.is_spam:
            return False
        self.handed, problems = handed_on(self.mail, self.judgement.trust, now=self.at)
        self.problems += problems
        if self.handed:
            self.mail, self.judgement = self.handed.mail, Judgement()
            self.is_blocked = bool(blocked_among([self.mail.sender.address]))
            self.is_spam = self.is_blocked
        return self.handed is not None

    def _place(self) -> Place:
        """
        Find where it belongs.

        Whoever is not who they say has no part in anything, and nobody reads who is blocked.
        """
        to = self.delivery.envelope.get("to", "")
        named = by_token(self.channel, self.mail, to=to, is_automatic=self.is_automatic)
        place = place_of(self.mail, self.references.look_up, named)
        if place.conversation and (self.is_forged or self.is_blocked):
            return Place(refers_to=place.conversation)
        return place

    @property
    def is_believed(self) -> bool:
        return not self.is_forged and self.handed is None

    @property
    def sender(self) -> Sender:
        """Return whose conversation it is; nobody's, if the mail does not say who wrote it."""
        person = next(iter(self.mail.to), Address()) if self.is_ours else self.mail.sender
        if not (person if self.is_ours else author_of(self.mail)):
            return Sender(f"unknown-{self.mail.sha256[:40]}", person.name or person.address)
        return Sender(person.address.lower(), person.name, person.address)

    def find_by_rule(self, handle: ContactHandle) -> None:
        """Go on with what the channel's rule names, if a person wrote it who is who they say."""
        if self.is_quiet or self.is_spam or self.is_forged:
            return
        if found := by_rule(self.channel, handle, self.mail.subject):
            self.joins, self.is_by_rule = found.pk, True

    def join(self, conversation: Conversation) -> None:
        """Go on with a conversation, whose row is held."""
        if conversation.channel_id == self.channel.pk:
            conversation.channel = self.channel
        self.is_aside = self._stands_aside(conversation)
        if self.is_quiet:
            return
        if conversation.channel.kind == ChannelKind.WEBCHAT and not self.is_aside:
            # Whoever answers has read what stands there.
            read, seq = MessageState.READ, conversation.public_seq
            record_receipt(conversation, state=read, up_to=seq, at=self.at)
            conversation.refresh_from_db(fields=["last_seq"])
        resume(conversation)

    def _stands_aside(self, conversation: Conversation) -> bool:
        if self.is_archived or self.is_by_rule:
            return False
        return self.bounced.is_aside if self.bounced else self.references.is_aside(conversation)

    def open(self, handle: ContactHandle, number: int) -> Conversation:
        is_done = self.is_archived or self.is_spam or self.mail.verdict == Verdict.BOUNCE
        return Conversation(
            public_id=uuid4(),
            number=number,
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
            last_seq=1,
        )

    def entry(self, conversation: Conversation) -> Entry:
        """Make the message, and change the conversation as it does."""
        facts = self._facts(conversation)
        kind = MessageKind.OUTGOING if self.is_ours else MessageKind.INCOMING
        self.message = compose(
            conversation,
            MessageKind.ASIDE if self.is_aside else kind,
            (self.mail.new_text or self.mail.text)[:LONGEST_SHOWN],
            at=self.at,
            uploads=self.files,
            external_id=self.mail.sha256,
            is_mail=True,
            sent_at=self.at if self.is_ours else None,
            **facts,
        )
        flags = {"automatic": self.is_automatic, "archived": self.is_archived}
        said = {name: True for name, value in flags.items() if value}
        written = EventKind.MESSAGE_QUEUED if self.is_ours else EventKind.MESSAGE_RECEIVED
        return Entry(written, conversation, self.message, said)

    def _facts(self, conversation: Conversation) -> Mapping[str, Any]:
        if self.is_aside:
            conversation.readers = []
            return {"channel_id": self.channel.pk}
        conversation.public_seq += 1
        if not self.is_archived and not (self.is_automatic and conversation.incoming_seq):
            conversation.incoming_seq = conversation.public_seq
            conversation.readers = []
        if not (self.is_quiet or conversation.is_spam):
            conversation.waiting_since = conversation.waiting_since or self.at
        if conversation.is_closed and conversation.closed_at and self.is_archived:
            conversation.closed_at = max(conversation.closed_at, self.at)
        facts: dict[str, Any] = {"public_seq": conversation.public_seq}
        if conversation.channel.kind == ChannelKind.EMAIL:
            # Where it was merged into one of another address, it still came here.
            facts["channel_id"] = self.channel.pk
        return facts

    def details(self) -> Mail:
        """Make what the message has beside its words."""
        mail = self.mail
        if self.refers_to and not (self.is_forged or self.is_blocked):
            self.problems.append("stranger")
        reasons = {"spam": mail.verdict == Verdict.SPAM, "blocked": self.is_blocked}
        self.problems += [reason for reason, holds in reasons.items() if holds]
        return Mail(
            message=self.message,
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
            whole_text=mail.text if mail.text.strip() != self.message.text.strip() else "",
            html=mail.html,
            trust=self.judgement.trust,
            authentication=dict(self.judgement.results),
            automatic=self.is_automatic,
            problems=self.problems,
            refers_to_id=self.refers_to,
            raw_key=self.delivery.raw_key,
            raw_size=self.delivery.raw_size,
        )


def people_of(mail: reading.Mail) -> dict[str, list[dict[str, str]]]:
    headers = {"to": mail.to, "cc": mail.cc, "reply_to": mail.reply_to}
    return {
        name: [{"name": one.name, "address": one.address} for one in found]
        for name, found in headers.items()
        if found
    }
