"""
The chat widget: ours on both ends, so its protocol is ours too (docs/widget-api.md).

A delivery is the envelope that the visitor's door makes of an authenticated request, so that
it can be read again later without the visitor's token, which is never stored.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import jwt

from inbox.connectors.addresses import parts_of, shown_address
from inbox.connectors.base import (
    Capabilities,
    Connector,
    Forged,
    IncomingMessage,
    Malformed,
    OutgoingMessage,
    Sender,
)

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_TEXT = 10_000
LONGEST_IDENTITY = 4_096  # characters of a JWT
IDENTITY_LIFE = 300  # seconds a signed identity may live
LEEWAY = 30  # seconds by which two clocks may differ


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the customer's own site says the visitor is."""

    subject: str
    name: str
    email: str


class WebchatConnector(Connector):
    capabilities: ClassVar[Capabilities] = Capabilities(
        longest_text=LONGEST_TEXT, receipts=True, typing=True
    )

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """The panel is a page of ours: a browser that names another origin is not its home."""
        origin, host = headers.get("Origin", ""), headers.get("Host", "")
        if origin and parts_of(origin).netloc != host:
            raise Forged("This chat answers only its own panel.")

    def parse(self, raw: bytes) -> Sequence[IncomingMessage]:
        try:
            envelope = json.loads(raw)
            client_id = UUID(envelope["client_id"])
            handle = str(envelope["handle"])
            page = envelope.get("page") or {}
            return [
                IncomingMessage(
                    external_id=external_id(handle, client_id),
                    sender=Sender(
                        value=handle,
                        name=str(envelope.get("name", ""))[:200],
                        email=str(envelope.get("email", ""))[:254],
                        phone=str(envelope.get("phone", ""))[:40],
                        verified=bool(envelope.get("verified")),
                    ),
                    text=str(envelope["text"]),
                    sent_at=datetime.fromisoformat(envelope["at"]),
                    client_id=client_id,
                    conversation=_id(envelope.get("conversation")),
                    page_url=shown_address(page.get("url")),
                    page_title=str(page.get("title") or "")[:200],
                    answers=tuple(envelope.get("answers") or ()),
                    attachments=tuple(UUID(one) for one in envelope.get("attachments", [])),
                )
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Malformed(f"Not a chat message: {error!r}") from error

    def send(self, message: OutgoingMessage) -> str:
        """The visitor's socket brings it, or their next page: there is nobody to hand it to."""
        return ""

    def identify(self, token: str, *, audience: str) -> Identity:
        """
        Read a customer's signed identity (JWT, RFC 7519, HS256).

        :param audience: the channel's key, which the token must name.
        :raises Forged: unless signed with the channel's secret and valid now.
        """
        secret = self.secrets.get("identity", "")
        if not secret or len(token) > LONGEST_IDENTITY:
            raise Forged("This chat takes no signed identities.")
        try:
            claims = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=audience,
                leeway=LEEWAY,
                options={"require": ["exp", "sub", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise Forged(f"The signed identity is not valid: {error}.") from error
        return _identity(claims)


def external_id(handle: str, client_id: UUID) -> str:
    """Name a message so that saying it again is recognised."""
    return f"{handle[:16]}:{client_id}"


def handle_of_token(key: str, token: str) -> str:
    """Name an anonymous visitor of a channel without keeping the token that proves them."""
    return _digest("token", key, token)


def handle_of_subject(key: str, subject: str) -> str:
    """Name a customer that the channel's site has identified."""
    return _digest("subject", key, subject)


def hash_of_token(key: str, token: str) -> str:
    return _digest("session", key, token)


def new_envelope(
    *,
    sender: Sender,
    client_id: UUID,
    text: str,
    at: datetime,
    page: Mapping[str, Any] | None,
    conversation: UUID | None = None,
    answers: Sequence[Mapping[str, str]] = (),
    attachments: Sequence[UUID] = (),
) -> bytes:
    """Pack a message from an authenticated visitor for the ledger."""
    return json.dumps(
        {
            "handle": sender.value,
            "name": sender.name,
            "email": sender.email,
            "phone": sender.phone,
            "verified": sender.verified,
            "client_id": str(client_id),
            "conversation": str(conversation) if conversation else None,
            "text": text,
            "at": at.isoformat(),
            "page": dict(page or {}),
            "answers": [dict(answer) for answer in answers],
            "attachments": [str(one) for one in attachments],
        }
    ).encode()


def _digest(purpose: str, key: str, secret: str) -> str:
    return hmac.new(key.encode(), f"{purpose}:{secret}".encode(), hashlib.sha256).hexdigest()


def _identity(claims: Mapping[str, Any]) -> Identity:
    subject = claims["sub"]
    if subject != _text(subject) or not 0 < len(subject) <= 255:  # noqa: PLR2004
        raise Forged("The signed identity needs a subject (sub).")
    if int(claims["exp"]) > time.time() + IDENTITY_LIFE + LEEWAY:
        raise Forged("The signed identity lives longer than 5 minutes.")
    return Identity(
        subject=subject,
        name=_text(claims.get("name"))[:200],
        email=_text(claims.get("email"))[:254],
    )


def _id(value: object) -> UUID | None:
    return UUID(str(value)) if value else None


def _text(value: object) -> str:
    """Return what PostgreSQL can keep of a text: neither NUL nor half a character."""
    kept = str(value or "").replace("\x00", "")
    return kept.encode(errors="ignore").decode()
