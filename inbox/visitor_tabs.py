"""
What visitors' tabs ask for when they come, stay and go, for many at once (``Together``).

A tab alone is a turn of one. Each function answers for every tab in the order in which they are named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from accounts import limits
from accounts.models import Workspace
from accounts.sockets import Together
from accounts.tenancy import scope
from inbox import doors, presence
from inbox.actions.visitors import senders_of_tokens
from inbox.connectors.webchat import TOKEN
from inbox.models import Channel, Conversation

Latest = tuple[str, int]  # public id and number


class Tab(Protocol):
    """A visitor's socket, as far as it is known."""

    key: str
    address: str  # empty if a server behind a Unix socket does not know it
    channel_name: str
    workspace: Workspace
    token: str
    handle_value: str | None
    is_here: bool


def _come(tabs: Sequence[Tab]) -> list[tuple[Workspace, bool] | None]:
    """Find whose channel it is, and whether there is a place."""
    found = {key: _workspace_of(key) for key in {tab.key for tab in tabs}}
    has_place = _hold([tab for tab in tabs if found[tab.key]])
    return [
        (workspace, tab.channel_name in has_place) if (workspace := found[tab.key]) else None
        for tab in tabs
    ]


def _introduce(tabs: Sequence[Tab]) -> list[str | None]:
    """Name who holds each token; None where the door stays shut."""
    named: dict[str, str] = {}
    for workspace, key, these in _by_channel(tabs):
        with scope(workspace):
            named |= _named(key, these)
    return [named.get(tab.channel_name) for tab in tabs]


def _greet(tabs: Sequence[Tab]) -> list[tuple[Latest | None, bool]]:
    """Have them seen; return their latest conversations and whether somebody is here who could answer."""
    latest: dict[str, Latest] = {}
    for workspace, key, these in _by_channel(tabs):
        with scope(workspace):
            latest |= _latest(key, {tab.handle_value for tab in these if tab.handle_value})
    _arrive(tabs)
    staffed = {pk: presence.is_staffed(pk) for pk in {tab.workspace.pk for tab in tabs}}
    return [(latest.get(tab.handle_value or ""), staffed[tab.workspace.pk]) for tab in tabs]


def _stay(tabs: Sequence[Tab]) -> list[bool]:
    """Keep their places, and have them seen who still are who they were."""
    _hold(tabs)
    who = zip(tabs, _introduce(tabs), strict=True)
    same = {tab.channel_name for tab, value in who if value and value == tab.handle_value}
    _arrive([tab for tab in tabs if tab.channel_name in same])
    return [tab.channel_name in same for tab in tabs]


def _go(tabs: Sequence[Tab]) -> list[None]:
    """Give up their places, and have those seen to go who were here."""
    limits.release_all("visitor-socket", [(tab.address, tab.channel_name) for tab in tabs])
    part([tab for tab in tabs if tab.is_here])
    return [None] * len(tabs)


def part(tabs: Iterable[Tab]) -> None:
    """Have them seen to go."""
    for workspace_id, lives in _lives(tabs):
        if gone := presence.forget(workspace_id, lives):
            presence.announce(workspace_id, gone, presence.OFF)


come, introduce, greet = Together(_come), Together(_introduce), Together(_greet)
stay, go = Together(_stay), Together(_go)


def _workspace_of(key: str) -> Workspace | None:
    workspace_id = doors.workspace_of_channel(key)
    return None if workspace_id is None else Workspace.objects.get(pk=workspace_id)


def _hold(tabs: Sequence[Tab]) -> set[str]:
    """Return the names of those for whom there is a place."""
    places = [(tab.address, tab.channel_name) for tab in tabs if tab.address]
    held = zip(places, limits.hold_all("visitor-socket", places), strict=True)
    refused = {name for (_, name), has_place in held if not has_place}
    return {tab.channel_name for tab in tabs} - refused


def _named(key: str, tabs: Sequence[Tab]) -> dict[str, str]:
    channel = Channel.objects.filter(key=key, enabled=True).first()
    if channel is None:
        return {}
    tokens = {tab.token for tab in tabs if TOKEN.fullmatch(tab.token)}
    senders = senders_of_tokens(channel, tokens)
    return {tab.channel_name: who.value for tab in tabs if (who := senders.get(tab.token))}


def _latest(key: str, handle_values: Collection[str]) -> dict[str, Latest]:
    theirs = Conversation.objects.filter(channel__key=key, handle__value__in=handle_values)
    newest = theirs.order_by("handle__value", "-pk").distinct("handle__value")
    found = newest.values_list("handle__value", "public_id", "public_seq")
    return {value: (str(public_id), seq) for value, public_id, seq in found}


def _arrive(tabs: Iterable[Tab]) -> None:
    for workspace_id, lives in _lives(tabs):
        if come := presence.note(workspace_id, lives):
            presence.announce(workspace_id, come, presence.ON)


def _lives(tabs: Iterable[Tab]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    found = defaultdict(list)
    for tab in tabs:
        who = presence.visitor(tab.handle_value or "")
        found[tab.workspace.pk].append((who, tab.channel_name))
    yield from found.items()


def _by_channel(tabs: Iterable[Tab]) -> Iterator[tuple[Workspace, str, list[Tab]]]:
    found: defaultdict[tuple[Workspace, str], list[Tab]] = defaultdict(list)
    for tab in tabs:
        found[tab.workspace, tab.key].append(tab)
    for (workspace, key), these in found.items():
        yield workspace, key, these
