"""Working hours against a slow and obvious model that looks at every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.calendar import ALL_DAY, CLOSED, Calendar, always, holidays_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFICE = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
BERLIN = ZoneInfo("Europe/Berlin")
# Summer time comes and goes, by half an hour in Lord Howe, at midnight in Havana and Beirut, and a
# minute after it in old Newfoundland; Kathmandu is 45 minutes off the others, Apia once lost a day.
ZONES = [
    *["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana"],
    *["Asia/Beirut", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "UTC"],
]
NIGHTS = [
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2026, 4, 5, tzinfo=UTC),
    datetime(2011, 12, 30, tzinfo=UTC),
    datetime(2010, 11, 7, tzinfo=UTC),
    datetime(2026, 12, 25, tzinfo=UTC),
]
minutes = st.integers(0, 24 * 60)


@st.composite
def slots(draw):
    edges = sorted(draw(st.sets(minutes, max_size=6)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


days = st.sampled_from([CLOSED, ALL_DAY, OFFICE]) | slots()
calendars = st.builds(
    Calendar,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    week=st.tuples(*[days] * 7),
    exceptions=st.dictionaries(
        st.sampled_from([night.date() + n * DAY for night in NIGHTS for n in (-1, 0, 1)]),
        days,
        max_size=3,
    ),
    country=st.sampled_from(["", "DE", "US"]),
)
moments = st.builds(
    lambda night, n: night + n * MINUTE, st.sampled_from(NIGHTS), st.integers(-1500, 1500)
)
spans = st.integers(0, 2500).map(lambda n: n * MINUTE)


def open_minutes(calendar, start, end):
    """List every open minute, by the clock on the wall."""
    at, found = start, []
    while at < end:
        local = at.astimezone(calendar.zone)
        of_day = local.hour * 60 + local.minute
        day = calendar.exceptions.get(local.date())
        if day is None:
            is_holiday = calendar.country and local.date() in holidays_of(
                calendar.country, local.year
            )
            day = CLOSED if is_holiday else calendar.week[local.weekday()]
        if any(since <= of_day < until for since, until in day):
            found.append(at)
        at += MINUTE
    return found


@settings(max_examples=60, deadline=None)
@given(calendars, moments, spans)
def test_time_between_is_every_open_minute(calendar, start, span):
    found = open_minutes(calendar, start, start + span)

    assert calendar.business_time_between(start, start + span) == len(found) * MINUTE
    assert calendar.business_time_between(start + span, start) <= 0 * MINUTE
    assert calendar.is_open(start) == (start in open_minutes(calendar, start, start + MINUTE))


@settings(max_examples=60, deadline=None)
@given(calendars, moments, st.integers(1, 900))
def test_adding_ends_after_just_so_many_open_minutes(calendar, start, count):
    found = open_minutes(calendar, start, start + 3 * DAY)
    end = calendar.add_business_time(start, count * MINUTE)

    if len(found) >= count:
        assert end == found[count - 1] + MINUTE
    else:
        assert end is None or end > start + 3 * DAY


@settings(max_examples=60, deadline=None)
@given(calendars, moments)
def test_the_next_opening_is_the_first_open_minute(calendar, start):
    found = open_minutes(calendar, start, start + 2 * DAY)
    opening = calendar.next_opening(start)

    if found:
        assert opening == found[0]
    else:
        assert opening is None or opening >= start + 2 * DAY


@settings(max_examples=40, deadline=None)
@given(calendars, moments, spans, spans)
def test_times_add_up(calendar, start, first, second):
    middle, end = start + first, start + first + second
    whole = calendar.business_time_between(start, end)

    parts = [calendar.business_time_between(start, middle)]
    parts.append(calendar.business_time_between(middle, end))

    assert sum(parts, timedelta()) == whole


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)],
    ids=["spring", "autumn", "summer"],
)
def test_a_day_has_the_hours_that_it_has(day, hours):
    start = datetime(day.year, day.month, day.day, tzinfo=BERLIN)
    end = datetime(day.year, day.month, day.day, tzinfo=BERLIN) + DAY

    assert always("Europe/Berlin").business_time_between(start, end) == hours * HOUR


def test_an_exception_beats_a_holiday_and_a_holiday_the_week():
    christmas = date(2026, 12, 25)
    closed = Calendar(BERLIN, (OFFICE,) * 7, country="DE")
    staffed = Calendar(BERLIN, (OFFICE,) * 7, {christmas: ((600, 660),)}, "DE")
    noon, ten = (datetime(2026, 12, 25, hour, tzinfo=BERLIN) for hour in (11, 10))

    assert not closed.is_open(ten)
    assert (staffed.is_open(ten), staffed.is_open(noon)) == (True, False)
    assert closed.next_opening(ten) == datetime(2026, 12, 27, 9, tzinfo=BERLIN)  # the 26th is one


def test_a_calendar_without_hours_never_opens_and_promises_nothing():
    never, at = Calendar(BERLIN, (CLOSED,) * 7), NIGHTS[0]

    assert never.never_opens
    assert never.next_opening(at) is None
    assert never.add_business_time(at, MINUTE) is None
    assert never.business_time_between(at, at + 7300 * DAY) == 0 * MINUTE


def test_twenty_years_are_counted_and_what_is_open_for_ever_does_not_close():
    office = Calendar(BERLIN, (*[OFFICE] * 5, CLOSED, CLOSED))
    start = datetime(2026, 3, 9, tzinfo=BERLIN)  # a Monday

    assert office.business_time_between(start, start + 7000 * DAY) == 5000 * 7 * HOUR
    assert office.closes_at(start + 10 * HOUR) == start + 12 * HOUR
    assert office.closes_at(start) is None
    assert always().closes_at(start) is None
