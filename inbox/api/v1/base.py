"""What every view of the API does: read strictly, find only what is visible, page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import TokenView
from accounts.permissions import Permission
from inbox.models import Conversation
from inbox.models.conversation_queries import ConversationQuerySet

M = TypeVar("M", bound=models.Model)

LARGEST_ID = 2**63 - 1


class Strict(serializers.Serializer[Any]):
    """Refuses what it does not know, instead of leaving it out."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            name = min(unknown).encode("ascii", "replace").decode()[:60]
            raise serializers.ValidationError({name: _("There is no such field.")})
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """Takes whole numbers only, and no ``true`` or ``2.0`` for one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool | float) or (isinstance(data, str) and not data.isdecimal()):
            self.fail("invalid")
        return super().to_internal_value(data)


class Nothing(Strict):
    """An empty body."""


class PageQuery(Strict):
    cursor = serializers.CharField(required=False, max_length=200)
    limit = Whole(min_value=1, max_value=100, default=50)


class ApiView(TokenView):
    permission = Permission.ANSWER
    query: type[Strict] = Strict  # the query parameters of GET
    query_of_changes: type[Strict] = Strict  # and of other methods, which mostly take none

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        repeated = [name for name, said in request.query_params.lists() if len(said) > 1]
        if repeated:
            raise ParseError(_("Say every query parameter once."))
        query = self.query if request.method in {"GET", "HEAD"} else self.query_of_changes
        self.asked = checked(query(data=request.query_params.dict()))

    def parse(self, serializer: type[Strict]) -> dict[str, Any]:
        """Return the body's fields."""
        return checked(serializer(data=self.request.data))

    def conversations(self) -> ConversationQuerySet:
        return Conversation.objects.visible_to(self.bearer)

    def conversation(self, number: int) -> Conversation:
        return get_object_or_404(self.conversations().for_list(), number=number)


def checked(serializer: serializers.BaseSerializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    facts: dict[str, Any] = serializer.validated_data
    return facts


class Page:
    """
    One page of rows in a fixed order, and where the next begins.

    :param fields: of the order; the last is unique. All are descending, or all ascending.
    """

    def __init__(
        self,
        rows: models.QuerySet[M],
        asked: Mapping[str, Any],
        *fields: str,
        descending: bool = False,
    ) -> None:
        limit = asked["limit"]
        if cursor := asked.get("cursor"):
            rows = rows.filter(_beyond(fields, _read(cursor, fields), descending=descending))
        ordered = rows.order_by(*[f"-{name}" if descending else name for name in fields])
        found = list(ordered[: limit + 1])
        self.rows = found[:limit]
        more = len(found) > limit
        self.next = _write([getattr(self.rows[-1], name) for name in fields]) if more else None

    def answer(self, serializer: type[serializers.Serializer[Any]]) -> Response:
        return Response({"results": serializer(self.rows, many=True).data, "next": self.next})


def _beyond(fields: tuple[str, ...], position: list[Any], *, descending: bool) -> Q:
    way = "lt" if descending else "gt"
    first, *rest = fields
    beyond = Q((f"{first}__{way}", position[0]))
    if rest:
        beyond |= Q((first, position[0])) & _beyond(
            tuple(rest), position[1:], descending=descending
        )
    return beyond


def _write(position: list[Any]) -> str:
    texts = [part.isoformat() if isinstance(part, datetime) else str(part) for part in position]
    return base64.urlsafe_b64encode("_".join(texts).encode()).decode().rstrip("=")


def _read(cursor: str, fields: tuple[str, ...]) -> list[Any]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        texts = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split("_")
        position = [_part(*pair) for pair in zip(fields, texts, strict=True)]
    except (ValueError, OverflowError, binascii.Error) as error:
        raise ParseError(_("cursor: send one that a page gave you.")) from error
    return position


def _part(field: str, text: str) -> datetime | int:
    if field.endswith("_at"):
        at = datetime.fromisoformat(text)
        if at.utcoffset() is None or not 1970 <= at.year <= 9000:  # noqa: PLR2004
            raise ValueError(text)
        return at
    number = int(text)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError(text)
    return number
