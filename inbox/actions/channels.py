"""Set channels up and change them."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import Taken, refusing
from accounts.models import Membership, Team
from inbox.enums import ChannelKind, EventKind
from inbox.models import Channel

MASK = "••••••••"  # what is told of a secret


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
def create_mail_channel(
    *,
    name: str,
    address: str,
    actor: Membership | None,
    config: Mapping[str, Any] | None = None,
    enabled: bool = True,
) -> Channel:
    """
    Make a channel for the mails of an address.

    :raises Taken: if another channel has the name or the address.
    """
    address = address.lower()
    if Channel.objects.all().with_address(address).exists():
        raise Taken(_("Another channel has this address. Choose another."))
    config = dict(config or {}) | {"address": address}
    channel = Channel(name=name, kind=ChannelKind.EMAIL, config=config, enabled=enabled)
    with refusing(*_name_once()):
        channel.save(force_insert=True)
    events.record(EventKind.CHANNEL_CREATED, channel, actor=actor, name=name)
    return channel


@transaction.atomic
def change_channel(
    channel: Channel,
    *,
    actor: Membership | None,
    secrets: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Channel:
    """
    Change what an admin may change: name, config, enabled, team. The event keeps what stood before.

    :param secrets: those that are new, or None to go; the event tells only that they were changed.
    :raises Taken: if another channel has the name.
    """
    locked = Channel.objects.select_for_update(of=("self",)).select_related("team")
    channel = locked.get(pk=channel.pk)
    changed = {field for field, value in fields.items() if getattr(channel, field) != value}
    before = {field: _told(getattr(channel, field)) for field in fields if field in changed}
    for field in changed:
        setattr(channel, field, fields[field])
    after = {field: _told(fields[field]) for field in before}
    if secrets:
        before["secrets"], after["secrets"] = (MASK if channel.secrets else ""), MASK
        kept = channel.secrets | dict(secrets)
        channel.secrets = {name: value for name, value in kept.items() if value is not None}
        changed.add("secrets")
    if changed:
        with refusing(*_name_once()):
            channel.save(update_fields=list(changed))
        kind = EventKind.CHANNEL_CHANGED
        events.record(kind, channel, actor=actor, name=channel.name, before=before, after=after)
    return channel


def _told(value: Any) -> Any:
    return value.name if isinstance(value, Team) else value


def _name_once() -> tuple[str, Taken]:
    return "channel_name_once", Taken(_("Another channel has this name. Choose another."))
