"""The event log: record what happened, and owe what follows from it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

from accounts import follow_ups, tenancy
from accounts.metrics import EVENTS
from accounts.models import Event, Membership, subject_kind

_address: ContextVar[str | None] = ContextVar("address", default=None)


@contextmanager
def coming_from(address: str | None) -> Iterator[None]:
    """Note the address of whoever does what is recorded inside."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def record(
    kind: str,
    subject: models.Model,
    *,
    actor: Membership | None,
    seq: int | None = None,
    **data: Any,
) -> Event:
    """
    Write an event and its follow-ups in the current transaction.

    :param actor: who did it; None is the system or an outside person.
    :param seq: the event's number among its subject's, taken under the subject's row lock.
    """
    event = draft(kind, subject, actor=actor, seq=seq, **data)
    event.save(force_insert=True)
    _owe(event)
    return event


def draft(
    kind: str,
    subject: models.Model,
    *,
    actor: Membership | None,
    seq: int | None = None,
    **data: Any,
) -> Event:
    """Make an event that ``record_all`` is to write with others."""
    return Event(
        kind=kind,
        actor=actor,
        subject_kind=subject_kind(subject),
        subject_id=subject.pk,
        seq=seq,
        data=data,
        address=_address.get() if actor else None,
    )


def record_all(events: Sequence[Event]) -> None:
    """Write events and their follow-ups together, in one statement each."""
    Event.objects.bulk_create(events)
    _owe(*events)


def _owe(*events: Event) -> None:
    follow_ups.owe(*events)
    tenancy.after_commit(_count, [str(event.kind) for event in events])


def _count(kinds: Sequence[str]) -> None:
    for kind in kinds:
        EVENTS.labels(kind).inc()
