"""Two walls around every workspace: scoped managers, and row-level security behind them."""

import re
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection

from accounts import rls
from accounts.models import Event, IdempotentAnswer, Letter, Team, Workspace
from accounts.tenancy import (
    SETTING,
    NoWorkspace,
    ScopedManager,
    WrongWorkspace,
    after_commit,
    current_workspace,
    scope,
)
from analytics.actions.facts import count_conversation
from analytics.actions.rollups import roll_up
from analytics.models import DayRollup, DirtyHour
from inbox.actions.delivery import accept_delivery
from inbox.actions.mailboxes import set_up_mailbox
from inbox.actions.messaging import add_note
from inbox.actions.triage import tag_conversation
from inbox.actions.uploads import begin_upload
from inbox.actions.visitors import identify_visitor
from inbox.models import (
    BlockedSender,
    Channel,
    Conversation,
    Draft,
    Mail,
    MailAlarm,
    MailGrant,
    MailHook,
    MailName,
    Message,
    PictureSender,
    ReadMark,
)
from tests import factories
from tests.support.furnishing import furnish_routing, make_refusal, make_sampled
from tests.support.identity import sign_identity
from tests.support.invitations import make_invitation
from tests.support.knowledge import furnish_knowledge

OWNED = [model for model in apps.get_models(include_auto_created=True) if rls.is_owned(model)]
every_owned_model = pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)


def sql(query, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(query, arguments or None)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def furnish(workspace):
    """Put at least one row into every table that a workspace owns."""
    team = factories.make_team(workspace)
    member = factories.make_membership(workspace, teams=[team])
    channel = factories.make_channel(workspace, team)
    conversation = factories.make_conversation(channel)
    make_invitation(member, teams=[team])
    with scope(workspace):
        add_note(conversation, text="Psst", actor=member)
        tag_conversation(conversation, name="vip", actor=member)
        accept_delivery(channel, external_id="1", raw=b"nonsense")
        begin_upload(uuid4(), name="a.txt", holder="member 1", conversation=conversation)
        identity = sign_identity(channel, sub="42")
        identify_visitor(channel, token=factories.new_token(), identity=identity)
    token, _secret = factories.make_api_token(member)
    with scope(workspace):
        IdempotentAnswer.objects.create(token=token, key="1")
        message = conversation.messages.earliest("seq")
        mail = Mail.objects.create(message=message, channel=channel, mail_id="1@example.test")
        MailName.objects.create(mail=mail, channel=channel, name="1")
        set_up_mailbox(channel)
        MailAlarm.objects.create(channel=channel, direction="fetching", since=channel.created_at)
        MailHook.objects.create(channel=channel)
        now = channel.created_at
        MailGrant.objects.create(channel=channel, expires_at=now, renew_at=now, granted_at=now)
        BlockedSender.objects.create(value="spam.example")
        PictureSender.objects.create(value="ada@example.test")
        ReadMark.put(conversation, member, seq=1)
        furnish_routing(team, member, conversation)
        Draft.objects.create(conversation=conversation, membership=member, text="Half a")
        furnish_knowledge(member)
        Letter.objects.create(kind="invitation", subject_id=1, email="new@example.test")
        count_conversation(conversation.pk)
        roll_up()
        DayRollup.objects.create(day=now.date(), dimension="all", measure="opened", count=1)
        DirtyHour.objects.create(hour=now, marked_at=now)
    make_sampled(conversation, member, reviewers=[member])
    make_refusal(workspace)


@pytest.fixture
def places(once):
    """A workspace with rows in every table, and another with none to speak of."""

    def make():
        workspace, elsewhere = factories.make_workspace(), factories.make_workspace()
        furnish(workspace)
        return workspace, elsewhere

    return once("furnished", make)


# The first wall


@every_owned_model
def test_an_owned_model_is_asked_inside_a_workspace_only(model):
    assert isinstance(model._default_manager, ScopedManager)
    with pytest.raises(NoWorkspace):
        model.objects.first()


def test_one_unit_of_work_has_one_workspace(workspace, elsewhere):
    with scope(workspace):
        with scope(workspace):
            assert current_workspace() == workspace
        with pytest.raises(WrongWorkspace), scope(elsewhere):
            pass


def test_what_runs_after_commit_has_no_workspace(workspace):
    seen = []

    def look():
        try:
            seen.append(current_workspace())
        except NoWorkspace:
            seen.append(None)

    with scope(workspace):
        after_commit(look)

    assert seen == [None]


# The second wall


@every_owned_model
def test_other_workspaces_rows_do_not_exist(model, places):
    workspace, elsewhere = places
    table = model._meta.db_table

    with scope(workspace):
        assert sql(f"SELECT count(*) FROM {table}") > [(0,)]
    with scope(elsewhere):
        own = model.objects.count()
        assert sql(f"SELECT count(*) FROM {table}") == [(own,)]
        foreign = sql(f"SELECT count(*) FROM {table} WHERE workspace_id = %s", workspace.pk)
        assert foreign == [(0,)]
        if model is not Event:  # which nobody may change or delete anywhere
            assert sql(f"DELETE FROM {table} WHERE workspace_id = %s", workspace.pk) == 0
            same = f"UPDATE {table} SET workspace_id = workspace_id WHERE workspace_id = %s"
            assert sql(same, workspace.pk) == 0
    assert sql(f"SELECT count(*) FROM {table}") == [(0,)]


@every_owned_model
def test_rows_cannot_be_written_for_another_workspace(model, places):
    workspace, elsewhere = places
    table = model._meta.db_table
    columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if not f.primary_key)
    with scope(workspace):
        row = sql(f"SELECT {columns} FROM {table} WHERE workspace_id = %s LIMIT 1", workspace.pk)[0]
    values = ", ".join(["%s"] * len(row))
    plain = [psycopg.types.json.Jsonb(v) if isinstance(v, dict) else v for v in row]

    with pytest.raises(DatabaseError, match="row-level security"), scope(elsewhere):
        sql(f"INSERT INTO {table} ({columns}) VALUES ({values})", *plain)


