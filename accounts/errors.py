"""Anticipated refusals: raised by actions, translated once for pages and once for the API."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from django.db import Error, IntegrityError

logger = logging.getLogger(__name__)


class DomainError(Exception):
    """A rule said no; the sentence is meant for the person who asked."""

    code: ClassVar[str] = "invalid"
    status: ClassVar[int] = 409


class Taken(DomainError):
    """Somebody else was faster: the name is in use since a moment ago."""

    code: ClassVar[str] = "taken"


@contextmanager
def refusing(constraint: str, refusal: DomainError) -> Iterator[None]:
    """
    Say it in words where PostgreSQL finds a name in use that was free when we looked.

    The refusal must leave the caller's transaction, which is broken.
    """
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) == constraint:
            raise refusal from error
        raise


@contextmanager
def if_possible() -> Iterator[None]:
    """Write what is good to know, but no reason to refuse: PostgreSQL may be read-only, or full."""
    try:
        yield
    except Error as error:
        logger.warning("What was only worth noting could not be written: %s", error)
