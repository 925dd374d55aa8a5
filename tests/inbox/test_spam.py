"""Spam is in a view of its own, counted nowhere, and taken back from everywhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event, FollowUp
from accounts.tenancy import scope
from inbox import search, sidebar
from inbox.actions.answering import answer_conversation
from inbox.actions.assignment import assign_conversation, move_conversation
from inbox.actions.lifecycle import close_conversation, reopen_conversation, snooze_conversation
from inbox.actions.receiving import receive_message
from inbox.actions.spam import clear_spam, mark_spam
from inbox.actions.undoing import undo
from inbox.enums import MessageState, Status
from inbox.models import Conversation
from inbox.sidebar import View
from tests.factories import incoming, make_conversation, make_membership, make_team


def reread(conversation):
    return Conversation.objects.with_people().get(pk=conversation.pk)


@pytest.fixture
def inside(workspace):
    with scope(workspace):
        yield


@pytest.fixture
def spam(conversation, operator, inside):
    return mark_spam(assign_conversation(conversation, to=operator, actor=None), actor=operator)


def keys_that_list(conversation, member):
    return [
        name
        for name in sidebar.PLAIN
        if View(name).conversations(member).filter(pk=conversation.pk).exists()
    ]


def test_spam_is_in_its_own_view_alone(spam, operator):
    assert (spam.status, spam.waiting_since) == (Status.CLOSED, None)
    assert keys_that_list(spam, operator) == ["spam"]
    assert sidebar.placement_of(reread(spam)) == {"all.spam"}
    assert search.find("ada", operator) == []
    assert search.find(f"#{spam.number}", operator) == [spam]


def test_marking_twice_writes_once(spam, operator):
    before = spam.last_seq

    assert mark_spam(spam, actor=operator).last_seq == before
    assert clear_spam(clear_spam(spam, actor=operator), actor=operator).last_seq == before + 1


def test_what_is_no_spam_comes_back_into_work(spam, operator):
    said = spam.messages.get()

    cleared = clear_spam(spam, actor=operator)

    assert (cleared.status, cleared.waiting_since) == (Status.OPEN, said.created_at)
    assert keys_that_list(spam, operator) == ["mine", "open"]


def test_reopening_says_that_it_is_none(spam, operator):
    assert reopen_conversation(spam, actor=operator).is_spam is False


@pytest.mark.parametrize("status", list(Status))
def test_undo_puts_it_back_as_it_was(conversation, operator, inside, status):
    if status == Status.CLOSED:
        close_conversation(conversation, actor=None)
    elif status == Status.SNOOZED:
        later = timezone.now() + timedelta(hours=1)
        snooze_conversation(conversation, until=later, actor=None)
    before = reread(conversation)
    marked = mark_spam(conversation, actor=operator)

    after = undo(marked, seq=marked.last_seq, actor=operator)

    facts = ("status", "is_spam", "waiting_since", "snoozed_until")
    assert [getattr(after, name) for name in facts] == [getattr(before, name) for name in facts]
    again = undo(after, seq=after.last_seq, actor=operator) if status != Status.SNOOZED else None
    assert again is None or again.is_spam


def test_undo_where_a_reply_was_meant_for_later(conversation, operator, inside):
    later = timezone.now() + timedelta(hours=1)
    reply = answer_conversation(conversation, text="Later", actor=operator, send_at=later)
    marked = mark_spam(conversation, actor=operator)
    reply.refresh_from_db()
    assert reply.state == MessageState.HELD

    assert not undo(marked, seq=marked.last_seq, actor=operator).is_spam


def test_who_writes_on_in_spam_is_kept_and_told_nobody(workspace, spam, channel):
    FollowUp.objects.all().delete()

    message = receive_message(channel, incoming("ada", "Buy now"))

    after = reread(spam)
    assert message.conversation_id == spam.pk
    assert (after.is_spam, after.status, after.waiting_since) == (True, Status.CLOSED, None)
    assert FollowUp.objects.count() == 0


def test_the_page_lists_spam_and_offers_the_way_back(operator_client, conversation, workspace):
    base = f"/{workspace.slug}/inbox/"
    marked = operator_client.post(
        f"{base}{conversation.number}/spam/", headers={"HX-Request": "true"}
    )

    assert "Marked as spam." in marked.content.decode()
    assert "Not spam" in marked.content.decode()
    assert f"row-{conversation.number}" in operator_client.get(f"{base}?view=spam").content.decode()
    assert (
        f"row-{conversation.number}"
        not in operator_client.get(f"{base}?view=closed").content.decode()
    )
    assert operator_client.get(f"{base}counts/").json()["open"] == 0
    operator_client.delete(f"{base}{conversation.number}/spam/")
    assert operator_client.get(f"{base}counts/").json()["open"] == 1


def test_several_are_marked_and_taken_back_at_once(operator_client, channel, workspace, operator):
    numbers = [make_conversation(channel).number for _ in range(3)]
    url = f"/{workspace.slug}/inbox/several/"
    fragment = {"HX-Request": "true"}

    marked = operator_client.post(f"{url}spam/", {"number": numbers}, headers=fragment).json()
    with scope(workspace):
        assert Conversation.objects.filter(is_spam=True).count() == 3
        assert Event.objects.filter(kind="conversation.spam_marked", actor=operator).count() == 3
    assert marked["said"] == "Moved 3 conversations."
    operator_client.post(f"{url}undo/", {"event": marked["undo"]}, headers=fragment)
    with scope(workspace):
        assert Conversation.objects.filter(is_spam=True).count() == 0


def test_limited_people_see_the_spam_of_their_teams(conversation, spam, workspace):
    team, other = make_team(workspace), make_team(workspace)
    member, stranger = [
        make_membership(workspace, teams=[one], limited=True) for one in (team, other)
    ]
    move_conversation(spam, to=team, actor=None)

    assert keys_that_list(spam, member) == ["spam"]
    assert keys_that_list(spam, stranger) == []
    assert sidebar.placement_of(reread(spam)) == {"all.spam", f"t{team.pk}.spam"}
