"""What the API says and takes, over every one of its doors."""

import json
import re

import pytest

from inbox.api.v1.schema import description
from inbox.models import Contact, Conversation, Message
from tests.access.api_doors import API
from tests.access.asking import ask, body_of, fill
from tests.access.people import SUPER_BEARER
from tests.access.rules import PUBLIC

CALLS = [(door, call) for door in API if door.needs is not PUBLIC for call in door.calls]
FORBIDDEN = re.compile("password|secret|token|hash|key|imap|smtp|config")
# Whatever any of our rows has, and what somebody might hope for.
FIELDS = {
    name
    for model in (Conversation, Message, Contact)
    for field in model._meta.concrete_fields
    for name in (field.name, field.attname)
} | {"workspace", "author", "role", "actor", "membership", "permission", "created_by"}
WRITING = [
    pytest.param(door, call, id=f"{call.method} {door}")
    for door, call in CALLS
    if call.method in {"POST", "PUT", "PATCH"} and "attachments" not in door.route  # has no fields
]
OF_CONTACTS = {"name", "email", "is_vip"}


def say(world, door, call, body):
    headers = {"Authorization": f"Bearer {world.secrets[SUPER_BEARER.name]}"}
    address = "/" + fill(door, call, world.here)
    return ask(world, call.method, address, headers=headers, body=body or None, is_json=True)


def test_every_operation_is_described():
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "*", path).removeprefix("/"))
        for path, methods in description()["paths"].items()
        for method in methods
    }

    assert described == {(call.method, re.sub(r"<[^>]+>", "*", door.route)) for door, call in CALLS}


def test_answers_hold_no_secret(world):
    said = [say(world, door, call, body_of(call, world.here)) for door, call in CALLS]

    keys = {key for one in said for key in re.findall(r'"(\w+)":', one.text)}
    assert len(keys) > 20
    assert {key for key in keys if FORBIDDEN.search(key)} == set()


@pytest.mark.parametrize(("door", "call"), WRITING)
def test_nobody_writes_a_field_that_is_not_theirs(world, door, call):
    right = body_of(call, world.here)
    allowed = set(right) | (OF_CONTACTS if call.method == "PATCH" else set())

    for field in sorted(FIELDS - allowed):
        answer = say(world, door, call, right | {field: 1})
        assert (answer.status, answer.changes) == (400, frozenset()), field
        assert json.loads(answer.text)["code"] == "malformed", field
