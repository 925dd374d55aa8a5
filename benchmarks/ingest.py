"""
How long a visitor's message takes from the door's call to the commit, pushes rendered.

    .venv/bin/python -m benchmarks.ingest [messages]
"""

import os
import statistics
import sys
import time
from uuid import uuid4

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.db import connection
from django.utils import timezone

from accounts import courier
from accounts.tenancy import scope
from inbox.actions.delivery import accept_delivery
from inbox.connectors.base import Sender
from inbox.connectors.webchat import external_id, new_envelope
from tests import factories
from tests.conftest import make_database
from tests.support.servers import SERVERS


def say(workspace, channel, handle):
    client_id = uuid4()
    raw = new_envelope(
        sender=Sender(handle), client_id=client_id, text="Hello", at=timezone.now(), page=None
    )
    with scope(workspace):
        accept_delivery(channel, external_id=external_id(handle, client_id), raw=raw)


def measure(name, work, times):
    taken = []
    for n in range(times):
        began = time.perf_counter()
        work(n)
        taken.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1]
    rate = times / sum(taken) * 1000
    print(f"{name:24} median {statistics.median(taken):6.2f} ms  p95 {p95:6.2f} ms  {rate:5.0f}/s")


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    make_database()
    SERVERS.redis.start()
    workspace = factories.make_workspace()
    channel = factories.make_channel(workspace)
    say(workspace, channel, "0" * 64)
    measure("new conversation", lambda n: say(workspace, channel, f"{n:064d}"), times)
    measure("known conversation", lambda n: say(workspace, channel, "0" * 64), times)

    def empty(_):
        with scope(workspace):
            pass

    measure("empty scope", empty, times)
    courier.flush(30)
    connection.close()


main()
