"""
How often somebody may do something: ``settings.LIMITS`` by name, counted in Redis.

Without Redis each process counts alone: nobody is held up sooner, and nobody may do all they like.
"""

import time
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import ClassVar

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.redis import RedisError, client

MOST_ALONE = 100_000  # that are counted without Redis
# In one step, since others who want a place may come at the same moment.
_HOLD = """
    redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, ARGV[2])
    redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
    redis.call('EXPIRE', KEYS[1], ARGV[5])
    if redis.call('ZCARD', KEYS[1]) > tonumber(ARGV[4]) then
        redis.call('ZREM', KEYS[1], ARGV[1])
        return 0
    end
    return 1
"""


class TooMany(DomainError):
    code: ClassVar[str] = "too_many"
    status: ClassVar[int] = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(_("Too many at once. Try again in %d seconds.") % retry_after)
        self.retry_after = retry_after


def spend(what: str, who: str, *, amount: int = 1) -> int:
    """
    Count one use, or some bytes, in a fixed window; return how many are left.

    :raises TooMany: beyond what the settings say.
    """
    key, (most, seconds) = _key(what, who), settings.LIMITS[what]
    try:
        with client().pipeline(transaction=True) as pipe:
            pipe.set(key, 0, ex=seconds, nx=True)
            pipe.incr(key, amount)
            pipe.ttl(key)
            _made, used, left = pipe.execute()
    except RedisError:
        used, left = _count_alone(key, seconds, amount)
    if used > most:
        raise TooMany(max(left, 1))
    return most - int(used)


def hold(what: str, who: str, place: str) -> bool:
    """
    Take one of so many places, or keep it for another while; tell whether there was one.

    Without Redis there always is: nobody would be let in again whose process came back.
    """
    return hold_all(what, [(who, place)])[0]


def hold_all(what: str, wanted: Sequence[tuple[str, str]]) -> list[bool]:
    """Take a place for each of these, one after the other; tell for each whether there was one."""
    now, (most, seconds) = time.time(), settings.LIMITS[what]
    try:
        with client().pipeline(transaction=True) as pipe:
            for who, place in wanted:
                pipe.eval(_HOLD, 1, _key(what, who), place, now, now + seconds, most, seconds)
            return [bool(has_place) for has_place in pipe.execute()]
    except RedisError:
        return [True] * len(wanted)


def release(what: str, who: str, place: str) -> None:
    release_all(what, [(who, place)])


def release_all(what: str, held: Iterable[tuple[str, str]]) -> None:
    try:
        with client().pipeline(transaction=False) as pipe:
            for who, place in held:
                pipe.zrem(_key(what, who), place)
            pipe.execute()
    except RedisError:
        return


_alone: dict[str, tuple[float, int]] = {}  # until when, and how many so far


def _count_alone(key: str, seconds: int, amount: int) -> tuple[int, int]:
    now = time.time()
    if len(_alone) > MOST_ALONE:
        _alone.clear()
    until, used = _alone.get(key, (0.0, 0))
    if until <= now:
        until, used = now + seconds, 0
    _alone[key] = (until, used + amount)
    return used + amount, int(until - now) + 1


def _key(what: str, who: str) -> str:
    # Hashed, since who asks may be named by what proves them, such as a visitor's token.
    return f"limit:{what}:{sha256(who.encode()).hexdigest()}"
