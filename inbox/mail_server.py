"""The ways out and in of a channel's mails: its own mail servers, or else the site's to send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from inbox.connectors import connector_for
from inbox.connectors.base import Connector, TemporaryConnectorError
from inbox.connectors.email import EmailConnector
from inbox.connectors.mail.imap_line import ImapServer
from inbox.connectors.mail.imap_words import Refused
from inbox.connectors.mail.oauth import Access
from inbox.connectors.mail.sending import Server
from inbox.enums import ChannelKind, MailService
from inbox.mail_access import access_to
from inbox.models import Channel
from inbox.oauth_services import signs_in

if TYPE_CHECKING:
    from inbox.mail_api.connector import ServiceConnector


def connector_of(channel: Channel) -> Connector:
    """
    Return what speaks for a channel.

    :raises TemporaryConnectorError: if its mail service does not let us in now.
    """
    if channel.kind == ChannelKind.EMAIL:
        return carrier_of(channel)
    return connector_for(channel.kind, channel.config, channel.secrets)


def carrier_of(channel: Channel) -> EmailConnector:
    """
    Return what carries a mail channel's mails: a service's API, its own mail server, or the site's.

    :raises TemporaryConnectorError: if its mail service does not let us in now.
    """
    if service := api_of(channel):
        return service
    config, secrets = channel.config, channel.secrets
    if own := config.get("smtp"):
        config = config | {"smtp": own | {"is_trusted": settings.ALLOW_PRIVATE_SERVERS}}
        return EmailConnector(config, secrets | {"token": _token_to_send(channel)})
    return EmailConnector(config | {"smtp": _of_the_site()}, {"smtp": settings.EMAIL_HOST_PASSWORD})


def api_of(channel: Channel) -> ServiceConnector | None:
    """Return the service to whose API a channel's mails go, if they go to one."""
    sender = channel.setting("sender")
    if not sender:
        return None
    # A library and Amazon's client come with it, which most processes never need.
    from inbox.mail_api.connector import ServiceConnector

    url = settings.MAIL_API_URLS.get(sender["service"], "")
    return ServiceConnector(channel.config | {"sender": sender | {"url": url}}, channel.secrets)


def smtp_of(channel: Channel) -> Server:
    """Return the server by which a mail channel's mails go out."""
    return carrier_of(channel).server


def mailbox_of(channel: Channel) -> ImapServer:
    """
    Return where a channel's mail is fetched.

    :raises Refused: if nobody has said so, or somebody has to sign in again.
    :raises TemporaryConnectorError: if its mail service does not let us in now.
    """
    if not channel.config.get("imap"):
        raise Refused("Nobody has said which mail server this channel's mail comes to.")
    access = access_to(channel) if signs_in(channel, "imap") else Access()
    return ImapServer(
        **channel.config["imap"],
        password=channel.secrets.get("imap", ""),
        token=access.token,
        renewed_at=access.renewed_at,
        is_trusted=settings.ALLOW_PRIVATE_SERVERS,
    )


def hook_address(channel: Channel, service: str, login: str = "", *, brings: bool = True) -> str:
    """
    Return where a mail service posts a channel's mails, with the login that it has to send.

    :param brings: mails; or else reports of those that it sent.
    """
    scheme, _, rest = settings.BASE_URL.partition("://")
    tail = "mime" if service == MailService.MAILGUN and brings else ""
    at = "@" if login else ""
    return f"{scheme}://{login}{at}{rest}/hooks/mail/{service}/{channel.key}/{tail}"


def _token_to_send(channel: Channel) -> str:
    """Return what opens the sending server; whoever signs in again lets the mails go that waited."""
    try:
        return access_to(channel).token if signs_in(channel, "smtp") else ""
    except Refused as error:
        raise TemporaryConnectorError(str(error)) from error


def _of_the_site() -> dict[str, Any]:
    return {
        "host": settings.EMAIL_HOST,
        "port": settings.EMAIL_PORT,
        "tls": "starttls" if settings.EMAIL_USE_TLS else "none",
        "user": settings.EMAIL_HOST_USER,
        "is_trusted": True,
        "folder": str(settings.DATA_DIR / "mail"),  # without a mail server
    }
