"""Hooks to which mail services post a channel's mails: whose, what proves it, and what became of the posts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from inbox.actions.mail_channels import change_mail_channel
from inbox.enums import MailService
from inbox.models import Channel, MailHook

# They can only be told a name and a password, which we draw; the others sign with a key of theirs.
TOLD_A_PASSWORD = {MailService.POSTMARK, MailService.SENDGRID}
LONGEST_REFUSAL = 300


@transaction.atomic
def set_up_hook(
    channel: Channel, *, service: str, key: str = "", draw: bool = False, actor: Membership | None
) -> tuple[Channel, str]:
    """
    Let a service post the channel's mails to us, or none; return the login that was drawn for it.

    :param key: what proves the service; empty keeps what is known of the same service.
    :param draw: a new password for a service that is told one.
    """
    channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    is_other, login = channel.setting("hook") != service, ""
    if service in TOLD_A_PASSWORD and (draw or is_other or not channel.secrets.get("hook")):
        key = login = f"desk:{secrets.token_urlsafe(24)}"
    changed = {"hook": key} if key or is_other else {}
    said = {"hook": service or None}
    channel = change_mail_channel(channel, said=said, secrets=changed, actor=actor)
    if is_other:
        MailHook.objects.filter(channel=channel).delete()
    return channel, login


def set_up_sender(
    channel: Channel, *, sender: Mapping[str, str] | None, key: str, actor: Membership | None
) -> Channel:
    """Send the channel's mails by a service's API, or by SMTP again; an empty key keeps what is known."""
    is_kept = sender and not key
    changed = {} if is_kept else {"sender": key}
    said = {"sender": dict(sender) if sender else None}
    return change_mail_channel(channel, said=said, secrets=changed, actor=actor)


def keys_of(channel: Channel, service: str) -> list[str]:
    """Return what a post of a service may prove itself with; a service may have several keys."""
    if channel.setting("hook") != service:
        return []
    return str(channel.secrets.get("hook", "")).split()


def note_taken(channel: Channel) -> None:
    MailHook.objects.update_or_create(channel=channel, defaults={"taken_at": timezone.now()})


def note_refused(channel: Channel, reason: str) -> None:
    """Note why a post was not taken; whoever knows the address may have sent it."""
    said = {"refused_at": timezone.now(), "refusal": reason.replace("\x00", "")[:LONGEST_REFUSAL]}
    MailHook.objects.update_or_create(channel=channel, defaults=said)
