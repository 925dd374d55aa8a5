"""Places to take backups from and back into, and what tells whether two are the same."""

import hashlib
import io
from contextlib import contextmanager

import psycopg
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections

from helpdesk.backups import files
from inbox import storage
from tests.support.servers import SERVERS, WORKER

EMPTY = f"backup_target_{WORKER}"
TABLES = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""
SHAPE = (
    "SELECT relname, relrowsecurity, pg_get_userbyid(relowner), relkind FROM pg_class "
    "WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
    "SELECT * FROM pg_policies ORDER BY tablename, policyname",
    "SELECT table_name, column_name, data_type, is_nullable, column_default, generation_expression "
    "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
    "SELECT conrelid::regclass::text, conname, contype, condeferrable FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "SELECT indexname, split_part(indexdef, ' WHERE ', 1) FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "SELECT pg_get_functiondef(oid), pg_get_userbyid(proowner), proacl::text FROM pg_proc "
    "WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    "SELECT table_name, grantee, privilege_type FROM information_schema.table_privileges "
    "WHERE table_schema = 'public' ORDER BY 1, 2, 3",
    "SELECT table_name, column_name, grantee, privilege_type "
    "FROM information_schema.column_privileges WHERE table_schema = 'public' ORDER BY 1, 2, 3, 4",
    "SELECT defaclobjtype, acl::text FROM pg_default_acl, unnest(defaclacl) acl ORDER BY 1, 2",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE NOT tgisinternal ORDER BY 1, 2",
)
NEXT_NUMBERS = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"


def move_files(settings, home):
    at = {"location": str(home / "files"), "base_url": None, "allow_overwrite": True}
    settings.MEDIA_ROOT = str(home / "files")
    local = {"BACKEND": "inbox.storage.local.LocalFiles", "OPTIONS": at}
    settings.STORAGES = configured.STORAGES | {"files": local}


def keep_files():
    storage.save("7/ab/abc", io.BytesIO(b"a photograph"))
    storage.save("7/cd/empty", io.BytesIO(b""))
    default_storage.save("people/owner.jpg", ContentFile(b"a face"))


@contextmanager
def another_place(settings, monkeypatch, home):
    """An empty database and folder, in which commands run meanwhile."""
    SERVERS.postgres.create(EMPTY)
    move_files(settings, home)
    with monkeypatch.context() as elsewhere:
        for alias in ("owner", "default"):
            connections[alias].close()
            elsewhere.setitem(connections[alias].settings_dict, "NAME", EMPTY)
        connections["default"].close_pool()
        elsewhere.setitem(connections["default"].settings_dict["OPTIONS"], "pool", False)
        try:
            yield
        finally:
            connections.close_all()
            drop_the_place()


def drop_the_place():
    with psycopg.connect(SERVERS.postgres.url("postgres", "postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {EMPTY} WITH (FORCE)")


def digests(database):
    """One of every table's rows, and where each sequence stands."""
    with psycopg.connect(SERVERS.postgres.url("postgres", database)) as admin:
        tables = sorted(name for (name,) in admin.execute(TABLES).fetchall())
        rows = {
            name: admin.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t"
            ).fetchone()
            for name in tables
        }
        return rows, admin.execute(NEXT_NUMBERS).fetchall()


def shape_of(database):
    """Columns, constraints, indexes, policies, rights and doors, as the catalogue has them."""
    with psycopg.connect(SERVERS.postgres.url("postgres", database)) as admin:
        return [admin.execute(query).fetchall() for query in SHAPE]


def files_here():
    return {name: hashlib.sha256(read(*name)).hexdigest() for name in files.names()}


def read(part, name):
    with files._opened(part, name) as file:
        return file.read()
