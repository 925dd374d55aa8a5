"""Anticipated refusals: raised by actions, translated once for pages and once for the API."""

from typing import ClassVar


class DomainError(Exception):
    """A rule said no; the sentence is meant for the person who asked."""

    code: ClassVar[str] = "invalid"
    status: ClassVar[int] = 409
