"""Conversations over the API: lists, filters, pages, one."""

import pytest
from django.utils.dateparse import parse_datetime

from accounts.actions.profile import go_away
from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation, move_conversation
from inbox.actions.lifecycle import close_conversation
from inbox.actions.triage import tag_conversation
from tests import factories
from tests.api.conftest import furnish

# The way in: door, begin, workspace with its setting, token with its person, commit.
WAY_IN = 5


def numbers(answer):
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


def test_a_conversation_shows_all_that_a_client_needs(api, channel, operator):
    [conversation] = furnish(channel, operator, 1)

    shown = api.get(f"conversations/{conversation.number}/").json()

    times = {name: shown.pop(name) for name in list(shown) if name.endswith(("_at", "_since"))}
    assert times["opened_at"].endswith("Z")
    assert shown == {
        "number": conversation.number,
        "subject": "",
        "status": "open",
        "is_spam": False,
        "merged_into": None,
        "priority": 1,
        "channel": {"id": channel.pk, "name": channel.name, "kind": "webchat"},
        "contact": {"id": conversation.contact_id, "name": "Visitor-0", "email": ""},
        "team": None,
        "assignee": {"id": operator.pk, "name": "Olga Ivanova"},
        "tags": ["tag 0", "vip"],
        "is_unread": True,
        "preview": "Hi",
        "snoozed_until": None,
    }


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_however_long(api, channel, operator, count, django_assert_num_queries):
    made = furnish(channel, operator, count)
    number = made[0].number

    with django_assert_num_queries(WAY_IN + 2):
        assert len(numbers(api.get("conversations/"))) == count
    with django_assert_num_queries(WAY_IN + 2):
        api.get(f"conversations/{number}/")
    with django_assert_num_queries(WAY_IN + 3):
        api.get(f"conversations/{number}/messages/")
    for tail in ("contacts/", "tags/", "teams/", "members/", "channels/"):
        with django_assert_num_queries(WAY_IN + 1):
            api.get(tail)
    with django_assert_num_queries(WAY_IN):
        api.get("me/")


def test_filters_narrow_the_list(api, workspace, channel, operator, admin):
    team = factories.make_team(workspace)
    tagged, closed, mine, moved = (factories.make_conversation(channel) for _ in range(4))
    other = factories.make_conversation(factories.make_channel(workspace))
    with scope(workspace):
        tag_conversation(tagged, name="vip", actor=admin)
        close_conversation(closed, actor=admin)
        assign_conversation(mine, to=operator, actor=admin)
        move_conversation(moved, to=team, actor=admin)

    def listed(query):
        return set(numbers(api.get(f"conversations/?{query}")))

    every = {tagged.number, closed.number, mine.number, moved.number, other.number}
    assert listed("") == every
    assert listed("tag=%20VIP") == {tagged.number}
    assert listed("status=closed") == listed("view=closed") == {closed.number}
    assert listed("view=open") == every - {closed.number}
    assert listed("view=mine") == listed("assignee=me") == {mine.number}
    assert listed(f"assignee={operator.pk}&status=open") == {mine.number}
    assert listed("assignee=none") == every - {mine.number}
    assert listed("view=unassigned") == every - {mine.number, closed.number}
    assert listed(f"team={team.pk}") == {moved.number}
    assert listed(f"channel={channel.pk}") == every - {other.number}
    assert listed(f"channel={channel.pk}&status=snoozed") == set()


