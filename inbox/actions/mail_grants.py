"""
What mail services gave us: kept when somebody signs in, renewed early and by one process, and lost.

Whoever renews holds a lease while it asks the service, with no transaction open, and proves it
when it writes what it heard: one who was slow does not undo what another has done meanwhile.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from inbox.actions.mail_channels import change_servers
from inbox.connectors.mail.oauth import Service, Tokens
from inbox.enums import MessageState
from inbox.models import Channel, MailGrant, Message

EARLY = timedelta(minutes=10)  # before the end of an access token, or in the middle of a short life
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
LET_GO: dict[str, Any] = {"lease": None, "leased_until": None}


@transaction.atomic
def keep_grant(
    channel: Channel, *, service: Service, tokens: Tokens, actor: Membership | None
) -> Channel:
    """
    Fetch and send by a service that somebody has signed in to; passwords are forgotten.

    Whoever signs in again changes nothing about servers and user names.
    """
    servers = {side: _server(channel, service, side) for side in ("imap", "smtp")}
    if channel.setting("oauth") == service.key:
        servers = {}
    MailGrant.objects.update_or_create(
        channel=channel, defaults=_fresh(tokens) | {"granted_at": timezone.now()}
    )
    said: dict[str, Any] = servers | {"oauth": service.key}
    channel = change_servers(
        channel, servers=said, secrets={"imap": None, "smtp": None}, actor=actor
    )
    # What waited for this goes out now.
    tried = Message.objects.filter(channel=channel, state=MessageState.QUEUED, attempts__gt=0)
    tried.filter(leased_until=None).update(send_at=timezone.now())
    return channel


@transaction.atomic
def drop_grant(channel: Channel, *, actor: Membership | None) -> Channel:
    """Forget what a service gave us: its servers want a password again."""
    MailGrant.objects.filter(channel=channel).delete()
    return change_servers(channel, servers={"oauth": None}, secrets={}, actor=actor)


@transaction.atomic
def claim_renewal(channel: Channel) -> tuple[MailGrant | None, bool]:
    """Return what a service gave us, and whether it is ours now to ask for something newer."""
    now = timezone.now()
    grant = MailGrant.objects.select_for_update().filter(channel=channel).first()
    if grant is None or grant.has_ended or grant.renew_at > now or grant.is_held(now):
        return grant, False
    grant.lease, grant.leased_until = uuid4(), now + LEASE
    grant.save(update_fields=["lease", "leased_until"])
    return grant, True


@transaction.atomic
def record_renewal(grant: MailGrant, tokens: Tokens) -> None:
    _change(grant, **_fresh(tokens))


@transaction.atomic
def record_trouble(grant: MailGrant, *, reason: str) -> None:
    """Ask again later, further apart each time; what we have may be good until then."""
    wait = min(FIRST_WAIT * 2 ** min(grant.failures, 20), LONGEST_WAIT)
    wait *= random.uniform(0.8, 1.2)  # noqa: S311 - many mailboxes of one service come back apart
    _change(
        grant,
        renew_at=timezone.now() + wait,
        failures=grant.failures + 1,
        error=reason,
        **LET_GO,
    )


@transaction.atomic
def record_end(grant: MailGrant, *, reason: str) -> None:
    """The service does not know us any more, so that it is not asked again."""
    now = timezone.now()
    _change(grant, error=reason, ended_at=now, expires_at=now, tokens={}, **LET_GO)


@transaction.atomic
def distrust(channel: Channel) -> None:
    """A mail server has refused our token: there must be a newer one, or none at all."""
    now = timezone.now()
    grants = MailGrant.objects.filter(channel=channel, ended_at=None)
    grants.filter(expires_at__gt=now).update(expires_at=now, renew_at=now)


def _fresh(tokens: Tokens) -> dict[str, Any]:
    now, life = timezone.now(), timedelta(seconds=tokens.seconds)
    return {
        "tokens": {"access": tokens.access, "refresh": tokens.refresh},
        "expires_at": now + life,
        "renew_at": now + life - min(EARLY, life / 2),
        "failures": 0,
        "error": "",
        "ended_at": None,
        **LET_GO,
    }


def _server(channel: Channel, service: Service, side: str) -> dict[str, Any]:
    """Name the service's server; how it is reached, and as whom, may have been said before."""
    place, kept = service.place_of(side), channel.setting(side) or {}
    usual = {"port": place.port, "tls": place.tls}
    known = kept if kept.get("host") == place.host else usual
    return known | {"host": place.host, "user": known.get("user") or channel.address}


def _change(grant: MailGrant, **changed: Any) -> None:
    """Write what was heard, unless somebody else has taken over or signed in meanwhile."""
    MailGrant.objects.filter(pk=grant.pk, lease=grant.lease).update(**changed)
