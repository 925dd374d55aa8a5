"""What admins say about who gets conversations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts import events
from accounts.models import Membership, Team
from accounts.permissions import Permission, demand
from routing.actions.queueing import queue_team
from routing.enums import EventKind, Strategy
from routing.models import Capacity, TeamRouting, WorkspaceRouting


@dataclass(frozen=True, slots=True)
class Way:
    """How one team's conversations find somebody."""

    strategy: Strategy
    hands_back: bool
    keeps_owner: bool = False


@transaction.atomic
def change_assignment(
    *,
    default_team: Team | None,
    capacity: int,
    ways: Mapping[Team, Way],
    capacities: Mapping[Membership, int | None],
    actor: Membership | None,
) -> None:
    """
    Say for the whole workspace who is given conversations, how many and how.

    :param capacities: None for whom the workspace's number counts.
    """
    if actor:
        demand(actor, Permission.MANAGE_TEAMS)
    routing = WorkspaceRouting.locked()
    before = _as_it_is(routing)
    routing.default_team, routing.capacity = default_team, capacity
    routing.save(update_fields=["default_team", "capacity"])
    for team, way in ways.items():
        _set_way(team, way)
    for member, most in capacities.items():
        _set_capacity(member, most)
    after = _as_it_is(routing)
    if changed := [key for key in before | after if before.get(key) != after.get(key)]:
        events.record(
            EventKind.ROUTING_CHANGED,
            routing,
            actor=actor,
            before={key: before.get(key) for key in changed},
            after={key: after.get(key) for key in changed},
        )


def _set_way(team: Team, way: Way) -> None:
    said = {
        "strategy": way.strategy,
        "hands_back": way.hands_back,
        "keeps_owner": way.keeps_owner,
    }
    TeamRouting.objects.update_or_create(team=team, defaults=said)
    if way.strategy != Strategy.BY_HAND:
        queue_team(team)


def _set_capacity(member: Membership, most: int | None) -> None:
    if most is None:
        Capacity.objects.filter(membership=member).delete()
    else:
        Capacity.objects.update_or_create(membership=member, defaults={"most": most})


def _as_it_is(routing: WorkspaceRouting) -> dict[str, Any]:
    """Tell it in words, for the audit log."""
    teams = TeamRouting.objects.select_related("team").order_by("team__name")
    people = Capacity.objects.select_related("membership__user").order_by("pk")
    return {
        "default_team": routing.default_team.name if routing.default_team else "",
        "capacity": routing.capacity,
        "strategies": {one.team.name: one.strategy for one in teams},
        "hands_back": [one.team.name for one in teams if one.hands_back],
        "keeps_owner": [one.team.name for one in teams if one.keeps_owner],
        "capacities": {one.membership.user.display_name: one.most for one in people},
    }
