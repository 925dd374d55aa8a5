"""
Mails that a mail service posts to us, as they came: is it the service, and which bytes are the mail?

Only what the services call raw is taken: what they have taken apart is a mail no more.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import Any
from urllib.parse import parse_qsl

from inbox.connectors.base import Forged, Malformed
from inbox.connectors.mail.mime import TooMuch, take_apart

LONGEST_AGE = 12 * 3600  # seconds; services try again for about eight hours
CLOCKS_APART = 300


@dataclass(frozen=True, slots=True)
class Post:
    """One request: its address, headers by lower-case name, and body."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Brought:
    """
    A mail and its envelope.

    :ivar once: what the service calls this post, if that proves nothing about the mail.
    """

    raw: bytes
    sender: str | None
    recipient: str
    once: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """
    How a mail service proves that it is itself, and where it puts the mail.

    ``verify`` gets the post, the channel's key for it, and the time; it raises Forged.
    """

    name: str
    verify: Callable[[Post, str, float], None]
    mails: Callable[[Post], Iterator[Brought]]


def fields_of(post: Post) -> dict[str, bytes]:
    """Read a form's fields as bytes: Django's reader changes them, and takes no large ones."""
    kind = post.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(post.body, keep_blank_values=True)
        return {name.decode("utf-8", "replace"): value for name, value in pairs}
    if not kind.startswith("multipart/form-data"):
        raise Malformed("This is no form.")
    try:
        form = take_apart(f"Content-Type: {kind}\r\n\r\n".encode() + post.body)
    except TooMuch as error:
        raise Malformed(str(error)) from error
    fields = {part.disposition[1].get("name", ""): part for part in form.parts}
    return {name: part.body.removesuffix(b"\r\n") for name, part in fields.items()}


def said_in(fields: Mapping[str, bytes], name: str) -> str:
    return fields.get(name, b"").decode("utf-8", "replace")


def read_json(body: bytes | str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("This is no JSON.") from error


def _by_password(post: Post, key: str, now: float) -> None:
    """The service knows a name and a password, which we have drawn (RFC 7617)."""
    scheme, _, said = post.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(said, validate=True)
    except (ValueError, binascii.Error):
        given = b""
    if scheme.lower() != "basic" or not hmac.compare_digest(given, key.encode()):
        raise Forged("The name and the password are wrong.")


def _by_mailgun(post: Post, key: str, now: float) -> None:
    at, token, given = (_signed(post, name) for name in ("timestamp", "token", "signature"))
    right = hmac.new(key.encode(), f"{at}{token}".encode("utf-8", "replace"), sha256).hexdigest()
    if not token or not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise Forged("The signature is wrong.")
    age = now - float(at) if at.isascii() and at.isdecimal() else LONGEST_AGE + 1
    if not -CLOCKS_APART <= age <= LONGEST_AGE:
        raise Forged("The signature is too old.")


def _signed(post: Post, name: str) -> str:
    """Return a part of Mailgun's signature, which stands in a form of mails or in JSON of reports."""
    if post.headers.get("content-type", "").startswith("application/json"):
        return _text(_dict(_dict(read_json(post.body)).get("signature")), name) or ""
    return said_in(fields_of(post), name)


def _by_mandrill(post: Post, key: str, now: float) -> None:
    fields = fields_of(post)
    said = b"".join(name.encode() + fields[name] for name in sorted(fields))
    signed = post.url.encode() + said
    right = base64.b64encode(hmac.new(key.encode(), signed, sha1).digest())
    given = post.headers.get("x-mandrill-signature", "").encode()
    if not hmac.compare_digest(right, given):
        raise Forged("The signature is wrong.")


def _of_mailgun(post: Post) -> Iterator[Brought]:
    fields = fields_of(post)
    if "body-mime" not in fields:
        raise Malformed("Let the route forward to an address that ends with /mime.")
    yield Brought(
        fields["body-mime"],
        said_in(fields, "sender"),
        said_in(fields, "recipient"),
        said_in(fields, "token"),
    )


def _of_sendgrid(post: Post) -> Iterator[Brought]:
    fields = fields_of(post)
    if "email" not in fields:
        raise Malformed("Have the raw, full MIME message posted.")
    envelope = _dict(read_json(fields.get("envelope", b"{}")))
    to = envelope.get("to")
    recipient = str(to[0]) if isinstance(to, list) and to else ""
    yield Brought(fields["email"], _text(envelope, "from"), recipient)


def _of_postmark(post: Post) -> Iterator[Brought]:
    said = _dict(read_json(post.body))
    if not isinstance(raw := said.get("RawEmail"), str):
        raise Malformed("Have the raw content included.")
    yield Brought(_bytes(raw), None, _text(said, "OriginalRecipient") or "")


def _of_mandrill(post: Post) -> Iterator[Brought]:
    events = read_json(fields_of(post).get("mandrill_events", b"[]"))
    for event in events if isinstance(events, list) else ():
        said = _dict(_dict(event).get("msg"))
        if isinstance(raw := said.get("raw_msg"), str):
            yield Brought(_bytes(raw), _text(said, "sender"), _text(said, "email") or "")


def _dict(said: Any) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}


def _text(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) else None


def _bytes(raw: str) -> bytes:
    """Return a mail that had to pass for text; half of a character is none."""
    return raw.encode("utf-8", "replace")


SERVICES = {
    "mailgun": Service("Mailgun", _by_mailgun, _of_mailgun),
    "mandrill": Service("Mandrill", _by_mandrill, _of_mandrill),
    "postmark": Service("Postmark", _by_password, _of_postmark),
    "sendgrid": Service("SendGrid", _by_password, _of_sendgrid),
}
