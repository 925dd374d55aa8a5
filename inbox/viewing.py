"""
Who has which conversation open: sockets that showed life within the last minute, as in presence.

It is told to those who may see that conversation and to nobody else. Where its row is shown is read
anew each time, since it may have moved. A screen that begins to look is told what is, later what changes.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import Membership
from accounts.redis import RedisError, client
from accounts.sockets import publish
from accounts.tenancy import scope_of
from inbox import live, sidebar
from inbox.models import Conversation
from inbox.models.conversation_queries import ConversationQuerySet
from inbox.presence import LIFE, OFF, ON, member

_WORKSPACES = "viewing"

Opened = Mapping[int, set[str]]  # by conversation, who has it open


def look(workspace_id: int, conversation_id: int, viewer: Membership, socket: str) -> None:
    """Note that a socket shows a conversation, or still does."""
    who = member(viewer.pk)
    try:
        has_been = who in _opened(workspace_id).get(conversation_id, ())
        entry = f"{conversation_id}|{who}|{socket}"
        client().zadd(_key(workspace_id), {entry: time.time() + LIFE})
        client().sadd(_WORKSPACES, workspace_id)
    except RedisError:
        return
    if not has_been:
        _tell(workspace_id, conversation_id, state=ON, **_facts(viewer))


def leave(workspace_id: int, conversation_id: int, viewer: Membership, socket: str) -> None:
    """Note that a socket shows it no longer; another tab of the same person still may."""
    who = member(viewer.pk)
    try:
        client().zrem(_key(workspace_id), f"{conversation_id}|{who}|{socket}")
        is_gone = who not in _opened(workspace_id).get(conversation_id, ())
    except RedisError:
        return
    if is_gone:
        _tell(workspace_id, conversation_id, state=OFF, who=who)


def tell(workspace_id: int, conversation_id: int, viewer: Membership, _socket: str) -> None:
    """Tell once more who looks, after the row has come to other lists."""
    tell_rows(workspace_id, conversation_id, "row_viewing", state=ON, **_facts(viewer))


def opened(workspace_id: int, *, but: Membership) -> Opened:
    """Return who has what open, apart from one person."""
    try:
        everything = _opened(workspace_id)
    except RedisError:
        return {}
    return {pk: others for pk, who in everything.items() if (others := who - {member(but.pk)})}


def described(opened: Opened, among: ConversationQuerySet) -> list[dict[str, Any]]:
    """Say who has which of these conversations open, as screens are told of changes."""
    numbers = dict(among.order_by().filter(pk__in=opened).values_list("pk", "number"))
    looking = {int(who[1:]) for pk in numbers for who in opened[pk]}
    people = Membership.objects.active().filter(pk__in=looking).select_related("user")
    facts = {member(one.pk): _facts(one) for one in people}
    return [
        {"number": number, **facts[who]}
        for pk, number in numbers.items()
        for who in sorted(opened[pk] & facts.keys())
    ]


def tell_rows(workspace_id: int, conversation_id: int, kind: str, **fields: Any) -> int | None:
    """Tell the screens that show a conversation's row; return its number if there is one."""
    with scope_of(pk=workspace_id) as workspace:
        found = Conversation.objects.filter(pk=conversation_id) if workspace else None
        row = found.values_list("number", "placement").first() if found is not None else None
        groups = [sidebar.group(*place.split(".")) for place in row[1]] if row else []
    if row is None:
        return None
    publish([(group, live.push(kind, number=row[0], **fields)) for group in groups])
    return int(row[0])


def expire() -> None:
    """Forget sockets that fell silent and tell the screens who no longer looks."""
    for workspace_id in map(int, client().smembers(_WORKSPACES)):
        key, now = _key(workspace_id), time.time()
        silent = _pairs(client().zrangebyscore(key, 0, now))
        if not silent:
            continue
        client().zremrangebyscore(key, 0, now)
        still = _opened(workspace_id)
        for conversation_id, who in silent:
            if who not in still.get(conversation_id, ()):
                _tell(workspace_id, conversation_id, state=OFF, who=who)


def _tell(workspace_id: int, conversation_id: int, **fields: Any) -> None:
    number = tell_rows(workspace_id, conversation_id, "row_viewing", **fields)
    if number is not None:
        told = live.push("viewing", number=number, **fields)
        publish([(live.conversation_group(conversation_id), told)])


def _facts(viewer: Membership) -> dict[str, Any]:
    user = viewer.user
    return {
        "who": member(viewer.pk),
        "name": user.display_name,
        "initials": user.initials,
        "hue": user.hue,
        "photo": user.photo_url,
    }


def _opened(workspace_id: int) -> Opened:
    by_conversation: dict[int, set[str]] = defaultdict(set)
    entries = client().zrangebyscore(_key(workspace_id), time.time(), "+inf")
    for conversation_id, who in _pairs(entries):
        by_conversation[conversation_id].add(who)
    return by_conversation


def _pairs(entries: Iterable[Any]) -> set[tuple[int, str]]:
    split = (str(entry).split("|", 2) for entry in entries)
    return {(int(conversation_id), who) for conversation_id, who, _socket in split}


def _key(workspace_id: int) -> str:
    return f"viewing:{workspace_id}"
