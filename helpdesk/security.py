"""Headers that tell browsers what our pages may do."""

import re
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:{files}; font-src 'self'; connect-src 'self'{sockets}; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
NO_FRAMES = "frame-ancestors 'none'"
NOTHING = partial(HttpResponseNotFound, "Only files live here.", content_type="text/plain")
PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
# Addresses that open something to whoever has them: no other site is told that one led there.
SECRET = re.compile(r"/(accounts/(invitations|confirm-email|password/reset/key|mail)|files|rate)/.")
NOT_TOLD = "same-origin"  # no-referrer would have forms sent from nowhere, which are refused


class ContentSecurityMiddleware:
    """Adds, to whatever anybody inside answers, what has not been chosen there itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy_for(request))
        if NO_FRAMES in headers["Content-Security-Policy"]:
            headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Cache-Control", "no-store, private")
        if SECRET.match(path):
            headers["Referrer-Policy"] = NOT_TOLD
        return response


class FilesHostMiddleware:
    """Shows nothing but files where a hostile one may be looking on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return NOTHING() if is_astray(request) else self.get_response(request)


def policy_for(request: HttpRequest) -> str:
    try:
        host = request.get_host()
    except DisallowedHost:
        host = ""
    scheme, s = ("wss", "s") if request.is_secure() else ("ws", "")
    sockets = f" {scheme}://{host}" if host else ""
    files = f" http{s}://{settings.FILES_HOST}" if settings.FILES_HOST else ""
    return POLICY.format(sockets=sockets, files=files)


def is_astray(request: HttpRequest) -> bool:
    if not settings.FILES_HOST or request.path_info.startswith("/files/"):
        return False
    return request.META.get("HTTP_HOST") == settings.FILES_HOST


class Utf8Middleware:
    """Refuses bodies that call themselves anything but UTF-8: some names make decoding fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.strip('"').lower() not in {"utf-8", "utf8"}:
            return HttpResponse("Send UTF-8.", status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
