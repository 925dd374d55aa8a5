"""What the killed worker runs: the site's app, plus follow-ups that dawdle, and that kill."""

import ctypes
import os
import time
from contextlib import suppress
from pathlib import Path

import django

django.setup()

from accounts.follow_ups import follow_up_task, settle  # noqa: E402
from accounts.models import Event  # noqa: E402
from helpdesk.celery import app  # noqa: E402

__all__ = ["allocate", "app", "crash", "dawdle", "do", "loop", "loop_for_ever"]

if limit := os.environ.get("TIME_LIMIT"):
    app.conf.task_soft_time_limit, app.conf.task_time_limit = int(limit), int(limit) + 1
    settle.soft_time_limit, settle.time_limit = int(limit), int(limit) + 1  # bound before


@follow_up_task
def dawdle(event):
    """Write first, then hold the transaction open while a file exists."""
    note(event, "test.dawdled")
    folder = Path(os.environ["DAWDLE"])
    (folder / "started").touch()
    while (folder / "wait").exists():
        time.sleep(0.02)


def note(event, kind):
    about = {"subject_kind": event.subject_kind, "subject_id": event.subject_id}
    Event.objects.create(kind=kind, **about)


@follow_up_task
def do(event):
    """Be well: an effect that can be counted."""
    note(event, "test.done")


@follow_up_task
def crash(event):
    note(event, "test.done")
    ctypes.string_at(0)


@follow_up_task
def allocate(event):
    """Take memory until the kernel, or who stands for it, puts an end to it."""
    taken = []
    while True:
        taken.append(b"x" * (1 << 20))
        time.sleep(0.001)


@follow_up_task
def loop(event):
    while True:
        time.sleep(0.01)


@follow_up_task
def loop_for_ever(event):
    """Hear nothing of the time limit: only the harder one ends it."""
    while True:
        with suppress(Exception):
            loop_on()


def loop_on():
    while True:
        time.sleep(0.01)
