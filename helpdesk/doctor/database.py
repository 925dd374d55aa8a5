"""PostgreSQL: does the second wall stand, and are the tables up to date?"""

from collections.abc import Iterator

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.rls import is_owned
from helpdesk.doctor.finding import Finding

ROLE = """
    SELECT current_user, rolsuper, rolbypassrls,
        (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace
         AND relkind = 'r' AND pg_has_role(relowner, 'USAGE'))
    FROM pg_roles WHERE rolname = current_user
"""
GUARDED = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity
    AND (SELECT array_agg(polname::text || polpermissive ORDER BY polname) FROM pg_policy
         WHERE polrelid = pg_class.oid) = ARRAY['app_rowstrue', 'one_workspacefalse']
"""


def check() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT split_part(version(), ' ', 2)")
            (version,) = cursor.fetchone()
    except DatabaseError as error:
        why = str(error).strip().splitlines()[0]
        yield Finding("database", False, f"does not answer ({why}): check DATABASE_URL.")
        return
    yield Finding("database", True, f"PostgreSQL {version}")
    yield _role()
    yield _policies()
    yield _migrations()


def _role() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(ROLE)
        name, is_super, bypasses, owned = cursor.fetchone()
    if is_super or bypasses or owned:
        flaw = "is a superuser" if is_super else "may bypass policies" if bypasses else ""
        flaw = flaw or f"owns {owned} tables"
        advice = "let DATABASE_URL name helpdesk_app, made by helpdesk/roles.sql."
        return Finding(
            "database role", False, f"{name} {flaw}, so policies do not bind it: {advice}"
        )
    return Finding("database role", True, f"{name} owns nothing and is bound by policies")


def _policies() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(GUARDED)
        guarded = {name for (name,) in cursor.fetchall()}
    owned = {m._meta.db_table for m in apps.get_models() if is_owned(m)}  # noqa: SLF001
    if bare := sorted(owned - guarded):
        says = (
            f"missing or changed on {', '.join(bare)}: run manage.py migrate, or find who changed"
        )
        return Finding("row-level security", False, f"{says} them.")
    return Finding("row-level security", True, f"two policies on each of {len(owned)} tables")


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        first = plan[0][0]
        return Finding(
            "migrations", False, f"{len(plan)} are due from {first}: run manage.py migrate."
        )
    return Finding("migrations", True, "all applied")
