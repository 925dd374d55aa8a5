"""A visitor's several conversations, and what they think of the help they got."""

from uuid import uuid4

import pytest
from django.template.loader import render_to_string

from accounts.models import Event, Letter
from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation
from inbox.actions.lifecycle import close_conversation, reopen_conversation
from inbox.actions.messaging import add_note, send_message
from inbox.enums import EventKind
from inbox.models import Contact, Conversation
from inbox.tasks import deliver
from inbox.transcript_mail import write_transcript
from tests.support.visitors import Visitor


@pytest.fixture
def visitor(channel):
    return Visitor(channel)


def home_of(visitor):
    return visitor.ask("GET", "home/").json()


def close(workspace, operator, number=1):
    with scope(workspace):
        close_conversation(Conversation.objects.get(number=number), actor=operator)


def rate(visitor, value="excellent", **fields):
    return visitor.ask("POST", "rating/", {"value": value} | fields)


def events_of_rating(workspace):
    with scope(workspace):
        return list(Event.objects.filter(kind=EventKind.CONVERSATION_RATED))


def test_a_new_conversation_opens_under_the_name_the_visitor_chose(workspace, visitor, operator):
    visitor.say("First")
    name, client_id = str(uuid4()), uuid4()

    answers = [visitor.say("Second", client_id, conversation=name) for _ in range(2)]
    visitor.say("And more", conversation=name)

    assert [one.status_code for one in answers] == [201, 200]
    history = visitor.ask("GET", f"conversation/?conversation={name}").json()
    assert [said["text"] for said in history["messages"]] == ["Second", "And more"]
    assert history["conversation"] == name
    with scope(workspace):
        assert Conversation.objects.count() == 2
        assert Contact.objects.count() == 1


def test_an_old_conversation_goes_on(workspace, visitor):
    visitor.say("First")
    first = visitor.history()["conversation"]
    visitor.say("Second", conversation=str(uuid4()))

    visitor.say("Still about the first", conversation=first)

    history = visitor.ask("GET", f"conversation/?conversation={first}").json()
    assert [said["text"] for said in history["messages"]] == ["First", "Still about the first"]


def test_home_lists_the_visitors_own_with_what_is_new(workspace, channel, visitor, operator):
    visitor.say("First")
    name = str(uuid4())
    visitor.say("Second", conversation=name)
    Visitor(channel).say("Somebody else's")
    with scope(workspace):
        message = send_message(Conversation.objects.get(number=1), text="Hi", actor=operator)
    deliver(workspace, message.pk)

    listed = home_of(visitor)["conversations"]

    assert [(one["last"]["text"], one["unseen"], one["status"]) for one in listed] == [
        ("Hi", 1, "open"),
        ("Second", 0, "open"),
    ]
    assert listed[1]["conversation"] == name


def test_home_costs_the_same_for_one_conversation_and_for_three(visitor, django_assert_num_queries):
    visitor.say()
    for _ in range(2):
        # the channel's workspace; BEGIN; workspace and setting, channel, session; the contact;
        # conversations, their last messages; working hours; COMMIT
        with django_assert_num_queries(10):
            home_of(visitor)
        visitor.say(conversation=str(uuid4()))
        visitor.say(conversation=str(uuid4()))


def test_nobody_reads_or_writes_in_anothers_conversation(workspace, channel, visitor, operator):
    visitor.say("Private")
    name = visitor.history()["conversation"]
    close(workspace, operator)
    other = Visitor(channel)

    assert other.ask("GET", f"conversation/?conversation={name}").json()["messages"] == []
    assert other.say("Mine now", conversation=name).status_code == 404
    assert rate(other, conversation=name).status_code == 404
    assert other.ask("POST", "read/", {"seq": 1, "conversation": name}).status_code == 204
    assert home_of(other)["conversations"] == []
    with scope(workspace):
        assert Conversation.objects.get().rating == ""
    assert len(visitor.history()["messages"]) == 1


