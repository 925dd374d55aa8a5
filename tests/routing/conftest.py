"""A team whose conversations are given by an automaton, and people who are here."""

import pytest

from accounts.models import TeamMembership
from accounts.tenancy import scope
from inbox.models import Conversation
from routing.actions.routing import route_waiting
from routing.actions.rules import keep_rule
from routing.actions.settings import Way, change_assignment
from routing.enums import Strategy
from tests import factories
from tests.routing.test_conditions import every


@pytest.fixture
def team(workspace):
    return factories.make_team(workspace, "Orders")


@pytest.fixture
def orders(workspace, team):
    return factories.make_channel(workspace, team)


@pytest.fixture
def olga(workspace, team):
    return factories.make_membership(workspace, teams=[team], name="Olga Ivanova")


@pytest.fixture
def ivan(workspace, team):
    return factories.make_membership(workspace, teams=[team], name="Ivan Petrov")


@pytest.fixture
def given(workspace, team):
    """Say how the team's conversations are given."""

    def say(strategy=Strategy.LEAST_LOADED, *, capacity=20, own=None, back=False, default=None):
        ways = {team: Way(strategy, hands_back=back)}
        with scope(workspace):
            change_assignment(
                default_team=default, capacity=capacity, ways=ways, capacities=own or {}, actor=None
            )

    return say


@pytest.fixture
def route(workspace, settle):
    """Do what follows from what happened, then give what waits to those who are here."""

    def run(*here):
        while settle(workspace):
            pass
        with scope(workspace):
            return route_waiting(here=[member.pk for member in here])

    return run


@pytest.fixture
def join(workspace):
    def to(team, *members):
        with scope(workspace):
            for member in members:
                TeamMembership.objects.create(team=team, membership=member)

    return to


@pytest.fixture
def rule(workspace):
    def make(name, *actions, on=("opened",), when=(), stops=False, is_on=True):
        with scope(workspace):
            return keep_rule(
                None,
                name=name,
                is_on=is_on,
                stops=stops,
                triggers=list(on),
                conditions=every(*when),
                actions=list(actions),
                actor=None,
            )

    return make


@pytest.fixture
def follow(workspace, settle):
    """Do all that follows from what happened, and say how it stands."""

    def run(conversation):
        while settle(workspace):
            pass
        with scope(workspace):
            return Conversation.objects.with_people().get(pk=conversation.pk)

    return run
