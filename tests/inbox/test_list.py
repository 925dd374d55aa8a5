"""The operator's list: its orders, its pages, what they cost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation
from inbox.enums import ListOrder
from inbox.models import Conversation
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def home(workspace):
    return f"/{workspace.slug}/inbox/"


def numbers_in(page):
    return [int(n) for n in re.findall(rb'id="row-(\d+)"', page.content)]


def walk(client, home, query):
    """Follow the list to its end; return the numbers of each page."""
    pages, before = [], ""
    while True:
        page = client.get(f"{home}?{query}{before}", headers=HTMX)
        pages.append(numbers_in(page))
        more = re.search(rb"before=([^\"&]+)", page.content)
        if more is None:
            return pages
        before = f"&before={more[1].decode()}"


@pytest.fixture
def several(workspace, channel):
    """Five conversations; in the second and fourth nobody waits, the third has waited longest."""
    made = [factories.make_conversation(channel) for _ in range(5)]
    now = timezone.now()
    hours = [3, None, 9, None, 1]
    with scope(workspace):
        for conversation, waited in zip(made, hours, strict=True):
            since = now - timedelta(hours=waited) if waited else None
            Conversation.objects.filter(pk=conversation.pk).update(waiting_since=since)
    return [conversation.number for conversation in made]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", [4, 3, 2, 1, 0]),
        ("oldest", [0, 1, 2, 3, 4]),
        ("waiting", [2, 0, 4, 1, 3]),
    ],
)
def test_a_list_is_sorted_over_all_its_pages(
    operator_client, several, home, monkeypatch, sort, order
):
    monkeypatch.setattr("inbox.views.conversations.PAGE", 2)

    pages = walk(operator_client, home, f"view=open&sort={sort}")

    expected = [several[place] for place in order]
    assert pages == [expected[:2], expected[2:4], expected[4:]]


def test_rows_of_the_same_moment_are_each_shown_once(
    operator_client, workspace, several, home, monkeypatch
):
    monkeypatch.setattr("inbox.views.conversations.PAGE", 2)
    moment = timezone.now()
    with scope(workspace):
        Conversation.objects.update(last_activity_at=moment, waiting_since=moment)

    for sort in ListOrder.values:
        pages = walk(operator_client, home, f"view=open&sort={sort}")
        assert sorted(number for page in pages for number in page) == several, sort


def test_an_unknown_order_is_not_found(operator_client, home):
    assert operator_client.get(f"{home}?sort=loudest").status_code == 404


@pytest.mark.parametrize("sort", ListOrder.values)
def test_a_later_page_costs_what_the_first_does(
    operator_client, several, home, monkeypatch, sort, django_assert_num_queries
):
    monkeypatch.setattr("inbox.views.conversations.PAGE", 2)
    first = operator_client.get(f"{home}?sort={sort}", headers=HTMX)
    before = re.search(rb"before=([^\"&]+)", first.content)[1].decode()

    # session, person; BEGIN with the workspace, setting, membership; rows; COMMIT
    for query in (f"?sort={sort}", f"?sort={sort}&before={before}"):
        with django_assert_num_queries(7):
            operator_client.get(home + query, headers=HTMX)


@pytest.mark.parametrize("sort", ListOrder.values)
def test_a_page_deep_in_the_list_is_found_by_its_index(workspace, several, sort):
    with scope(workspace), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        at, pk = Conversation.objects.get(number=several[2]).place_in(ListOrder(sort))
        listed = Conversation.objects.filter(status="open").for_list(ListOrder(sort))
        plan = listed.beyond(ListOrder(sort), at, pk)[:50].explain()

    column = {"waiting": "CASE WHEN", "due": "CASE WHEN"}.get(sort, "last_activity_at")
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert column in condition, plan


def test_somebody_limited_to_teams_sees_their_own_lists(client, workspace, channel, admin, home):
    team = factories.make_team(workspace)
    limited = factories.make_membership(workspace, teams=[team], limited=True)
    client.force_login(limited.user)
    theirs = factories.make_conversation(factories.make_channel(workspace, team))
    assigned = factories.make_conversation(channel)
    with scope(workspace):
        assign_conversation(assigned, to=limited, actor=admin)
    factories.make_conversation(channel)

    assert numbers_in(client.get(f"{home}?view=open")) == [theirs.number]
    assert numbers_in(client.get(f"{home}?view=mine")) == [assigned.number]
    assert client.get(f"{home}{assigned.number}/").status_code == 200
    counts = client.get(f"{home}counts/").json()
    assert (counts["open"], counts["mine"]) == (1, 1)
