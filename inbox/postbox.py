"""
Mails that somebody hands to us: for which channel, kept, and a worker woken to read them.

Nothing here takes long: whoever brings a mail waits until it is kept, and no longer.
"""

from __future__ import annotations

from hashlib import sha256
from typing import ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.follow_ups import ring
from accounts.models import Workspace
from accounts.tenancy import scope
from inbox import doors, keeping
from inbox.connectors.base import Forged
from inbox.connectors.mail.archives import LARGEST
from inbox.connectors.mail.threads import plain_address
from inbox.models import Channel, Delivery
from inbox.tasks import ingest_delivery


class NoSuchAddress(DomainError):
    """No channel has this address."""

    code: ClassVar[str] = "no_such_address"
    status: ClassVar[int] = 404


class NotNow(DomainError):
    """There is a channel, but it takes no mail now; the same mail may be brought again later."""

    code: ClassVar[str] = "not_now"
    status: ClassVar[int] = 503


class BadMail(DomainError):
    """This is no mail that anybody could read."""

    code: ClassVar[str] = "bad_mail"
    status: ClassVar[int] = 422


def channel_for(recipient: str, *, slug: str = "") -> tuple[Workspace, Channel]:
    """
    Find whose mail it is by the envelope's recipient, whatever stands after its plus sign.

    :param slug: names the workspace where several have the address.
    :raises NoSuchAddress: if no channel has it.
    :raises NotNow: if that cannot be told, or the channel is switched off.
    """
    if slug and not Workspace.objects.filter(slug=slug).exists():
        raise NotNow(_("There is no workspace %s.") % slug)
    found = [
        (Workspace.objects.get(pk=workspace_id), channel_id)
        for address in dict.fromkeys((recipient, plain_address(recipient)))
        for workspace_id, channel_id in doors.mail_channels_of(address)
    ]
    mine = [(workspace, pk) for workspace, pk in found if slug in {"", workspace.slug}]
    if not mine:
        raise NoSuchAddress(_("No mail channel has the address %s.") % recipient)
    if len({workspace.pk for workspace, _pk in mine}) > 1:
        raise NotNow(_("Several workspaces have the address %s: name one.") % recipient)
    workspace, channel_id = mine[0]
    with scope(workspace):
        channel = Channel.objects.get(pk=channel_id)
    if not channel.enabled:
        raise NotNow(_("The channel %s is switched off.") % channel.name)
    return workspace, channel


def bring(
    workspace: Workspace,
    channel: Channel,
    raw: bytes,
    *,
    sender: str | None,
    recipient: str,
    once: str = "",
) -> None:
    """
    Keep a mail, and wake a worker to read it.

    :param sender: of the envelope; None if nobody told, '' if it was a program.
    :param once: names the bringing, which nobody may repeat with another mail.
    :raises BadMail: if it is empty or far too large.
    :raises Forged: if the same bringing brought another mail before.
    """
    if not raw.strip():
        raise BadMail(_("The mail is empty."))
    if len(raw) > LARGEST:
        raise BadMail(_("The mail is larger than %d MB.") % (LARGEST // 1024 // 1024))
    said = {"to": recipient, "from": sender, "once": once or None}
    envelope = {name: _storable(value) for name, value in said.items() if value is not None}
    if once := envelope.get("once", ""):
        _refuse_another(workspace, channel, raw, once)
    kept = keeping.keep(
        workspace, channel, raw, received_at=timezone.now(), envelope=envelope, reads=False
    )
    if kept.is_new:
        ring(ingest_delivery.name, workspace_id=workspace.pk, delivery_id=kept.delivery_id)


def _storable(said: str) -> str:
    """Leave out what no database keeps: a mail is not lost for the sake of its envelope."""
    return said.replace("\x00", "").encode("utf-8", "replace").decode()


def _refuse_another(workspace: Workspace, channel: Channel, raw: bytes, once: str) -> None:
    with scope(workspace):
        same = Delivery.objects.filter(channel=channel, envelope__once=once)
        others = same.exclude(external_id=sha256(raw).hexdigest()).exists()
    if others:
        raise Forged("This was said about another mail.")
