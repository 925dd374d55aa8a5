"""Two do at once what one should: each task twice, and a person against an automaton."""

import random
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from celery import current_app
from django.apps import apps
from django.db import connections, models
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Event, FollowUp, Letter
from accounts.models.base import WorkspaceOwned
from accounts.tenancy import scope
from inbox import storage
from inbox.actions.assignment import assign_conversation
from inbox.actions.messaging import send_message
from inbox.connectors.base import Sender
from inbox.connectors.webchat import new_envelope
from inbox.enums import EventKind
from inbox.models import Attachment, Conversation, Delivery, Message
from routing.actions.routing import route_waiting
from routing.actions.rules import keep_rule
from routing.actions.settings import Way, change_assignment
from routing.enums import Strategy
from tests import factories
from tests.routing.test_conditions import every
from tests.support.pictures import picture
from tests.support.steps import STEPS

pytestmark = pytest.mark.fault

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PLAIN = (models.BooleanField, models.CharField, models.TextField, models.PositiveIntegerField)
ROUNDS = 40
NUMBERED = re.compile(r"(?<=Website )\d+")
# Drawn at random, or numbered by PostgreSQL for all workspaces together.
ELSEWHERE = {
    "email",
    "key",
    "raw",
    "raw_key",
    "address",
    "slug",
    "thumbnail_key",
    "secrets",
    "config",
    "holder",
    "external_id",
}


def at_once(*works):
    """Begin all of them at the same moment; return what they raised."""
    start = threading.Barrier(len(works))

    def run(work):
        start.wait()
        try:
            return work()
        except Exception as error:  # noqa: BLE001 (told to whoever compares)
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def tell_story(workspace):
    """Let everything happen that can, by the same dice each time."""
    team, dice = factories.make_team(workspace, "Orders"), random.Random(7)
    people = [factories.make_membership(workspace, Role.ADMIN, teams=[team]) for _ in range(2)]
    channel = factories.make_channel(workspace, team)
    with scope(workspace):
        ways = {team: Way(Strategy.LEAST_LOADED, hands_back=True)}
        change_assignment(default_team=team, capacity=20, ways=ways, capacities={}, actor=None)
        keep_rule(
            None, name="Vip", is_on=True, stops=False, triggers=["opened"], conditions=every(),
            actions=[{"do": "tag", "with": "vip"}], actor=None,
        )  # fmt: skip
    conversation = factories.make_conversation(channel, "ada")
    for step in STEPS:
        with scope(workspace):
            one = Conversation.objects.with_people().get(pk=conversation.pk)
            step(one, people, dice)
    envelope = new_envelope(
        sender=Sender("bob", "Bob"), client_id=UUID(int=7), text="Kept", at=NOW, page=None,
        conversation=None, answers=[], attachments=[],
    )  # fmt: skip
    shown = factories.make_upload(conversation, people[0], width=400, height=300)
    storage.save(shown.key, BytesIO(picture(400, 300)))
    with scope(workspace):
        send_message(conversation, text="On its way", actor=people[0])
        Delivery.objects.create(channel=channel, external_id="bob-7", raw=envelope, due_at=NOW)


def due(workspace):
    """Name every task that is owed, as its bell does."""
    here = {"workspace_id": workspace.pk}
    with scope(workspace):
        owed = FollowUp.objects.filter(gave_up_at=None, failures=0).order_by("pk")
        calls = [(one.task, here | {"follow_up_ids": [one.pk]}) for one in owed]
        rows = {
            "inbox.tasks.ingest_delivery": (
                "delivery_id",
                Delivery.objects.filter(state="waiting"),
            ),
            "inbox.tasks.send_message": ("message_id", Message.objects.due(timezone.now())),
            "accounts.letters.send_letter": ("letter_id", Letter.objects.due(timezone.now())),
            "inbox.tasks.shrink_picture": (
                "attachment_id",
                Attachment.objects.stored().filter(thumbnail_due_at__lte=timezone.now()),
            ),
        }
        for task, (name, found) in rows.items():
            calls += [(task, here | {name: pk}) for pk in found.values_list("pk", flat=True)]
    return calls


