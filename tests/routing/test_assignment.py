"""Conversations find somebody: who is here, has room, and was not decided against."""

import multiprocessing
import os

import pytest
from django.db import connections

from accounts.actions.profile import go_away
from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.assignment import (
    assign_conversation,
    move_conversation,
    unassign_conversation,
)
from inbox.actions.lifecycle import close_conversation
from inbox.enums import EventKind, Priority
from inbox.models import Conversation
from routing import doors
from routing.actions.routing import route_waiting
from routing.enums import Strategy
from routing.models import QueuedConversation
from tests import factories
from tests.support.races import run_into


def assignee_of(conversation):
    with scope(conversation.workspace):
        return Conversation.objects.get(pk=conversation.pk).assignee


def last_event(conversation):
    with scope(conversation.workspace):
        return Event.objects.about(conversation).order_by("-seq").first()


def waiting(workspace):
    with scope(workspace):
        return QueuedConversation.objects.count()


def test_the_one_with_the_fewest_open_gets_it_and_the_timeline_says_why(
    workspace, orders, olga, ivan, given, route
):
    given(Strategy.LEAST_LOADED)
    busy = factories.make_conversation(orders)
    with scope(workspace):
        assign_conversation(busy, to=ivan, actor=ivan)
    new = factories.make_conversation(orders)

    assert route(olga, ivan) == 1

    event = last_event(new)
    assert assignee_of(new) == olga
    assert (event.kind, event.actor) == (EventKind.CONVERSATION_ASSIGNED, None)
    assert event.data["because"] == {"by": "least_loaded", "team": "Orders"}
    assert waiting(workspace) == 0


def test_turns_go_round(workspace, orders, olga, ivan, given, route):
    given(Strategy.ROUND_ROBIN)
    found = []
    for _ in range(4):
        new = factories.make_conversation(orders)
        route(olga, ivan)
        found.append(assignee_of(new))

    assert found == [olga, ivan, olga, ivan]


def test_a_team_that_gives_by_hand_is_left_alone(workspace, orders, olga, given, route):
    given(Strategy.BY_HAND)
    new = factories.make_conversation(orders)

    assert route(olga) == 0
    assert (assignee_of(new), waiting(workspace)) == (None, 0)


def test_what_waits_is_given_when_somebody_comes_or_has_room(workspace, orders, olga, given, route):
    given(capacity=1)
    first, second = (factories.make_conversation(orders) for _ in range(2))

    assert route() == 0
    assert waiting(workspace) == 2
    assert doors.workspaces_to_route(10) == [workspace.pk]
    assert route(olga) == 1
    assert (assignee_of(first), assignee_of(second)) == (olga, None)
    with scope(workspace):
        close_conversation(first, actor=olga)
    assert route(olga) == 1
    assert assignee_of(second) == olga
    assert doors.workspaces_to_route(10) == []


def test_the_most_urgent_goes_first_then_who_waits_longest(workspace, orders, olga, given, route):
    given(own={olga: 2})
    patient, calm, urgent = (factories.make_conversation(orders) for _ in range(3))
    with scope(workspace):
        Conversation.objects.filter(pk=urgent.pk).update(priority=Priority.URGENT)

    route(olga)

    assert [assignee_of(one) for one in (patient, calm, urgent)] == [olga, None, olga]


def test_nobody_who_is_away_full_or_at_nought_is_given_anything(
    workspace, orders, olga, ivan, given, route
):
    given(own={ivan: 0})
    with scope(workspace):
        go_away(olga)
    new = factories.make_conversation(orders)

    assert route(olga, ivan) == 0
    assert assignee_of(new) is None


def test_without_a_team_it_goes_to_the_default_team_unless_a_person_took_it_out(
    workspace, channel, team, olga, admin, given, route
):
    given(Strategy.ROUND_ROBIN, default=team)
    new = factories.make_conversation(channel)

    route(olga)

    assert assignee_of(new) == olga
    with scope(workspace):
        unassign_conversation(new, actor=admin)
        move_conversation(new, to=None, actor=admin)
    assert route(olga) == 0
    with scope(workspace):
        assert Conversation.objects.get(pk=new.pk).team is None


def test_it_is_not_given_back_to_whom_a_person_took_it_from(
    workspace, orders, olga, ivan, admin, given, route
):
    given()
    new = factories.make_conversation(orders)
    route(olga)
    with scope(workspace):
        unassign_conversation(new, actor=admin)

    assert route(olga) == 0
    assert route(olga, ivan) == 1
    assert assignee_of(new) == ivan


def test_a_person_who_decides_first_is_not_overruled(workspace, orders, olga, ivan, given, route):
    given()
    new = factories.make_conversation(orders)
    route()
    with scope(workspace):
        assign_conversation(new, to=ivan, actor=ivan)

        def late():
            with scope(workspace):
                return route_waiting(here=[olga.pk])

        router = run_into(late)

    assert router.result(10) == 0
    assert assignee_of(new) == ivan


def test_going_away_gives_back_what_is_unanswered_where_the_team_wants_it(
    workspace, orders, channel, olga, ivan, given, route
):
    given(back=True)
    asked, elsewhere = factories.make_conversation(orders), factories.make_conversation(channel)
    route(olga)
    answered = factories.make_conversation(orders)
    with scope(workspace):
        for one in (answered, elsewhere):
            assign_conversation(one, to=olga, actor=olga)
        Conversation.objects.filter(pk=answered.pk).update(waiting_since=None)
        go_away(olga)

    route(ivan)

    assert [assignee_of(one) for one in (asked, answered, elsewhere)] == [ivan, olga, olga]


def test_a_change_of_the_way_gives_what_has_waited(workspace, orders, olga, given, route):
    new = factories.make_conversation(orders)
    route(olga)

    given(Strategy.ROUND_ROBIN)

    assert route(olga) == 1
    assert assignee_of(new) == olga


@pytest.mark.parametrize("strategy", [Strategy.ROUND_ROBIN, Strategy.LEAST_LOADED])
def test_eight_routers_at_once_exceed_no_capacity_and_assign_nothing_twice(
    workspace, orders, olga, ivan, given, route, strategy
):
    given(strategy, own={olga: 3, ivan: 4})
    asked = [factories.make_conversation(orders) for _ in range(10)]
    route()
    connections.close_all()
    connections["default"].close_pool()
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(8)
    routers = [fork.Process(target=_route, args=(workspace, [olga, ivan], start)) for _ in range(8)]

    for one in routers:
        one.start()
    for one in routers:
        one.join(60)

    assert [one.exitcode for one in routers] == [0] * 8
    got = [assignee_of(one) for one in asked]
    assert [got.count(one) for one in (olga, ivan, None)] == [3, 4, 3]
    with scope(workspace):
        assigned = Event.objects.filter(kind=EventKind.CONVERSATION_ASSIGNED)
        assert len(set(assigned.values_list("subject_id", flat=True))) == assigned.count() == 7


def _route(workspace, people, start):
    start.wait(60)
    ended = 1
    try:
        with scope(workspace):
            route_waiting(here=[one.pk for one in people])
        ended = 0
    finally:
        os._exit(ended)  # nothing of pytest's own may run in a child
