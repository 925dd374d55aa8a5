"""Tokens: who holds one, how long, and where it may be shown."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from accounts.actions.api_tokens import BadToken, create_workspace_token, revoke_token
from accounts.enums import Role, TokenScope
from accounts.limits import TooMany
from accounts.models import ApiToken, Event, Membership
from accounts.models.api_token import hash_secret
from accounts.permissions import NotAllowed
from accounts.tenancy import scope
from inbox.models import Conversation
from tests import factories
from tests.api.conftest import Api

NOW = timezone.now
TOMORROW = timedelta(days=1)


@pytest.fixture
def workspace_api(client, workspace, super_admin):
    with scope(workspace):
        _token, secret = create_workspace_token(
            name="Robot",
            role=Role.OPERATOR,
            scope=TokenScope.WRITE,
            expires_at=NOW() + TOMORROW,
            actor=super_admin,
        )
    return Api(client, secret)


def refusal(answer):
    headers = {name: said for name, said in answer.headers.items() if name != "X-Request-ID"}
    return answer.status_code, answer.content, headers


def test_only_the_hash_is_kept(workspace, operator):
    token, secret = factories.make_api_token(operator)

    assert re.fullmatch(r"hd_[A-Za-z0-9_-]{43}", secret)
    with scope(workspace):
        row = ApiToken.objects.values().get(pk=token.pk)
        event = Event.objects.get(kind="api_token.created")
    assert row["token_hash"] == hash_secret(secret)
    assert secret not in str(row) + str(event.data)
    assert event.actor_id == operator.pk


def test_a_token_that_is_over_is_answered_like_none(api, api_of, workspace, operator, stranger):
    revoked, expired = api_of(operator), api_of(operator)
    with scope(workspace):
        tokens = ApiToken.objects.order_by("-pk")
        ApiToken.objects.filter(pk=tokens[0].pk).update(expires_at=NOW())
        revoke_token(tokens[1], actor=operator)
    api.secret = "hd_" + "0" * 43

    nobodys = refusal(api.get("me/"))

    assert nobodys[0] == 401
    assert refusal(revoked.get("me/")) == nobodys
    assert refusal(expired.get("me/")) == nobodys


@pytest.mark.parametrize("who", ["membership", "user"])
def test_a_person_who_left_takes_their_tokens_along(api, workspace, operator, who):
    assert api.get("me/").status_code == 200

    with scope(workspace):
        gone = operator if who == "membership" else operator.user
        gone.is_active = False
        gone.save(update_fields=["is_active"])

    assert api.get("me/").status_code == 401


def test_a_right_that_is_taken_is_gone_at_the_next_call(api, workspace, conversation, operator):
    assert api.get(f"conversations/{conversation.number}/").status_code == 200

    with scope(workspace):
        Membership.objects.filter(pk=operator.pk).update(limited_to_teams=True)

    assert api.get(f"conversations/{conversation.number}/").status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        "",
        "{}",
        "Bearer",
        "Bearer ",
        "Bearer null",
        "Basic {}",
        "Token {}",
        "Visitor {}",
        "Bearer  {}",
        "Bearer {} ",
        "Bearer {}x",
        "Bearer {},Bearer {}",
        "Bearer {}, Bearer hd_other",
        "Bearer %",
        "Bearer hd_*",
        "Bearer hd_\N{CYRILLIC SMALL LETTER A}",
        "Bearer " + "x" * 100_000,
        "Bearer {hash}",
    ],
)
def test_a_header_that_is_none_is_refused(api, conversation, header):
    header = header.replace("{hash}", hash_secret(api.secret)).replace("{}", api.secret)

    assert api.get("conversations/", Authorization=header).status_code == 401


def test_the_scheme_is_written_in_any_case(api):
    assert api.get("me/", Authorization=f"bearer {api.secret}").status_code == 200


def test_a_signed_in_browser_is_nobody_here(api, client, operator):
    client.force_login(operator.user)

    assert api.get("me/", Authorization="").status_code == 401


@pytest.mark.parametrize(
    "tail",
    [
        "me/?access_token={}",
        "me/?token={}",
        "me/?API_KEY=x",
        "me/?anything={}",
        "conversations/?tag={}",
        "conversations/1/tags/{}/",
    ],
)
@pytest.mark.parametrize("header", [True, False])
def test_a_token_in_an_address_is_refused(api, conversation, tail, header):
    said = {} if header else {"Authorization": ""}

    answer = api.get(tail.replace("{}", api.secret), **said)

    assert (answer.status_code, answer.json()["code"]) == (400, "token_in_url")


def test_use_is_written_down_once_a_minute(api_of, workspace, operator, time_machine):
    moment = NOW()
    time_machine.move_to(moment, tick=False)
    api = api_of(operator, last_used_at=None)

    def used():
        with scope(workspace):
            return ApiToken.objects.get().last_used_at

    api.get("conversations/9/")  # refused, and used all the same
    assert used() == moment
    time_machine.move_to(moment + timedelta(seconds=59), tick=False)
    api.get("me/")
    assert used() == moment
    time_machine.move_to(moment + timedelta(seconds=60), tick=False)
    api.get("me/")
    assert used() == moment + timedelta(seconds=60)


def test_the_workspaces_own_token_acts_as_nobody(workspace_api, workspace, conversation):
    address = f"conversations/{conversation.number}/"

    message = workspace_api.post(f"{address}messages/", {"text": "Hi"})
    note = workspace_api.post(f"{address}notes/", {"text": "Psst"})

    assert (message.status_code, message.json()["author"]) == (201, None)
    assert (note.status_code, note.json()["author"]) == (201, None)
    for method, tail in [("PUT", "read/"), ("PUT", "closure/"), ("DELETE", "closure/")]:
        assert workspace_api.call(method, address + tail).status_code == 200
    assert workspace_api.get("me/").json()["member"] is None
    for query in ("view=mine", "assignee=me"):
        assert workspace_api.get(f"conversations/?{query}").status_code == 400
    with scope(workspace):
        events = Event.objects.about(conversation)
        assert set(events.values_list("actor", flat=True)) == {None}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
def test_only_super_admins_make_tokens_of_the_workspace(workspace, role):
    member = factories.make_membership(workspace, role)

    with scope(workspace), pytest.raises(NotAllowed):
        create_workspace_token(
            name="Mine",
            role=Role.SUPER_ADMIN,
            scope=TokenScope.ADMIN,
            expires_at=NOW() + TOMORROW,
            actor=member,
        )

    with scope(workspace):
        assert not ApiToken.objects.exists()


@pytest.mark.parametrize(("name", "days"), [("", 1), ("  ", 1), ("x" * 81, 1), ("Fine", -1)])
def test_a_token_has_a_name_and_a_time(workspace, super_admin, name, days):
    with scope(workspace), pytest.raises(BadToken):
        create_workspace_token(
            name=name,
            role=Role.OPERATOR,
            scope=TokenScope.READ,
            expires_at=NOW() + timedelta(days=days),
            actor=super_admin,
        )


def test_a_token_is_a_persons_or_a_roles(workspace, operator):
    facts = {"name": "x", "scope": "read", "expires_at": NOW(), "token_hash": "0" * 64}
    for who in ({}, {"membership": operator, "role": Role.ADMIN}):
        with pytest.raises(IntegrityError, match="token_of_person_or_role"), scope(workspace):
            ApiToken.objects.create(**facts, **who)


def test_calls_are_counted_by_token(api, api_of, admin, limit):
    limit("api", 2)

    answers = [api.get("me/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"2"}
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["code"] == TooMany.code
    assert api_of(admin).get("me/").status_code == 200


def test_without_redis_the_api_works(api, redis):
    redis.stop()

    assert api.get("me/").status_code == 200


def test_the_command_prints_a_token(client, workspace, operator, capsys):
    person = ["--workspace", workspace.slug, "--email", operator.user.email.upper()]
    call_command("api_token", *person, "--name", "Night job", "--days", "7", "--scope", "read")
    secret = capsys.readouterr().out.strip()

    me = Api(client, secret).get("me/").json()

    assert me["member"]["id"] == operator.pk
    assert (me["access"]["name"], me["access"]["scope"]) == ("Night job", "read")
    assert me["workspace"] == {"slug": workspace.slug, "name": workspace.name}


@pytest.mark.parametrize(
    "wrong",
    [
        ["--workspace", "nowhere"],
        ["--email", "stranger@acme.test"],
        ["--days", "0"],
        ["--name", ""],
        ["--role", "admin"],
    ],
)
def test_the_command_refuses_what_does_not_hold(workspace, operator, wrong):
    right = ["--workspace", workspace.slug, "--email", operator.user.email]

    with pytest.raises(CommandError):
        call_command("api_token", *right, *wrong)

    with scope(workspace):
        assert not ApiToken.objects.exists()
        assert not Conversation.objects.exists()
