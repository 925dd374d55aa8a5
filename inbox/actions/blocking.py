"""Senders whose mails nobody wants to see."""

from collections.abc import Collection
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import DomainError
from accounts.models import Membership
from inbox.actions.recipients import contact_of
from inbox.actions.spam import mark_spam
from inbox.connectors.mail.addresses import valid_address
from inbox.enums import ChannelKind, EventKind
from inbox.models import BlockedSender, Channel, Conversation


class BadSender(DomainError):
    code: ClassVar[str] = "bad_sender"
    status: ClassVar[int] = 422


class AlreadyBlocked(DomainError):
    code: ClassVar[str] = "already_blocked"


@transaction.atomic
def block_sender(said: str, *, actor: Membership | None) -> BlockedSender:
    """
    Take whatever comes from an address, or from a domain and all below it, for spam.

    :raises BadSender: if it is neither, or our own.
    """
    value = _read(said)
    for channel in Channel.objects.filter(kind=ChannelKind.EMAIL):
        if value in names_of(channel.address):
            raise BadSender(_("“%s” is an address of yours.") % value)
    blocked, is_new = BlockedSender.objects.get_or_create(
        value=value, defaults={"blocked_by": actor}
    )
    if is_new:
        events.record(EventKind.SENDER_BLOCKED, blocked, actor=actor, name=value)
    return blocked


@transaction.atomic
def block_contact(conversation: Conversation, *, actor: Membership) -> Conversation:
    """
    Block the address that the contact writes from, and put the conversation among the spam.

    :raises BadSender: if they do not write mails.
    :raises AlreadyBlocked: if nothing of theirs is let in anyway.
    """
    conversation = Conversation.locked(conversation.pk)
    address = contact_of(conversation).address
    if conversation.channel.kind != ChannelKind.EMAIL or not address:
        raise BadSender(_("Only senders of mails can be blocked."))
    if is_blocked(address):
        raise AlreadyBlocked(_("%s is blocked already.") % address)
    block_sender(address, actor=actor)
    return mark_spam(conversation, actor=actor, blocked=address)


@transaction.atomic
def unblock_sender(blocked: BlockedSender, *, actor: Membership | None) -> None:
    """Let mails in again; what came meanwhile stays among the spam."""
    events.record(EventKind.SENDER_UNBLOCKED, blocked, actor=actor, name=blocked.value)
    blocked.delete()


def is_blocked(address: str) -> bool:
    return bool(blocked_among([address]))


def blocked_among(addresses: Collection[str]) -> set[str]:
    """Return those of some addresses from which nobody wants to see anything."""
    named = {address: names_of(address) for address in addresses if address}
    if not named:
        return set()
    asked = {name for names in named.values() for name in names}
    rows = BlockedSender.objects.filter(value__in=sorted(asked))
    values = set(rows.values_list("value", flat=True))
    return {address for address, names in named.items() if not values.isdisjoint(names)}


def names_of(address: str) -> list[str]:
    """List an address, its domain and every domain above that, short of the top."""
    address = address.lower()
    labels = address.rpartition("@")[2].split(".")
    return [address, *(".".join(labels[start:]) for start in range(len(labels) - 1))]


def _read(said: str) -> str:
    said = said.strip().lower()
    if "@" in said.lstrip("@"):
        value = valid_address(said)
    else:
        # What is a domain in an address is one here.
        value = valid_address(f"x@{said.lstrip('@')}").removeprefix("x@")
        value = value if "." in value and not value.startswith("[") else ""
    if not value:
        raise BadSender(_("“%s” is neither an address nor a domain.") % said[:80])
    return value
