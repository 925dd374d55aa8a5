from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.enums import LetterState
from accounts.models.base import WorkspaceOwned
from accounts.tenancy import ScopedManager


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, now: datetime) -> LetterQuerySet:
        """Return what should be on its way and is in nobody's hands."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(free, state=LetterState.QUEUED, send_at__lte=now)

    def newest_about(self, kind: str, ids: list[int]) -> dict[int, Letter]:
        """Return the newest letter of a kind about each of these rows."""
        found = self.filter(kind=kind, subject_id__in=ids).order_by("pk")
        return {letter.subject_id: letter for letter in found}


LetterManager = ScopedManager.from_queryset(LetterQuerySet)


class Letter(WorkspaceOwned):
    """
    A mail that is owed to somebody, and what became of it.

    Its words are written when it is sent, so that no secret in it is ever kept.
    """

    kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()  # the row that it is about
    email = models.EmailField()
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.QUEUED)
    send_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Of workers: whoever sends it and lives gives its lease back.
    deaths = models.PositiveSmallIntegerField(default=0, db_default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = LetterManager()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "kind", "subject_id"], name="letter_about"),
            # The sweepers', which ask across workspaces through a door.
            models.Index(fields=["send_at"], condition=Q(state="queued"), name="letter_to_send"),
            models.Index(fields=["created_at"], name="letter_to_forget"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"

    @property
    def is_failed(self) -> bool:
        return self.state == LetterState.FAILED
