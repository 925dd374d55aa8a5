"""Set a mail channel up, step by step, and change what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Team
from inbox.actions.channels import change_channel, create_mail_channel
from inbox.actions.mailboxes import set_up_mailbox
from inbox.enums import AfterFetch, DeliveryState
from inbox.models import Channel, Delivery, Mailbox, MailGrant
from inbox.oauth_services import signs_in


@transaction.atomic
def begin_mail_channel(
    *, name: str, config: Mapping[str, Any], actor: Membership | None
) -> Channel:
    """
    Make a channel that fetches and sends nothing until it is finished.

    :raises Taken: if another channel has the name or the address.
    """
    return create_mail_channel(
        name=name,
        address=config["address"],
        config={name: said for name, said in config.items() if said is not None}
        | {"unfinished": True},
        enabled=False,
        actor=actor,
    )


@transaction.atomic
def change_mail_channel(
    channel: Channel,
    *,
    said: Mapping[str, Any],
    actor: Membership | None,
    secrets: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Channel:
    """
    Change some of a mail channel's settings; one that becomes None goes.

    :param secrets: new passwords; the others stay.
    :raises Taken: if another channel has the name.
    """
    channel = Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    config = {name: value for name, value in (channel.config | said).items() if value is not None}
    return change_channel(channel, config=config, secrets=secrets, actor=actor, **fields)


@transaction.atomic
def change_servers(
    channel: Channel,
    *,
    servers: Mapping[str, Any],
    secrets: Mapping[str, Any],
    actor: Membership | None,
) -> Channel:
    """Fetch and send elsewhere, or with another password; what had been given up is tried at once."""
    after = Channel(config=channel.config | servers)
    if channel.setting("oauth") and not any(signs_in(after, side) for side in ("imap", "smtp")):
        servers = dict(servers) | {"oauth": None}
        MailGrant.objects.filter(channel=channel).delete()
    channel = change_mail_channel(channel, said=servers, secrets=secrets, actor=actor)
    mailbox = Mailbox.objects.filter(channel=channel).first()
    if mailbox and channel.setting("imap"):
        _look_again(channel, mailbox)
    elif mailbox:
        mailbox.delete()
    elif channel.setting("imap") and not channel.is_unfinished:
        set_up_mailbox(channel)
    return channel


@transaction.atomic
def change_fetching(
    channel: Channel,
    *,
    folder: Sequence[str],
    after: str,
    after_folder: str,
    days: int | None,
    actor: Membership | None,
) -> Mailbox:
    """Read other folders, do something else with what was read, or bring old mail in."""
    said = {"folders": list(folder), "after": after, "after_folder": after_folder}
    change_mail_channel(channel, said={"fetching": said}, actor=actor)
    return set_up_mailbox(
        channel,
        folders=folder,
        after=AfterFetch(after),
        after_folder=after_folder,
        backfill_days=days or 0,
    )


@transaction.atomic
def finish_mail_channel(
    channel: Channel, *, said: Mapping[str, Any], team: Team | None, actor: Membership | None
) -> Channel:
    """Let the channel fetch and send."""
    finished = {"unfinished": None}
    channel = change_mail_channel(
        channel, said=dict(said) | finished, team=team, enabled=True, actor=actor
    )
    if channel.setting("imap") and not Mailbox.objects.filter(channel=channel).exists():
        set_up_mailbox(channel)
    return channel


@transaction.atomic
def switch_mail_channel(channel: Channel, *, enabled: bool, actor: Membership | None) -> Channel:
    channel = change_channel(channel, enabled=enabled, actor=actor)
    if enabled:
        fetch_now(channel)
    return channel


@transaction.atomic
def fetch_now(channel: Channel) -> None:
    """Have the mailbox looked into as soon as can be, unless somebody waits in it for news already."""
    mailbox = Mailbox.objects.filter(channel=channel).first()
    if mailbox is None:
        return
    is_held = mailbox.leased_until is not None and mailbox.leased_until > timezone.now()
    if mailbox.is_failing or not is_held:
        _look_again(channel, mailbox)


def read_again(channel: Channel, delivery_id: int = 0) -> None:
    """Have what could not be read looked at once more: one mail, or all of the channel."""
    unreadable = Delivery.objects.filter(channel=channel, state=DeliveryState.UNREADABLE)
    if delivery_id:
        unreadable = unreadable.filter(pk=delivery_id)
    unreadable.update(state=DeliveryState.WAITING, due_at=timezone.now(), attempts=0)


def _look_again(channel: Channel, mailbox: Mailbox) -> None:
    folders = mailbox.folders.filter(is_watched=True).values_list("name", flat=True)
    set_up_mailbox(
        channel,
        folders=list(folders),
        after=AfterFetch(mailbox.after),
        after_folder=mailbox.after_folder,
    )
