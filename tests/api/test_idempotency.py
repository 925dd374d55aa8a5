"""The same call again is the same answer, and the work is done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, IdempotentAnswer
from accounts.tasks import forget_idempotent_answers
from accounts.tenancy import scope
from inbox.api.v1 import urls
from inbox.models import Message
from tests import factories
from tests.api.conftest import Api

KEY = {"Idempotency-Key": "9f1c"}


@pytest.fixture
def address(conversation):
    return f"conversations/{conversation.number}/messages/"


def outgoing(workspace):
    with scope(workspace):
        return list(Message.objects.exclude(kind="incoming").values_list("text", flat=True))


def test_every_post_may_be_repeated():
    posts = {
        str(pattern.pattern): pattern.callback.view_class.post
        for pattern in urls.urlpatterns
        if hasattr(getattr(pattern.callback, "view_class", None), "post")
    }

    assert {route for route, post in posts.items() if getattr(post, "is_repeatable", False)} == {
        "conversations/",
        "conversations/<int:number>/messages/",
        "conversations/<int:number>/merge/",
        "conversations/<int:number>/notes/",
    }
    assert len(posts) == 4


@pytest.mark.parametrize("thing", ["messages", "notes"])
def test_a_repeated_call_is_answered_the_same(api, workspace, conversation, thing):
    address = f"conversations/{conversation.number}/{thing}/"

    first = api.post(address, {"text": "Hi"}, **KEY)
    again = api.post(address, '{ "text" : "Hi" }', **KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert outgoing(workspace) == ["Hi"]


def test_without_a_key_a_call_is_new(api, workspace, address):
    for _ in range(2):
        api.post(address, {"text": "Hi"})

    assert outgoing(workspace) == ["Hi", "Hi"]


def test_the_key_of_another_call_is_refused(api, workspace, conversation, address):
    api.post(address, {"text": "Hi"}, **KEY)

    other_body = api.post(address, {"text": "Bye"}, **KEY)
    other_address = api.post(f"conversations/{conversation.number}/notes/", {"text": "Hi"}, **KEY)

    for answer in (other_body, other_address):
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_taken")
    assert outgoing(workspace) == ["Hi"]


def test_a_key_is_its_tokens(api, api_of, workspace, operator, address):
    other = api_of(operator)

    for one in (api, other):
        assert one.post(address, {"text": "Hi"}, **KEY).status_code == 201

    assert outgoing(workspace) == ["Hi", "Hi"]


def test_a_refused_call_leaves_its_key_free(api, workspace, address):
    assert api.post(address, {"text": " "}, **KEY).status_code == 400
    assert api.post(address, {"text": "\x0b"}, **KEY).status_code in {400, 422}
    with scope(workspace):
        assert not IdempotentAnswer.objects.exists()

    assert api.post(address, {"text": "Hi"}, **KEY).status_code == 201


def test_a_call_that_fails_midway_leaves_nothing(api, workspace, address, monkeypatch):
    def fail(*_):
        raise RuntimeError

    api.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("inbox.api.v1.messages.show.Message", fail)
        assert api.client.post(
            f"/api/v1/{address}",
            '{"text": "Hi"}',
            content_type="application/json",
            headers={"Authorization": f"Bearer {api.secret}", **KEY},
        ).json() == {"detail": "Something went wrong on our side. Try again.", "code": "error"}
    assert outgoing(workspace) == []

    assert api.post(address, {"text": "Hi"}, **KEY).status_code == 201
    assert outgoing(workspace) == ["Hi"]


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "\N{CYRILLIC SMALL LETTER A}"])
def test_a_key_that_is_none_is_refused(api, workspace, address, key):
    answer = api.post(address, {"text": "Hi"}, **{"Idempotency-Key": key})

    assert answer.status_code == 400
    assert outgoing(workspace) == []


def test_rights_are_asked_again_before_a_repeated_answer(api, workspace, address):
    api.post(address, {"text": "Hi"}, **KEY)
    with scope(workspace):
        ApiToken.objects.update(scope="read")

    assert api.post(address, {"text": "Hi"}, **KEY).status_code == 403


def test_many_at_once_do_the_work_once(workspace, operator, conversation, address):
    secret = factories.make_api_token(operator)[1]

    def say(_):
        try:
            answer = Api(Client(), secret).post(address, {"text": "Hi"}, **KEY)
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(say, range(50)))

    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert outgoing(workspace) == ["Hi"]


def test_answers_are_forgotten_after_a_day(api, workspace, elsewhere, stranger, address):
    api.post(address, {"text": "Hi"}, **KEY)
    api.post(address, {"text": "Hi"}, **{"Idempotency-Key": "young"})
    yesterday = timezone.now() - timedelta(hours=24)
    token, _ = factories.make_api_token(stranger)
    with scope(elsewhere):
        IdempotentAnswer.objects.create(token=token, key="old", created_at=yesterday)
    with scope(workspace):
        IdempotentAnswer.objects.filter(key=KEY["Idempotency-Key"]).update(created_at=yesterday)

    forget_idempotent_answers()

    with scope(workspace):
        assert list(IdempotentAnswer.objects.values_list("key", flat=True)) == ["young"]
    with scope(elsewhere):
        assert not IdempotentAnswer.objects.exists()
