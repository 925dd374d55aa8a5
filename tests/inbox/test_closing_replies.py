"""A reply that was sent and closed with, and could not be sent after all."""

import pytest

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.answering import answer_conversation
from inbox.actions.lifecycle import close_conversation, reopen_conversation
from inbox.actions.receiving import receive_message
from inbox.connectors.base import PermanentConnectorError
from inbox.connectors.webchat import WebchatConnector
from inbox.enums import EventKind
from inbox.tasks import deliver
from tests import factories


def reload(workspace, row):
    with scope(workspace):
        row.refresh_from_db()
    return row


def fail(workspace, message, monkeypatch):
    def send(self, message):
        raise PermanentConnectorError("No such address")

    monkeypatch.setattr(WebchatConnector, "send", send)
    deliver(workspace, message.pk)
    assert reload(workspace, message).is_failed


def status_events(workspace, conversation):
    with scope(workspace):
        shown = Event.objects.about(conversation).filter(kind__startswith="conversation.")
        told = shown.filter(kind__endswith="ed").exclude(kind=EventKind.CONVERSATION_OPENED)
        return list(told.order_by("seq").values_list("kind", flat=True))


@pytest.fixture
def closing_reply(workspace, conversation, operator):
    with scope(workspace):
        operator.undo_seconds = 0
        return answer_conversation(conversation, text="Done", actor=operator, closes=True)


def test_a_reply_that_failed_reopens_what_was_closed_with_it(
    workspace, conversation, closing_reply, monkeypatch
):
    waiting_since = conversation.waiting_since

    fail(workspace, closing_reply, monkeypatch)

    assert reload(workspace, conversation).is_open
    assert conversation.waiting_since == waiting_since is not None
    with scope(workspace):
        reopened = Event.objects.get(kind=EventKind.CONVERSATION_REOPENED)
    assert (reopened.actor, reopened.data) == (None, {"unsent": closing_reply.pk})


def test_a_conversation_that_its_contact_reopened_is_not_reopened_again(
    workspace, conversation, closing_reply, monkeypatch
):
    with scope(workspace):
        receive_message(conversation.channel, factories.incoming("ada", "More"))

    fail(workspace, closing_reply, monkeypatch)

    assert status_events(workspace, conversation) == [
        "conversation.closed",
        "conversation.reopened",
    ]


def test_a_closing_that_came_later_stands(
    workspace, conversation, operator, closing_reply, monkeypatch
):
    with scope(workspace):
        reopen_conversation(conversation, actor=operator)
        close_conversation(conversation, actor=operator)

    fail(workspace, closing_reply, monkeypatch)

    assert reload(workspace, conversation).is_closed
