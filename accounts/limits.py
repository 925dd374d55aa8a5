"""How often somebody may do something. Counted in Redis; without it nobody is held up."""

import time
from hashlib import sha256
from typing import ClassVar

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.redis import RedisError, client


class TooMany(DomainError):
    code: ClassVar[str] = "too_many"
    status: ClassVar[int] = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(_("Too many at once. Try again in %d seconds.") % retry_after)
        self.retry_after = retry_after


def spend(what: str, who: str, *, most: int, seconds: int, amount: int = 1) -> int:
    """
    Count one use, or some bytes, in a fixed window; return how many are left.

    :raises TooMany: beyond ``most`` uses in ``seconds``.
    """
    key = _key(what, who)
    try:
        with client().pipeline(transaction=True) as pipe:
            pipe.set(key, 0, ex=seconds, nx=True)
            pipe.incr(key, amount)
            pipe.ttl(key)
            _made, used, left = pipe.execute()
    except RedisError:
        return most
    if used > most:
        raise TooMany(max(left, 1))
    return most - int(used)


def hold(what: str, who: str, place: str, *, most: int, seconds: int) -> bool:
    """Take one of so many places, or keep it for another while; tell whether there was one."""
    key, now = _key(what, who), time.time()
    try:
        with client().pipeline(transaction=True) as pipe:
            pipe.zremrangebyscore(key, 0, now)
            pipe.zadd(key, {place: now + seconds})
            pipe.zcard(key)
            pipe.expire(key, seconds)
            taken = int(pipe.execute()[2])
        if taken > most:
            client().zrem(key, place)
    except RedisError:
        return True
    return taken <= most


def release(what: str, who: str, place: str) -> None:
    try:
        client().zrem(_key(what, who), place)
    except RedisError:
        return


def _key(what: str, who: str) -> str:
    # Hashed, since who asks may be named by what proves them, such as a visitor's token.
    return f"limit:{what}:{sha256(who.encode()).hexdigest()}"
