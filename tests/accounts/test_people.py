"""Who may change whom, and what stays as it was when they may not."""

import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions.people import LastSuperAdmin, OwnRights, change_member, remove_member
from accounts.enums import EventKind, Role
from accounts.models import Event, Invitation, Membership, Team
from accounts.permissions import NotAllowed
from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation
from inbox.models import Conversation
from tests import factories
from tests.support.entrance import client_of
from tests.support.invitations import make_invitation


def rights(*members):
    with scope(members[0].workspace):
        return [
            Membership.objects.values_list("role", "limited_to_teams", "is_active").get(pk=one.pk)
            for one in members
        ]


def test_changing_a_person_is_recorded_with_what_stood_before(workspace, operator, admin):
    team = factories.make_team(workspace)
    client = client_of(admin)

    url = f"/{workspace.slug}/settings/team/members/{operator.pk}/"
    response = client.post(
        url, {"role": "operator", "limited": "on", "teams": team.pk}, REMOTE_ADDR="192.0.2.18"
    )

    assert response["Location"] == f"/{workspace.slug}/settings/team/"
    with scope(workspace):
        event = Event.objects.get(kind=EventKind.MEMBERSHIP_CHANGED)
        changed = Membership.objects.get(pk=operator.pk)
        assert changed.limited_to_teams
        assert [row.team for row in changed.team_memberships.all()] == [team]
        assert (event.actor, event.address) == (admin, "192.0.2.18")
        assert event.data["before"] == {"limited": False, "teams": []}
        assert event.data["after"] == {"limited": True, "teams": [team.name]}


@pytest.mark.parametrize(
    ("who", "whom", "role", "status"),
    [
        ("operator", "other", "operator", 403),
        ("admin", "other", "operator", 302),
        ("admin", "other", "admin", 422),
        ("admin", "other", "super_admin", 422),
        ("admin", "owner", "operator", 403),
        ("admin", "admin", "operator", 403),
        ("super_admin", "other", "super_admin", 302),
        ("super_admin", "admin", "operator", 302),
        ("super_admin", "owner", "admin", 302),
        ("super_admin", "super_admin", "admin", 403),
        ("stranger", "other", "operator", 404),
    ],
)
def test_who_may_change_whom(request, workspace, settings_url, who, whom, role, status):
    request.getfixturevalue("owner")
    other = factories.make_membership(workspace, name="Otto")
    member = other if whom == "other" else request.getfixturevalue(whom)
    actor = request.getfixturevalue(who)
    before = rights(member)

    response = client_of(actor).post(f"{settings_url}members/{member.pk}/", {"role": role})

    assert response.status_code == status
    if status == 302:
        assert rights(member)[0][0] == role
    else:
        assert rights(member) == before


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("operator", "other", 403),
        ("admin", "other", 302),
        ("admin", "owner", 403),
        ("admin", "admin", 403),
        ("super_admin", "owner", 302),
        ("super_admin", "super_admin", 403),
        ("stranger", "other", 404),
    ],
)
def test_who_may_remove_whom(request, workspace, settings_url, who, whom, status):
    request.getfixturevalue("owner")
    other = factories.make_membership(workspace, name="Otto")
    member = other if whom == "other" else request.getfixturevalue(whom)

    response = client_of(request.getfixturevalue(who)).post(
        f"{settings_url}members/{member.pk}/removal/"
    )

    assert response.status_code == status
    assert rights(member)[0][2] is (status != 302)


@pytest.mark.parametrize("path", ["members/{}/", "members/{}/removal/"])
def test_people_of_another_workspace_do_not_exist(workspace, admin, stranger, settings_url, path):
    before = rights(stranger)

    response = client_of(admin).post(settings_url + path.format(stranger.pk), {"role": "operator"})

    assert response.status_code == 404
    assert rights(stranger) == before


def test_fields_that_no_form_has_change_nothing(
    workspace, elsewhere, admin, operator, settings_url
):
    foreign = factories.make_team(elsewhere)
    typed = {"role": "operator", "is_active": "", "workspace": elsewhere.pk, "user": admin.user.pk}

    client_of(admin).post(f"{settings_url}members/{operator.pk}/", typed)
    refused = client_of(admin).post(
        f"{settings_url}members/{operator.pk}/", typed | {"teams": foreign.pk}
    )

    assert refused.status_code == 422
    with scope(workspace):
        again = Membership.objects.get(pk=operator.pk)
        assert (again.user_id, again.is_active) == (operator.user_id, True)
        assert not again.team_memberships.exists()


def test_nobody_changes_their_own_role_and_somebody_stays(workspace, owner):
    with scope(workspace), pytest.raises(OwnRights):
        change_member(owner, role=Role.ADMIN, limited=False, teams=[], actor=owner)
    for leave in (
        lambda: change_member(owner, role=Role.ADMIN, limited=False, teams=[], actor=None),
        lambda: remove_member(owner, actor=None),
    ):
        with scope(workspace), pytest.raises(LastSuperAdmin):
            leave()

    assert rights(owner) == [(Role.SUPER_ADMIN, False, True)]


