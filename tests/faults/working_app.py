"""Runs workers that a test may kill: loaded once, each is a copy that begins at once."""

import os
import signal
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from accounts import follow_ups  # noqa: E402
from accounts.actions import letters  # noqa: E402
from helpdesk.celery import app  # noqa: E402
from helpdesk.children import hear_of_parents_death  # noqa: E402
from inbox.actions import delivery, outgoing  # noqa: E402

for module in (follow_ups, letters, delivery, outgoing):
    module.MOST_DEATHS = 1000  # here it is never the work that kills its worker
QUEUES = ",".join(settings.CELERY_WORKER_QUEUES)
COMMAND = ["worker", "-c2", "-l", "error", "--without-gossip", "--without-mingle", "-Q", QUEUES]

app.finalize()
app.loader.import_default_modules()
print("ready", flush=True)  # noqa: T201
for _line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        hear_of_parents_death(signal.SIGKILL)
        os.setsid()
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what it says is not for who counts
        app.worker_main(COMMAND)
        os._exit(0)
    print(pid, flush=True)  # noqa: T201
    os.waitpid(pid, 0)
    print("gone", flush=True)  # noqa: T201
