"""Hooks to which mail services post a channel's mails: whose, what proves it, and what became of the posts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from inbox.actions.mail_channels import change_mail_channel
from inbox.connectors.mail.reports import Report
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
        key = login = new_login()
    changed = {"hook": key} if key or is_other else {}
    said = {"hook": service or None}
    channel = change_mail_channel(channel, said=said, secrets=changed, actor=actor)
    if is_other:
        MailHook.objects.filter(channel=channel).delete()
    return channel, login


@transaction.atomic
def set_up_sender(
    channel: Channel,
    *,
    sender: Mapping[str, str] | None,
    key: str = "",
    proof: str = "",
    draw: bool = False,
    actor: Membership | None,
) -> tuple[Channel, str]:
    """
    Send the channel's mails by a service's API, or by SMTP again; return the login for its reports.

    :param key: of our account there; empty keeps what is known.
    :param proof: what its reports prove themselves with; empty keeps what is known of the same service.
    :param draw: a new password for a service that is told one.
    """
    channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    service = sender["service"] if sender else ""
    is_other, login = sender_of(channel) != service, ""
    if service in TOLD_A_PASSWORD and (draw or is_other or not channel.secrets.get("reports")):
        proof = login = new_login()
    changed = {"sender": key} if key or not sender else {}
    changed |= {"reports": proof} if proof or is_other else {}
    said = {"sender": dict(sender) if sender else None}
    return change_mail_channel(channel, said=said, secrets=changed, actor=actor), login


def sender_of(channel: Channel) -> str:
    """Return by which service's API a channel sends."""
    return str((channel.setting("sender") or {}).get("service", ""))


def services_of(channel: Channel) -> set[str]:
    """Return which services may post something to a channel."""
    return {channel.setting("hook"), sender_of(channel)} - {""}


def keys_of(channel: Channel, service: str) -> list[str]:
    """Return what a post of a service may prove itself with; a service may have several keys."""
    kept = {"hook": channel.setting("hook"), "reports": sender_of(channel)}
    mine = [str(channel.secrets.get(name, "")) for name, whose in kept.items() if whose == service]
    return " ".join(mine).split()


def new_login() -> str:
    return f"desk:{secrets.token_urlsafe(24)}"


def note_taken(channel: Channel) -> None:
    MailHook.objects.update_or_create(channel=channel, defaults={"taken_at": timezone.now()})


def note_ignored(channel: Channel, report: Report) -> None:
    """Note that a service told of a mail that we do not know, or not to that reader."""
    said = f"{report.fate}: {report.address}, {report.note or report.name}"[:LONGEST_REFUSAL]
    facts = {"ignored_at": timezone.now(), "ignored": said}
    MailHook.objects.update_or_create(channel=channel, defaults=facts)


def note_refused(channel: Channel, reason: str) -> None:
    """Note why a post was not taken; whoever knows the address may have sent it."""
    said = {"refused_at": timezone.now(), "refusal": reason.replace("\x00", "")[:LONGEST_REFUSAL]}
    MailHook.objects.update_or_create(channel=channel, defaults=said)
