"""A visitor's doors: what they answer, and whom they refuse."""

from uuid import UUID, uuid4

import pytest

from accounts.tenancy import scope
from inbox.actions.lifecycle import close_conversation
from inbox.actions.messaging import add_note, send_message
from inbox.enums import MessageState
from inbox.models import Contact, Conversation, Delivery, Message
from inbox.tasks import deliver
from tests import factories
from tests.support.visitors import Visitor


@pytest.fixture
def visitor(channel):
    return Visitor(channel)


def counted(workspace):
    with scope(workspace):
        return [model.objects.count() for model in (Contact, Conversation, Message, Delivery)]


def reply(workspace, text, actor):
    with scope(workspace):
        message = send_message(Conversation.objects.get(), text=text, actor=actor)
    deliver(workspace, message.pk)


def test_looking_leaves_no_trace(workspace, visitor):
    nothing = {"conversation": None, "status": None, "seq": 0, "read_seq": 0, "rating": ""}

    assert visitor.history() == nothing | {"online": False, "messages": []}
    assert counted(workspace) == [0, 0, 0, 0]


def test_saying_something_opens_a_conversation(workspace, visitor):
    client_id = uuid4()

    response = visitor.say(
        "Hello", client_id, page={"url": "https://acme.test/bikes", "title": "Bikes"}
    )

    said = response.json()
    assert response.status_code == 201
    assert said == {
        "seq": 1,
        "client_id": str(client_id),
        "kind": "incoming",
        "text": "Hello",
        "at": said["at"],
        "attachments": [],
    }
    assert counted(workspace) == [1, 1, 1, 1]


def test_where_the_visitor_wrote_from_is_shown_on_the_contact(workspace, visitor, settle):
    visitor.say(page={"url": "https://acme.test/bikes", "title": "Bikes"})
    settle(workspace)
    visitor.say(page={"url": "javascript:alert(1)", "title": "Evil"})
    settle(workspace)

    with scope(workspace):
        contact = Contact.objects.get()
    assert (contact.page_url, contact.page_title) == ("https://acme.test/bikes", "Bikes")


def test_the_same_words_again_are_answered_and_not_stored(workspace, visitor):
    client_id = uuid4()

    answers = [visitor.say("Hello", client_id) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert counted(workspace) == [1, 1, 1, 1]


def test_history_is_the_visitors_own_and_holds_no_notes(workspace, channel, visitor, operator):
    visitor.say("Hello")
    with scope(workspace):
        add_note(Conversation.objects.get(), text="Rude", actor=operator)
    reply(workspace, "Hi Ada", operator)
    other = Visitor(channel)
    other_said = other.say("Me too")

    history = visitor.history()

    assert [(said["seq"], said["text"]) for said in history["messages"]] == [
        (1, "Hello"),
        (2, "Hi Ada"),
    ]
    assert history["messages"][1]["author"] == {
        "name": "Olga",
        "initials": "OI",
        "hue": operator.user.hue,
        "photo": "",
    }
    assert (history["status"], history["seq"]) == ("open", 2)
    assert visitor.history(after=1)["messages"] == history["messages"][1:]
    assert other.history()["messages"] == [other_said.json()]


def test_a_reply_is_out_of_sight_until_it_is_sent(workspace, visitor, operator):
    visitor.say()
    with scope(workspace):
        send_message(Conversation.objects.get(), text="Soon", actor=operator)

    assert len(visitor.history()["messages"]) == 1


def test_writing_to_a_closed_conversation_reopens_it(workspace, visitor, operator):
    visitor.say()
    with scope(workspace):
        close_conversation(Conversation.objects.get(), actor=operator)
    assert visitor.history()["status"] == "closed"

    visitor.say("Wait")

    assert visitor.history()["status"] == "open"
    assert counted(workspace)[1] == 1


def test_reading_marks_what_was_sent(workspace, visitor, operator):
    visitor.say()
    reply(workspace, "Hi", operator)

    assert visitor.ask("POST", "read/", {"seq": 2}).status_code == 204

    with scope(workspace):
        assert Message.objects.get(kind="outgoing").state == MessageState.READ


@pytest.mark.parametrize(
    "header", ["", "Visitor", "Visitor short", f"Bearer {'a' * 43}", f"Visitor {'a' * 44}"]
)
def test_a_token_that_is_none_is_refused(workspace, visitor, header):
    for method, door in (("GET", "conversation/"), ("POST", "messages/"), ("POST", "read/")):
        response = visitor.ask(method, door, Authorization=header)
        assert (response.status_code, response.json()["code"]) == (401, "bad_token")
    assert counted(workspace) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"client_id": "1", "text": "Hi"},
        {"client_id": str(UUID(int=1)), "text": ""},
        {"client_id": str(UUID(int=1)), "text": " \n "},
        {"client_id": str(UUID(int=1)), "text": "x" * 10_001},
        {"client_id": str(UUID(int=1)), "text": ["Hi"]},
        {"client_id": str(UUID(int=1)), "text": "Hi\x00"},
        {"client_id": str(UUID(int=1)), "text": "Hi", "page": "here"},
        b"",
        b"nonsense",
        b"[]",
        b"[" * 60_000,
        b"[" + b" " * 70_000,
        b'{"client_id": "\\ud800", "text": "\\ud800"}',
        b"\xff",
    ],
)
def test_malformed_words_are_refused_in_a_sentence(workspace, visitor, body):
    response = visitor.ask("POST", "messages/", body)

    refusal = (response.status_code, response.json()["code"])
    assert refusal == ((413, "too_large") if len(body) > 65_536 else (400, "malformed"))
    assert response.json()["detail"]
    assert counted(workspace) == [0, 0, 0, 0]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_forms_simple_request_is_refused(workspace, visitor, content_type):
    body = {"client_id": str(uuid4()), "text": "Hi"}

    assert visitor.ask("POST", "messages/", body, content_type=content_type).status_code == 415
    assert counted(workspace) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "null", "http://testserver.evil.test", "http://["]
)
def test_another_origin_is_refused(workspace, visitor, origin):
    body = {"client_id": str(uuid4()), "text": "Hi"}

    response = visitor.ask("POST", "messages/", body, Origin=origin)

    assert (response.status_code, response.json()["code"]) == (403, "wrong_origin")
    assert "Access-Control-Allow-Origin" not in response
    assert counted(workspace) == [0, 0, 0, 0]


