"""Pages for requests that cannot be answered."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import trace


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"expired": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if _is_for_program(request):
        return _refuse(_("The request is malformed."), "malformed", 400)
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    if _is_for_program(request):
        return _refuse(_("Something went wrong on our side. Try again."), "error", 500)
    number = trace.facts().get("request")
    return render(request, "500.html", {"number": number}, status=500)


def _is_for_program(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _refuse(detail: str, code: str, status: int) -> HttpResponse:
    return JsonResponse({"detail": detail, "code": code}, status=status)
