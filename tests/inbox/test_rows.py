"""Rows of lists are drawn once for all who see the same, and anew as soon as anything differs."""

from datetime import timedelta
from operator import attrgetter

import pytest
from django.utils import timezone, translation

from accounts.tenancy import scope
from inbox import rows
from inbox.enums import Priority, Status
from inbox.models import Conversation, ConversationTag
from tests.factories import make_tag

# What may change in a row without anything else, and to what.
CHANGES = {
    "subject": "Where is it?",
    "status": Status.SNOOZED,
    "priority": Priority.URGENT,
    "last_activity_at": timedelta(hours=-3),
    "waiting_since": timedelta(hours=-2),
    "due_at": timedelta(hours=2),
    "preview": "Something else",
    "preview_kind": "note",
    "preview_photos": 2,
    "last_seq": 99,
    "readers": [99],
    "channel.kind": "email",
    "channel.name": "Elsewhere",
    "contact.name": "Somebody else",
    "assignee.user.name": "Another one",
    "assignee.user.photo": "another.webp",
}


@pytest.fixture
def listed(workspace, operator, conversation):
    """Fetch the conversation as a list does; every call gives a copy of its own."""

    def fetch():
        with scope(workspace):
            [found] = rows.fetched(Conversation.objects.for_list())
            return found

    with scope(workspace):
        now = timezone.now()
        dues = {"due_at": now + timedelta(hours=1), "due_from": now}
        Conversation.objects.update(assignee=operator, snoozed_until=None, **dues)
    rows._kept.clear()
    return fetch


def draw(workspace, conversation, viewer=0):
    with scope(workspace):
        [drawn] = rows.drawn([conversation], viewer)
        return drawn


@pytest.mark.parametrize("name", CHANGES)
def test_a_row_is_drawn_anew_when_something_in_it_changes(workspace, listed, name):
    before = draw(workspace, listed())
    conversation, value = listed(), CHANGES[name]
    *path, field = name.split(".")
    owner = attrgetter(".".join(path))(conversation) if path else conversation
    setattr(owner, field, timezone.now() + value if isinstance(value, timedelta) else value)
    if name == "status":
        conversation.snoozed_until = timezone.now() + timedelta(days=1)

    after = draw(workspace, conversation)

    assert after != before
    with scope(workspace):
        assert after == rows._draw(conversation, is_unread=conversation.is_unread_by(0))


def test_tags_readers_and_languages_have_rows_of_their_own(workspace, operator, listed):
    plain = draw(workspace, listed())
    with scope(workspace):
        ConversationTag.objects.create(conversation=listed(), tag=make_tag(workspace, "gold"))
    tagged = draw(workspace, listed())
    assert "gold" in tagged
    assert "gold" not in plain
    read = listed()
    read.readers = [operator.pk]
    assert "is-unread" not in draw(workspace, read, operator.pk)
    assert "is-unread" in draw(workspace, read, operator.pk + 1)
    with translation.override("ru"):
        assert "Выбрать" in draw(workspace, listed())


def test_the_same_row_is_drawn_once_and_few_are_kept(workspace, listed, monkeypatch):
    drawn = []

    def draw_it(conversation, is_unread):
        drawn.append(conversation)
        return "row"

    monkeypatch.setattr(rows, "_draw", draw_it)
    monkeypatch.setattr(rows, "MOST_KEPT", 2)
    for seq in (1, 1, 2, 3, 3):
        conversation = listed()
        conversation.last_seq = seq
        draw(workspace, conversation)
    assert [one.last_seq for one in drawn] == [1, 2, 3]
    assert len(rows._kept) == 1


def test_rows_fetch_no_secrets(workspace, listed):
    conversation = listed()
    assert "secrets" in conversation.channel.get_deferred_fields()
    assert "answers" in conversation.get_deferred_fields()


def test_every_field_that_is_shown_can_change_the_row():
    same = {"id", "number", "due_from", "incoming_seq", "snoozed_until", "contact__id"}
    assert set(rows.SHOWN) - same - {"contact__email"} == {
        name.replace(".", "__") for name in CHANGES if not name.startswith("assignee")
    }
