"""Think again: replies that wait, go back, are held, are sent later."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Taking
from accounts.models import Event
from accounts.tenancy import scope
from inbox import doors
from inbox.actions.answering import answer_conversation
from inbox.actions.assignment import assign_conversation
from inbox.actions.drafts import save_draft
from inbox.actions.lifecycle import PastTime, TooFarAhead
from inbox.actions.messaging import send_message
from inbox.actions.outgoing import claim_message
from inbox.actions.receiving import receive_message
from inbox.actions.withdrawing import OnItsWay, release_message, withdraw_message
from inbox.enums import DraftKind, EventKind, MessageState
from inbox.models import Draft, Message
from inbox.tasks import deliver
from tests import factories

HOUR = timedelta(hours=1)


def answer(conversation, actor, text="On its way", **options):
    with scope(conversation.workspace):
        return answer_conversation(conversation, text=text, actor=actor, **options)


def reload(row):
    with scope(row.workspace):
        return type(row).objects.get(pk=row.pk)


def drafts(workspace):
    with scope(workspace):
        return list(Draft.objects.values_list("text", flat=True))


def likes(operator, **habits):
    with scope(operator.workspace):
        for name, value in habits.items():
            setattr(operator, name, value)
        operator.save(update_fields=list(habits))


def test_a_reply_waits_as_long_as_its_author_wants(workspace, conversation, operator, time_machine):
    message = answer(conversation, operator)

    deliver(workspace, message.pk)
    assert reload(message).state == MessageState.QUEUED
    assert doors.messages_to_send(timezone.now(), 10) == []
    time_machine.move_to(timezone.now() + timedelta(seconds=6))
    assert doors.messages_to_send(timezone.now(), 10) == [(workspace.pk, message.pk)]
    deliver(workspace, message.pk)
    assert reload(message).state == MessageState.SENT


def test_somebody_in_a_hurry_waits_for_nothing(workspace, conversation, operator):
    likes(operator, undo_seconds=0)

    message = answer(conversation, operator)
    deliver(workspace, message.pk)

    assert reload(message).state == MessageState.SENT


def test_a_reply_taken_back_is_a_draft_again(workspace, conversation, operator):
    message = answer(conversation, operator, "Dear Ada")

    with scope(workspace):
        withdraw_message(message, actor=operator)

    assert (reload(message).state, reload(message).text) == (MessageState.WITHDRAWN, "")
    assert drafts(workspace) == ["Dear Ada"]
    assert reload(conversation).preview == "Hello"
    assert doors.messages_to_send(timezone.now() + HOUR, 10) == []
    with scope(workspace):
        assert Event.objects.filter(kind=EventKind.MESSAGE_WITHDRAWN).get().actor == operator


def test_words_taken_back_come_before_those_written_since(workspace, conversation, operator):
    message = answer(conversation, operator, "One")
    with scope(workspace):
        facts = {"kind": DraftKind.REPLY, "actor": operator, "client_id": factories.uuid4()}
        save_draft(conversation, text="Two", **facts)

        withdraw_message(message, actor=operator)

    assert drafts(workspace) == ["One\n\nTwo"]


def test_what_a_sender_has_is_not_taken_back(workspace, conversation, operator, time_machine):
    message = answer(conversation, operator)
    time_machine.move_to(timezone.now() + timedelta(seconds=6))
    with scope(workspace):
        assert claim_message(message.pk) is not None

        with pytest.raises(OnItsWay):
            withdraw_message(message, actor=operator)

    assert reload(message).state == MessageState.QUEUED
    assert drafts(workspace) == []


def test_closing_is_undone_with_its_reply(workspace, conversation, operator):
    message = answer(conversation, operator, closes=True)
    assert reload(conversation).is_closed

    with scope(workspace):
        withdraw_message(message, actor=operator, reopens=True)

    assert reload(conversation).is_open


def test_a_reply_that_cannot_be_sent_closes_nothing(workspace, conversation, operator):
    with pytest.raises(PastTime):
        answer(conversation, operator, closes=True, send_at=timezone.now() - HOUR)
    with pytest.raises(TooFarAhead):
        answer(conversation, operator, send_at=timezone.now() + timedelta(days=366))

    assert reload(conversation).is_open
    with scope(workspace):
        assert not Message.objects.filter(kind="outgoing").exists()


@pytest.mark.parametrize(
    ("habit", "taken"), [(Taking.ASK, False), (Taking.ALWAYS, True), (Taking.NEVER, False)]
)
def test_answering_takes_what_is_nobodys_for_those_who_want(conversation, operator, habit, taken):
    likes(operator, takes_on_reply=habit)

    answer(conversation, operator)

    assert (reload(conversation).assignee_id == operator.pk) is taken


def test_answering_takes_nothing_from_a_colleague(workspace, conversation, operator, admin):
    likes(operator, takes_on_reply=Taking.ALWAYS)
    with scope(workspace):
        assign_conversation(conversation, to=admin, actor=admin)

    answer(conversation, operator)

    assert reload(conversation).assignee_id == admin.pk


# Later


def test_a_scheduled_reply_goes_out_at_its_hour(workspace, conversation, operator, time_machine):
    message = answer(conversation, operator, send_at=timezone.now() + HOUR)

    assert doors.messages_to_send(timezone.now() + HOUR / 2, 10) == []
    time_machine.move_to(timezone.now() + HOUR + timedelta(seconds=1))
    deliver(workspace, message.pk)

    assert reload(message).state == MessageState.SENT


def test_a_word_from_the_contact_holds_what_was_meant_for_later(workspace, conversation, operator):
    later = answer(conversation, operator, send_at=timezone.now() + HOUR)
    soon = answer(conversation, operator, "Now")

    with scope(workspace):
        receive_message(conversation.channel, factories.incoming("ada", "Never mind"))

    assert (reload(later).state, reload(soon).state) == (MessageState.HELD, MessageState.QUEUED)
    assert doors.messages_to_send(timezone.now() + 2 * HOUR, 10) == [(workspace.pk, soon.pk)]


def test_a_held_reply_may_still_be_sent_or_taken_back(workspace, conversation, operator, admin):
    messages = [answer(conversation, operator, send_at=timezone.now() + HOUR) for _ in range(2)]
    with scope(workspace):
        receive_message(conversation.channel, factories.incoming("ada", "Never mind"))

        release_message(messages[0], actor=admin)
        withdraw_message(messages[1], actor=admin, keeps=False)

    deliver(workspace, messages[0].pk)
    states = [reload(message).state for message in messages]
    assert states == [MessageState.SENT, MessageState.WITHDRAWN]
    assert drafts(workspace) == []
    with scope(workspace), pytest.raises(OnItsWay):
        release_message(messages[0], actor=admin)


# Pages


@pytest.fixture
def home(workspace, conversation):
    return f"/{workspace.slug}/inbox/{conversation.number}/"


def test_a_screen_takes_a_reply_back(operator_client, workspace, conversation, home):
    htmx = {"HX-Request": "true"}
    answered = operator_client.post(f"{home}messages/", {"text": "Dear Ada"}, headers=htmx).json()

    assert 4 < answered["seconds"] <= 5
    assert answered["take"] is True
    assert operator_client.post(answered["undo"], headers=htmx).status_code == 204
    assert operator_client.post(answered["undo"], headers=htmx).status_code == 409
    page = operator_client.get(home).content.decode()
    assert "\nDear Ada</textarea>" in page
    assert page.count("Dear Ada") == 1


def test_a_plain_form_sends_and_closes_and_sends_later(operator_client, conversation, home):
    then = {"text": "Bye", "then": "close"}
    later = {"text": "Later", "send_at": "own", "own_time": "2100-01-01T09:00"}

    assert operator_client.post(f"{home}messages/", then).status_code == 302
    assert reload(conversation).is_closed
    assert operator_client.post(f"{home}messages/", later).status_code == 422
    assert operator_client.post(f"{home}messages/", later | {"own_time": ""}).status_code == 422
    assert (
        operator_client.post(f"{home}messages/", later | {"send_at": "tomorrow"}).status_code == 302
    )
    with scope(conversation.workspace):
        states = Message.objects.filter(kind="outgoing").order_by("seq")
        assert [m.is_scheduled for m in states] == [False, True]


def test_the_api_lists_nothing_that_was_taken_back(workspace, conversation, operator, client):
    message = answer(conversation, operator)
    with scope(workspace):
        withdraw_message(message, actor=operator)
        send_message(conversation, text="Instead", actor=operator)
    _token, secret = factories.make_api_token(operator)

    listed = client.get(
        f"/api/v1/conversations/{conversation.number}/messages/",
        headers={"Authorization": f"Bearer {secret}"},
    )

    assert [said["text"] for said in listed.json()["results"]] == ["Hello", "Instead"]
