"""Do the same to several conversations, each by its own rights."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.errors import DomainError
from inbox.models import Conversation
from inbox.models.conversation_queries import ConversationQuerySet

MOST = 100  # in one unit of work: each is locked until it ends


@dataclass(slots=True)
class Outcome:
    """What became of each: its number, where it was changed the number of the event, the refusals."""

    done: list[int] = field(default_factory=list)
    events: dict[int, int] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


def change_each(
    numbers: Iterable[int],
    visible: ConversationQuerySet,
    change: Callable[[Conversation], Conversation],
) -> Outcome:
    """
    Change those that may be seen; one that is refused stays as it was, the others are changed.

    They are locked in the order of their ids, so that two such changes never wait for each other.
    """
    wanted, outcome = list(numbers), Outcome()
    found = list(visible.with_people().filter(number__in=wanted).order_by("pk"))
    for number in sorted({*wanted} - {conversation.number for conversation in found}):
        outcome.refused[number] = _("#%d is gone, or not for you to see.") % number
    for conversation in found:
        try:
            with tenancy.attempt():
                changed = change(conversation)
        except DomainError as error:
            outcome.refused[conversation.number] = str(error)
            continue
        outcome.done.append(conversation.number)
        if changed.last_seq > conversation.last_seq:
            outcome.events[conversation.number] = changed.last_seq
    return outcome
