"""Who is here to answer, and how soon they usually do: only what is true."""

from datetime import timedelta
from statistics import median
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from inbox import presence
from inbox.models import Channel, Conversation

SHOWN = 3
RECENT = timedelta(days=7)
SAMPLE, ENOUGH = 50, 5


def team_here(channel: Channel, workspace_id: int) -> list[dict[str, Any]]:
    """Name some of those who are here now, the channel's own team first."""
    ids = presence.members_here(workspace_id)
    if not ids:
        return []
    members = Membership.objects.active().filter(pk__in=ids, away_since=None).select_related("user")
    own = set(members.filter(team_memberships__team=channel.team_id).values_list("pk", flat=True))
    ordered = sorted(members, key=lambda one: (one.pk not in own, one.pk))
    return [one.user.for_customers for one in ordered[:SHOWN]]


def usual_wait(channel: Channel) -> int | None:
    """Return how many seconds first answers took lately; None if there were too few to say."""
    recent = Conversation.objects.filter(
        channel=channel, opened_at__gte=timezone.now() - RECENT, first_response_at__isnull=False
    )
    times = recent.order_by("-pk").values_list("opened_at", "first_response_at")[:SAMPLE]
    waits = [(answered - opened).total_seconds() for opened, answered in times if answered]
    return round(median(waits)) if len(waits) >= ENOUGH else None
