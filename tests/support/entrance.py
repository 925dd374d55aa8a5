"""How tests come in by the front door."""

import re

from django.test import Client

from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
NEW_PASSWORD = "staple battery horse"


def sign_in(client, user, password=PASSWORD, **data):
    host = data.pop("host", "testserver")
    typed = {"login": user.email, "password": password} | data
    return client.post(LOGIN, typed, headers={"Host": host})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def link_in(message) -> str:
    """Return the path of the first link of a mail's text."""
    return re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]


def words(response) -> str:
    """Return a page without what differs from one request to the next."""
    text = response.content.decode()
    return re.sub(r'(csrfmiddlewaretoken" value=|type="email"[^>]* value=)"[^"]*"', r"\1", text)


def sign_up(client, email="ada@acme.test", **data):
    typed = {"name": "Ada Lovelace", "email": email, "password1": NEW_PASSWORD} | data
    return client.post("/accounts/signup/", typed)


def ask_for_reset(client, email, **headers):
    return client.post("/accounts/password/reset/", {"email": email}, headers=headers)


def client_of(member) -> Client:
    """Return a browser of its own in which a member is signed in."""
    client = Client()
    client.force_login(member.user)
    return client
