"""Hours as admins type them, whose they are, and what visitors are told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Event
from accounts.tenancy import scope
from inbox import hours as told
from inbox import presence
from routing.actions.hours import change_hours, forget_hours
from routing.forms.hours import parse_exceptions, parse_slots
from routing.hours import calendar_of
from routing.models import WorkingHours
from tests import factories
from tests.support.entrance import client_of
from tests.support.visitors import Visitor

OFFICE = ((540, 1020),)
WEEK = (*[OFFICE] * 5, (), ())
SUNDAY, MONDAY = datetime(2026, 3, 8, 12, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC)
HOURS = {"zone": "UTC", "country": "", "week": WEEK, "exceptions": {}}


def home_of(visitor):
    return visitor.ask("GET", "home/").json()


TYPED = {f"day-{n}": "9-12:30, 13:30-18" for n in range(5)} | {"zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("typed", "slots"),
    [
        ("", ()),
        ("9-17", ((540, 1020),)),
        ("13.30–18.00, 9:00 - 12:30", ((540, 750), (810, 1080))),
        ("0:00-24:00", ((0, 1440),)),
        ("22-24; 0-6", ((0, 360), (1320, 1440))),
    ],
    ids=["closed", "hours", "two", "all-day", "night"],
)
def test_slots_are_read_as_people_write_them(typed, slots):
    assert parse_slots(typed) == slots


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("9", "is no time"),
        ("nine to five", "is no time"),
        ("9:70-12", "is no time of a day"),
        ("9-25", "is no time of a day"),
        ("22:00-6:00", "Split it at midnight"),
        ("9-9", "ends before it begins"),
        ("9-12, 11-15", "overlap"),
        (",".join(f"{n}-{n}:30" for n in range(9)), "At most 8"),
    ],
    ids=["one", "words", "minutes", "hours", "night", "empty", "overlap", "many"],
)
def test_what_is_no_slot_is_told_in_words(typed, words):
    with pytest.raises(ValidationError, match=words):
        parse_slots(typed)


def test_different_days_are_read_line_by_line():
    read = parse_exceptions("2026-12-24 9:00-12:00\n\n 2026-12-31 \n")

    assert read == {date(2026, 12, 24): ((540, 720),), date(2026, 12, 31): ()}
    with pytest.raises(ValidationError, match="is no day"):
        parse_exceptions("24 December")
    with pytest.raises(ValidationError, match="At most 200"):
        parse_exceptions("2026-12-24\n" * 201)


def test_a_team_has_its_own_hours_or_the_workspaces_or_every_hour(workspace, team):
    with scope(workspace):
        assert calendar_of(team.pk).is_open(SUNDAY)
        change_hours(None, **HOURS, actor=None)
        assert not calendar_of(team.pk).is_open(SUNDAY)
        change_hours(team, **HOURS | {"week": (OFFICE,) * 7}, actor=None)
        assert calendar_of(team.pk).is_open(SUNDAY)
        assert not calendar_of(None).is_open(SUNDAY)
        forget_hours(team, actor=None)
        assert not calendar_of(team.pk).is_open(SUNDAY)
        told_of = Event.objects.filter(kind="hours.changed").order_by("pk").last()
        assert told_of.data["before"]["week"]["sun"] == "9:00-17:00"
        assert WorkingHours.objects.count() == 1


def test_visitors_are_told_when_somebody_is_back(workspace, channel, team, time_machine):
    time_machine.move_to(SUNDAY)
    visitor = Visitor(channel)
    assert home_of(visitor)["back_at"] is None
    with scope(workspace):
        change_hours(None, **HOURS, actor=None)

    assert home_of(visitor)["back_at"] == "2026-03-09T09:00:00Z"

    operator = factories.make_membership(workspace)
    presence.arrive(workspace.pk, presence.member(operator.pk), "socket")
    assert home_of(visitor)["back_at"] is None  # somebody works on a Sunday
    presence.leave(workspace.pk, presence.member(operator.pk), "socket")
    time_machine.move_to(MONDAY + timedelta(minutes=1))
    assert home_of(visitor)["back_at"] is None
    with scope(workspace):
        change_hours(None, **HOURS | {"week": ((),) * 7}, actor=None)
        assert told.back_at(channel, MONDAY) is None


def test_the_page_keeps_hours_and_says_how_it_stands(workspace, admin, team):
    client, path = client_of(admin), f"/{workspace.slug}/settings/hours/"
    assert b"No hours are set: every hour counts" in client.get(path).content

    assert client.post(path, TYPED | {"country": "DE"}).status_code == 302

    page = client.get(path).content.decode()
    assert "9:00-12:30, 13:30-18:00" in page
    assert "No hours are set" not in page
    assert "keeps the hours of the workspace" in client.get(f"{path}{team.pk}/").content.decode()
    closed = {f"day-{n}": "" for n in range(7)} | {"zone": "UTC"}
    assert client.post(f"{path}{team.pk}/", closed).status_code == 302
    assert b"These hours never open" in client.get(f"{path}{team.pk}/").content
    client.post(f"{path}{team.pk}/", {"none": "1"})
    client.post(path, {"none": "1"})
    with scope(workspace):
        assert not WorkingHours.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"day-0": "late"}, "“late” is no time. Write 9:00-17:30."),
        ({"zone": "Mars/Olympus"}, "Select a valid choice."),
        ({"country": "XX"}, "Select a valid choice."),
        ({"exceptions": "soon"}, "“soon” is no day."),
    ],
    ids=["slot", "zone", "country", "day"],
)
def test_what_makes_no_sense_changes_nothing(workspace, admin, said, words):
    answer = client_of(admin).post(f"/{workspace.slug}/settings/hours/", TYPED | said)

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    with scope(workspace):
        assert not WorkingHours.objects.exists()
