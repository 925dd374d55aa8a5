"""A client of the API, and what it finds."""

import json

import pytest

from accounts.enums import TokenScope
from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation
from inbox.actions.messaging import add_note, send_message
from inbox.actions.triage import tag_conversation
from tests import factories


class Api:
    """Says things to the API with one token; every answer is checked for what all must have."""

    def __init__(self, client, secret):
        self.client, self.secret = client, secret

    def call(self, method, tail, body=None, **headers):
        headers = {"Authorization": f"Bearer {self.secret}"} | headers
        said = body if isinstance(body, str | bytes) else json.dumps(body)
        answer = self.client.generic(
            method,
            f"/api/v1/{tail}",
            "" if body is None else said,
            content_type="application/json",
            headers=headers,
        )
        assert "no-store" in answer["Cache-Control"]
        if answer.status_code >= 400:
            assert set(answer.json()) == {"detail", "code"}
        return answer

    def get(self, tail, **headers):
        return self.call("GET", tail, **headers)

    def post(self, tail, body=None, **headers):
        return self.call("POST", tail, body, **headers)

    def put(self, tail, body=None, **headers):
        return self.call("PUT", tail, body, **headers)

    def patch(self, tail, body=None, **headers):
        return self.call("PATCH", tail, body, **headers)

    def delete(self, tail, **headers):
        return self.call("DELETE", tail, **headers)


@pytest.fixture
def api_of(client):
    """Make a client for a person."""

    def make(membership, scope_of_token=TokenScope.WRITE, **fields):
        return Api(client, factories.make_api_token(membership, scope_of_token, **fields)[1])

    return make


@pytest.fixture
def api(api_of, operator):
    return api_of(operator)


def furnish(channel, operator, count):
    """Make conversations that have everything an answer can show."""
    made = []
    for n in range(count):
        conversation = factories.make_conversation(channel, f"visitor-{n}")
        with scope(channel.workspace):
            assign_conversation(conversation, to=operator, actor=operator)
            for tag in ("vip", f"tag {n}"):
                tag_conversation(conversation, name=tag, actor=operator)
            add_note(conversation, text="Careful", actor=operator)
            send_message(conversation, text="Hi", actor=operator)
        made.append(conversation)
    return made
