"""Making an account, an address of one's own, and a workspace."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User, Workspace
from tests.factories import make_user
from tests.support.entrance import LOGIN, is_signed_in, link_in, sign_up


def test_signing_up_asks_for_name_email_and_password(client, db):
    text = client.get("/accounts/signup/").content.decode()

    inputs = re.findall(r'<input class="input[^>]*name="(\w+)"[^>]*autocomplete="([\w-]+)"', text)
    assert inputs == [("name", "name"), ("email", "username"), ("password1", "new-password")]


def test_signing_up_leads_to_a_workspace_of_ones_own(client, db):
    signed_up = sign_up(client)
    asked = client.get("/", follow=True)
    made = client.post("/accounts/workspaces/new/", {"name": "Halden Cycles", "slug": ""})

    assert signed_up["Location"] == "/"
    assert User.objects.get().name == "Ada Lovelace"
    assert b"<h1>Make your workspace</h1>" in asked.content
    assert made["Location"] == "/halden-cycles/inbox/"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Type your name."),
        ({"email": ""}, "Type your email."),
        ({"email": "ada"}, "That is not an email address. It looks like ada@example.com."),
        ({"password1": ""}, "Choose a password."),
        ({"password1": "short"}, "This password is too short."),
        ({"password1": "ada@acme.test"}, "The password is too similar to the email."),
    ],
)
def test_a_sign_up_that_misses_something_makes_nobody(client, db, typed, sentence):
    response = sign_up(client, **typed)

    assert sentence in response.content.decode()
    assert not User.objects.exists()
    assert not is_signed_in(client)


def test_a_known_email_is_not_told_from_a_new_one_where_mails_prove_them(client, ada, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"

    known, new = (
        sign_up(Client(), email, name="Somebody") for email in (ada.email, "new@acme.test")
    )

    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert known["Location"] == "/accounts/confirm-email/"
    assert User.objects.filter(email=ada.email).get().name == "Ada Lovelace"
    assert [message.subject for message in mail.outbox] == [
        "You have an account at Helpdesk already",
        "Welcome to Helpdesk: is this your address?",
    ]


def test_a_known_email_makes_no_second_account_where_no_mail_proves_it(client, ada, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"

    response = sign_up(client, ada.email)

    assert b"There is an account with that email." in response.content
    assert User.objects.get() == ada
    assert not is_signed_in(client)


def test_confirming_in_the_browser_that_signed_up_goes_straight_on(client, db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    sign_up(client)
    link = link_in(mail.outbox[0])
    assert not is_signed_in(client)

    looked = client.get(link)
    unproved = EmailAddress.objects.get().verified
    confirmed = client.post(link)

    assert b"<b>ada@acme.test</b>" in looked.content
    assert not unproved
    assert EmailAddress.objects.get().verified
    assert confirmed["Location"] == "/"
    assert is_signed_in(client)


def test_confirming_in_another_browser_asks_to_sign_in(client, db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    sign_up(client)
    other = Client()

    response = other.post(link_in(mail.outbox[0]), follow=True)

    assert response.redirect_chain == [(LOGIN, 302)]
    assert b"ada@acme.test is confirmed." in response.content
    assert not is_signed_in(other)


def test_another_address_signs_in_once_it_is_confirmed(signed_in, ada):
    typed = {"email": "Countess@acme.test", "action_add": "1"}
    added = signed_in.post("/accounts/email/", typed, follow=True)
    signed_in.post(link_in(mail.outbox[0]))
    typed = {"email": "countess@acme.test", "action_primary": "1"}
    signed_in.post("/accounts/email/", typed)

    ada.refresh_from_db()
    assert b"We sent a link to countess@acme.test." in added.content
    assert ada.email == "countess@acme.test"


def test_nobody_claims_the_address_of_another(signed_in, ada):
    other = make_user()

    response = signed_in.post("/accounts/email/", {"email": other.email, "action_add": "1"})
    signed_in.post("/accounts/email/", {"email": other.email, "action_primary": "1"})

    ada.refresh_from_db()
    assert b"There is an account with that email." in response.content
    assert not EmailAddress.objects.filter(email=other.email).exists()
    assert ada.email != other.email


@pytest.mark.parametrize(
    ("name", "slug", "made"),
    [
        ("Halden Cycles", "", "halden-cycles"),
        ("Halden Cycles", "Halden", "halden"),
        ("Café Ørsted", "", "cafe-rsted"),
        ("Accounts", "", "accounts-2"),
        ("Привет", "", "workspace"),
    ],
)
def test_a_workspace_gets_an_address(signed_in, name, slug, made):
    response = signed_in.post("/accounts/workspaces/new/", {"name": name, "slug": slug})

    assert response["Location"] == f"/{made}/inbox/"
    assert Workspace.objects.get().slug == made


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("accounts", "The address “accounts” is taken. Choose another."),
        ("Accounts", "The address “accounts” is taken. Choose another."),
        ("halden", "That address is taken. Choose another."),
        ("HALDEN", "That address is taken. Choose another."),
        ("a b", "An address has letters, digits and hyphens only."),
        ("../x", "An address has letters, digits and hyphens only."),
    ],
)
def test_a_workspace_takes_no_address_of_ours_or_others(signed_in, slug, sentence):
    Workspace.objects.create(name="Halden", slug="halden")

    response = signed_in.post("/accounts/workspaces/new/", {"name": "Mine", "slug": slug})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert [workspace.slug for workspace in Workspace.objects.all()] == ["halden"]
