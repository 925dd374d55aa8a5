"""The connection to a mail server that holds mails: where it may lead, and how it is secured."""

from __future__ import annotations

import binascii
import imaplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from imapclient import IMAPClient

from inbox.connectors.mail.imap_words import Refused, TokenRefused
from inbox.connectors.mail.xoauth import answer_to
from inbox.connectors.reaching import reach, secured

PATIENCE = 60  # seconds for each answer


@dataclass(frozen=True, slots=True)
class ImapServer:
    """How to reach a mailbox; ``tls`` is tls, starttls or none. With a token no password is needed."""

    host: str
    port: int = 993
    tls: str = "tls"
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    renewed_at: datetime | None = None  # when there is a newer token to be had
    is_trusted: bool = False
    patience: float = 0  # seconds for each answer, where somebody waits for it

    def has_aged(self, now: datetime) -> bool:
        """Tell whether to sign in anew: servers end a session when its token has run out."""
        return self.renewed_at is not None and self.renewed_at <= now


def patience_of(server: ImapServer) -> float:
    return server.patience or PATIENCE


class Client(IMAPClient):
    """The library's client over a line that goes where it may."""

    def __init__(self, server: ImapServer) -> None:
        self._server = server
        self._has_begun_to_idle = False
        super().__init__(
            server.host, server.port, ssl=server.tls == "tls", timeout=patience_of(server)
        )
        self.normalise_times = False

    def sign_in(self) -> None:
        """:raises Refused: before our password is told to anybody but the server."""
        server = self._server
        if server.tls == "none" and not server.is_trusted:
            raise Refused("Without encryption the password could be read on its way.")
        if server.tls == "starttls":
            self.starttls(ssl.create_default_context())
        if server.token:
            self._sign_in_by_token()
        else:
            self.login(server.user, server.password)

    def _sign_in_by_token(self) -> None:
        """Say who we are, and nothing to what the server says of a refusal: it waits for that."""
        answers = [answer_to(self._server.user, self._server.token)]
        try:
            self._imap.authenticate("XOAUTH2", lambda _: answers.pop() if answers else "")
        except binascii.Error as error:
            raise TokenRefused("It asked something that nobody understands.") from error
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise TokenRefused(str(error)) from error

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802
        return _Line(self._server)

    def idle(self) -> None:
        super().idle()
        self._has_begun_to_idle = True

    def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> object:
        # What came in one packet with the answer to IDLE was read with it, and would be waited for.
        if self._has_begun_to_idle:
            self._has_begun_to_idle = False
            with suppress(OSError):  # nothing is there
                if self._imap.file.peek(1):
                    return [True]
        return super()._poll_socket(sock, timeout)


class _Line(imaplib.IMAP4):
    def __init__(self, server: ImapServer) -> None:
        self._server = server
        super().__init__(server.host, server.port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        server = self._server
        patience = patience_of(server)
        line = reach(server.host, server.port, patience=patience, is_trusted=server.is_trusted)
        return secured(line, server.host) if server.tls == "tls" else line