def test_pages_give_every_row_once_the_newest_first(api, workspace, channel, time_machine):
    from django.utils import timezone

    moment = timezone.now()
    time_machine.move_to(moment, tick=False)  # all at one moment: the id decides
    made = [factories.make_conversation(channel).number for _ in range(5)]

    found, cursor, pages = [], "", 0
    while True:
        page = api.get(f"conversations/?limit=2{cursor}")
        found += numbers(page)
        pages += 1
        if page.json()["next"] is None:
            break
        cursor = f"&cursor={page.json()['next']}"

    assert (found, pages) == (made[::-1], 3)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=101",
        "limit=1e9",
        "limit=2.0",
        "cursor=x",
        "cursor=eA",
        "cursor=%00",
        "cursor=ZZZZ_ZZZZ",
        "cursor=MjAyNi0wMS0wMV8x",  # a time without its zone
        "cursor=MjAyNi0wMS0wMVQwMDowMDowMCswMDowMF8tMQ",  # an id below nothing
        "cursor=" + "9" * 201,
        "status=new",
        "status=open&status=closed",
        "view=team-1",
        "view=everything",
        "assignee=you",
        "assignee=0",
        "assignee=99999999999999999999",
        "team=1.5",
        "team=true",
        "channel=-1",
        "tag=nothing-so-called",
        "tag=%00",
        "sort=number",
        "ordering=-id",
        "status__in=open",
        "_connector=OR",
        "assignee__user__password__startswith=a",
        "filter[_negated]=1",
        "expand=channel.secrets",
        "fields=all",
        "page=2",
        "format=json",
        "workspace=1",
    ],
)
def test_what_is_no_filter_is_refused(api, conversation, query):
    answer = api.get(f"conversations/?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize("name", ["team", "channel", "assignee", "tag"])
def test_filters_know_nothing_of_other_workspaces(api, workspace, elsewhere, name):
    there = {
        "team": factories.make_team(elsewhere).pk,
        "channel": factories.make_channel(elsewhere).pk,
        "assignee": factories.make_membership(elsewhere).pk,
        "tag": factories.make_tag(elsewhere, "theirs").name,
    }

    theirs = api.get(f"conversations/?{name}={there[name]}")
    nobodys = api.get(f"conversations/?{name}=987654321")

    assert (theirs.status_code, theirs.content) == (400, nobodys.content)


@pytest.mark.parametrize(
    "number", ["0", "2", "-1", "1.0", "9" * 30, "9" * 5000, "1%00", "x", "1/2"]
)
def test_a_number_that_is_none_is_not_found(api, conversation, number):
    assert api.get(f"conversations/{number}/").status_code == 404


def test_messages_come_in_order_and_in_pages(api, channel, operator):
    [conversation] = furnish(channel, operator, 1)
    address = f"conversations/{conversation.number}/messages/"

    first = api.get(f"{address}?limit=2").json()
    rest = api.get(f"{address}?limit=2&cursor={first['next']}").json()

    rows = first["results"] + rest["results"]
    assert [(row["kind"], row["text"]) for row in rows] == [
        ("incoming", "Hello"),
        ("note", "Careful"),
        ("outgoing", "Hi"),
    ]
    assert [row["author"] and row["author"]["id"] for row in rows] == [
        None,
        operator.pk,
        operator.pk,
    ]
    assert rest["next"] is None


def test_a_limited_person_lists_what_they_may_see(api_of, workspace, channel):
    team = factories.make_team(workspace)
    limited = factories.make_membership(workspace, teams=[team], limited=True)
    theirs = factories.make_conversation(factories.make_channel(workspace, team))
    factories.make_conversation(channel)
    api = api_of(limited)

    listed = api.get("conversations/").json()["results"]
    contacts = api.get("contacts/").json()["results"]

    assert [row["number"] for row in listed] == [theirs.number]
    assert [row["id"] for row in contacts] == [theirs.contact_id]
    for view in ("open", "unassigned", "mine", "snoozed", "closed"):
        rows = api.get(f"conversations/?view={view}").json()["results"]
        assert {row["number"] for row in rows} <= {theirs.number}


def test_members_tell_since_when_they_are_away(api, workspace, operator, admin):
    with scope(workspace):
        since = go_away(admin).away_since

    members = {one["id"]: one["away_since"] for one in api.get("members/").json()["results"]}

    assert parse_datetime(members[admin.pk]) == since
    assert members[operator.pk] is None
