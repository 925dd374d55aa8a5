"""Mails that colleagues pass on to a channel: whose they are, and whom to believe that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import Membership
from inbox.actions.messaging import LONGEST_NOTE, add_note
from inbox.connectors.mail import reading
from inbox.connectors.mail.forwards import Forward, is_forward, read_forward
from inbox.connectors.mail.threads import author_of
from inbox.connectors.mail.trust import Trust
from inbox.models import Conversation


@dataclass(frozen=True, slots=True)
class Handed:
    """A customer's mail that a colleague has passed on."""

    by: Membership
    forward: Forward
    carrier: reading.Mail

    @property
    def mail(self) -> reading.Mail:
        """Return it as if its first author had sent it, under the id of the mail that brought it."""
        first = self.forward
        return replace(
            self.carrier,
            sender=first.sender,
            reply_to=(),
            to=(),
            cc=(),
            subject=first.subject,
            new_text=first.text,
            html=first.html or self.carrier.html,
            references=(
                *self.carrier.references,
                *([first.message_id] if first.message_id else []),
            ),
        )

    @property
    def person(self) -> dict[str, str]:
        sender = self.carrier.sender
        return {"name": self.by.user.display_name, "address": sender.address}


def handed_on(
    mail: reading.Mail, trust: Trust, *, now: datetime
) -> tuple[Handed | None, Sequence[str]]:
    """
    Read a mail of a colleague who passes a customer's on.

    Anybody can write a colleague's address into From, so what passes must be proven.

    :return: what was passed on, and why it was not taken as that though it looks so.
    """
    if not is_forward(mail) or (member := _colleague(author_of(mail))) is None:
        return None, ()
    if trust != Trust.PASS:
        return None, ("forward_unproven",)
    forward = read_forward(mail, now=now)
    if forward is None or forward.sender.address.lower() == author_of(mail):
        return None, ("forward_unread",)
    return Handed(member, forward, mail), ()


def note_words(conversation: Conversation, handed: Handed) -> None:
    """What the colleague wrote above is for us alone."""
    if words := handed.forward.words[:LONGEST_NOTE]:
        add_note(conversation, text=words, actor=handed.by)


def _colleague(address: str) -> Membership | None:
    """Find who works here by an address that they have shown to be theirs."""
    if not address:
        return None
    theirs = {"user__emailaddress__email__iexact": address, "user__emailaddress__verified": True}
    members = Membership.objects.active().select_related("user")
    return members.filter(**theirs).order_by("pk").first()
