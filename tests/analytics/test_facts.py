"""What counts and how it adds up: a golden month, told late, twice and backwards."""

from collections import Counter

import pytest
from celery import current_app
from django.core.management import CommandError, call_command

from accounts.models import Event, FollowUp
from accounts.tenancy import scope
from analytics import doors
from analytics.actions.facts import count_event
from analytics.actions.rollups import roll_up
from analytics.enums import Dimension
from analytics.models import DirtyHour, Fact, Rollup
from analytics.sketches import ACCURACY, Sketch, add_to, quantile, sketch_of
from analytics.tasks import roll_up_dirty_hours
from routing.models import WorkingHours
from tests import factories
from tests.analytics.conftest import add_up
from tests.analytics.month import Month, at, live_through


def facts_of(workspace):
    with scope(workspace):
        return sorted(
            (fact.kind, fact.at, fact.conversation.handle.value, fact.seconds, fact.value)
            for fact in Fact.objects.select_related("conversation__handle")
        )


def merged(sketches):
    total: Sketch = {}
    for one in sketches:
        add_to(total, one)
    return total


def rollups_of(workspace):
    with scope(workspace):
        columns = ("hour", "dimension", "key", "measure", "count", "seconds", "business")
        return sorted(Rollup.objects.values_list(*columns), key=repr)


def counts(dimension=Dimension.ALL, key=0):
    found: Counter[str] = Counter()
    for row in Rollup.objects.filter(dimension=dimension, key=key):
        found[row.measure] += row.count
    return dict(found)


def middle(measure, share=0.5, dimension=Dimension.ALL, key=0):
    rows = Rollup.objects.filter(dimension=dimension, key=key, measure=measure)
    return quantile(merged(row.seconds for row in rows), share)


def about(seconds):
    return pytest.approx(seconds, rel=ACCURACY * 1.001)


def test_the_golden_month_adds_up_to_what_was_worked_out_by_hand(golden):
    with scope(golden.workspace):
        assert counts() == {
            "opened": 6,
            "first_response": 5,
            "response": 7,
            "resolution": 5,
            "reopened": 1,
            "assigned": 1,
            "rated_bad": 1,
            "rated_excellent": 1,
        }
        assert middle("first_response") == about(300)
        assert middle("first_response", 0.9) == about(600)
        assert middle("response") == about(300)
        assert middle("resolution") == about(3_600)
        assert middle("resolution", 0.9) == about(172_800)
        # Olga answered ada, cid, fay and gus first: 60 120 300 600, of whose middle two the lower.
        assert middle("first_response", 0.5, Dimension.OPERATOR, golden.olga.pk) == about(120)
        # Marta: ben's bad rating, his reopening, two closings, two answers.
        assert counts(Dimension.OPERATOR, golden.marta.pk) == {
            "first_response": 1,
            "response": 2,
            "resolution": 2,
            "reopened": 1,
            "assigned": 1,
            "rated_bad": 1,
        }
        assert counts(Dimension.CHANNEL, golden.channel.pk) == counts()
        assert counts(Dimension.TEAM, 0) == counts()


def test_rebuilding_gives_the_same_numbers(golden, capsys):
    before = (facts_of(golden.workspace), rollups_of(golden.workspace))

    call_command("rebuild_analytics")
    assert (facts_of(golden.workspace), rollups_of(golden.workspace)) == before

    with scope(golden.workspace):
        Fact.objects.filter(kind="rated").delete()
        Rollup.objects.update(count=77)
    call_command("rebuild_analytics", workspace=golden.workspace.slug)

    assert (facts_of(golden.workspace), rollups_of(golden.workspace)) == before
    with pytest.raises(CommandError, match="no workspace nowhere"):
        call_command("rebuild_analytics", workspace="nowhere")


def test_events_that_are_told_backwards_twice_and_late_count_the_same(golden, elsewhere):
    people = {name: factories.make_membership(elsewhere) for name in ("olga", "marta")}
    late = Month(elsewhere, **people)
    live_through(late)

    with scope(elsewhere):
        owed = list(FollowUp.objects.order_by("-pk").values_list("pk", "task"))
    for follow_up_id, task in owed:
        current_app.tasks[task](workspace_id=elsewhere.pk, follow_up_ids=[follow_up_id])
        with scope(elsewhere):
            roll_up(1)
    with scope(elsewhere):
        for event in Event.objects.filter(kind__in=["message.sent", "conversation.closed"]):
            count_event(event)
    add_up(elsewhere)

    assert facts_of(elsewhere) == facts_of(golden.workspace)
    with scope(elsewhere):
        theirs = counts()
    with scope(golden.workspace):
        assert theirs == counts()


def test_business_time_leaves_out_nights_and_weekends(month, settle):
    week = [[[540, 1020]]] * 5 + [[], []]  # Monday to Friday, 9 to 17
    with scope(month.workspace):
        WorkingHours.objects.create(zone="UTC", week=week)
    live_through(month)
    settle(month.workspace)

    with scope(month.workspace):
        times = {
            (fact.kind, fact.conversation.handle.value, fact.at.day): fact.business_seconds
            for fact in Fact.objects.select_related("conversation__handle")
        }
        # Ada waits 120 s of a Monday; cid only in the night of a weekend.
        assert times["first_response", "ada", 2] == 120
        assert times["first_response", "cid", 8] == 0
        # Monday 9:30 to Tuesday 9:30: 7.5 h and half an hour; Saturday to Monday midnight: 8 h.
        assert times["resolution", "ben", 3] == times["resolution", "cid", 9] == 28_800
        assert times["opened", "ada", 2] is None
        WorkingHours.objects.all().delete()
    before = facts_of(month.workspace)
    call_command("rebuild_analytics", workspace=month.workspace.slug)
    with scope(month.workspace):
        assert Fact.objects.filter(business_seconds=28_800).count() == 2
    assert facts_of(month.workspace) == before


def test_spam_counts_from_the_moment_that_somebody_says_it_is_none(golden, settle):
    golden.do(at(31, 23), "clears_spam", "dan", "olga")
    settle(golden.workspace)
    add_up(golden.workspace)

    with scope(golden.workspace):
        assert counts()["opened"] == 7
        # It counts as new in the hour in which it came, which was rolled up long ago.
        assert Rollup.objects.filter(dimension="all", hour=at(15, 8)).get().count == 1


def test_the_clock_finds_hours_that_are_not_up_to_date(month, settle, redis):
    month.do(at(2, 9), "says", "ada")
    settle(month.workspace)

    assert doors.workspaces_to_roll_up(10) == [month.workspace.pk]
    roll_up_dirty_hours()
    current_app.tasks["analytics.tasks.roll_up"](workspace_id=month.workspace.pk)

    assert doors.workspaces_to_roll_up(10) == []
    with scope(month.workspace):
        assert counts() == {"opened": 1}
        assert not DirtyHour.objects.exists()


def test_a_sketch_is_true_to_one_in_a_hundred_and_adds_up():
    values = [0.0, 0.4, 1, 3, 17, 59.5, 240, 86_400, 5e6]
    parts = [sketch_of(values[::2]), sketch_of(values[1::2])]

    assert merged(parts) == sketch_of(values)
    for rank, value in enumerate(sorted(values), start=1):
        assert quantile(merged(parts), rank / len(values)) == about(max(value, 1))
    assert quantile({}, 0.5) is None
