"""
Tell from a conversation's events what counts: pure, and the same whenever it is told.

Definitions, for people, are in docs/analytics.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from analytics.enums import FactKind
from inbox.enums import EventKind, MessageKind

# Whoever reopens what they have closed within it has taken the closing back.
REGRET = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """An event, with what must be known of the message that it is about."""

    pk: int
    kind: str
    at: datetime
    actor: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    message_kind: str = ""
    message_seq: int = 0
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A fact before it is a row."""

    event: int
    kind: FactKind
    at: datetime
    team: int | None = None
    operator: int | None = None
    since: datetime | None = None
    value: str = ""


def replay(happenings: Iterable[Happening], *, team: int | None = None) -> list[Counted]:
    """
    Return what counts, in order; nothing of what is spam, or came from an archive.

    :param team: whose the conversation was at first, where its opening does not say so.
    """
    story = _Story(team)
    for one in happenings:
        if tell := _TELLS.get(one.kind):
            tell(story, one)
    return [] if story.is_spam else story.counted


class _Story:
    def __init__(self, team: int | None) -> None:
        self.team = team
        self.assignee: int | None = None
        self.answerer: int | None = None
        self.is_spam = False
        self.is_answered = False
        self.began_at: datetime | None = None
        # What the contact wrote since they were answered: number and time.
        self.unanswered: list[tuple[int, datetime]] = []
        self.closing: Happening | None = None
        self.closer: int | None = None
        self.counted: list[Counted] = []

    def count(self, one: Happening, kind: FactKind, **facts: Any) -> None:
        fact = Counted(one.pk, kind, one.at, team=self.team)
        self.counted.append(replace(fact, **facts))

    def open(self, one: Happening) -> None:
        self.team = one.data.get("team", self.team)
        self.began_at = one.at
        self.count(one, FactKind.OPENED)

    def spam(self, one: Happening) -> None:
        self.is_spam = one.kind == EventKind.CONVERSATION_SPAM_MARKED

    def receive(self, one: Happening) -> None:
        if one.data.get("archived"):
            self._forget_archive()
        elif one.message_kind == MessageKind.INCOMING and not one.data.get("automatic"):
            self.began_at = self.began_at or one.at
            self.unanswered.append((one.message_seq, one.written_at or one.at))

    def queue(self, one: Happening) -> None:
        if one.data.get("archived"):
            self._forget_archive()

    def _forget_archive(self) -> None:
        """What was said long ago elsewhere is no work of now."""
        self.counted, self.began_at = [], None

    def send(self, one: Happening) -> None:
        if one.message_kind != MessageKind.OUTGOING or one.actor is None:
            return
        self.answerer = one.actor
        met = [at for seq, at in self.unanswered if seq < one.message_seq]
        if not met:
            return
        since = min(met[0], one.at)
        self.unanswered = self.unanswered[len(met) :]
        if not self.is_answered:
            self.is_answered = True
            self.count(one, FactKind.FIRST_RESPONSE, operator=one.actor, since=since)
        self.count(one, FactKind.RESPONSE, operator=one.actor, since=since)

    def close(self, one: Happening) -> None:
        self.closing, self.closer = one, one.actor or self.assignee
        self.count(one, FactKind.RESOLUTION, operator=self.closer, since=self.began_at)

    def reopen(self, one: Happening) -> None:
        closing, self.closing = self.closing, None
        if closing and self._is_regret(closing, one):
            self.counted = [fact for fact in self.counted if fact.event != closing.pk]
            return
        self.began_at = one.at
        self.count(one, FactKind.REOPENED, operator=self.closer)

    def _is_regret(self, closing: Happening, one: Happening) -> bool:
        same = one.actor is not None and one.actor == closing.actor
        return "unsent" in one.data or (same and one.at - closing.at <= REGRET)

    def assign(self, one: Happening) -> None:
        self.assignee = one.data.get("assignee")
        self.count(one, FactKind.ASSIGNED, operator=self.assignee)

    def unassign(self, one: Happening) -> None:
        self.assignee = None

    def move(self, one: Happening) -> None:
        self.team = one.data.get("team")

    def rate(self, one: Happening) -> None:
        operator = one.data.get("assignee") or self.answerer
        self.count(one, FactKind.RATED, operator=operator, value=str(one.data["value"]))


_TELLS: dict[str, Callable[[_Story, Happening], None]] = {
    EventKind.CONVERSATION_OPENED: _Story.open,
    EventKind.CONVERSATION_SPAM_MARKED: _Story.spam,
    EventKind.CONVERSATION_SPAM_CLEARED: _Story.spam,
    EventKind.MESSAGE_RECEIVED: _Story.receive,
    EventKind.MESSAGE_QUEUED: _Story.queue,
    EventKind.MESSAGE_SENT: _Story.send,
    EventKind.CONVERSATION_CLOSED: _Story.close,
    EventKind.CONVERSATION_REOPENED: _Story.reopen,
    EventKind.CONVERSATION_ASSIGNED: _Story.assign,
    EventKind.CONVERSATION_UNASSIGNED: _Story.unassign,
    EventKind.CONVERSATION_MOVED: _Story.move,
    EventKind.CONVERSATION_RATED: _Story.rate,
}
TOLD = tuple(_TELLS)
