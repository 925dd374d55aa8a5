"""
Who is here: sockets that showed life within the last minute, kept in Redis only.

Each socket is an entry of its own, so that closing one of two tabs leaves its person here. A
browser that vanishes without a word runs out; without Redis nobody seems to be here.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from accounts.models import Membership
from accounts.redis import RedisError, client
from accounts.sockets import publish
from inbox import live

LIFE = 60  # seconds
ON, AWAY, OFF = "on", "away", "off"
_WORKSPACES = "presence"


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
        was_here = who in _here(workspace_id)
        client().zrem(_gone_key(workspace_id), who)
        _note_away(workspace_id, who, state)
        client().zadd(_key(workspace_id), {f"{who}|{socket}": time.time() + LIFE})
        client().sadd(_WORKSPACES, workspace_id)
    except RedisError:
        return False
    return not was_here


def leave(workspace_id: int, who: str, socket: str) -> bool:
    """Forget a socket; tell whether its person has gone with it."""
    try:
        client().zrem(_key(workspace_id), f"{who}|{socket}")
        if who in _here(workspace_id):
            return False
        _note_gone(workspace_id, [who])
    except RedisError:
        return False
    return True


def here(workspace_id: int) -> set[str]:
    """Name everybody who is here, as ``member()`` and ``visitor()`` name them."""
    try:
        return _here(workspace_id)
    except RedisError:
        return set()


def members_here(workspace_id: int) -> list[int]:
    """Return the ids of the memberships that are here."""
    return sorted(int(who[1:]) for who in here(workspace_id) if who.startswith("m"))


def is_staffed(workspace_id: int) -> bool:
    """Tell whether an operator is here who is not away."""
    try:
        away = set(map(str, client().smembers(_away_key(workspace_id))))
        return any(who.startswith("m") for who in _here(workspace_id) - away)
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
        key, now = _key(workspace_id), time.time()
        silent = _people(client().zrangebyscore(key, 0, now))
        if silent:
            client().zremrangebyscore(key, 0, now)
            gone = silent - _here(workspace_id)
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


def _here(workspace_id: int) -> set[str]:
    return _people(client().zrangebyscore(_key(workspace_id), time.time(), "+inf"))


def _people(entries: Iterable[Any]) -> set[str]:
    return {str(entry).partition("|")[0] for entry in entries}


def _key(workspace_id: int) -> str:
    return f"presence:{workspace_id}"


def _gone_key(workspace_id: int) -> str:
    return f"presence:{workspace_id}:gone"


def _away_key(workspace_id: int) -> str:
    return f"presence:{workspace_id}:away"
