"""Coming in and going out: every page that allauth serves, with our answers."""

import re

import pytest
from allauth.account.urls import urlpatterns
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD
from tests.support.entrance import LOGIN, is_signed_in, sign_in, words

HOSTILE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "https://evil.example/acme/",
    "http://localhost/",
    "http://testserver/",
    "javascript:alert(1)",
    "evil.example",
    " //evil.example",
]
# What each page answers to nobody in particular, and to somebody who is signed in.
ANSWERS = {
    "account_change_password": (302, 200),
    "account_confirm_email": (200, 200),
    "account_confirm_login_code": (302, 302),
    "account_email": (302, 200),
    "account_email_verification_sent": (200, 200),
    "account_inactive": (200, 200),
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_reauthenticate": (302, 200),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_set_password": (302, 302),
    "account_signup": (200, 302),
}
ARGUMENTS = {
    "account_confirm_email": ["nokey"],
    "account_reset_password_from_key": ["1", "nokey"],
}


@pytest.mark.parametrize("name", sorted({pattern.name for pattern in urlpatterns} | set(ANSWERS)))
def test_every_page_of_allauth_is_one_of_ours(name, anyone, signed_in):
    path = reverse(name, args=ARGUMENTS.get(name, []))

    answers = [client.get(path) for client in (anyone, signed_in)]

    assert tuple(answer.status_code for answer in answers) == ANSWERS[name]
    for answer in answers:
        if answer.status_code == 200:
            assert answer.content.count(b'class="login__brand"') == 1
            assert answer.content.count(b"<h1>") == 1
            assert b"<h1></h1>" not in answer.content


def test_signing_in_leads_to_ones_work(client, ada):
    response = sign_in(client, ada)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)
    assert not response.cookies["session"]["max-age"]


def test_staying_signed_in_lasts_thirty_days(client, ada):
    response = sign_in(client, ada, remember="on")

    assert response.cookies["session"]["max-age"] == 30 * 24 * 3600


def test_a_wrong_password_is_said_beside_the_field(client, ada):
    response = sign_in(client, ada, "wrong horse battery")

    text = response.content.decode()
    field = re.search(r'<input [^>]*name="password"[^>]*>', text)[0]
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_password-error"' in field
    assert text.count("That email and password do not match.") == 1
    assert not is_signed_in(client)


def test_an_unknown_email_is_answered_like_a_wrong_password(client, ada):
    known = sign_in(client, ada, "wrong horse battery")
    unknown = sign_in(client, User(email="nobody@acme.test"), "wrong horse battery")

    assert words(unknown) == words(known)


def test_a_closed_account_stays_out(client, ada):
    User.objects.filter(pk=ada.pk).update(is_active=False)

    response = sign_in(client, ada)

    assert response["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_next_never_leaves_the_site(client, ada, hostile):
    arrived = sign_in(client, ada, next=hostile)
    left = client.post("/accounts/logout/", {"next": hostile})

    assert arrived["Location"] == "/"
    assert left["Location"] == LOGIN


def test_next_leads_on_within_the_site(client, ada):
    page = client.get(LOGIN, {"next": "/acme/inbox/7/?view=mine"})
    arrived = sign_in(client, ada, next="/acme/inbox/7/?view=mine")

    assert b'name="next" value="/acme/inbox/7/?view=mine"' in page.content
    assert arrived["Location"] == "/acme/inbox/7/?view=mine"


def test_a_link_signs_nobody_out(signed_in):
    signed_in.get("/accounts/logout/")
    assert is_signed_in(signed_in)

    response = signed_in.post("/accounts/logout/", follow=True)

    assert not is_signed_in(signed_in)
    assert b"You are signed out." in response.content


def test_five_wrong_tries_close_an_account_for_a_while_whatever_the_host(client, ada):
    for port in range(5):
        sign_in(client, ada, "wrong horse battery", host=f"localhost:{port + 1}")

    response = sign_in(client, ada, host="localhost:6")

    assert b"Too many tries." in response.content
    assert not is_signed_in(client)


def test_too_many_sign_ins_from_one_place_get_a_page_of_ours(client, ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sign_in(client, ada, "wrong horse battery")

    response = sign_in(client, ada)

    assert response.status_code == 429
    assert b"<h1>Too many tries</h1>" in response.content
    assert not is_signed_in(client)


def test_a_place_that_claims_to_be_another_is_counted_as_itself(client, ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    typed = {"login": ada.email, "password": PASSWORD}

    codes = [
        client.post(LOGIN, typed, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in (1, 2)
    ]

    assert codes == [302, 429]
