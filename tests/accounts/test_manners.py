"""Pages and mails speak to a person as they chose, and else as their browser says."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from accounts.actions.invitations import invite_people
from accounts.models import User
from accounts.tenancy import scope
from tests.factories import make_user

RUSSIAN = {"Accept-Language": "ru-RU,ru;q=0.9"}
PROFILE = "/accounts/profile/"


def choose(user, **chosen):
    User.objects.filter(pk=user.pk).update(**chosen)


def title(response):
    return response.content.decode().partition("<h1>")[2].partition("<")[0]


@pytest.mark.parametrize(
    ("chosen", "headers", "language"),
    [
        ("", {}, "en"),
        ("", RUSSIAN, "ru"),
        ("ru", {}, "ru"),
        ("en", RUSSIAN, "en"),
        ("xx", RUSSIAN, "ru"),
        ("", {"Accept-Language": "pt-PT,pt"}, "en"),
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_pages_are_in_the_chosen_language(client, operator, chosen, headers, language, inside):
    choose(operator.user, language=chosen)
    client.force_login(operator.user)

    address = f"/{operator.workspace.slug}/inbox/" if inside else PROFILE
    response = client.get(address, headers=headers)

    assert f'<html lang="{language}">' in response.content.decode()
    assert response["Content-Language"] == language


def test_no_language_leaks_into_the_next_request(operator):
    choose(operator.user, language="ru", time_zone="Asia/Tokyo")
    theirs = Client()
    theirs.force_login(operator.user)
    theirs.get(PROFILE)

    assert '<html lang="en">' in Client().get("/accounts/login/").content.decode()
    assert timezone.get_current_timezone_name() == "UTC"


def test_strangers_and_visitors_hear_their_browser(client, operator, channel):
    choose(operator.user, language="ru")
    client.force_login(operator.user)

    panel = client.get(f"/widget/{channel.key}/").content.decode()

    assert '<html lang="en"' in panel
    login = Client().get("/accounts/login/", headers=RUSSIAN).content.decode()
    assert '<html lang="ru">' in login


def test_the_page_tells_its_script_the_zone(operator_client, operator):
    choose(operator.user, time_zone="Asia/Tokyo")

    page = operator_client.get(f"/{operator.workspace.slug}/inbox/").content.decode()

    assert 'data-zone="Asia/Tokyo"' in page


@pytest.mark.parametrize("zone", ["", "Gone/Away"])
def test_a_zone_that_is_none_breaks_nothing(operator_client, operator, zone):
    choose(operator.user, time_zone=zone)

    assert operator_client.get(PROFILE).status_code == 200


@pytest.mark.parametrize(("chosen", "language"), [("ru", "ru"), ("", "en")])
def test_a_mail_is_in_the_language_of_whom_it_is_for(db, chosen, language):
    user = make_user("Ada")
    choose(user, language=chosen)

    Client().post("/accounts/password/reset/", {"email": user.email})

    html = str(mail.outbox[0].alternatives[0][0])
    assert f'<html lang="{language}">' in html


def test_a_mail_tells_times_in_the_persons_zone(db, time_machine):
    user = make_user("Ada")
    choose(user, time_zone="Asia/Tokyo")
    time_machine.move_to("2026-03-10T20:30:00Z", tick=False)

    Client().post("/accounts/password/reset/", {"email": user.email})

    assert "11 March 2026, 05:30 JST" in str(mail.outbox[0].body)


@pytest.mark.parametrize(
    ("inviter", "invited", "language"),
    [("ru", None, "ru"), ("ru", "en", "en"), ("", "ru", "ru"), ("", None, "en")],
)
def test_an_invitation_is_in_the_language_of_the_invited_or_else_of_who_invites(
    workspace, super_admin, settle, inviter, invited, language
):
    choose(super_admin.user, language=inviter)
    email = "noor@acme.test"
    if invited:
        user = make_user("Noor")
        choose(user, language=invited)
        email = user.email
    with scope(workspace):
        invite_people([email], role="operator", limited=False, teams=[], actor=super_admin)

    settle(workspace)

    assert f'<html lang="{language}">' in str(mail.outbox[0].alternatives[0][0])
    assert translation.get_language() == "en"
