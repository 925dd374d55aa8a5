"""Work owed is written with its event and done exactly once, whatever dies meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, connection
from django.utils import timezone

from accounts import courier, follow_ups, stumbling
from accounts.models import Event, FollowUp
from accounts.tenancy import scope
from analytics.tasks import record_facts
from inbox.actions.receiving import receive_message
from inbox.models import Contact
from inbox.tasks import note_contact_heard
from routing.tasks import keep_promises, run_rules
from tests import factories


@pytest.fixture
def owed(workspace, conversation):
    """What is owed because of a message, and nothing else."""
    with scope(workspace):
        FollowUp.objects.exclude(task=note_contact_heard.name).delete()
        return FollowUp.objects.get()


def tasks_owed(workspace):
    with scope(workspace):
        return list(FollowUp.objects.order_by("pk").values_list("task", flat=True))


@pytest.fixture
def run(monkeypatch):
    """Do what is owed, by an effect of the test's own."""

    def settle(workspace, owed, effect):
        monkeypatch.setitem(follow_ups._effects, owed.task, effect)
        follow_ups.settle(workspace_id=workspace.pk, follow_up_ids=[owed.pk])

    return settle


def queued(redis):
    courier.flush()
    with redis.client() as client:
        return client.llen("follow-ups")


def test_an_event_and_its_follow_up_are_written_together(workspace, conversation, redis):
    tasks = [run_rules, record_facts, note_contact_heard, run_rules, keep_promises]
    assert tasks_owed(workspace) == [task.name for task in tasks]
    assert queued(redis) == 1


def test_a_follow_up_falls_with_its_event(workspace, channel, redis):
    def fail():
        with scope(workspace):
            receive_message(channel, factories.incoming())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert (tasks_owed(workspace), queued(redis)) == ([], 0)


def test_settling_has_its_effect_and_takes_the_row_away(workspace, owed, settle):
    assert settle(workspace) == 1

    with scope(workspace):
        assert Contact.objects.get().last_heard_at is not None
    assert tasks_owed(workspace) == []


def test_only_a_follow_up_does_not_wait_for_the_disk(workspace, owed, run):
    def asked():
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return cursor.fetchone()[0]

    heard = []
    run(workspace, owed, lambda _: heard.append(asked()))

    with scope(workspace):
        assert [*heard, asked()] == ["off", "on"]


def test_the_same_follow_up_twice_at_once_has_one_effect(workspace, owed, run):
    start = threading.Barrier(2)
    effects: list[Event] = []

    def work(_):
        start.wait()
        try:
            run(workspace, owed, effects.append)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    run(workspace, owed, effects.append)

    assert (len(effects), tasks_owed(workspace)) == (1, [])


def test_a_bell_that_looks_whether_it_has_begun_takes_no_effect_away(
    workspace, owed, monkeypatch, run
):
    """The later bell holds the row just when the first comes for its effect."""
    begin, looks = follow_ups._begin, threading.Event()
    effects: list[Event] = []

    def look():
        with scope(workspace):
            FollowUp.objects.select_for_update().get()
            looks.set()
            connection.cursor().execute("SELECT pg_sleep(0.3)")
        connection.close()

    def begin_and_be_looked_at(*args):
        begun = begin(*args)
        others.submit(look)
        looks.wait()
        return begun

    monkeypatch.setattr(follow_ups, "_begin", begin_and_be_looked_at)
    with ThreadPoolExecutor(1) as others:
        run(workspace, owed, effects.append)

    assert (len(effects), tasks_owed(workspace)) == (1, [])


def test_a_failed_effect_is_undone_explained_and_postponed(workspace, owed, run):
    def stumble(event):
        Contact.objects.update(name="half done")
        raise ValueError("no luck")

    with pytest.raises(ValueError, match="no luck"):
        run(workspace, owed, stumble)

    with scope(workspace):
        owed.refresh_from_db()
        assert Contact.objects.get().name == "Ada"
    assert (owed.error, owed.attempts, owed.failures) == ("ValueError('no luck')", 1, 1)
    assert owed.due_at > timezone.now() + timedelta(seconds=50)
    assert owed.gave_up_at is None


def test_what_fails_for_ever_is_given_up(workspace, owed, run):
    with scope(workspace):
        FollowUp.objects.update(
            attempts=stumbling.MOST_FAILURES - 1, failures=stumbling.MOST_FAILURES - 1
        )

    def stumble(event):
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        run(workspace, owed, stumble)

    with scope(workspace):
        FollowUp.objects.update(due_at=timezone.now() - timedelta(hours=2))
        assert FollowUp.objects.get().gave_up_at is not None
    assert follow_ups.sweep() == 0


class Killed(BaseException):
    """What nobody catches: the worker is gone, and writes nothing."""


@pytest.mark.parametrize("death", [Killed, SoftTimeLimitExceeded])
def test_what_kills_its_workers_is_put_aside(workspace, owed, time_machine, death, run):
    """The attempt was counted before it; one that took all the time there is would be killed, too."""

    def die(event):
        raise death

    for _ in range(follow_ups.MOST_DEATHS):
        with pytest.raises(death):
            run(workspace, owed, die)
        time_machine.move_to(timezone.now() + timedelta(minutes=1))
    effects: list[Event] = []
    run(workspace, owed, effects.append)

    with scope(workspace):
        owed.refresh_from_db()
    assert (effects, owed.attempts) == ([], 3)
    assert owed.gave_up_at is not None


def test_a_second_bell_is_no_second_attempt(workspace, owed, monkeypatch, run):
    """Both bells are heard before either worker has begun its effect."""
    begin, effects = follow_ups._begin, []

    def begin_twice(*args):
        mine = begin(*args)
        assert begin(*args) == (workspace, [])
        return mine

    monkeypatch.setattr(follow_ups, "_begin", begin_twice)

    def stumble(event):
        effects.append(event)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        run(workspace, owed, stumble)

    with scope(workspace):
        owed.refresh_from_db()
    assert (len(effects), owed.attempts, owed.failures) == (1, 1, 1)


def test_a_failure_without_postgres_is_no_death(workspace, owed, monkeypatch, time_machine, run):
    def vanish(*_):
        raise OperationalError("the server went away")

    for _ in range(follow_ups.MOST_DEATHS):
        with monkeypatch.context() as patched:
            patched.setattr(stumbling, "_postpone", vanish)
            with pytest.raises(OperationalError):
                run(workspace, owed, vanish)
        time_machine.move_to(timezone.now() + timedelta(minutes=1))
    effects: list[Event] = []
    run(workspace, owed, effects.append)

    assert (len(effects), tasks_owed(workspace)) == (1, [])


def test_the_sweeper_leaves_fresh_work_and_claims_overdue_work_once(workspace, owed, redis):
    before = queued(redis)
    assert follow_ups.sweep() == 0

    with scope(workspace):
        FollowUp.objects.update(due_at=timezone.now() - timedelta(minutes=1))

    assert (follow_ups.sweep(), follow_ups.sweep()) == (1, 0)
    assert queued(redis) == before + 1


def test_an_event_of_no_consequence_owes_nothing(workspace, owed, operator):
    with scope(workspace):
        FollowUp.objects.all().delete()
        event = Event.objects.latest("pk")
        event.kind = "nothing.happened"
        follow_ups.owe(event)

    assert tasks_owed(workspace) == []
