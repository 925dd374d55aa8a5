"""A row in every table of a room, for tests that look at all tables."""

from accounts.tenancy import scope
from inbox.actions.blocking import block_sender
from routing.actions.hours import change_hours
from routing.actions.settings import Way, change_assignment
from routing.enums import Promise, Strategy
from routing.models import QueuedConversation, SlaClock, SlaPolicy, Turn


def furnish_routing(team, member, conversation):
    at = conversation.opened_at
    ways = {team: Way(Strategy.ROUND_ROBIN, hands_back=True)}
    change_assignment(default_team=team, capacity=5, ways=ways, capacities={member: 3}, actor=None)
    change_hours(team, zone="UTC", country="", week=[((540, 1020),)] * 7, exceptions={}, actor=None)
    policy = SlaPolicy.objects.create(name="All", first_response=30)
    SlaClock.objects.create(
        conversation=conversation,
        policy=policy,
        promise=Promise.FIRST_RESPONSE,
        minutes=30,
        started_at=at,
        due_at=at,
        ended_at=at,
    )
    Turn.objects.create(team=team, membership=member, at=at)
    QueuedConversation.objects.get_or_create(conversation=conversation, defaults={"since": at})


def make_policy(workspace):
    with scope(workspace):
        return SlaPolicy.objects.create(name="All", first_response=30)


def make_blocked(workspace):
    with scope(workspace):
        return block_sender(f"{workspace.slug}.evil.test", actor=None)
