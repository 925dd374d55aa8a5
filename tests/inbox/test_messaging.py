"""Receiving, replying, noting: what is stored, what is recorded, what is refused."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation
from inbox.actions.lifecycle import close_conversation, snooze_conversation
from inbox.actions.messaging import (
    NothingToSay,
    TooLong,
    add_note,
    send_message,
)
from inbox.actions.receiving import receive_message
from inbox.enums import EventKind, MessageState, Status
from inbox.models import Contact, Conversation, Message
from inbox.tasks import deliver
from tests import factories


def kinds(conversation):
    return list(Event.objects.about(conversation).order_by("seq").values_list("kind", flat=True))


@pytest.mark.parametrize("known", [False, True])
def test_simultaneous_messages_share_one_conversation(workspace, channel, known):
    if known:
        factories.make_conversation(channel, "ada")

    def receive(n):
        try:
            with scope(workspace):
                receive_message(channel, factories.incoming("ada", external_id=f"m{n % 8}"))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(receive, range(16)))

    with scope(workspace):
        counts = [model.objects.count() for model in (Contact, Conversation, Message)]
        conversation = Conversation.objects.get()
        seqs = list(Event.objects.about(conversation).order_by("seq").values_list("seq", flat=True))
        public = list(Message.objects.public().values_list("public_seq", flat=True))
    assert counts == [1, 1, 8 + known]
    assert seqs == list(range(1, conversation.last_seq + 1))
    assert public == list(range(1, 9 + known))


def test_numbers_are_counted_per_workspace(workspace, elsewhere, channel):
    there = factories.make_channel(elsewhere)

    numbers = [factories.make_conversation(place).number for place in (channel, there, channel)]

    assert numbers == [1, 1, 2]


def test_a_first_message_opens_a_conversation_that_waits(workspace, channel):
    conversation = factories.make_conversation(channel, "ada", "My order\n has not come.")

    with scope(workspace):
        assert kinds(conversation) == [
            EventKind.CONVERSATION_OPENED,
            EventKind.MESSAGE_RECEIVED,
        ]
    assert (conversation.status, conversation.preview) == ("open", "My order has not come.")
    assert (conversation.waiting_since, conversation.is_unread) == (conversation.opened_at, True)
    assert conversation.contact.name == "Ada"


def test_a_message_after_closing_reopens_and_keeps_the_assignee(workspace, channel, operator):
    conversation = factories.make_conversation(channel, "ada")
    with scope(workspace):
        assign_conversation(conversation, to=operator, actor=operator)
        close_conversation(conversation, actor=operator)

    again = factories.make_conversation(channel, "ada", "One more thing")

    assert (again.pk, again.status, again.closed_at) == (conversation.pk, Status.OPEN, None)
    assert again.assignee == operator
    with scope(workspace):
        assert kinds(again)[-2:] == [EventKind.CONVERSATION_REOPENED, EventKind.MESSAGE_RECEIVED]


def test_a_message_after_closing_does_not_return_to_someone_who_left(workspace, channel, operator):
    conversation = factories.make_conversation(channel, "ada")
    with scope(workspace):
        assign_conversation(conversation, to=operator, actor=operator)
        close_conversation(conversation, actor=operator)
        operator.is_active = False
        operator.save(update_fields=["is_active"])

    assert factories.make_conversation(channel, "ada").assignee is None


def test_a_message_wakes_a_snoozed_conversation(workspace, channel, operator):
    conversation = factories.make_conversation(channel, "ada")
    with scope(workspace):
        until = timezone.now() + timezone.timedelta(hours=1)
        snooze_conversation(conversation, until=until, actor=operator)

    again = factories.make_conversation(channel, "ada")

    assert (again.status, again.snoozed_until) == (Status.OPEN, None)


def test_a_reply_waits_for_the_way_out(workspace, conversation, operator):
    with scope(workspace):
        message = send_message(conversation, text="  Hi \r\nthere ", actor=operator)
        conversation.refresh_from_db()

    assert (message.text, message.state) == ("Hi \nthere", MessageState.QUEUED)
    assert (message.public_seq, conversation.first_response_at) == (None, None)
    assert conversation.waiting_since is not None


def test_a_reply_sent_stops_the_waiting(workspace, conversation, operator):
    with scope(workspace):
        message = send_message(conversation, text="Hi", actor=operator)

    deliver(workspace, message.pk)

    with scope(workspace):
        message.refresh_from_db()
        conversation.refresh_from_db()
        assert kinds(conversation)[-2:] == [EventKind.MESSAGE_QUEUED, EventKind.MESSAGE_SENT]
    assert (message.state, message.public_seq) == (MessageState.SENT, 2)
    assert conversation.first_response_at == message.sent_at
    assert conversation.waiting_since is None


def test_a_contact_who_wrote_meanwhile_goes_on_waiting(workspace, channel, operator):
    conversation = factories.make_conversation(channel, "ada")
    with scope(workspace):
        message = send_message(conversation, text="Hi", actor=operator)
    factories.make_conversation(channel, "ada", "And another thing")

    deliver(workspace, message.pk)

    with scope(workspace):
        conversation.refresh_from_db()
    assert conversation.waiting_since is not None


def test_the_same_client_id_writes_once(workspace, conversation, operator):
    client_id = uuid4()
    with scope(workspace):
        written = [
            send_message(conversation, text="Hi", actor=operator, client_id=client_id).pk
            for _ in range(3)
        ]
        assert kinds(conversation).count(EventKind.MESSAGE_QUEUED) == 1

    assert len(set(written)) == 1


def test_a_note_is_never_public_and_does_not_hide_the_last_words(workspace, conversation, operator):
    with scope(workspace):
        note = add_note(conversation, text="Careful", actor=operator)
        conversation.refresh_from_db()

    assert (note.public_seq, conversation.public_seq) == (None, 1)
    assert conversation.preview == "Hello"
    assert conversation.waiting_since is not None


@pytest.mark.parametrize("write", [send_message, add_note])
@pytest.mark.parametrize("text", ["", "  \n ", "\x00"])
def test_blank_words_are_refused(workspace, conversation, operator, write, text):
    with scope(workspace):
        with pytest.raises(NothingToSay):
            write(conversation, text=text, actor=operator)

        assert (Message.objects.count(), len(kinds(conversation))) == (1, 2)


def test_words_too_long_for_the_channel_are_refused(workspace, conversation, operator):
    with scope(workspace):
        with pytest.raises(TooLong):
            send_message(conversation, text="x" * 10_001, actor=operator)

        assert Message.objects.count() == 1


def test_times_come_from_our_clock(workspace, channel, operator, time_machine):
    moment = timezone.now() + timezone.timedelta(days=400)
    time_machine.move_to(moment, tick=False)

    conversation = factories.make_conversation(channel)

    assert conversation.last_activity_at == moment
