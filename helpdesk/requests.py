"""What is noted of every request: its number, how long it took, and what came of it."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import trace
from helpdesk.metrics.instruments import REQUEST_SECONDS, REQUESTS, name_of

logger = logging.getLogger(__name__)

NUMBER = re.compile(r"[\w-]{8,64}", re.ASCII)
NONE = "none"  # no view was reached: refused before, or no such address
ANSWERED = "X-Request-ID"


class RequestMiddleware:
    """Stands before all that may refuse, so that a refusal has a number and a time, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, path = time.perf_counter(), request.path
        number = number_of(request)
        with trace.begun(trace.Work(request_id=number, request=request)):
            response = self.get_response(request)
            took = time.perf_counter() - began
            response.headers[ANSWERED] = number
            view = name_of(request.resolver_match.func) if request.resolver_match else NONE
            REQUESTS.labels(view, f"{response.status_code // 100}xx").inc()
            REQUEST_SECONDS.labels(view).observe(took)
            if settings.LOG_REQUESTS:
                said = {"view": view, "status": response.status_code, "ms": round(took * 1000, 1)}
                logger.info("%s %s", request.method, path, extra={"facts": said})
        return response


def number_of(request: HttpRequest) -> str:
    """Take the number that our own proxy has given, if we are told that it does; else draw one."""
    if name := settings.REQUEST_ID_HEADER:
        given = request.headers.get(name, "")
        if NUMBER.fullmatch(given):
            return given
    return secrets.token_hex(8)
