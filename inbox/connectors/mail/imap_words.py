"""What goes wrong between us and a mail server that holds mails, in words for an operator."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from imapclient.exceptions import LoginError

from inbox.connectors.base import PermanentConnectorError, TemporaryConnectorError

LONGEST_REASON = 500
PASSING = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]", "THROTTL")
QUOTED = re.compile(r"\bb(['\"])(.*?)\1")
TROUBLE = (OSError, imaplib.IMAP4.error, EOFError)


class Refused(PermanentConnectorError):
    """The server does not let us in; somebody has to change the settings."""


class NotGiven(TemporaryConnectorError):
    """The server is there and answers, but does not give this mail."""


class TokenRefused(LoginError):
    """What the service gave us does not open this mailbox."""


@contextmanager
def given() -> Iterator[None]:
    """Tell a server that is gone from one that does not give a mail."""
    try:
        with in_words():
            yield
    except TemporaryConnectorError as error:
        cause = error.__cause__
        if isinstance(cause, imaplib.IMAP4.error) and not isinstance(cause, imaplib.IMAP4.abort):
            raise NotGiven(str(error)) from cause
        raise


@contextmanager
def in_words() -> Iterator[None]:
    try:
        yield
    except LoginError as error:
        said = plain(error.args)
        if any(word in said.upper() for word in PASSING):
            raise TemporaryConnectorError(f"The mail server says to come later: {said}") from error
        what = (
            "our sign-in by OAuth"
            if isinstance(error, TokenRefused)
            else "the user name or password"
        )
        raise Refused(f"The mail server refused {what}: {said}") from error
    except TROUBLE as error:
        raise TemporaryConnectorError(_trouble(error)) from error


def _trouble(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError):
        return "The mail server's certificate is not trusted, or it speaks no TLS here."
    if isinstance(error, TimeoutError):
        return "The mail server did not answer in time."
    if isinstance(error, socket.gaierror):
        return "There is no mail server of this name."
    if isinstance(error, ConnectionResetError | BrokenPipeError | EOFError | imaplib.IMAP4.abort):
        return "The mail server broke the connection off."
    if isinstance(error, imaplib.IMAP4.error):
        return f"The mail server refused: {plain(error.args)}"
    return "The mail server cannot be reached."


def plain(said: Sequence[object]) -> str:
    """Return what the server said; the library hands on the look of bytes as words."""
    parts = (
        part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in said
    )
    words = " ".join(" ".join(parts).replace("\x00", "").split())
    return QUOTED.sub(r"\2", words)[:LONGEST_REASON]
