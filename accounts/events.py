"""The event log: record what happened, and owe what follows from it."""

from typing import Any

from django.db import models

from accounts import follow_ups
from accounts.models import Event, Membership, subject_kind


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
    )
    follow_ups.owe(event)
    return event
