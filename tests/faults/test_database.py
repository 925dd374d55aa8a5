"""PostgreSQL restarts, throws everybody out, may not write, has no place left: all go on by themselves."""

import re
import signal
import threading
import time
from contextlib import ExitStack, contextmanager, suppress

import psycopg
import pytest

from helpdesk.embedded import DATABASE, socket_folder
from helpdesk.servers import Postgres
from tests.support.ledger import Ledger
from tests.support.lines import Person, ask
from tests.support.pressure import Pressure, make_token
from tests.support.rows import rows, until
from tests.support.running import Site
from tests.support.servers import SERVERS, WORKER
from tests.support.visitors import HttpVisitor
from tests.support.watching import Screen, all_true

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group(__name__)]

HEALED = 10  # seconds after PostgreSQL is itself again
OURS = "usename = 'helpdesk_app'"


@pytest.fixture(scope="module")
def site():
    site = Site(SERVERS.home / WORKER / "broken", FOLLOW_UP_PATIENCE="2")
    try:
        site.start()
        yield site
        site.stop()
    finally:
        site.kill()


@pytest.fixture(scope="module")
def olga(site):
    return Person(site, "olga")


@contextmanager
def admin(site, **more):
    address = Postgres(site.data_dir / "postgres", socket_folder(site.data_dir))
    with psycopg.connect(address.url("postgres", DATABASE), autocommit=True, **more) as connection:
        yield connection


def restart(site):
    """As ``pg_ctl restart -m immediate``, in the middle of somebody's statement: it recovers."""
    old = site.part("postgres")
    with suppress(psycopg.OperationalError), admin(site) as connection:  # which ends, too
        hold_somebody_up(connection)
        old.send_signal(signal.SIGQUIT)
        until(lambda: not old.is_running())

    def is_back():
        try:
            with admin(site) as connection:
                return connection.execute("SELECT 1").fetchone()
        except psycopg.OperationalError:
            return None

    until(is_back)


def hold_somebody_up(connection):
    """Begin a transaction that somebody's new message has to wait for."""
    connection.execute("BEGIN; LOCK TABLE inbox_message IN SHARE MODE")
    # Not that of a worker, who is told nothing: nobody but people and programs writes messages here.
    waits = """SELECT 1 FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO "inbox_message"%'"""

    def is_waiting():
        connection.execute("SELECT pg_stat_clear_snapshot()")  # kept for a whole transaction
        return connection.execute(waits).fetchone()

    until(is_waiting)


def throw_out(site):
    """End every connection of ours, again and again, as soon as somebody has come back."""
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}"
    with admin(site) as connection:
        hold_somebody_up(connection)
        connection.execute(f"{end}; COMMIT")
        for _ in range(10):
            until(lambda: connection.execute(end).rowcount)
            time.sleep(0.3)


def forbid_writing(site):
    """As where a replica was not promoted yet; what only reads goes on."""
    olga, program = Person(site, "olga"), {"Authorization": f"Bearer {make_token(site)}"}
    with admin(site) as connection:
        connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        connection.execute("SELECT pg_reload_conf()")
        try:
            state = "SHOW default_transaction_read_only"
            until(lambda: connection.execute(state).fetchone() == ("on",))
            assert ask(site, "GET", "/api/v1/conversations/", **program)[0] == 200
            assert olga.get("/acme/inbox/?view=open")[0] == 200
            assert ask(site, "GET", "/widget/demo/")[0] == 200
            time.sleep(3)  # long enough for everybody to be refused
        finally:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute("ALTER SYSTEM RESET default_transaction_read_only")
            connection.execute("SELECT pg_reload_conf()")


def take_all_places(site):
    """Others hold every connection there is; ours are ended, and find no place."""
    with ExitStack() as places, admin(site) as connection:
        for _ in range(200):
            try:
                places.enter_context(psycopg.connect(site.database_url, application_name="other"))
            except psycopg.OperationalError as error:
                assert re.search("too many clients|reserved", str(error))  # noqa: PT017
                ended = connection.execute(
                    f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    f"WHERE {OURS} AND application_name <> 'other'"
                )
                if not ended.rowcount:
                    break
        time.sleep(6)  # longer than a request waits for a connection


def replace_web(site):
    """As a new release does: the old process ends when told to, and then by force."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        until(lambda: site.has_part("helpdesk.web") and site.answers())
        old = site.part("helpdesk.web")
        old.send_signal(number)
        until(lambda old=old: not old.is_running() and site.has_part("helpdesk.web"))
    until(site.answers)


FAULTS = [restart, throw_out, forbid_writing, take_all_places, replace_web]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.__name__ for fault in FAULTS])
def test_it_goes_on_by_itself(site, olga, fault):
    ledger, is_web = Ledger(site), fault is replace_web

    pressure = Pressure(site, ledger, loses_connections=is_web)
    with Screen(olga, number=pressure.number) as screen:
        with pressure:
            fault(site)
            mended = time.time()
            took = pressure.everybody_is_heard()
        ledger.settled()
        all_true([screen])
        assert screen.times_opened > 1 or not is_web

    ledger.check()
    assert took < HEALED
    assert {status for status, _ in pressure.refused} <= {503}
    assert pressure.refused or is_web  # somebody was in the middle of it
    # Worker, clock and whoever fetches mail have shown life since.
    beats = "SELECT count(*) FROM accounts_heartbeat WHERE extract(epoch FROM at) > %s"
    until(lambda: rows(site, beats, mended) == [(3,)])


def test_a_deadlock_is_told_and_the_same_words_come_in_once(site):
    """Somebody holds the conversation and wants its sender, whom we hold and want the conversation."""
    visitor, ledger = HttpVisitor(site), Ledger(site)
    visitor.say(first := ledger.words())
    ledger.acknowledge(first)
    [(conversation, handle)] = rows(
        site,
        "SELECT c.id, c.handle_id FROM inbox_conversation c WHERE preview = %s",
        first,
    )
    ledger.settled()
    said = threading.Thread(target=lambda: visitor.say(words))
    words = ledger.words()
    with admin(site) as connection:
        connection.execute("SET deadlock_timeout = '60s'")
        with connection.transaction():
            lock = "SELECT FROM inbox_{} WHERE id = %s FOR UPDATE"
            connection.execute(lock.format("conversation"), [conversation])
            said.start()
            with admin(site) as looking:
                waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
                until(lambda: looking.execute(waits).fetchone() == (1,), pause=0.01)
            connection.execute(lock.format("contacthandle"), [handle])
    said.join(60)
    ledger.acknowledge(words)

    assert visitor.statuses in ([201, 503, 200], [201, 503, 201])
    assert "deadlock detected" in site.words()
    ledger.settled()
    ledger.check()
