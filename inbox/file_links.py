"""Addresses of files, which carry their own permission and its end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils import timezone

SHORT = timedelta(minutes=5)
# Of a visitor, who cannot lose the right to see their own chat: it stays open for hours.
LONG = timedelta(hours=12)

signer = Signer(salt="inbox.file_links")


class Forged(Exception):
    """Nobody here made this address."""


class RanOut(Exception):
    """It was right once."""


@dataclass(frozen=True, slots=True)
class Permit:
    workspace_id: int
    attachment_id: int
    is_thumbnail: bool
    until: int

    @property
    def seconds_left(self) -> int:
        return self.until - int(timezone.now().timestamp())


def address(
    workspace_id: int, attachment_id: int, name: str, *, life: timedelta, is_thumbnail: bool = False
) -> str:
    """
    Return an address that is right for at least ``life`` and at most twice as long.

    Its end is rounded, so that a browser that asks twice is told the same and keeps the file.
    """
    step = int(life.total_seconds())
    until = (math.floor(timezone.now().timestamp() / step) + 2) * step
    permit = signer.sign_object([workspace_id, attachment_id, int(is_thumbnail), until])
    return f"{home()}/files/{permit}/{quote(name, safe='')}"


def read(token: str) -> Permit:
    """
    Return what an address permits.

    :raises Forged: if it is none of ours.
    :raises RanOut: if its time is over.
    """
    try:
        workspace_id, attachment_id, is_thumbnail, until = signer.unsign_object(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise Forged from error
    permit = Permit(workspace_id, attachment_id, bool(is_thumbnail), until)
    if permit.seconds_left <= 0:
        raise RanOut
    return permit


def home() -> str:
    """Return the origin of files: '' is that of the page."""
    if not settings.FILES_HOST:
        return ""
    return f"{settings.BASE_URL.partition('://')[0]}://{settings.FILES_HOST}"
