"""What a mail service says when it does not take a mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from anymail.exceptions import AnymailError
from botocore.exceptions import BotoCoreError, HTTPClientError
from urllib3.exceptions import NewConnectionError

from inbox.connectors.base import (
    ConnectorError,
    OutcomeUnknown,
    PermanentConnectorError,
    TemporaryConnectorError,
)

LONGEST = 500
# Of our account there: an admin mends it, and then the mail goes. Or not now.
MENDABLE = {401, 402, 403, 404, 407, 408, 425, 429}
# The same from Amazon, which says so with 400.
NOT_NOW = {"LimitExceededException", "SendingPausedException", "AccountSuspendedException"}
OK, FAULTS = range(200, 300), 500
NEVER = "ValidationError"  # Mandrill says everything with 500
UNSURE = "It had all of the mail by then and may have passed it on."


def trouble_of(error: AnymailError, name: str) -> ConnectorError:
    """Tell whether trying again is of use, and what the service said."""
    response = error.response
    if isinstance(response, requests.Response):
        return _answered(response.status_code, _words(_json(response)), name)
    if isinstance(response, dict):
        said, code = response.get("Error", {}), response["ResponseMetadata"]["HTTPStatusCode"]
        words = f"{said.get('Code', '')}: {said.get('Message', '')}"
        if said.get("Code") in NOT_NOW:
            code = 429
        return _answered(code, words, name)
    if isinstance(error.__cause__, requests.RequestException | BotoCoreError):
        return _unanswered(error.__cause__, name)
    return PermanentConnectorError(_tidy(f"{name}: {' '.join(map(str, error.args))}"))


def reasons_in(response: Any) -> dict[str, str]:
    """Return what an answer says of each address, and under '' of all."""
    said = _json(response) if isinstance(response, requests.Response) else None
    if isinstance(said, list):
        rows = [one for one in said if isinstance(one, dict)]
        return {
            str(one.get("email", "")).lower(): _tidy(f"{one.get('status')}: {reason}")
            for one in rows
            if (reason := one.get("reject_reason"))
        }
    return {"": _words(said)} if _words(said) else {}


def _answered(code: int, words: str, name: str) -> ConnectorError:
    said = _tidy(f"{name} refused: {code} {words}")
    if code in OK:
        return OutcomeUnknown(f"{name} answered nothing that makes sense. {UNSURE}", {})
    if code in MENDABLE or (code >= FAULTS and not words.startswith(NEVER)):
        return TemporaryConnectorError(said)
    return PermanentConnectorError(said)


def _unanswered(cause: BaseException, name: str) -> ConnectorError:
    if isinstance(cause, requests.exceptions.SSLError):
        return TemporaryConnectorError(f"The certificate of {name} is not trusted.")
    if isinstance(cause, requests.TooManyRedirects):
        return TemporaryConnectorError(f"{name} sent us elsewhere, where nothing is sent.")
    was_reached = (
        isinstance(cause, HTTPClientError)
        if isinstance(cause, BotoCoreError)
        else not isinstance(cause, requests.ConnectTimeout) and not _is_unreached(cause)
    )
    if was_reached:
        return OutcomeUnknown(f"{name} did not answer. {UNSURE}", {})
    return TemporaryConnectorError(f"{name} cannot be reached.")


def _is_unreached(cause: BaseException) -> bool:
    reason = getattr(cause.args[0], "reason", None) if cause.args else None
    return isinstance(reason, NewConnectionError)


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return response.text


def _words(said: Any) -> str:
    """Find the sentence in an answer, wherever the service puts it."""
    if isinstance(said, str):
        return _tidy(said)
    if not isinstance(said, Mapping):
        return ""
    errors = said.get("errors")
    if isinstance(errors, list):
        return "; ".join(_words(one) for one in errors)
    sentence = str(said.get("message") or said.get("Message") or said.get("error") or "")
    return _tidy(f"{said['name']}: {sentence}" if isinstance(said.get("name"), str) else sentence)


def _tidy(said: str) -> str:
    return " ".join(said.replace("\x00", "").split())[:LONGEST]
