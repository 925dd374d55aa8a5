"""How every API of ours refuses."""

from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.errors import DomainError


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every refusal of an API as ``{"detail": sentence, "code": word}``."""
    if isinstance(error, DomainError):
        return Response({"detail": str(error), "code": error.code}, status=error.status)
    response = exception_handler(error, context)
    if response is not None and isinstance(error, exceptions.APIException):
        code = error.get_codes() if isinstance(error.detail, str) else "malformed"
        response.data = {"detail": _sentence(error.detail), "code": str(code)}
    return response


def _sentence(detail: Any, field: str = "") -> str:
    """Reduce DRF's nested details to the first sentence, naming its field."""
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()))
        return _sentence(inner, field if name == "non_field_errors" else str(name))
    if isinstance(detail, list):
        return _sentence(detail[0], field)
    return f"{field}: {detail}" if field else str(detail)
