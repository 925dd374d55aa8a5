"""Two people take one name at the same moment: one gets it, the other is told."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from accounts.actions.invitations import accept_invitation, invite_people
from accounts.actions.teams import create_team
from accounts.enums import TokenScope
from accounts.models import Invitation, Team, User, Workspace
from accounts.tenancy import scope, scope_of_new
from inbox.actions.channels import create_webchat
from inbox.actions.triage import tag_conversation
from inbox.models import Channel, Tag
from tests import factories
from tests.support.entrance import NEW_PASSWORD, client_of
from tests.support.invitations import INVITED, make_invitation
from tests.support.races import run_into

SITE = {"name": "Shop", "origins": "https://shop.example", "enabled": "on"}


def test_a_team(workspace, admin):
    client, url = client_of(admin), f"/{workspace.slug}/settings/team/teams/new/"
    with scope(workspace):
        create_team(name="Fleet", members=[], leads=[], actor=admin)
        answer = run_into(lambda: client.post(url, {"name": "Fleet"}))

    assert answer.result(10).status_code == 422
    assert b"Another team has this name." in answer.result().content
    with scope(workspace):
        assert Team.objects.filter(name="Fleet").count() == 1


def test_a_teams_new_name(workspace, admin):
    team, client = factories.make_team(workspace), client_of(admin)
    url = f"/{workspace.slug}/settings/team/teams/{team.pk}/"
    with scope(workspace):
        create_team(name="Fleet", members=[], leads=[], actor=admin)
        answer = run_into(lambda: client.post(url, {"name": "Fleet"}))

    assert answer.result(10).status_code == 422
    assert b"Another team has this name." in answer.result().content


def test_a_channel(workspace, admin):
    client, url = client_of(admin), f"/{workspace.slug}/settings/channels/new/"
    with scope(workspace):
        create_webchat(name="Shop", config={}, actor=admin)
        answer = run_into(lambda: client.post(url, SITE))

    assert answer.result(10).status_code == 422
    assert b"Another channel has this name." in answer.result().content
    with scope(workspace):
        assert Channel.objects.filter(name="Shop").count() == 1


def test_a_channels_new_name(workspace, admin, channel):
    client, url = client_of(admin), f"/{workspace.slug}/settings/channels/{channel.pk}/"
    with scope(workspace):
        create_webchat(name="Shop", config={}, actor=admin)
        answer = run_into(lambda: client.post(url, SITE))

    assert answer.result(10).status_code == 422
    assert b"Another channel has this name." in answer.result().content


def test_a_workspace(db, redis):
    client = Client()
    client.force_login(factories.make_user("Ada"))
    with scope_of_new(Workspace(name="Acme", slug="acme")):
        typed = {"name": "Acme", "slug": "ACME"}
        answer = run_into(lambda: client.post("/accounts/workspaces/new/", typed))

    assert answer.result(10).status_code == 422
    assert b"That address is taken." in answer.result().content
    assert Workspace.objects.filter(slug="acme").count() == 1


def test_an_invitation(workspace, admin, super_admin):
    client, url = client_of(admin), f"/{workspace.slug}/settings/team/invitations/"
    typed = {"emails": INVITED, "role": "operator"}
    with scope(workspace):
        invite_people([INVITED], role="operator", limited=False, teams=[], actor=super_admin)
        answer = run_into(lambda: client.post(url, typed))

    assert answer.result(10).status_code == 422
    assert b"was invited just now." in answer.result().content
    with scope(workspace):
        assert Invitation.objects.count() == 1


def test_joining_twice_at_once(workspace, admin):
    token = factories.new_token()
    make_invitation(admin, token=token)
    typed = {"name": "Noor Aziz", "password1": NEW_PASSWORD}
    with scope(workspace):
        user = User.objects.create_user(INVITED, NEW_PASSWORD)
        accept_invitation(token, user=user, now=user.date_joined)
        answer = run_into(lambda: Client().post(f"/accounts/invitations/{token}/", typed))

    assert answer.result(10).status_code == 404
    assert b"This invitation no longer works" in answer.result().content


@pytest.mark.parametrize("door", ["page", "api"])
def test_a_tag(workspace, operator, conversation, channel, door):
    other = factories.make_conversation(channel, "bob")
    if door == "page":
        url = f"/{workspace.slug}/inbox/{other.number}/tags/"
        client = client_of(operator)
        call = lambda: client.post(url, {"name": "VIP"})  # noqa: E731
    else:
        _, secret = factories.make_api_token(operator, TokenScope.WRITE)
        headers = {"Authorization": f"Bearer {secret}"}
        url = f"/api/v1/conversations/{other.number}/tags/vip/"
        call = lambda: Client().put(url, headers=headers)  # noqa: E731
    with scope(workspace):
        tag_conversation(conversation, name="vip", actor=operator)
        answer = run_into(call)

    assert answer.result(10).status_code in {200, 302}
    with scope(workspace):
        assert [tag.name for tag in Tag.objects.all()] == ["vip"]
        assert other.taggings.count() == 1


def test_addresses_differ_in_more_than_capitals(workspace):
    with pytest.raises(DatabaseError, match="slug_is_lower_case"), scope(workspace):
        Workspace.objects.filter(pk=workspace.pk).update(slug="Acme")

    assert connection.is_usable()
