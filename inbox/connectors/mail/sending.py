"""Hand a mail to a mail server (RFC 5321), which may refuse it in words."""

from __future__ import annotations

import binascii
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from inbox.connectors.base import (
    ConnectorError,
    OutcomeUnknown,
    PermanentConnectorError,
    RecipientsRefused,
    Refusal,
    TemporaryConnectorError,
)
from inbox.connectors.mail.xoauth import answer_to
from inbox.connectors.reaching import reach, secured

PATIENCE = 60  # seconds for each answer
PERMANENT = 500  # answers from here on are final (RFC 5321, 4.2.1)
CLOSING, GO_ON = 421, 354
TAKEN = {250, 251}
LONGEST_REASON = 500
UNSURE = "It had all of the mail by then and may have passed it on."
DOT = re.compile(rb"^\.", re.MULTILINE)


class TokenRefused(TemporaryConnectorError):
    """What the service gave us does not open this mailbox, until there is something newer."""


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
    token: str = field(default="", repr=False)
    folder: str = ""
    is_trusted: bool = False
    patience: float = 0  # seconds for each answer, where somebody waits for it


def hand_over(server: Server, raw: bytes, *, sender: str, to: Sequence[str], name: str) -> None:
    """
    Give a mail to the server.

    :param name: of the file, where mails are kept in a folder.
    :raises TemporaryConnectorError: if it is away, or refuses for now or for reasons of ours.
    :raises PermanentConnectorError: if it will never take this mail.
    :raises RecipientsRefused: if it did not take it for some of the readers, or for all.
    :raises OutcomeUnknown: if it had all of the mail and did not say whether it took it.
    """
    if not server.host:
        folder = Path(server.folder)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"{name}.eml").write_bytes(raw)
        return
    with _in_words(), _connected(server) as line:
        refused = _refused_readers(line, raw, sender=sender, to=to)
        if len(refused) < len(to):
            taken = [one for one in to if one not in refused]
            refused = refused | _refused_mail(line, raw, taken, refused)
    if refused:
        raise RecipientsRefused(refused)


def _refused_readers(
    line: smtplib.SMTP, raw: bytes, *, sender: str, to: Sequence[str]
) -> dict[str, Refusal]:
    """Name sender and readers, and return those whom the server does not take."""
    line.ehlo_or_helo_if_needed()
    options = [f"size={len(raw)}"] if line.has_extn("size") else []
    if not "".join((sender, *to)).isascii():
        options.append("SMTPUTF8")
    code, words = line.mail(sender, options)
    if code not in TAKEN:
        raise smtplib.SMTPSenderRefused(code, words, sender)
    refused = {}
    for one in to:
        code, words = line.rcpt(one)
        if code == CLOSING:
            raise smtplib.SMTPResponseException(code, words)
        if code not in TAKEN:
            refused[one] = Refusal(_said(code, words), code >= PERMANENT)
    return refused


def _refused_mail(
    line: smtplib.SMTP, raw: bytes, taken: Sequence[str], refused: Mapping[str, Refusal]
) -> dict[str, Refusal]:
    """Give the mail itself; what breaks off before its last dot was not taken by anybody."""
    code, words = line.docmd("DATA")
    if code == GO_ON:
        end = b".\r\n" if raw.endswith(b"\r\n") else b"\r\n.\r\n"
        line.send(DOT.sub(b"..", raw))
        line.send(end)
        try:
            code, words = line.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise OutcomeUnknown(f"{_trouble(error)} {UNSURE}", refused) from error
    if code in TAKEN:
        return {}
    if not refused:
        raise smtplib.SMTPDataError(code, words)
    return dict.fromkeys(taken, Refusal(_said(code, words), code >= PERMANENT))


def greet(server: Server) -> None:
    """:raises ConnectorError: unless the server lets us in."""
    if server.host:
        with signed_in(server):
            pass


@contextmanager
def signed_in(server: Server) -> Iterator[smtplib.SMTP]:
    """
    Talk to a server that has let us in.

    :raises ConnectorError: if it does not, or refuses something later.
    """
    with _in_words(), _connected(server) as line:
        yield line


class _Smtp(smtplib.SMTP):
    """SMTP over a line that goes where it may."""

    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(server.host, server.port, timeout=server.patience or PATIENCE)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = reach(host, port, patience=timeout, is_trusted=self._server.is_trusted)
        return secured(line, host) if self._server.tls == "tls" else line


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    line = _Smtp(server)
    try:
        if server.tls == "starttls":
            line.starttls(context=ssl.create_default_context())
        if server.token:
            _sign_in_by_token(line, server)
        elif server.user:
            line.login(server.user, server.password)
        yield line
    finally:
        # What it says to our farewell changes nothing.
        line.close()


def _sign_in_by_token(line: smtplib.SMTP, server: Server) -> None:
    if server.tls == "none" and not server.is_trusted:
        raise PermanentConnectorError("Without encryption the sign-in could be read on its way.")
    answers = [answer_to(server.user, server.token)]
    line.ehlo_or_helo_if_needed()
    try:
        # The server says of a refusal first what it is about, and waits for an empty line.
        line.auth("XOAUTH2", lambda _=None: answers.pop() if answers else "")
    except smtplib.SMTPAuthenticationError as error:
        said = _said(error.smtp_code, error.smtp_error)
        raise TokenRefused(said.replace("refused", "refused our sign-in by OAuth", 1)) from error
    except binascii.Error as error:
        raise TokenRefused("The mail server asked something that nobody understands.") from error


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
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
