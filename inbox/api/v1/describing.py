"""What the API's description says of a view."""

from collections.abc import Callable
from functools import cache
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers

from inbox.api.v1.base import Strict
from inbox.api.v1.serializers import Error

REPEATING = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters: the same call again is answered the same.",
)

A_FILE = {"application/octet-stream": OpenApiTypes.BINARY}

Shown = type[serializers.Serializer[Any]]


def describe(
    name: str,
    shown: Shown | None,
    *,
    takes: type[Strict | bytes] | None = None,
    asks: type[Strict] | None = None,
    status: int = 200,
    pages: bool = False,
) -> Callable[..., Any]:
    """Name an operation; tell what it takes in its address and body, and what it answers."""
    parameters: list[Any] = [asks] if asks else []
    if status == 201 and takes is not bytes:  # noqa: PLR2004
        parameters.append(REPEATING)
    return extend_schema(
        operation_id=name,
        parameters=parameters,
        request=A_FILE if takes is bytes else takes,
        responses={status: _page_of(shown) if shown and pages else shown, "4XX": Error},
    )


@cache
def _page_of(shown: Shown) -> Any:
    fields: dict[str, Any] = {
        "results": shown(many=True),
        "next": serializers.CharField(
            allow_null=True, help_text="Send it as `cursor` for the next page; null at the end."
        ),
    }
    return inline_serializer(f"PageOf{shown.__name__}", fields)
