"""What the database holds, past every policy, so that two moments can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection, transaction

from tests.support.servers import SERVERS

# What a call may change whoever calls; everything else must stay as it was.
NOT_COMPARED = {
    "django_session": "a visit is remembered, even one that is refused",
    "accounts_browser": "where somebody is signed in comes and goes with the session",
    "accounts_apitoken.last_used_at": "a token that knocks is noted to the minute",
    "accounts_apitoken.last_used_from": "and from where",
}
TABLES = {name for name in NOT_COMPARED if "." not in name} | {"django_migrations"}
COLUMNS = [name.partition(".")[2] for name in NOT_COMPARED if "." in name]

# Owned by the superuser and run as it: the tests themselves sign in as the runtime's role, which
# must not see everything, and only its own connection sees what is not committed yet.
FUNCTION = """
GRANT USAGE ON SCHEMA test_support TO helpdesk_app;
CREATE OR REPLACE FUNCTION test_support.digest(tables text[], columns text[], only_if_written bool)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
    one text;
    found jsonb := '{}';
BEGIN
    IF only_if_written AND pg_current_xact_id_if_assigned() IS NULL THEN
        RETURN NULL;
    END IF;
    FOR name IN
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind = 'r' AND relname <> ALL(tables)
        AND (NOT only_if_written OR pg_stat_get_xact_tuples_inserted(oid)
            + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) > 0)
    LOOP
        EXECUTE 'SELECT count(*) || '':'' || coalesce(sum(hashtextextended('
            || '(to_jsonb(t) - $1)::text, 0)::numeric), 0) FROM ' || quote_ident(name) || ' t'
            INTO one USING columns;
        found := found || jsonb_build_object(name, one);
    END LOOP;
    RETURN found;
END $$
"""


def install() -> None:
    """Let the runtime's role ask, in this worker's database alone."""
    with psycopg.connect(SERVERS.postgres.url("postgres", SERVERS.database)) as admin:
        admin.execute(FUNCTION)


def digest() -> dict[str, str]:
    """Return rows and a hash of each table."""
    found = _ask(only_if_written=False)
    assert found
    return found


def changed(before: dict[str, str]) -> set[str]:
    """
    Name the tables that this transaction has changed.

    One that PostgreSQL has given no number yet has written nothing, so most need no reading; of the
    others, only the tables are read in which it has counted rows that were written.
    """
    now = _ask(only_if_written=True) or before
    return {table for table in now if now[table] != before.get(table)}


def _ask(*, only_if_written: bool) -> dict[str, str] | None:
    query = "SELECT test_support.digest(%s, %s, %s)"
    with connection.cursor() as cursor:
        cursor.execute(query, [sorted(TABLES), COLUMNS, only_if_written])
        found = cursor.fetchone()[0]
    return json.loads(found) if isinstance(found, str) else found


@contextmanager
def undone() -> Iterator[None]:
    """
    Take back whatever is written inside.

    A scope insists on being the outermost transaction; Django lets that of a test case pass.
    """
    outer = transaction.atomic()
    outer._from_testcase = True
    with outer:
        try:
            yield
        finally:
            transaction.set_rollback(True)
