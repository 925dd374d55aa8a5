"""The event log: record what happened, and owe what follows from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

from accounts import follow_ups
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
    event = Event.objects.create(
        kind=kind,
        actor=actor,
        subject_kind=subject_kind(subject),
        subject_id=subject.pk,
        seq=seq,
        data=data,
        address=_address.get() if actor else None,
    )
    follow_ups.owe(event)
    return event
