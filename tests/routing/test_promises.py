"""Promises start, are kept, run out and are told; whatever happens in whatever order."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.assignment import move_conversation
from inbox.actions.lifecycle import close_conversation, reopen_conversation
from inbox.actions.messaging import send_message
from inbox.actions.outgoing import claim_message, record_sent
from inbox.actions.receiving import receive_message
from inbox.enums import EventKind
from inbox.models import Conversation
from routing import tasks
from routing.actions.hours import change_hours
from routing.actions.policies import delete_policy, keep_policy
from routing.actions.promises import keep_promises
from routing.enums import Promise
from routing.forms.policies import parse_length, say_length
from routing.models import SlaClock, SlaPolicy
from tests import factories
from tests.support.entrance import client_of

MONDAY = datetime(2026, 3, 9, 10, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFFICE = ((540, 1020),)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def promised(workspace):
    """Promise something to all, a team or a priority."""

    def promise(name="All", *, first=None, following=None, solved=None, team=None, priority=None):
        minutes = {
            Promise.FIRST_RESPONSE: first,
            Promise.NEXT_RESPONSE: following,
            Promise.RESOLUTION: solved,
        }
        with scope(workspace):
            return keep_policy(
                None, name=name, team=team, priority=priority, minutes=minutes, actor=None
            )

    return promise


@pytest.fixture
def follow(workspace, settle):
    def run():
        while settle(workspace):
            pass

    return run


def reread(conversation):
    with scope(conversation.workspace):
        return Conversation.objects.get(pk=conversation.pk)


def clocks(conversation):
    with scope(conversation.workspace):
        found = SlaClock.objects.filter(conversation=conversation).order_by("pk")
        return [(one.promise, one.due_at - one.started_at, one.kept) for one in found]


def told(conversation):
    with scope(conversation.workspace):
        kinds = [EventKind.PROMISE_WARNED, EventKind.PROMISE_BROKEN]
        found = Event.objects.about(conversation).filter(kind__in=kinds).order_by("seq")
        return list(found.values_list("kind", "data__promise"))


def answer(conversation, operator):
    with scope(conversation.workspace):
        message = send_message(conversation, text="Here", actor=operator)
        claim_message(message.pk)
        record_sent(message, external_id="")


def ask(conversation):
    with scope(conversation.workspace):
        said = factories.incoming(conversation.handle.value, "And now?")
        receive_message(conversation.channel, said)


def test_a_first_reply_in_time_keeps_the_promise_and_the_next_one_starts_another(
    promised, channel, operator, follow, time_machine
):
    promised(first=60, following=30)
    conversation = factories.make_conversation(channel)
    follow()
    shown = reread(conversation)
    assert (shown.due_at, shown.due_from) == (MONDAY + HOUR, MONDAY)

    time_machine.move_to(MONDAY + 20 * MINUTE, tick=False)
    answer(conversation, operator)
    follow()
    assert reread(conversation).due_at is None
    time_machine.move_to(MONDAY + 40 * MINUTE, tick=False)
    ask(conversation)
    follow()

    assert reread(conversation).due_at == MONDAY + 70 * MINUTE
    assert clocks(conversation) == [
        ("first_response", HOUR, True),
        ("next_response", 30 * MINUTE, None),
    ]


def test_what_runs_out_is_warned_of_and_told_once_each(
    workspace, promised, channel, operator, follow, time_machine
):
    promised(first=60)
    conversation = factories.make_conversation(channel)
    follow()
    for minute, expected in ((44, 0), (46, 1), (47, 1), (60, 2), (61, 2)):
        time_machine.move_to(MONDAY + minute * MINUTE, tick=False)
        tasks.tell_clocks()
        assert len(told(conversation)) == expected, minute
    answer(conversation, operator)
    follow()

    assert told(conversation) == [
        ("promise.warned", "first_response"),
        ("promise.broken", "first_response"),
    ]
    assert clocks(conversation) == [("first_response", HOUR, False)]
    tasks.tell_clocks()
    assert len(told(conversation)) == 2


def test_only_working_hours_count_and_hours_that_never_open_promise_nothing(
    workspace, promised, channel, follow, time_machine
):
    promised(first=60)
    with scope(workspace):
        change_hours(None, zone="UTC", country="", week=[OFFICE] * 7, exceptions={}, actor=None)
    time_machine.move_to(MONDAY + 6 * HOUR + 30 * MINUTE, tick=False)  # 16:30
    late = factories.make_conversation(channel)
    follow()
    assert reread(late).due_at == datetime(2026, 3, 10, 9, 30, tzinfo=UTC)

    with scope(workspace):
        change_hours(None, zone="UTC", country="", week=[()] * 7, exceptions={}, actor=None)
    never = factories.make_conversation(channel)
    follow()
    assert (reread(never).due_at, clocks(never)) == (None, [])


def test_a_solution_is_kept_by_closing_and_begins_anew_with_what_comes_back(
    workspace, promised, channel, operator, follow, time_machine
):
    promised(first=10, solved=120)
    conversation = factories.make_conversation(channel)
    follow()
    time_machine.move_to(MONDAY + HOUR, tick=False)
    with scope(workspace):
        close_conversation(conversation, actor=operator)
    follow()

    # The reply that nobody needs any more was neither kept nor broken.
    assert clocks(conversation) == [
        ("first_response", 10 * MINUTE, None),
        ("resolution", 2 * HOUR, True),
    ]
    with scope(workspace):
        assert not SlaClock.objects.filter(ended_at=None).exists()
        reopen_conversation(conversation, actor=operator)
    follow()
    assert reread(conversation).due_at == MONDAY + 3 * HOUR


def test_the_policy_counts_that_says_most_exactly_whom_it_is_for(
    workspace, promised, channel, team, follow
):
    promised(first=60)
    promised("Orders", first=20, team=team)
    conversation = factories.make_conversation(channel)
    follow()
    assert reread(conversation).due_at == MONDAY + HOUR

    with scope(workspace):
        move_conversation(conversation, to=team, actor=None)
    follow()

    assert reread(conversation).due_at == MONDAY + 20 * MINUTE
    assert clocks(conversation) == [("first_response", 20 * MINUTE, None)]


def test_doing_it_twice_changes_nothing(workspace, promised, channel, follow):
    promised(first=60, solved=600)
    conversation = factories.make_conversation(channel)
    follow()
    before = reread(conversation)

    with scope(workspace):
        keep_promises(conversation, at=MONDAY)

    assert reread(conversation).last_seq == before.last_seq
    assert len(clocks(conversation)) == 2


def test_a_deleted_policy_promises_nothing_from_then_on(
    workspace, promised, channel, operator, follow
):
    policy = promised(first=60)
    conversation = factories.make_conversation(channel)
    follow()
    with scope(workspace):
        delete_policy(policy, actor=None)
    ask(conversation)
    follow()

    assert (reread(conversation).due_at, clocks(conversation)[0][2]) == (None, None)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("", None), ("30m", 30), ("4h", 240), ("1h 30m", 90), ("1H30min", 90), ("100 h", 6000)],
    ids=["none", "minutes", "hours", "both", "tight", "long"],
)
def test_lengths_are_read_as_people_write_them(typed, minutes):
    assert parse_length(typed) == minutes
    assert parse_length(say_length(minutes)) == minutes


def test_the_page_makes_changes_and_refuses(workspace, admin):
    client, path = client_of(admin), f"/{workspace.slug}/settings/promises/"
    assert b"Nothing is promised yet" in client.get(path).content
    assert client.post(path, {"name": "All", "first_response": "1h"}).status_code == 302

    for said, words in (
        ({"name": "All", "first_response": "2h", "priority": "3"}, "Another policy has this name."),
        ({"name": "Same", "first_response": "2h"}, "Another policy is for this team and priority."),
        ({"name": "Odd", "first_response": "soon"}, "“soon” is no length of time."),
        ({"name": "Nil", "next_response": "0m"}, "“0m” is no length of time."),
        ({"name": "None"}, "Promise one of them at least."),
    ):
        refused = client.post(path, said)
        assert (refused.status_code, words in refused.content.decode()) == (422, True), said
    with scope(workspace):
        policy = SlaPolicy.objects.get()
    assert "1h" in client.get(f"{path}{policy.pk}/").content.decode()
    client.post(f"{path}{policy.pk}/", {"name": "All", "resolution": "8h"})
    with scope(workspace):
        policy.refresh_from_db()
        assert (policy.first_response, policy.resolution) == (None, 480)
    client.post(f"{path}{policy.pk}/removal/")
    with scope(workspace):
        assert not SlaPolicy.objects.exists()
