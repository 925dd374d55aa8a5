"""The second step of signing in: apps, backup codes, and what is asked before they change."""

import json
import re
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.second_factor import has_second_factor
from tests.factories import PASSWORD
from tests.support.entrance import is_signed_in, sign_in
from tests.support.factors import SECRET, add_app, code_at, code_now, codes_of

STEP_TWO = "/accounts/security/second-step/"
HOME = "/accounts/security/"
CONFIRM = "/accounts/reauthenticate/"


@pytest.fixture
def guarded(ada):
    """Ada, whose sign-in asks for a code."""
    add_app(ada)
    return ada


@pytest.fixture
def confirmed(signed_in):
    """Ada's browser, in which she has just typed her password again."""
    signed_in.post(CONFIRM, {"password": PASSWORD})
    return signed_in


def mails():
    return [message.subject for message in mail.outbox]


def add_app_by_hand(client):
    text = client.get(f"{HOME}app/").content.decode()
    secret = re.search(r'<code id="secret">(\w+)</code>', text)[1]
    return client.post(f"{HOME}app/", {"code": code_now(secret)})


@pytest.mark.parametrize(
    "page",
    ["app/", "app/removal/", "codes/", "codes/new/", "passkeys/new/", "passkeys/1/", ""],
)
def test_nothing_is_shown_to_nobody(page, anyone):
    response = anyone.get(HOME + page)

    assert response.status_code in {302, 403}
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize("page", ["app/", "codes/new/", "passkeys/new/"])
def test_a_change_asks_for_the_password_first(page, signed_in):
    for answer in (signed_in.get(HOME + page), signed_in.post(HOME + page, {"code": "1"})):
        assert unquote(answer["Location"]) == f"{CONFIRM}?next={HOME}{page}"

    assert not Authenticator.objects.exists()


def test_adding_an_app_shows_backup_codes_once_and_is_mailed(confirmed, ada):
    response = add_app_by_hand(confirmed)
    codes = confirmed.get(response["Location"]).content.decode()

    assert response["Location"] == f"{HOME}codes/"
    shown = re.findall(r"<code>(\d{5}) (\d{5})</code>", codes)
    assert ["".join(pair) for pair in shown] == codes_of(ada)
    assert len(shown) == 10
    again = confirmed.get(f"{HOME}codes/").content.decode()
    assert re.findall(r"<code>", again) == []
    assert "".join(shown[0]) not in again
    assert mails() == ["An authenticator app was added"]


def test_a_wrong_code_adds_nothing(confirmed):
    confirmed.get(f"{HOME}app/")

    response = confirmed.post(f"{HOME}app/", {"code": "000000"})

    assert b"That code is not right" in response.content
    assert not Authenticator.objects.exists()


def test_the_key_stays_the_same_after_a_wrong_code(confirmed):
    first = re.search(rb'id="secret">(\w+)<', confirmed.get(f"{HOME}app/").content)[1]
    second = re.search(
        rb'id="secret">(\w+)<', confirmed.post(f"{HOME}app/", {"code": "1"}).content
    )[1]

    assert first == second


def test_what_the_database_keeps_is_encrypted(confirmed, ada):
    add_app_by_hand(confirmed)

    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert kept.count("gAAAA") == 2


def test_the_password_alone_leads_to_the_second_step(client, guarded):
    response = sign_in(client, guarded)

    assert response["Location"] == STEP_TWO
    assert not is_signed_in(client)
    assert client.get(STEP_TWO).status_code == 200
    assert client.get(HOME)["Location"].startswith("/accounts/login/")


def test_the_code_of_the_app_signs_in_and_next_is_kept(client, guarded):
    sign_in(client, guarded, next="/acme/inbox/7/")

    response = client.post(STEP_TWO, {"code": code_now()})

    assert is_signed_in(client)
    assert response["Location"] == "/acme/inbox/7/"


