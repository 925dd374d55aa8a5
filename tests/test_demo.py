"""The bicycle shop that never was: who works there, what was said, and that all of it adds up."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import courier
from accounts.enums import Role
from accounts.models import Event, FollowUp, Membership, Team
from accounts.tenancy import scope
from helpdesk import first_run
from helpdesk.address import Address
from helpdesk.demo import clock, people, plan
from helpdesk.demo.fill import fill, is_broken_off
from inbox import sidebar
from inbox.enums import EventKind, MessageKind, MessageState, Status
from inbox.models import Contact, Conversation, Message, Tag
from tests import factories

HERE = Address("127.0.0.1", 8000)


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", factories.PASSWORD)


@pytest.fixture
def acme(db, redis):
    return people.create(factories.PASSWORD, at=timezone.now() - timedelta(plan.DAYS))


@pytest.fixture
def few(monkeypatch):
    """Tell the last 40 stories only."""
    tell_last(40, monkeypatch)


@pytest.fixture
def fewest(monkeypatch):
    tell_last(3, monkeypatch)


def tell_last(count, monkeypatch):
    every = plan.stories
    monkeypatch.setattr(plan, "stories", lambda now: list(every(now))[-count:])


def test_people_teams_and_rights(acme):
    with scope(acme):
        members = {m.user.email: m for m in Membership.objects.select_related("user")}
        teams = set(Team.objects.values_list("name", flat=True))
        lea = members["lea@acme.test"]
        leas = list(lea.team_memberships.values_list("team__name", flat=True))

    assert teams == {"Orders", "Technical", "Billing"}
    assert Counter(m.role for m in members.values()) == {
        Role.SUPER_ADMIN: 1,
        Role.ADMIN: 2,
        Role.OPERATOR: 5,
    }
    assert members["owner@acme.test"].role == Role.SUPER_ADMIN
    assert [m for m in members.values() if m.limited_to_teams] == [lea]
    assert leas == ["Billing"]
    assert lea.user.check_password(factories.PASSWORD)


def test_stories_are_the_same_every_time_and_differ_from_one_another():
    now = timezone.now()

    told = list(plan.stories(now))

    assert told == list(plan.stories(now))
    assert len(told) == plan.COUNT
    first_words = Counter(story.steps[0].said for story in told)
    assert max(first_words.values()) <= 4
    assert len(first_words) > 180
    assert all(story.steps[0].at >= now - timedelta(plan.DAYS) for story in told)
    assert all(step.at <= now for story in told for step in story.steps)
    said = [sum(step.verb in {"receive", "send", "note"} for step in s.steps) for s in told]
    assert (min(said), max(said) <= 12) == (1, True)


def test_everything_told_adds_up_in_few_statements_and_rings_nobody(acme, few, caplog, monkeypatch):
    began = timezone.now()
    errands: list[object] = []
    monkeypatch.setattr(courier._courier, "send", errands.append)

    with CaptureQueriesContext(connection) as queries:
        told = fill(acme)

    assert (told, errands) == (40, [])
    assert len(queries) / told < 70
    with scope(acme):
        assert not FollowUp.objects.exists()
        assert not Message.objects.filter(state=MessageState.QUEUED).exists()
        assert Contact.objects.filter(last_heard_at=None).count() == 0
        assert 5 < Tag.objects.count() <= 12
        conversations = list(Conversation.objects.with_people().prefetch_related("tags"))
        assert [c.number for c in sorted(conversations, key=lambda c: c.opened_at)] == [
            c.number for c in sorted(conversations, key=lambda c: c.number)
        ]
        for conversation in conversations:
            check(conversation, began)
    assert caplog.records == []


def test_what_is_still_open_on_a_sunday_has_somebody():
    sunday, ends = datetime(2026, 11, 22, 12, tzinfo=UTC), {"close", "snooze"}
    turns = {"close", "reopen", "receive", "snooze", "wake"}

    told = [[step.verb for step in story.steps] for story in plan.stories(sunday)]
    still_open = [
        verbs
        for verbs in told[: -plan.WAITING]
        if [verb for verb in verbs if verb in turns][-1] not in ends
    ]
    taken = [verbs for verbs in still_open if "assign" in verbs]

    assert len(still_open) > 5
    assert len(taken) > 0.8 * len(still_open)


def check(conversation, began):
    """Compare the row with what its events and messages say."""
    events = list(Event.objects.about(conversation).order_by("seq"))
    messages = list(conversation.messages.order_by("seq"))
    assert [event.seq for event in events] == list(range(1, conversation.last_seq + 1))
    assert [e.at for e in events] == sorted(e.at for e in events)
    assert began - timedelta(plan.DAYS) <= events[0].at == conversation.opened_at
    assert events[-1].at <= began
    public = sorted(m.public_seq for m in messages if m.kind != MessageKind.NOTE)
    assert public == list(range(1, conversation.public_seq + 1))
    assert conversation.status == status_after(events)
    answers = [m.sent_at for m in messages if m.kind == MessageKind.OUTGOING]
    assert conversation.first_response_at == min(answers, default=None)
    assert all(m.created_at == events[m.seq - 1].at for m in messages)
    moves = [e for e in events if e.kind == EventKind.CONVERSATION_ASSIGNED]
    assert conversation.assignee_id == (moves[-1].data["assignee"] if moves else None)
    tagged = {e.data["tag"] for e in events if e.kind == EventKind.CONVERSATION_TAGGED}
    assert {tag.pk for tag in conversation.tags.all()} == tagged
    assert set(conversation.placement) == sidebar.placement_of(conversation)
    said = [m for m in messages if m.kind != MessageKind.NOTE]
    is_waiting = said[-1].kind == MessageKind.INCOMING and conversation.status != Status.CLOSED
    assert (conversation.waiting_since is not None) == is_waiting
    assert conversation.last_activity_at == max(m.created_at for m in messages)


def status_after(events):
    status = {
        EventKind.CONVERSATION_CLOSED: Status.CLOSED,
        EventKind.CONVERSATION_SNOOZED: Status.SNOOZED,
        EventKind.CONVERSATION_REOPENED: Status.OPEN,
        EventKind.CONVERSATION_WOKEN: Status.OPEN,
    }
    changes = [status[event.kind] for event in events if event.kind in status]
    return changes[-1] if changes else Status.OPEN


def test_a_fill_that_was_broken_off_goes_on_without_doubling(acme, monkeypatch):
    every = list(plan.stories(timezone.now()))
    monkeypatch.setattr(plan, "stories", lambda now: every[:2])
    fill(acme)
    assert is_broken_off(acme)

    monkeypatch.setattr(plan, "stories", lambda now: [*every[:3], every[-1]])

    assert fill(acme) == 2
    assert not is_broken_off(acme)


def test_the_clock_moves_defaults_too_and_comes_back():
    then = timezone.now() - timedelta(days=3)

    with clock.moved(then):
        moved = timezone.now(), Event._meta.get_field("at").get_default()

    assert moved == (then, then)
    assert timezone.now() - then > timedelta(days=2)


def test_the_command_fills_once_and_names_who_may_sign_in(db, redis, fewest, password, capsys):
    call_command("demo")

    words = capsys.readouterr().out
    assert f"lea@acme.test  {factories.PASSWORD}  Operator" in words
    with pytest.raises(CommandError, match="has conversations already"):
        call_command("demo")
    acme = factories.Workspace.objects.get()
    with scope(acme):
        assert Conversation.objects.count() == 3


@pytest.mark.parametrize("flags", [(), ("--yes",), ("--really",)])
def test_other_workspaces_must_be_overruled_twice(workspace, password, flags):
    with pytest.raises(CommandError, match="Other workspaces live here"):
        call_command("demo", *flags)

    assert factories.Workspace.objects.count() == 1


def test_twice_is_enough(workspace, fewest, password, capsys):
    call_command("demo", "--yes", "--really")

    assert set(factories.Workspace.objects.values_list("slug", flat=True)) == {
        workspace.slug,
        "acme",
    }


def test_the_command_needs_a_password(db, redis, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)

    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("demo")

    assert not factories.Workspace.objects.exists()


def test_the_first_run_makes_people_and_asks_for_conversations_once(db, redis, password):
    first = first_run.ensure(HERE)
    again = first_run.ensure(HERE)

    assert first.is_to_fill
    assert (len(first.lines), first.lines) == (8, again.lines)
    assert not again.is_to_fill


def test_the_first_run_may_do_without_conversations(db, redis, password, monkeypatch):
    monkeypatch.setenv("DEMO_FILL", "0")

    assert not first_run.ensure(HERE).is_to_fill


def test_a_first_run_for_others_makes_nobody_up(db, redis, password):
    beginning = first_run.ensure(Address("0.0.0.0", 8000))

    assert beginning.lines == [
        "Nobody is here yet: sign up at http://127.0.0.1:8000/accounts/signup/"
    ]
    assert not factories.Workspace.objects.exists()
