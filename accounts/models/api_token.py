from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.enums import Role, TokenScope
from accounts.models.base import OwnedForeignKey, WorkspaceOwned
from accounts.models.membership import Membership
from accounts.tenancy import ScopedManager

PREFIX = "hd_"  # so that scanners of leaked secrets know it
USED_TO_THE = timedelta(minutes=1)
SHOWN_AFTER_END = timedelta(days=30)


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, now: datetime) -> ApiTokenQuerySet:
        """Return tokens whose bearer may come in."""
        person = Q(membership=None) | Q(
            membership__is_active=True, membership__user__is_active=True
        )
        return self.filter(person, revoked_at=None, expires_at__gt=now)

    def for_list(self, now: datetime) -> ApiTokenQuerySet:
        """Return the newest first; what ended long ago is in the audit log only."""
        since = now - SHOWN_AFTER_END
        recent = self.filter(Q(revoked_at=None) | Q(revoked_at__gt=since), expires_at__gt=since)
        return recent.select_related("membership__user").order_by("-pk")


ApiTokenManager = ScopedManager.from_queryset(ApiTokenQuerySet)


class ApiToken(WorkspaceOwned):
    """
    A key to the API: it acts as a person, or as the workspace itself within a role.

    Only the hash is kept; the secret was shown once.
    """

    name = models.CharField(max_length=80)
    membership = OwnedForeignKey(
        Membership, models.CASCADE, null=True, blank=True, related_name="api_tokens"
    )
    role = models.CharField(max_length=16, choices=Role, blank=True)
    scope = models.CharField(max_length=8, choices=TokenScope)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    # Where the last call came from; it is a program's address, not a visitor's.
    last_used_from = models.GenericIPAddressField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="token_of_person_or_role",
                condition=Q(membership__isnull=False, role="") | (Q(membership=None) & ~Q(role="")),
            ),
            models.CheckConstraint(
                name="token_has_hash",
                condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"),  # noqa: S106
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    @property
    def bearer(self) -> Membership:
        """Who decides what the token sees; the workspace's own is nobody in particular."""
        return self.membership or Membership(role=self.role)

    def is_used_at(self, now: datetime) -> bool:
        """Tell whether its last use is written down, to the minute."""
        return self.last_used_at is not None and now - self.last_used_at < USED_TO_THE
