"""A worker of a test's own, with tasks that misbehave on request."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import psutil


@contextmanager
def worker(folder, *options, **environment):
    """Run a worker whose tasks find their orders in a folder; it is gone in the end."""
    command = [sys.executable, "-m", "celery", "-A", "tests.faults.worker_app", "worker"]
    settings = {"DJANGO_SETTINGS_MODULE": "helpdesk.settings", "DAWDLE": str(folder)}
    process = subprocess.Popen(
        [*command, "-l", "warning", "--without-gossip", "--without-mingle", *options],
        env={**os.environ, **settings, **environment},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def children_of(pid):
    return psutil.Process(pid).children(recursive=True)
