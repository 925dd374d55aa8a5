"""Whoever does too much is told so, for a while; nobody else notices, and no header helps."""

import asyncio
import re

import pytest
from django.test import Client
from django.utils import timezone
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from accounts import limits
from accounts.enums import Role
from accounts.limits import TooMany, spend
from accounts.redis import client as redis_client
from helpdesk.env import BASE_DIR, MissingSetting
from helpdesk.limits import DEFAULTS
from helpdesk.limits import limits as read_limits
from tests import factories
from tests.support.sockets import Tab, VisitorTab
from tests.support.visitors import Visitor

DOCUMENT = (BASE_DIR / "docs/limits.md").read_text()
HTMX = {"HX-Request": "true"}


def at(address, user=None):
    client = Client(REMOTE_ADDR=address)
    if user:
        client.force_login(user)
    return client


def codes(answers):
    return [answer.status_code for answer in answers]


def forget():
    """Begin anew, as after the time of every limit."""
    for key in redis_client().scan_iter("limit:*"):
        assert 0 < redis_client().ttl(key) <= 3600, key
        redis_client().delete(key)


def refuses_clearly(answer):
    """A program's answer: a code, a sentence, and how long to wait."""
    said = answer.json()
    assert (answer.status_code, said["code"]) == (429, "too_many")
    assert said["detail"].startswith("Too many at once. Try again in ")
    assert 0 < int(answer["Retry-After"]) <= 3600


# How it counts


def test_one_more_is_refused_until_the_time_is_over(redis, limit):
    limit("search", 2, 60)

    assert [spend("search", "ada"), spend("search", "ada")] == [1, 0]
    with pytest.raises(TooMany) as refusal:
        spend("search", "ada")
    assert 0 < refusal.value.retry_after <= 60
    assert spend("search", "ben") == 1

    [key] = [
        one for one in redis_client().keys("limit:search:*") if int(redis_client().get(one)) > 2
    ]
    assert 0 < redis_client().ttl(key) <= 60
    redis_client().expire(key, 0)
    assert spend("search", "ada") == 1


def test_without_redis_each_process_counts_alone(redis, limit, time_machine):
    limits._alone.clear()
    limit("search", 2, 60)
    time_machine.move_to(timezone.now())
    redis.stop()

    assert [spend("search", "ada"), spend("search", "ada")] == [1, 0]
    with pytest.raises(TooMany):
        spend("search", "ada")
    assert spend("search", "ben") == 1

    time_machine.shift(61)
    assert spend("search", "ada") == 1


def test_every_limit_is_documented_as_it_is():
    rows = dict(re.findall(r"^\| `([a-z-]+)` \|[^|]+\| ([\d_]+/\d+) \|", DOCUMENT, re.MULTILINE))

    assert rows == {name: f"{most}/{seconds}" for name, (most, seconds) in DEFAULTS.items()}
    source = "".join(
        path.read_text()
        for app in ("accounts", "analytics", "inbox", "knowledgebase")
        for path in (BASE_DIR / app).rglob("*.py")
    )
    assert [name for name in DEFAULTS if f'"{name}"' not in source] == []


def test_the_environment_says_limits_otherwise_or_is_told_that_it_cannot():
    assert read_limits(["search=5/10"])["search"] == (5, 10)
    assert read_limits([]) == DEFAULTS
    for nonsense in ("serach=5/10", "search=5", "search=5/0", "search=-1/10", "search"):
        with pytest.raises(MissingSetting, match=r"docs/limits\.md"):
            read_limits([nonsense])


# Visitors


def test_a_visitor_is_refused_and_others_are_not(workspace, channel, elsewhere, limit):
    busy, other = Visitor(channel), Visitor(channel)
    foreign = Visitor(factories.make_channel(elsewhere))
    ask = lambda visitor: visitor.ask("GET", "home/")  # noqa: E731

    limit("visitor", 2)
    answers = [ask(busy) for _ in range(3)]
    assert codes(answers) == [200, 200, 429]
    refuses_clearly(answers[2])
    assert codes([ask(other), ask(foreign)]) == [200, 200]
    forget()
    assert ask(busy).status_code == 200

    # New tokens cost nothing, so the place counts, too; whoever is elsewhere has their own.
    limit("visitor-address", 2)
    answers = [ask(Visitor(channel)) for _ in range(2)]
    assert codes(answers) == [200, 429]
    refuses_clearly(answers[1])
    other.client = at("203.0.113.9")
    assert ask(other).status_code == 200
    # Of IPv6 everybody has a whole network, and what a header says is nobody's place.
    for number in (1, 2, 3):
        busy = Visitor(channel)
        busy.client = at(f"2001:db8:7::{number}")
        last = busy.ask("GET", "home/", **{"X-Forwarded-For": f"198.51.100.{number}"})
    refuses_clearly(last)


def test_a_workspace_takes_only_so_many_conversations_and_another_takes_its_own(
    channel, elsewhere, limit
):
    limit("conversation-workspace", 1)
    there = factories.make_channel(elsewhere)
    answers = []
    for number, place in enumerate((channel, channel, there)):
        visitor = Visitor(place)
        visitor.client = at(f"203.0.113.{number}")
        answers.append(visitor.say())

    assert codes(answers) == [201, 429, 201]
    refuses_clearly(answers[1])