@pytest.mark.parametrize(
    "code", ["", "000000", "nonsense", "0" * 500, "\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_a_wrong_code_signs_nobody_in(client, guarded, code):
    sign_in(client, guarded)

    response = client.post(STEP_TWO, {"code": code})

    assert 'aria-invalid="true"' in response.content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_off_by_one_step(client, guarded, time_machine, steps):
    time_machine.move_to("2026-03-01 12:00:15", tick=False)
    moment = 1772366415 + 30 * steps
    sign_in(client, guarded)

    client.post(STEP_TWO, {"code": code_at(moment)})

    assert is_signed_in(client)


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_that_is_over_is_refused(client, guarded, time_machine, steps):
    time_machine.move_to("2026-03-01 12:00:15", tick=False)
    sign_in(client, guarded)

    client.post(STEP_TWO, {"code": code_at(1772366415 + 30 * steps)})

    assert not is_signed_in(client)


@pytest.mark.parametrize("seconds", [0, 35, 50])
def test_a_code_works_once(guarded, time_machine, seconds):
    time_machine.move_to("2026-03-01 12:00:05", tick=False)
    first, second = Client(), Client()
    code = code_at(1772366405 + 30)  # a phone that is ahead: good for another minute
    sign_in(first, guarded)
    first.post(STEP_TWO, {"code": code})
    assert is_signed_in(first)

    time_machine.shift(seconds)
    sign_in(second, guarded)
    second.post(STEP_TWO, {"code": code})

    assert not is_signed_in(second)


def test_a_backup_code_works_once_and_is_mailed(client, guarded):
    code = codes_of(guarded)[3]
    sign_in(client, guarded)
    client.post(STEP_TWO, {"code": f"{code[:5]} {code[5:]}"})
    assert is_signed_in(client)
    assert code not in codes_of(guarded)
    assert mails() == ["A backup code was used"]

    other = Client()
    sign_in(other, guarded)
    other.post(STEP_TWO, {"code": code})

    assert not is_signed_in(other)


def test_codes_are_limited_by_account_whoever_asks(guarded):
    for n in range(5):
        client = Client(REMOTE_ADDR=f"203.0.113.{n}")
        sign_in(client, guarded)
        client.post(STEP_TWO, {"code": "000000"})
    client = Client(REMOTE_ADDR="203.0.113.99")
    sign_in(client, guarded)

    response = client.post(STEP_TWO, {"code": code_now()})

    assert b"Too many tries." in response.content
    assert not is_signed_in(client)


def test_a_second_step_without_a_first_leads_to_the_entrance(client, guarded):
    for answer in (client.get(STEP_TWO), client.post(STEP_TWO, {"code": code_now()})):
        assert answer["Location"] == "/accounts/login/"

    assert not is_signed_in(client)


def test_a_new_password_by_mail_does_not_skip_the_second_step(client, guarded):
    client.post("/accounts/password/reset/", {"email": guarded.email})
    path = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = client.get(path)["Location"]

    response = client.post(
        form, {"password1": "staple battery horse", "password2": "staple battery horse"}
    )

    assert response["Location"] == STEP_TWO
    assert not is_signed_in(client)


def test_removing_the_app_takes_the_backup_codes_along_and_is_mailed(confirmed, guarded):
    confirmed.post(f"{HOME}app/removal/")

    assert not has_second_factor(guarded)
    assert not Authenticator.objects.exists()
    assert mails() == ["The authenticator app was removed"]


def test_new_backup_codes_end_the_old(confirmed, guarded):
    before = codes_of(guarded)

    confirmed.post(f"{HOME}codes/new/")

    assert set(codes_of(guarded)).isdisjoint(before)
    assert mails() == ["New backup codes were made"]


def test_backup_codes_need_something_to_back_up(confirmed):
    confirmed.post(f"{HOME}codes/new/")

    assert not Authenticator.objects.exists()


def test_another_persons_passkey_is_none(confirmed, db):
    other = User.objects.create_user("other@acme.test", PASSWORD)
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "Hers"})

    for page in (f"passkeys/{key.pk}/", f"passkeys/{key.pk}/removal/"):
        assert confirmed.get(HOME + page).status_code == 404
        assert confirmed.post(HOME + page, {"name": "Mine"}).status_code == 404
    key.refresh_from_db()
    assert key.data == {"name": "Hers"}


NONSENSE = [
    "",
    "nonsense",
    "null",
    "[]",
    "5",
    "{}",
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"attestationObject": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "/////", '
    '"attestationObject": "oA", "authenticatorData": "!", "signature": 7, "userHandle": "MQ"}}',
    '{"id": 7, "rawId": [], "response": "x"}',
    "[" * 10_000,
    "x" * 100_000,
]


@pytest.mark.parametrize("credential", NONSENSE, ids=range(len(NONSENSE)))
def test_a_passkey_that_is_none_is_refused(client, confirmed, ada, credential):
    confirmed.get(f"{HOME}passkeys/new/")
    added = confirmed.post(f"{HOME}passkeys/new/", {"name": "Key", "credential": credential})
    again = confirmed.post(f"{HOME}confirmation/passkey/", {"credential": credential})
    anyone = Client()
    anyone.get(f"{STEP_TWO}passkey/")
    entered = anyone.post(f"{STEP_TWO}passkey/", {"credential": credential})

    assert (added.status_code, again.status_code, entered.status_code) == (200, 302, 302)
    assert not Authenticator.objects.exists()
    assert not is_signed_in(anyone)


@pytest.mark.parametrize("credential", NONSENSE, ids=range(len(NONSENSE)))
def test_a_passkey_that_is_none_is_no_second_step(client, guarded, credential):
    sign_in(client, guarded)
    client.get(STEP_TWO)

    assert client.post(STEP_TWO, {"credential": credential}).status_code == 200
    assert not is_signed_in(client)


def test_asking_for_a_passkey_tells_nothing_of_anybody(client, guarded):
    asked = client.get(f"{STEP_TWO}passkey/").json()["publicKey"]

    assert asked.get("allowCredentials") in (None, [])
    assert asked["userVerification"] == "required"
