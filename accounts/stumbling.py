"""Follow-ups that failed: tried again, further apart each time, or put aside until somebody says so."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import FollowUp, Workspace
from accounts.tenancy import scope

logger = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(hours=1)
MOST_FAILURES = 20

# Of this process, which lives on.
_unnoted: list[tuple[Workspace, int]] = []


def note_failure(workspace: Workspace, owed: FollowUp, error: Exception) -> None:
    try:
        _postpone(workspace, owed.pk, error)
    except (OperationalError, InterfaceError):
        _unnoted.append((workspace, owed.pk))


def _postpone(workspace: Workspace, follow_up_id: int, error: Exception) -> None:
    with scope(workspace):
        for row in FollowUp.objects.select_for_update().filter(pk=follow_up_id):
            row.failures += 1
            row.error, row.leased_until = repr(error), None
            row.due_at = timezone.now() + min(
                settings.FOLLOW_UP_PATIENCE * 2**row.failures, LONGEST_WAIT
            )
            if row.failures >= MOST_FAILURES:
                logger.error("Follow-up %s failed %d times.", row, MOST_FAILURES)
                row.gave_up_at = timezone.now()
            row.save(update_fields=["failures", "error", "leased_until", "due_at", "gave_up_at"])


def note_unnoted() -> None:
    """Tell of failures that could not be written when PostgreSQL was away: they were no deaths."""
    while _unnoted:
        workspace, follow_up_id = _unnoted[0]
        with scope(workspace):
            FollowUp.objects.filter(pk=follow_up_id).update(failures=F("failures") + 1)
        _unnoted.pop(0)


def put_aside() -> QuerySet[FollowUp]:
    """Return, of this workspace, what failed or killed its worker too often."""
    return FollowUp.objects.exclude(gave_up_at=None)


def try_again() -> int:
    """Let what was put aside begin anew; the clock rings for it."""
    begun = {"attempts": 0, "failures": 0, "leased_until": None, "gave_up_at": None}
    return put_aside().update(**begun, due_at=timezone.now())