def test_two_super_admins_who_demote_each_other_leave_one(workspace, owner, super_admin):
    start, outcomes = threading.Barrier(2), []

    def demote(member, actor):
        try:
            with scope(workspace):
                start.wait()
                change_member(member, role=Role.OPERATOR, limited=False, teams=[], actor=actor)
            outcomes.append("done")
        except NotAllowed:
            outcomes.append("refused")
        finally:
            connections.close_all()

    pairs = [(owner, super_admin), (super_admin, owner)]
    threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "refused"]
    assert sorted(role for role, *_ in rights(owner, super_admin)) == ["operator", "super_admin"]


def test_a_removed_person_loses_this_workspace_and_their_conversations_wait_again(
    workspace, elsewhere, admin, operator, conversation, settle
):
    with scope(workspace):
        assign_conversation(conversation, to=operator, actor=admin)
    with scope(elsewhere):
        Membership.objects.create(user=operator.user)
    make_invitation(operator)
    theirs = client_of(operator)

    with scope(workspace):
        remove_member(operator, actor=admin)
    settle(workspace)

    assert theirs.get(f"/{workspace.slug}/inbox/").status_code == 404
    assert theirs.get(f"/{elsewhere.slug}/inbox/").status_code == 200
    with scope(workspace):
        again = Conversation.objects.get()
        last = Event.objects.about(again).order_by("-seq")[0]
        assert again.assignee is None
        assert (last.kind, last.actor) == ("conversation.unassigned", admin)
        assert not Invitation.objects.exists()


def test_deleting_a_team_sends_its_conversations_to_no_team(workspace, admin, settings_url):
    team = factories.make_team(workspace)
    conversation = factories.make_conversation(factories.make_channel(workspace, team))

    response = client_of(admin).post(f"{settings_url}teams/{team.pk}/removal/")

    assert response.status_code == 302
    with scope(workspace):
        again = Conversation.objects.get(pk=conversation.pk)
        last = Event.objects.about(again).order_by("-seq")[0]
        assert (again.team, last.kind, last.actor) == (None, "conversation.moved", admin)
        assert not Team.objects.exists()
        assert Event.objects.get(kind=EventKind.TEAM_DELETED).data["before"]["name"] == team.name


def test_a_team_has_members_and_leads(workspace, admin, operator, settings_url):
    typed = {"name": "Fleet", "members": [operator.pk], "leads": [admin.pk]}

    made = client_of(admin).post(f"{settings_url}teams/new/", typed)
    with scope(workspace):
        team = Team.objects.get()
    client_of(admin).post(
        f"{settings_url}teams/{team.pk}/", {"name": "Vans", "members": [operator.pk]}
    )

    assert made.status_code == 302
    with scope(workspace):
        team.refresh_from_db()
        rows = list(team.team_memberships.values_list("membership", "is_lead"))
        created, changed = Event.objects.filter(subject_kind="team").order_by("pk")
        assert (team.name, rows) == ("Vans", [(operator.pk, False)])
        assert created.data["after"]["leads"] == [admin.user.name]
        assert changed.data["people"] == [admin.pk]


def test_two_teams_of_a_name_are_refused(workspace, admin, settings_url):
    team = factories.make_team(workspace)

    response = client_of(admin).post(f"{settings_url}teams/new/", {"name": team.name})

    assert response.status_code == 422
    assert b"Another team has this name." in response.content


def test_the_page_costs_the_same_for_one_and_for_three(workspace, admin, settings_url):
    client, counts = client_of(admin), []
    client.get(settings_url)
    for more in (1, 2):
        for _ in range(more):
            team = factories.make_team(workspace)
            factories.make_membership(workspace, teams=[team])
            make_invitation(admin, f"noor-{team.pk}@acme.test", teams=[team])
        with CaptureQueriesContext(connection) as queries:
            response = client.get(settings_url)
        counts.append((response.content.count(b'<tr class="invited">'), len(queries)))

    assert counts == [(1, counts[0][1]), (3, counts[0][1])]


def test_what_people_call_themselves_is_shown_as_typed(workspace, admin, settings_url):
    nasty = '"><img src=x onerror=alert(1)>'
    factories.make_membership(workspace, name=nasty)

    assert b"<img" not in client_of(admin).get(settings_url).content


def test_people_are_found_by_name_email_and_team(workspace, admin, operator, settings_url):
    team = factories.make_team(workspace)
    member = factories.make_membership(workspace, teams=[team], name="Zora Zett")

    for query in ("zora", team.name, member.user.email):
        text = client_of(admin).get(settings_url, {"q": query}).content.decode()
        table = text.split("<tbody>")[1].split("</tbody>")[0]
        assert "Zora Zett" in table
        assert operator.user.name not in table


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
