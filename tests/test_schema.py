"""What PostgreSQL's catalogue must say about the walls around every workspace."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from accounts import rls

OWNED = [model for model in apps.get_models(include_auto_created=True) if rls.is_owned(model)]
DIRECTORY = {
    "account_emailaddress",
    "account_emailconfirmation",
    "accounts_browser",
    "accounts_heartbeat",
    "accounts_user",
    "accounts_workspace",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
    "mfa_authenticator",
}
# Unique indexes that cross workspaces: their values are random and made here.
RANDOM_VALUES = {
    "accounts_apitoken.token_hash",
    "accounts_invitation.token_hash",
    "inbox_channel.key",
}
# Indexes of the sweepers and of sign-in, which ask before any workspace is known.
CROSSING_INDEXES = {
    "answer_to_forget",
    "attachment_to_forget",
    "attachment_to_shrink",
    "follow_up_due",
    "clock_to_tell",
    "conversation_to_mail",
    "conversation_to_wake",
    "message_failed",
    "message_to_send",
    "letter_to_send",
    "letter_to_forget",
    "delivery_to_ingest",
    "mailbox_to_fetch",
}
# Of words, which cannot begin with a number without an extension; asked through a door.
GIN_INDEXES = ["article_search", "article_titles"]
every_owned_model = pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)


def sql(query, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(query, arguments or None)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def test_every_table_is_owned_or_a_known_directory(db):
    tables = {row[0] for row in sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}

    assert tables - {model._meta.db_table for model in OWNED} == DIRECTORY


@every_owned_model
def test_the_policies_stand_in_the_catalogue(model, db):
    table = model._meta.db_table
    enabled = sql("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", table)
    policies = sql(
        "SELECT policyname, permissive, cmd, roles::text, qual = with_check FROM pg_policies "
        "WHERE tablename = %s ORDER BY 1",
        table,
    )

    assert enabled == [(True,)]
    assert policies == [
        ("app_rows", "PERMISSIVE", "ALL", "{helpdesk_app}", True),
        ("one_workspace", "RESTRICTIVE", "ALL", "{public}", True),
    ]


def test_every_index_of_an_owned_table_begins_with_the_workspace(db):
    indexes = sql(
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
        "AND tablename = ANY(%s) AND indexname <> ALL(%s)",
        [model._meta.db_table for model in OWNED],
        GIN_INDEXES,
    )
    crossing = set()
    for table, name, definition in indexes:
        columns = re.search(r"USING btree \(([^)]*)\)", definition)[1].split(", ")
        known = name in CROSSING_INDEXES or f"{table}.{columns[0].split()[0]}" in RANDOM_VALUES
        person = (table, columns[0]) == ("accounts_membership", "user_id")
        if not (name.endswith("_pkey") or known or person or columns[0] == "workspace_id"):
            crossing.add(f"{name}: {columns}")

    assert crossing == set()


def test_every_reference_between_owned_tables_carries_the_workspace(db):
    tables = [model._meta.db_table for model in OWNED]
    keys = sql(
        "SELECT conname, array_length(conkey, 1) FROM pg_constraint WHERE contype = 'f' "
        "AND conrelid::regclass::text = ANY(%s) AND confrelid::regclass::text = ANY(%s)",
        tables,
        tables,
    )
    expected = {
        f"{model._meta.db_table}_{field.name}_same_workspace"
        for model in OWNED
        for field in rls.owned_references(model)
    }

    assert {name for name, _ in keys} == expected
    assert {columns for _, columns in keys} == {2}


def test_the_runtime_role_cannot_lower_the_wall(db):
    who = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    assert sql(who) == [("helpdesk_app", False, False)]
    assert sql("SELECT count(*) FROM pg_tables WHERE tableowner = current_user") == [(0,)]
    for attempt in (
        "TRUNCATE accounts_team CASCADE",
        "ALTER TABLE accounts_team DISABLE ROW LEVEL SECURITY",
        "DROP POLICY one_workspace ON accounts_team",
        "CREATE POLICY wide ON accounts_team USING (true)",
        "CREATE TABLE mine (id int)",
        "SET ROLE helpdesk_owner",
    ):
        with pytest.raises(DatabaseError):
            sql(attempt)


def test_the_runtime_adds_to_history_and_changes_none_of_it(db):
    granted = sql(
        "SELECT privilege_type FROM information_schema.table_privileges "
        "WHERE table_name = 'accounts_event' AND grantee = current_user ORDER BY 1"
    )
    by_column = sql(
        "SELECT column_name FROM information_schema.column_privileges WHERE table_name = "
        "'accounts_event' AND grantee = current_user AND privilege_type = 'UPDATE'"
    )

    assert granted == [("INSERT",), ("SELECT",)]
    assert by_column == []
    for attempt in (
        "UPDATE accounts_event SET at = now()",
        "UPDATE accounts_event SET data = '{}'",
        "DELETE FROM accounts_event",
        "TRUNCATE accounts_event CASCADE",
        "INSERT INTO accounts_event (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET kind = ''",
        "SELECT 1 FROM accounts_event FOR UPDATE",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            sql(attempt)


def test_the_runtime_holds_nobody_up_for_long(db):
    patience = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY 1"
    names = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]

    assert sql(patience, names) == [
        ("idle_in_transaction_session_timeout", "60000"),
        ("lock_timeout", "10000"),
        ("statement_timeout", "30000"),
    ]


def test_no_view_or_materialised_view_opens_a_hole(db):
    views = "SELECT count(*) FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"

    assert sql(views) == [(0,)]


def test_doors_return_ids_and_answer_only_the_app(db):
    doors = sql(
        "SELECT proname, pg_get_function_result(oid), proacl::text, proconfig::text FROM pg_proc "
        "WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1"
    )

    due = "TABLE(workspace_id bigint, id bigint)"
    assert {name: result for name, result, *_ in doors} == {
        "answers_to_forget": due,
        "attachments_to_forget": due,
        "attachments_to_shrink": due,
        "clocks_to_tell": due,
        "claim_overdue_follow_ups": "TABLE(workspace_id bigint, id bigint, task text)",
        "conversations_to_mail": due,
        "conversations_to_wake": due,
        "deliveries_to_forget": due,
        "deliveries_to_ingest": due,
        "find_articles": "TABLE(id bigint, rank real)",
        "letters_to_forget": due,
        "letters_to_send": due,
        "mail_channels_of": due,
        "mail_channels_to_check": due,
        "mailboxes_to_fetch": due,
        "messages_to_send": due,
        "workspace_of_api_token": "TABLE(workspace_id bigint)",
        "visitor_sessions_to_forget": due,
        # Of all workspaces together, for /metrics: numbers and a time.
        "work_in_hand": "TABLE(what text, waiting bigint, oldest timestamp with time zone, stuck bigint)",
        "work_put_aside": "TABLE(what text, many bigint, oldest timestamp with time zone)",
        "workspace_of_channel": "TABLE(workspace_id bigint)",
        "workspace_of_invitation": "TABLE(workspace_id bigint)",
        "workspaces_of_user": "TABLE(workspace_id bigint)",
        "workspaces_to_roll_up": "TABLE(workspace_id bigint)",
        "workspaces_to_route": "TABLE(workspace_id bigint)",
    }
    more = {"find_articles": ",enable_seqscan=off"}
    for name, _, access, configuration in doors:
        assert access == "{helpdesk_owner=X/helpdesk_owner,helpdesk_app=X/helpdesk_owner}"
        assert configuration == f'{{"search_path=public, pg_temp"{more.get(name, "")}}}'


def test_migrate_without_the_owner_says_what_is_missing(db, monkeypatch):
    monkeypatch.delitem(settings.DATABASES, "owner")

    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("migrate", verbosity=0)
