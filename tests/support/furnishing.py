"""A row in every table of a room, for tests that look at all tables."""

from routing.actions.hours import change_hours
from routing.actions.settings import Way, change_assignment
from routing.enums import Strategy
from routing.models import QueuedConversation, Turn


def furnish_routing(team, member, conversation):
    at = conversation.opened_at
    ways = {team: Way(Strategy.ROUND_ROBIN, hands_back=True)}
    change_assignment(default_team=team, capacity=5, ways=ways, capacities={member: 3}, actor=None)
    change_hours(team, zone="UTC", country="", week=[((540, 1020),)] * 7, exceptions={}, actor=None)
    Turn.objects.create(team=team, membership=member, at=at)
    QueuedConversation.objects.get_or_create(conversation=conversation, defaults={"since": at})
