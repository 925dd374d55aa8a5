"""Who may call what: every route of the API, for every kind of token."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.enums import Role, TokenScope
from accounts.tenancy import scope
from inbox.api.v1 import urls
from inbox.api.v1.schema import description
from inbox.models import Contact, Conversation, Message
from tests import factories

WORDS = {"text": "Hi"}
LATER = {"until": (timezone.now() + timedelta(days=1)).isoformat()}

# Method, route, body, and what it answers when all is well.
ROUTES = [
    ("GET", "me/", None, 200),
    ("GET", "members/", None, 200),
    ("GET", "teams/", None, 200),
    ("GET", "tags/", None, 200),
    ("GET", "channels/", None, 200),
    ("GET", "contacts/", None, 200),
    ("GET", "contacts/<int:pk>/", None, 200),
    ("PATCH", "contacts/<int:pk>/", {"name": "Ada"}, 200),
    ("GET", "conversations/", None, 200),
    ("GET", "conversations/<int:number>/", None, 200),
    ("GET", "conversations/<int:number>/messages/", None, 200),
    ("POST", "conversations/<int:number>/messages/", WORDS, 201),
    ("POST", "conversations/<int:number>/notes/", WORDS, 201),
    ("PUT", "conversations/<int:number>/attachments/<uuid:public_id>/", WORDS, 201),
    ("PUT", "conversations/<int:number>/assignment/", "assignee", 200),
    ("DELETE", "conversations/<int:number>/assignment/", None, 200),
    ("PUT", "conversations/<int:number>/closure/", None, 200),
    ("DELETE", "conversations/<int:number>/closure/", None, 409),
    ("PUT", "conversations/<int:number>/snooze/", LATER, 200),
    ("DELETE", "conversations/<int:number>/snooze/", None, 409),
    ("PUT", "conversations/<int:number>/read/", None, 200),
    ("GET", "conversations/<int:number>/tags/", None, 200),
    ("PUT", "conversations/<int:number>/tags/<path:name>/", None, 200),
    ("DELETE", "conversations/<int:number>/tags/<path:name>/", None, 200),
]
OPEN_TO_ALL = {"", "schema/", "docs/", "<path:rest>"}
OF_OBJECTS = [route for route in ROUTES if "<int:" in route[1]]
names = pytest.mark.parametrize(("method", "route", "body", "status"), ROUTES)


def address(route, conversation):
    filled = route.replace("<int:number>", str(conversation.number))
    filled = filled.replace("<int:pk>", str(conversation.contact_id)).replace("<path:name>", "vip")
    return filled.replace("<uuid:public_id>", "6f0c2b1e-3a52-4d0e-9d29-5a0b8c4f1e77")


def body_for(body, member):
    return {"assignee": member.pk} if body == "assignee" else body


def everything_in(workspace):
    """Read all rows of the workspace but those of the token's own use."""
    from tests.test_tenancy import OWNED

    with scope(workspace), connection.cursor() as cursor:
        found = {}
        for model in OWNED:
            table = model._meta.db_table
            cursor.execute(f"SELECT to_jsonb(t) - 'last_used_at' FROM {table} t ORDER BY id")
            found[table] = cursor.fetchall()
        return found


@pytest.fixture
def tagged(workspace, conversation):
    factories.make_tag(workspace, "vip")
    return conversation


def test_every_route_is_in_the_table():
    known = {route for _, route, _, _ in ROUTES} | OPEN_TO_ALL

    assert {str(pattern.pattern) for pattern in urls.urlpatterns} == known


def test_every_method_is_in_the_table():
    offered = {
        (method.upper(), str(pattern.pattern))
        for pattern in urls.urlpatterns
        if hasattr(pattern.callback, "view_class")
        for method in ("get", "post", "put", "patch", "delete", "options", "trace")
        if hasattr(pattern.callback.view_class, method) and method != "options"
    }

    assert offered == {(method, route) for method, route, _, _ in ROUTES}


def test_every_operation_is_described():
    offered = {
        (method.upper(), re.sub(r"\{\w+\}", "*", path).removeprefix("/api/v1/"))
        for path, methods in description()["paths"].items()
        for method in methods
    }

    assert offered == {(method, re.sub(r"<[^>]+>", "*", route)) for method, route, _, _ in ROUTES}


@pytest.mark.parametrize("role", Role.values)
@names
def test_every_role_may_answer(api_of, workspace, tagged, role, method, route, body, status):
    member = factories.make_membership(workspace, role)

    answer = api_of(member).call(method, address(route, tagged), body_for(body, member))

    assert answer.status_code == status


