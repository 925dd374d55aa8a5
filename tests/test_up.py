"""The whole product from one command, and its way out, whatever happens to its parts."""

import json
import signal
import time
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import psycopg
import pytest

from tests.support.running import Site
from tests.support.servers import SERVERS

pytestmark = pytest.mark.xdist_group("up")


@pytest.fixture(scope="module")
def folder():
    return SERVERS.folder()


@pytest.fixture(scope="module")
def one_site(folder):
    site = Site(folder / "var")
    yield site
    site.kill()


@pytest.fixture
def site(one_site):
    """The one site of these tests, started again where a test has ended it or left it unwell."""
    if not one_site.runs() or not wait_until(lambda: one_site.answers() and is_ready(one_site)):
        one_site.kill()
        one_site.log.unlink(missing_ok=True)
        one_site.start()
    return one_site


def wait_until(condition, within=30):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def readiness(site):
    try:
        with urlopen(f"{site.url}/readyz", timeout=5) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        return refusal.code, json.load(refusal)


def metrics(site):
    with urlopen(f"{site.url}/metrics", timeout=5) as answer:
        return answer.read().decode()


def is_ready(site):
    return readiness(site)[0] == 200


def test_it_prints_its_address_and_gets_ready(site):
    assert f"\n  {site.url}/\n" in site.words()
    assert wait_until(lambda: is_ready(site)), readiness(site)
    assert "Traceback" not in site.words()
    assert "uvicorn.access" not in site.words()  # it tells addresses
    # Whoever only watches over the others does without Django.
    assert psutil.Process(site.process.pid).memory_info().rss < 80_000_000
    for counted in (  # by the web process, the worker's children, and the clock
        'helpdesk_requests_total{status="2xx",view="helpdesk.health.readyz"}',
        'helpdesk_tasks_total{outcome="done",task="accounts.tasks.prove_worker"}',
        'helpdesk_queue_wait_seconds_count{queue="maintenance"}',
        'helpdesk_sweep_seconds_count{sweeper="beat_clock"}',
        'helpdesk_heartbeat_age_seconds{part="worker"}',
        'helpdesk_heartbeat_age_seconds{part="mail"}',
        'helpdesk_server_up{server="redis"} 1.0',
        "helpdesk_clock_lag_seconds ",
    ):
        assert wait_until(lambda line=counted: line in metrics(site)), counted
    assert "GET /" not in site.words()  # nor what was asked for, and from where


@pytest.mark.parametrize("word", ["helpdesk.web", "celery", "clock", "redis-server", "postgres"])
def test_a_part_that_dies_is_started_again(site, word):
    assert wait_until(lambda: is_ready(site)), readiness(site)
    part = site.part(word)
    relatives = part.children(recursive=True)
    before = len(site.words())

    part.kill()

    assert wait_until(lambda: "starting it again in 1 s" in site.words()[before:])
    assert "ended by SIGKILL" in site.words()[before:]
    assert psutil.wait_procs(relatives, timeout=5)[1] == []
    assert wait_until(lambda: site.has_part(word) and site.answers() and is_ready(site))


def test_killing_it_leaves_nothing_and_data_stays(site):
    with psycopg.connect(site.database_url) as connection:
        connection.execute("INSERT INTO accounts_heartbeat VALUES ('kept', now())")
    family = site.family()

    site.kill()
    site.log.unlink()
    site.start()

    assert psutil.wait_procs(family, timeout=5)[1] == []
    with psycopg.connect(site.database_url) as connection:
        kept = connection.execute("SELECT 1 FROM accounts_heartbeat WHERE name = 'kept'").fetchone()
    assert kept == (1,)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asking_it_to_stop_ends_everything(site, number):
    family = site.family()

    assert site.stop(number) == 0
    assert len(family) >= 7  # PostgreSQL and its own, Redis, web, worker and its children, clock
    assert psutil.wait_procs(family, timeout=0)[1] == []
    assert not (site.data_dir / "postgres" / "postmaster.pid").exists()
    assert not (site.data_dir / "run" / "redis.sock").exists()


def test_a_program_that_cannot_start_stops_everything(folder, one_site):
    one_site.kill()  # whose folder it is
    site = Site(folder / "var", EMAIL_PORT="none")
    with pytest.raises(pytest.fail.Exception):
        site.start()

    assert site.process.returncode == 1
