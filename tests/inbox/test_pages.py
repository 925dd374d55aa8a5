"""The operator's pages: what they show, what they cost, whom they refuse."""

import re
from uuid import uuid4

import pytest

from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation
from inbox.actions.messaging import add_note, send_message
from inbox.actions.outgoing import claim_message, record_failure
from inbox.actions.triage import tag_conversation
from inbox.enums import MessageState
from inbox.models import Conversation, Message
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def home(workspace):
    return f"/{workspace.slug}/inbox/"


def furnish(workspace, channel, operator, count):
    """Make conversations that have everything a row and a thread can show."""
    for n in range(count):
        conversation = factories.make_conversation(channel, f"visitor-{n}")
        with scope(workspace):
            assign_conversation(conversation, to=operator, actor=operator)
            tag_conversation(conversation, name=f"tag {n}", actor=operator)
            add_note(conversation, text="Careful", actor=operator)
            send_message(conversation, text="Hi", actor=operator)
    return conversation


def numbers_in(page):
    return [int(n) for n in re.findall(rb'id="row-(\d+)"', page.content)]


# What pages cost: the same, however much they show


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts_do_not_grow(
    operator_client, workspace, channel, operator, home, count, django_assert_num_queries
):
    conversation = furnish(workspace, channel, operator, count)
    page = f"{home}{conversation.number}/"
    operator_client.get(home)  # the session's CSRF secret is written once

    # session and person; BEGIN, workspace and setting, membership; conversations;
    # channels, teams, tags, all counters, workspaces (2), is there any conversation, members; COMMIT
    with django_assert_num_queries(15):
        index = operator_client.get(home)
    assert len(numbers_in(index)) == count
    # the same five; conversations; COMMIT
    with django_assert_num_queries(7):
        operator_client.get(home, headers=HTMX)
    # … the conversation and its tags, events, messages, what is new, members, earlier ones, drafts, files,
    # promises
    with django_assert_num_queries(24):
        operator_client.get(page)
    with django_assert_num_queries(16):
        operator_client.get(page, headers=HTMX)
    # the five; conversation, its tags; events, messages; COMMIT
    with django_assert_num_queries(10):
        operator_client.get(f"{page}timeline/?after=1", headers=HTMX)
    with django_assert_num_queries(10):
        operator_client.get(f"{page}timeline/?before=5", headers=HTMX)
    with django_assert_num_queries(10):
        operator_client.get(f"{page}card/", headers=HTMX)
    # the five; all counters in one; COMMIT
    with django_assert_num_queries(7):
        operator_client.get(f"{home}counts/")


# Lists


def test_the_list_goes_on_where_it_ended(operator_client, workspace, channel, home, monkeypatch):
    monkeypatch.setattr("inbox.views.conversations.PAGE", 2)
    made = [factories.make_conversation(channel).number for _ in range(5)]

    seen, query = [], ""
    while True:
        page = operator_client.get(f"{home}?view=open{query}", headers=HTMX)
        seen += numbers_in(page)
        more = re.search(rb"before=([^\"&]+)", page.content)
        if more is None:
            break
        query = f"&before={more[1].decode()}"

    assert seen == made[::-1]


@pytest.mark.parametrize(
    "query",
    [
        "view=everything",
        "view=%25",
        "view=team-x",
        "view=open&before=x",
        "view=open&before=2026-01-01_1",
        "view=open&before=2026-13-01T00:00:00Z_1",
        "view=open&before=2026-01-01T00:00:00Z_x",
        "view=open&before=0001-01-01T00:00:00%2B23:00_1",
        "view=open&before=9999-12-31T23:59:59-23:00_1",
    ],
)
def test_lists_that_are_none_are_not_found(operator_client, home, query):
    assert operator_client.get(f"{home}?{query}").status_code == 404


def test_counts_cover_every_view(operator_client, workspace, channel, operator, home):
    furnish(workspace, channel, operator, 2)
    factories.make_conversation(channel)

    counts = operator_client.get(f"{home}counts/").json()

    tags = {view: n for view, n in counts.items() if view.startswith("tag-")}
    assert counts == tags | {
        "mine": 2,
        "unassigned": 1,
        "open": 3,
        "snoozed": 0,
        f"channel-{channel.pk}": 3,
    }
    assert list(tags.values()) == [1, 1]


def test_counters_are_capped(operator_client, workspace, channel, home, monkeypatch):
    monkeypatch.setattr("inbox.sidebar.CAP", 3)
    for _ in range(5):
        factories.make_conversation(channel)

    assert operator_client.get(f"{home}counts/").json()["open"] == 3


# Conversations


def test_a_long_conversation_opens_at_its_end(
    operator_client, workspace, conversation, operator, home, monkeypatch
):
    monkeypatch.setattr("inbox.timeline.PAGE", 3)
    with scope(workspace):
        for n in range(5):
            add_note(conversation, text=f"Note {n}", actor=operator)
    page = f"{home}{conversation.number}/"

    opened = operator_client.get(page).content.decode()
    earlier = operator_client.get(f"{page}timeline/?before=5", headers=HTMX).content.decode()

    assert [n for n in range(5) if f"Note {n}" in opened] == [2, 3, 4]
    assert [n for n in range(5) if f"Note {n}" in earlier] == [0, 1]


