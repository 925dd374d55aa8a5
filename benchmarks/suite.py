"""All measures in order: the workspace grows, and what grows with it is measured at every stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
from django.db import connection

from accounts.models import Team, Workspace
from accounts.tenancy import scope
from benchmarks import acting, live, reading, seeding
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
SETTLED = 5  # seconds until a start is over


def run(site: Site, wanted: int, into: Path, started: float) -> None:
    """Seed, measure, say each figure as it is known, and write them all down."""
    figures: list[Figure] = []
    workspace = Workspace.objects.get(slug="acme")
    until(lambda: _is_filled(workspace), 300)
    for figure in _figures(site, workspace, wanted, started):
        say(figure)
        figures.append(figure)
    write(figures, into, heading=f"Speed beside {_known(workspace):,} conversations")


def _figures(site: Site, workspace: Workspace, wanted: int, started: float) -> Iterator[Figure]:
    yield single("cold start", started, "s", aim=20)
    yield from _second_start(site)
    postgres = Postgres(site.data_dir / "postgres", socket_folder(site.data_dir))
    with psycopg.connect(postgres.url("postgres", DATABASE), autocommit=True) as admin:
        operator, manager = Operator(site, "olga"), Operator(site, "marta")
        _add_views(workspace, VIEWS)
        short, long = _of_lengths(admin, workspace, (50, LONG))
        seeding.neighbours(NEIGHBOURS if wanted > 100_000 else NEIGHBOURS // 10)  # noqa: PLR2004
        first = "/acme/inbox/?view=closed"
        stages: dict[int, dict[str, list[float]]] = {}
        for part in STAGES:
            count = seeding.grow(admin, workspace, int(wanted * part))
            stages[count], found = reading.of_lists(operator, first, short.number, long.number)
        yield from found
        yield from reading.growth(stages)
        yield reading.of_counters(operator)
        yield from acting.of_actions(operator, _open_ones(workspace))
        seeding.roll_up(workspace)
        yield from reading.of_reports(manager)
        views = _views(workspace)
        people = [Operator(site, name) for name in PEOPLE]
        few = wanted < 100_000  # noqa: PLR2004
        yield from live.of_spreading(site, people, views, seconds=12 if few else 60)
        yield from live.of_burst(site, workspace, people, count=300 if few else 2000)


def _second_start(site: Site) -> Iterator[Figure]:
    connection.close()  # the database is stopped, too
    site.stop()
    began = time.monotonic()
    site.start()
    yield single("second start", time.monotonic() - began, "s", aim=10)
    time.sleep(SETTLED)
    yield single("memory of all processes, idle", _memory(site), "MB", aim=600)


def _memory(site: Site) -> float:
    """Return the megabytes that all processes share and have for themselves."""
    family = [psutil.Process(site.process.pid), *site.family()] if site.process else []
    return sum(process.memory_full_info().pss for process in family) / 1e6


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
