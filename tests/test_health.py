"""Health answers quickly and says which part is at fault."""

import json
import signal
import socket
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.heartbeats import beat
from accounts.models import Heartbeat
from accounts.tenancy import scope
from inbox.actions.mailboxes import set_up_mailbox
from tests.mail.fetching import fetcher
from tests.mail.posting import make_mail_channel
from tests.support.rows import until


@pytest.fixture
def beating(db, redis):
    for name in ("worker", "clock"):
        beat(name)


def ask(client):
    began = time.monotonic()
    answer = client.get("/readyz")
    assert time.monotonic() - began < 20  # also with parts that never answer
    return answer.status_code, answer.json()


def faults(answer):
    return [name for name, verdict in answer.items() if not verdict["ok"]]


def test_being_up_needs_no_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_being_ready_names_every_part(client, beating):
    status, answer = ask(client)

    assert (status, faults(answer)) == (200, [])
    assert list(answer) == ["database", "redis", "worker", "clock"]
    assert answer["database"].keys() == {"ok", "ms"}
    assert answer["worker"]["age_s"] < 5


def test_a_heart_that_stopped_is_named(client, beating):
    Heartbeat.objects.filter(name="clock").update(at=timezone.now() - timedelta(seconds=46))

    status, answer = ask(client)

    assert (status, faults(answer)) == (503, ["clock"])


def test_a_heart_that_never_beat_is_named(client, db, redis):
    status, answer = ask(client)

    assert (status, faults(answer)) == (503, ["worker", "clock"])
    assert answer["worker"] == {"ok": False, "age_s": None}


def test_the_heart_of_mail_is_missed_where_there_is_a_mailbox(client, beating, workspace):
    channel = make_mail_channel(workspace)
    with scope(workspace):
        mailbox = set_up_mailbox(channel)

    status, answer = ask(client)
    assert (status, faults(answer)) == (503, ["mail"])
    beat("mail")
    status, answer = ask(client)
    assert (status, faults(answer)) == (200, [])
    assert answer["mail"]["age_s"] < 5

    with scope(workspace):
        mailbox.delete()
    assert "mail" not in ask(client)[1]


def test_whoever_fetches_mail_shows_life(db):
    with fetcher():
        until(lambda: Heartbeat.objects.filter(name="mail").exists())


def test_a_stopped_redis_is_named(client, beating, redis):
    redis.stop()

    status, answer = ask(client)

    assert (status, faults(answer)) == (503, ["redis"])


def test_a_frozen_redis_is_named_in_time(client, beating, redis):
    redis.process.send_signal(signal.SIGSTOP)
    try:
        status, answer = ask(client)
    finally:
        redis.process.send_signal(signal.SIGCONT)

    assert (status, faults(answer)) == (503, ["redis"])


@pytest.mark.parametrize("state", ["dead", "frozen"])
def test_an_absent_database_is_named_in_time_without_its_address(client, redis, monkeypatch, state):
    silent = socket.create_server(("127.0.0.1", 0))  # takes connections and never says a word
    port = silent.getsockname()[1]
    if state == "dead":
        silent.close()
    address = connections["default"].settings_dict
    monkeypatch.setitem(address, "HOST", "127.0.0.1")
    monkeypatch.setitem(address, "PORT", str(port))

    status, answer = ask(client)

    silent.close()
    assert (status, faults(answer)) == (503, ["database", "worker", "clock"])
    assert str(port) not in json.dumps(answer)
