"""
Durable follow-ups: what an event owes is written with it and done exactly once.

The queue only wakes a worker. The row is the work: the task deletes it in the same
transaction as its effects, and a sweeper rings again for as long as it stands.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from celery import Task, current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts import courier, doors, trace
from accounts.models import Event, FollowUp, Workspace
from accounts.prepared import Place, Prepared
from accounts.redis import RedisError, client
from accounts.stumbling import note_failure, note_unnoted
from accounts.tenancy import after_commit, collector, current_workspace, scope, scope_of

logger = logging.getLogger(__name__)

Effect = Callable[[Event], None]

MOST_DEATHS = 3
MOST_TOGETHER = (
    10  # of one bell: what many owe is shared among workers, and a killer has few with it
)

TAKE = "DELETE FROM accounts_followup WHERE workspace_id = %s AND id = %s"

_is_owing: ContextVar[bool] = ContextVar("is_owing", default=True)
# What a worker comes to owe by what it does, as far as it goes on with that itself.
_to_go_on: ContextVar[list[FollowUp] | None] = ContextVar("to_go_on", default=None)
_left_out: ContextVar[tuple[str, ...]] = ContextVar("left_out", default=())
_effects: dict[str, Effect] = {}
_wired: dict[str, list[str]] = defaultdict(list)
_bells: dict[str, list[str]] = defaultdict(list)


def follow_up(kind: str, *tasks: Task[Any, Any]) -> None:
    """Wire tasks to a kind of event; ``helpdesk/wiring.py`` is the only caller."""
    _wired[kind].extend(str(task.name) for task in tasks if task.name not in _wired[kind])


def doorbell(kind: str, *tasks: Task[Any, Any]) -> None:
    """Wire tasks whose work is a row already, such as a queued message: they are only woken."""
    _bells[kind].extend(str(task.name) for task in tasks if task.name not in _bells[kind])


def follow_up_task(effect: Effect) -> Task[Any, None]:
    """Make a task of a function whose effects are rows; it may raise to be tried again."""

    def run(*, workspace_id: int, follow_up_ids: Sequence[int]) -> None:
        settle(workspace_id=workspace_id, follow_up_ids=follow_up_ids)

    run.__doc__ = effect.__doc__
    name = f"{effect.__module__}.{effect.__name__}"
    _effects[name] = effect
    return shared_task(name=name)(run)


@contextmanager
def none_owed() -> Iterator[None]:
    """Record events from which nothing follows, such as those of an archive."""
    token = _is_owing.set(False)
    try:
        yield
    finally:
        _is_owing.reset(token)


@contextmanager
def nothing_owed_to(*rooms: str) -> Iterator[None]:
    """Record events without the tasks of some apps, where somebody sees to those otherwise."""
    token = _left_out.set(tuple(f"{room}." for room in rooms))
    try:
        yield
    finally:
        _left_out.reset(token)


def owe(*events: Event) -> None:
    """Write down, with events, every task their kinds are wired to; wake workers on commit."""
    if not _is_owing.get():
        return
    here, due = current_workspace().pk, timezone.now() + settings.FOLLOW_UP_PATIENCE
    owed = []
    for event in events:
        for task in _bells.get(event.kind, ()):
            after_commit(ring, task, workspace_id=here, event_id=event.pk)
        wired = _wired.get(event.kind, ())
        tasks = [task for task in wired if not task.startswith(_left_out.get())]
        owed += [FollowUp(event=event, task=task, due_at=due) for task in tasks]
    if owed:
        collector("follow-ups", _Bell).write(owed)


@dataclass
class _Bell:
    """One for all that a unit of work owes: a worker is woken for it, and finds its way in, once."""

    ids: tuple[int, ...] = ()
    begun: tuple[FollowUp, ...] = ()

    def write(self, owed: Sequence[FollowUp]) -> None:
        """Write the rows; as begun, if a worker comes to owe them that has room: it goes on itself."""
        mine = _to_go_on.get()
        goes_on = mine is not None and len([*mine, *self.begun, *owed]) <= MOST_TOGETHER
        for row in owed if goes_on else ():
            row.attempts, row.leased_until = 1, row.due_at
        FollowUp.objects.bulk_create(owed)
        if goes_on:  # with the event as it is in its row
            self.begun += tuple(FollowUp(pk=o.pk, task=o.task, event_id=o.event_id) for o in owed)
        else:
            self.ids += tuple(row.pk for row in owed)

    def __call__(self) -> None:
        if self.ids:
            after_commit(ring_for, current_workspace().pk, self.ids)
        if (mine := _to_go_on.get()) is not None and self.begun:
            after_commit(mine.extend, self.begun)


@shared_task
def settle(*, workspace_id: int, follow_up_ids: Sequence[int]) -> None:
    """
    Do what is owed, each by itself; what fails is noted on its row, and stops no other.

    Then, once, what this has come to owe; for what follows from that, another worker is woken.
    """
    note_unnoted()
    workspace, begun = _begin(workspace_id, follow_up_ids)
    more: list[FollowUp] = []
    token = _to_go_on.set(more)
    try:
        failed = _do_each(workspace, begun)
    except BaseException:
        _leave(workspace, more)
        raise
    finally:
        _to_go_on.reset(token)
    if failed := _do_each(workspace, more) or failed:
        raise failed


def _do_each(workspace: Workspace, begun: list[FollowUp]) -> Exception | None:
    failed: Exception | None = None
    while begun:
        row = begun.pop(0)
        try:
            _do(workspace, row)
        except SoftTimeLimitExceeded:  # a death, since another moment would have been one
            _leave(workspace, begun)
            raise
        except Exception as error:  # noqa: BLE001 (raised in the end)
            note_failure(workspace, row, error)
            failed = error
    return failed


def settle_at_once(owed: QuerySet[FollowUp]) -> None:
    """Do in the caller's unit of work what is owed, and what that owes; they fail together."""
    while rows := _with_events(list(owed.order_by("pk"))):
        for row in rows:
            _effects[row.task](row.event)
        FollowUp.objects.filter(pk__in=[row.pk for row in rows]).delete()


