"""Do a POST's work once, however often a client that heard no answer repeats it."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import DomainError
from accounts.models import IdempotentAnswer

KEY = re.compile(r"[\x21-\x7e]{1,255}")

Handler = Callable[..., Response]


class KeyTaken(DomainError):
    code: ClassVar[str] = "idempotency_key_taken"


def once(handler: Handler) -> Handler:
    """
    Answer a repeated ``Idempotency-Key`` as the first time; the method is a TokenView's.

    The row is inserted before the work and commits with it, so a second call waits for the
    first, and finds nothing if that one was refused.
    """

    @wraps(handler)
    def repeatable(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(self, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise ParseError(_("Idempotency-Key: send 1 to 255 visible ASCII characters."))
        fingerprint = _fingerprint(request)
        kept, is_new = IdempotentAnswer.objects.get_or_create(
            token=self.token, key=key, defaults={"fingerprint": fingerprint}
        )
        if not is_new:
            return _repeated(kept, fingerprint)
        response = handler(self, request, *args, **kwargs)
        kept.status = response.status_code
        kept.body = JSONRenderer().render(response.data).decode()
        kept.save(update_fields=["status", "body"])
        return response

    repeatable.is_repeatable = True  # type: ignore[attr-defined]
    return repeatable


def _repeated(kept: IdempotentAnswer, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise KeyTaken(_("This Idempotency-Key was used for another call. Choose a new one."))
    return Response(json.loads(kept.body), status=kept.status)


def _fingerprint(request: Request) -> str:
    try:
        said = json.dumps([request.method, request.path, request.data], sort_keys=True)
    except RecursionError as error:
        raise ParseError(_("The body is not JSON.")) from error
    return hashlib.sha256(said.encode()).hexdigest()
