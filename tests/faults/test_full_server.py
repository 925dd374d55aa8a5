"""The only disk of a small server is full: what is new is refused in words, what is there is shown."""

import time

import pytest

from tests.support.disks import small_disk
from tests.support.ledger import Ledger
from tests.support.lines import Person, ask
from tests.support.pressure import Pressure, make_token
from tests.support.rows import rows, until
from tests.support.running import Site
from tests.support.servers import SERVERS
from tests.support.watching import Screen, all_true

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group(__name__)]


def test_everything_on_one_full_disk():
    """PostgreSQL, Redis, files and log: as on a small server whose only disk is full."""
    with small_disk(SERVERS.folder() / "disk", 700) as disk:
        scratch = disk.folder / "tmp"
        scratch.mkdir()
        site = Site(disk.folder / "var", FOLLOW_UP_PATIENCE="2", TMPDIR=str(scratch))
        try:
            site.start()
            fill_up(site, disk)
            site.stop()
        finally:
            site.kill()


def fill_up(site, disk):
    ledger, olga, secret = Ledger(site), Person(site, "olga"), make_token(site)
    pressure = Pressure(site, ledger)
    read = f"/api/v1/conversations/{pressure.number}/"
    with Screen(olga, number=pressure.number) as screen:
        with pressure:
            disk.fill()
            until(lambda: (507, "storage_full") in pressure.refused, 120)
            for door in (read, "/widget/demo/"):
                assert ask(site, "GET", door, Authorization=f"Bearer {secret}")[0] == 200
            assert olga.get(f"/acme/inbox/{pressure.number}/")[0] == 200
            ended = time.monotonic() + 5  # it may be full for a while
            while time.monotonic() < ended:
                disk.fill()
                time.sleep(0.2)
            disk.free()
            pressure.everybody_is_heard(90)
        ledger.settled()
        all_true([screen])
    ledger.check()
    assert {status for status, _ in pressure.refused} <= {503, 507}
    beats = "SELECT count(*) FROM accounts_heartbeat WHERE at > now() - interval '30 seconds'"
    until(lambda: rows(site, beats) == [(3,)])
    assert all(site.has_part(part) for part in ("helpdesk.web", "celery", "clock"))