def is_backed_up(queue: str, most: int = 500) -> bool:
    """Tell whether so many bells wait unheard that another would only use up memory."""
    try:
        return bool(client().llen(queue) >= most)
    except RedisError:
        return True  # it would be lost


def sweep(limit: int = 2000) -> int:
    """Wake workers again for every follow-up that has stood too long; return how many."""
    if is_backed_up(settings.CELERY_TASK_DEFAULT_QUEUE):
        return 0
    overdue = doors.claim_overdue_follow_ups(timezone.now(), settings.FOLLOW_UP_PATIENCE, limit)
    by_workspace: dict[int, list[int]] = defaultdict(list)
    for workspace_id, follow_up_id, _ in overdue:
        by_workspace[workspace_id].append(follow_up_id)
    for workspace_id, ids in by_workspace.items():
        ring_for(workspace_id, sorted(ids))
    return len(overdue)


def ring_for(workspace_id: int, follow_up_ids: Sequence[int]) -> None:
    """Wake a worker for every ten of these follow-ups."""
    for begin in range(0, len(follow_up_ids), MOST_TOGETHER):
        ids = follow_up_ids[begin : begin + MOST_TOGETHER]
        ring(str(settle.name), workspace_id=workspace_id, follow_up_ids=ids)


def ring(task: str, **kwargs: Any) -> None:
    """Wake a worker for a row; lost without harm when Redis is away."""
    headers = trace.headers()
    send = partial(current_app.send_task, task, kwargs=kwargs, headers=headers)
    # Whoever hears it has limits of its own.
    courier.send(partial(send, time_limit=None, soft_time_limit=None))


def _begin(workspace_id: int, follow_up_ids: Sequence[int]) -> tuple[Workspace, list[FollowUp]]:
    """
    Count the attempt before it, so that one which kills its worker is noticed.

    What was begun before is begun by a bell of its own: if it kills again, it kills no others' attempts.
    """
    now = timezone.now()
    due = now + settings.FOLLOW_UP_PATIENCE
    with scope_of(is_redone=True, pk=workspace_id) as workspace:
        if workspace is None:
            raise Workspace.DoesNotExist(workspace_id)
        begun = [row for row in _with_events(FREE(pks=follow_up_ids)) if _may_begin(row, now)]
        if len(follow_up_ids) > 1:
            for row in begun:
                if row.attempts:
                    alone = {"workspace_id": workspace.pk, "follow_up_ids": [row.pk]}
                    after_commit(ring, row.task, **alone)
            begun = [row for row in begun if not row.attempts]
        if begun:
            mine = FollowUp.objects.filter(pk__in=[row.pk for row in begun])
            mine.update(attempts=F("attempts") + 1, due_at=due, leased_until=due)
    return workspace, begun


def _free(pks: Place) -> QuerySet[FollowUp]:
    """Ask for rows, but not those that are done already, or being done right now."""
    owed = FollowUp.objects.filter(pk__any_of=pks, gave_up_at=None).order_by("pk")
    return owed.select_for_update(skip_locked=True)


FREE = Prepared(_free, "pks")
EVENTS = Prepared(lambda pks: Event.objects.filter(pk__any_of=pks).select_related("actor"), "pks")


def _with_events(rows: list[FollowUp]) -> list[FollowUp]:
    """
    Fetch the events, too, in a statement of their own.

    What PostgreSQL last learnt of so fleeting a table is never true: joined with it, a million
    conversations' events were read from the first to the last.
    """
    events = {one.pk: one for one in EVENTS(pks=list({row.event_id for row in rows}))}
    for row in rows:
        row.event = events[row.event_id]
    return rows


def _may_begin(owed: FollowUp, now: datetime) -> bool:
    if owed.attempts - owed.failures >= MOST_DEATHS:
        logger.error("Follow-up %s ended its worker %d times.", owed, MOST_DEATHS)
        owed.gave_up_at, owed.error = now, "It ended its worker three times."
        owed.save(update_fields=["gave_up_at", "error"])
        return False
    return not (owed.leased_until and owed.leased_until > now)  # begun, by an earlier bell


def _do(workspace: Workspace, owed: FollowUp) -> None:
    """Take the row away and run its effect, both or neither."""
    with scope(workspace, is_redone=True):
        # Waits for a later bell, which may hold the row while it finds that it has begun.
        if _take(workspace, owed):
            _effects[owed.task](owed.event)


def _take(workspace: Workspace, owed: FollowUp) -> bool:
    """Delete the row; nothing hangs on it, which Django would look for each time."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [workspace.pk, owed.pk])
        return bool(cursor.rowcount)


def _leave(workspace: Workspace, begun: Sequence[FollowUp]) -> None:
    """Say of what was begun only with another that nobody was at it; the clock rings for it."""
    if not begun:
        return
    with scope(workspace):
        rows = FollowUp.objects.filter(pk__in=[row.pk for row in begun])
        rows.update(attempts=F("attempts") - 1, due_at=timezone.now(), leased_until=None)
