"""Every URL of people and teams, for everybody who may knock."""

import pytest
from django.test import Client

from accounts.actions.people import remove_member
from accounts.models import ApiToken, Event, Invitation, Membership, Team
from accounts.tenancy import scope
from tests import factories
from tests.support.invitations import make_invitation

PAGES = [
    ("GET", "settings/team/", "admin"),
    ("GET", "settings/team/invitations/", "admin"),
    ("POST", "settings/team/invitations/", "admin"),
    ("GET", "settings/team/members/{other}/", "admin"),
    ("POST", "settings/team/members/{other}/", "admin"),
    ("POST", "settings/team/members/{other}/removal/", "admin"),
    ("POST", "settings/team/invitations/{invitation}/resending/", "admin"),
    ("POST", "settings/team/invitations/{invitation}/revocation/", "admin"),
    ("GET", "settings/team/teams/new/", "admin"),
    ("POST", "settings/team/teams/new/", "admin"),
    ("GET", "settings/team/teams/{team}/", "admin"),
    ("POST", "settings/team/teams/{team}/", "admin"),
    ("POST", "settings/team/teams/{team}/removal/", "admin"),
    ("GET", "settings/api-tokens/", "operator"),
    ("GET", "settings/api-tokens/new/", "operator"),
    ("POST", "settings/api-tokens/new/", "operator"),
    ("POST", "settings/api-tokens/{token}/revocation/", "super_admin"),
    ("GET", "settings/audit/", "super_admin"),
    ("GET", "settings/audit/export/", "super_admin"),
    ("GET", "settings/security/", "super_admin"),
    ("POST", "settings/security/", "super_admin"),
]


def state_of(workspace):
    with scope(workspace):
        tables = (Membership, Team, Invitation, Event, ApiToken)
        return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize(("method", "path", "least"), PAGES)
@pytest.mark.parametrize("who", ["anonymous", "stranger", "removed", "operator", "admin", "owner"])
def test_every_settings_url_for_every_role(request, workspace, admin, method, path, least, who):
    other = factories.make_membership(workspace, name="Otto")
    ids = {
        "other": other.pk,
        "team": factories.make_team(workspace).pk,
        "invitation": make_invitation(admin).pk,
        "token": factories.make_api_token(other)[0].pk,
    }
    client = Client()
    if who == "removed":
        member = factories.make_membership(workspace)
        with scope(workspace):
            remove_member(member, actor=None)
        client.force_login(member.user)
    elif who != "anonymous":
        client.force_login(request.getfixturevalue(who).user)
    before = state_of(workspace)

    response = client.generic(method, f"/{workspace.slug}/{path.format(**ids)}")

    allowed = (
        who
        in {
            "operator": {"operator", "admin", "owner"},
            "admin": {"admin", "owner"},
            "super_admin": {"owner"},
        }[least]
    )
    if allowed:
        assert response.status_code in {200, 302, 422}
        return
    # Of others' tokens nobody is told that they are there.
    inside = 404 if "{token}" in path else 403
    expected = {"anonymous": 302, "stranger": 404, "removed": 404}.get(who, inside)
    assert response.status_code == expected
    assert state_of(workspace) == before


def test_the_matrix_knows_every_url_of_people():
    from accounts.workspace_urls import urlpatterns
    from inbox.urls import urlpatterns as of_inbox

    known = {path for _, path, _ in PAGES}
    found = {
        str(p.pattern).replace("<int:pk>", "{}")
        for p in [*urlpatterns, *of_inbox]
        if str(p.pattern).startswith(
            ("settings/team", "settings/audit", "settings/api", "settings/security")
        )
    }

    plain = {
        path.replace("{other}", "{}")
        .replace("{team}", "{}")
        .replace("{invitation}", "{}")
        .replace("{token}", "{}")
        for path in known
    }
    assert plain == found


def test_somebody_with_two_workspaces_finds_the_way_between_them(workspace, elsewhere, operator):
    with scope(elsewhere):
        Membership.objects.create(user=operator.user)
    client = Client()
    client.force_login(operator.user)

    for here, other in ((workspace, elsewhere), (elsewhere, workspace)):
        text = client.get(f"/{here.slug}/inbox/").content.decode()
        menu = text.split('id="workspaces"')[1].split("</div>")[0]
        assert f'href="/{here.slug}/inbox/" aria-current="true"' in menu
        assert f'href="/{other.slug}/inbox/">' in menu
