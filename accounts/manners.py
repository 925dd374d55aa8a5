"""How a person wants to be spoken to: their language, and the zone their clock is in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from accounts import zones
from accounts.models import User
from accounts.models.workspace import RESERVED_SLUGS

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# Beside workspaces, what people see; everybody else is spoken to as their browser says.
FOR_STRANGERS = RESERVED_SLUGS - {"accounts"}


@contextmanager
def speaking_to(user: User | None) -> Iterator[None]:
    """Use a person's language and zone inside; what they have not chosen stays as it is."""
    language = user.language if user and user.language in LANGUAGES else None
    zone = user.time_zone if user and user.time_zone in zones.names() else ""
    clock = ZoneInfo(zone) if zone else timezone.get_current_timezone()
    with translation.override(language or translation.get_language()), timezone.override(clock):
        yield


class MannersMiddleware:
    """Speak to whoever is signed in as they chose; LocaleMiddleware took the browser's word before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        first = request.path_info.lstrip("/").partition("/")[0]
        if first in FOR_STRANGERS or not request.user.is_authenticated:
            return self.get_response(request)
        with speaking_to(request.user):
            response = self.get_response(request)
            response.headers["Content-Language"] = translation.get_language() or ""
            return response
