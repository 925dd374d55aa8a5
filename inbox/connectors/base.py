"""
What every connector does: is this genuine, what does it say, how do we answer?

Connectors are pure: bytes in, dataclasses out; no ORM, no Django. They never see a database
row, and nothing outside this package knows a platform's field names.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, ClassVar
from uuid import UUID

if TYPE_CHECKING:
    from inbox.connectors.mail.composing import Head


class ConnectorError(Exception):
    """Something between us and the platform went wrong; the text is fit for an operator."""


class TemporaryConnectorError(ConnectorError):
    """The same call may succeed later."""


class PermanentConnectorError(ConnectorError):
    """The platform refuses, in these words, and will refuse again."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a server said about one reader; final if it will say so again."""

    said: str
    is_final: bool


class RecipientsRefused(ConnectorError):
    """Some of those it was for did not get it, or none; the others did."""

    unsure: str = ""

    def __init__(self, refused: Mapping[str, Refusal]) -> None:
        super().__init__("; ".join(dict.fromkeys(one.said for one in refused.values())))
        self.refused = refused


class OutcomeUnknown(RecipientsRefused):
    """To those who were not refused it may have gone out: doing it again may do it twice."""

    def __init__(self, unsure: str, refused: Mapping[str, Refusal]) -> None:
        super().__init__(refused)
        self.unsure = unsure


class Malformed(ConnectorError):
    """What came does not follow the platform's protocol."""


class Forged(ConnectorError):
    """What came does not prove that the platform sent it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote: ``value`` is how the platform knows them; verified if it vouches for them."""

    value: str
    name: str = ""
    email: str = ""
    phone: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    external_id: str
    sender: Sender
    text: str
    sent_at: datetime
    client_id: UUID | None = None
    conversation: UUID | None = None  # the one that the sender means, by its public id
    page_url: str = ""
    page_title: str = ""
    # Public ids of files that were stored before: bytes never travel through the database.
    attachments: tuple[UUID, ...] = ()
    # What they answered before the first message: field, label and value.
    answers: Sequence[Mapping[str, str]] = ()


class Receipt(StrEnum):
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What became of a message that we sent."""

    external_id: str
    receipt: Receipt
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """
    ``open`` brings the bytes when they are wanted; it raises OSError if they cannot be had.

    By ``content_id`` HTML names a picture that is shown in it.
    """

    name: str
    content_type: str
    size: int
    open: Callable[[], IO[bytes]]
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """``idempotency_key`` is the same on every attempt; ``head`` is what a mail has above its words."""

    idempotency_key: str
    to: str
    text: str
    attachments: tuple[OutgoingFile, ...] = ()
    head: Head | None = None
    html: str = ""  # where the words have formats: the same as the text


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the composer may offer in this channel."""

    longest_text: int
    receipts: bool = False
    typing: bool = False
    formats: bool = False


@dataclass(frozen=True, slots=True)
class Connector(ABC):
    config: Mapping[str, Any]
    secrets: Mapping[str, Any]
    # What the platform calls what ``send`` has sent, by reader, where it has names of its own.
    names: dict[str, str] = field(default_factory=dict)

    capabilities: ClassVar[Capabilities]

    @abstractmethod
    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise Forged unless the request comes from the platform."""

    @abstractmethod
    def parse(self, raw: bytes) -> Sequence[IncomingMessage | StatusUpdate]:
        """Read what was delivered; raise Malformed when it makes no sense."""

    @abstractmethod
    def send(self, message: OutgoingMessage) -> str:
        """Hand a message to the platform and return its id there, or ''."""

    def check(self) -> None:  # noqa: B027 (most connectors have something to check, some have not)
        """Raise a ConnectorError unless the channel could send and receive now."""
