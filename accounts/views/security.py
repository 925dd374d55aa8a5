"""Under /accounts/security/: what proves that somebody is who they say, and where they are in."""

from __future__ import annotations

import json
from typing import Any, cast

from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth, flows
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
)
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import browsers
from accounts.models import User
from accounts.second_factor import plain
from accounts.views.entrance import too_many_said
from accounts.views.own import Place, own_frame


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    rows = Authenticator.objects.filter(user=request.user.pk).order_by("pk")
    factors: dict[str, list[Any]] = {"totp": [], "webauthn": [], "recovery_codes": []}
    for row in rows:
        factors[row.type].append(row.wrap())
    context: dict[str, Any] = {
        "section": "security",
        "factors": factors,
        "browsers": browsers.of_person(cast(User, request.user), timezone.now()),
        "asking": None,
        "this_session": request.session.session_key,
    }
    place = Place(request)
    if place.workspace and place.workspace.second_factor_required:
        context["asking"] = place.workspace
    return render(request, "account/security.html", context | own_frame(request, place))


@require_POST
@login_required
def sign_out_browser(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign oneself out in one browser; in this one it is leaving."""
    if not browsers.end(cast(User, request.user), only=pk):
        raise Http404
    return redirect("security")


@require_POST
@login_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    ended = browsers.end(cast(User, request.user), but=request.session.session_key)
    words = ngettext("Signed out in %d browser.", "Signed out in %d browsers.", ended) % ended
    messages.success(request, words)
    return redirect("security")


class AddPasskey(AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, passwordless=True)
        return context | {"options": json.dumps(plain(options))}


class EnterByPasskey(LoginWebAuthnView):
    """GET asks the browser's question, POST takes its answer."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse(plain(auth.begin_authentication(user=None)))

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        response: HttpResponse = flows.perform_passwordless_login(
            self.request, authenticator, login
        )
        return response


class SecondStep(AuthenticateView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.stage.login.user
        types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        options = json.dumps(plain(context["js_data"]["request_options"]))
        return context | {"types": types, "options": options}

    def form_invalid(self, form: Any) -> HttpResponse:
        return too_many_said(super().form_invalid(form), form)


class ConfirmByPasskey(ReauthenticateWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"options": json.dumps(plain(context["js_data"]["request_options"]))}

    def form_invalid(self, form: Any) -> HttpResponse:
        super().form_invalid(form)
        return redirect(self.request.get_full_path())
