"""
The way into a mailbox whose people signed in at its service: a token, renewed before it runs out.

One process asks the service, under a lease and with no transaction open; the others take what is
good still, or wait for what it brings.
"""

from __future__ import annotations

import time

from django.utils import timezone

from accounts.tenancy import in_scope, scope
from inbox.actions import mail_grants
from inbox.connectors.base import ConnectorError, TemporaryConnectorError
from inbox.connectors.mail.oauth import Access, SignInEnded, renew
from inbox.models import Channel, MailGrant
from inbox.oauth_services import service_of

PATIENCE = 30.0  # seconds for whoever asks the service now
PAUSE = 0.2


def access_to(channel: Channel) -> Access:
    """
    Return what opens a channel's mailbox; nothing may be under way in its workspace.

    :raises SignInEnded: if somebody has to sign in again.
    :raises TemporaryConnectorError: if the service gives nothing now.
    """
    if in_scope():
        raise RuntimeError("A service is asked with no transaction open.")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with scope(channel.workspace):
            grant, is_ours = mail_grants.claim_renewal(channel)
        now = timezone.now()
        if grant is None:
            raise SignInEnded("Nobody has signed in to this mailbox.")
        if is_ours:
            _renew(channel, grant)
        elif grant.has_ended:
            raise SignInEnded(grant.error)
        elif grant.expires_at > now:
            return Access(grant.tokens["access"], grant.renew_at)
        elif grant.renew_at > now:  # it failed lately
            raise TemporaryConnectorError(grant.error)
        else:
            time.sleep(PAUSE)  # somebody asks, or has died while asking
    raise TemporaryConnectorError("The mail service takes long to let us in again.")


def _renew(channel: Channel, grant: MailGrant) -> None:
    """Ask the service, and note what it says."""
    service = service_of(channel.setting("oauth"))
    try:
        if service is None:
            raise TemporaryConnectorError("This installation does not know the mail service.")
        tokens = renew(service, grant.tokens["refresh"])
    except SignInEnded as error:
        said = str(error)
        with scope(channel.workspace):
            mail_grants.record_end(grant, reason=said)
    except ConnectorError as error:
        said = str(error)
        with scope(channel.workspace):
            mail_grants.record_trouble(grant, reason=said)
    else:
        with scope(channel.workspace):
            mail_grants.record_renewal(grant, tokens)
