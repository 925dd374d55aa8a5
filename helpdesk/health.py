"""Is it up, and is it ready? Both answer quickly, whatever is frozen or gone."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 1.5  # seconds for all checks together
FRESH = 45  # seconds; a heart beats every ten
HEARTS = ("worker", "clock")
MAIL = "mail"  # beats, too, and is missed where there is a mailbox
HEARTBEATS = "SELECT name, at FROM accounts_heartbeat"
PUT_ASIDE = "SELECT what, many, oldest FROM work_put_aside(%s, %s)"
LATELY = timedelta(days=7)  # in which a mail that failed is worth a look
MOST = 10_000  # of each; beyond it nobody needs to know exactly
IS_MAIL_FETCHED = "SELECT EXISTS (SELECT FROM mailboxes_to_fetch('infinity', 1))"

# Few threads: while a server is frozen they are all stuck, and further checks fail by waiting.
_checks = ThreadPoolExecutor(4, "health")

Verdict = dict[str, Any]


class Asked:
    """A question under way, whose answer is waited for only so long."""

    def __init__(self, future: "Future[Any]") -> None:
        self._future = future

    def within(self, deadline: float) -> tuple[bool, Any]:
        try:
            return True, self._future.result(max(0, deadline - time.monotonic()))
        except Exception:  # noqa: BLE001 - any failure is the answer
            return False, None


def begin(question: Callable[[], Any]) -> Asked:
    return Asked(_checks.submit(question))


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process serves requests; it asks nobody else, so a restart mends a failure."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether work gets done, part by part."""
    deadline = time.monotonic() + PATIENCE
    database = _checks.submit(_timed, _read_state)
    redis = _checks.submit(_timed, _ping_redis)
    verdicts, found = _verdict(database, deadline)
    answer = {"database": verdicts, "redis": _verdict(redis, deadline)[0]}
    beats, put_aside = found or ({}, [])
    beats = dict.fromkeys(HEARTS) | beats
    answer |= {name: _heart(at) for name, at in beats.items()}
    answer |= {"work": _degraded(put_aside)} if put_aside else {}
    is_ready = all(verdict["ok"] for verdict in answer.values())
    return JsonResponse(answer, status=200 if is_ready else 503)


def _timed(check: Callable[[], Any]) -> tuple[int, Any]:
    began = time.monotonic()
    found = check()
    return round((time.monotonic() - began) * 1000), found


def _verdict(future: "Future[tuple[int, Any]]", deadline: float) -> tuple[Verdict, Any]:
    try:
        took, found = future.result(max(0, deadline - time.monotonic()))
    except Exception as error:  # noqa: BLE001 - any failure is the answer; its text may hold an address
        return {"ok": False, "error": type(error).__name__}, None
    return {"ok": True, "ms": took}, found


def hearts(*, is_mail_fetched: bool) -> tuple[str, ...]:
    """Return which parts have to show life."""
    return (*HEARTS, MAIL) if is_mail_fetched else HEARTS


def _heart(at: datetime | None) -> Verdict:
    if at is None:
        return {"ok": False, "age_s": None}
    age = (timezone.now() - at).total_seconds()
    return {"ok": age < FRESH, "age_s": round(age, 1)}


def _degraded(put_aside: list[Any]) -> Verdict:
    """Name what somebody has to look at. The rest works, so nobody needs to be kept away from it."""
    now = timezone.now()
    queues = {
        what: {"count": many, "oldest_s": round((now - oldest).total_seconds())}
        for what, many, oldest in put_aside
    }
    return {"ok": True, "degraded": True, "put_aside": queues}


def ask_put_aside(connection: "psycopg.Connection[Any]") -> list[Any]:
    """Return how many rows of each kind nobody tries again, and since when the oldest."""
    asked = [timezone.now() - LATELY, MOST]
    return [row for row in connection.execute(PUT_ASIDE, asked).fetchall() if row[1]]


def _read_state() -> tuple[dict[str, datetime | None], list[Any]]:
    """Return when each of the hearts that are needed last beat, and what was put aside."""
    with connected() as connection:
        put_aside = ask_put_aside(connection)
        beats = dict(connection.execute(HEARTBEATS).fetchall())
        is_fetched = connection.execute(IS_MAIL_FETCHED).fetchall()[0][0]
    return {name: beats.get(name) for name in hearts(is_mail_fetched=is_fetched)}, put_aside


def connected() -> "psycopg.Connection[Any]":
    """Open a connection of our own: a pool that is busy says nothing about the server."""
    known = connections["default"].get_connection_params()
    parts = ("dbname", "user", "password", "host", "port")
    address = {part: known[part] for part in parts if part in known}
    return psycopg.connect(**address, connect_timeout=2, autocommit=True)


def redis() -> Redis:
    """Return a new client: a cached one would first offer connections that a restart has broken."""
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=1,
        socket_connect_timeout=1,
        retry=Retry(NoBackoff(), 0),
    )


def _ping_redis() -> None:
    with redis() as client:
        client.ping()
