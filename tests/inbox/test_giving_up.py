"""A message whose senders are never heard of again is given up, and shown as failed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions import outgoing
from inbox.actions.messaging import send_message
from inbox.enums import MessageState
from inbox.models import Conversation, Message
from inbox.tasks import deliver
from tests.inbox.test_outgoing import reload, sent_events
from tests.support.races import run_into


@pytest.fixture
def message(workspace, conversation, operator):
    with scope(workspace):
        return send_message(conversation, text="Hi", actor=operator)


def died(workspace, message, times=1):
    """Leave the message as so many senders do who took it and were never heard of again."""
    past = timezone.now() - timedelta(seconds=1)
    with scope(workspace):
        rows = Message.objects.filter(pk=message.pk)
        rows.update(attempts=times, deaths=times - 1, leased_until=past)


def test_giving_up_waits_for_the_conversation_first(workspace, conversation, message):
    """Whoever records an outcome locks the conversation, then writes the message."""
    died(workspace, message, outgoing.MOST_DEATHS)

    with scope(workspace):
        Conversation.locked(conversation.pk)
        giving_up = run_into(lambda: deliver(workspace, message.pk))
        Message.objects.filter(pk=message.pk).update(error="Busy")

    giving_up.result(10)
    assert reload(workspace, message).state == MessageState.FAILED


def test_a_message_that_ended_three_senders_is_given_up(workspace, message, operator):
    for times in range(1, outgoing.MOST_DEATHS):
        died(workspace, message, times)
        with scope(workspace):
            assert outgoing.claim_message(message.pk).deaths == times
    died(workspace, message, outgoing.MOST_DEATHS)

    deliver(workspace, message.pk)

    assert reload(workspace, message).error == "Sending broke off 3 times."
    assert (message.state, sent_events(workspace)) == (MessageState.FAILED, 0)
    with scope(workspace):
        assert outgoing.retry_message(message, actor=operator).deaths == 0
    deliver(workspace, message.pk)
    assert reload(workspace, message).state == MessageState.SENT
