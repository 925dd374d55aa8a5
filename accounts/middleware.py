"""The first wall: which workspace is this request for, and may this person enter it?"""

import re
from collections.abc import Callable, Sequence
from typing import cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render

from accounts import events
from accounts.errors import DomainError
from accounts.http import Unfinished, WorkspaceRequest, address_of
from accounts.limits import TooMany
from accounts.models import Membership, User, Workspace
from accounts.models.workspace import RESERVED_SLUGS
from accounts.permissions import NotAllowed, who_may
from accounts.prepared import Prepared
from accounts.second_factor import SecondFactorNeeded, is_kept_out
from accounts.tenancy import scope_of

SLUG = re.compile(r"[-a-zA-Z0-9_]+")  # so that /favicon.ico is no workspace's
Handler = Callable[[HttpRequest], HttpResponseBase]
MOST_ASKED = 3  # of those who can do what somebody may not
OF_USER = Prepared(lambda user: Membership.objects.active().filter(user=user), "user")


class WorkspaceMiddleware:
    """Mount the site at /<workspace>/, so URLs, views and queries need not name it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with events.coming_from(address_of(request)):
            return self._enter(request)

    def _enter(self, request: HttpRequest) -> HttpResponseBase:
        slug, slash, rest = request.path_info.lstrip("/").partition("/")
        if not SLUG.fullmatch(slug) or slug in RESERVED_SLUGS:
            return self.get_response(request)
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        if not slash:
            return HttpResponse(status=308, headers={"Location": f"/{slug}/"})

        with scope_of(slug=slug) as workspace:
            membership = _membership_of(request.user) if workspace else None
            if workspace is None or membership is None:
                return render(request, "404.html", status=404)
            if is_kept_out(membership.user, workspace):
                return _lead_to_second_factor(request, workspace)
            inside = cast(WorkspaceRequest, request)
            inside.workspace, inside.membership = workspace, membership
            response = self._answer(inside, rest)
        return _finish(request, response) if isinstance(response, Unfinished) else response

    def _answer(self, request: WorkspaceRequest, rest: str) -> HttpResponseBase:
        request.path_info = f"/{rest}"
        request.urlconf = settings.WORKSPACE_URLCONF
        response = self.get_response(request)
        if response.streaming:
            raise RuntimeError(f"{request.path}: a stream would outlive its workspace's scope.")
        if response.status_code >= 400:  # noqa: PLR2004
            # Django has already turned the exception into this response.
            transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAllowed):
            return _refuse(request, error, able=who_may(error.permission)[:MOST_ASKED])
        if isinstance(error, DomainError):
            return _refuse(request, error)
        return None


def _finish(request: HttpRequest, response: Unfinished) -> HttpResponse:
    try:
        return response.finish()
    except DomainError as error:
        return _refuse(request, error)


def _membership_of(user: User) -> Membership | None:
    membership = OF_USER.first(user=user.pk)
    if membership:
        membership.user = user  # who was fetched a moment ago, with the session
    return membership


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        # htmx would swap a redirected page into the fragment's place.
        return HttpResponse(status=401, headers={"HX-Redirect": settings.LOGIN_URL})
    return redirect_to_login(request.get_full_path())


def _lead_to_second_factor(request: HttpRequest, workspace: Workspace) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return _refuse(request, SecondFactorNeeded())
    return HttpResponseRedirect(f"/accounts/security/?workspace={workspace.slug}")


def _refuse(
    request: HttpRequest, error: DomainError, able: Sequence[Membership] = ()
) -> HttpResponse:
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    if request.headers.get("HX-Request"):
        headers["X-Refusal"] = error.code
        return HttpResponse(
            str(error),
            status=error.status,
            headers=headers,
            content_type="text/plain; charset=utf-8",
        )
    context = {"error": error, "able": able, "address": request.build_absolute_uri()}
    response = render(request, "refused.html", context, status=error.status)
    for name, value in headers.items():
        response.headers[name] = value
    return response
