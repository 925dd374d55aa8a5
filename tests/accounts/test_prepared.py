"""Queries whose statement is made once answer as Django's own do, to whoever asks and wherever."""

from threading import Thread

import psycopg
import pytest
from django.db import NotSupportedError, connection
from django.test.utils import CaptureQueriesContext

from accounts import prepared
from accounts.models import Membership, Team
from accounts.prepared import Prepared
from accounts.tenancy import NoWorkspace, scope, scope_of
from inbox.models import Conversation, Message
from tests import factories
from tests.support.servers import SERVERS

NUMBERED = Prepared(
    lambda number: Conversation.objects.with_people().filter(number=number), "number"
)
AMONG = Prepared(lambda pks: Message.objects.filter(pk__any_of=pks).order_by("pk"), "pks")
NAMES = Prepared(
    lambda name: Membership.objects.filter(user__name=name).values_list("user__name", flat=True),
    "name",
)


def begun(workspace):
    return factories.make_conversation(factories.make_channel(workspace))


def statement(ask):
    with CaptureQueriesContext(
        connection,
    ) as said:
        ask()
    return said.captured_queries[0]["sql"]


def test_it_says_and_brings_what_django_does(workspace):
    number = begun(workspace).number
    with scope(workspace):
        own = Conversation.objects.with_people().filter(number=number)
        told, expected = statement(lambda: NUMBERED(number=number)), statement(lambda: list(own))
        [found] = NUMBERED(number=number)

        with CaptureQueriesContext(connection) as further:
            assert found == own.get()
            assert found.contact.display_name == own.get().contact.display_name
            assert found.channel.config == own.get().channel.config

    assert told == expected
    assert len(further) == 3  # what is joined has come along


def test_it_is_asked_in_each_workspace_anew(workspace, elsewhere):
    ours, theirs = begun(workspace), begun(elsewhere)
    assert ours.number == theirs.number
    with scope(workspace):
        assert NUMBERED(number=ours.number) == [ours]
    with scope(elsewhere):
        assert NUMBERED(number=ours.number) == [theirs]
    with pytest.raises(NoWorkspace):
        NUMBERED(number=ours.number)


def test_each_thread_asks_by_its_own_connection(workspace):
    conversation = begun(workspace)
    asked = Prepared(lambda pk: Conversation.objects.filter(pk=pk), "pk")
    found = []

    def ask():
        with scope_of(pk=workspace.pk):
            found.append(asked(pk=conversation.pk))
        connection.close()

    for _ in range(2):  # the first makes the statement and is gone
        thread = Thread(target=ask)
        thread.start()
        thread.join()
    with scope(workspace):
        found.append(asked(pk=conversation.pk))

    assert found == [[conversation]] * 3


def test_a_list_is_one_place(workspace):
    conversations = [begun(workspace).pk for _ in range(3)]
    with scope(workspace):
        messages = Message.objects.filter(conversation__in=conversations)
        pks = sorted(messages.values_list("pk", flat=True))
    with scope(workspace):
        assert [one.pk for one in AMONG(pks=pks)] == pks
        assert [one.pk for one in AMONG(pks=pks[:1])] == pks[:1]
        assert AMONG(pks=[]) == []
        assert list(Message.objects.filter(pk__any_of=pks[1:]).order_by("pk")) == AMONG(pks=pks[1:])


def test_values_come_as_they_are_asked_for(workspace):
    factories.make_membership(workspace, name="Marta Keller")
    with scope(workspace):
        assert NAMES.first(name="Marta Keller") == "Marta Keller"
        assert NAMES.first(name="'; DROP TABLE accounts_user; --%s") is None


@pytest.mark.parametrize("number", [2**63, -(2**63), 10**30])
def test_a_number_that_no_row_can_have_is_not_looked_for(workspace, number):
    with scope(workspace), CaptureQueriesContext(connection) as said:
        assert NUMBERED(number=number) == []
    assert (len(said) == 0) == (abs(number) > 2**63 - 1)


def test_a_parameter_that_is_not_given_is_an_error(workspace):
    with scope(workspace), pytest.raises(KeyError):
        NUMBERED()


def planned():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement ~ 'number'")
        return cursor.fetchone()[0]


def test_postgresql_plans_it_once_for_a_connection(workspace):
    number = begun(workspace).number
    fresh = Prepared(lambda number: Conversation.objects.filter(number__lte=number), "number")
    with scope(workspace):
        before = planned()
        found = [fresh.first(number=number).number for _ in range(3)]
        assert (found, planned() - before) == ([number] * 3, 1)


def change_type(of):
    with psycopg.connect(SERVERS.postgres.url("postgres", SERVERS.database)) as admin:
        admin.execute(f"ALTER TABLE accounts_team ALTER COLUMN name TYPE {of}")


def test_a_plan_that_a_migration_made_useless_fails_once(workspace):
    team = factories.make_team(workspace)
    fresh = Prepared(lambda pk: Team.objects.filter(pk=pk), "pk")
    with scope(workspace):
        assert fresh(pk=team.pk) == [team]
    change_type("varchar(81)")
    try:
        with pytest.raises(NotSupportedError, match="cached plan"), scope(workspace):
            fresh(pk=team.pk)
        with scope(workspace):
            assert fresh(pk=team.pk) == [team]
    finally:
        change_type("varchar(80)")


def test_nothing_is_planned_ahead_where_a_pool_stands_between(workspace, monkeypatch):
    number = begun(workspace).number
    with scope(workspace):
        before = planned()
        monkeypatch.setitem(prepared._is_direct, connection.connection, False)
        fresh = Prepared(lambda number: Conversation.objects.filter(number=number), "number")
        assert fresh.first(number=number).number == number
        assert planned() == before
