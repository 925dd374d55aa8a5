"""A Redis client that fails fast: whatever it holds is only speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from redis import Redis, exceptions
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

__all__ = ["Once", "RedisError", "client"]

T = TypeVar("T")

PATIENCE = 0.5  # seconds
PAUSE = 2.0  # seconds for which a Redis that kept us waiting is not asked again


class Once(Retry):
    """
    Tries once; whoever asks soon after a Redis that did not answer does not wait as well.

    Else a request that asks it five times would wait five times. One that refuses at once, since it
    is not there, costs nothing and is asked each time.
    """

    def __init__(self) -> None:
        super().__init__(NoBackoff(), 0)
        self._until = 0.0

    def __deepcopy__(self, memo: object) -> Once:
        return self  # what one connection learns, all know

    def call_with_retry(self, do: Callable[[], T], *args: Any, **kwargs: Any) -> T:
        def once() -> T:
            if time.monotonic() < self._until:
                raise exceptions.TimeoutError("It did not answer a moment ago.")
            try:
                return do()
            except exceptions.TimeoutError:
                self._until = time.monotonic() + PAUSE
                raise

        return super().call_with_retry(once, *args, **kwargs)


@cache
def client() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Once(),
        decode_responses=True,
    )
