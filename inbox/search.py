"""Finding a conversation by who it is with or what it is called; not by what was said in it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from accounts.models import Membership
from inbox.enums import Status
from inbox.models import Contact, Conversation

MOST = 20
MOST_PEOPLE = 8
NEWEST = 1000  # of each status; older ones are found by their number
LONGEST = 100


def find(said: str, membership: Membership) -> list[Conversation]:
    """Return the newest that have every word in a name, an address, a number or a subject."""
    visible = Conversation.objects.visible_to(membership)
    words = said.replace("\x00", "")[:LONGEST].split()
    if not words:
        return []
    if len(words) == 1 and (number := numbered(words[0])) is not None:
        by_number = list(visible.with_people().filter(number=number))
        if by_number:
            return by_number
    newest = [
        visible.filter(status=status).order_by("-last_activity_at", "-pk").values("pk")[:NEWEST]
        for status in Status
    ]
    found = visible.filter(is_spam=False, pk__in=newest[0].union(*newest[1:], all=True))
    for word in words:
        found = found.filter(
            Q(subject__icontains=word)
            | Q(contact__name__icontains=word)
            | Q(contact__email__icontains=word)
            | Q(contact__phone__icontains=word)
        )
    return list(found.with_people().order_by("-last_activity_at", "-pk")[:MOST])


def people(said: str, membership: Membership) -> list[Contact]:
    """Return contacts with a mail address that have every word in their name or address."""
    words = said.replace("\x00", "")[:LONGEST].split()
    found = Contact.objects.all().visible_to(membership).exclude(email="")
    for word in words:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return list(found.order_by("-last_heard_at", "-pk")[:MOST_PEOPLE]) if words else []


def recent(numbers: Sequence[int], membership: Membership) -> list[Conversation]:
    """Return those of some conversations that a person may open, in the order they were named."""
    visible = Conversation.objects.visible_to(membership).with_people()
    by_number = {one.number: one for one in visible.filter(number__in=numbers)}
    return [by_number[number] for number in numbers if number in by_number]


def numbered(word: str) -> int | None:
    """Read ``#123`` or ``123``."""
    digits = word.removeprefix("#")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < 19  # noqa: PLR2004
    return int(digits) if is_number else None
