from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.models.channel import Channel
from inbox.models.conversation import Conversation
from inbox.models.message import Message

# A picture, or another thing that loads itself, from somebody else's server.
REMOTE = re.compile(r"""<img\b[^>]{0,2000}\bsrc\s*=\s*["']?\s*https?:""", re.IGNORECASE)
LONGEST_UNFOLDED = 20_000


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
    # Lists of {"name": …, "address": …} by header: to, cc, reply_to.
    people = models.JSONField(default=dict)
    date = models.DateTimeField(null=True, blank=True)
    # All that it says, where the message's own text leaves out what is quoted; and as strangers made it up.
    whole_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    automatic = models.BooleanField(default=False)
    problems = ArrayField(models.CharField(max_length=60), default=list)
    # The conversation that it refers to without its sender taking part in it.
    refers_to = OwnedForeignKey(
        Conversation, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The mail as it came.
    raw_key = models.CharField(max_length=64, blank=True)
    raw_size = models.PositiveBigIntegerField(default=0)

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
    def sender(self) -> str:
        return self.sender_name or self.sender_address

    @property
    def has_remote_pictures(self) -> bool:
        return bool(REMOTE.search(self.html))

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
