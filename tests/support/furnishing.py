"""A row in every table of a room, for tests that look at all tables."""

from accounts.tenancy import scope
from analytics.models import QualityReview, QualitySample, RatingRefusal, SampledConversation
from inbox.actions.blocking import block_sender
from routing.actions.hours import change_hours
from routing.actions.rules import keep_rule
from routing.actions.settings import Way, change_assignment
from routing.enums import Promise, Strategy
from routing.models import (
    ChosenPolicy,
    QueuedConversation,
    RuleRun,
    SlaClock,
    SlaPolicy,
    Turn,
)


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
    rule = make_rule(policy.workspace)
    RuleRun.objects.create(rule=rule, conversation=conversation, at=at)
    ChosenPolicy.objects.create(conversation=conversation, policy=policy)
    Turn.objects.create(team=team, membership=member, at=at)
    QueuedConversation.objects.get_or_create(conversation=conversation, defaults={"since": at})


def make_sampled(conversation, operator, *, reviewers=()):
    """Have a conversation drawn for review, and reviewed by some already."""
    at, day = conversation.opened_at, conversation.opened_at.date()
    with scope(conversation.workspace):
        sample = QualitySample.objects.create(
            first=day, last=day, each=1, seed=1, of=1, drawn_at=at
        )
        item = SampledConversation.objects.create(
            sample=sample, conversation=conversation, operator=operator, place=1
        )
        for reviewer in reviewers:
            QualityReview.objects.create(
                item=item, reviewer=reviewer, marks={"task": "yes"}, score=100, given_at=at
            )
    return item


def make_rule(workspace, **more):
    said = {
        "name": "Refunds",
        "is_on": False,
        "stops": False,
        "triggers": ["opened"],
        "conditions": {},
        "actions": [{"do": "tag", "with": "refund", "named": "refund"}],
    }
    with scope(workspace):
        return keep_rule(None, **said | more, actor=None)


def make_refusal(workspace):
    with scope(workspace):
        return RatingRefusal.objects.create(email="ada@example.test", since=workspace.created_at)


def make_policy(workspace):
    with scope(workspace):
        return SlaPolicy.objects.create(name="All", first_response=30)


def make_blocked(workspace):
    with scope(workspace):
        return block_sender(f"{workspace.slug}.evil.test", actor=None)
