"""What /metrics tells, to whom, and that it never grows with those who use the product."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts import courier, metrics
from accounts.follow_ups import ring
from accounts.heartbeats import beat
from accounts.models import FollowUp
from accounts.tasks import prove_worker
from accounts.tenancy import scope
from helpdesk import health
from helpdesk.clock import Clock
from helpdesk.env import BASE_DIR
from inbox.actions.messaging import send_message

NEAR = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}
KNOWN_LABELS = {"kind", "view", "status", "who", "task", "outcome", "queue", "sweeper", "le"}
KNOWN_LABELS |= {"server", "part", "what"}
PYTHON = {"python", "process"}  # the library's own, of this process

SHARED = r"""
import os, signal, sys
from accounts.metrics import EVENTS
EVENTS.labels("one").inc()
if not os.fork():
    EVENTS.labels("one").inc(10)
    os.write(1, b"counted\n")
    signal.pause()
os.write(1, b"counted\n")
signal.pause()
"""


# What tells of requests and of what was done: it may not grow with who asks for what.
COUNTED = ("helpdesk_request", "helpdesk_event", "helpdesk_task", "helpdesk_sockets")


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """Wait for servers that are only slow."""
    monkeypatch.setattr(health, "PATIENCE", 60)


def samples(client, **words):
    answer = client.get("/metrics", **(NEAR | words))
    assert answer.status_code == 200
    assert "no-cache" in answer["Cache-Control"]
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def value(found, name, **labels):
    return found.get((name, *sorted(labels.items())))


def test_only_this_machine_or_who_has_the_token_may_read(client, settings):
    def status(**words):
        return client.get("/metrics", **(NEAR | words)).status_code

    assert status() == 200
    assert status(HTTP_HOST="localhost") == 200
    assert status(HTTP_HOST="[::1]:8000", REMOTE_ADDR="::1") == 200
    assert client.post("/metrics", **NEAR).status_code == 405
    for elsewhere in (
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_HOST": "testserver"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "http"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
    ):
        assert status(**elsewhere) == 404, elsewhere

    settings.BASE_URL = "https://help.example.test"  # whatever a proxy before it forgets to say
    assert status() == 404

    settings.METRICS_TOKEN = "s3cret-of-the-collector"
    assert status() == 404
    assert status(HTTP_AUTHORIZATION="Bearer s3cret") == 404
    assert status(HTTP_AUTHORIZATION="s3cret-of-the-collector") == 404
    far = {"REMOTE_ADDR": "10.0.0.7", "HTTP_X_FORWARDED_FOR": "10.0.0.8", "HTTP_HOST": "testserver"}
    assert status(HTTP_AUTHORIZATION="Bearer s3cret-of-the-collector", **far) == 200


def test_requests_are_counted_by_view_and_never_by_who_or_where(
    client, operator_client, workspace, operator, conversation, elsewhere
):
    def ask(number):
        operator_client.get(f"/{workspace.slug}/inbox/{conversation.number}/")
        operator_client.get(f"/{workspace.slug}/inbox/{number}/")
        operator_client.get(f"/{elsewhere.slug}/inbox/")
        client.get(f"/nothing-{number}/at/all")
        client.get(f"/rate/token-{number}/", HTTP_USER_AGENT=f"Browser {number}")
        client.generic(f"WORD{number}", "/healthz")
        client.get(f"/help/shop-{number}/")

    ask(900)
    samples(client)  # asks for a view, too
    before = samples(client)
    for number in range(901, 906):
        ask(number)
    after = samples(client)

    assert {key for key in set(after) - set(before) if key[0].startswith(COUNTED)} == set()
    shown = [key for key in after if key[0] == "helpdesk_requests_total"]
    assert (
        value(after, "helpdesk_requests_total", view="helpdesk.health.healthz", status="4xx") >= 6
    )
    rated = {"view": "analytics.views.rating.rate", "status": "4xx"}
    assert value(after, "helpdesk_requests_total", **rated) >= 6
    names = {dict(key[1:])["view"] for key in shown}
    assert any(name.startswith("inbox.views.") for name in names), names
    assert "none" in names
    text = client.get("/metrics", **NEAR).content.decode()
    for person in (workspace.slug, workspace.name, operator.user.email, operator.user.name, "905"):
        assert f'"{person}' not in text
    labels = {label for key in after for label, _ in key[1:] if key[0].split("_")[0] not in PYTHON}
    assert labels <= KNOWN_LABELS


def test_what_waits_is_told_with_its_age(client, db, redis, channel, operator, conversation):
    beat("worker")
    with scope(channel.workspace):
        send_message(conversation, text="Hello", actor=operator)
    courier.flush()
    hour = timezone.now() + timedelta(hours=1)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("helpdesk.metrics.state.timezone.now", lambda: hour)
        found = samples(client)

    with scope(channel.workspace):
        owed = FollowUp.objects.count()
    assert owed > 0
    assert value(found, "helpdesk_work_waiting", what="follow-ups") == owed
    assert 3590 < value(found, "helpdesk_work_age_seconds", what="follow-ups") < 3700
    assert value(found, "helpdesk_work_stuck", what="follow-ups") == 0
    assert value(found, "helpdesk_work_waiting", what="messages") == 1
    assert value(found, "helpdesk_work_waiting", what="deliveries") == 0
    assert value(found, "helpdesk_work_age_seconds", what="letters") == 0
    assert 3590 < value(found, "helpdesk_heartbeat_age_seconds", part="worker") < 3700
    assert value(found, "helpdesk_server_up", server="database") == 1
    assert value(found, "helpdesk_events_total", kind="message.queued") >= 1

    with scope(channel.workspace):
        FollowUp.objects.update(gave_up_at=timezone.now())
    assert value(samples(client), "helpdesk_work_stuck", what="follow-ups") == owed


def test_queues_tell_their_depth_and_how_long_the_oldest_bell_waits(client, db, redis):
    rung = time.time()
    for _ in range(3):
        ring(prove_worker.name)
    assert courier.flush(30)
    found = samples(client)
    waited = time.time() - rung

    assert value(found, "helpdesk_queue_depth", queue="maintenance") == 3
    assert 0 < value(found, "helpdesk_queue_lag_seconds", queue="maintenance") <= waited
    assert value(found, "helpdesk_queue_depth", queue="inbound") == 0
    assert value(found, "helpdesk_queue_lag_seconds", queue="inbound") == 0
    with redis.client() as server:
        server.lpush("bulk", "no bell of ours")
    assert value(samples(client), "helpdesk_queue_lag_seconds", queue="bulk") == 0


def test_a_server_that_is_away_is_told_and_stops_nothing_else(client, db, redis, monkeypatch):
    redis.stop()
    found = samples(client)

    assert value(found, "helpdesk_server_up", server="redis") == 0
    assert value(found, "helpdesk_server_up", server="database") == 1
    assert value(found, "helpdesk_queue_depth", queue="bulk") is None
    assert value(found, "helpdesk_work_waiting", what="messages") == 0


def test_tasks_and_sweepers_are_timed_and_their_failures_counted(client, db, redis):
    def tidy():
        """Do nothing."""

    def stumble():
        raise RuntimeError("no")

    prove_worker.apply()
    clock = Clock([(tidy, 5.0), (stumble, 5.0)])
    clock.tick(time.monotonic())
    clock.tick(time.monotonic() + 60)
    found = samples(client)

    assert value(found, "helpdesk_tasks_total", task=prove_worker.name, outcome="done") >= 1
    assert value(found, "helpdesk_task_seconds_count", task=prove_worker.name) >= 1
    assert value(found, "helpdesk_sweep_seconds_count", sweeper="tidy") == 2
    assert value(found, "helpdesk_sweep_failures_total", sweeper="stumble") == 2
    assert value(found, "helpdesk_clock_lag_seconds") is not None


@pytest.fixture
def share(tmp_path):
    """Begin processes that count into one folder, each with a child that does, too."""
    nowhere = {"DATABASE_URL": "postgresql://app@/nowhere", "REDIS_URL": "redis://nowhere"}
    nowhere |= {"DJANGO_SETTINGS_MODULE": "helpdesk.settings", "METRICS_DIR": str(tmp_path)}
    begun = []

    def begin():
        process = subprocess.Popen(
            [sys.executable, "-c", SHARED],
            cwd=BASE_DIR,
            env=os.environ | nowhere,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        begun.append(process)
        assert [process.stdout.readline() for _ in range(2)] == [b"counted\n"] * 2
        return process

    yield begin
    for process in begun:
        end(process)


def end(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_processes_are_added_up_and_those_that_died_leave_their_counts(
    client, db, redis, settings, share, tmp_path
):
    settings.METRICS_DIR = str(tmp_path)
    (tmp_path / "gauge_livesum_7.db").touch()
    (tmp_path / "7.lock").touch()

    first, second = share(), share()
    assert value(samples(client), "helpdesk_events_total", kind="one") == 22
    end(first)
    third = share()

    assert value(samples(client), "helpdesk_events_total", kind="one") == 33
    numbers = {re.search(r"_(\d+)\.db", path.name)[1] for path in tmp_path.glob("counter_*.db")}
    assert numbers == {"0", "1", "2", "3"}, "a number is taken again when its process is dead"
    assert not (tmp_path / "gauge_livesum_7.db").exists()
    for process in (second, third):
        end(process)


def test_a_disk_that_is_full_later_ends_nobody_who_counts(tmp_path):
    """The room for the numbers is taken at once: a hole that cannot be filled would be fatal."""
    metrics.Whole(str(tmp_path / "counter_0.db")).write_value("one", 1.0, 0.0)

    kept = (tmp_path / "counter_0.db").stat()
    assert kept.st_blocks * 512 >= kept.st_size >= 1 << 20
