from collections.abc import Iterable

from django.db import models

from accounts.models import Membership, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.models.mail import Mail


class PictureSender(WorkspaceOwned):
    """A mail address whose pictures, wherever they lie, are loaded unasked."""

    value = models.CharField(max_length=254)
    allowed_by = OwnedForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "value"], name="picture_sender_once")
        ]

    def __str__(self) -> str:
        return self.value


def note_picture_senders(mails: Iterable[Mail]) -> None:
    """Let mails know whether their pictures are loaded unasked; one that may be forged does not."""
    asking = [mail for mail in mails if mail.has_remote_pictures and mail.believed_sender]
    if not asking:
        return
    named = PictureSender.objects.filter(value__in={mail.believed_sender for mail in asking})
    known = set(named.values_list("value", flat=True))
    for mail in asking:
        mail.loads_pictures = mail.believed_sender in known
