"""Give what waits to people: one router at a time in a workspace, and never past a person's word."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Event, Membership, Team, TeamMembership
from inbox.actions.assignment import assign_conversation
from inbox.enums import EventKind, Status
from inbox.models import Conversation
from routing.enums import Strategy
from routing.models import Capacity, QueuedConversation, TeamRouting, Turn, WorkspaceRouting
from routing.strategies import Candidate, choose

MOST = 100  # conversations given in one transaction


@dataclass
class Desk:
    """Whom a team may choose from, and how."""

    team: Team
    strategy: str
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def has_room(self) -> bool:
        return any(one.is_free for one in self.candidates)


@transaction.atomic
def route_waiting(*, here: Collection[int]) -> int:
    """
    Give waiting conversations to people, the most urgent and longest waiting first; return how many.

    Holding the workspace's row keeps two routers from counting the same free hand twice.

    :param here: ids of the memberships that are here, as presence tells.
    """
    routing = WorkspaceRouting.locked()
    _forget_settled()
    desks = _desks(routing, here)
    with_room = [pk for pk, desk in desks.items() if desk.has_room]
    if not with_room:
        return 0
    waiting = QueuedConversation.objects.filter(conversation__team__in=with_room)
    waiting = waiting.order_by("-conversation__priority", "since", "pk")
    ids = waiting.values_list("conversation", flat=True)[:MOST]
    given = [pk for pk in ids if _give(pk, desks)]
    QueuedConversation.objects.filter(conversation__in=given).delete()
    return len(given)


def _give(pk: int, desks: dict[int, Desk]) -> bool:
    conversation = Conversation.locked(pk)
    desk = desks.get(conversation.team_id or 0)
    if conversation.assignee_id or not conversation.is_open or desk is None:
        return False  # somebody decided since we looked
    found = choose(desk.strategy, desk.candidates, spared=_spared(conversation))
    if found is None:
        return False
    person = Membership.objects.select_related("user").get(pk=found.pk)
    because = {"by": desk.strategy, "team": desk.team.name}
    assign_conversation(conversation, to=person, actor=None, because=because)
    now = timezone.now()
    Turn.objects.update_or_create(team=desk.team, membership=person, defaults={"at": now})
    for one in (one for other in desks.values() for one in other.candidates if one.pk == found.pk):
        one.load += 1
    found.last_at = now
    return True


def _spared(conversation: Conversation) -> list[int]:
    """Name from whom a person took it last: an automaton does not give it back to them."""
    decided = [EventKind.CONVERSATION_ASSIGNED, EventKind.CONVERSATION_UNASSIGNED]
    told = Event.objects.about(conversation).filter(kind__in=decided).order_by("-seq").first()
    is_taken = told and told.kind == EventKind.CONVERSATION_UNASSIGNED and told.actor_id
    return [told.data["assignee"]] if told and is_taken else []


def _desks(routing: WorkspaceRouting, here: Collection[int]) -> dict[int, Desk]:
    teams = TeamRouting.objects.exclude(strategy=Strategy.BY_HAND).select_related("team")
    desks = {one.team_id: Desk(one.team, one.strategy) for one in teams}
    places = TeamMembership.objects.filter(
        team__in=desks, membership__in=Membership.objects.active()
    ).select_related("membership")
    people = {place.membership_id: place.membership for place in places}
    loads, capacities = loads_of(people), _capacities(people)
    turns: dict[tuple[int, int], Turn] = {
        (turn.team_id, turn.membership_id): turn for turn in Turn.objects.filter(team__in=desks)
    }
    for place in places:
        pk, turn = place.membership_id, turns.get((place.team_id, place.membership_id))
        is_here = pk in here and not people[pk].is_away
        capacity = capacities.get(pk, routing.capacity)
        one = Candidate(pk, loads[pk], capacity, is_here, turn.at if turn else None)
        desks[place.team_id].candidates.append(one)
    return desks


def loads_of(people: Collection[int]) -> dict[int, int]:
    """Count the open conversations that each of these memberships has."""
    theirs = Conversation.objects.filter(assignee__in=people, status=Status.OPEN).order_by()
    counted = theirs.values_list("assignee").annotate(Count("pk"))
    return defaultdict(int, {pk: count for pk, count in counted if pk})


def _capacities(people: Collection[int]) -> dict[int, int]:
    rows = Capacity.objects.filter(membership__in=people)
    return dict(rows.values_list("membership_id", "most"))


def _forget_settled() -> None:
    """Take out of the queue what needs nobody any more: it is queued again when it does."""
    automatic = TeamRouting.objects.exclude(strategy=Strategy.BY_HAND).values("team")
    settled = Q(conversation__assignee__isnull=False) | ~Q(conversation__status=Status.OPEN)
    settled |= Q(conversation__team=None) | ~Q(conversation__team__in=automatic)
    QueuedConversation.objects.filter(settled).delete()
