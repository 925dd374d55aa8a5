"""What the customer's card shows of promises."""

from typing import Any

from django.db.models import QuerySet

from accounts.prepared import Place, Prepared
from inbox.models import Conversation
from routing.models import SlaClock

SHOWN = 6


def _clocks(conversation: Place) -> QuerySet[SlaClock]:
    clocks = SlaClock.objects.filter(conversation=conversation).select_related("policy")
    return clocks.order_by("-pk")[:SHOWN]


CLOCKS = Prepared(_clocks, "conversation")


def promises_of(conversation: Conversation) -> tuple[str, dict[str, Any]] | None:
    """Return the newest clock of each promise, those that run first; None if nothing was promised."""
    newest: dict[str, SlaClock] = {}
    for clock in CLOCKS(conversation=conversation.pk):
        newest.setdefault(clock.promise, clock)
    if not newest:
        return None
    listed = sorted(newest.values(), key=lambda one: (one.ended_at is not None, one.due_at))
    name = next((one.policy.name for one in listed if one.policy), "")
    return "routing/_promises.html", {"name": name, "clocks": listed}
