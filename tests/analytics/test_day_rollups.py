"""Long periods are read from sums of days, and say what the hours would have said."""

from datetime import UTC, date

import pytest

from accounts.tenancy import scope
from analytics import reading
from analytics.actions import rollups
from analytics.actions.facts import mark_dirty
from analytics.enums import Dimension, FactKind
from analytics.models import DayRollup, Fact, Rollup
from analytics.periods import Period
from tests.analytics.conftest import add_up
from tests.analytics.month import at
from tests.support.races import run_into

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland")
EACH = (Dimension.ALL, Dimension.CHANNEL, Dimension.TEAM, Dimension.OPERATOR)


def march(zone="UTC"):
    return Period.parse(MARCH, zone=zone, now=at(31, 23))


def all_totals():
    return {
        (zone, dimension, is_business): reading.totals(
            march(zone), dimension, is_business=is_business
        )
        for zone in ZONES
        for dimension in EACH
        for is_business in (False, True)
    }


def days_in_every_zone():
    return {zone: reading.by_day(march(zone), reading.Whose()) for zone in ZONES}


def test_days_say_what_their_hours_say_in_every_zone(golden):
    with scope(golden.workspace):
        told, by_day = all_totals(), days_in_every_zone()
        for zone, days in by_day.items():
            found, known = reading.added(days.values()), told[zone, Dimension.ALL, False][0]
            assert found.counts == known.counts
            assert found.times == {measure: known.times[measure] for measure in reading.TIMED}
        # One in the middle is missing, as if it had not been summed up yet: its hours are read.
        DayRollup.objects.filter(day=date(2026, 3, 9)).delete()
        assert (all_totals(), days_in_every_zone()) == (told, by_day)
        DayRollup.objects.all().delete()
        assert (all_totals(), days_in_every_zone()) == (told, by_day)


def test_what_is_over_is_read_from_days_alone_and_renewed_with_its_hours(golden):
    with scope(golden.workspace):
        before = reading.totals(march(), Dimension.ALL)[0]
        Rollup.objects.update(count=77)
        assert reading.totals(march(), Dimension.ALL)[0] == before
        assert set(DayRollup.objects.values_list("day", flat=True)) == {
            fact.hour.astimezone(UTC).date() for fact in Fact.objects.all()
        }

        gone = Fact.objects.filter(kind=FactKind.OPENED, hour__date=date(2026, 3, 2))
        hours = set(gone.values_list("hour", flat=True))
        assert gone.delete()[0] == 2
        mark_dirty(hours)
    add_up(golden.workspace)

    with scope(golden.workspace):
        # The other hours of that day say 77 now: the whole day was summed up anew.
        day = DayRollup.objects.filter(day=date(2026, 3, 2), dimension=Dimension.ALL)
        assert dict(day.values_list("measure", "count"))[FactKind.RESOLUTION] == 77
        assert (
            reading.totals(march(), Dimension.ALL)[0].counts["opened"]
            == before.counts["opened"] - 2
        )


def test_two_who_sum_up_one_day_take_turns(golden):
    with scope(golden.workspace):
        sums = sorted(DayRollup.objects.filter(day=date(2026, 3, 2)).values_list("key", "count"))
        hours = Fact.objects.filter(hour__date=date(2026, 3, 2)).values_list("hour", flat=True)
        two = sorted(set(hours))[:2]
        DayRollup.objects.filter(day=date(2026, 3, 2)).delete()
        mark_dirty(two)

    def other():
        with scope(golden.workspace):
            return rollups.roll_up(1)

    with scope(golden.workspace):
        assert rollups.roll_up(1) == 1
        waiting = run_into(other)
        assert not waiting.done()
    assert waiting.result(20) == 1
    with scope(golden.workspace):
        assert sums == sorted(
            DayRollup.objects.filter(day=date(2026, 3, 2)).values_list("key", "count")
        )


@pytest.mark.parametrize(
    ("days", "spans"),
    [
        ([], [(1, 4)]),
        ([1, 2, 3], []),
        ([2], [(1, 2), (3, 4)]),
        ([1, 2], [(3, 4)]),
        ([2, 3], [(1, 2)]),
    ],
)
def test_the_rest_of_a_time_is_what_its_whole_days_leave(days, spans):
    found = reading._rest(at(1, 0), at(4, 0), {date(2026, 3, day) for day in days})
    assert found == [(at(begin, 0), at(end, 0)) for begin, end in spans]
