"""Colleagues whom a note calls by name are recorded with it."""

import re

import pytest

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.messaging import add_note
from inbox.enums import EventKind
from tests import factories


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Ann Lee, look", ["Ann Lee"]),
        ("(@Bo) and @bo Park.", ["Bo Park"]),
        ("@Ann, whichever", []),
        ("@Ann Leeward, who is nobody", []),
        ("mail@Bo and @Boris", []),
        ("@Ann Lee @Ann Poe @Gone Away", ["Ann Lee", "Ann Poe"]),
        ("No one", []),
    ],
)
def test_a_note_records_whom_it_calls(workspace, conversation, operator, text, called):
    names = ("Ann Lee", "Ann Poe", "Bo Park", "Gone Away")
    people = {name: factories.make_membership(workspace, name=name) for name in names}
    with scope(workspace):
        people["Gone Away"].is_active = False
        people["Gone Away"].save(update_fields=["is_active"])

        add_note(conversation, text=text, actor=operator)

        event = Event.objects.get(kind=EventKind.NOTE_ADDED)
    assert event.data.get("mentions", []) == [people[name].pk for name in called]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@Ann Lee, look", ["@Ann Lee"]),
        ("(@bo) and @Nobody", ["@bo"]),
        ("https://example.com/@Bo and me@Bo", []),
        ("@Bo<script>", ["@Bo"]),
    ],
)
def test_names_stand_out_in_a_note(operator_client, workspace, conversation, operator, text, shown):
    for name in ("Ann Lee", "Ann Poe", "Bo Park"):
        factories.make_membership(workspace, name=name)
    with scope(workspace):
        add_note(conversation, text=text, actor=operator)

    page = operator_client.get(f"/{workspace.slug}/inbox/{conversation.number}/").content.decode()

    assert re.findall(r'<b class="mention">(.*?)</b>', page) == shown
    assert "<script>" not in page.partition('class="note__text"')[2].partition("</div>")[0]
