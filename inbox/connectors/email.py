"""Mail as a channel. What comes is read by ``mail.reading``; how it came is no platform's protocol."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from inbox.connectors.base import (
    Capabilities,
    Connector,
    Forged,
    IncomingMessage,
    Malformed,
    OutgoingMessage,
    PermanentConnectorError,
)


class EmailConnector(Connector):
    capabilities: ClassVar[Capabilities] = Capabilities(longest_text=100_000)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        raise Forged("Nobody brings mails to this address.")

    def parse(self, raw: bytes) -> Sequence[IncomingMessage]:
        raise Malformed("A mail is read from its file.")

    def send(self, message: OutgoingMessage) -> str:
        raise PermanentConnectorError("This channel cannot send mails yet.")
