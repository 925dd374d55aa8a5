"""Set channels up and change them."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import Taken, refusing
from accounts.models import Membership
from inbox.enums import ChannelKind, EventKind
from inbox.models import Channel


@transaction.atomic
def create_webchat(
    *, name: str, config: Mapping[str, Any], actor: Membership | None, key: str = ""
) -> Channel:
    """
    Make a chat widget with a fresh secret for signed identities.

    :raises Taken: if another channel has the name.
    """
    channel = Channel(
        name=name,
        kind=ChannelKind.WEBCHAT,
        config=dict(config),
        secrets={"identity": secrets.token_urlsafe(32)},
    )
    if key:
        channel.key = key
    with refusing(*_name_once()):
        channel.save(force_insert=True)
    events.record(EventKind.CHANNEL_CREATED, channel, actor=actor, name=name)
    return channel


@transaction.atomic
def create_mail_channel(*, name: str, address: str, actor: Membership | None) -> Channel:
    """
    Make a channel for the mails of an address.

    :raises Taken: if another channel has the name or the address.
    """
    address = address.lower()
    if Channel.objects.all().with_address(address).exists():
        raise Taken(_("Another channel has this address. Choose another."))
    channel = Channel(name=name, kind=ChannelKind.EMAIL, config={"address": address})
    with refusing(*_name_once()):
        channel.save(force_insert=True)
    events.record(EventKind.CHANNEL_CREATED, channel, actor=actor, name=name)
    return channel


@transaction.atomic
def change_channel(
    channel: Channel,
    *,
    name: str,
    config: Mapping[str, Any],
    enabled: bool,
    actor: Membership | None,
) -> Channel:
    """
    Change what an admin may change; the event keeps what stood before.

    :raises Taken: if another channel has the name.
    """
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    before = {"name": channel.name, "config": channel.config, "enabled": channel.enabled}
    after = {"name": name, "config": dict(config), "enabled": enabled}
    changed = [field for field, value in after.items() if before[field] != value]
    if changed:
        channel.name, channel.config, channel.enabled = name, dict(config), enabled
        with refusing(*_name_once()):
            channel.save(update_fields=changed)
        events.record(
            EventKind.CHANNEL_CHANGED,
            channel,
            actor=actor,
            before={field: before[field] for field in changed},
            after={field: after[field] for field in changed},
        )
    return channel


def _name_once() -> tuple[str, Taken]:
    return "channel_name_once", Taken(_("Another channel has this name. Choose another."))
