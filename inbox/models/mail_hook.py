from __future__ import annotations

from django.db import models

from accounts.models import OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.models.channel import Channel


class MailHook(WorkspaceOwned):
    """
    What became of the posts of a channel's mail service, as its page shows it.

    Which service it is stands in the channel's ``config["hook"]``, what proves it in ``secrets["hook"]``.
    """

    channel = OwnedForeignKey(Channel, models.CASCADE, related_name="hooks")
    taken_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    # A report of a mail that is not of ours, or not to that address.
    ignored_at = models.DateTimeField(null=True, blank=True)
    ignored = models.CharField(max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "channel"], name="one_mail_hook_each")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
