"""Who a visitor of a chat widget is."""

from datetime import timedelta
from typing import ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from inbox.connectors.base import Forged, Sender
from inbox.connectors.webchat import (
    TOKEN,
    WebchatConnector,
    handle_of_subject,
    handle_of_token,
    hash_of_token,
)
from inbox.models import Channel, VisitorSession

SESSION_LIFE = timedelta(hours=12)


class BadToken(DomainError):
    code: ClassVar[str] = "bad_token"
    status: ClassVar[int] = 401


class IdentityRequired(DomainError):
    code: ClassVar[str] = "identity_required"
    status: ClassVar[int] = 401


class IdentityInvalid(DomainError):
    code: ClassVar[str] = "identity_invalid"
    status: ClassVar[int] = 401


def check_token(token: str) -> str:
    if not TOKEN.fullmatch(token):
        raise BadToken(_("This is not a visitor's token."))
    return token


def sender_of_token(channel: Channel, token: str) -> Sender:
    """
    Tell who holds a token: a signed-in customer, or the anonymous visitor it names.

    :raises IdentityRequired: if the channel wants to know and the token does not say.
    """
    hashed = hash_of_token(channel.key, check_token(token))
    sessions = VisitorSession.objects.filter(channel=channel, token_hash=hashed)
    if session := sessions.filter(expires_at__gt=timezone.now()).first():
        return Sender(session.handle_value, session.name, session.email, verified=True)
    if channel.identity_required:
        raise IdentityRequired(_("Sign in on this site to chat."))
    return Sender(handle_of_token(channel.key, token))


@transaction.atomic
def identify_visitor(channel: Channel, *, token: str, identity: str) -> VisitorSession:
    """
    Let a fresh token stand for a customer whom the channel's site has signed in.

    :raises IdentityInvalid: if the signature, audience or times do not hold.
    """
    connector = WebchatConnector(channel.config, channel.secrets)
    try:
        known = connector.identify(identity, audience=channel.key)
    except Forged as error:
        raise IdentityInvalid(str(error)) from error
    session, _made = VisitorSession.objects.update_or_create(
        channel=channel,
        token_hash=hash_of_token(channel.key, check_token(token)),
        defaults={
            "handle_value": handle_of_subject(channel.key, known.subject),
            "name": known.name,
            "email": known.email,
            "expires_at": timezone.now() + SESSION_LIFE,
        },
    )
    return session
