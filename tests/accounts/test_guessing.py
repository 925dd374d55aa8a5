"""Guessing passwords, codes and tokens: counted by account and by place, in all processes."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.http import place_of
from accounts.models import User
from tests import factories
from tests.factories import PASSWORD, make_user
from tests.support.entrance import is_signed_in, sign_in, words
from tests.support.factors import add_app, code_now

STEP_TWO = "/accounts/security/second-step/"


def client_at(address):
    return Client(REMOTE_ADDR=address)


def guess(client, user, times):
    return [sign_in(client, user, "wrong horse battery") for _ in range(times)]


def test_an_account_is_closed_to_every_place_for_a_while(redis, ada):
    for n in range(5):
        guess(client_at(f"203.0.113.{n}"), ada, 1)

    client = client_at("203.0.113.99")
    response = sign_in(client, ada)

    assert response.status_code == 429
    assert b"Too many tries. Wait five minutes" in response.content
    assert not is_signed_in(client)


def test_an_account_that_does_not_exist_is_closed_the_same_way(redis, ada):
    nobody = User(email="nobody@acme.test")

    for known, unknown in zip(
        guess(client_at("203.0.113.1"), ada, 6),
        guess(client_at("203.0.113.2"), nobody, 6),
        strict=True,
    ):
        assert words(known) == words(unknown)
        assert known.status_code == unknown.status_code


def test_a_place_that_tries_many_accounts_is_refused(redis, db):
    people = [make_user() for _ in range(11)]
    client = client_at("203.0.113.7")
    codes = [sign_in(client, person, "wrong horse battery").status_code for person in people]

    assert codes == [200] * 10 + [429]
    assert sign_in(client_at("203.0.113.8"), people[0]).status_code == 302


def test_a_neighbour_in_the_same_network_of_ipv6_is_the_same_place(rf):
    places = {
        place_of(rf.get("/", REMOTE_ADDR=address))
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
    }

    assert places == {"2001:db8:1:2::"}
    assert place_of(rf.get("/", REMOTE_ADDR="203.0.113.7")) == "203.0.113.7"
    assert place_of(rf.get("/", REMOTE_ADDR="")) == "unknown"


def test_without_an_address_people_come_in_all_the_same(redis, ada):
    client = client_at("")

    assert sign_in(client, ada).status_code == 302


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "CF-Connecting-IP", "X-Real-IP"]
)
def test_a_header_that_anybody_may_write_moves_nobody(redis, ada, header):
    codes = [
        client_at("203.0.113.7")
        .post(
            "/accounts/login/",
            {"login": f"nobody-{n}@acme.test", "password": PASSWORD},
            headers={header: f"198.51.100.{n}"},
        )
        .status_code
        for n in range(11)
    ]

    assert codes[-1] == 429


def test_the_counts_are_in_redis_where_every_process_reads_them(redis, ada):
    guess(client_at("203.0.113.1"), ada, 1)

    with redis.client() as client:
        assert [key for key in client.scan_iter() if b"login_failed" in key]


def test_without_redis_each_process_counts_alone(redis, ada):
    redis.stop()
    cache.clear()
    client = client_at("203.0.113.3")

    answers = [response.status_code for response in guess(client, ada, 6)]

    assert answers == [200] * 5 + [429]


def test_codes_are_refused_with_429(redis, ada):
    add_app(ada)
    client = client_at("203.0.113.4")
    sign_in(client, ada)

    codes = [client.post(STEP_TWO, {"code": "000000"}).status_code for _ in range(5)]
    last = client.post(STEP_TWO, {"code": code_now()})

    assert codes == [200] * 5
    assert last.status_code == 429
    assert not is_signed_in(client)


def test_a_forgotten_password_is_answered_alike_for_all(redis, ada):
    answers = [
        client_at("203.0.113.5").post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in (ada.email, "nobody@acme.test")
    ]

    assert words(answers[0]) == words(answers[1])
    assert answers[0].redirect_chain == answers[1].redirect_chain


def test_bad_tokens_are_counted_by_place_and_good_ones_pass(redis, limit, operator):
    limit("bad-token", 3)
    client, bad = client_at("203.0.113.6"), {"Authorization": "Bearer hd_" + "0" * 43}
    _token, secret = factories.make_api_token(operator)

    codes = [client.get("/api/v1/me/", headers=bad) for _ in range(4)]
    elsewhere = client_at("203.0.113.77").get("/api/v1/me/", headers=bad)
    good = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})

    assert [answer.status_code for answer in codes] == [401, 401, 401, 429]
    assert codes[3].json()["code"] == "too_many"
    assert 0 < int(codes[3]["Retry-After"]) <= 60
    assert (elsewhere.status_code, good.status_code) == (401, 200)
