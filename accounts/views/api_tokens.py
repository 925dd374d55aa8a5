"""Settings: keys to the API, one's own and, for super admins, everybody's."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions.api_tokens import revoke_token
from accounts.http import WorkspaceRequest
from accounts.models import ApiToken
from accounts.models.api_token import ApiTokenQuerySet
from accounts.permissions import Permission, may
from accounts.token_forms import TokenForm
from accounts.views.frame import frame


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    return _page(request)


@require_http_methods(["GET", "POST"])
def new(request: WorkspaceRequest) -> HttpResponse:
    """GET opens the drawer; POST makes a token and shows its secret, in this answer alone."""
    initial = {"scope": "read", "days": 90}
    form = TokenForm(request.POST or None, actor=request.membership, initial=initial)
    if form.is_bound and form.is_valid() and (made := form.create()):
        answer = _page(request, made=made[0], secret=made[1])
        answer["Cache-Control"] = "no-store"
        return answer
    return _page(request, drawer="settings/_token.html", form=form)


@require_POST
def revocation(request: WorkspaceRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(_manageable(request), pk=pk)
    revoke_token(token, actor=request.membership)
    return redirect("api-tokens")


def _manageable(request: WorkspaceRequest) -> ApiTokenQuerySet:
    """Return whatever somebody may revoke: their own, or everything that there is."""
    tokens: ApiTokenQuerySet = ApiToken.objects.all()
    if may(request.membership, Permission.MANAGE_SECURITY):
        return tokens
    return tokens.filter(membership=request.membership)


def _page(request: WorkspaceRequest, **context: Any) -> HttpResponse:
    now, me = timezone.now(), request.membership
    tokens = list(_manageable(request).for_list(now))
    context = {"drawer": "", "made": None, "secret": "", "form": None} | context
    context |= {
        "tokens": tokens,
        "mine": [token for token in tokens if token.membership_id == me.pk],
        "others": [token for token in tokens if token.membership_id != me.pk],
        "now": now,
    }
    form = context["form"]
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "settings/api_tokens.html", context | frame(request), status=status)
