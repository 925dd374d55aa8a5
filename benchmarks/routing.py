"""How soon rules have said whose a message is, and how soon the numbers know of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.db.models import Sum

from accounts.models import Event, Membership, Workspace
from accounts.tenancy import scope
from analytics.enums import Dimension, FactKind
from analytics.models import DirtyHour, Rollup
from benchmarks.flow import Pace, age_of_oldest
from benchmarks.live import Screens
from benchmarks.people import Operator, Visitor, forget_limits, repeated
from benchmarks.report import Figure, samples
from benchmarks.seeding import STRIDE
from inbox.enums import EventKind
from routing.actions.running import run_rules
from routing.models import Rule, WorkspaceRouting
from tests.support.rows import until
from tests.support.running import Site

RULES = 500
RATE = 20  # messages a second
TIMES = 100
PATIENCE = 120
LOOK = 0.25
# What a shop asks for; none of it is ever said here, so that every rule is tried to its end.
ASKED = (
    {"ask": "words", "values": ["unheard of {n}", "never said {n}"]},
    {"ask": "pattern", "values": [r"order\s+no\.?\s*{n}-\d{{4}}"]},
    {"ask": "tag", "values": ["no such tag {n}"]},
    {"ask": "language", "values": ["tlh-{n}"]},
    {"ask": "subject", "values": ["strike {n}"]},
)


def of_rules(
    site: Site, workspace: Workspace, operator: Operator, *, seconds: float
) -> Iterator[Figure]:
    """Let every conversation be somebody's by the last of 500 rules."""
    with rules(workspace, RULES, _id_of(workspace, operator.name)):
        yield of_evaluation(workspace)
        yield from _of_assignment(site, workspace, operator, seconds)


def of_evaluation(workspace: Workspace) -> Figure:
    """Try all rules with a message that none of them is about, as the worker's task does."""
    with scope(workspace):
        heard = Event.objects.filter(kind=EventKind.MESSAGE_RECEIVED, seq__gt=2)
        event = heard.select_related("actor").latest("pk")

    def run(_: int) -> None:
        with scope(workspace):
            run_rules(event)

    taken = repeated(run, TIMES)
    return samples(f"{RULES} rules evaluated for a message", taken, "ms", aim=10)


def _of_assignment(
    site: Site, workspace: Workspace, operator: Operator, seconds: float
) -> Iterator[Figure]:
    visitors = [Visitor(site) for _ in range(int(seconds * RATE))]
    until(lambda: not age_of_oldest(workspace) and not is_to_roll_up(workspace), PATIENCE)
    counted = _counted(workspace)
    with scope(workspace):
        before = Event.objects.filter(pk__lt=STRIDE).latest("pk").pk
    seen: list[tuple[float, int]] = []  # when so many more conversations were counted

    def look() -> None:
        seen.append((time.time(), _counted(workspace) - counted))
        forget_limits()
        time.sleep(LOOK)

    with Screens(site, [operator], ["mine"], 1) as screens:
        offset = time.time() - time.perf_counter()
        words = lambda n: visitors[n].says(f"Whose is it? measured {n}")  # noqa: E731
        with Pace(words, rate=RATE, seconds=seconds) as pace:
            while not pace.is_over:
                look()
        deadline = time.monotonic() + PATIENCE
        while len(screens.heard) < len(visitors) and time.monotonic() < deadline:
            look()
    heard = screens.heard
    taken = [(min(heard[n]) + offset - at) * 1000 for n, at in pace.began.items() if n in heard]
    lost = len(visitors) - len(taken)
    told = f"{RATE}/s, {RULES} rules, until it is in the operator's list; {lost} lost"
    yield samples(
        "message to assigned operator by rules", taken, "ms", aim=500, judged="p99", note=told
    )
    deadline = time.monotonic() + PATIENCE
    while seen[-1][1] < len(visitors) and time.monotonic() < deadline:
        look()
    yield _lag(workspace, before, seen)


def _lag(workspace: Workspace, before: int, seen: list[tuple[float, int]]) -> Figure:
    """Compare when conversations were opened with when their count was among the numbers."""
    with scope(workspace):
        opened = Event.objects.filter(pk__gt=before, pk__lt=STRIDE)
        opened = opened.filter(kind=EventKind.CONVERSATION_OPENED)
        times = [at.timestamp() for at in opened.order_by("pk").values_list("at", flat=True)]
    lags = [
        next((when for when, count in seen if count > place), time.time()) - at
        for place, at in enumerate(times)
    ]
    return samples("rollup lag", lags, "s", aim=60, note=f"{RATE} new conversations/s")


@contextmanager
def rules(workspace: Workspace, count: int, person: int) -> Iterator[None]:
    """Have so many rules, of which the last one gives everything to somebody."""
    with scope(workspace):
        Rule.objects.filter(is_on=True).update(is_on=False)
        Rule.objects.bulk_create(_rules(count, person))
        _renew()
    try:
        yield
    finally:
        with scope(workspace):
            Rule.objects.filter(name__startswith="measure").delete()
            _renew()


def _rules(count: int, person: int) -> Iterator[Rule]:
    common = {"triggers": ["opened", "received"], "is_on": True}
    for n in range(1, count):
        only = {"join": "all", "of": [_asked(n)]}
        does = [{"do": "tag", "with": "measured"}]
        yield Rule(name=f"measure {n}", position=n, conditions=only, actions=does, **common)
    about = {"join": "all", "of": [{"ask": "text", "is": True, "values": ["whose is it"]}]}
    gives = [{"do": "person", "with": person}]
    yield Rule(name="measure", position=count, conditions=about, actions=gives, **common)


def _asked(n: int) -> dict[str, object]:
    one = ASKED[n % len(ASKED)]
    return {"ask": one["ask"], "is": True, "values": [said.format(n=n) for said in one["values"]]}


def _renew() -> None:
    WorkspaceRouting.objects.get_or_create()
    WorkspaceRouting.objects.update(rules_version=uuid4())


def _id_of(workspace: Workspace, name: str) -> int:
    with scope(workspace):
        return Membership.objects.get(user__email=f"{name}@acme.test").pk


def _counted(workspace: Workspace) -> int:
    with scope(workspace):
        opened = Rollup.objects.filter(dimension=Dimension.ALL, measure=FactKind.OPENED)
        return opened.aggregate(sum=Sum("count"))["sum"] or 0


def is_to_roll_up(workspace: Workspace) -> bool:
    with scope(workspace):
        return DirtyHour.objects.exists()
