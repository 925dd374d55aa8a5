"""What waits at this moment, asked of PostgreSQL and Redis when somebody wants to know."""

import json
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from helpdesk import health

HEARTBEATS = "SELECT name, at FROM accounts_heartbeat"
IN_HAND = "SELECT what, waiting, oldest FROM work_in_hand(%s, %s)"


class State(Collector):
    """Answers in time, whatever is frozen or gone: what could not be asked is missing."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        deadline = time.monotonic() + health.PATIENCE
        work, queues = health.begin(_ask_postgres), health.begin(_ask_redis)
        verdicts = {"database": work.within(deadline), "redis": queues.within(deadline)}
        up = GaugeMetricFamily(
            "helpdesk_server_up", "Whether a server of ours answers in time.", labels=["server"]
        )
        for name, (is_up, _) in verdicts.items():
            up.add_metric([name], float(is_up))
        yield up
        if found := verdicts["database"][1]:
            yield from _of_work(*found)
        if found := verdicts["redis"][1]:
            yield from _of_queues(found)


def _ask_postgres() -> tuple[list[Any], list[Any], list[Any]]:
    with health.connected() as connection:
        beats = connection.execute(HEARTBEATS).fetchall()
        in_hand = connection.execute(IN_HAND, [timezone.now(), health.MOST]).fetchall()
        return beats, in_hand, health.ask_put_aside(connection)


def _ask_redis() -> dict[str, tuple[int, float]]:
    """Return of each queue how many bells wait in it, and since when the oldest does."""
    with health.redis() as client, client.pipeline(transaction=False) as pipe:
        for queue in settings.CELERY_WORKER_QUEUES:
            pipe.llen(queue)
            pipe.lindex(queue, -1)
        found = pipe.execute()
    now = time.time()
    pairs = zip(found[::2], found[1::2], strict=True)
    return {
        queue: (depth, _age_of(oldest, now))
        for queue, (depth, oldest) in zip(settings.CELERY_WORKER_QUEUES, pairs, strict=True)
    }


def _age_of(bell: bytes | None, now: float) -> float:
    try:
        return max(0.0, now - float(json.loads(bell or b"")["headers"]["rung_at"]))
    except (ValueError, KeyError, TypeError):  # none, or not one of ours
        return 0.0


def _of_work(
    beats: list[Any], in_hand: list[Any], put_aside: list[Any]
) -> Iterator[GaugeMetricFamily]:
    now = timezone.now()
    ages = GaugeMetricFamily(
        "helpdesk_heartbeat_age_seconds", "Since a part last showed life.", labels=["part"]
    )
    for name, at in beats:
        ages.add_metric([name], max(0.0, (now - at).total_seconds()))
    waiting = GaugeMetricFamily(
        "helpdesk_work_waiting", f"Rows that are due, up to {health.MOST}.", labels=["what"]
    )
    oldest = GaugeMetricFamily(
        "helpdesk_work_age_seconds", "How long the oldest of them waits.", labels=["what"]
    )
    stuck = GaugeMetricFamily(
        "helpdesk_work_stuck",
        f"Rows that nobody tries again, up to {health.MOST}.",
        labels=["what"],
    )
    stuck_ages = GaugeMetricFamily(
        "helpdesk_work_stuck_age_seconds",
        "Since the oldest of them was put aside.",
        labels=["what"],
    )
    gone = {what: (many, since) for what, many, since in put_aside}
    for what, many, since in in_hand:
        waiting.add_metric([what], many)
        oldest.add_metric([what], _age(now, since))
        stuck.add_metric([what], gone.get(what, (0, None))[0])
        stuck_ages.add_metric([what], _age(now, gone.get(what, (0, None))[1]))
    yield from (ages, waiting, oldest, stuck, stuck_ages)


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _of_queues(found: dict[str, tuple[int, float]]) -> Iterator[GaugeMetricFamily]:
    depth = GaugeMetricFamily("helpdesk_queue_depth", "Bells that wait.", labels=["queue"])
    lag = GaugeMetricFamily(
        "helpdesk_queue_lag_seconds", "Since the oldest of them was rung.", labels=["queue"]
    )
    for queue, (many, age) in found.items():
        depth.add_metric([queue], many)
        lag.add_metric([queue], age)
    yield from (depth, lag)
