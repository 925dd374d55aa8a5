"""Routing's work for workers and the clock. A row is the work; a message names it."""

import logging

from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from accounts.follow_ups import follow_up_task, is_backed_up, ring
from accounts.letters import ring_for
from accounts.models import Event, Membership, Workspace
from accounts.tenancy import after_commit, scope
from inbox import presence
from inbox.enums import EventKind
from inbox.models import Conversation
from routing import doors
from routing.actions import ownership, promises, queueing, routing, running
from routing.models import SlaClock

logger = logging.getLogger(__name__)

MOST = 500  # workspaces or clocks a sweeper takes at once


@follow_up_task
def queue_conversation(event: Event) -> None:
    """After a conversation may have become nobody's: let it wait for its team's next person."""
    _queue(event)


@follow_up_task
def run_rules(event: Event) -> None:
    """
    After what sets rules off: run those that hold.

    Only then is what is nobody's given to somebody, and a customer told that theirs is away. One task,
    since every message that comes in waits for a worker as often as there are tasks.
    """
    for letter in running.run_rules(event):
        after_commit(ring_for, letter)
    if event.kind == EventKind.CONVERSATION_OPENED:
        _queue(event)
    elif event.kind == EventKind.MESSAGE_RECEIVED and not event.data.get("automatic"):
        ownership.tell_owner_away(event.subject_id)


@follow_up_task
def keep_promises(event: Event) -> None:
    """After something that starts, keeps or ends a promise: let its clocks say so."""
    if promises.is_promised(event.subject_id):
        promises.keep_promises(Conversation.objects.get(pk=event.subject_id), at=event.at)


@follow_up_task
def hand_back_unanswered(event: Event) -> None:
    """After somebody went away: their customers wait for the team, where it wants that."""
    queueing.hand_back_unanswered(Membership.objects.get(pk=event.subject_id))


def _queue(event: Event) -> None:
    asked = Conversation.objects.only("assignee", "status", "team", "waiting_since")
    conversation = asked.get(pk=event.subject_id)
    if queueing.queue_conversation(conversation):
        after_commit(ring, route_waiting.name, workspace_id=event.workspace_id)


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


def hand_back_of_vanished() -> None:
    """Give back what somebody has not answered whose browsers have been gone for a while."""
    for workspace_id, pk in presence.members_gone(settings.VANISHED_AFTER):
        with scope(Workspace.objects.get(pk=workspace_id)):
            if member := Membership.objects.filter(pk=pk).first():
                queueing.hand_back(member, by="vanished")
        presence.forget_gone(workspace_id, pk)


def tell_clocks() -> None:
    """Warn of every promise whose time runs out, and say which are broken, each in a transaction of its own."""
    for workspace_id, clock_id in doors.clocks_to_tell(timezone.now(), MOST):
        try:
            with scope(Workspace.objects.get(pk=workspace_id)):
                promises.tell_clock(SlaClock.objects.get(pk=clock_id))
        except OperationalError:  # of no row, but of PostgreSQL: the clock says so
            raise
        except Exception:
            # The oldest come first, so that one which fails would hold up all others for ever.
            logger.exception("Clock %s could not be told.", clock_id)
