"""
The one way to web servers that people, mails or settings name: nothing else here speaks HTTP.

Where a connection may go is ``reaching``'s to say. Nothing is followed elsewhere, no proxy of the
environment is used, no address carries a password, and what comes back is small and comes soon.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import SplitResult, urlencode, urlsplit

from inbox.connectors.base import PermanentConnectorError, TemporaryConnectorError
from inbox.connectors.reaching import WEB_PORTS, reach, secured

PATIENCE = 15  # seconds for each answer
LONGEST = 45  # seconds for all of a call, however it trickles
LARGEST = 100_000  # bytes of an answer


def post_form(
    url: str, fields: Mapping[str, str], *, is_trusted: bool = False
) -> tuple[int, bytes]:
    """Post a form; see ``fetch``."""
    return fetch(url, fields, is_trusted=is_trusted)


def fetch(
    url: str, form: Mapping[str, str] | None = None, *, is_trusted: bool = False
) -> tuple[int, bytes]:
    """
    Get what is at an address, or post a form there; return status and body of the answer.

    :param is_trusted: whether it may be in a private network, at any port and without TLS.
    :raises PermanentConnectorError: if nothing of ours goes there.
    :raises TemporaryConnectorError: if it is not reached, or answers nothing that can be read.
    """
    parts = _parts(url, is_trusted=is_trusted)
    host, is_safe = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_safe else 80)
    line = (HTTPSConnection if is_safe else HTTPConnection)(host, port, timeout=PATIENCE)
    try:
        way = reach(host, port, patience=PATIENCE, is_trusted=is_trusted, ports=WEB_PORTS)
        line.sock = secured(way, host) if is_safe else way
        return _said(line, parts, form)
    except TimeoutError as error:
        raise TemporaryConnectorError(f"{host} did not answer in time.") from error
    except (OSError, HTTPException) as error:
        raise TemporaryConnectorError(f"{host} cannot be reached.") from error
    finally:
        line.close()


def _parts(url: str, *, is_trusted: bool) -> SplitResult:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as error:
        raise PermanentConnectorError("This is no address of the web.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PermanentConnectorError("This is no address of the web.")
    if parts.username is not None:
        raise PermanentConnectorError("An address with a sign-in in it is not asked.")
    if parts.scheme != "https" and not is_trusted:
        raise PermanentConnectorError(f"{parts.hostname} is asked without encryption.")
    return parts


def _said(
    line: HTTPConnection, parts: SplitResult, form: Mapping[str, str] | None
) -> tuple[int, bytes]:
    place = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    headers = {"Accept": "application/json" if form is not None else "*/*"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    with _ending(line.sock):
        line.request("GET" if form is None else "POST", place, urlencode(form or {}), headers)
        answer = line.getresponse()
        body = answer.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise TemporaryConnectorError(f"{line.host} answered more than anybody would read.")
    return answer.status, body


@contextmanager
def _ending(way: socket.socket) -> Iterator[None]:
    """Hang up after a while, which may look like the end of an answer."""
    is_late = False

    def hang_up() -> None:
        nonlocal is_late
        is_late = True
        with suppress(OSError):
            way.shutdown(socket.SHUT_RDWR)

    end = Timer(LONGEST, hang_up)
    end.daemon = True
    end.start()
    try:
        yield
    except (OSError, HTTPException) as error:
        if is_late:
            raise TimeoutError from error
        raise
    finally:
        end.cancel()
    if is_late:
        raise TimeoutError
