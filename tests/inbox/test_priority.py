"""How urgent a conversation is, and whom to treat with care."""

import pytest

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.triage import prioritize_conversation
from inbox.actions.undoing import undo
from inbox.enums import EventKind, Priority
from inbox.models import Conversation


def test_a_priority_is_set_once_and_taken_back(workspace, conversation, operator):
    with scope(workspace):
        urgent = prioritize_conversation(conversation, to=Priority.URGENT, actor=operator)
        event = Event.objects.about(conversation).select_related("actor").latest("seq")
        again = prioritize_conversation(conversation, to=Priority.URGENT, actor=operator)

        assert urgent.priority == again.priority == Priority.URGENT
        assert (event.kind, event.actor) == (EventKind.CONVERSATION_PRIORITIZED, operator)
        assert event.data == {"before": Priority.NORMAL, "priority": Priority.URGENT}
        assert again.last_seq == urgent.last_seq
        back = undo(conversation, seq=event.seq, actor=operator)
    assert back.priority == Priority.NORMAL


@pytest.mark.parametrize("said", ["", "4", "-1", "high", "99999999999999999999"])
def test_a_priority_that_is_none_is_refused(client, workspace, conversation, operator, said):
    client.force_login(operator.user)
    address = f"/{workspace.slug}/inbox/{conversation.number}/priority/"
    answer = client.post(address, {"priority": said}, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    with scope(workspace):
        assert Conversation.objects.get().priority == Priority.NORMAL


def test_somebody_is_a_vip_until_they_are_none(client, workspace, conversation, operator):
    client.force_login(operator.user)
    address = f"/{workspace.slug}/inbox/{conversation.number}/"

    client.post(f"{address}vip/")
    assert b"Mark as VIP" not in client.get(address).content
    client.post(f"{address}vip/", {"undo": "1"})
    assert b"Mark as VIP" in client.get(address).content
