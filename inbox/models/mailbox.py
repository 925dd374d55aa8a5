from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models import OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.enums import AfterFetch
from inbox.models.channel import Channel


class Mailbox(WorkspaceOwned):
    """
    Where a mail channel's mail is fetched, and how that goes.

    Host, port and user are in the channel's ``config["imap"]``, its password in ``secrets["imap"]``.
    """

    channel = OwnedForeignKey(Channel, models.CASCADE, related_name="mailboxes")
    after = models.CharField(max_length=8, choices=AfterFetch, default=AfterFetch.NOTHING)
    after_folder = models.CharField(max_length=255, blank=True)
    # When to look again; null while only an admin can help, such as with another password.
    next_try_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    # Who fetches now, and until when nobody else may.
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    # When the server was last asked, when it last answered as it should, when its newest mail had come to it.
    last_fetch_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_mail_at = models.DateTimeField(null=True, blank=True)
    # The last trouble stays to be read; ``failing_since`` is null when it is over.
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    waiting = models.PositiveIntegerField(default=0)  # mails on the server that are not here yet
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "channel"], name="one_mailbox_each")
        ]
        indexes = [
            # The fetcher's, which asks across workspaces through a door.
            models.Index(fields=["next_try_at"], name="mailbox_to_fetch")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_failing(self) -> bool:
        return self.failing_since is not None

    @property
    def is_stopped(self) -> bool:
        """Tell whether nothing is fetched any more until an admin acts."""
        return self.next_try_at is None


class MailFolder(WorkspaceOwned):
    """How far one folder of a mailbox has been read: a mail is known by UIDVALIDITY and UID (RFC 9051, 2.3.1.1)."""

    mailbox = OwnedForeignKey(Mailbox, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=255)
    is_watched = models.BooleanField(default=True)
    uidvalidity = models.PositiveBigIntegerField(null=True, blank=True)
    last_uid = models.PositiveBigIntegerField(default=0)
    # What came to the server before was never asked for; its last mail, until the server counts anew.
    first_uid = models.PositiveBigIntegerField(default=0)
    read_from = models.DateTimeField(null=True, blank=True)
    # Days to look through again, for mails that should be here; and for old ones that an admin wants.
    rescan_since = models.DateField(null=True, blank=True)
    backfill_since = models.DateField(null=True, blank=True)
    looked_back_at = models.DateTimeField(null=True, blank=True)
    # Up to where the connection broke when mails were asked for, and how often it did there.
    stuck_uid = models.PositiveBigIntegerField(default=0)
    stuck_times = models.PositiveSmallIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "mailbox", "name"], name="one_folder_each")
        ]

    def __str__(self) -> str:
        return self.name
