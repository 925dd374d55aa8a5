"""The mail services that people sign in to by OAuth, as this installation knows them."""

from __future__ import annotations

from django.conf import settings

from inbox.connectors.mail.detecting import Place, guess
from inbox.connectors.mail.oauth import Service
from inbox.models import Channel

NAMES = {"google": "Google", "microsoft": "Microsoft"}
# What each wants beside the protocol's words, so that its consent lasts and is of the right account.
ASKS = {
    "google": {"access_type": "offline", "prompt": "consent"},
    "microsoft": {"prompt": "select_account", "response_mode": "query"},
}


def service_of(key: str) -> Service | None:
    """Return a service by its key, whether people can sign in to it here or not."""
    said = settings.OAUTH_SERVICES.get(key)
    if said is None:
        return None
    return Service(
        key=key,
        name=NAMES[key],
        authorize_url=said["AUTHORIZE_URL"],
        token_url=said["TOKEN_URL"],
        scope=said["SCOPE"],
        imap=_place(said["IMAP"]),
        smtp=_place(said["SMTP"]),
        asks=ASKS[key],
        client_id=said["CLIENT_ID"],
        client_secret=said["CLIENT_SECRET"],
        is_trusted=settings.ALLOW_PRIVATE_SERVERS,
    )


def signs_in(channel: Channel, side: str, host: str | None = None) -> bool:
    """
    Tell whether a channel's server is told a token: nobody's but the service's own ever is.

    :param host: which it would be, where it is not what the channel says.
    """
    service = service_of(channel.setting("oauth"))
    if host is None:
        host = (channel.setting(side) or {}).get("host", "")
    return service is not None and service.place_of(side).host == host


def offered_for(channel: Channel) -> tuple[list[Service], bool]:
    """
    Return the services that a channel's mailbox may be at, and whether that is known.

    Where it is, nobody may be able to sign in there yet. Where it is not, a company's domain may be
    at any of them: those that people can sign in to.
    """
    known = [service for key in NAMES if (service := service_of(key))]
    host = (channel.setting("imap") or {}).get("host", "")
    if at_home := [one for one in known if one.imap.host == host]:
        return at_home[:1], True
    if provider := guess(channel.address).provider:
        return [one for one in known if one.key == provider.oauth], True
    return [one for one in known if one.is_configured], False


def _place(said: str) -> Place:
    host, port, tls = said.rsplit(":", 2)
    return Place(host, int(port), tls)
