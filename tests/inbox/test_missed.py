"""What a screen has missed is told in pages."""

import re

import pytest

from accounts.tenancy import scope
from inbox.actions.messaging import add_note

HTMX = {"HX-Request": "true"}


@pytest.fixture
def home(workspace):
    return f"/{workspace.slug}/inbox/"


def test_what_was_missed_comes_in_pages(
    operator_client, workspace, conversation, operator, home, monkeypatch
):
    monkeypatch.setattr("inbox.timeline.MISSED", 3)
    with scope(workspace):
        for n in range(5):
            add_note(conversation, text=f"Note {n}", actor=operator)
    url, after, pages = f"{home}{conversation.number}/timeline/?after=", 0, []

    while after < 7:
        page = operator_client.get(f"{url}{after}", headers=HTMX).content.decode()
        until = int(re.search(r'id="until" value="(\d+)"', page)[1])
        pages.append((until, re.findall(r"Note \d|Hello", page)))
        assert (after < until, 'id="head"' in page) == (True, True)
        after = until

    assert [until for until, _ in pages] == [3, 6, 7]
    written = [words for _, words in pages]
    assert written == [["Hello", "Note 0"], ["Note 1", "Note 2", "Note 3"], ["Note 4"]]
