"""Pages for requests that cannot be answered."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import trace
from accounts.errors import DomainError
from accounts.views.entrance import PAUSE
from helpdesk.trouble import trouble_of

RETRY_AFTER = "5"  # seconds
FOR_PROGRAMS = ("/api/", "/widget/", "/hooks/")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer for allauth, which does not say how long its limits last."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = PAUSE
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"expired": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if _is_for_program(request):
        return _refuse(_("The request is malformed."), "malformed", 400)
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    if trouble := trouble_of(sys.exc_info()[1]):
        return _try_again(request, trouble)
    if _is_for_program(request):
        return _refuse(_("Something went wrong on our side. Try again."), "error", 500)
    number = trace.facts().get("request")
    return render(request, "500.html", {"number": number}, status=500)


def _try_again(request: HttpRequest, trouble: DomainError) -> HttpResponse:
    """Say it so that people, pages and programs know that they may repeat what they asked."""
    if _is_for_program(request):
        answer = _refuse(str(trouble), trouble.code, trouble.status)
    elif request.headers.get("HX-Request"):
        answer = HttpResponse(str(trouble), "text/plain; charset=utf-8", trouble.status)
        answer["X-Refusal"] = trouble.code
    else:
        told = {"trouble": trouble, "number": trace.facts().get("request")}
        answer = render(request, "503.html", told, status=trouble.status)
    answer["Retry-After"] = RETRY_AFTER
    answer["Cache-Control"] = "no-store"
    return answer


def _is_for_program(request: HttpRequest) -> bool:
    """The pages of the widget are asked for by browsers, and all else behind these doors is not."""
    if not request.path_info.startswith(FOR_PROGRAMS):
        return False
    return request.path_info.startswith("/api/") or "text/html" not in request.headers.get(
        "Accept", ""
    )


def _refuse(detail: str, code: str, status: int) -> HttpResponse:
    return JsonResponse({"detail": detail, "code": code}, status=status)
