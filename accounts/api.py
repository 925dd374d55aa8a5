"""How every API of ours refuses."""

import json
from collections.abc import Mapping
from typing import IO, Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.errors import DomainError

LARGEST_BODY = 64 * 1024  # bytes; files have a way of their own


class TooLarge(DomainError):
    code: ClassVar[str] = "too_large"
    status: ClassVar[int] = 413


class StrictJSONParser(JSONParser):
    """Reads a small JSON body, or says what is wrong with it."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge(_("More than 64 kB at once. Send less."))
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_("The body is not JSON.")) from error


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every refusal of an API as ``{"detail": sentence, "code": word}``."""
    if isinstance(error, DomainError):
        return Response({"detail": str(error), "code": error.code}, status=error.status)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    response = exception_handler(error, context)
    if response is not None and isinstance(error, exceptions.APIException):
        bad_input = isinstance(error, exceptions.ParseError | exceptions.ValidationError)
        code = "malformed" if bad_input else error.default_code
        response.data = {"detail": _sentence(error.detail), "code": code}
    return response


def _sentence(detail: Any, field: str = "") -> str:
    """Reduce DRF's nested details to the first sentence, naming its field."""
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()))
        return _sentence(inner, field if name == "non_field_errors" else str(name))
    if isinstance(detail, list):
        return _sentence(detail[0], field)
    sentence = f"{field}: {detail}" if field else str(detail)
    return sentence.encode(errors="replace").decode()  # it may quote half a character
