"""Bad input at the entrance: what signs nobody in, and to whom the link of a new password goes."""

import re

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.factories import PASSWORD, make_user
from tests.support.entrance import LOGIN, ask_for_reset, is_signed_in

NO_MATCH = "That email and password do not match."
NO_EMAIL = "That is not an email address."


@pytest.fixture
def ada(db):
    return make_user("Ada Lovelace")


@pytest.fixture
def hashed(monkeypatch):
    """What was hashed while somebody was judged."""
    seen = []
    for hasher in hashers.get_hashers():
        encode = type(hasher).encode

        def watched(self, password, *rest, encode=encode, **options):
            seen.append(len(password))
            return encode(self, password, *rest, **options)

        monkeypatch.setattr(type(hasher), "encode", watched)
    return seen


def test_what_signs_nobody_in(ada, hashed):
    rows = [
        # what is typed, the headers, and the answer
        ({"login": ada.email, "password": ada.password}, {}, 200, NO_MATCH),
        ({"login": ada.email, "password": PASSWORD + "\x00"}, {}, 200, "Null characters"),
        ({"login": ada.email, "password": PASSWORD + " "}, {}, 200, NO_MATCH),
        ({"login": ada.email, "password": PASSWORD.upper()}, {}, 200, NO_MATCH),
        ({"login": ada.email, "password": ["", ""]}, {}, 200, "Type your password."),
        ({"login": "%", "password": PASSWORD}, {}, 200, NO_EMAIL),
        ({"login": "*@acme.test", "password": PASSWORD}, {}, 200, NO_MATCH),
        ({"login": ada.email + "\x00", "password": PASSWORD}, {}, 200, NO_EMAIL),
        ({"login": ada.email.replace("@", "@\u200b"), "password": PASSWORD}, {}, 200, NO_MATCH),
        ({"login": f"{ada.email}, eve@evil.test", "password": PASSWORD}, {}, 200, NO_EMAIL),
        ({"login": "x" * 100_000 + "@acme.test", "password": PASSWORD}, {}, 200, "320"),
        ({}, {"X-Remote-User": ada.email, "Remote-User": ada.email}, 200, "Type your email."),
        ({"login[$ne]": "", "password[$ne]": ""}, {}, 200, "Type your email."),
    ]
    for typed, headers, status, said in rows:
        cache.clear()
        client = Client()
        answer = client.post(LOGIN, typed, headers=headers)
        assert answer.status_code == status, typed
        assert said in answer.content.decode(), typed
        assert not is_signed_in(client), typed

    hashed.clear()
    answer = Client().post(LOGIN, {"login": ada.email, "password": "x" * 10_000_000})
    assert (answer.status_code, hashed) == (400, [])


def test_the_link_of_a_new_password_goes_to_the_address_that_is_known(ada):
    local, _, domain = ada.email.partition("@")
    rows = [
        # what is asked for, and whether the link goes out
        (ada.email.upper(), True),
        (f" {ada.email} ", True),
        ([ada.email, "eve@evil.test"], False),
        (["eve@evil.test", ada.email], True),
        (f"{ada.email},eve@evil.test", False),
        (f"{ada.email};eve@evil.test", False),
        (f"{ada.email}\r\nBcc: eve@evil.test", False),
        (f"{ada.email}%0d%0aBcc: eve@evil.test", False),
        (f"Eve <{ada.email}>", False),
        (f"{local}\u0430@{domain}", False),
        (f"{local}@{domain.replace('a', chr(0x430), 1)}", False),
        (f"{local}+eve@{domain}", False),
        (f"{local}%", False),
        (f"{ada.email}\x00", False),
        ("", False),
    ]
    for asked, is_sent in rows:
        cache.clear()
        mail.outbox.clear()
        answer = ask_for_reset(Client(), asked)
        assert answer.status_code in {200, 302}, asked
        links = [one for one in mail.outbox if re.search(r"/password/reset/key/", one.body)]
        told = [(one.to, one.cc, one.bcc) for one in links]
        assert told == ([([ada.email], [], [])] if is_sent else []), asked
        assert all(len(one.to) == 1 and "\n" not in one.to[0] for one in mail.outbox), asked


def test_who_is_known_and_who_is_not_cost_the_same(ada, hashed):
    """Hashing is what takes time: whoever measures learns nothing of who has an account."""
    gone = make_user("Grace Hopper")
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    hashed.clear()

    costs = {}
    for name, email in (("known", ada.email), ("gone", gone.email), ("unknown", "no@acme.test")):
        cache.clear()
        Client().post(LOGIN, {"login": email, "password": "wrong horse battery"})
        costs[name], _ = len(hashed), hashed.clear()

    assert costs["known"] > 0
    assert set(costs.values()) == {costs["known"]}, costs
