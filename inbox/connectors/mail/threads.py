"""
Which conversation does a mail belong to?

What a mail says of itself may lead to a conversation, and never lets anybody into one: whoever
writes must take part in it already.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from inbox.connectors.mail.reading import Mail

MAC_BYTES = 12  # 96 bits
LONGEST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
TOKEN = re.compile(r"\+c\.([a-z2-7]{45})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """A conversation that one of a mail's ids leads to, and the addresses that take part in it."""

    conversation: int
    participants: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail belongs: None is a new conversation, which may refer to another one."""

    conversation: int | None = None
    refers_to: int | None = None


Lookup = Callable[[Sequence[str]], Mapping[str, Iterable[Known]]]


def author_of(mail: Mail) -> str:
    """Return the address of whoever wrote a mail, or '' if it does not name one person."""
    return "" if "several_senders" in mail.problems else mail.sender.address.lower()


def referred(mail: Mail) -> list[str]:
    """List the ids that a mail names, those of the nearest mails first."""
    return list(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))


def shared_names(mail: Mail, envelope_to: str = "") -> set[str]:
    """List the ids and addresses of which another mail that has to do with this one has one, too."""
    addresses = [*(one.address for one in (*mail.to, *mail.cc)), envelope_to]
    names = {mail.message_id, author_of(mail), *referred(mail)}
    names.update(found[1].lower() for one in addresses if (found := TOKEN.search(one)))
    if mail.bounce:
        names.add(mail.bounce.message_id)
    return names - {""}


def place_of(mail: Mail, lookup: Lookup, by_token: Iterable[Known] = ()) -> Place:
    """
    Find where a mail belongs.

    :param by_token: the conversation that a genuine reply address names, if it came to one.
    """
    sender = author_of(mail)
    ids = referred(mail)
    found = lookup(ids) if ids else {}
    candidates = [*by_token, *(known for one in ids for known in found.get(one, ()))]
    for known in candidates:
        if sender and sender in known.participants:
            return Place(known.conversation)
    return Place(refers_to=candidates[0].conversation if candidates else None)


def content_digest(mail: Mail) -> str:
    """Tell mails of one Message-ID apart by what they say, not by the way they took."""
    said = (
        mail.sender.address.lower(),
        mail.date.isoformat() if mail.date else "",
        mail.subject,
        mail.text,
        *(file.sha256 for file in mail.files),
    )
    return sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()


def reply_address(address: str, conversation: UUID, key: bytes) -> str:
    """Make the address that leads answers into a conversation, or '' if it would be too long."""
    local, _, domain = address.rpartition("@")
    mac = _mac(conversation, address, key)
    token = base64.b32encode(conversation.bytes + mac).decode().rstrip("=").lower()
    local = f"{local}+c.{token}"
    return f"{local}@{domain}" if len(local) <= LONGEST_LOCAL else ""


def plain_address(address: str) -> str:
    """Leave out what stands after a plus sign (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def conversations_named(addresses: Iterable[str], address: str, key: bytes) -> list[UUID]:
    """Return the conversations whose reply addresses are among these, if we made them."""
    named = []
    for said in addresses:
        if found := TOKEN.search(said):
            raw = base64.b32decode(found[1].upper() + "===")
            conversation, mac = UUID(bytes=raw[:16]), raw[16:]
            if hmac.compare_digest(mac, _mac(conversation, address, key)):
                named.append(conversation)
    return named


def _mac(conversation: UUID, address: str, key: bytes) -> bytes:
    said = conversation.bytes + address.lower().encode()
    return hmac.new(key, said, sha256).digest()[:MAC_BYTES]
