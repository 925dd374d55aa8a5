"""What is promised for a time comes once, and late rather than never, whatever clocks do."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts import doors as desk
from accounts import follow_ups
from accounts.letters import send_letter
from accounts.models import Event, FollowUp, Workspace
from accounts.tenancy import scope
from analytics.actions.ratings import ask_for_ratings
from inbox import doors, tasks
from inbox.actions.contacts import change_contact
from inbox.actions.lifecycle import close_conversation, snooze_conversation
from inbox.actions.messaging import send_message
from inbox.actions.outgoing import claim_message, record_sent
from inbox.enums import EventKind
from inbox.forms.conversations import snooze_until
from inbox.models import Message
from routing.actions.policies import keep_policy
from routing.enums import Promise
from routing.tasks import tell_clocks
from tests import factories

START = datetime(2026, 3, 9, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
ONCE = [
    EventKind.CONVERSATION_WOKEN,
    EventKind.PROMISE_BROKEN,
    EventKind.MESSAGE_SENT,
    "asked for a rating",
]


@pytest.fixture
def promised(workspace, channel, admin, operator, settle, time_machine):
    """Within an hour: somebody wakes, is late, sends what was meant for later, asks for a rating."""
    time_machine.move_to(START, tick=False)
    with scope(workspace):
        ask_for_ratings(workspace, asked=True, actor=admin)
    rated = factories.make_conversation(channel)
    with scope(workspace):
        change_contact(rated.contact, email="ada@example.test", actor=operator)
        message = send_message(rated, text="Hi", actor=operator)
        record_sent(claim_message(message.pk), external_id="")
        close_conversation(rated, actor=operator)
        keep_policy(
            None, name="All", team=None, priority=None, minutes={Promise.FIRST_RESPONSE: 60},
            actor=None,
        )  # fmt: skip
    factories.make_conversation(channel)
    snoozed, later = (factories.make_conversation(channel) for _ in range(2))
    while settle(workspace):
        pass
    with scope(workspace):
        keep = Event.objects.latest("pk").pk
        snooze_conversation(snoozed, until=START + HOUR, actor=operator)
        send_message(later, text="Now", actor=operator, send_at=START + HOUR)
    return lambda: came(workspace, keep)


def came(workspace, since):
    """Count what came since, each kind by the conversation for which it came most often."""
    with scope(workspace):
        found = Event.objects.filter(pk__gt=since).values_list("kind", "subject_id", "data")
        told = [(kind, subject, data.get("promise")) for kind, subject, data in found]
    asked = [one for one in mail.outbox if "How was the help" in one.subject]
    most = {
        kind: max((told.count(one) for one in told if one[0] == kind), default=0) for kind in ONCE
    }
    return list((most | {ONCE[-1]: len(asked)}).values())


def look_round():
    """Do what one clock does, and what is rung for."""
    tasks.wake_snoozed_conversations()
    tell_clocks()
    for workspace_id, pk in doors.messages_to_send(timezone.now(), 99):
        tasks.deliver(Workspace.objects.get(pk=workspace_id), pk)
    for workspace_id, pk in desk.letters_to_send(timezone.now(), 99):
        send_letter(workspace_id=workspace_id, letter_id=pk)


def two_clocks():
    both = threading.Barrier(2)

    def work(_):
        both.wait()
        try:
            look_round()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))


@pytest.mark.parametrize(
    ("hours", "due"),
    [([0, 2, 1, 0, 2, 3], 1), ([-1, 0, 2, 3], 2), ([6, 6, 7], 0)],
    ids=["an hour ahead, and back", "an hour back", "nobody there for six hours"],
)
def test_two_clocks_keep_each_promise_once(promised, time_machine, hours, due):
    """``due``: at which of the looks it is time, by the clock on the wall."""
    for look, hour in enumerate(hours):
        time_machine.move_to(START + hour * HOUR, tick=False)
        two_clocks()
        two_clocks()
        assert promised() == [1 if look >= due else 0] * len(ONCE), f"{look}: {hour} h"


def test_what_a_dead_clock_or_worker_held_is_free_in_the_end(
    workspace, conversation, operator, settings, time_machine
):
    time_machine.move_to(START, tick=False)
    with scope(workspace):
        message = send_message(conversation, text="Hi", actor=operator)
        claim_message(message.pk)
        FollowUp.objects.update(due_at=START)
        owed = FollowUp.objects.count()
    assert follow_ups.sweep() == owed  # and here its clock dies, before it rang
    look_round()
    assert (follow_ups.sweep(), state_of(message)) == (0, "queued")

    time_machine.move_to(START + settings.DELIVERY_PATIENCE + timedelta(seconds=1), tick=False)
    look_round()
    assert (follow_ups.sweep(), state_of(message)) == (owed, "sent")


def state_of(message):
    with scope(message.workspace):
        return Message.objects.get(pk=message.pk).state


def test_the_night_in_which_the_hour_changes():
    def until(choice, *now):
        return snooze_until(choice, datetime(2026, *now, tzinfo=UTC).astimezone(BERLIN))

    assert until("tomorrow", 3, 28, 12) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert until("tomorrow", 10, 24, 12) == datetime(2026, 10, 25, 8, tzinfo=UTC)
    assert until("evening", 3, 29, 0, 30) == datetime(2026, 3, 29, 16, tzinfo=UTC)
    for day, month in ((29, 3), (25, 10)):
        for half in range(48):
            now = datetime(2026, month, day, tzinfo=UTC) - 6 * HOUR + half * HOUR / 2
            assert snooze_until("hour", now.astimezone(BERLIN)) - now == HOUR, now