def test_a_closed_conversation_is_rated_once(workspace, visitor, operator):
    visitor.say()
    with scope(workspace):
        assign_conversation(Conversation.objects.get(), to=operator, actor=operator)
    assert rate(visitor).json()["code"] == "not_closed"
    close(workspace, operator)

    answer = rate(visitor, "bad", comment=" Too slow ")
    again = rate(visitor, "excellent")

    assert (answer.status_code, answer.json()) == (201, {"rating": "bad"})
    assert (again.status_code, again.json()["code"]) == (409, "already_rated")
    (event,) = events_of_rating(workspace)
    with scope(workspace):
        conversation = Conversation.objects.get()
    assert (event.actor, event.data) == (
        None,
        {
            "value": "bad",
            "comment": "Too slow",
            "assignee": operator.pk,
            "team": conversation.team_id,
            "channel": conversation.channel_id,
            "contact": conversation.contact_id,
        },
    )
    assert conversation.rating == "bad"
    assert visitor.history()["rating"] == "bad"


def test_a_copy_goes_to_the_address_once_somebody_has_answered(
    workspace, channel, visitor, operator
):
    visitor.say("Where is it?")
    ask = {"email": "ada@acme.test"}
    assert visitor.ask("POST", "transcript/", ask).status_code == 404
    with scope(workspace):
        add_note(Conversation.objects.get(), text="Rude", actor=operator)
        message = send_message(Conversation.objects.get(), text="On its way", actor=operator)
    deliver(workspace, message.pk)
    name = visitor.history()["conversation"]

    assert visitor.ask("POST", "transcript/", ask).status_code == 204
    assert (
        Visitor(channel).ask("POST", "transcript/", ask | {"conversation": name}).status_code == 404
    )
    assert visitor.ask("POST", "transcript/", {"email": "ada@"}).status_code == 400

    with scope(workspace):
        letter = Letter.objects.get()
        words = write_transcript(letter)
    text = render_to_string(
        f"{words.template}_message.txt", words.context | {"email": "", "home": ""}, using="jinja2"
    )
    assert letter.email == "ada@acme.test"
    assert "Where is it?" in text
    assert "On its way" in text
    assert "Rude" not in text


def test_only_so_many_copies_go_out(workspace, visitor, operator):
    visitor.say()
    with scope(workspace):
        message = send_message(Conversation.objects.get(), text="Hi", actor=operator)
    deliver(workspace, message.pk)

    answers = [
        visitor.ask("POST", "transcript/", {"email": f"a{n}@acme.test"}).status_code
        for n in range(6)
    ]

    assert answers == [204] * 5 + [429]


def test_a_rating_stands_when_the_conversation_goes_on(workspace, visitor, operator):
    visitor.say()
    close(workspace, operator)
    rate(visitor, "good")
    with scope(workspace):
        reopen_conversation(Conversation.objects.get(), actor=operator)
    close(workspace, operator)

    assert rate(visitor, "bad").status_code == 409
    assert len(events_of_rating(workspace)) == 1


@pytest.mark.parametrize(
    "body", [{}, {"value": "superb"}, {"value": "good", "comment": "x" * 2001}]
)
def test_a_rating_that_is_none_is_refused(workspace, visitor, operator, body):
    visitor.say()
    close(workspace, operator)

    response = visitor.ask("POST", "rating/", body)

    assert (response.status_code, response.json()["code"]) == (400, "malformed")
    assert events_of_rating(workspace) == []


def test_operators_see_the_rating_and_why(workspace, visitor, operator, operator_client):
    visitor.say()
    close(workspace, operator)
    rate(visitor, "excellent", comment="<b>Quick</b>")

    page = operator_client.get(f"/{workspace.slug}/inbox/1/").content.decode()

    assert 'data-r="excellent"' in page
    assert "“<bdi>&lt;b&gt;Quick&lt;/b&gt;</bdi>”" in page
