"""The one way out: claimed once, sent in order, failed in words, never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Event
from accounts.tenancy import scope
from inbox import doors
from inbox.actions import outgoing
from inbox.actions.messaging import send_message
from inbox.connectors.base import PermanentConnectorError, TemporaryConnectorError
from inbox.connectors.webchat import WebchatConnector
from inbox.enums import EventKind, MessageState
from inbox.models import Message
from inbox.tasks import deliver
from tests import factories


@pytest.fixture
def message(workspace, conversation, operator):
    with scope(workspace):
        return send_message(conversation, text="Hi", actor=operator)


def reload(workspace, message):
    with scope(workspace):
        message.refresh_from_db()
    return message


def sent_events(workspace):
    with scope(workspace):
        return Event.objects.filter(kind=EventKind.MESSAGE_SENT).count()


def raise_in_send(monkeypatch, error):
    def send(self, message):
        raise error

    monkeypatch.setattr(WebchatConnector, "send", send)


def test_many_workers_send_a_message_once(workspace, message):
    def work(_):
        try:
            deliver(workspace, message.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(12)))

    assert reload(workspace, message).state == MessageState.SENT
    assert (message.attempts, sent_events(workspace)) == (1, 1)


def test_messages_go_out_in_the_order_in_which_they_were_written(workspace, conversation, operator):
    with scope(workspace):
        first, second = (
            send_message(conversation, text=text, actor=operator) for text in ("One", "Two")
        )

    deliver(workspace, second.pk)
    assert reload(workspace, second).state == MessageState.QUEUED
    deliver(workspace, first.pk)
    deliver(workspace, second.pk)

    with scope(workspace):
        public = Message.objects.public().values_list("text", flat=True)
        assert list(public) == ["Hello", "One", "Two"]


def test_a_message_for_later_waits_and_holds_up_none(workspace, conversation, operator):
    with scope(workspace):
        later = send_message(
            conversation,
            text="Later",
            actor=operator,
            send_at=timezone.now() + timedelta(hours=1),
        )
        now = send_message(conversation, text="Now", actor=operator)

    deliver(workspace, later.pk)
    deliver(workspace, now.pk)

    assert reload(workspace, later).state == MessageState.QUEUED
    assert reload(workspace, now).state == MessageState.SENT


def test_a_message_that_is_to_be_tried_again_is_not_overtaken(
    workspace, conversation, operator, monkeypatch
):
    with scope(workspace):
        first, second = (
            send_message(conversation, text=text, actor=operator) for text in ("One", "Two")
        )
    with monkeypatch.context() as patched:
        raise_in_send(patched, TemporaryConnectorError("Busy"))
        deliver(workspace, first.pk)

    deliver(workspace, second.pk)

    assert reload(workspace, second).state == MessageState.QUEUED
    later = timezone.now() + timedelta(seconds=16)
    assert doors.messages_to_send(later, 10) == [(workspace.pk, first.pk)]


def test_messages_that_must_wait_take_no_ones_place_in_the_sweep(
    workspace, channel, conversation, operator
):
    with scope(workspace):
        head, *_ = [send_message(conversation, text="Hi", actor=operator) for _ in range(3)]
        assert outgoing.claim_message(head.pk) is not None
    other = factories.make_conversation(channel)
    with scope(workspace):
        free = send_message(other, text="Hi", actor=operator)

    assert doors.messages_to_send(timezone.now(), 1) == [(workspace.pk, free.pk)]


def test_a_sender_that_died_leaves_a_lease_that_runs_out(workspace, message, time_machine):
    with scope(workspace):
        assert outgoing.claim_message(message.pk) is not None
    deliver(workspace, message.pk)
    assert reload(workspace, message).state == MessageState.QUEUED
    assert doors.messages_to_send(timezone.now(), 10) == []

    time_machine.move_to(timezone.now() + timedelta(seconds=61))

    assert doors.messages_to_send(timezone.now(), 10) == [(workspace.pk, message.pk)]
    deliver(workspace, message.pk)
    assert reload(workspace, message).state == MessageState.SENT


def test_two_senders_of_one_message_record_it_once(workspace, message, time_machine):
    with scope(workspace):
        slow = outgoing.claim_message(message.pk)
    time_machine.move_to(timezone.now() + timedelta(seconds=61))
    deliver(workspace, message.pk)
    public_seq = reload(workspace, message).public_seq

    with scope(workspace):
        outgoing.record_sent(slow, external_id="late")

    assert (reload(workspace, message).public_seq, sent_events(workspace)) == (public_seq, 1)


@pytest.mark.parametrize("say", [outgoing.record_failure, outgoing.postpone_message])
def test_a_slow_senders_trouble_is_not_held_against_the_next(workspace, message, time_machine, say):
    with scope(workspace):
        slow = outgoing.claim_message(message.pk)
    time_machine.move_to(timezone.now() + timedelta(seconds=61))
    with scope(workspace):
        fast = outgoing.claim_message(message.pk)
        say(slow, reason="Refused")

    assert reload(workspace, message).state == MessageState.QUEUED
    assert (message.leased_until, message.error) == (fast.leased_until, "")
    with scope(workspace):
        outgoing.record_sent(fast, external_id="")
    assert (reload(workspace, message).state, sent_events(workspace)) == (MessageState.SENT, 1)


def test_what_a_slow_sender_has_sent_is_sent(workspace, message, time_machine):
    with scope(workspace):
        slow = outgoing.claim_message(message.pk)
    time_machine.move_to(timezone.now() + timedelta(seconds=61))
    with scope(workspace):
        outgoing.record_failure(outgoing.claim_message(message.pk), reason="Refused")
        outgoing.record_sent(slow, external_id="late")

    assert (reload(workspace, message).state, message.error) == (MessageState.SENT, "")
    assert message.public_seq == 2


def test_a_passing_trouble_is_tried_again_further_apart(workspace, message, monkeypatch):
    raise_in_send(monkeypatch, TemporaryConnectorError("Busy"))

    deliver(workspace, message.pk)

    wait = reload(workspace, message).send_at - timezone.now()
    assert (message.state, message.error) == (MessageState.QUEUED, "Busy")
    assert timedelta(seconds=10) < wait <= timedelta(seconds=15)
    with scope(workspace):
        assert message.leased_until is None
        assert not Event.objects.filter(kind=EventKind.MESSAGE_FAILED).exists()


def test_trouble_that_stays_ends_as_a_failure(workspace, message, monkeypatch):
    raise_in_send(monkeypatch, TemporaryConnectorError("Busy"))
    with scope(workspace):
        Message.objects.filter(pk=message.pk).update(attempts=outgoing.MOST_ATTEMPTS - 1)

    deliver(workspace, message.pk)

    assert reload(workspace, message).state == MessageState.FAILED


def test_a_refusal_is_shown_and_can_be_retried(workspace, message, operator, monkeypatch):
    with monkeypatch.context() as patched:
        raise_in_send(patched, PermanentConnectorError("No such person"))
        deliver(workspace, message.pk)
    assert (reload(workspace, message).state, message.error) == (
        MessageState.FAILED,
        "No such person",
    )
    assert message.public_seq is None

    with scope(workspace):
        outgoing.retry_message(message, actor=operator)
    deliver(workspace, message.pk)

    assert (reload(workspace, message).state, message.error) == (MessageState.SENT, "")


def test_only_failed_messages_are_retried(workspace, message, operator):
    with scope(workspace):
        with pytest.raises(outgoing.NotFailed):
            outgoing.retry_message(message, actor=operator)

        assert not Event.objects.filter(kind=EventKind.MESSAGE_RETRIED).exists()


def test_an_unforeseen_error_is_tried_again(workspace, message, monkeypatch):
    raise_in_send(monkeypatch, RuntimeError("Our own mistake"))

    deliver(workspace, message.pk)

    assert reload(workspace, message).state == MessageState.QUEUED
    assert "Our own mistake" in message.error


def test_receipts_rise_and_never_fall(workspace, conversation, message):
    deliver(workspace, message.pk)
    for state in (MessageState.READ, MessageState.DELIVERED):
        with scope(workspace):
            outgoing.record_receipt(conversation, state=state, up_to=2, at=timezone.now())

    assert reload(workspace, message).state == MessageState.READ
    with scope(workspace):
        assert not Event.objects.filter(kind=EventKind.MESSAGES_DELIVERED).exists()


def test_a_receipt_reaches_only_what_was_sent_by_then(workspace, conversation, operator):
    with scope(workspace):
        messages = [send_message(conversation, text=t, actor=operator) for t in ("One", "Two")]
    for message in messages:
        deliver(workspace, message.pk)

    with scope(workspace):
        outgoing.record_receipt(conversation, state=MessageState.READ, up_to=2, at=timezone.now())

    states = [reload(workspace, message).state for message in messages]
    assert states == [MessageState.READ, MessageState.SENT]


def test_the_sweeper_finds_what_no_bell_announced(workspace, elsewhere, message, stranger):
    there = factories.make_conversation(factories.make_channel(elsewhere))
    with scope(elsewhere):
        other = send_message(there, text="Hi", actor=stranger)

    assert sorted(doors.messages_to_send(timezone.now(), 10)) == sorted(
        [(workspace.pk, message.pk), (elsewhere.pk, other.pk)]
    )
