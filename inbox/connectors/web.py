"""Ask a web server that people or settings name, by the way out that ``reaching`` guards."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit

from inbox.connectors.base import PermanentConnectorError, TemporaryConnectorError
from inbox.connectors.reaching import reach, secured

PATIENCE = 15  # seconds for each answer
LARGEST = 64 * 1024  # bytes of an answer


def post_form(
    url: str, fields: Mapping[str, str], *, is_trusted: bool = False
) -> tuple[int, bytes]:
    """
    Post a form, and return status and body of the answer; nothing is followed elsewhere.

    :param is_trusted: whether it may be in a private network, at any port and without TLS.
    :raises TemporaryConnectorError: if it is not reached, or answers nothing that can be read.
    """
    parts = urlsplit(url)
    host, is_safe = parts.hostname or "", parts.scheme == "https"
    if not is_safe and not is_trusted:
        raise PermanentConnectorError(f"{host} is asked without encryption.")
    port = parts.port or (443 if is_safe else 80)
    line = (HTTPSConnection if is_safe else HTTPConnection)(host, port, timeout=PATIENCE)
    try:
        way = reach(host, port, patience=PATIENCE, is_trusted=is_trusted, ports={443})
        line.sock = secured(way, host) if is_safe else way
        place = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        line.request("POST", place, urlencode(fields), headers)
        answer = line.getresponse()
        return answer.status, answer.read(LARGEST)
    except TimeoutError as error:
        raise TemporaryConnectorError(f"{host} did not answer in time.") from error
    except (OSError, HTTPException) as error:
        raise TemporaryConnectorError(f"{host} cannot be reached.") from error
    finally:
        line.close()