@every_owned_model
def test_rows_cannot_be_moved_to_another_workspace(model, places):
    workspace, elsewhere = places
    wall = "permission denied" if model is Event else "row-level security"

    with pytest.raises(DatabaseError, match=wall), scope(workspace):
        sql(f"UPDATE {model._meta.db_table} SET workspace_id = %s", elsewhere.pk)


@pytest.mark.parametrize("setting", ["", "0", "1 OR true", "'; SELECT 1 --", "-1"])
def test_a_strange_setting_shows_nothing(places, setting):
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, setting])
        try:
            cursor.execute("SELECT count(*) FROM inbox_message")
            assert cursor.fetchone() == (0,)
        except DatabaseError as error:
            assert "invalid input syntax" in str(error)  # noqa: PT017
        finally:
            cursor.execute("ROLLBACK")


def test_rows_cannot_point_into_another_workspace(workspace, elsewhere):
    theirs = factories.make_team(elsewhere)
    mine = factories.make_conversation(factories.make_channel(workspace))

    with pytest.raises(DatabaseError, match="same_workspace"), scope(workspace):
        sql("UPDATE inbox_conversation SET team_id = %s WHERE id = %s", theirs.pk, mine.pk)


def test_a_workspace_can_change_no_other_in_the_directory(workspace, elsewhere):
    with scope(workspace):
        assert sql("UPDATE accounts_workspace SET name = 'Ours' WHERE id = %s", elsewhere.pk) == 0
        assert sql("UPDATE accounts_workspace SET name = 'Mine' WHERE id = %s", workspace.pk) == 1
    assert sql("DELETE FROM accounts_workspace") == 0
    elsewhere.refresh_from_db()
    assert elsewhere.name.startswith("Acme")


def test_a_connection_remembers_no_workspace(workspace):
    with scope(workspace):
        assert sql("SELECT current_setting(%s)", SETTING) == [(str(workspace.pk),)]
        session = sql("SELECT pg_backend_pid()")

    assert sql("SELECT pg_backend_pid(), current_setting(%s)", SETTING) == [(*session[0], "")]


# The doors of the site


def test_a_failed_request_writes_nothing(operator_client, workspace, monkeypatch):
    def spill(*_, **__):
        Team.objects.create(name="Half done")
        raise RuntimeError

    monkeypatch.setattr("inbox.views.conversations.View.parse", spill)
    operator_client.raise_request_exception = False

    response = operator_client.get(f"/{workspace.slug}/inbox/")

    assert response.status_code == 500
    with scope(workspace):
        assert not Team.objects.exists()


@pytest.mark.parametrize(
    "tail", ["", "inbox/", "inbox/1/", "inbox/1/timeline/", "settings/channels/"]
)
def test_strangers_learn_nothing(tail, operator_client, elsewhere):
    factories.make_conversation(factories.make_channel(elsewhere))

    there = operator_client.get(f"/{elsewhere.slug}/{tail}")
    nowhere = operator_client.get(f"/nowhere/{tail}")

    assert (there.status_code, nowhere.status_code) == (404, 404)
    token = re.compile(rb"[A-Za-z0-9]{64}")
    assert token.sub(b"", there.content) == token.sub(b"", nowhere.content)


@pytest.mark.parametrize("slug", ["acme-there", "nowhere"])
def test_the_anonymous_are_sent_to_sign_in_wherever_they_knock(slug, client, workspace):
    Workspace.objects.create(name="There", slug="acme-there")

    response = client.get(f"/{slug}/inbox/")

    assert (response.status_code, response["Location"]) == (
        302,
        f"/accounts/login/?next=/{slug}/inbox/",
    )


def test_another_workspaces_conversation_is_not_found(operator_client, workspace, elsewhere):
    channel = factories.make_channel(elsewhere)
    theirs = [factories.make_conversation(channel) for _ in range(2)][-1]

    response = operator_client.post(f"/{workspace.slug}/inbox/{theirs.number}/closure/")

    assert response.status_code == 404
    with scope(elsewhere):
        assert not Conversation.objects.filter(status="closed").exists()


def test_urls_carry_the_workspace_without_naming_it(operator_client, workspace, conversation):
    page = operator_client.get(f"/{workspace.slug}/inbox/").content.decode()

    assert f"/{workspace.slug}/inbox/{conversation.number}/" in page
    assert 'href="/static/' in page


def test_counts_agree_between_orm_and_raw_sql(workspace, elsewhere):
    furnish(workspace)
    furnish(elsewhere)
    for place in (workspace, elsewhere):
        with scope(place):
            for model in (Conversation, Message, Channel):
                raw = sql(f"SELECT count(*) FROM {model._meta.db_table}")
                assert [(model.objects.count(),)] == raw
