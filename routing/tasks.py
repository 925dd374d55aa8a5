"""Routing's work for workers and the clock. A row is the work; a message names it."""

from celery import shared_task
from django.conf import settings

from accounts.follow_ups import follow_up_task, is_backed_up, ring
from accounts.models import Event, Membership, Workspace
from accounts.tenancy import after_commit, scope
from inbox import presence
from inbox.models import Conversation
from routing import doors
from routing.actions import queueing, routing

MOST = 500  # workspaces a sweeper rings for at once


@follow_up_task
def queue_conversation(event: Event) -> None:
    """After a conversation may have become nobody's: let it wait for its team's next person."""
    conversation = Conversation.objects.get(pk=event.subject_id)
    if queueing.queue_conversation(conversation):
        after_commit(ring, route_waiting.name, workspace_id=event.workspace_id)


@follow_up_task
def hand_back_unanswered(event: Event) -> None:
    """After somebody went away: their customers wait for the team, where it wants that."""
    queueing.hand_back_unanswered(Membership.objects.get(pk=event.subject_id))


@shared_task
def route_waiting(*, workspace_id: int) -> None:
    """Give a workspace's waiting conversations to people who are here."""
    here = presence.members_here(workspace_id)
    if here:
        with scope(Workspace.objects.get(pk=workspace_id)):
            routing.route_waiting(here=here)


def route_waiting_conversations() -> None:
    """Ring wherever something waits: somebody may have come, or have room again."""
    if is_backed_up(settings.CELERY_TASK_DEFAULT_QUEUE):
        return
    for workspace_id in doors.workspaces_to_route(MOST):
        ring(route_waiting.name, workspace_id=workspace_id)
