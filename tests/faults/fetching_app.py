"""Runs fetchers that a test may kill: loaded once, each is a copy that begins at once."""

import os
import signal
import sys

import django

django.setup()

from helpdesk.children import hear_of_parents_death  # noqa: E402
from inbox.actions import delivery  # noqa: E402
from inbox.fetching import bodies  # noqa: E402
from inbox.fetching.fetcher import Fetcher  # noqa: E402

bodies.MOST = 7  # mails in a transaction: more points to be killed at
delivery.MOST_DEATHS = 100  # here it is never a mail that kills its reader

print("ready", flush=True)  # noqa: T201
for _line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        hear_of_parents_death(signal.SIGKILL)
        fetcher = Fetcher()
        signal.signal(signal.SIGTERM, fetcher.stop)
        fetcher.run()
        os._exit(0)
    print(pid, flush=True)  # noqa: T201
    os.waitpid(pid, 0)
    print("gone", flush=True)  # noqa: T201
