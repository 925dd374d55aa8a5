"""Another time for one process: what is written meanwhile was written then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from unittest.mock import patch


class Clock:
    """Tells one time until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self, tz: tzinfo | None = None) -> datetime:
        return self.at.astimezone(tz)


@contextmanager
def moved(at: datetime) -> Iterator[Clock]:
    """
    Let ``timezone.now()`` tell what the clock tells.

    What it reads from is replaced, not the function itself, which fields hold as their default.
    """
    clock = Clock(at)
    with patch("django.utils.timezone.datetime", clock):
        yield clock
