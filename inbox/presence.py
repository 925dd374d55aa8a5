"""
Who is here: sockets that showed life within the last minute, kept in Redis only.

A person is here until the last of their sockets runs out, so that closing one of two tabs leaves them
here. A browser that vanishes without a word runs out; without Redis nobody seems to be here. Coming and
going cost the same however many are here: thousands of visitors come back at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta

from accounts.models import Membership
from accounts.redis import RedisError, client
from accounts.sockets import publish
from inbox import live

LIFE = 60  # seconds
ON, AWAY, OFF = "on", "away", "off"
MEMBERS, VISITORS = "members", "visitors"
_WORKSPACES = "presence"
# Forgets a socket of somebody; returns whether they have gone with it. In one step, since another tab of
# theirs may come at the same moment.
_LEAVE = """
    redis.call('ZREM', KEYS[2], ARGV[2])
    local other = redis.call('ZREVRANGEBYSCORE', KEYS[2], '+inf', ARGV[3], 'WITHSCORES', 'LIMIT', 0, 1)
    if other[2] then
        redis.call('ZADD', KEYS[1], other[2], ARGV[1])
        return 0
    end
    redis.call('ZREM', KEYS[1], ARGV[1])
    return 1
"""


def member(membership_id: int) -> str:
    return f"m{membership_id}"


def visitor(handle_value: str) -> str:
    return f"v{handle_value}"


def state_of(membership: Membership) -> str:
    """Tell what somebody is who is here."""
    return AWAY if membership.is_away else ON


def arrive(workspace_id: int, who: str, socket: str, *, state: str = ON) -> bool:
    """Note a socket's life; tell whether its person has just come."""
    try:
        if who.startswith("m"):
            client().zrem(_gone_key(workspace_id), who)
            _note_away(workspace_id, who, state)
    except RedisError:
        return False
    return bool(note(workspace_id, [(who, socket)]))


def note(workspace_id: int, lives: Sequence[tuple[str, str]]) -> list[str]:
    """Note the life of sockets, each with its person's name; return who has just come."""
    now = time.time()
    try:
        with client().pipeline(transaction=True) as pipe:
            for who, socket in lives:
                people, sockets = _keys(workspace_id, who)
                pipe.zscore(people, who)
                pipe.zadd(people, {who: now + LIFE})
                pipe.zadd(sockets, {socket: now + LIFE})
                pipe.expire(sockets, LIFE)
            pipe.sadd(_WORKSPACES, workspace_id)
            before = pipe.execute()[:-1:4]
    except RedisError:
        return []
    found = zip(lives, before, strict=True)
    return [who for (who, _), until in found if until is None or until <= now]


def leave(workspace_id: int, who: str, socket: str) -> bool:
    """Forget a socket; tell whether its person has gone with it."""
    return bool(forget(workspace_id, [(who, socket)]))


def forget(workspace_id: int, ended: Sequence[tuple[str, str]]) -> list[str]:
    """Forget sockets, each with its person's name; return who has gone with theirs."""
    try:
        with client().pipeline(transaction=False) as pipe:
            for who, socket in ended:
                pipe.eval(_LEAVE, 2, *_keys(workspace_id, who), who, socket, time.time())
            found = zip(ended, pipe.execute(), strict=True)
        gone = [who for (who, _), has_gone in found if has_gone]
        _note_gone(workspace_id, gone)
    except RedisError:
        return []
    return gone


def here(workspace_id: int) -> set[str]:
    """Name everybody who is here, as ``member()`` and ``visitor()`` name them."""
    try:
        return _here(workspace_id, MEMBERS) | _here(workspace_id, VISITORS)
    except RedisError:
        return set()


def members_here(workspace_id: int) -> list[int]:
    """Return the ids of the memberships that are here."""
    try:
        return sorted(int(who[1:]) for who in _here(workspace_id, MEMBERS))
    except RedisError:
        return []


def is_staffed(workspace_id: int) -> bool:
    """Tell whether an operator is here who is not away."""
    try:
        away = set(map(str, client().smembers(_away_key(workspace_id))))
        return bool(_here(workspace_id, MEMBERS) - away)
    except RedisError:
        return False


def show_availability(workspace_id: int, membership: Membership) -> None:
    """Tell colleagues that somebody went away or came back, and that person's own tabs."""
    who, state = member(membership.pk), state_of(membership)
    _note_away(workspace_id, who, state)
    if who in here(workspace_id):
        own = live.membership_group(membership.pk)
        publish([(own, live.push("availability", state=state))])
        announce(workspace_id, [who], state)


def expire() -> None:
    """Forget sockets that fell silent and tell the screens who has gone."""
    for workspace_id in map(int, client().smembers(_WORKSPACES)):
        for kind in (MEMBERS, VISITORS):
            key, now = _key(workspace_id, kind), time.time()
            if gone := set(map(str, client().zrangebyscore(key, 0, now))):
                client().zremrangebyscore(key, 0, now)
                _note_gone(workspace_id, gone)
                announce(workspace_id, gone, OFF)


def members_gone(patience: timedelta) -> list[tuple[int, int]]:
    """Name workspace and membership of those whose last socket has been gone so long."""
    before = time.time() - patience.total_seconds()
    try:
        return [
            (workspace_id, int(str(who)[1:]))
            for workspace_id in map(int, client().smembers(_WORKSPACES))
            for who in client().zrangebyscore(_gone_key(workspace_id), 0, before)
        ]
    except RedisError:
        return []


def forget_gone(workspace_id: int, membership_id: int) -> None:
    client().zrem(_gone_key(workspace_id), member(membership_id))


def _note_gone(workspace_id: int, people: Iterable[str]) -> None:
    """Remember since when members are gone; without Redis nobody is, and nothing is handed back."""
    gone = {who: time.time() for who in people if who.startswith("m")}
    if gone:
        client().zadd(_gone_key(workspace_id), gone)


def announce(workspace_id: int, who: Iterable[str], state: str) -> None:
    """Push presence as changes, never as full lists."""
    group = live.people_group(workspace_id)
    pushes = [(group, live.push("presence", who=one, state=state)) for one in who]
    if any(one.startswith("m") for one in who):
        staffed = live.push("online", online=is_staffed(workspace_id))
        pushes.append((live.visitors_group(workspace_id), staffed))
    publish(pushes)


def _note_away(workspace_id: int, who: str, state: str) -> None:
    """Keep beside the sockets what PostgreSQL knows; with every sign of life it is written anew."""
    write = client().sadd if state == AWAY else client().srem
    write(_away_key(workspace_id), who)


def _here(workspace_id: int, kind: str) -> set[str]:
    return set(map(str, client().zrangebyscore(_key(workspace_id, kind), time.time(), "+inf")))


def _keys(workspace_id: int, who: str) -> tuple[str, str]:
    """Name where everybody of somebody's kind is, and where their own sockets are."""
    kind = MEMBERS if who.startswith("m") else VISITORS
    return _key(workspace_id, kind), _key(workspace_id, who)


def _key(workspace_id: int, of: str) -> str:
    return f"presence:{workspace_id}:{of}"


def _gone_key(workspace_id: int) -> str:
    return f"presence:{workspace_id}:gone"


def _away_key(workspace_id: int) -> str:
    return f"presence:{workspace_id}:away"
