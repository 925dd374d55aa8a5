"""Throwaway servers: one PostgreSQL for the whole run, one Redis and one database per worker."""

import atexit
import fcntl
import os
import shutil
import signal
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from helpdesk.children import hear_of_parents_death
from helpdesk.servers import Postgres, RedisServer

TEMPLATE = "helpdesk_template"
HOME = Path(tempfile.gettempdir()) / f"helpdesk-tests-{os.geteuid()}"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

# Every test leaves nothing behind. Deleting a few rows is several times faster than TRUNCATE, which
# makes new files, and the replica role skips foreign keys and triggers, so any order will do.
EMPTIER = """
CREATE SCHEMA test_support;
CREATE FUNCTION test_support.empty_tables() RETURNS void LANGUAGE plpgsql
SET session_replication_role = replica SET lock_timeout = '5s' AS $$
DECLARE
    name text;
    used boolean;
BEGIN
    FOR name IN
        SELECT oid::regclass::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname <> 'django_migrations' AND pg_relation_size(oid) > 0
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO used;
        IF used THEN
            EXECUTE 'DELETE FROM ' || name;
        END IF;
    END LOOP;
END $$
"""

# What many tests begin with is made once by a worker, and then its rows are brought back.
KEEPER = """
CREATE FUNCTION test_support.keep_tables(kept text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    EXECUTE format('CREATE SCHEMA %I', kept);
    FOR name IN
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname <> 'django_migrations' AND pg_relation_size(oid) > 0
    LOOP
        EXECUTE format('CREATE TABLE %I.%I AS TABLE public.%2$I', kept, name);
    END LOOP;
END $$;
CREATE FUNCTION test_support.bring_back_tables(kept text) RETURNS void LANGUAGE plpgsql
SET session_replication_role = replica AS $$
DECLARE
    name text;
    columns text;
BEGIN
    FOR name, columns IN
        SELECT relname, string_agg(quote_ident(attname), ', ') FROM pg_class
        JOIN pg_attribute ON attrelid = to_regclass(format('public.%I', relname))
        WHERE relnamespace = kept::regnamespace AND attnum > 0
        AND NOT attisdropped AND attgenerated = ''
        GROUP BY relname
    LOOP
        EXECUTE format(
            'INSERT INTO public.%I (%s) SELECT %2$s FROM %I.%1$I', name, columns, kept
        );
    END LOOP;
END $$
"""


class Servers:
    """What ``tests.settings`` starts before Django reads an address."""

    def __init__(self) -> None:
        self.home = Path(os.environ.get("HELPDESK_TEST_HOME") or self._new_home())
        self.postgres = Postgres(self.home / "postgres", self.home / "run", durable=False)
        self.redis = RedisServer(self.home / WORKER, self.home / WORKER, durable=False)
        self.database = f"helpdesk_{WORKER}"
        self._admin: psycopg.Connection | None = None
        self._flusher = self.redis.client()

    def start(self) -> None:
        if "HELPDESK_TEST_HOME" not in os.environ:
            self.postgres.start()
            os.environ["HELPDESK_TEST_HOME"] = str(self.home)
            atexit.register(self._leave)
        self.redis.start()
        atexit.register(self.redis.stop)

    def folder(self) -> Path:
        """
        Make a new folder with a short name, which goes when the run ends.

        Under pytest's own folder PostgreSQL's user could not live: each run closes it to others.
        """
        path = Path(tempfile.mkdtemp(dir=self.home, prefix=""))
        path.chmod(0o711)
        return path

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.postgres.url("helpdesk_app", self.database),
            "DATABASE_OWNER_URL": self.postgres.url("helpdesk_owner", self.database),
            "REDIS_URL": self.redis.url,
            "DATA_DIR": str(self.home / WORKER / "data"),
        }

    @contextmanager
    def once(self, name: str):
        """Say whether what all workers share is still missing, while no other worker may ask."""
        with (self.home / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.home / f"{name}.done"
            yield not done.exists()
            done.touch()

    @contextmanager
    def template(self):
        """Say whether the template still has to be filled, while no other worker may ask."""
        with self.once("template") as is_missing:
            if is_missing:
                self.postgres.create(TEMPLATE)
            yield is_missing
            if is_missing:
                with self._connection(TEMPLATE) as admin:
                    admin.execute(EMPTIER.encode())
                    admin.execute(KEEPER.encode())
            self.copy(TEMPLATE, self.database)

    def copy(self, template: str, database: str) -> None:
        with self._connection("postgres") as admin:
            command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            admin.execute(command.format(sql.Identifier(database), sql.Identifier(template)))

    def empty_tables(self) -> None:
        self._as_admin("SELECT test_support.empty_tables()")

    def empty_redis(self) -> None:
        self._flusher.flushall()

    def keep_tables(self, name: str) -> None:
        """Copy what all tables hold, to the end of this run."""
        self._as_admin("SELECT test_support.keep_tables(%s)", name)

    def bring_back_tables(self, name: str) -> None:
        """Put what was kept into tables that are empty."""
        self._as_admin("SELECT test_support.bring_back_tables(%s)", name)

    def _as_admin(self, query: LiteralString, *params: str) -> None:
        if self._admin is None or self._admin.closed:
            self._admin = self._connection(self.database)
        self._admin.execute(query, params)

    def _connection(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self.postgres.url("postgres", database), autocommit=True)

    def _leave(self) -> None:
        self.postgres.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def _new_home(self) -> Path:
        """Make a folder for this run, and remove those of runs that were killed."""
        HOME.mkdir(mode=0o711, exist_ok=True)
        for folder in HOME.iterdir():
            with suppress(OSError), (folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        home = Path(tempfile.mkdtemp(dir=HOME, prefix=""))
        home.chmod(0o711)
        self._lock = (home / "lock").open("a")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        return home


if WORKER != "main":
    hear_of_parents_death(signal.SIGKILL)  # a run that is killed leaves no worker behind
SERVERS = Servers()
SERVERS.start()
