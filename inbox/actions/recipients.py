"""Who gets a mail of ours: as a person typed it, or as the conversation suggests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from inbox.connectors.mail.addresses import Address, read_addresses
from inbox.enums import ChannelKind, MessageKind, MessageState
from inbox.models import Channel, Conversation, Mail

MOST = 50
HEADERS = ("to", "cc", "bcc")
STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
TAGGED = re.compile(r"\+[^@]*@")


class BadRecipients(DomainError):
    code: ClassVar[str] = "recipients"
    status: ClassVar[int] = 422


@dataclass(frozen=True, slots=True)
class Recipients:
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()

    def __iter__(self) -> Iterator[Address]:
        return iter((*self.to, *self.cc, *self.bcc))

    def people(self) -> dict[str, list[dict[str, str]]]:
        """Return them as a mail keeps them."""
        return {
            header: [{"name": one.name, "address": one.address} for one in found]
            for header in HEADERS
            if (found := getattr(self, header))
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """To whom an answer goes unless its writer says otherwise, and who could be added."""

    recipients: Recipients
    offered: tuple[Address, ...] = ()
    lost: tuple[str, ...] = ()  # to whom our last mail did not get


def read_recipients(said: Mapping[str, str]) -> Recipients:
    """
    Read what was typed, everybody once.

    :param said: the text of to, cc and bcc, as they would stand in a mail.
    :raises BadRecipients: if one is no address, or one of ours, or if they are too many or none.
    """
    own, seen = own_addresses(), set[str]()
    found: dict[str, tuple[Address, ...]] = {}
    for header in HEADERS:
        listed = _read(said.get(header, ""))
        if ours := next((one.address for one in listed if is_own(one.address, own)), ""):
            raise BadRecipients(_("%s is an inbox of yours. Choose somebody else.") % ours)
        fresh = {one.address.lower(): one for one in listed}
        found[header] = tuple(one for key, one in fresh.items() if key not in seen)
        seen |= fresh.keys()
    if not seen:
        raise BadRecipients(_("Say who is to get this mail."))
    if len(seen) > MOST:
        raise BadRecipients(_("A mail can have %d recipients at most.") % MOST)
    return Recipients(**found)


def _read(text: str) -> tuple[Address, ...]:
    if STEERING.search(text):
        raise BadRecipients(_("An address has no line breaks in it."))
    read = read_addresses([text.encode("utf-8", "replace")], most=MOST + 1)
    if read.invalid:
        raise BadRecipients(_("“%s” is no mail address.") % read.invalid[0][:80])
    return read.listed


def as_typed(people: Mapping[str, Any]) -> dict[str, str]:
    """Write what ``read_recipients`` reads."""
    typed = {
        header: ", ".join(_spelt(one["name"], one["address"]) for one in people.get(header, []))
        for header in HEADERS
    }
    return {header: text for header, text in typed.items() if text}


def _spelt(name: str, address: str) -> str:
    if not name:
        return address
    quoted = re.sub(r"([\\\"])", r"\\\1", name)
    return f'"{quoted}" <{address}>'


def own_addresses() -> set[str]:
    channels = Channel.objects.filter(kind=ChannelKind.EMAIL)
    return {str(said).lower() for said in channels.values_list("config__address", flat=True)}


def is_own(address: str, own: set[str]) -> bool:
    """Tell whether mail to an address comes back to us, with or without a tag after a plus."""
    return TAGGED.sub("@", address.lower()) in own or address.lower() in own


def suggest_recipients(conversation: Conversation) -> Suggestion:
    """
    Go on with whom we wrote to last, and in a first answer with whom the first mail was for.

    Whoever a later mail brings in is only offered: what it says of itself is not proven, and
    nobody gets what was said before because a stranger named them.
    """
    own = own_addresses()
    mails = Mail.objects.filter(message__conversation=conversation, automatic=False)
    theirs = mails.filter(message__kind=MessageKind.INCOMING).order_by("message__seq")
    ours = mails.filter(message__kind=MessageKind.OUTGOING)
    ours = ours.exclude(message__state=MessageState.WITHDRAWN).order_by("message__seq")
    before, last = ours.last(), theirs.last()
    contact = contact_of(conversation)
    if before:
        to, cc = [contact, *_listed(before.to)], _listed(before.cc)
    else:
        first = theirs.first()
        to, cc = [contact], [*_listed(first.to), *_listed(first.cc)] if first else []
    to = _others(to, own)
    cc = _others(cc, own, to)
    named = [] if last is None else [_sender(last), *_listed(last.to), *_listed(last.cc)]
    parts = Conversation.objects.filter(merged_into=conversation.pk).order_by("pk")
    named += [contact_of(part) for part in parts.select_related("contact", "handle")]
    return Suggestion(
        Recipients(to=tuple(to), cc=tuple(cc)),
        offered=tuple(_others(named, own, [*to, *cc])),
        lost=tuple(one["address"] for one in before.lost) if before else (),
    )


def contact_of(conversation: Conversation) -> Address:
    address = conversation.handle.value
    return Address(conversation.contact.name, address) if "@" in address else Address()


def _listed(people: Iterable[Mapping[str, Any]]) -> list[Address]:
    return [Address(one["name"], one["address"]) for one in people]


def _sender(mail: Mail) -> Address:
    return Address(mail.sender_name, mail.sender_address)


def _others(people: Iterable[Address], own: set[str], but: Iterable[Address] = ()) -> list[Address]:
    """Return everybody once who is not one of us and not among others already."""
    known = {one.address.lower() for one in but}
    found: dict[str, Address] = {}
    for one in people:
        key = one.address.lower()
        if key and key not in known and not is_own(key, own):
            found.setdefault(key, one)
    return list(found.values())
