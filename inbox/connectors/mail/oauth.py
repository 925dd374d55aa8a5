"""
Sign in to a mail service without its password: OAuth 2 (RFC 6749) with PKCE (RFC 7636).

A person consents in the browser, once. What the service then gives is renewed without them until
somebody takes the consent back.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from inbox.connectors.base import TemporaryConnectorError
from inbox.connectors.mail.detecting import Place
from inbox.connectors.mail.imap_words import Refused
from inbox.connectors.web import post_form

LONGEST_REASON = 300
LONGEST_LIFE = 24 * 3600  # seconds that a service is believed
USUAL_LIFE = 3600
# Only a person can help (RFC 6749, 5.2; OpenID Connect Core, 3.1.2.6).
ENDED = {"invalid_grant", "interaction_required", "consent_required", "login_required"}
# Scopes that a service never names among those it has granted.
UNNAMED = {"offline_access"}
TOKEN = re.compile(r"[\x21-\x7e]{1,16000}")
TRACE = re.compile(r"\s*(Trace ID|Correlation ID|Timestamp):.*", re.DOTALL)


class SignInEnded(Refused):
    """The service does not know us any more: somebody has to sign in again."""


@dataclass(frozen=True, slots=True)
class Service:
    """One that people sign in to; ``asks`` is what it wants to hear beside the protocol's own words."""

    key: str
    name: str
    authorize_url: str
    token_url: str
    scope: str
    imap: Place
    smtp: Place
    asks: Mapping[str, str] = field(default_factory=dict)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    is_trusted: bool = False  # whether it may be in a private network

    @property
    def is_configured(self) -> bool:
        return bool(self.client_id and self.client_secret)

    def place_of(self, side: str) -> Place:
        return self.imap if side == "imap" else self.smtp


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a service gives: ``access`` opens the mailbox for some seconds, ``refresh`` brings another."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int


@dataclass(frozen=True, slots=True)
class Access:
    """A token that opens a mailbox, and from when on there is a newer one to be had."""

    token: str = field(default="", repr=False)
    renewed_at: datetime | None = None


def new_secret() -> str:
    """Return what nobody can guess: a ``state``, or a verifier (RFC 7636, 4.1)."""
    return secrets.token_urlsafe(48)


def consent_url(
    service: Service, *, redirect_uri: str, state: str, verifier: str, address: str
) -> str:
    """Return where a person consents; the service leads them back to ``redirect_uri``."""
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "client_id": service.client_id,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "scope": service.scope,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "login_hint": address,
    }
    return f"{service.authorize_url}?{urlencode(query | dict(service.asks))}"


def redeem(service: Service, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
    """
    Exchange the code with which a person came back.

    :raises SignInEnded: if the service does not take it, or has not granted all that is needed.
    :raises TemporaryConnectorError: if it is away, or does not know this installation.
    """
    said = {"code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
    answer = _ask(service, grant_type="authorization_code", **said)
    granted = str(answer.get("scope", service.scope)).lower().split()
    missing = [one for one in service.scope.lower().split() if one not in {*granted, *UNNAMED}]
    if missing:
        raise SignInEnded(
            f"{service.name} was not allowed to let us read and send mail. Tick every box there."
        )
    tokens = _tokens(answer)
    if not tokens.refresh:
        raise SignInEnded(f"{service.name} let us in for an hour only. Sign in once more.")
    return tokens


def renew(service: Service, refresh: str) -> Tokens:
    """
    Get another access token; the refresh token is the old one, unless the service gave a new one.

    :raises SignInEnded: if somebody has to sign in again.
    :raises TemporaryConnectorError: if the service is away, or does not know this installation.
    """
    answer = _ask(service, grant_type="refresh_token", refresh_token=refresh, scope=service.scope)
    tokens = _tokens(answer)
    return Tokens(tokens.access, tokens.refresh or refresh, tokens.seconds)


def _ask(service: Service, **said: str) -> dict[str, Any]:
    if not service.is_configured:
        raise TemporaryConnectorError(
            f"This installation is not known to {service.name}: it has no client ID and secret."
        )
    client = {"client_id": service.client_id, "client_secret": service.client_secret}
    status, body = post_form(service.token_url, client | said, is_trusted=service.is_trusted)
    try:
        read = json.loads(body)
    except ValueError:
        read = None
    answer: dict[str, Any] = read if isinstance(read, dict) else {}
    if status == 200 and "error" not in answer:  # noqa: PLR2004
        return answer
    error = _plain(str(answer.get("error") or status))
    words = _plain(str(answer.get("error_description") or "")) or error
    if error in ENDED:
        raise SignInEnded(f"{service.name} refuses our sign-in: {words}")
    if error in {"invalid_client", "unauthorized_client"}:
        raise TemporaryConnectorError(
            f"{service.name} does not take this installation's client ID or secret: {words}"
        )
    raise TemporaryConnectorError(f"{service.name} gives no access now: {words}")


def _tokens(answer: Mapping[str, Any]) -> Tokens:
    access, refresh = answer.get("access_token"), answer.get("refresh_token") or ""
    kind = str(answer.get("token_type") or "bearer").lower()
    is_sane = all(isinstance(one, str) for one in (access, refresh)) and kind == "bearer"
    if not is_sane or not TOKEN.fullmatch(str(access)):
        raise TemporaryConnectorError("The answer to our sign-in makes no sense.")
    try:
        seconds = int(answer.get("expires_in") or USUAL_LIFE)
    except (TypeError, ValueError):
        seconds = USUAL_LIFE
    return Tokens(str(access), str(refresh), max(1, min(seconds, LONGEST_LIFE)))


def _plain(words: str) -> str:
    said = TRACE.sub("", words.encode("utf-8", "replace").decode().replace("\x00", ""))
    return " ".join(said.split())[:LONGEST_REASON]
