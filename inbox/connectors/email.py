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
    TemporaryConnectorError,
)
from inbox.connectors.mail.composing import Head, compose
from inbox.connectors.mail.sending import Server, greet, hand_over


class EmailConnector(Connector):
    """``config`` holds the address and, under ``smtp``, the way out."""

    capabilities: ClassVar[Capabilities] = Capabilities(longest_text=100_000, formats=True)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        raise Forged("Nobody brings mails to this address.")

    def parse(self, raw: bytes) -> Sequence[IncomingMessage]:
        raise Malformed("A mail is read from its file.")

    def send(self, message: OutgoingMessage) -> str:
        """Return the mail's Message-ID, which is the same on every attempt."""
        head = message.head
        if head is None or not head.envelope:
            raise PermanentConnectorError(
                "Nobody would get it: add a recipient. The mail does not say who wrote it."
            )
        try:
            raw = compose(head, message.text, message.attachments, message.html)
        except OSError as error:
            raise TemporaryConnectorError("An attached file cannot be read now.") from error
        except ValueError as error:
            raise PermanentConnectorError(f"This address cannot be written to: {error}") from error
        self.hand_over(head, raw, name=message.idempotency_key)
        return head.message_id

    def hand_over(self, head: Head, raw: bytes, *, name: str) -> None:
        """Give a mail that is written to whoever carries it."""
        to = head.envelope
        hand_over(self.server, raw, sender=head.sender.address, to=to, name=name)

    def check(self) -> None:
        greet(self.server)

    @property
    def server(self) -> Server:
        """The mail server by which mails go out."""
        password, token = self.secrets.get("smtp", ""), self.secrets.get("token", "")
        return Server(**self.config.get("smtp", {}), password=password, token=token)
