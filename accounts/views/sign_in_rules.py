"""Settings: what the workspace asks of its people at sign-in, for super admins."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actions.sign_in_rules import OwnFactorFirst, require_second_factor
from accounts.http import WorkspaceRequest
from accounts.models import Membership
from accounts.permissions import Permission, requires
from accounts.second_factor import has_second_factor, people_with_second_factor
from accounts.views.frame import frame


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_SECURITY)
def edit(request: WorkspaceRequest) -> HttpResponse:
    refusal = ""
    if request.method == "POST":
        required = request.POST.get("second_factor") == "on"
        try:
            require_second_factor(request.workspace, required=required, actor=request.membership)
            return redirect("sign-in-rules")
        except OwnFactorFirst as error:
            refusal = str(error)
    people = Membership.objects.active()
    context = {
        "rules": request.workspace,
        "refusal": refusal,
        "has_own": has_second_factor(request.user),
        "lacking": people.exclude(user__in=people_with_second_factor()).for_list(),
    }
    context |= frame(request)
    return render(request, "settings/security.html", context, status=409 if refusal else 200)
