"""Bodies of requests, before Django has them: it writes each to disk whole before anybody looks."""

import errno
import json
from typing import Any

from django.conf import settings

FULL = {errno.ENOSPC, errno.EDQUOT}
TOO_LARGE = (413, "too_large", "That is more than anything here takes.")
LARGEST_MAIL = 60 * 1024 * 1024  # in the coding of a mail service, which makes it larger
NO_ROOM = (507, "storage_full", "There is no room for this now. Tell your administrator.")


class TooLarge(Exception):
    """More has come than any door takes."""


class LimitedBody:
    """An ASGI application whose requests are no larger than the largest file."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        left = settings.ATTACHMENT_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if scope["path"].startswith("/hooks/mail/"):
            left = max(left, LARGEST_MAIL)

        async def counted() -> dict[str, Any]:
            nonlocal left
            message: dict[str, Any] = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise TooLarge
            return message

        if declared(scope) > left:
            await refuse(send, *TOO_LARGE)
            return
        try:
            await self.application(scope, counted, send)
        except TooLarge:
            await refuse(send, *TOO_LARGE)
        except OSError as error:  # of a body that is being written down: views' own become pages
            if error.errno not in FULL:
                raise
            await refuse(send, *NO_ROOM)


def declared(scope: dict[str, Any]) -> int:
    """Return what the client says it will send; 0 when it says nothing that can be believed."""
    said = dict(scope["headers"]).get(b"content-length", b"")
    return int(said) if said.isdigit() else 0


async def refuse(send: Any, status: int, code: str, sentence: str) -> None:
    body = json.dumps({"detail": sentence, "code": code}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