def test_files_are_counted_by_bytes_of_place_and_workspace(channel, elsewhere, limit):
    there = factories.make_channel(elsewhere)
    give = lambda visitor, number: visitor.ask(  # noqa: E731
        "PUT", f"attachments/6f0c2b1e-3a52-4d0e-9d29-5a0b8c4f1e{number}/?name=a.txt", b"x" * 20
    )

    for what in ("visitor-bytes", "bytes-workspace"):
        forget()
        limit(what, 30, 3600)
        first, second, foreign = Visitor(channel), Visitor(channel), Visitor(there)
        foreign.client = at("203.0.113.9")
        number = 10 if what == "visitor-bytes" else 20
        answers = [give(one, number + n) for n, one in enumerate((first, second, foreign))]
        assert codes(answers) == [201, 429, 201], what
        refuses_clearly(answers[1])
        limit(what, *DEFAULTS[what])


async def test_sockets_are_counted_by_person_and_frames_by_socket(
    workspace, channel, operator, limit
):
    limit("socket", 1)
    async with Tab(workspace, operator) as first:
        assert first.accepted
        async with Tab(workspace, operator) as second:
            assert await second.closes() == 4429
    async with Tab(workspace, operator) as third:  # whoever goes leaves a place
        await third.say({"ping": 1})
        limit("frame", 2, 600)
        for _ in range(3):
            await third.say({"ping": 1})
        assert await third.closes() == 1008
    async with VisitorTab(channel, factories.new_token()) as other:
        assert (await other.introduce())["kind"] == "watching"


# People and programs


def test_people_are_told_on_a_page_or_beside_what_they_do(workspace, super_admin, operator, limit):
    chief, other = at("203.0.113.1", super_admin.user), at("203.0.113.1", operator.user)
    limit("search", 1)
    limit("export", 1, 3600)
    limit("invitation", 1, 3600)
    limit("new-workspace", 0, 3600)
    home = f"/{workspace.slug}"
    finding, export = f"{home}/inbox/finding/?q=ada", f"{home}/settings/audit/export/"

    assert codes([chief.get(finding), other.get(finding)]) == [200, 200]
    beside = chief.get(finding, headers=HTMX)
    assert (beside.status_code, beside["X-Refusal"]) == (429, "too_many")
    assert beside.content.startswith(b"Too many at once. Try again in ")
    assert chief.get(export).status_code == 200
    page = chief.get(export)
    assert page.status_code == 429
    assert b"Too many at once. Try again in " in page.content
    assert b"<h1>" in page.content
    both = {"emails": "a@acme.test b@acme.test", "role": "operator"}
    invited = chief.post(f"{home}/settings/team/invitations/", both)
    more = chief.post("/accounts/workspaces/new/", {"name": "New", "slug": "brand-new"})
    for answer in (beside, page, invited, more):
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 3600


def test_the_tokens_of_a_workspace_are_counted_together(
    client, workspace, operator, stranger, limit
):
    limit("api-workspace", 2)
    mine, more, foreign = (
        factories.make_api_token(one)[1]
        for one in (operator, factories.make_membership(workspace, Role.ADMIN), stranger)
    )

    answers = [
        client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
        for secret in (mine, more, mine, foreign)
    ]

    assert codes(answers) == [200, 200, 429, 200]
    refuses_clearly(answers[2])


def test_whoever_rates_too_often_and_whoever_guesses_is_told_when_to_come_back(db, redis, limit):
    limit("rating", 1)
    forged = [{"X-Forwarded-For": f"198.51.100.{n}", "X-Real-IP": "1.2.3.4"} for n in range(8)]
    busy, other = at("203.0.113.1"), at("203.0.113.2")

    ratings = [busy.get("/rate/made-up/", headers=one) for one in forged[:2]]
    guesses = [
        busy.post("/accounts/login/", {"login": "ada@acme.test", "password": "no"}, headers=one)
        for one in forged
    ]
    mails = [
        busy.post("/accounts/password/reset/", {"email": "ada@acme.test"}, headers=one)
        for one in forged
    ]

    assert (codes(ratings), other.get("/rate/made-up/").status_code) == ([404, 429], 404)
    assert 0 < int(ratings[1]["Retry-After"]) <= 60
    assert {guesses[-1].status_code, mails[-1].status_code} == {429}
    assert guesses[-1]["Retry-After"] == mails[-1]["Retry-After"] == "300"


@pytest.mark.parametrize(
    ("peer", "place"),
    [
        ("10.0.0.9", "10.0.0.9"),  # no proxy of ours: what it says counts for nothing
        ("127.0.0.1", "203.0.113.5"),  # ours: what it has seen itself, which stands last
    ],
)
def test_only_our_own_proxy_is_asked_who_came(peer, place):
    seen = []

    async def application(scope, *_):
        seen.append(scope["client"][0])

    scope = {"type": "http", "scheme": "http", "client": (peer, 1)}
    scope["headers"] = [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.5")]
    asyncio.run(ProxyHeadersMiddleware(application, "127.0.0.1")(scope, None, None))

    assert seen == [place]
