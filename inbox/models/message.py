from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from accounts.models import Membership, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.enums import MessageKind, MessageState, RecipientState

if TYPE_CHECKING:
    from inbox.models.attachment import Attachment
    from inbox.models.mail import Mail


LATE_AFTER = 11  # attempts: about four hours


class MessageQuerySet(models.QuerySet["Message"]):
    def unread_by_visitor(self) -> MessageQuerySet:
        """Return replies that a chat has carried, and that nobody has read or mailed."""
        went = Q(state__in=[MessageState.SENT, MessageState.DELIVERED], mailed_at=None)
        return self.public().filter(went, kind=MessageKind.OUTGOING, mail_error="")

    def for_timeline(self) -> MessageQuerySet:
        return self.select_related("author__user").order_by("seq")

    def public(self) -> MessageQuerySet:
        """Return what the contact may know of, in the order in which it went out."""
        return self.filter(public_seq__isnull=False).order_by("public_seq")

    def due(self, now: datetime) -> MessageQuerySet:
        """Return outgoing messages that nobody is sending and that should be on their way."""
        queued = Q(state=MessageState.QUEUED, send_at__lte=now)
        # In the order in which they were written, however many workers there are: one that is
        # to be tried again holds up those after it; one for later does not, and neither does a
        # mail that only some of its readers still wait for.
        begun = queued | Q(state=MessageState.QUEUED, attempts__gt=0)
        earlier = Message.objects.filter(
            begun,
            conversation=models.OuterRef("conversation"),
            seq__lt=models.OuterRef("seq"),
            kind=models.OuterRef("kind"),
            sent_at=None,
        )
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(queued, free).exclude(models.Exists(earlier))


MessageManager = ScopedManager.from_queryset(MessageQuerySet)


