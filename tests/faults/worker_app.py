"""What the killed worker runs: the site's app, plus a follow-up that dawdles on request."""

import os
import time
from pathlib import Path

import django

django.setup()

from accounts.follow_ups import follow_up_task  # noqa: E402
from accounts.models import Event  # noqa: E402
from helpdesk.celery import app  # noqa: E402

__all__ = ["app", "dawdle"]


@follow_up_task
def dawdle(event):
    """Write first, then hold the transaction open while a file exists."""
    about = {"subject_kind": event.subject_kind, "subject_id": event.subject_id}
    Event.objects.create(kind="test.dawdled", **about)
    folder = Path(os.environ["DAWDLE"])
    (folder / "started").touch()
    while (folder / "wait").exists():
        time.sleep(0.02)
