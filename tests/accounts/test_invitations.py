"""Invitations: one mail, one link, one person, seven days."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.actions.invitations import resend_invitation, revoke_invitation
from accounts.actions.people import change_member
from accounts.enums import EventKind, Role
from accounts.models import Event, Invitation, Membership, User
from accounts.tenancy import scope
from tests import factories
from tests.support.entrance import NEW_PASSWORD, client_of, is_signed_in, link_in
from tests.support.invitations import INVITED, make_invitation

TYPED = {"name": "Noor Aziz", "password1": NEW_PASSWORD}


@pytest.fixture
def token():
    return factories.new_token()


@pytest.fixture
def link(admin, token):
    make_invitation(admin, token=token)
    return f"/accounts/invitations/{token}/"


def pending(workspace):
    with scope(workspace):
        return list(Invitation.objects.order_by("pk"))


def members(workspace):
    with scope(workspace):
        return set(Membership.objects.active().values_list("user__email", "role"))


def test_an_invited_person_signs_up_through_the_mail(
    workspace, admin, settings_url, settle, settings
):
    settings.BASE_URL = "https://help.example"
    team, anyone = factories.make_team(workspace), Client()
    typed = {"emails": f"Noor <{INVITED.upper()}>", "role": "operator", "teams": team.pk}

    client_of(admin).post(f"{settings_url}invitations/", typed | {"limited": "on"})
    settle(workspace)
    (message,) = mail.outbox
    page = anyone.get(link_in(message))
    joined = anyone.post(link_in(message), TYPED)

    assert message.to == [INVITED]
    assert message.subject.startswith("Marta Silva invites you to Acme")
    assert "https://help.example/accounts/invitations/" in message.body
    assert f'value="{INVITED}"' in page.content.decode()
    assert joined["Location"] == f"/{workspace.slug}/inbox/"
    assert is_signed_in(anyone)
    assert EmailAddress.objects.get().verified
    assert pending(workspace) == []
    with scope(workspace):
        member = Membership.objects.get(user__email=INVITED)
        assert (member.role, member.limited_to_teams) == (Role.OPERATOR, True)
        assert [row.team for row in member.team_memberships.all()] == [team]
        assert Event.objects.get(kind=EventKind.MEMBERSHIP_JOINED).actor == member
        text = str(list(Event.objects.values()))
        assert link_in(message).split("/")[-2] not in text


def test_the_password_of_an_invited_person_is_judged(workspace, link):
    response = Client().post(link, TYPED | {"password1": "short"})

    assert response.status_code == 422
    assert b"This password is too short." in response.content
    assert not User.objects.filter(email=INVITED).exists()
    assert len(pending(workspace)) == 1


def test_somebody_with_an_account_signs_in_and_joins(workspace, link):
    noor = User.objects.create_user(INVITED, factories.PASSWORD, name="Noor")
    client = Client()
    asked = client.get(link).content.decode()
    untouched = client.post(link, TYPED)
    client.force_login(noor)

    page, joined = client.get(link), client.post(link)

    assert f"/accounts/login/?next={link}" in asked
    assert untouched.status_code == 200
    assert noor.check_password(factories.PASSWORD)
    assert b"Join Acme" in page.content
    assert joined["Location"] == f"/{workspace.slug}/inbox/"
    assert (INVITED, "operator") in members(workspace)


def test_somebody_else_is_told_for_whom_it_is(workspace, link, stranger):
    client, before = client_of(stranger), members(workspace)

    page, posted = client.get(link), client.post(link, TYPED)

    for response in (page, posted):
        text = response.content.decode()
        assert f"signed in as {stranger.user.email}" in text
        assert f'<input type="hidden" name="next" value="{link}">' in text
    assert members(workspace) == before


def spoil(how, workspace, admin, super_admin, invitation):
    with scope(workspace):
        if how == "revoked":
            revoke_invitation(invitation, actor=admin)
        elif how == "resent":
            resend_invitation(invitation, actor=admin)
        elif how == "expired":
            Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        elif how == "inviter demoted":
            change_member(admin, role=Role.OPERATOR, limited=False, teams=[], actor=super_admin)
    if how == "used":
        return "used"
    return ""


@pytest.mark.parametrize("how", ["used", "revoked", "resent", "expired", "inviter demoted"])
def test_a_dead_link_says_what_a_made_up_one_says(workspace, admin, super_admin, link, how, settle):
    if spoil(how, workspace, admin, super_admin, pending(workspace)[0]):
        Client().post(link, TYPED)
    before = members(workspace)

    dead, made_up = Client().get(link), Client().get("/accounts/invitations/made-up/")
    posted = Client().post(link, TYPED | {"name": "Mallory"})

    assert (dead.status_code, posted.status_code, made_up.status_code) == (404, 404, 404)
    assert dead.content == made_up.content == posted.content
    assert members(workspace) == before


@pytest.mark.parametrize(
    "token", ["", "/", "%20", "%00", "null", "None", "[]", "%25", "_", "%F0%9F%94%91", "a" * 5000]
)
def test_what_is_no_token_opens_nothing(workspace, admin, token):
    with scope(workspace):
        Invitation.objects.create(
            email=INVITED,
            invited_by=admin,
            expires_at=timezone.now() + timedelta(days=7),
        )  # its mail has not gone, so that it has no token

    response = Client().post(f"/accounts/invitations/{token}/", TYPED)

    assert response.status_code == 404
    assert b"This invitation no longer works" in response.content
    assert not User.objects.filter(email=INVITED).exists()


def test_sending_again_makes_a_new_link(workspace, admin, settings_url, link, settle):
    (invitation,) = pending(workspace)

    client_of(admin).post(f"{settings_url}invitations/{invitation.pk}/resending/")
    settle(workspace)

    (message,) = mail.outbox
    assert link_in(message) != link
    assert Client().get(link).status_code == 404
    assert Client().get(link_in(message)).status_code == 200


def test_inviting_again_replaces_the_invitation_before(workspace, admin, settings_url, link):
    (before,) = pending(workspace)

    client_of(admin).post(f"{settings_url}invitations/", {"emails": INVITED, "role": "operator"})

    (now,) = pending(workspace)
    assert now.pk != before.pk
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"emails": ""}, "Type at least one address."),
        ({"emails": "noor"}, "That is not an email address."),
        ({"emails": "noor@acme.test, a@b@c"}, "“a@b@c” is not an email address."),
        ({"emails": " ".join(f"n{n}@acme.test" for n in range(21))}, "At most 20 people at once."),
        ({"role": "admin"}, "admin is not one of the available choices."),
        ({"role": "super_admin"}, "super_admin is not one of the available choices."),
    ],
)
def test_an_invitation_that_misses_something_invites_nobody(
    workspace, admin, settings_url, typed, sentence
):
    typed = {"emails": INVITED, "role": "operator"} | typed

    response = client_of(admin).post(f"{settings_url}invitations/", typed)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert pending(workspace) == []


def test_who_works_here_is_not_invited(workspace, admin, operator, settings_url):
    typed = {"emails": f"{INVITED} {operator.user.email}", "role": "operator"}

    response = client_of(admin).post(f"{settings_url}invitations/", typed)

    assert b"works here already." in response.content
    assert pending(workspace) == []


def test_an_admins_invitation_is_not_for_admins_to_touch(
    workspace, admin, super_admin, settings_url
):
    invitation = make_invitation(super_admin, role=Role.ADMIN)

    for verb in ("resending", "revocation"):
        response = client_of(admin).post(f"{settings_url}invitations/{invitation.pk}/{verb}/")
        assert response.status_code == 403
    typed = {"emails": INVITED, "role": "operator"}
    assert client_of(admin).post(f"{settings_url}invitations/", typed).status_code == 403

    assert pending(workspace) == [invitation]


def test_a_removed_person_comes_back_as_invited(workspace, admin, link):
    noor = User.objects.create_user(INVITED, factories.PASSWORD, name="Noor")
    with scope(workspace):
        Membership.objects.create(user=noor, role=Role.ADMIN, is_active=False)
    client = Client()
    client.force_login(noor)

    client.post(link)

    assert (INVITED, "operator") in members(workspace)