class Message(WorkspaceOwned):
    """Words in a conversation: from its contact, to its contact, or among operators."""

    conversation = OwnedForeignKey("Conversation", models.CASCADE, related_name="messages")
    channel = OwnedForeignKey("Channel", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=MessageKind)
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField()
    # The same words with their formats, where they have any.
    html = models.TextField(blank=True)
    # Most have none, and need not ask.
    has_attachments = models.BooleanField(default=False)
    is_mail = models.BooleanField(default=False)
    # The number of the event that brought it, and its number among what the contact may see.
    seq = models.PositiveIntegerField()
    public_seq = models.PositiveIntegerField(null=True, blank=True)
    external_id = models.CharField(max_length=255, blank=True)
    client_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=9, choices=MessageState, default=MessageState.SENT)
    send_at = models.DateTimeField(null=True, blank=True)
    # Meant by its author for a later hour, not merely on its way.
    is_scheduled = models.BooleanField(default=False)
    # Nobody wrote it for this conversation: it answers nothing, and nobody waits less for it.
    is_automatic = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Of workers: whoever sends it and lives gives its lease back.
    deaths = models.PositiveSmallIntegerField(default=0, db_default=0)
    error = models.TextField(blank=True)
    # Of a reply in a chat whose visitor was away: when it went to them by mail, or why it did not.
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.TextField(blank=True)

    names: Sequence[str] = ()  # of colleagues, of whom it may call some

    objects = MessageManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "conversation", "seq"], name="message_in_sequence"
            ),
            models.UniqueConstraint(
                fields=["workspace", "conversation", "public_seq"],
                name="message_in_public_sequence",
            ),
            models.UniqueConstraint(
                fields=["workspace", "channel", "external_id"],
                condition=~Q(external_id=""),
                name="message_once_per_channel",
            ),
            models.UniqueConstraint(
                fields=["workspace", "conversation", "client_id"], name="message_once_per_client"
            ),
            models.CheckConstraint(
                name="notes_are_not_public",
                condition=~Q(kind__in=["note", "forward", "aside"]) | Q(public_seq=None),
            ),
            models.CheckConstraint(
                name="queued_has_sending_time",
                condition=~Q(state="queued")
                | Q(kind__in=["outgoing", "forward"], send_at__isnull=False),
            ),
        ]
        indexes = [
            # The sweeper's, which asks across workspaces through a door.
            models.Index(fields=["send_at"], condition=Q(state="queued"), name="message_to_send"),
            # Of whoever looks after everything: what did not arrive lately, of all workspaces.
            models.Index(
                fields=["send_at"],
                condition=Q(state__in=["failed", "unknown"]),
                name="message_failed",
            ),
            models.Index(
                fields=["workspace", "channel", "-sent_at"],
                condition=Q(kind="outgoing", sent_at__isnull=False),
                name="message_sent_lately",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_incoming(self) -> bool:
        return self.kind in {MessageKind.INCOMING, MessageKind.ASIDE}

    @property
    def is_aside(self) -> bool:
        """Tell whether it is between us and somebody who is not the contact."""
        return self.kind in {MessageKind.FORWARD, MessageKind.ASIDE}

    @property
    def is_note(self) -> bool:
        return self.kind == MessageKind.NOTE

    def carry(self, **written: Sequence[models.Model]) -> None:
        """Have at hand what was written with it just now: ``mails``, ``attachments``."""
        for name, rows in written.items():
            known = getattr(self, name).all()
            known._result_cache = list(rows)  # noqa: SLF001 - as if fetched with the message
            self.__dict__.setdefault("_prefetched_objects_cache", {})[name] = known

    @property
    def mail(self) -> Mail | None:
        """Return what a mail has beside its words."""
        return next(iter(self.mails.all()), None) if self.is_mail else None

    @property
    def recipients(self) -> list[dict[str, Any]]:
        """Return who gets a mail of ours, with what became of it."""
        if self.mail is None or self.is_incoming:
            return []
        blank = {"state": RecipientState.WAITING.value, "said": ""}
        people = self.mail.people
        return [
            blank | one | {"header": header}
            for header in ("to", "cc", "bcc")
            for one in people.get(header, [])
        ]

    @property
    def pictures(self) -> list[Attachment]:
        found = [file for file in self.files() if file.is_picture and not file.is_decoration]
        return [file for file in found if not (file.is_inline and self.html)]

    @property
    def other_files(self) -> list[Attachment]:
        return [file for file in self.files() if not file.is_picture]

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """Return its words in pieces, and of each whether it calls somebody by name."""
        names = sorted(self.names, key=len, reverse=True)
        if not names:
            return [(self.text, False)]
        calls = re.compile(
            rf"(?<![\w/])(@(?:{'|'.join(map(re.escape, names))}))(?!\w)", re.IGNORECASE
        )
        pieces = calls.split(self.text)
        return [(piece, n % 2 == 1) for n, piece in enumerate(pieces) if piece]

    @property
    def is_failed(self) -> bool:
        """Tell whether somebody has to look: it did not arrive, or nobody can know."""
        return self.state in {MessageState.FAILED, MessageState.UNKNOWN}

    @property
    def is_delayed(self) -> bool:
        """Tell whether it has been tried for hours, or a server further on still tries."""
        if self.state == MessageState.QUEUED:
            return self.attempts >= LATE_AFTER
        mail = self.mail
        return mail is not None and any(one.get("state") == "delayed" for one in mail.recipients)

    def files(self) -> list[Attachment]:
        """Return what is attached, in the order in which it was chosen."""
        if not self.has_attachments:
            return []
        return sorted(self.attachments.all(), key=lambda file: file.position)

    @property
    def is_withdrawn(self) -> bool:
        return self.state == MessageState.WITHDRAWN

    @property
    def can_be_taken_back(self) -> bool:
        """Tell whether it waits, longer than it takes to send it, and nobody has sent it."""
        waits = self.send_at is not None and self.send_at > self.created_at
        return self.state == MessageState.QUEUED and waits and not self.attempts

    def for_visitor(self) -> dict[str, Any]:
        """Return all of a message that its contact may know."""
        if self.public_seq is None:
            raise ValueError(f"Message {self.pk} is not for visitors.")
        said: dict[str, Any] = {
            "seq": self.public_seq,
            "client_id": str(self.client_id) if self.client_id else None,
            "kind": self.kind,
            "text": self.text,
            "at": (self.sent_at or self.created_at).isoformat(),
            "attachments": [file.for_visitor() for file in self.files()],
        }
        if self.author:
            said["author"] = self.author.user.for_customers
        return said


def with_files(messages: Iterable[Any]) -> list[Any]:
    """Fetch what is attached, and what mails have beside their words, each at once."""
    found = list(messages)
    prefetch_related_objects([said for said in found if said.has_attachments], "attachments")
    prefetch_related_objects([said for said in found if said.is_mail], "mails")
    return found
