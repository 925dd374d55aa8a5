"""PostgreSQL cannot do it just now: everybody is told so, may try again, and nothing is half done."""

from contextlib import contextmanager
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client

from accounts import browsers
from accounts.models import ApiToken
from accounts.tenancy import scope
from helpdesk.management.commands import prepare
from inbox.models import Message
from tests import factories
from tests.api.conftest import Api
from tests.support.servers import SERVERS
from tests.support.visitors import Visitor

HTMX = {"HX-Request": "true"}
BUSY = "The database cannot do this right now. Try again in a moment."
# What PostgreSQL says, and what becomes of it: a deadlock, serialization, connections, a lock, a
# statement that took too long, an idle transaction, no room; the last three are faults of ours.
STATES = {
    "40P01": 503, "40001": 503, "53300": 503, "55P03": 503, "57014": 503, "25P03": 503,
    "53100": 507,
    "23514": 500, "42P01": 500, "54000": 500,
}  # fmt: skip


@contextmanager
def breaking(trouble, before='INSERT INTO "inbox_message"'):
    """Let something happen before a message is written."""

    def break_(execute, sql, params, many, context):
        if sql.startswith(before):
            trouble(execute, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(break_):
        yield


def raising(state):
    words = f"DO $$ BEGIN RAISE 'for Ada' USING ERRCODE = '{state}'; END $$"
    return lambda execute, context: execute(words, None, False, context)


def read_only(execute, context):
    execute("SET TRANSACTION READ ONLY", None, False, context)


def terminated(execute, context):
    pid = connection.connection.info.backend_pid
    with psycopg.connect(SERVERS.postgres.url("postgres", "postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def messages(workspace):
    with scope(workspace):
        return list(Message.objects.order_by("pk").values_list("text", flat=True))


@pytest.fixture
def reply(conversation, operator):
    """Say something as a program does: with a key that makes saying it again harmless."""
    api = Api(Client(raise_request_exception=False), factories.make_api_token(operator)[1])
    key, address = {"Idempotency-Key": "9f1c"}, f"conversations/{conversation.number}/messages/"
    return lambda: api.post(address, {"text": "Hi"}, **key)


@pytest.mark.parametrize("trouble", [*STATES, "read-only", "terminated"])
def test_what_may_pass_is_told_from_faults_of_ours(workspace, reply, trouble):
    others = {"read-only": read_only, "terminated": terminated}
    status, before = STATES.get(trouble, 503), messages(workspace)

    with breaking(others.get(trouble) or raising(trouble)):
        answer = reply()

    assert answer.status_code == status
    code = {503: "unavailable", 507: "storage_full", 500: "error"}[status]
    assert answer.json()["code"] == code
    assert answer.get("Retry-After") == (None if status == 500 else "5")
    assert answer["X-Request-ID"]
    for word in (b"Ada", b"Traceback", b"INSERT", b"psycopg"):
        assert word not in answer.content
    assert messages(workspace) == before
    # The same words with the same key, once PostgreSQL can again.
    assert reply().status_code == 201
    assert messages(workspace) == [*before, "Hi"]


def test_pages_screens_and_visitors_are_told_in_their_own_ways(
    workspace, channel, conversation, operator
):
    client, visitor = Client(raise_request_exception=False), Visitor(channel)
    visitor.client = client
    client.force_login(operator.user)
    before = messages(workspace)
    address = f"/{workspace.slug}/inbox/{conversation.number}/messages/"

    with breaking(terminated):
        page = client.post(address, {"text": "Hi"})
    with breaking(terminated):
        screen = client.post(address, {"text": "Hi"}, headers=HTMX)
    with breaking(terminated):
        widget = visitor.say("Hi")
    with breaking(raising("40P01")):
        kept = visitor.say("Kept")

    for answer in (page, screen, widget, kept):
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "<h1>We cannot answer right now</h1>" in page.content.decode()
    assert page["X-Request-ID"] in page.content.decode()
    assert (screen.content.decode(), screen["X-Refusal"]) == (BUSY, "unavailable")
    assert widget.json() == {"detail": BUSY, "code": "unavailable"}
    assert kept.json()["code"] == "delayed"  # the words are in the ledger, and the clock goes on
    assert messages(workspace) == before


def test_who_only_reads_is_answered_though_nothing_can_be_noted(workspace, operator, caplog):
    """A minute after the last time, each use of a token and of a browser is noted."""
    token, secret = factories.make_api_token(operator, last_used_at=None)
    client = Client(raise_request_exception=False)
    client.force_login(operator.user)
    browsers._noted.clear()

    with breaking(raising("53100"), 'UPDATE "accounts_'):
        api = Api(client, secret).get("conversations/")
        page = client.get(f"/{workspace.slug}/inbox/")

    assert (api.status_code, page.status_code) == (200, 200)
    told = [one for one in caplog.messages if one.startswith("What was only worth noting")]
    assert len(told) == 2
    with scope(workspace):
        assert ApiToken.objects.get(pk=token.pk).last_used_at is None


def test_a_migration_that_cannot_have_a_table_gives_way_and_comes_back(workspace, monkeypatch):
    """Whoever waits for a table keeps all others from it: so nobody waits for long."""
    tries = []

    def migrate(*_, **__):
        tries.append(1)
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE inbox_tag ENABLE ROW LEVEL SECURITY")

    def pause(_):
        reader.rollback()  # at last the long report is done

    monkeypatch.setattr(prepare, "call_command", migrate)
    monkeypatch.setattr(prepare, "sleep", pause)
    address = SERVERS.postgres.url("helpdesk_app", SERVERS.database)
    with (
        psycopg.connect(address) as reader,
        patch.object(prepare.MigrationExecutor, "migration_plan", return_value=["one"]),
    ):
        reader.execute("SELECT count(*) FROM inbox_tag")
        prepare.migrate()
        assert len(tries) == 2

        reader.execute("SELECT count(*) FROM inbox_tag")
        monkeypatch.setattr(prepare, "sleep", lambda _: None)
        monkeypatch.setattr(prepare, "TRIES", 1)
        with pytest.raises(prepare.CommandError, match="A table is in use"):
            prepare.migrate()
    connections["owner"].close()
