"""Mails that Amazon SES hands to a topic of SNS: signed with a certificate that lies at Amazon's."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from inbox.connectors.base import Forged, Malformed, TemporaryConnectorError
from inbox.connectors.mail.hooks import Brought, Post, read_json
from inbox.connectors.web import fetch

HOST = re.compile(r"sns\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
HASHES: dict[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303

Get = Callable[[str], bytes]


def get(url: str) -> bytes:
    """
    Fetch from Amazon's, following nothing elsewhere.

    :raises TemporaryConnectorError: if it does not answer as it should.
    """
    _ours(url)
    status, body = fetch(url)
    if status != 200:  # noqa: PLR2004
        raise TemporaryConnectorError(f"Amazon answered {status}.")
    return body


_kept = lru_cache(maxsize=20)(get)  # certificates: a new one has a new address


def verify(post: Post, topic: str, get: Get = _kept) -> dict[str, Any]:
    """
    Return what a topic says.

    :param topic: the only one that may speak to this channel, by its ARN.
    :raises Forged: if it is another's, or nobody's.
    """
    read = read_json(post.body)
    said: dict[str, Any] = read if isinstance(read, dict) else {}
    kind = said.get("Type")
    if kind not in SIGNED:
        raise Malformed("This is no notification of SNS.")
    if not topic or said.get("TopicArn") != topic:
        raise Forged("This is another topic.")
    algorithm = HASHES.get(str(said.get("SignatureVersion")))
    if algorithm is None:
        raise Forged("The signature is of an unknown kind.")
    names = [name for name in SIGNED[kind] if isinstance(said.get(name), str)]
    signed = "".join(f"{name}\n{said[name]}\n" for name in names).encode("utf-8", "replace")
    url = str(said.get("SigningCertURL", ""))
    _ours(url)
    try:
        key = x509.load_pem_x509_certificate(get(url)).public_key()
        given = base64.b64decode(str(said.get("Signature", "")), validate=True)
        if not isinstance(key, RSAPublicKey):
            raise Forged("The certificate is of an unknown kind.")
        key.verify(given, signed, padding.PKCS1v15(), algorithm)
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise Forged("The signature is wrong.") from error
    return said


def confirm(said: dict[str, Any], get: Get = get) -> None:
    """Answer the topic's question whether we want to hear it."""
    url = str(said.get("SubscribeURL", ""))
    _ours(url)
    get(url)


def mails_of(said: dict[str, Any]) -> Iterator[Brought]:
    """Read the mail of a notification, if it is about one that came."""
    told = read_json(said["Message"]) if isinstance(said.get("Message"), str) else {}
    if not isinstance(told, dict) or told.get("notificationType") != "Received":
        return
    content, receipt, mail = told.get("content"), told.get("receipt"), told.get("mail")
    if not (isinstance(content, str) and isinstance(receipt, dict) and isinstance(mail, dict)):
        raise Malformed("Have the receipt rule publish to the topic: the mail itself is missing.")
    action = receipt.get("action")
    encoding = action.get("encoding") if isinstance(action, dict) else None
    try:
        is_coded = encoding == "BASE64"
        raw = base64.b64decode(content) if is_coded else content.encode("utf-8", "replace")
    except ValueError as error:
        raise Malformed("The mail's coding is broken.") from error
    recipients, sender = receipt.get("recipients"), mail.get("source")
    to = str(recipients[0]) if isinstance(recipients, list) and recipients else ""
    yield Brought(raw, sender if isinstance(sender, str) else None, to)


def _ours(url: str) -> str:
    """Return the host of an address, if it is one of Amazon's own."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Forged("The address is broken.") from error
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.username or port not in {None, 443}:
        raise Forged("The address is not Amazon's.")
    if not HOST.fullmatch(host):
        raise Forged("The address is not Amazon's.")
    return host
