"""Work that kills its worker each time is put aside, and the line goes on."""

from collections import Counter
from datetime import timedelta

import psutil
import pytest
from django.utils import timezone

from accounts import courier, follow_ups
from accounts.models import Event, FollowUp
from accounts.tenancy import scope
from tests.support.rows import until
from tests.support.workers import children_of, worker

APP = "tests.faults.worker_app"
POISON = ["allocate", "crash", "loop", "loop_for_ever"]
WELL = 40
MOST_MEMORY = 400 << 20  # of a child, which at rest has about a hundred

pytestmark = pytest.mark.fault


@pytest.fixture
def line(workspace, conversation, settings):
    """Four poisons at the head of a line, well work behind them."""
    settings.FOLLOW_UP_PATIENCE = timedelta(seconds=1)
    tasks = [f"{APP}.{name}" for name in POISON + ["do"] * WELL]
    past = timezone.now() - timedelta(hours=1)
    with scope(workspace):
        FollowUp.objects.all().delete()
        event = Event.objects.about(conversation).latest("seq")
        FollowUp.objects.bulk_create(
            FollowUp(event=event, task=task, due_at=past + timedelta(seconds=n))
            for n, task in enumerate(tasks)
        )


def kill_the_greedy(pid):
    """Do what the kernel does when memory runs out."""
    for child in children_of(pid):
        try:
            if child.memory_info().rss > MOST_MEMORY:
                child.kill()
        except psutil.NoSuchProcess:
            continue


def test_what_kills_its_worker_three_times_is_put_aside_and_the_line_goes_on(
    workspace, line, tmp_path
):
    def look():
        """Sweep as the clock does; tell what is owed still, and whether it is all put aside."""
        kill_the_greedy(process.pid)
        follow_ups.sweep()
        courier.flush()
        with scope(workspace):
            owed = FollowUp.objects.order_by("pk")
            return list(owed.values_list("task", "attempts", "failures", "gave_up_at", "error"))

    def is_over():
        owed = look()
        return len(owed) == len(POISON) and all(row[3] for row in owed) and owed

    with worker(tmp_path, "-c2", FOLLOW_UP_PATIENCE="1", TIME_LIMIT="1") as process:
        put_aside = until(is_over, 180)
        assert process.poll() is None

    assert [row[0].removeprefix(f"{APP}.") for row in put_aside] == POISON
    assert {row[1:3] for row in put_aside} == {(follow_ups.MOST_DEATHS, 0)}
    assert {row[4] for row in put_aside} == {"It ended its worker three times."}
    with scope(workspace):
        done = Counter(Event.objects.filter(kind__startswith="test.").values_list("kind"))
    assert done == {("test.done",): WELL}
