"""The words of the table in ``doors.py``, and what they mean for one person or token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any

from accounts.permissions import GRANTED, Permission, is_trusted
from tests.access.people import Bearer, Person

SAFE = ("GET", "HEAD")
SENT_AWAY = TO_SIGN_IN = 302
UNKNOWN, FORBIDDEN, NOT_FOUND, NO_SUCH_METHOD = 401, 403, 404, 405


class Word(Enum):
    """Who may come in, where no permission says it."""

    PUBLIC = "anybody"
    GUEST = "whoever is not signed in"
    SIGNED_IN = "anyone signed in"
    MEMBER = "anyone of the workspace"
    CONVERSATION = "whoever may answer and sees the conversation"
    OURS = "whoever may answer in the workspace that it belongs to"
    VISITOR = "a visitor with a token, at a chat that is there"


PUBLIC, GUEST, SIGNED_IN, MEMBER, CONVERSATION, OURS, VISITOR = Word
Needs = Word | Permission


@dataclass(frozen=True)
class Call:
    """One method of a door: an example, and what it answers to those who may."""

    method: str
    answers: int
    body: Mapping[str, Any] = field(default_factory=dict)
    changes: frozenset[str] = frozenset()  # the tables that it may change; "mail" is one
    fragment: int | None = None  # what it answers to a script, if anything else
    of: Mapping[str, str] = field(default_factory=dict)  # other examples than the door's
    needs: Needs | None = None  # something else than the door
    refused: int | None = None  # what a refusal answers, if anything else
    query: str = ""
    only_spoken: bool = False  # changes something only for a visitor who has spoken before,
    unspoken: int | None = None  # and answers this to others, if anything else


def call(
    method: str, answers: int, changes: str | frozenset[str] = frozenset(), **facts: Any
) -> Call:
    tables = frozenset(changes.split()) if isinstance(changes, str) else changes
    return Call(method, answers, changes=tables, **facts)


GET, POST, PUT, PATCH, DELETE = (
    partial(call, method) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
)


class Door:
    """One address: its pattern as the resolver has it, what it needs, and its methods."""

    def __init__(self, route: str, needs: Needs, *calls: Call, **of: str) -> None:
        """
        :param of: which example stands for a part of the address, such as ``pk="team"``.
        """
        self.route, self.needs, self.calls, self.of = route, needs, calls, of

    def __str__(self) -> str:
        return " ".join([self.route or "(root)", *self.of.values()])

    @property
    def methods(self) -> set[str]:
        return {each.method for each in self.calls}

    def head(self) -> set[int]:
        """What HEAD may answer: as GET does, or that there is none."""
        return {NO_SUCH_METHOD, *(each.answers for each in self.calls if each.method == "GET")}


def refusal_of_person(needs: Needs, person: Person) -> int | None:
    """Return with what a page refuses a person, or None."""
    if needs is Word.PUBLIC:
        return None
    if needs is Word.GUEST:
        return SENT_AWAY if person.is_signed_in else None
    if needs is Word.SIGNED_IN:
        return None if person.is_signed_in else TO_SIGN_IN
    return refusal_at_the_gate(person) or _refusal_inside(needs, person)


def _refusal_inside(needs: Needs, person: Person) -> int | None:
    if needs is Word.MEMBER:
        return None
    permission = Permission.ANSWER if needs in {Word.CONVERSATION, Word.OURS} else needs
    if person.role not in GRANTED[permission]:
        return FORBIDDEN
    return NOT_FOUND if needs is Word.CONVERSATION and person.is_blind else None


def refusal_at_the_gate(person: Person) -> int | None:
    """Return with what a workspace refuses whoever does not work there."""
    if not person.is_signed_in:
        return TO_SIGN_IN
    return None if person.role else NOT_FOUND


def refusal_of_bearer(needs: Needs, bearer: Bearer, method: str) -> int | None:
    """Return with what the API refuses a token, or None; methods that are none come later."""
    if needs is Word.PUBLIC:
        return None
    if not bearer.role:
        return UNKNOWN
    permission = Permission.ANSWER if needs in {Word.CONVERSATION, Word.OURS} else needs
    changes = method not in SAFE
    trusted = is_trusted(bearer.scope, permission, changes=changes)
    if bearer.role not in GRANTED[permission] or not trusted:
        return FORBIDDEN
    return None


def is_hidden(needs: Needs, bearer: Bearer) -> bool:
    if needs is Word.OURS:
        return bearer.is_foreign
    return needs is Word.CONVERSATION and (bearer.is_blind or bearer.is_foreign)
