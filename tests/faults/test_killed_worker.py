"""A worker is killed in the middle of a task: the task is done later, and once."""

import os
import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import courier, follow_ups
from accounts.models import Event, FollowUp
from accounts.tenancy import scope
from tests.support.rows import until
from tests.support.workers import children_of, worker

DAWDLE = "tests.faults.worker_app.dawdle"


@pytest.fixture
def owed(workspace, conversation):
    with scope(workspace):
        FollowUp.objects.all().delete()
        event = Event.objects.about(conversation).latest("seq")
        return FollowUp.objects.create(event=event, task=DAWDLE, due_at=timezone.now())


def state_of(workspace):
    with scope(workspace):
        done = Event.objects.filter(kind="test.dawdled").count()
        return done, FollowUp.objects.count()


@pytest.mark.parametrize("victim", ["worker", "child"])
def test_a_task_whose_worker_was_killed_is_done_later_and_once(workspace, owed, tmp_path, victim):
    before = state_of(workspace)
    (tmp_path / "wait").touch()
    follow_ups.ring(DAWDLE, workspace_id=workspace.pk, follow_up_ids=[owed.pk])
    courier.flush()

    with worker(tmp_path, "-c1") as process:
        until((tmp_path / "started").exists, 30)
        if victim == "worker":
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        else:
            for child in children_of(process.pid):
                child.kill()
            until(lambda: state_of(workspace) == before, 10)

    assert state_of(workspace) == before  # undone, and still owed
    (tmp_path / "wait").unlink()
    with scope(workspace):
        past = timezone.now() - timedelta(minutes=1)
        FollowUp.objects.update(due_at=past, leased_until=past)
    assert follow_ups.sweep() == 1
    courier.flush()
    with worker(tmp_path, "-c1"):
        until(lambda: state_of(workspace) == (1, 0), 30)
