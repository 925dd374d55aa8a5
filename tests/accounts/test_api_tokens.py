"""The page of API tokens: shown once, revoked for good, nobody else's business."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.api_tokens import MOST_TOKENS, create_workspace_token
from accounts.actions.people import remove_member
from accounts.enums import EventKind, Role, TokenScope
from accounts.models import ApiToken, Event, Membership
from accounts.models.api_token import hash_secret
from accounts.tenancy import scope
from tests import factories
from tests.support.entrance import client_of

TYPED = {"name": "Night reports", "scope": "read", "days": "30"}
SECRET = re.compile(r"hd_[A-Za-z0-9_-]{43}")


@pytest.fixture
def url(workspace):
    return f"/{workspace.slug}/settings/api-tokens/"


def tokens(workspace):
    with scope(workspace):
        return list(ApiToken.objects.select_related("membership").order_by("pk"))


def kinds(workspace):
    with scope(workspace):
        found = Event.objects.filter(subject_kind="apitoken").order_by("pk")
        return [(event.kind, event.actor_id) for event in found]


def calls(secret):
    return Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_the_secret_is_in_one_answer_and_nowhere_else(workspace, operator, url):
    client = client_of(operator)

    made = client.post(f"{url}new/", TYPED)
    again = client.post(f"{url}new/", TYPED)
    listed = client.get(url)

    [secret] = set(SECRET.findall(made.content.decode()))
    assert made["Cache-Control"] == "no-store"
    assert SECRET.search(again.content.decode() + listed.content.decode()) is None
    assert (again.status_code, b"in use" in again.content) == (422, True)
    [token] = tokens(workspace)
    assert (token.membership_id, token.name, token.scope) == (operator.pk, "Night reports", "read")
    assert token.token_hash == hash_secret(secret)
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)
    assert kinds(workspace) == [(EventKind.API_TOKEN_CREATED, operator.pk)]
    assert calls(secret) == 200


def test_a_use_is_noted_with_its_address(workspace, operator, url):
    client = client_of(operator)
    unused = client.get(url).content.decode()
    secret = SECRET.search(client.post(f"{url}new/", TYPED).content.decode())[0]

    before = client.get(url).content.decode()
    Client().get(
        "/api/v1/me/",
        headers={"Authorization": f"Bearer {secret}"},
        REMOTE_ADDR="203.0.113.7",
    )
    after = client.get(url).content.decode()

    assert "No token yet" in unused
    assert ("Never yet" in before, "Never yet" in after) == (True, False)
    assert ("203.0.113.7" in before, "203.0.113.7" in after) == (False, True)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Give the token a name."),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"scope": "admin"}, "admin is not one of the available choices."),
        ({"scope": "all"}, "all is not one of the available choices."),
        ({"scope": ""}, "This field is required."),
        ({"days": "36500"}, "36500 is not one of the available choices."),
        ({"role": "super_admin"}, "super_admin is not one of the available choices."),
    ],
)
def test_an_operator_makes_no_token_beyond_their_role(workspace, operator, url, typed, sentence):
    answer = client_of(operator).post(f"{url}new/", TYPED | typed)

    assert answer.status_code == 422
    assert (tokens(workspace), kinds(workspace)) == ([], [])
    if "role" not in typed:  # a field that operators are not shown
        assert sentence in answer.content.decode()


def test_only_super_admins_make_the_workspaces_own(workspace, super_admin, admin, url):
    typed = TYPED | {"role": "operator"}

    refused = client_of(admin).post(f"{url}new/", typed)
    too_far = client_of(super_admin).post(f"{url}new/", typed | {"scope": "admin"})
    made = client_of(super_admin).post(f"{url}new/", typed)

    assert (refused.status_code, too_far.status_code, made.status_code) == (422, 422, 200)
    assert b"A token may not do more than whom it acts as." in too_far.content
    [token] = tokens(workspace)
    assert (token.membership, token.role) == (None, Role.OPERATOR)


def test_too_many_tokens_are_refused(workspace, operator, url):
    now = timezone.now()
    with scope(workspace):
        ApiToken.objects.bulk_create(
            ApiToken(
                name=f"Token {n}",
                membership=operator,
                scope=TokenScope.READ,
                token_hash=hash_secret(str(n)),
                expires_at=now + timedelta(days=1),
            )
            for n in range(MOST_TOKENS)
        )

    answer = client_of(operator).post(f"{url}new/", TYPED)

    assert answer.status_code == 422
    assert b"At most 50 tokens at a time." in answer.content


def test_a_revoked_token_is_refused_at_once(workspace, operator, url):
    token, secret = factories.make_api_token(operator)
    before = calls(secret)

    answer = client_of(operator).post(f"{url}{token.pk}/revocation/")
    client_of(operator).post(f"{url}{token.pk}/revocation/")

    assert answer.status_code == 302
    assert (before, calls(secret)) == (200, 401)
    revoked = (EventKind.API_TOKEN_REVOKED, operator.pk)
    assert kinds(workspace) == [(EventKind.API_TOKEN_CREATED, operator.pk), revoked]
    text = client_of(operator).get(url).content.decode()
    assert (">Revoked<" in text, f"{token.pk}/revocation/" in text) == (True, False)


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("operator", "admin", 404),
        ("admin", "operator", 404),
        ("admin", "workspace", 404),
        ("super_admin", "operator", 302),
        ("super_admin", "workspace", 302),
        ("stranger", "operator", 404),
    ],
)
def test_who_may_see_and_revoke_whose(
    request, workspace, super_admin, admin, operator, url, who, whose, status
):
    if whose == "workspace":
        with scope(workspace):
            facts = {"name": "Robot", "role": Role.OPERATOR, "scope": TokenScope.READ}
            expires_at = timezone.now() + timedelta(days=1)
            token, _ = create_workspace_token(**facts, expires_at=expires_at, actor=super_admin)
    else:
        token, _ = factories.make_api_token(request.getfixturevalue(whose), name="Robot")
    client = client_of(request.getfixturevalue(who))

    page = client.get(url)
    answer = client.post(f"{url}{token.pk}/revocation/")

    assert ("Robot" in page.content.decode()) is (status == 302)
    assert answer.status_code == status
    assert (tokens(workspace)[0].revoked_at is not None) is (status == 302)


def test_what_ended_long_ago_is_no_longer_listed(workspace, operator, url):
    now = timezone.now()
    for name, days in (("Fresh end", 2), ("Old end", 40)):
        factories.make_api_token(operator, name=name, expires_at=now - timedelta(days=days))
    factories.make_api_token(operator, name="Old stop", revoked_at=now - timedelta(days=40))

    text = client_of(operator).get(url).content.decode()

    shown = [name in text for name in ("Fresh end", "Old end", "Old stop")]
    assert shown == [True, False, False]
    assert ">Expired<" in text


def test_the_page_costs_the_same_for_one_token_and_for_three(workspace, super_admin, url):
    client, counts = client_of(super_admin), []
    client.get(url)
    for more in (1, 2):
        for _ in range(more):
            factories.make_api_token(factories.make_membership(workspace))
        with CaptureQueriesContext(connection) as queries:
            text = client.get(url).content.decode()
        counts.append((text.count("/revocation/"), len(queries)))

    assert counts == [(1, counts[0][1]), (3, counts[0][1])]


def test_a_removed_persons_tokens_stay_dead_when_they_come_back(
    workspace, super_admin, operator, settle
):
    _, secret = factories.make_api_token(operator)
    with scope(workspace):
        remove_member(operator, actor=super_admin)
    settle(workspace)

    with scope(workspace):
        Membership.objects.filter(pk=operator.pk).update(is_active=True)

    assert calls(secret) == 401
    assert kinds(workspace)[1:] == [(EventKind.API_TOKEN_REVOKED, super_admin.pk)]


def test_what_people_type_is_shown_as_typed(operator, url):
    text = client_of(operator).post(f"{url}new/", TYPED | {"name": "<img src=x>"}).content.decode()

    assert "<img" not in text
    assert "&lt;img src=x&gt;" in text


def test_super_admins_find_tokens_in_the_audit_log(workspace, super_admin, operator):
    factories.make_api_token(operator)

    log = client_of(super_admin).get(f"/{workspace.slug}/settings/audit/", {"kind": "apitoken"})

    assert b"made an API token" in log.content
