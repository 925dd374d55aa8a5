"""Work for workers and the clock: count what happened, and add it up."""

from celery import shared_task

from accounts.follow_ups import follow_up_task, ring
from accounts.models import Event
from accounts.tenancy import scope_of
from analytics import doors
from analytics.actions import facts, rollups

MOST = 100  # workspaces that a sweeper wakes at once


@follow_up_task
def record_facts(event: Event) -> None:
    """After something that counts: count it."""
    facts.count_event(event)


@follow_up_task
def recount_conversation(event: Event) -> None:
    """After something that changes what counted: tell the conversation's history again."""
    facts.count_conversation(event.subject_id)


@shared_task(expires=30)
def roll_up(*, workspace_id: int) -> None:
    """Add up the hours of a workspace whose facts have changed."""
    while True:
        with scope_of(pk=workspace_id):
            if rollups.roll_up() < rollups.MOST:
                return


def roll_up_dirty_hours() -> None:
    """Ring for every workspace whose numbers are not up to date."""
    for workspace_id in doors.workspaces_to_roll_up(MOST):
        ring(roll_up.name, workspace_id=workspace_id)