def test_an_unknown_or_disabled_channel_is_not_found(workspace, channel, visitor):
    with scope(workspace):
        channel.enabled = False
        channel.save(update_fields=["enabled"])
    nowhere = Visitor(type("Channel", (), {"key": "nowhere"}))

    for someone in (visitor, nowhere):
        response = someone.say()
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
        assert someone.ask("GET", "").status_code == 404


@pytest.mark.parametrize("key", ["%00", "%ED%A0%80", "k" * 44, "%"])
def test_a_key_that_is_none_is_not_found(client, db, key):
    assert client.get(f"/widget/{key}/").status_code == 404


def test_a_page_whose_address_is_none_holds_up_no_words(workspace, visitor):
    assert visitor.say(page={"url": "http://[", "title": "Odd"}).status_code == 201


def test_a_token_opens_nothing_in_another_channel(workspace, visitor):
    visitor.say()
    elsewhere = Visitor(factories.make_channel(workspace), visitor.token)

    assert elsewhere.history()["messages"] == []


def test_too_much_is_held_up(workspace, visitor):
    answers = [visitor.say() for _ in range(31)]

    assert [answer.status_code for answer in answers[-2:]] == [201, 429]
    assert answers[-1].json()["code"] == "too_many"
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert counted(workspace)[2] == 30


def test_one_address_opens_only_so_many_conversations(workspace, channel, visitor, limit):
    limit("conversation", 2)
    answers = [visitor.say(), visitor.say(), Visitor(channel).say(), Visitor(channel).say()]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert counted(workspace) == [2, 2, 3, 3]


def test_no_token_is_kept_anywhere(workspace, visitor, redis):
    visitor.say()

    with redis.client() as client:
        keys = b" ".join(client.keys())
    assert b"limit:visitor:" in keys
    assert visitor.token.encode() not in keys


def test_trouble_inside_keeps_the_words_and_asks_for_patience(workspace, visitor, monkeypatch):
    client_id = uuid4()

    def stumble(*_):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("inbox.actions.delivery.receive_message", stumble)
        response = visitor.say("Hello", client_id)
    assert (response.status_code, response.json()["code"]) == (503, "delayed")
    assert counted(workspace) == [0, 0, 0, 1]

    assert visitor.say("Hello", client_id).json()["text"] == "Hello"
    assert counted(workspace) == [1, 1, 1, 1]


def test_query_counts_of_a_visitors_doors(workspace, visitor, operator, django_assert_num_queries):
    visitor.say()
    reply(workspace, "Hi", operator)
    # the channel's workspace; BEGIN; workspace and setting, channel, session; conversation and
    # messages; COMMIT
    with django_assert_num_queries(8):
        visitor.history()
    # the same five; which conversation; a savepoint, made and released; handle, known message,
    # conversation found, locked, read; tags; conversation, message, event, follow-ups; replies for
    # later; delivery; COMMIT
    with django_assert_num_queries(21):
        visitor.say()
    # no conversation yet: a savepoint for contact and handle, and the two; number; what was found,
    # locked, read and held back is not
    with django_assert_num_queries(22):
        Visitor(visitor.channel).say()
