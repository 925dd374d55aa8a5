"""The whole product through PgBouncer in transaction mode, on fewer connections than there are processes."""

import base64
import os
import secrets
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest

from tests.support.ledger import Ledger
from tests.support.lines import Person
from tests.support.pgbouncer import Bouncer
from tests.support.pressure import Pressure
from tests.support.rows import rows, until
from tests.support.running import Site
from tests.support.servers import SERVERS, WORKER
from tests.support.watching import Screen, all_true

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group(__name__)]

PLACES = 3
HEALED = 10


class PooledSite(Site):
    """A site that reaches PostgreSQL through the pooler alone, but for its migrations."""

    def __init__(self, folder) -> None:
        self.database = database = f"pooled_{WORKER}"
        SERVERS.postgres.create(database)
        self.bouncer = Bouncer(SERVERS.postgres, folder, database, places=PLACES)
        super().__init__(
            folder / "var",
            DATABASE_URL=self.bouncer.url,
            DATABASE_OWNER_URL=SERVERS.postgres.url("helpdesk_owner", database),
            SECRET_KEY=secrets.token_urlsafe(50),
            CHANNEL_SECRETS_KEY=base64.urlsafe_b64encode(os.urandom(32)).decode(),
            FOLLOW_UP_PATIENCE="2",
        )

    @property
    def database_url(self) -> str:
        return self.bouncer.url


@pytest.fixture(scope="module")
def site():
    site = PooledSite(SERVERS.folder())
    site.bouncer.start()
    try:
        site.start()
        yield site
        site.stop()
    finally:
        site.kill()
        site.bouncer.kill()


def test_everything_works_and_nothing_stays_behind_on_a_connection(site):
    ledger, olga = Ledger(site), Person(site, "olga")

    pressure = Pressure(site, ledger)
    with pressure:
        for what in ("messages", "notes"):
            words = ledger.words()
            said = urlencode({"text": words, "client_id": uuid4()})
            status, answer = olga.post(f"/acme/inbox/{pressure.number}/{what}/", said)
            assert status < 300, answer
            ledger.acknowledge(words)
        for _ in range(3):
            pressure.everybody_is_heard()
        for page in ("inbox/?view=open", f"inbox/{pressure.number}/", "inbox/palette/"):
            assert olga.get(f"/acme/{page}")[0] == 200
        assert [code for code in pressure.refused if code != (429, "too_many")] == []
    with Screen(olga, number=pressure.number) as screen:
        ledger.settled()
        all_true([screen])
    ledger.check()

    # No workspace is left on any connection, whichever one gets.
    count = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'helpdesk_app' AND datname = %s"
    with psycopg.connect(SERVERS.postgres.url("postgres", "postgres")) as admin:
        assert 1 <= admin.execute(count, [site.database]).fetchone()[0] <= PLACES
    found = set()
    for _ in range(10 * PLACES):
        with psycopg.connect(site.bouncer.url) as connection:
            found.add(
                connection.execute("SELECT current_setting('app.workspace_id', true)").fetchone()
            )
            assert connection.execute("SELECT count(*) FROM inbox_message").fetchone() == (0,)
    assert found <= {("",), (None,)}
    beats = "SELECT count(*) FROM accounts_heartbeat WHERE at > now() - interval '30 seconds'"
    until(lambda: rows(site, beats) == [(3,)])
    assert "prepared statement" not in site.words()
    assert site.answers("/readyz")


def test_a_pooler_that_is_replaced_loses_nothing(site):
    ledger = Ledger(site)
    with Pressure(site, ledger) as pressure:
        site.bouncer.kill()
        until(lambda: pressure.refused)
        site.bouncer.start()
        assert pressure.everybody_is_heard() < HEALED
    ledger.settled()
    ledger.check()
