"""Who a visitor of a chat widget is."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.prepared import Place, Prepared
from inbox.connectors.base import Forged, Sender
from inbox.connectors.webchat import (
    TOKEN,
    WebchatConnector,
    handle_of_subject,
    handle_of_token,
    hash_of_token,
)
from inbox.models import Channel, ContactHandle, VisitorSession
from inbox.models.webchat import Ask

PERSONAL = ("name", "email", "phone")
SESSION_LIFE = timedelta(hours=12)


class BadToken(DomainError):
    code: ClassVar[str] = "bad_token"
    status: ClassVar[int] = 401


class IdentityRequired(DomainError):
    code: ClassVar[str] = "identity_required"
    status: ClassVar[int] = 401


class FormIncomplete(DomainError):
    code: ClassVar[str] = "form_incomplete"
    status: ClassVar[int] = 422


class IdentityInvalid(DomainError):
    code: ClassVar[str] = "identity_invalid"
    status: ClassVar[int] = 401


def check_token(token: str) -> str:
    if not TOKEN.fullmatch(token):
        raise BadToken(_("This is not a visitor's token."))
    return token


def _sessions(channel: Place, hashes: Place, now: Place) -> QuerySet[VisitorSession]:
    known = VisitorSession.objects.filter(channel=channel, token_hash__any_of=hashes)
    return known.filter(expires_at__gt=now)


SESSIONS = Prepared(_sessions, "channel", "hashes", "now")


def sender_of_token(channel: Channel, token: str) -> Sender:
    """
    Tell who holds a token: a signed-in customer, or the anonymous visitor it names.

    :raises IdentityRequired: if the channel wants to know and the token does not say.
    """
    if sender := senders_of_tokens(channel, [check_token(token)])[token]:
        return sender
    raise IdentityRequired(_("Sign in on this site to chat."))


def senders_of_tokens(channel: Channel, tokens: Collection[str]) -> dict[str, Sender | None]:
    """Tell who holds each of these; None: the channel wants to know, and the token does not say."""
    hashes = {token: hash_of_token(channel.key, token) for token in tokens}
    sessions = SESSIONS(channel=channel.pk, hashes=list(hashes.values()), now=timezone.now())
    known = {
        session.token_hash: Sender(session.handle_value, session.name, session.email, verified=True)
        for session in sessions
    }
    return {
        token: known.get(hashed)
        or (None if channel.identity_required else Sender(handle_of_token(channel.key, token)))
        for token, hashed in hashes.items()
    }


def known_of(channel: Channel, sender: Sender) -> set[str]:
    """Name what need not be asked: the site vouched for it, or the visitor said it before."""
    handles = ContactHandle.objects.filter(channel_kind=channel.kind, value=sender.value)
    handle = handles.select_related("contact").first()
    told = [sender, handle.contact] if handle else [sender]
    return {name for name in PERSONAL if any(getattr(one, name, "") for one in told)}


def answers_to(
    channel: Channel, sender: Sender, form: Mapping[str, Any]
) -> tuple[Sender, list[dict[str, str]]]:
    """
    Take what a visitor answered before the first message: who they are, and what it is about.

    Nobody vouches for it: it names the contact, and opens nothing that was said under that name.

    :raises FormIncomplete: if something that the channel insists on is missing.
    """
    chat = channel.webchat
    if not form and not chat.to_ask((), staffed=True):
        return sender, []
    asks = chat.to_ask(known_of(channel, sender), staffed=True)
    missing = [name for name, how in asks.items() if how == Ask.REQUIRED and not form.get(name)]
    topic = form.get("topic", "")
    if missing or (topic and topic not in chat.topics):
        raise FormIncomplete(_("Something is missing. Fill in the form and send it again."))
    told = {name: form[name] for name in PERSONAL if form.get(name) and not getattr(sender, name)}
    answers = [{"field": "topic", "value": topic}] if topic and "topic" in asks else []
    if form.get("consent") and "consent" in asks:
        answers.append({"field": "consent", "value": "yes"})
    return replace(sender, **told), answers


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
