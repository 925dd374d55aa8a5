"""Where people are signed in, and how that ends: at once, and on every open screen."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.errors import if_possible
from accounts.http import address_of
from accounts.models import Browser, User
from accounts.sessions import SessionStore
from accounts.sockets import close_group

MARK = "browser"  # the name under which a session keeps its row's id
USED_TO_THE = 60.0  # seconds
MOST_REMEMBERED = 10_000

# When this process last noted the use of each, so that reading a page writes nothing.
_noted: OrderedDict[int, float] = OrderedDict()


class BrowserMiddleware:
    """Notes, to the minute, that somebody's browser was used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            note_use(request)
        return self.get_response(request)


def group(browser_id: int) -> str:
    """Name the live group of a browser's open screens."""
    return f"browser.{browser_id}"


def note_use(request: HttpRequest) -> None:
    pk = request.session.get(MARK)
    if pk is None:
        note_sign_in(request, request.user)
    elif time.monotonic() - _noted.get(pk, float("-inf")) > USED_TO_THE:
        _remember(pk)
        facts = {"last_used_at": timezone.now(), "address": address_of(request)}
        with if_possible():
            Browser.objects.filter(pk=pk).update(session_key=request.session.session_key, **facts)


def note_sign_in(request: HttpRequest, user: Any) -> None:
    if not request.session.session_key:
        request.session.create()
    facts = {
        "user": user,
        "user_agent": request.META.get("HTTP_USER_AGENT", "")[:300],
        "address": address_of(request),
        "last_used_at": timezone.now(),
    }
    key = request.session.session_key
    browser, _made = Browser.objects.update_or_create(session_key=key, defaults=facts)
    request.session[MARK] = browser.pk
    _remember(browser.pk)


def signed_in(session_key: str | None) -> tuple[User, int] | None:
    """Return who is signed in with a session, and its browser, as the next request would find it."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    if not isinstance(user, User):
        return None
    return user, request.session.get(MARK, 0)


def of_person(user: User, now: datetime) -> list[Browser]:
    """List where somebody is signed in, the most recently used first."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    rows = Browser.objects.filter(user=user, session_key__in=alive)
    return list(rows.order_by("-last_used_at", "-pk"))


def end(user: User, *, only: int | None = None, but: str | None = None) -> int:
    """Sign somebody out in one browser, in all but one session, or everywhere; return in how many."""
    with transaction.atomic():
        rows = Browser.objects.filter(user=user).select_for_update()
        rows = rows if only is None else rows.filter(pk=only)
        found = list(rows.exclude(session_key=but or "").values_list("pk", "session_key"))
        Session.objects.filter(session_key__in=[key for _, key in found]).delete()
        Browser.objects.filter(pk__in=[pk for pk, _ in found]).delete()
    for pk, _key in found:
        close_group(group(pk))
    return len(found)


def _remember(pk: int) -> None:
    _noted[pk] = time.monotonic()
    while len(_noted) > MOST_REMEMBERED:
        _noted.popitem(last=False)


# What allauth and Django tell


def came_in(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    note_sign_in(request, user)


def went_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    pk = request.session.get(MARK)
    if user is not None and pk is not None:
        Browser.objects.filter(pk=pk, user=user).delete()
        close_group(group(pk))


def proof_changed(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """After a password or a second step has changed, only the browser that did it stays in."""
    is_own = request.user.is_authenticated and request.user.pk == user.pk
    if is_own:  # a changed password gives the session a new key
        mine = Browser.objects.filter(pk=request.session.get(MARK, 0))
        mine.update(session_key=request.session.session_key)
    end(user, but=request.session.session_key if is_own else None)