@pytest.mark.parametrize("level", TokenScope.values)
@names
def test_scopes_reach_so_far(
    api_of, workspace, tagged, operator, level, method, route, body, status
):
    api = api_of(operator, level)
    before = everything_in(workspace)

    answer = api.call(method, address(route, tagged), body_for(body, operator))

    if level == TokenScope.READ and method != "GET":
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        assert everything_in(workspace) == before
    else:
        assert answer.status_code == status


@pytest.mark.parametrize("secret", ["", "nonsense", "hd_" + "x" * 43])
@names
def test_nobody_comes_in_without_a_token(
    api, workspace, tagged, operator, secret, method, route, body, status
):
    api.secret = secret
    before = everything_in(workspace)

    answer = api.call(method, address(route, tagged), body_for(body, operator))

    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert everything_in(workspace) == before


@pytest.mark.parametrize(("method", "route", "body", "status"), OF_OBJECTS)
def test_what_is_hidden_does_not_exist(api_of, workspace, tagged, method, route, body, status):
    team = factories.make_team(workspace)
    limited = factories.make_membership(workspace, teams=[team], limited=True)
    api = api_of(limited)
    before = everything_in(workspace)

    hidden = api.call(method, address(route, tagged), body_for(body, limited))
    gone = address(route.replace("<int:number>", "987").replace("<int:pk>", "987654"), tagged)
    nothing = api.call(method, gone, body_for(body, limited))

    assert (hidden.status_code, hidden.content) == (404, nothing.content)
    assert everything_in(workspace) == before


@pytest.mark.parametrize(("method", "route", "body", "status"), OF_OBJECTS)
def test_another_workspaces_objects_do_not_exist(
    api, workspace, elsewhere, operator, method, route, body, status
):
    channel = factories.make_channel(elsewhere)
    theirs = [factories.make_conversation(channel) for _ in range(3)][-1]
    before = everything_in(workspace), everything_in(elsewhere)

    answer = api.call(method, address(route, theirs), body_for(body, operator))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (everything_in(workspace), everything_in(elsewhere)) == before


def test_a_limited_person_lists_what_they_may_see(api_of, workspace, channel):
    team = factories.make_team(workspace)
    limited = factories.make_membership(workspace, teams=[team], limited=True)
    theirs = factories.make_conversation(factories.make_channel(workspace, team))
    factories.make_conversation(channel)
    api = api_of(limited)

    listed = api.get("conversations/").json()["results"]
    contacts = api.get("contacts/").json()["results"]

    assert [row["number"] for row in listed] == [theirs.number]
    assert [row["id"] for row in contacts] == [theirs.contact_id]
    for view in ("open", "unassigned", "mine", "snoozed", "closed"):
        rows = api.get(f"conversations/?view={view}").json()["results"]
        assert {row["number"] for row in rows} <= {theirs.number}


def test_answers_hold_no_secret(api_of, workspace, tagged, super_admin):
    api = api_of(super_admin, TokenScope.ADMIN)
    said = []
    for method, route, body, _ in ROUTES:
        answer = api.call(method, address(route, tagged), body_for(body, super_admin))
        said.append(answer.json() if answer.content else None)

    keys = set(re.findall(r'"(\w+)":', str(said).replace("'", '"')))
    forbidden = re.compile("password|secret|token|hash|key|imap|smtp|config")
    assert {key for key in keys if forbidden.search(key)} == set()


# A file's body has no fields.
PUTS = [
    route
    for route in ROUTES
    if route[0] in {"POST", "PUT", "PATCH"} and "attachments" not in route[1]
]


@pytest.mark.parametrize(("method", "route", "body", "status"), PUTS)
@pytest.mark.parametrize("model", [Conversation, Message, Contact])
def test_nobody_writes_a_field_that_is_not_theirs(
    api, workspace, tagged, operator, model, method, route, body, status
):
    right = body_for(body, operator) or {}
    fields = {field.attname for field in model._meta.concrete_fields} | {
        *(field.name for field in model._meta.concrete_fields),
        *("workspace", "author", "role", "actor", "membership", "permission", "created_by"),
    }
    allowed = set(right) | ({"name", "email"} if method == "PATCH" else set())
    before = everything_in(workspace)

    for field in sorted(fields - allowed):
        answer = api.call(method, address(route, tagged), right | {field: 1})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), field

    assert everything_in(workspace) == before
