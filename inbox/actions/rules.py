"""Write down what a room above does by rules: a timeline tells which, and why."""

from typing import Any

from django.db import transaction

from inbox import events
from inbox.enums import EventKind
from inbox.models import Conversation


@transaction.atomic(savepoint=False)
def tell_rule(
    kind: EventKind, conversation: Conversation, *, is_held: bool = False, **data: Any
) -> Conversation:
    """
    Record that a rule ran, or was stopped.

    :param is_held: the caller holds its row, which is as this instance says.
    """
    if not is_held:
        conversation = Conversation.locked(conversation.pk)
    events.record(kind, conversation, actor=None, **data)
    return conversation
