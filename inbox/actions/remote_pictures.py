"""Whose mails load their pictures from other servers without being asked."""

from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import DomainError
from accounts.models import Membership
from inbox.enums import EventKind
from inbox.models import Mail, PictureSender


class DoubtfulSender(DomainError):
    code: ClassVar[str] = "doubtful_sender"
    status: ClassVar[int] = 422


@transaction.atomic
def always_load_pictures(mail: Mail, *, actor: Membership | None) -> None:
    """
    Load what lies on other servers in every mail of whoever wrote this one.

    :raises DoubtfulSender: if somebody else may have written it.
    """
    address = mail.believed_sender
    if not address:
        raise DoubtfulSender(
            _("Who wrote this mail is in doubt. Its pictures can only be loaded once.")
        )
    sender, is_new = PictureSender.objects.get_or_create(
        value=address, defaults={"allowed_by": actor}
    )
    if is_new:
        events.record(EventKind.PICTURES_ALLOWED, sender, actor=actor, name=address)


@transaction.atomic
def stop_loading_pictures(mail: Mail, *, actor: Membership | None) -> None:
    """Ask again before pictures of this sender are loaded."""
    for sender in PictureSender.objects.filter(value=mail.sender_address.lower()):
        events.record(EventKind.PICTURES_STOPPED, sender, actor=actor, name=sender.value)
        sender.delete()
