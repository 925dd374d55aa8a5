"""The API's description, for programs and for people, and its answer to a wrong address."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@require_GET
@cache_control(public=True, max_age=300)
def schema(request: HttpRequest) -> HttpResponse:
    """Give the description as OpenAPI."""
    return JsonResponse(description())


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description as a page."""
    said = description()
    context = {"info": said["info"], "operations": operations(said), "server": _server(request)}
    return render(request, "api/docs.html", context)


@csrf_exempt
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Say that there is nothing at an address."""
    refusal = {"detail": _("There is nothing here. Addresses end with a slash.")}
    response = JsonResponse(refusal | {"code": "not_found"}, status=404)
    response["Cache-Control"] = "no-store"
    return response


@cache
def description() -> dict[str, Any]:
    """Return the description, made once from the views."""
    with translation.override("en"):
        patterns = [path("api/v1/", include("inbox.api.v1.urls"))]
        generator: Any = SchemaGenerator(patterns=patterns)  # type: ignore[no-untyped-call]
        said: dict[str, Any] = generator.get_schema(request=None, public=True)
    return said


def operations(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Flatten a description into what the page shows of each call."""
    return [
        {
            "id": operation["operationId"],
            "method": method.upper(),
            "address": address,
            "does": operation.get("description", ""),
            "parameters": [
                one for one in operation.get("parameters", []) if one["in"] in {"query", "header"}
            ],
            "fields": _fields(said, operation),
        }
        for address, methods in said["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def _fields(said: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a call's body."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    fields: dict[str, Any] = said["components"]["schemas"].get(name, {}).get("properties", {})
    return fields


def _server(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
