"""All measures in order: the workspace grows, and what grows with it is measured at every stage."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from django.db import connection

from accounts.models import Team, Workspace
from accounts.tenancy import scope
from benchmarks import acting, flow, knowledge, live, mailing, reading, routing, seeding, sockets
from benchmarks.people import Operator
from benchmarks.report import Figure, say, single, write
from helpdesk.embedded import DATABASE, socket_folder
from helpdesk.servers import Postgres
from inbox.models import Channel, Conversation, ConversationTag, Tag
from inbox.sidebar import PLAIN, UNCOUNTED
from tests.support.rows import until
from tests.support.running import Site

STAGES = (0.01, 0.1, 1)  # of the wanted size
PEOPLE = ("olga", "ivan", "chen", "sam")
LONG = 5_000
VIEWS = 30
NEIGHBOURS = 200
PATIENCE = 120
REST = 5  # seconds without work after which a start is over
# What a command line says, and whose it is.
KINDS = {
    "manage.py up": "launcher",
    "helpdesk.web": "web",
    "celery": "workers",
    "manage.py clock": "clock and mail",
    "postgres": "PostgreSQL",
    "redis-server": "Redis",
}


@dataclass(frozen=True)
class Bench:
    """What is measured: a running site, and the workspace that has grown to its full size."""

    site: Site
    workspace: Workspace
    admin: psycopg.Connection
    wanted: int

    @property
    def is_quick(self) -> bool:
        return self.wanted < 100_000  # noqa: PLR2004

    def grow(self, part: float = 1) -> int:
        return seeding.grow(self.admin, self.workspace, int(self.wanted * part))


def run(site: Site, wanted: int, into: Path, started: float, only: Collection[str] = ()) -> None:
    """Seed, measure, say each figure as it is known, and write them all down."""
    figures: list[Figure] = []
    workspace = Workspace.objects.get(slug="acme")
    until(lambda: _is_filled(workspace) and _is_at_rest(site), 300)
    for figure in _figures(site, workspace, wanted, started, only):
        say(figure)
        figures.append(figure)
        # At once: a run of half an hour that breaks off leaves what it found.
        write(figures, into, heading=f"Speed beside {_known(workspace):,} conversations")


def _figures(
    site: Site, workspace: Workspace, wanted: int, started: float, only: Collection[str]
) -> Iterator[Figure]:
    if not only or "starts" in only:
        yield single("cold start", started, "s", aim=20)
        yield from _second_start(site, workspace)
    postgres = Postgres(site.data_dir / "postgres", socket_folder(site.data_dir))
    with psycopg.connect(postgres.url("postgres", DATABASE), autocommit=True) as admin:
        bench = Bench(site, workspace, admin, wanted)
        seeding.neighbours(NEIGHBOURS // 10 if bench.is_quick else NEIGHBOURS)
        for name, measure in PARTS.items():
            if not only or name in only:
                began = time.monotonic()
                try:
                    yield from measure(bench)
                except Exception as error:  # noqa: BLE001 (one that fails is told, and the others follow)
                    traceback.print_exc()
                    yield Figure(name, "", "an end", 0, 0, 0, 0, met=False, note=repr(error))
                print(f"({name}: {time.monotonic() - began:.0f} s)", flush=True)


def _lists(bench: Bench) -> Iterator[Figure]:
    operator = Operator(bench.site, "olga")
    _add_views(bench.workspace, VIEWS)
    short, long = _of_lengths(bench.admin, bench.workspace, (50, LONG))
    first = "/acme/inbox/?view=closed"
    stages: dict[int, dict[str, list[float]]] = {}
    for part in STAGES:
        count = bench.grow(part)
        stages[count], found = reading.of_lists(operator, first, short.number, long.number)
    yield from found
    yield from reading.growth(stages)
    yield reading.of_counters(operator)


def _actions(bench: Bench) -> Iterator[Figure]:
    bench.grow()
    yield from acting.of_actions(Operator(bench.site, "olga"), _open_ones(bench.workspace))


def _reports(bench: Bench) -> Iterator[Figure]:
    bench.grow()
    seeding.roll_up(bench.workspace)
    yield from reading.of_reports(Operator(bench.site, "marta"))


def _spreading(bench: Bench) -> Iterator[Figure]:
    people = [Operator(bench.site, name) for name in PEOPLE]
    seconds = 12 if bench.is_quick else 60
    yield from live.of_spreading(bench.site, people, _views(bench.workspace), seconds=seconds)


def _burst(bench: Bench) -> Iterator[Figure]:
    people = [Operator(bench.site, name) for name in PEOPLE]
    count = 300 if bench.is_quick else 2000
    yield from live.of_burst(bench.site, bench.workspace, people, count=count)


def _sustained(bench: Bench) -> Iterator[Figure]:
    seconds = 8 if bench.is_quick else 40
    yield from flow.of_sustained(bench.site, bench.workspace, seconds=seconds)


def _rules(bench: Bench) -> Iterator[Figure]:
    operator, seconds = Operator(bench.site, "olga"), 10 if bench.is_quick else 60
    yield from routing.of_rules(bench.site, bench.workspace, operator, seconds=seconds)


def _mail(bench: Bench) -> Iterator[Figure]:
    operator, count = Operator(bench.site, "marta"), 300 if bench.is_quick else 2000
    yield from mailing.of_mail(bench.site, bench.workspace, operator, count=count)


def _articles(bench: Bench) -> Iterator[Figure]:
    operator = Operator(bench.site, "olga")
    with scope(bench.workspace):
        number = Conversation.objects.filter(status="open").earliest("pk").number
    yield from knowledge.of_articles(bench.site, bench.admin, bench.workspace, operator, number)


def _sockets(bench: Bench) -> Iterator[Figure]:
    yield from sockets.of_sockets(bench.site, 500 if bench.is_quick else 5000)


PARTS: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "lists": _lists,
    "actions": _actions,
    "reports": _reports,
    "spreading": _spreading,
    "burst": _burst,
    "sustained": _sustained,
    "rules": _rules,
    "mail": _mail,
    "articles": _articles,
    "sockets": _sockets,
}


def _second_start(site: Site, workspace: Workspace) -> Iterator[Figure]:
    connection.close()  # the database is stopped, too
    site.stop()
    began = time.monotonic()
    site.start()
    yield single("second start", time.monotonic() - began, "s", aim=10)
    until(lambda: not routing.is_to_roll_up(workspace), PATIENCE)
    until(lambda: _is_at_rest(site), PATIENCE)
    by_part = _memory(site)
    note = ", ".join(f"{name} {size:.0f}" for name, size in by_part.items())
    yield single("memory of all processes, idle", sum(by_part.values()), "MB", aim=600, note=note)


def _is_at_rest(site: Site) -> bool:
    """Tell whether all processes together had next to nothing to do for a while."""
    before = _used(site)
    time.sleep(REST)
    return _used(site) - before < 0.1 * REST


def _used(site: Site) -> float:
    """Return the seconds of processor time that all processes have had."""
    times = [process.cpu_times() for process in _family(site)]
    return sum(one.user + one.system for one in times)


def _family(site: Site) -> list[psutil.Process]:
    return [psutil.Process(site.process.pid), *site.family()] if site.process else []


def _memory(site: Site) -> dict[str, float]:
    """Return the megabytes that processes share and have for themselves, by what they are."""
    found: dict[str, float] = {}
    for process in _family(site):
        said = " ".join(process.cmdline())
        part = next((name for word, name in KINDS.items() if word in said), "others")
        found[part] = found.get(part, 0) + process.memory_full_info().pss / 1e6
    return found


def _known(workspace: Workspace) -> int:
    with scope(workspace):
        return Conversation.objects.count()


def _is_filled(workspace: Workspace) -> bool:
    workspace.refresh_from_db()
    return _known(workspace) >= 300 and not live.owed(workspace)  # noqa: PLR2004


def _of_lengths(
    admin: psycopg.Connection, workspace: Workspace, lengths: tuple[int, int]
) -> list[Conversation]:
    with scope(workspace):
        found = Conversation.objects.filter(
            status="open", channel__kind="webchat", messages__kind="incoming"
        )
        chosen = list(found.distinct().select_related("workspace").order_by("pk")[: len(lengths)])
    for conversation, length in zip(chosen, lengths, strict=True):
        seeding.lengthen(admin, conversation, length)
    return chosen


def _add_views(workspace: Workspace, wanted: int) -> None:
    """Use so many tags that the sidebar has the wanted number of views, none of them empty."""
    with scope(workspace):
        conversations = list(Conversation.objects.filter(status="open"))
        more = (
            wanted
            - len(PLAIN)
            + len(UNCOUNTED)
            - Channel.objects.count()
            - Team.objects.count()
            - Tag.objects.count()
        )
        for n in range(more):
            tag = Tag.objects.create(name=f"view {n}")
            tagged = conversations[n % len(conversations) :: 5]
            ConversationTag.objects.bulk_create(
                [ConversationTag(conversation=one, tag=tag) for one in tagged]
            )


def _open_ones(workspace: Workspace) -> list[int]:
    with scope(workspace):
        found = Conversation.objects.filter(
            status="open", channel__kind="webchat", pk__gte=seeding.STRIDE
        )
        return list(found.values_list("number", flat=True)[:500])


def _views(workspace: Workspace) -> list[str]:
    """Ten views of which most show a new conversation of the website."""
    with scope(workspace):
        channel = Conversation.objects.filter(channel__kind="webchat").values_list(
            "channel", flat=True
        )[0]
    return [
        "open",
        "unassigned",
        f"channel-{channel}",
        "open",
        "unassigned",
        "open",
        "mine",
        "closed",
        "snoozed",
        "open",
    ]
