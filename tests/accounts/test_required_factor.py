"""A workspace that asks for a second step: who decides, who is kept out, and how they come in."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.actions.sign_in_rules import OwnFactorFirst, require_second_factor
from accounts.enums import EventKind, Role
from accounts.models import Event, Membership, Workspace
from accounts.permissions import NotAllowed
from accounts.second_factor import has_second_factor
from accounts.tenancy import scope
from tests import factories
from tests.support.doing import kinds, make
from tests.support.entrance import client_of, is_signed_in, sign_in
from tests.support.factors import add_app
from tests.support.sockets import Tab

HTMX = {"HX-Request": "true"}


def require(workspace, actor, required=True):
    with scope(workspace):
        return require_second_factor(workspace, required=required, actor=actor)


@pytest.fixture
def guard(super_admin):
    """The super admin, with a second step of their own."""
    add_app(super_admin.user)
    return super_admin


@pytest.fixture
def strict(workspace, guard):
    require(workspace, guard)
    return workspace


@pytest.fixture
def rules(workspace):
    return f"/{workspace.slug}/settings/security/"


def changes(workspace):
    with scope(workspace):
        return list(
            Event.objects.filter(kind=EventKind.SIGN_IN_RULES_CHANGED)
            .order_by("pk")
            .values_list("actor", "data__before", "data__after")
        )


def test_it_is_switched_on_and_off_in_the_settings_and_recorded(workspace, guard, rules):
    client = client_of(guard)

    assert client.post(rules, {"second_factor": "on"}).status_code == 302
    assert Workspace.objects.get(pk=workspace.pk).second_factor_required
    assert client.post(rules).status_code == 302

    assert not Workspace.objects.get(pk=workspace.pk).second_factor_required
    assert changes(workspace) == [
        (guard.pk, {"second_factor": False}, {"second_factor": True}),
        (guard.pk, {"second_factor": True}, {"second_factor": False}),
    ]


def test_saying_the_same_again_records_nothing(strict, guard):
    require(strict, guard)

    assert len(changes(strict)) == 1


def test_whoever_has_none_may_not_ask_it_of_others(workspace, super_admin, rules):
    response = client_of(super_admin).post(rules, {"second_factor": "on"})

    assert response.status_code == 409
    assert b"Set up a second step for yourself first" in response.content
    assert not Workspace.objects.get(pk=workspace.pk).second_factor_required
    assert changes(workspace) == []
    with pytest.raises(OwnFactorFirst):
        require(workspace, super_admin)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
def test_only_super_admins_decide(workspace, role):
    member = factories.make_membership(workspace, role)
    add_app(member.user)

    with pytest.raises(NotAllowed):
        require(workspace, member)

    assert not Workspace.objects.get(pk=workspace.pk).second_factor_required


def test_somebody_demoted_a_moment_ago_decides_nothing(workspace, guard):
    with scope(workspace):
        Membership.objects.filter(pk=guard.pk).update(role=Role.ADMIN)

    with pytest.raises(NotAllowed):
        require(workspace, guard)


def test_a_page_leads_to_the_set_up_and_a_fragment_says_so(strict, operator_client):
    inbox = f"/{strict.slug}/inbox/"

    for path in (inbox, f"/{strict.slug}/settings/team/", f"/{strict.slug}/nowhere/"):
        assert (
            operator_client.get(path)["Location"] == f"/accounts/security/?workspace={strict.slug}"
        )
    fragment = operator_client.get(f"{inbox}counts/", headers=HTMX)
    change = operator_client.post(f"{inbox}1/messages/", {"text": "Hi"}, headers=HTMX)

    for answer in (fragment, change):
        assert (answer.status_code, answer["X-Refusal"]) == (403, "second_factor")
    page = operator_client.get("/accounts/security/", {"workspace": strict.slug})
    assert b"asks everybody for a second step at sign-in" in page.content


def test_who_has_one_comes_in(strict, operator, operator_client):
    add_app(operator.user)

    assert operator_client.get(f"/{strict.slug}/inbox/").status_code == 200


def test_other_workspaces_notice_nothing(strict, elsewhere, operator, operator_client):
    with scope(elsewhere):
        Membership.objects.create(user=operator.user)

    assert operator_client.get(f"/{elsewhere.slug}/inbox/").status_code == 200


def test_strangers_learn_nothing_of_the_rule(strict, stranger):
    assert client_of(stranger).get(f"/{strict.slug}/inbox/").status_code == 404


def test_a_rule_costs_one_question(strict, operator, django_assert_num_queries):
    client = client_of(operator)
    client.get("/accounts/security/")

    # Session and person; the scope's two ends and its workspace; the place and the second step.
    with django_assert_num_queries(7):
        client.get(f"/{strict.slug}/inbox/")


def test_tokens_of_people_without_one_wait_and_those_of_the_workspace_do_not(client, strict, admin):
    _token, secret = factories.make_api_token(admin)
    headers = {"Authorization": f"Bearer {secret}"}

    refused = client.get("/api/v1/me/", headers=headers)
    add_app(admin.user)
    welcome = client.get("/api/v1/me/", headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor")
    assert welcome.status_code == 200


async def test_open_screens_close_and_none_opens(workspace, operator, super_admin, settle):
    await make(add_app, super_admin.user)
    async with Tab(workspace, operator) as tab, Tab(workspace, super_admin) as own:
        await make(require, workspace, super_admin)
        await make(settle, workspace)

        assert await tab.closes() == 4403
        assert kinds(await own.watch(view="open")) == ["watching"]
    async with Tab(workspace, operator) as again:
        assert not again.accepted


async def test_a_sign_of_life_notices_a_lost_order(workspace, operator, super_admin):
    await make(add_app, super_admin.user)
    async with Tab(workspace, operator) as tab:
        await make(require, workspace, super_admin)
        await tab.say({"ping": 1})

        assert await tab.closes() == 4403


def test_the_page_lists_who_has_none(strict, guard, operator, rules):
    page = client_of(guard).get(rules).content.decode()

    listed = page.split('id="lacking"')[1].split("</main>")[0]
    assert operator.user.email in listed
    assert guard.user.email not in listed


def test_somebody_who_lost_everything_is_helped_by_whoever_runs_the_site(operator, capsys):
    add_app(operator.user)
    elsewhere = client_of(operator)

    call_command("second_factor", "--remove", operator.user.email.upper())

    assert not has_second_factor(operator.user)
    assert not is_signed_in(elsewhere)
    client = Client()
    sign_in(client, operator.user)
    assert is_signed_in(client)
    with pytest.raises(CommandError):
        call_command("second_factor", "--remove", "nobody@acme.test")
