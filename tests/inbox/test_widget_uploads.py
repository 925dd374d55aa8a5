"""Files of visitors: given at their doors, sent with their words, and nobody else's."""

from uuid import uuid4

import pytest
from django.test import Client

from accounts.tenancy import scope
from inbox.actions.messaging import add_note, send_message
from inbox.models import Attachment, Conversation, Delivery, Message
from inbox.tasks import deliver
from tests import factories
from tests.support.pictures import picture
from tests.support.visitors import Visitor


@pytest.fixture
def visitor(channel):
    return Visitor(channel)


def give(visitor, body=b"words", name="a.txt", public_id=None):
    door = f"attachments/{public_id or uuid4()}/?name={name}"
    return visitor.ask("PUT", door, body, content_type="application/octet-stream")


def counted(workspace):
    with scope(workspace):
        return [model.objects.count() for model in (Message, Delivery)]


def test_a_visitors_file_reaches_the_operator(workspace, visitor, operator_client):
    given = give(visitor, picture(), "my%20bike.png")
    said = visitor.say("", attachments=[given.json()["id"]])

    assert (given.status_code, said.status_code) == (201, 201)
    [file] = said.json()["attachments"]
    assert file == given.json() | {"url": file["url"], "thumbnail_url": None}
    assert file["name"] == "my bike.png"
    assert b"".join(Client().get(file["url"])) == picture()
    with scope(workspace):
        assert Conversation.objects.get().in_short == "Photo"
    page = operator_client.get(f"/{workspace.slug}/inbox/1/").content.decode()
    assert f"/{workspace.slug}/inbox/1/attachments/{file['id']}/" in page
    assert visitor.history()["messages"] == [said.json()]


def test_an_operators_file_reaches_the_visitor(workspace, channel, operator):
    visitor = Visitor(channel)
    visitor.say("Hello")
    with scope(workspace):
        conversation = Conversation.objects.get()
    [sent, kept] = [factories.make_upload(conversation, operator) for _ in range(2)]
    with scope(workspace):
        add_note(conversation, text="", actor=operator, attachments=[kept.public_id])
        message = send_message(conversation, text="", actor=operator, attachments=[sent.public_id])
    deliver(workspace, message.pk)

    history = visitor.history()

    assert [len(said["attachments"]) for said in history["messages"]] == [0, 1]
    assert history["messages"][1]["attachments"][0]["id"] == str(sent.public_id)


def test_the_same_upload_and_the_same_words_again_change_nothing(workspace, visitor):
    public_id, client_id = uuid4(), uuid4()

    uploads = [give(visitor, public_id=public_id) for _ in range(3)]
    words = [visitor.say("", client_id, attachments=[str(public_id)]) for _ in range(3)]

    assert [answer.status_code for answer in uploads] == [201, 200, 200]
    assert [answer.status_code for answer in words] == [201, 200, 200]
    assert uploads[0].json() == uploads[2].json()
    assert words[0].json() == words[2].json()
    with scope(workspace):
        assert Attachment.objects.count() == 1


def test_a_message_carries_only_what_its_visitor_has_given(workspace, channel, visitor, operator):
    mine = give(visitor).json()["id"]
    theirs = give(Visitor(channel)).json()["id"]
    visitor.say("Hello")
    with scope(workspace):
        conversation = Conversation.objects.get()
    operators = str(factories.make_upload(conversation, operator).public_id)
    sent = give(visitor).json()["id"]
    visitor.say("", attachments=[sent])
    before = counted(workspace)

    for wrong in (theirs, operators, sent, str(uuid4()), mine):
        answer = visitor.say("Look", attachments=[mine, wrong])
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_attachment")

    assert counted(workspace) == before
    assert visitor.say("Look", attachments=[mine]).status_code == 201


def test_nobody_takes_over_the_id_of_anothers_file(channel, visitor):
    public_id = uuid4()
    give(visitor, public_id=public_id)

    answer = give(Visitor(channel), public_id=public_id)

    assert (answer.status_code, answer.json()["code"]) == (409, "attachment_taken")


@pytest.mark.parametrize("files", [None, [], [str(uuid4())] * 11, ["a.txt"], "a.txt"])
def test_words_or_files_have_to_be_said(workspace, visitor, files):
    said = {"client_id": str(uuid4())} | ({} if files is None else {"attachments": files})

    answer = visitor.ask("POST", "messages/", said)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert counted(workspace) == [0, 0]


def test_a_forgotten_file_cannot_be_sent(visitor):
    public_id = give(visitor).json()["id"]

    assert visitor.ask("DELETE", f"attachments/{public_id}/").status_code == 204

    assert visitor.say("", attachments=[public_id]).status_code == 422
    assert give(visitor, public_id=public_id).status_code == 201


def test_uploads_are_counted(visitor, limit):
    limit("visitor-file", 2)

    answers = [give(visitor) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[2]["Retry-After"]) > 0
