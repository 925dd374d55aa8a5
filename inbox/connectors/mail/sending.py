"""Hand a mail to a mail server (RFC 5321), which may refuse it in words."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from inbox.connectors.base import (
    ConnectorError,
    PermanentConnectorError,
    TemporaryConnectorError,
)
from inbox.connectors.reaching import reach, secured

PATIENCE = 60  # seconds for each answer
PERMANENT = 500  # answers from here on are final (RFC 5321, 4.2.1)
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Server:
    """
    How to reach a mail server; ``tls`` is starttls, tls or none. Without a host, a folder.

    One that is not trusted must be on the internet.
    """

    host: str = ""
    port: int = 587
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = ""
    is_trusted: bool = False


def hand_over(server: Server, raw: bytes, *, sender: str, to: str, name: str) -> None:
    """
    Give a mail to the server.

    :param name: of the file, where mails are kept in a folder.
    :raises TemporaryConnectorError: if it is away, or refuses for now or for reasons of ours.
    :raises PermanentConnectorError: if it will never take this mail or its reader.
    """
    if not server.host:
        folder = Path(server.folder)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"{name}.eml").write_bytes(raw)
        return
    options = [] if (sender + to).isascii() else ["SMTPUTF8"]
    with _in_words(), _connected(server) as line:
        line.sendmail(sender, [to], raw, mail_options=options)


def greet(server: Server) -> None:
    """:raises ConnectorError: unless the server lets us in."""
    if server.host:
        with _in_words(), _connected(server):
            pass


class _Smtp(smtplib.SMTP):
    """SMTP over a line that goes where it may."""

    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(server.host, server.port, timeout=PATIENCE)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = reach(host, port, patience=timeout, is_trusted=self._server.is_trusted)
        return secured(line, host) if self._server.tls == "tls" else line


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    line = _Smtp(server)
    try:
        if server.tls == "starttls":
            line.starttls(context=ssl.create_default_context())
        if server.user:
            line.login(server.user, server.password)
        yield line
    finally:
        # What it says to our farewell changes nothing.
        line.close()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _refusal(code, words) from error
    except (
        smtplib.SMTPAuthenticationError,
        smtplib.SMTPConnectError,
        smtplib.SMTPHeloError,
    ) as error:
        # Of us or our password: an admin mends it, and then the mail goes.
        raise TemporaryConnectorError(_said(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise PermanentConnectorError(
            "The mail server does not offer what this mail or these settings need."
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise TemporaryConnectorError(_trouble(error)) from error


def _refusal(code: int, words: bytes | str) -> ConnectorError:
    kind = PermanentConnectorError if code >= PERMANENT else TemporaryConnectorError
    return kind(_said(code, words))


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    text = " ".join(text.replace("\x00", "").split())[:LONGEST_REASON]
    return f"The mail server refused: {code} {text}"


def _trouble(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return "The mail server's certificate is not trusted, or it speaks no TLS here."
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "The mail server did not answer in time."
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError):
        return "The mail server broke the connection off."
    if isinstance(error, socket.gaierror):
        return "There is no mail server of this name."
    return "The mail server cannot be reached."