def work_off(workspace, times):
    """Run what is owed until nothing is, each task by so many workers at once; return which ran."""
    ran: Counter[str] = Counter()
    done: list[tuple[str, dict[str, int]]] = []
    while calls := [call for call in due(workspace) if call not in done]:
        done += calls
        for task, payload in calls:
            run = current_app.tasks[task]
            failed = at_once(*[lambda run=run, payload=payload: run(**payload)] * times)
            assert [one for one in failed if one is not None] == [], task
            ran[task] += 1
    for task in ("routing.tasks.route_waiting", "analytics.tasks.roll_up"):
        run = current_app.tasks[task]
        at_once(*[lambda run=run: run(workspace_id=workspace.pk)] * times)
        ran[task] += 1
    return ran


def digest(workspace):
    """Say what a workspace's rows tell, but for what is drawn or numbered anew each time."""
    told = {}
    with scope(workspace):
        for model in apps.get_models():
            if not issubclass(model, WorkspaceOwned):
                continue
            names = [field.name for field in model._meta.concrete_fields if _tells(field)]
            rows = model.objects.values_list(*names) if names else [()] * model.objects.count()
            told[model.__name__] = Counter(NUMBERED.sub("", repr(row)) for row in rows)
    return told


def _tells(field):
    is_own = not (field.primary_key or field.is_relation or field.name in ELSEWHERE)
    return is_own and isinstance(field, PLAIN) and "hash" not in field.name


def test_each_task_run_by_two_workers_at_once_does_what_one_does(db, redis, time_machine):
    time_machine.move_to(NOW, tick=False)
    once, twice = factories.make_workspace(), factories.make_workspace()
    for workspace in (once, twice):
        tell_story(workspace)
    time_machine.move_to(NOW + timedelta(minutes=5), tick=False)  # until then replies may be undone

    ran, ran_twice = work_off(once, 1), work_off(twice, 2)

    assert ran == ran_twice
    assert {"inbox.tasks.ingest_delivery", "inbox.tasks.send_message"} <= set(ran)
    one, two = digest(once), digest(twice)
    differs = {name: [one[name] - two[name], two[name] - one[name]] for name in one}
    assert {name: found for name, found in differs.items() if any(found)} == {}
    assert one["Message"] != Counter()


def test_an_automaton_never_overrules_a_person(workspace):
    """Many times at the same moment: whoever comes second, the person's word stands."""
    team = factories.make_team(workspace, "Orders")
    orders = factories.make_channel(workspace, team)
    olga = factories.make_membership(workspace, teams=[team], name="Olga Ivanova")
    ivan = factories.make_membership(workspace, teams=[team], name="Ivan Petrov")
    with scope(workspace):
        ways = {team: Way(Strategy.LEAST_LOADED, hands_back=False)}
        change_assignment(default_team=None, capacity=999, ways=ways, capacities={}, actor=None)
    dice = random.Random(7)

    for _ in range(ROUNDS):
        late = dice.uniform(0, 0.04)
        conversation = factories.make_conversation(orders)
        for task, payload in due(workspace):
            current_app.tasks[task](**payload)

        def decide(conversation=conversation, late=late):
            time.sleep(late)  # before, while and after the automaton looks
            with scope(workspace):
                assign_conversation(conversation, to=ivan, actor=ivan)

        def route():
            with scope(workspace):
                route_waiting(here=[olga.pk])

        assert at_once(decide, route) == [None, None]
        with scope(workspace):
            told = Event.objects.about(conversation).filter(kind=EventKind.CONVERSATION_ASSIGNED)
            by = [event.actor_id for event in told.order_by("seq")]
            assert Conversation.objects.get(pk=conversation.pk).assignee == ivan
        assert by in ([ivan.pk], [None, ivan.pk])
