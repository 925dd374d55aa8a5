"""The ways out and in of a channel's mails: its own mail servers, or else the site's to send."""

from typing import Any

from django.conf import settings

from inbox.connectors import connector_for
from inbox.connectors.base import Connector, TemporaryConnectorError
from inbox.connectors.mail.imap_line import ImapServer
from inbox.connectors.mail.imap_words import Refused
from inbox.connectors.mail.oauth import Access
from inbox.connectors.mail.sending import Server
from inbox.enums import ChannelKind, HookService
from inbox.mail_access import access_to
from inbox.models import Channel
from inbox.oauth_services import signs_in


def connector_of(channel: Channel) -> Connector:
    """
    Return what speaks for a channel.

    :raises TemporaryConnectorError: if its mail service does not let us in now.
    """
    config, secrets = channel.config, channel.secrets
    if channel.kind == ChannelKind.EMAIL:
        if own := config.get("smtp"):
            config = config | {"smtp": own | {"is_trusted": settings.ALLOW_PRIVATE_SERVERS}}
            secrets = secrets | {"token": _token_to_send(channel)}
        else:
            config = config | {"smtp": _of_the_site()}
            secrets = {"smtp": settings.EMAIL_HOST_PASSWORD}
    return connector_for(channel.kind, config, secrets)


def smtp_of(channel: Channel) -> Server:
    """Return the server by which a mail channel's mails go out."""
    connector = connector_of(channel)
    said = connector.secrets
    return Server(
        **connector.config["smtp"], password=said.get("smtp", ""), token=said.get("token", "")
    )


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


def hook_address(channel: Channel, service: str, login: str = "") -> str:
    """Return where a mail service posts a channel's mails, with the login that it has to send."""
    scheme, _, rest = settings.BASE_URL.partition("://")
    tail = "mime" if service == HookService.MAILGUN else ""
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
