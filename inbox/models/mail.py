from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.connectors.mail.trust import Trust
from inbox.enums import RecipientState
from inbox.models.channel import Channel
from inbox.models.conversation import Conversation
from inbox.models.message import Message

# A picture, or another thing that loads itself, from somebody else's server.
REMOTE = re.compile(r"""<img\b[^>]{0,2000}\bsrc\s*=\s*["']?\s*https?:""", re.IGNORECASE)
LONGEST_UNFOLDED = 20_000
LONGEST_SAID = 500
# Of a mail with these nobody can tell who wrote it.
NAMELESS = {"several_senders", "bad_sender"}
ARRIVED = {RecipientState.DELIVERED, RecipientState.COMPLAINED}
REPORTED = {*ARRIVED, RecipientState.DELAYED, RecipientState.BOUNCED}
LOST = {RecipientState.REFUSED, RecipientState.BOUNCED, RecipientState.UNKNOWN}


class Mail(WorkspaceOwned):
    """What a message that came or went as a mail has beside its words; nothing of it is proven."""

    message = OwnedForeignKey(Message, models.CASCADE, related_name="mails")
    channel = OwnedForeignKey(Channel, models.PROTECT, related_name="+")
    # Its Message-ID without brackets. Several mails may claim the same id; the digest of what they say tells them apart.
    mail_id = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, blank=True)
    references = ArrayField(models.TextField(), default=list)
    subject = models.TextField(blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    # Lists of {"name": …, "address": …} by header: to, cc, reply_to. In a mail of ours bcc, too, and
    # what became of it: "state", where the mail was given to a server, and "said", that server's words.
    people = models.JSONField(default=dict)
    date = models.DateTimeField(null=True, blank=True)
    # All that it says, where the message's own text leaves out what is quoted; and as strangers made it up.
    whole_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # What the server that took it in says of its sender: the sum, and by method ({"spf": "pass"}).
    trust = models.CharField(max_length=4, blank=True)
    authentication = models.JSONField(default=dict)
    automatic = models.BooleanField(default=False)
    problems = ArrayField(models.CharField(max_length=60), default=list)
    # The conversation that it refers to without its sender taking part in it.
    refers_to = OwnedForeignKey(
        Conversation, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The mail as it came.
    raw_key = models.CharField(max_length=64, blank=True)
    raw_size = models.PositiveBigIntegerField(default=0)

    loads_pictures = False  # from wherever they lie, unasked

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "message"], name="one_mail_each"),
            models.UniqueConstraint(
                fields=["workspace", "channel", "mail_id", "digest"], name="mail_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def sender_domain(self) -> str:
        return self.sender_address.rpartition("@")[2]

    @property
    def proofs(self) -> str:
        """Name the methods and what came of them, in the words of their standards."""
        return ", ".join(f"{name.upper()} {said}" for name, said in self.authentication.items())

    @property
    def sender(self) -> str:
        return self.sender_name or self.sender_address

    @property
    def has_remote_pictures(self) -> bool:
        return bool(REMOTE.search(self.html))

    @property
    def believed_sender(self) -> str:
        """Return the address of whoever wrote it; '' if that is in doubt."""
        doubted = self.trust == Trust.FAIL or not NAMELESS.isdisjoint(self.problems)
        return "" if doubted else self.sender_address.lower()

    @property
    def shown_whole(self) -> str:
        """Return what unfolds below the new words; the file has the rest."""
        return self.whole_text[:LONGEST_UNFOLDED]

    @property
    def to(self) -> list[dict[str, Any]]:
        return list(self.people.get("to", []))

    @property
    def cc(self) -> list[dict[str, Any]]:
        return list(self.people.get("cc", []))

    @property
    def bcc(self) -> list[dict[str, Any]]:
        return list(self.people.get("bcc", []))

    @property
    def recipients(self) -> list[dict[str, Any]]:
        """Return everybody to whom a mail of ours goes."""
        return [*self.to, *self.cc, *self.bcc]

    @property
    def waiting(self) -> list[dict[str, Any]]:
        """Return who is still to get it."""
        return [one for one in self.recipients if state_of(one) == RecipientState.WAITING]

    @property
    def lost(self) -> list[dict[str, Any]]:
        """Return who did not get it, or may not have."""
        return [one for one in self.recipients if state_of(one) in LOST]

    @property
    def has_arrived(self) -> bool:
        """Tell whether it got to all its readers, as far as a service reports that."""
        return bool(self.recipients) and all(state_of(one) in ARRIVED for one in self.recipients)

    def unreported(self, addresses: Sequence[str]) -> list[str]:
        """Leave out the readers of whom it was told what became of the mail."""
        known = {one["address"] for one in self.recipients if state_of(one) in REPORTED}
        return [one for one in addresses if one not in known]

    @property
    def troubled(self) -> list[dict[str, Any]]:
        """Return whom a server said something about."""
        return [one for one in self.recipients if one.get("said")]

    def mark(
        self, addresses: Collection[str] | None, state: RecipientState, said: str = ""
    ) -> list[dict[str, Any]]:
        """Note what became of it to some readers, or to all who wait; return those."""
        wanted = {one.lower() for one in addresses} if addresses is not None else None
        marked = [
            one
            for one in (self.recipients if wanted is not None else self.waiting)
            if wanted is None or one["address"].lower() in wanted
        ]
        for one in marked:
            one["state"], one["said"] = state.value, said[:LONGEST_SAID]
        return marked


class MailName(WorkspaceOwned):
    """What a mail service calls a mail of ours, by which it may tell what became of it."""

    mail = OwnedForeignKey(Mail, models.CASCADE, related_name="names")
    channel = OwnedForeignKey(Channel, models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "channel", "name"], name="mail_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


def state_of(recipient: dict[str, Any]) -> RecipientState:
    return RecipientState(recipient.get("state", RecipientState.WAITING))
