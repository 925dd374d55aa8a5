"""Closing, snoozing, assigning, tagging, reading: state, event and refusal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Event
from accounts.tenancy import scope
from inbox import tasks, timeline
from inbox.actions.assignment import (
    NotActive,
    assign_conversation,
    move_conversation,
    unassign_conversation,
)
from inbox.actions.lifecycle import (
    AlreadyClosed,
    NotClosed,
    NotSnoozed,
    PastTime,
    TooFarAhead,
    close_conversation,
    reopen_conversation,
    snooze_conversation,
    wake_conversation,
)
from inbox.actions.receiving import receive_message
from inbox.actions.triage import (
    BadTag,
    NothingToRead,
    mark_read,
    mark_unread,
    tag_conversation,
    untag_conversation,
)
from inbox.enums import EventKind, Status
from inbox.models import Conversation, Tag
from inbox.tasks import wake_snoozed_conversations
from tests import factories
from tests.support.races import run_into


def later(**much):
    return timezone.now() + timedelta(**much)


def last_event(conversation):
    return Event.objects.about(conversation).select_related("actor").latest("seq")


def test_close_conversation_records_who_did_it(workspace, conversation, operator):
    with scope(workspace):
        closed = close_conversation(conversation, actor=operator)

        event = last_event(conversation)
    assert (event.kind, event.actor) == (EventKind.CONVERSATION_CLOSED, operator)
    assert (closed.status, closed.waiting_since, closed.snoozed_until) == ("closed", None, None)
    assert closed.closed_at is not None


def test_close_conversation_refuses_to_close_twice(workspace, conversation, operator):
    with scope(workspace):
        close_conversation(conversation, actor=operator)
        before = last_event(conversation).pk

        with pytest.raises(AlreadyClosed):
            close_conversation(conversation, actor=operator)

        assert last_event(conversation).pk == before


def test_two_people_closing_at_once_close_once(workspace, conversation, operator, admin):
    def close(who):
        try:
            with scope(workspace):
                close_conversation(conversation, actor=who)
        except AlreadyClosed:
            return "refused"
        finally:
            connection.close()
        return "closed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(close, [operator, admin]))

    assert outcomes == ["closed", "refused"]


def test_reopen_conversation(workspace, conversation, operator):
    with scope(workspace):
        with pytest.raises(NotClosed):
            reopen_conversation(conversation, actor=operator)
        close_conversation(conversation, actor=operator)

        opened = reopen_conversation(conversation, actor=operator)

        assert last_event(conversation).kind == EventKind.CONVERSATION_REOPENED
    assert (opened.status, opened.closed_at) == (Status.OPEN, None)


def test_snooze_and_wake(workspace, conversation, operator):
    until = later(hours=1)
    with scope(workspace):
        snoozed = snooze_conversation(conversation, until=until, actor=operator)
        assert (snoozed.status, snoozed.snoozed_until) == (Status.SNOOZED, until)
        assert last_event(conversation).data["until"] == until.isoformat()

        woken = wake_conversation(conversation, actor=operator)

        assert last_event(conversation).kind == EventKind.CONVERSATION_WOKEN
    assert (woken.status, woken.snoozed_until) == (Status.OPEN, None)


def test_snooze_refuses_the_past_and_the_closed(workspace, conversation, operator):
    with scope(workspace):
        with pytest.raises(PastTime):
            snooze_conversation(conversation, until=later(seconds=-1), actor=operator)
        with pytest.raises(NotSnoozed):
            wake_conversation(conversation, actor=operator)
        close_conversation(conversation, actor=operator)
        with pytest.raises(AlreadyClosed):
            snooze_conversation(conversation, until=later(hours=1), actor=operator)


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-12:00", "2099-01-01T00:00:00Z"])
def test_a_snooze_that_no_list_could_show_is_refused(
    operator_client, workspace, conversation, until
):
    home = f"/{workspace.slug}/inbox/"

    response = operator_client.post(f"{home}{conversation.number}/snooze/", {"until": until})

    assert response.status_code == TooFarAhead.status
    assert operator_client.get(f"{home}?view=snoozed").status_code == 200
    with scope(workspace):
        assert Conversation.objects.get().is_open


def test_a_conversation_that_cannot_wake_holds_up_no_other(
    workspace, channel, operator, time_machine, monkeypatch
):
    ill, well = (factories.make_conversation(channel) for _ in range(2))
    for minutes, conversation in enumerate((ill, well), start=1):
        with scope(workspace):
            snooze_conversation(conversation, until=later(minutes=minutes), actor=operator)
    time_machine.move_to(later(minutes=6))

    def wake(conversation, *, actor):
        assert conversation != ill
        return wake_conversation(conversation, actor=actor)

    monkeypatch.setattr(tasks, "wake_conversation", wake)
    wake_snoozed_conversations()

    with scope(workspace):
        assert Conversation.objects.get(status=Status.OPEN) == well


def test_snoozes_that_are_over_wake_in_every_workspace_once(
    workspace, elsewhere, operator, stranger, time_machine
):
    people = {workspace: operator, elsewhere: stranger}
    for place, person in people.items():
        conversation = factories.make_conversation(factories.make_channel(place))
        with scope(place):
            snooze_conversation(conversation, until=later(minutes=5), actor=person)
    wake_snoozed_conversations()
    for place in people:
        with scope(place):
            assert Conversation.objects.get().is_snoozed

    time_machine.move_to(later(minutes=6))
    wake_snoozed_conversations()
    wake_snoozed_conversations()

    for place in people:
        with scope(place):
            conversation = Conversation.objects.get()
            woken = Event.objects.filter(kind=EventKind.CONVERSATION_WOKEN)
            assert (conversation.status, woken.count()) == (Status.OPEN, 1)


def test_assign_says_who_and_repeats_nothing(workspace, conversation, operator, admin):
    with scope(workspace):
        for _ in range(2):
            assigned = assign_conversation(conversation, to=operator, actor=admin)

        event = last_event(conversation)
        assert Event.objects.filter(kind=EventKind.CONVERSATION_ASSIGNED).count() == 1
    assert assigned.assignee == operator
    given = {"assignee": operator.pk, "name": "Olga Ivanova", "before": None}
    assert (event.actor, event.data) == (admin, given)


def test_assign_refuses_someone_who_left(workspace, conversation, operator, admin):
    with scope(workspace):
        operator.is_active = False
        operator.save(update_fields=["is_active"])

        with pytest.raises(NotActive):
            assign_conversation(conversation, to=operator, actor=admin)

        assert Conversation.objects.get().assignee is None


def test_unassign_gives_the_conversation_back(workspace, conversation, operator):
    with scope(workspace):
        assign_conversation(conversation, to=operator, actor=operator)

        assert unassign_conversation(conversation, actor=operator).assignee is None
        assert last_event(conversation).kind == EventKind.CONVERSATION_UNASSIGNED


def test_move_hands_the_conversation_to_a_team(workspace, conversation, admin):
    team = factories.make_team(workspace)
    with scope(workspace):
        assert move_conversation(conversation, to=team, actor=admin).team == team
        assert last_event(conversation).data == {"team": team.pk, "name": team.name}
        assert move_conversation(conversation, to=None, actor=admin).team is None


def test_tags_are_one_word_for_one_thing(workspace, conversation, operator):
    with scope(workspace):
        for name in ("VIP  customer", " vip customer"):
            tag_conversation(conversation, name=name, actor=operator)

        assert list(Tag.objects.values_list("name", flat=True)) == ["vip customer"]
        assert Event.objects.filter(kind=EventKind.CONVERSATION_TAGGED).count() == 1
        untag_conversation(conversation, tag=Tag.objects.get(), actor=operator)
        assert not conversation.taggings.exists()


@pytest.mark.parametrize("name", ["", "  ", "\x00", "x" * 61])
def test_bad_tags_are_refused(workspace, conversation, operator, name):
    with scope(workspace):
        with pytest.raises(BadTag):
            tag_conversation(conversation, name=name, actor=operator)

        assert not Tag.objects.exists()


def test_reading_is_each_persons_own(workspace, channel, operator, admin):
    conversation = factories.make_conversation(channel, "ada")
    with scope(workspace):
        read = mark_read(conversation, actor=operator)
        assert (read.is_unread_by(operator.pk), read.is_unread_by(admin.pk)) == (False, True)
        read = mark_read(conversation, actor=admin)
        assert not read.is_unread_by(admin.pk)

        read = mark_unread(conversation, actor=operator)
        assert (read.is_unread_by(operator.pk), read.is_unread_by(admin.pk)) == (True, False)
        assert (read.read_seq, read.is_unread) == (1, False)  # what the contact knows stays

        receive_message(channel, factories.incoming("ada", "More"))
        again = Conversation.objects.get()
        assert (again.is_unread_by(operator.pk), again.is_unread_by(admin.pk)) == (True, True)
        # The operator goes on at the message they put back, the admin at the new one.
        assert [timeline.first_unread(again, one) for one in (operator, admin)] == [2, 6]


def test_who_never_read_a_conversation_has_no_place_in_it(workspace, conversation, operator):
    with scope(workspace):
        assert timeline.first_unread(conversation, operator) == 0


def test_what_holds_no_word_of_the_contact_cannot_be_unread(workspace, conversation, operator):
    with scope(workspace):
        Conversation.objects.update(incoming_seq=0)
        with pytest.raises(NothingToRead):
            mark_unread(conversation, actor=operator)


def test_reading_is_noted_once(workspace, conversation, operator):
    with scope(workspace):
        for _ in range(2):
            read = mark_read(conversation, actor=operator)

        assert Event.objects.filter(kind=EventKind.CONVERSATION_READ).count() == 1
    assert (read.read_seq, read.is_unread) == (1, False)


def test_whoever_waited_for_a_conversation_has_it_as_it_is(workspace, conversation, operator):
    def read():
        with scope(workspace):
            return Conversation.locked(conversation.pk)

    with scope(workspace):
        assign_conversation(conversation, to=operator, actor=operator)
        waited = run_into(read)

    assert waited.result(10).assignee == operator
