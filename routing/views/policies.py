"""Settings: what is promised to customers."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import Taken
from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, requires
from accounts.tenancy import attempt
from accounts.views.frame import frame
from routing.actions.policies import delete_policy, keep_policy
from routing.forms.policies import PolicyForm, say_length
from routing.models import SlaPolicy


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_RULES)
def index(request: WorkspaceRequest) -> HttpResponse:
    """GET lists what is promised; POST promises something new."""
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_RULES)
def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(SlaPolicy.objects.select_related("team"), pk=pk))


@require_POST
@requires(Permission.MANAGE_RULES)
def removal(request: WorkspaceRequest, pk: int) -> HttpResponse:
    delete_policy(get_object_or_404(SlaPolicy.objects.all(), pk=pk), actor=request.membership)
    return redirect("promises")


def _page(request: WorkspaceRequest, policy: SlaPolicy | None) -> HttpResponse:
    form = PolicyForm(request.POST or None, policy=policy)
    if form.is_bound and form.is_valid():
        try:
            with attempt():
                keep_policy(policy, **form.said(), actor=request.membership)
            return redirect("promises")
        except Taken as refusal:
            form.add_error("name", str(refusal))
    policies = SlaPolicy.objects.select_related("team").order_by("name", "pk")
    context = {"promising": form, "policy": policy, "policies": list(policies)}
    context |= frame(request) | {"say_length": say_length}
    status = 422 if form.is_bound else 200
    return render(request, "settings/promises.html", context, status=status)
