"""What mail services tell of mails that they took from us: each in its own form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inbox.connectors.mail.hooks import Post, fields_of, read_json

LONGEST = 500
# Postmark's words for a bounce after which it tries on, and for what is none.
TRIES_ON = {"Transient"}
NO_BOUNCE = {
    "AutoResponder", "AddressChange", "ChallengeVerification", "Subscribe", "Unsubscribe",
    "OpenRelayTest",
}  # fmt: skip


class Fate(StrEnum):
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    REFUSED = "refused"
    COMPLAINED = "complained"


AMAZON = {
    "Bounce": ("bouncedRecipients", Fate.BOUNCED),
    "Complaint": ("complainedRecipients", Fate.COMPLAINED),
    "DeliveryDelay": ("delayedRecipients", Fate.DELAYED),
}


@dataclass(frozen=True, slots=True)
class Report:
    """
    What became of a mail to one address.

    :ivar note: what we gave with the mail: its Message-ID before the at sign, or all of it.
    :ivar name: what the service calls the mail.
    """

    address: str
    fate: Fate
    note: str = ""
    name: str = ""
    said: str = ""


def is_report(service: str, post: Post) -> bool:
    """Tell a post that brings no mails, and cannot, from one that should."""
    if service in {"mailgun", "sendgrid"}:
        return _is_json(post)
    return service == "postmark" and bool(_text(_dict(read_json(post.body)), "RecordType"))


def reports_in(service: str, post: Post) -> list[Report]:
    """Return what a post of a service tells of mails that were sent."""
    return list(READERS[service](post))


def of_amazon(said: Mapping[str, Any]) -> Iterator[Report]:
    """Read what a topic says of mails that were sent."""
    told = read_json(said["Message"]) if isinstance(said.get("Message"), str) else {}
    told = _dict(told)
    kind = _text(told, "notificationType") or _text(told, "eventType")
    mail, about = _dict(told.get("mail")), _dict(told.get(_camel(kind)))
    headers = [_dict(one) for one in _list(mail.get("headers"))]
    heads = {_text(one, "name").lower(): _text(one, "value") for one in headers}
    note = ""
    if "x-metadata" in heads:
        note = _text(_dict(read_json(heads["x-metadata"])), "mail")
    name = _text(mail, "messageId")
    for address, fate, words in _amazon_fates(kind, about, mail):
        yield Report(address, fate, note or heads.get("message-id", ""), name, words)


def _amazon_fates(
    kind: str, about: Mapping[str, Any], mail: Mapping[str, Any]
) -> Iterator[tuple[str, Fate, str]]:
    if kind == "Delivery":
        yield from ((str(one), Fate.DELIVERED, "") for one in _list(about.get("recipients")))
    if kind == "Reject":
        reason = _text(about, "reason")
        yield from ((str(one), Fate.REFUSED, reason) for one in _list(mail.get("destination")))
    place, fate = AMAZON.get(kind, ("", None))
    for one in map(_dict, _list(about.get(place))):
        words = _text(one, "diagnosticCode") or _text(one, "status")
        is_holiday_reply = about.get("bounceType") == "Transient" and not words
        if fate and not is_holiday_reply:
            yield _text(one, "emailAddress"), fate, words


def _of_mailgun(post: Post) -> Iterator[Report]:
    if not _is_json(post):
        return
    said = _dict(_dict(read_json(post.body)).get("event-data"))
    kind, status = _text(said, "event"), _dict(said.get("delivery-status"))
    fates = {"delivered": Fate.DELIVERED, "complained": Fate.COMPLAINED, "rejected": Fate.REFUSED}
    fate = fates.get(kind)
    if kind == "failed":
        fate = Fate.DELAYED if said.get("severity") == "temporary" else Fate.BOUNCED
    if fate:
        words = _text(status, "message") or _text(status, "description")
        words = words or _text(_dict(said.get("reject")), "reason")
        headers = _dict(_dict(said.get("message")).get("headers"))
        name = _text(headers, "message-id")
        note = _text(_dict(said.get("user-variables")), "mail")
        yield Report(_text(said, "recipient"), fate, note or name, name, _kept(fate, words))


def _of_mandrill(post: Post) -> Iterator[Report]:
    fates = {
        "delivered": Fate.DELIVERED,
        "deferral": Fate.DELAYED,
        "hard_bounce": Fate.BOUNCED,
        "soft_bounce": Fate.BOUNCED,
        "spam": Fate.COMPLAINED,
        "reject": Fate.REFUSED,
    }
    for event in map(_dict, _list(read_json(fields_of(post).get("mandrill_events", b"[]")))):
        fate, said = fates.get(_text(event, "event")), _dict(event.get("msg"))
        if fate:
            words = _text(said, "diag") or _text(said, "bounce_description")
            tries = [_dict(one) for one in _list(said.get("smtp_events"))]
            words = words or (_text(tries[-1], "diag") if tries else "")
            note = _text(_dict(said.get("metadata")), "mail")
            name = _text(event, "_id") or _text(said, "_id")
            yield Report(_text(said, "email"), fate, note, name, _kept(fate, words))


def _of_postmark(post: Post) -> Iterator[Report]:
    said = _dict(read_json(post.body))
    kind, address = _text(said, "RecordType"), _text(said, "Email") or _text(said, "Recipient")
    fate = {"Delivery": Fate.DELIVERED, "SpamComplaint": Fate.COMPLAINED}.get(kind)
    if kind == "Bounce" and _text(said, "Type") not in NO_BOUNCE:
        fate = Fate.DELAYED if _text(said, "Type") in TRIES_ON else Fate.BOUNCED
    if fate:
        words = _text(said, "Details") or _text(said, "Description")
        note, name = _text(_dict(said.get("Metadata")), "mail"), _text(said, "MessageID")
        yield Report(address, fate, note, name, _kept(fate, words))


def _of_sendgrid(post: Post) -> Iterator[Report]:
    if not _is_json(post):
        return
    fates = {
        "delivered": Fate.DELIVERED,
        "deferred": Fate.DELAYED,
        "bounce": Fate.BOUNCED,
        "dropped": Fate.REFUSED,
        "spamreport": Fate.COMPLAINED,
    }
    for event in map(_dict, _list(read_json(post.body))):
        if fate := fates.get(_text(event, "event")):
            words = _text(event, "reason") or _text(event, "response")
            note = _text(event, "mail") or _text(event, "smtp-id")
            name = _text(event, "anymail_id")
            yield Report(_text(event, "email"), fate, note, name, _kept(fate, words))


def _kept(fate: Fate, words: str) -> str:
    """Leave out what is said of a mail that is well."""
    return "" if fate == Fate.DELIVERED else " ".join(words.split())[:LONGEST]


def _is_json(post: Post) -> bool:
    return post.headers.get("content-type", "").startswith("application/json")


def _camel(kind: str) -> str:
    return kind[:1].lower() + kind[1:]


def _dict(said: Any) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}


def _list(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []


def _text(said: Mapping[str, Any], name: str) -> str:
    """Return words without what no database keeps."""
    value = said.get(name)
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


READERS: dict[str, Callable[[Post], Iterator[Report]]] = {
    "mailgun": _of_mailgun,
    "mandrill": _of_mandrill,
    "postmark": _of_postmark,
    "sendgrid": _of_sendgrid,
}
