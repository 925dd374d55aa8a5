"""
The languages that a workspace's connected screens are in: a change is rendered in these alone.

Each socket notes its own in Redis with every sign of life. Whoever renders holds a row's lock and
never waits for Redis: it takes what this process read last, and has it read anew meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from django.utils import translation

from accounts import courier
from accounts.manners import LANGUAGES
from accounts.redis import RedisError, client

LIFE = 60  # seconds that a socket's word stands
FRESH, STALE = 5, 60  # seconds after which what was read is read again, and no longer believed

_read: dict[int, tuple[float, frozenset[str]]] = {}


def note(workspace_id: int, language: str) -> None:
    """A screen in this language shows life."""
    try:
        client().zadd(_key(workspace_id), {language: time.time() + LIFE})
        _refresh(workspace_id)
    except RedisError:
        return


def in_use(workspace_id: int) -> list[str]:
    """Name the languages to render in: none where nobody looks, and all while nothing is known."""
    if courier.is_silenced():
        return []
    at, known = _read.get(workspace_id, (float("-inf"), frozenset()))
    age = time.monotonic() - at
    if age > FRESH:
        courier.send(lambda: _refresh(workspace_id))
    # That nobody looks is believed for less long: a screen that has come since would have to fetch.
    if age > (STALE if known else FRESH):
        return list(LANGUAGES)
    return [code for code in LANGUAGES if code in known]


def in_each(codes: Iterable[str], draw: Callable[[], dict[str, str]]) -> dict[str, dict[str, str]]:
    """Do a drawing once in every language."""
    drawn = {}
    for language in codes:
        with translation.override(language):
            drawn[language] = draw()
    return drawn


def _refresh(workspace_id: int) -> None:
    alive = client().zrangebyscore(_key(workspace_id), time.time(), "+inf")
    _read[workspace_id] = time.monotonic(), frozenset(map(str, alive))


def _key(workspace_id: int) -> str:
    return f"languages:{workspace_id}"
