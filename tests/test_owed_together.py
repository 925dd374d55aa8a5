"""What a unit of work owes is begun together by one bell, and each ends by itself."""

from contextlib import suppress
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import courier, follow_ups
from accounts.models import Event, FollowUp
from accounts.tenancy import scope
from tests import factories

MIDDLE = "b"


class Killed(BaseException):
    """What nobody catches: the worker is gone, and writes nothing."""


@pytest.fixture
def event(workspace, conversation):
    with scope(workspace):
        FollowUp.objects.all().delete()
        return Event.objects.about(conversation).latest("seq")


@pytest.fixture
def three(workspace, event):
    with scope(workspace):
        due = timezone.now() + timedelta(seconds=30)
        rows = [FollowUp(event=event, task=name, due_at=due) for name in "abc"]
        return [row.pk for row in FollowUp.objects.bulk_create(rows)]


@pytest.fixture
def together(workspace, three, monkeypatch):
    """Do three by one bell, the second by an effect of the test's own; return which came to an end."""

    def settle(effect, ids=three):
        done = []
        for name in "ac":
            monkeypatch.setitem(follow_ups._effects, name, lambda _, name=name: done.append(name))
        monkeypatch.setitem(follow_ups._effects, MIDDLE, effect)
        with suppress(ValueError, Killed, SoftTimeLimitExceeded):
            follow_ups.settle(workspace_id=workspace.pk, follow_up_ids=ids)
        return done

    return settle


def queued(redis):
    courier.flush()
    with redis.client() as client:
        return client.llen("follow-ups")


def attempts_of(workspace):
    with scope(workspace):
        rows = FollowUp.objects.order_by("pk")
        return list(rows.values_list("task", "attempts", "failures", "leased_until"))


def test_what_fails_stops_nothing_that_is_owed_with_it(workspace, together):
    def stumble(event):
        raise ValueError

    assert together(stumble) == ["a", "c"]
    assert attempts_of(workspace) == [(MIDDLE, 1, 1, None)]


def test_what_takes_all_the_time_is_not_held_against_those_that_wait_with_it(workspace, together):
    def take_long(event):
        raise SoftTimeLimitExceeded

    assert together(take_long) == ["a"]
    [(_, *first), second] = attempts_of(workspace)
    assert first[:2] == [1, 0]
    assert second == ("c", 0, 0, None)
    assert follow_ups.sweep() == 1


def test_who_began_together_with_a_killer_begins_alone_then(
    workspace, three, together, redis, time_machine
):
    def kill(event):
        raise Killed

    assert together(kill) == ["a"]
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    before = queued(redis)
    assert together(kill) == []  # neither is begun by a bell for many
    assert [row[1] for row in attempts_of(workspace)] == [1, 1]
    assert queued(redis) == before + 2  # each has one of its own
    assert together(kill, three[2:]) == ["c"]
    for _ in range(follow_ups.MOST_DEATHS):
        together(kill, three[1:2])
        time_machine.move_to(timezone.now() + timedelta(minutes=1))

    with scope(workspace):
        assert FollowUp.objects.get().gave_up_at is not None


def test_a_fleeting_table_is_never_joined_with_all_that_ever_happened(together):
    """What is known of it is never true, so that all events might be read for three of them."""
    with CaptureQueriesContext(connection) as asked:
        assert together(lambda _: None) == ["a", "c"]

    of_events = [one["sql"] for one in asked if "accounts_event" in one["sql"]]
    assert of_events
    assert [sql for sql in of_events if "accounts_followup" in sql] == []


def test_what_many_owe_is_shared_among_workers(workspace, event, redis, monkeypatch):
    monkeypatch.setattr(follow_ups, "MOST_TOGETHER", 2)
    before = queued(redis)
    with scope(workspace):
        follow_ups.owe(event, event)  # three each

    assert queued(redis) == before + 3


@pytest.fixture
def leading_on(workspace, event, redis, monkeypatch):
    """Let each of three owe something new, and that, again; return who did what, and the bells."""
    done = []

    def effect(name, owes):
        def do(event):
            done.append(name)
            if owes:
                monkeypatch.setitem(follow_ups._wired, event.kind, [owes])
                follow_ups.owe(event)

        monkeypatch.setitem(follow_ups._effects, name, do)

    def run(ids):
        for name, owes in (("a", "d"), ("b", "d"), ("c", "d"), ("d", "e"), ("e", "")):
            effect(name, owes)
        before = queued(redis)
        with suppress(Killed):
            follow_ups.settle(workspace_id=workspace.pk, follow_up_ids=ids)
        return done, queued(redis) - before

    return run


def test_who_comes_to_owe_something_goes_on_with_it_once(workspace, three, leading_on):
    assert leading_on(three) == (list("abcddd"), 3)
    assert [row[:2] for row in attempts_of(workspace)] == [("e", 0)] * 3


def test_who_comes_to_owe_much_shares_it_with_others(workspace, three, leading_on, monkeypatch):
    monkeypatch.setattr(follow_ups, "MOST_TOGETHER", 2)

    assert leading_on(three) == (list("abcdd"), 3)  # one d, and what the others owe
    assert [row[0] for row in attempts_of(workspace)] == ["d", "e", "e"]


def test_what_a_worker_came_to_owe_before_it_died_is_left_to_others(
    workspace, three, leading_on, monkeypatch
):
    def kill(event):
        raise Killed

    assert leading_on([])[0] == []
    monkeypatch.setitem(follow_ups._effects, "c", kill)
    with suppress(Killed):
        follow_ups.settle(workspace_id=workspace.pk, follow_up_ids=three)

    assert [row[:2] for row in attempts_of(workspace)] == [("c", 1), ("d", 0), ("d", 0)]
    assert follow_ups.sweep() == 2


def test_what_nobody_heard_of_is_rung_for_together(workspace, elsewhere, three, redis):
    factories.make_conversation(factories.make_channel(elsewhere), "bob")
    for place in (workspace, elsewhere):
        with scope(place):
            FollowUp.objects.update(due_at=timezone.now())
    with scope(elsewhere):
        owed = 3 + FollowUp.objects.count()
    before = queued(redis)

    assert follow_ups.sweep() == owed > 6
    assert queued(redis) == before + 2
