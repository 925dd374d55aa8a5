"""Forgetting a password, and choosing another."""

from django.core import mail
from django.test import Client

from tests.factories import PASSWORD
from tests.support.entrance import (
    NEW_PASSWORD,
    ask_for_reset,
    is_signed_in,
    link_in,
    sign_in,
    words,
)


def test_a_forgotten_password_is_replaced_and_everyone_else_signed_out(client, ada):
    elsewhere = Client()
    sign_in(elsewhere, ada)
    ask_for_reset(client, ada.email)
    link = link_in(mail.outbox[0])

    form = client.get(link, follow=True)
    typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    changed = client.post(form.request["PATH_INFO"], typed)

    ada.refresh_from_db()
    assert ada.check_password(NEW_PASSWORD)
    assert changed["Location"] == "/"
    assert is_signed_in(client)
    assert elsewhere.get("/accounts/email/").status_code == 302
    assert mail.outbox[1].subject == "Your password was changed"
    assert b"This link no longer works" in Client().get(link, follow=True).content
    assert b"banner" not in client.get("/accounts/email/").content


def test_new_passwords_that_differ_change_nothing(client, ada):
    ask_for_reset(client, ada.email)
    form = client.get(link_in(mail.outbox[0]), follow=True)

    typed = {"password1": NEW_PASSWORD, "password2": PASSWORD}
    response = client.post(form.request["PATH_INFO"], typed)

    ada.refresh_from_db()
    assert response.status_code == 200
    assert b'id="id_password2-error"' in response.content
    assert ada.check_password(PASSWORD)


def test_a_forgotten_password_is_answered_alike_for_everyone(client, ada):
    answers = {
        email: [ask_for_reset(Client(), email).status_code for _ in range(4)]
        for email in (ada.email, "nobody@acme.test")
    }

    assert answers[ada.email] == answers["nobody@acme.test"] == [302, 302, 302, 429]
    assert [message.to for message in mail.outbox] == [[ada.email]] * 3 + [["nobody@acme.test"]] * 3


def test_a_mail_server_that_is_away_is_said_alike_for_everyone(client, ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 9, False

    known, unknown = (ask_for_reset(Client(), email) for email in (ada.email, "nobody@acme.test"))

    assert (known.status_code, unknown.status_code) == (503, 503)
    assert b"The mail could not be sent. Try again in a few minutes." in known.content
    assert words(known) == words(unknown)


def test_changing_the_password_needs_the_old_one(signed_in, ada):
    typed = {"oldpassword": "guess", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    response = signed_in.post("/accounts/password/change/", typed)

    ada.refresh_from_db()
    assert b"That is not the password you have now." in response.content
    assert ada.check_password(PASSWORD)
    assert mail.outbox == []


def test_changing_the_password_keeps_one_signed_in_and_says_so(signed_in, ada):
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    response = signed_in.post("/accounts/password/change/", typed, follow=True)

    ada.refresh_from_db()
    assert ada.check_password(NEW_PASSWORD)
    assert b"Your password is changed. Other browsers are signed out." in response.content
    assert is_signed_in(signed_in)
    assert [message.subject for message in mail.outbox] == ["Your password was changed"]


def test_a_person_without_a_password_chooses_one(client, ada):
    ada.set_unusable_password()
    ada.save(update_fields=["password"])
    client.force_login(ada)

    page = client.get("/accounts/password/change/", follow=True)
    typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/accounts/password/set/", typed)

    ada.refresh_from_db()
    assert b"<h1>Choose a password</h1>" in page.content
    assert ada.check_password(NEW_PASSWORD)