def test_words_are_shown_as_words(operator_client, workspace, channel, operator, home):
    evil = '<img src=x onerror="alert(1)">'
    conversation = factories.make_conversation(channel, evil, evil)
    with scope(workspace):
        tag_conversation(conversation, name=evil, actor=operator)
        message = send_message(conversation, text=evil, actor=operator)
        record_failure(claim_message(message.pk), reason=evil)

    page = operator_client.get(f"{home}{conversation.number}/").content.decode().lower()

    assert "<img src=x" not in page
    assert page.count("&lt;img") >= 5


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "99999999999", "٣"])
def test_places_in_a_timeline_that_are_none_are_not_found(
    operator_client, conversation, home, after
):
    url = f"{home}{conversation.number}/timeline/?after={after}"

    assert operator_client.get(url).status_code == 404


# Writing


def test_a_plain_form_works_without_script(operator_client, workspace, conversation, home):
    page = f"{home}{conversation.number}/"
    for address, said in (
        ("messages/", {"text": "Hi"}),
        ("notes/", {"text": "Careful"}),
        ("assignment/", {}),
        ("snooze/", {"until": "tomorrow"}),
        ("snooze/", {"undo": "1"}),
        ("closure/", {}),
        ("closure/", {"undo": "1"}),
        ("assignment/", {"undo": "1"}),
        ("tags/", {"name": "vip"}),
    ):
        response = operator_client.post(page + address, said)
        assert (address, response.status_code, response["Location"]) == (address, 302, page)

    with scope(workspace):
        conversation = Conversation.objects.get()
        assert (conversation.status, conversation.assignee) == ("open", None)
        assert [message.kind for message in Message.objects.order_by("seq")] == [
            "incoming",
            "outgoing",
            "note",
        ]


def test_a_script_gets_the_head_anew(operator_client, workspace, conversation, home):
    page = f"{home}{conversation.number}/"

    closed = operator_client.post(f"{page}closure/", headers=HTMX)
    opened = operator_client.delete(f"{page}closure/", headers=HTMX)

    assert (closed.status_code, opened.status_code) == (200, 200)
    assert ("Reopen" in closed.content.decode(), "Reopen" in opened.content.decode()) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("address", "said", "status"),
    [
        ("messages/", {"text": " "}, 422),
        ("messages/", {"text": "x" * 10_001}, 422),
        ("messages/", {"text": "Hi", "client_id": "1"}, 422),
        ("notes/", {}, 422),
        ("snooze/", {"until": "yesterday"}, 422),
        ("snooze/", {"until": "2001-01-01T00:00:00Z"}, 422),
        ("snooze/", {}, 422),
        ("closure/", {"undo": "1"}, 409),
        ("tags/", {"name": ""}, 422),
        ("assignment/", {"assignee": "0"}, 404),
        ("assignment/", {"assignee": "x"}, 404),
        ("tags/999999/", {}, 404),
        ("messages/999999/retry/", {}, 404),
    ],
)
def test_refusals_are_a_sentence_and_change_nothing(
    operator_client, workspace, conversation, home, address, said, status
):
    response = operator_client.post(f"{home}{conversation.number}/{address}", said, headers=HTMX)

    assert response.status_code == status
    if status != 404:
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response.content.decode().endswith(".")
    with scope(workspace):
        again = Conversation.objects.get()
        assert (again.last_seq, again.status) == (conversation.last_seq, "open")


def test_a_message_sent_twice_is_written_once(operator_client, workspace, conversation, home):
    said = {"text": "Hi", "client_id": str(uuid4())}
    for _ in range(2):
        url = f"{home}{conversation.number}/messages/"
        assert operator_client.post(url, said, headers=HTMX).status_code == 200

    with scope(workspace):
        assert Message.objects.filter(kind="outgoing").count() == 1


def test_a_failed_message_is_sent_again(operator_client, workspace, conversation, operator, home):
    with scope(workspace):
        message = send_message(conversation, text="Hi", actor=operator)
        record_failure(claim_message(message.pk), reason="No such person")
    url = f"{home}{conversation.number}/messages/{message.pk}/retry/"

    assert operator_client.post(url, headers=HTMX).status_code == 204
    assert operator_client.post(url, headers=HTMX).status_code == 409

    with scope(workspace):
        message.refresh_from_db()
    assert message.state == MessageState.QUEUED


def test_assigning_to_somebody_elsewhere_is_not_found(
    operator_client, workspace, conversation, stranger, home
):
    url = f"{home}{conversation.number}/assignment/"

    assert operator_client.post(url, {"assignee": stranger.pk}).status_code == 404
    with scope(workspace):
        assert Conversation.objects.get().assignee is None
