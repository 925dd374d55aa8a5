"""Headers that tell browsers what our pages may do."""

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


class ContentSecurityMiddleware:
    """Adds what the view has not chosen itself: the widget's panel, for one, may be framed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = NOTHING() if is_astray(request) else self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy_for(request))
        if NO_FRAMES in response.headers["Content-Security-Policy"]:
            response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if is_personal(request, response):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


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
    """Tell whether a page is asked of the files' host, where a hostile file may be looking on."""
    if not settings.FILES_HOST or request.path_info.startswith("/files/"):
        return False
    return request.META.get("HTTP_HOST") == settings.FILES_HOST


def is_personal(request: HttpRequest, response: HttpResponse) -> bool:
    """Judge by what was presented: asking who it is could cost a query, or fail on an error page."""
    name = settings.SESSION_COOKIE_NAME
    return name in request.COOKIES or name in response.cookies or "Authorization" in request.headers


class Utf8Middleware:
    """Refuses bodies that call themselves anything but UTF-8: some names make decoding fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.strip('"').lower() not in {"utf-8", "utf8"}:
            return HttpResponse("Send UTF-8.", status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
