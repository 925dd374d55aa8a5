"""Write down what a room above does by rules: a timeline tells which, and why."""

from typing import Any

from django.db import transaction

from inbox import events
from inbox.enums import EventKind
from inbox.models import Conversation


@transaction.atomic
def tell_rule(kind: EventKind, conversation: Conversation, **data: Any) -> Conversation:
    """Record that a rule ran, or was stopped."""
    conversation = Conversation.objects.locked(conversation.pk)
    events.record(kind, conversation, actor=None, **data)
    return conversation
